"""SYN-8: a new desk is ready in one first sync, resumable, with progress; the loop rests, wakes and tells."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
import pytest

from agent_desk.central.bootstrap import Central, opened
from agent_desk.central.store.migrating import migrate
from agent_desk.central.usecases.sampling import save_all
from agent_desk.desk.sync.http_central import HttpCentral, make_client
from agent_desk.desk.usecases.ports import KnownError, LinkState
from agent_desk.domain.people import Role
from agent_desk.wire.sync import SnapshotOffer
from tests.desk.sync.branch import CHEAP_HASH, PASSWORD, Link, a_synced_desk, picture, settle
from tests.desk.workshop import TAPE, SetClock, a_desk, a_product, a_staff, done, run, shop

MANY = 2300


@pytest.fixture(scope="module")
def large(central_url: str, central_clock: SetClock) -> Iterator[Central]:
    """A central with a catalogue that comes as one file."""
    with psycopg.connect(central_url, autocommit=True) as connection:
        connection.execute("create database large")
    url = urlunsplit(urlsplit(central_url)._replace(path="/large"))
    migrate(url)
    with opened(url, central_clock.now) as running:
        with running.database.filling() as unit:
            for role in Role:
                unit.save_password_hash(a_staff(role).id, CHEAP_HASH)
            for number in range(1, 30):
                unit.enrol_desk(f"LRG-{number}", "GEO", None)
            save_all(unit, [*shop(), *(a_product(f"P-{n}", f"Thing {n}") for n in range(MANY))])
        yield running


def test_a_new_desk_fetches_the_catalogue_as_one_file_with_progress(
    large: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        link = Link(large.app)
        async with a_desk(tmp_path, transport=link, clock=central_clock, code="LRG-1", documents=()) as bench:
            states: list[LinkState] = []
            leave = bench.desk.loop.subscribe(states.append)
            await bench.cases.signing_in.sign_in("agent", PASSWORD)
            await settle(bench)
            assert sum("snapshots" in path for path in link.seen) == 1
            seen = [state.progress["cat"].rows for state in states if "cat" in state.progress]
            assert seen == sorted(seen)
            assert seen[-1] == MANY + 2
            assert bench.desk.loop.state.can_start
            assert len(await picture(bench, "cat")) == MANY + 2
            assert (await bench.cases.searching.search("thing 2299")).hits[0].code == "P-2299"
            leave()
            leave()
            # a later sync costs what changed
            link.seen.clear()
            await settle(bench)
            assert link.seen == ["/v1/sync up"]

    run(story())


@pytest.mark.parametrize("fate", ["cut", "lost", "down", "portal"])
def test_a_first_sync_that_breaks_goes_on(large: Central, central_clock: SetClock, tmp_path: Path, fate: str) -> None:
    async def story() -> None:
        link = Link(large.app)
        number = {"cut": 2, "lost": 3, "down": 4, "portal": 5}[fate]
        async with a_desk(tmp_path, transport=link, clock=central_clock, code=f"LRG-{number}", documents=()) as bench:
            await bench.cases.signing_in.sign_in("agent", PASSWORD)
            link.plan = ["up", fate, fate, "up", fate]
            await settle(bench)
            assert len(await picture(bench, "cat")) == MANY + 2

    run(story())


def test_the_loop_sends_at_once_what_was_done_and_rests_otherwise(
    large: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        async with a_synced_desk(large.app, tmp_path, central_clock, code="LRG-6") as (bench, link):
            running = asyncio.create_task(bench.desk.loop.run())
            sent = asyncio.Event()
            bench.cases.subscribe(lambda changes: sent.set() if changes.by == "central" and changes.waiting else None)
            for _ in range(3):
                sent.clear()
                done(await bench.cases.carting.add_product(TAPE.id))
                await asyncio.wait_for(sent.wait(), 20)
                assert link.seen[-1] == "/v1/sync up"
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
            assert (await bench.cases.sync.get_status()).waiting == ()

    run(story())


def test_resting_ends_by_itself_and_the_pill_comes_round(large: Central, tmp_path: Path) -> None:
    async def story() -> None:
        clock = SetClock()
        async with a_synced_desk(large.app, tmp_path, clock, code="LRG-7") as (bench, link):
            loop = bench.desk.loop
            link.plan = ["down"]
            await loop.round()
            assert loop.state.trouble == "Central cannot be reached: go on, it is tried again."
            shown = loop.state.connection.state
            clock.pass_time(seconds=3)
            link.plan = ["down"]
            await loop.round()
            assert (shown, loop.state.connection.state) == ("offline", "offline")
            resting = asyncio.create_task(loop._rest(0.02))
            await asyncio.sleep(0)
            clock.pass_time(seconds=1)
            loop.try_now()
            await resting
            clock.pass_time(seconds=3)
            await loop.round()
            clock.pass_time(seconds=3)
            await loop.round()
            assert loop.state.connection.state == "online"
            assert loop.state.connection.words == "Online"

    run(story())


def test_plain_http_goes_to_this_machine_only() -> None:
    with pytest.raises(KnownError) as refused:
        make_client("http://central.example.com")
    assert refused.value.code == "central.insecure"
    client = make_client("https://central.example.com")
    run(client.aclose())


def test_a_file_that_comes_damaged_is_not_used() -> None:
    async def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b"other bytes", request=request)

    async def story() -> None:
        client = make_client("http://127.0.0.1:1", httpx.MockTransport(answer))
        central = HttpCentral(client, TAPE.id, "GEO-2")
        offer = SnapshotOffer(url="/v1/snapshots/cat/1", seq=1, rows=1, bytes=11, sha256="0" * 64)
        with pytest.raises(KnownError) as refused:
            await _all(central.snapshot(offer, "token"))
        assert refused.value.code == "snapshot.damaged"
        await client.aclose()

    run(story())


def test_whoever_is_not_central_is_not_believed() -> None:
    async def answer(request: httpx.Request) -> httpx.Response:
        status = 500 if request.url.path == "/v1/refresh" else 200
        return httpx.Response(status, text="<html>Welcome</html>", request=request)

    async def story() -> None:
        client = make_client("http://127.0.0.1:1", httpx.MockTransport(answer))
        central = HttpCentral(client, TAPE.id, "GEO-2")
        for question in (central.refresh("token"), central.sign_in("agent", "demerara")):
            with pytest.raises(KnownError) as refused:
                await question
            assert refused.value.code == "central.unreachable"
        await client.aclose()

    run(story())


async def _all(batches: Any) -> list[Any]:
    return [batch async for batch in batches]
