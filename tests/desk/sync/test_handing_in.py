"""Much that waits is handed in by several requests at once; order and number stay, whatever the link does."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from agent_desk.central.bootstrap import Central
from agent_desk.desk.sync import loop, push
from agent_desk.wire.sync import MOST_REQUEST_BYTES
from tests.desk.sync.branch import Link, a_synced_desk, at_central, picture, settle
from tests.desk.sync.test_steps import keep
from tests.desk.sync.test_with_central import sell
from tests.desk.workshop import NAVIN, Bench, SetClock, a_desk, done, run

SALES = 5
COMMANDS = SALES * 5


@pytest.fixture(autouse=True)
def small_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "MOST_COMMANDS", 4)
    monkeypatch.setattr(push, "MOST_COMMANDS", 4)


class Overtaking(Link):
    """The first request that pushes is held back until the one after it has been at central for a moment."""

    held: asyncio.Event | None = None
    first = True

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.held is not None and request.url.path == "/v1/sync":
            if self.first:
                self.first = False
                await self.held.wait()
            else:
                self.held.set()
        return await super().handle_async_request(request)


async def sold(bench: Bench) -> list[str]:
    return [str((await sell(bench)).id) for _ in range(SALES)]


async def hold_up(central: Central, bench: Bench, orders: list[str]) -> None:
    """Everything is there once, in the order in which it was done."""
    device = (await bench.sql("SELECT value FROM setting WHERE key = 'device'"))[0][0]
    names = at_central(central, "select name from command where device = %s order by n", device)
    assert len(names) == COMMANDS
    assert [name for (name,) in names[:5]] == [name for (name,) in names[5:10]]
    ids = at_central(central, "select id::text from document where kind = 'order' and id::text = any(%s)", orders)
    assert len(ids) == SALES
    assert (await bench.cases.sync.get_status()).notices == ()
    await picture(bench)


def test_a_request_that_overtakes_another_waits_for_it(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        link = Overtaking(central.app)
        async with a_synced_desk(central.app, tmp_path, central_clock, link=link) as (one, _):
            orders = await sold(one)
            link.held = asyncio.Event()
            link.seen.clear()
            await settle(one)
            report = one.desk.loop.state.report
            assert report is not None
            assert report.sent == COMMANDS
            # seven requests of four commands, and one that also reads; nothing was sent twice
            assert len(link.seen) == 8
            await hold_up(central, one, orders)

    run(story())


@pytest.mark.parametrize("fate", ["lost", "double", "cut", "down", "portal"])
@pytest.mark.parametrize("at", [0, 1, 3])
def test_what_a_broken_link_left_open_is_sent_again(
    central: Central, central_clock: SetClock, tmp_path: Path, fate: str, at: int
) -> None:
    async def story() -> None:
        async with a_synced_desk(central.app, tmp_path, central_clock) as (one, link):
            orders = await sold(one)
            link.plan = ["up"] * at + [fate]
            await settle(one)
            await hold_up(central, one, orders)

    run(story())


def test_what_is_done_meanwhile_is_sent_too(central: Central, central_clock: SetClock, tmp_path: Path) -> None:
    async def story() -> None:
        async with a_synced_desk(central.app, tmp_path, central_clock) as (one, _):
            orders = [str((await sell(one)).id) for _ in range(SALES - 1)]
            handing = asyncio.create_task(settle(one))
            orders.append(str((await sell(one)).id))
            await handing
            await settle(one)
            await hold_up(central, one, orders)

    run(story())


def test_a_request_with_as_much_as_it_may_hold_is_no_larger_than_central_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "MOST_COMMANDS", 500)

    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            for n in range(40):
                note = f"{n} " + "é" * 1900
                done(await bench.cases.customers.change_customer(NAVIN.id, note=note))
            monkeypatch.setattr(push, "ROOM_FOR_COMMANDS", 60_000)
            request = await keep(bench, lambda ledger: push.next_request(ledger, bench.clock.read(), "test"))
            assert 5 < len(request.commands) < 40
            size = len(request.model_dump_json(by_alias=True).encode())
            assert size <= 62_000
            beyond = request.commands[-1].n
            rest = await keep(
                bench,
                lambda ledger: push.next_request(ledger, bench.clock.read(), "test", push_only=True, beyond=beyond),
            )
            assert [one.n for one in rest.commands][:1] == [beyond + 1]
            assert rest.cursors == {}
        assert push.ROOM_FOR_COMMANDS < MOST_REQUEST_BYTES

    run(story())
