"""Desks that listen: what changes at one is at the other without being asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from agent_desk.central.bootstrap import Central
from agent_desk.desk.sync.live import ANSWER_MS, Pulse, come_back
from agent_desk.domain.people import Role
from agent_desk.drill.relay import Relay
from tests.desk.sync.branch import _NUMBERS, PASSWORD, picture, settle
from tests.desk.workshop import TAPE, Bench, SetClock, a_desk, done, run
from tests.fakes.served import Door, served

PATIENCE = 20.0


@asynccontextmanager
async def a_listening_desk(
    url: str, folder: Path, clock: SetClock, *, listens: bool = True, chance: Callable[[], float] = lambda: 0.0
) -> AsyncIterator[Bench]:
    """A desk that has everything; its clock stands still, so that it asks for nothing by itself."""
    code = f"GEO-{next(_NUMBERS)}"
    async with a_desk(folder, url=url, clock=clock, code=code, documents=(), chance=chance) as bench:
        bench.desk.session.staff = None
        await bench.cases.signing_in.sign_in(Role.AGENT.value, PASSWORD)
        await bench.cases.signing_in.confirm()
        await settle(bench)
        running = asyncio.ensure_future(bench.desk.loop.run())
        try:
            if listens:
                await until(lambda: bench.desk.loop.state.live and not bench.desk.loop._turn.locked())
            yield bench
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - of another thread, or of another part's inside
            await asyncio.sleep(0.005)


async def until_known(bench: Bench, cart: object, version: int) -> None:
    """Until the desk's store has central's word of it."""
    async with asyncio.timeout(PATIENCE):
        known = "SELECT 1 FROM base WHERE id = ? AND version >= ?"
        while await bench.sql(known, str(cart), version) == []:  # noqa: ASYNC110 - the store is asked again
            await asyncio.sleep(0.005)


def test_two_desks_on_one_cart_converge_without_asking(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        with served(central) as url:
            async with (
                a_listening_desk(url, tmp_path / "a", central_clock) as one,
                a_listening_desk(url, tmp_path / "b", central_clock) as two,
            ):
                asked = two.desk.loop._central.received_bytes
                seen: list[object] = []
                two.cases.subscribe(lambda changes: seen.append((changes.by, changes.touches("cart"))))
                cart = done(await one.cases.carting.add_product(TAPE.id)).cart
                await until_known(two, cart.id, 2)
                line = cart.lines[0].id
                done(await one.cases.carting.set_quantity(cart.id, line, 3))
                await until_known(two, cart.id, 3)
                assert (await two.cases.carting.get_cart(cart.id)).lines[0].line.quantity == 3
                assert two.desk.loop._central.received_bytes == asked
                assert ("central", True) in seen
                done(await two.cases.carting.set_quantity(cart.id, line, 4))
                await until_known(one, cart.id, 4)
                await until_known(two, cart.id, 4)
                await until(lambda: not one.desk.loop._turn.locked())
                assert await picture(one) == await picture(two)

    run(story())


def test_a_line_that_skips_something_is_made_good_by_a_page(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        with served(central) as url:
            async with (
                a_listening_desk(url, tmp_path / "a", central_clock) as one,
                a_listening_desk(url, tmp_path / "b", central_clock) as two,
            ):
                first = done(await one.cases.carting.open_cart()).cart
                await until_known(two, first.id, 1)
                # as if that had never come
                await two.sql("UPDATE scope SET seq = seq - 1, live = live - 1 WHERE name = 'branch:GEO'")
                await two.sql("DELETE FROM base WHERE id = ?", str(first.id))
                second = done(await one.cases.carting.open_cart()).cart
                await until_known(two, second.id, 1)
                await until_known(two, first.id, 1)

    run(story())


def test_news_waits_while_a_page_is_under_way(central: Central, central_clock: SetClock, tmp_path: Path) -> None:
    async def story() -> None:
        with served(central) as url:
            async with (
                a_listening_desk(url, tmp_path / "a", central_clock) as one,
                a_listening_desk(url, tmp_path / "b", central_clock) as two,
            ):
                listening = two.desk.loop._listening
                assert listening is not None
                async with two.desk.loop._turn:
                    cart = done(await one.cases.carting.open_cart()).cart
                    await until_known(one, cart.id, 1)
                    assert await two.sql("SELECT 1 FROM base WHERE id = ?", str(cart.id)) == []
                await until_known(two, cart.id, 1)

    run(story())


def test_a_central_that_stops_and_starts_again_is_no_trouble(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        door = Door(central)
        port = door.port
        told: list[str] = []
        url = f"http://127.0.0.1:{port}"
        async with a_listening_desk(url, tmp_path / "a", central_clock, chance=lambda: 0.01) as one:
            one.desk.loop.subscribe(lambda state: told.append(state.trouble))
            await asyncio.to_thread(door.close)
            await until(lambda: not one.desk.loop.state.live)
            again = await asyncio.to_thread(Door, central, port)
            try:
                central_clock.pass_time(seconds=1)
                one.desk.loop.try_now()
                await until(lambda: one.desk.loop.state.live)
                assert set(told) <= {""}
            finally:
                await asyncio.to_thread(again.close)

    run(story())


def test_a_central_that_hangs_is_offline_after_two_missed_answers(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    """No byte comes and nothing is closed: the time-out of a request would take far longer."""

    async def story() -> None:
        with served(central) as url, Relay(urlsplit(url).port or 0) as relay:
            async with a_listening_desk(f"http://127.0.0.1:{relay.port}", tmp_path / "a", central_clock) as one:
                relay.freeze()
                listening = one.desk.loop._listening
                assert listening is not None
                done(await one.cases.carting.open_cart())
                for _ in range(3):
                    await asyncio.sleep(0)
                    listening.doubt()
                    await asyncio.sleep(0.01)
                    central_clock.pass_time(milliseconds=ANSWER_MS)
                await until(lambda: one.desk.loop._course.state == "offline")
                assert one.desk.loop.state.trouble == "Central does not answer: go on, it is tried again."
                relay.mend()
                one.desk.loop.try_now()
                await until(lambda: one.desk.loop.state.live)
                assert one.desk.loop.state.trouble == ""

    run(story())


def test_where_sockets_are_blocked_the_desk_asks_as_before(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        with served(central, sockets=False) as url:
            async with a_listening_desk(url, tmp_path / "a", central_clock, listens=False) as one:
                listening = one.desk.loop._listening
                assert listening is not None
                await until(lambda: listening._failures > 0)
                assert not one.desk.loop.state.live
                assert one.desk.loop.state.trouble == ""
                assert await one.desk.loop.round() == one.desk.loop._pace < 30
                assert one.desk.loop._course.state in {"online", "sending"}

    run(story())


def test_a_line_that_is_cut_is_offline_until_a_page_comes_through(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        with served(central) as url, Relay(urlsplit(url).port or 0) as relay:
            async with a_listening_desk(f"http://127.0.0.1:{relay.port}", tmp_path / "a", central_clock) as one:
                central_clock.pass_time(minutes=3)
                relay.cut()
                await until(lambda: one.desk.loop._course.state == "offline")
                relay.mend()
                one.desk.loop.try_now()
                await until(lambda: one.desk.loop.state.live)
                assert one.desk.loop._course.state == "online"

    run(story())


def test_signing_out_ends_the_line(central: Central, central_clock: SetClock, tmp_path: Path) -> None:
    async def story() -> None:
        with served(central) as url:
            async with a_listening_desk(url, tmp_path / "a", central_clock) as one:
                await one.desk.accounts.end()
                await until(lambda: not one.desk.loop.state.live)
                assert one.desk.loop._course.state == "signing_in"

    run(story())


@given(st.floats(0, 1), st.integers(0, 60_000), st.booleans())
def test_who_has_work_waiting_comes_back_sooner(chance: float, spread_ms: int, waiting: bool) -> None:
    rest = come_back(chance, spread_ms, waiting=waiting)
    assert 0 <= rest <= (min(3.0, spread_ms / 1000) if waiting else spread_ms / 1000)


@given(st.floats(0, 1), st.lists(st.tuples(st.sampled_from(["wait", "hear", "doubt"]), st.integers(0, 30_000))))
def test_a_line_is_dead_only_after_two_pings_without_a_word(chance: float, steps: list[tuple[str, int]]) -> None:
    now, pulse, silent_since = 0, Pulse.begin(0, chance), 0
    for step, passed in steps:
        now += passed
        if step == "hear":
            pulse, silent_since = Pulse.begin(now, chance), now
        elif step == "doubt":
            pulse = pulse.doubted(now)
        if pulse.is_due(now):
            pulse = pulse.beat(now)
        if pulse.is_dead:
            assert now - silent_since >= 2 * ANSWER_MS
            pulse, silent_since = Pulse.begin(now, chance), now
        assert pulse.due_at <= now + 25_000


def test_silence_is_noticed_in_time() -> None:
    pulse, now = Pulse.begin(0, 1.0), 0
    while not pulse.is_dead:
        now = pulse.due_at
        pulse = pulse.beat(now)
    assert now == 25_000 + 2 * ANSWER_MS
    assert Pulse.begin(0, 1.0).doubted(100).is_due(100)
