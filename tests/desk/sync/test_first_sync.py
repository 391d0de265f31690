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

from agent_desk.central.bootstrap import Central, assemble, opened
from agent_desk.central.store.migrating import migrate
from agent_desk.central.usecases.sampling import save_all
from agent_desk.desk.sync.http_central import HttpCentral, make_client
from agent_desk.desk.usecases.ports import KnownError, LinkState
from agent_desk.desk.vault.device_key import DeviceKey
from agent_desk.domain.people import Role
from agent_desk.wire.sync import SnapshotBlock, SnapshotOffer
from tests.desk.sync.branch import CHEAP_HASH, PASSWORD, Link, a_synced_desk, picture, settle
from tests.desk.workshop import TAPE, Bench, SetClock, a_desk, a_product, a_staff, done, run, shop

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


def test_a_file_that_was_begun_goes_on_after_a_restart_of_both_sides(
    large: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        link = Link(large.app)
        async with a_desk(tmp_path, transport=link, clock=central_clock, code="LRG-8", documents=()) as bench:
            await bench.cases.signing_in.sign_in("agent", PASSWORD)
            link.plan = ["up", "cut", *["down"] * 9]
            await bench.desk.loop.round()
            assert bench.desk.loop.state.trouble
            assert await _count(bench, "base WHERE kind = 'product'") == 1000
            assert await _count(bench, "product_row") == 1000
        link.plan, link.ranges = [], []
        link.app = assemble(large.database, central_clock.now).app
        async with a_desk(tmp_path, transport=link, clock=central_clock, code="LRG-8", documents=()) as bench:
            await bench.cases.signing_in.sign_in("agent", PASSWORD)
            progress: list[int] = []
            bench.desk.loop.subscribe(
                lambda state: progress.extend([one.rows for one in state.progress.values() if one.scope == "cat"])
            )
            await settle(bench)
            assert [int(one.removeprefix("bytes=").removesuffix("-")) > 0 for one in link.ranges if one] == [True]
            assert min(progress) == 1000
            assert len(await picture(bench, "cat")) == MANY + 2
            assert await _count(bench, "product_row") == MANY + 2

    run(story())


def test_a_file_that_was_begun_counts_nothing_for_another_file(
    large: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        link = Link(large.app)
        async with a_desk(tmp_path, transport=link, clock=central_clock, code="LRG-9", documents=()) as bench:
            await bench.cases.signing_in.sign_in("agent", PASSWORD)
            link.plan = ["up", "cut", *["down"] * 9]
            await bench.desk.loop.round()
            link.plan, link.ranges = [], []
            await bench.sql("UPDATE setting SET value = 'another 1' WHERE key = 'begun cat'")
            await settle(bench)
            assert not any(link.ranges)
            assert len(await picture(bench, "cat")) == MANY + 2

    run(story())


def test_what_cannot_be_proved_is_neither_kept_nor_shown(
    large: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    def damaged(answer: httpx.Response) -> httpx.Response:
        if "snapshots" not in answer.request.url.path:
            return answer
        body = bytes(byte ^ 1 for byte in answer.content)
        return httpx.Response(answer.status_code, headers=answer.headers, content=body, request=answer.request)

    async def story() -> None:
        link = Link(large.app, tamper=damaged)
        async with a_desk(tmp_path, transport=link, clock=central_clock, code="LRG-10", documents=()) as bench:
            await bench.cases.signing_in.sign_in("agent", PASSWORD)
            await bench.desk.loop.round()
            assert bench.desk.loop.state.trouble == "The first sync came damaged: it is fetched again."
            assert await _count(bench, "base WHERE scope = 'cat'") == 0
            assert await _count(bench, "product_row") == 0
            link.tamper = None
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
            resting = asyncio.create_task(
                loop._rest.wait(0.02, loop._pill.settles_in, lambda left: loop._tell(rest=left))
            )
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
        central = HttpCentral(client, TAPE.id, "GEO-2", DeviceKey(bytes(32), TAPE.id))
        block = SnapshotBlock(rows=1, bytes=11, sha256="0" * 64)
        offer = SnapshotOffer(url="/v1/snapshots/cat/1", seq=1, rows=1, bytes=11, sha256=block.sha256, blocks=(block,))
        with pytest.raises(KnownError) as refused:
            await _all(central.snapshot(offer, "token", 0))
        assert refused.value.code == "snapshot.damaged"
        await client.aclose()

    run(story())


def test_whoever_is_not_central_is_not_believed() -> None:
    async def answer(request: httpx.Request) -> httpx.Response:
        status = 500 if request.url.path == "/v1/refresh" else 200
        return httpx.Response(status, text="<html>Welcome</html>", request=request)

    async def story() -> None:
        client = make_client("http://127.0.0.1:1", httpx.MockTransport(answer))
        central = HttpCentral(client, TAPE.id, "GEO-2", DeviceKey(bytes(32), TAPE.id))
        for question in (central.refresh("token"), central.sign_in("agent", "demerara")):
            with pytest.raises(KnownError) as refused:
                await question
            assert refused.value.code == "central.unreachable"
        await client.aclose()

    run(story())


async def _all(batches: Any) -> list[Any]:
    return [batch async for batch in batches]


async def _count(bench: Bench, what: str) -> int:
    ((count,),) = await bench.sql(f"SELECT count(*) FROM {what}")
    return int(count)
