"""Central over real sockets: who is told what, when, and who is not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import uuid4

import psycopg
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from agent_desk.central.bootstrap import Central, assemble
from agent_desk.central.store.announcing import CHANNEL, Announcements
from agent_desk.central.store.database import Database
from agent_desk.central.usecases.sampling import save_all
from agent_desk.wire.live import SUBPROTOCOL, Bye, Delta, Hello, Poke, Pong, Ready, Revoked, frame_text, read_frame
from tests.central.counter import CUSTOMER, TAPE, Clock, Counter
from tests.fakes.served import Door, served

T = TypeVar("T")
PATIENCE = 20.0
BRANCH = "branch:GEO"


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


class Ear:
    """A desk's end of a line."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def say(self, text: str) -> None:
        await self._socket.send(text)

    async def hear(self, kind: type[T]) -> T:
        """The next frame, which must be of that kind."""
        async with asyncio.timeout(PATIENCE):
            frame = read_frame(await self._socket.recv())
        assert isinstance(frame, kind), frame
        return frame

    async def hear_of(self, scope: str) -> Delta:
        """The next delta of a scope."""
        while True:
            delta = await self.hear(Delta)
            if delta.scope == scope:
                return delta

    async def closed(self) -> int | None:
        async with asyncio.timeout(PATIENCE):
            await self._socket.wait_closed()
        return self._socket.close_code


def a_hello(desk: Counter) -> Hello:
    return Hello(device=desk.caller.device, epoch=desk.epoch, cursors=desk.cursors)


@asynccontextmanager
async def listening(url: str, desk: Counter) -> AsyncIterator[tuple[Ear, Ready]]:
    async with a_line(url, desk.access) as ear:
        await ear.say(frame_text(a_hello(desk)))
        yield ear, await ear.hear(Ready)


@asynccontextmanager
async def a_line(url: str, token: str) -> AsyncIterator[Ear]:
    headers = {"Authorization": f"Bearer {token}"}
    where = url.replace("http", "ws") + "/v1/live"
    async with connect(
        where, subprotocols=[Subprotocol(SUBPROTOCOL)], additional_headers=headers, compression=None, ping_interval=None
    ) as socket:
        yield Ear(socket)


@pytest.fixture
def door(central: Central) -> Iterator[str]:
    with served(central) as url:
        yield url


async def push(desk: Counter, *commands: Any) -> Any:
    return await asyncio.to_thread(desk.push, *commands)


def test_what_one_desk_does_is_told_to_the_other_with_its_rows(door: str, geo_1: Counter, geo_2: Counter) -> None:
    geo_1.catch_up()
    geo_2.catch_up()

    async def story() -> None:
        async with listening(door, geo_2) as (ear, ready):
            assert ready.epoch == geo_2.epoch
            assert ready.heads == {scope: cursor[0] for scope, cursor in geo_2.cursors.items()}
            opened = geo_1.open_cart()
            await push(geo_1, opened)
            delta = await ear.hear_of(BRANCH)
            assert delta.from_ == geo_2.cursors[BRANCH][0]
            assert [(row.kind, row.id, row.version) for row in delta.rows] == [("cart", opened.cart, 1)]
            await push(geo_1, geo_1.add(opened.cart), geo_1.add(opened.cart, TAPE))
            after = await ear.hear_of(BRANCH)
            assert after.from_ == delta.to
            assert after.rows[0].version == 3
            assert after.rows[0].body is not None

    run(story())


def test_a_desk_of_another_branch_hears_nothing_of_it(
    door: str, central: Central, clock: Clock, geo_1: Counter
) -> None:
    ewr = Counter.sign_in(central, clock, "marcus", "EWR-1")

    async def story() -> None:
        async with listening(door, ewr) as (ear, ready):
            assert set(ready.heads) == set(ewr.sync().scopes)
            assert BRANCH not in ready.heads
            await push(geo_1, geo_1.open_cart())
            await push(ewr, ewr.open_cart(2))
            assert (await ear.hear(Delta)).scope == "branch:EWR"

    run(story())


def test_what_was_missed_while_away_comes_right_after_the_hello(door: str, geo_1: Counter, geo_2: Counter) -> None:
    geo_2.catch_up()
    geo_1.push(geo_1.open_cart())

    async def story() -> None:
        async with listening(door, geo_2) as (ear, ready):
            delta = await ear.hear_of(BRANCH)
            assert (delta.from_, delta.to) == (geo_2.cursors[BRANCH][0], ready.heads[BRANCH])

    run(story())


def test_what_is_too_large_for_a_frame_is_a_poke(door: str, central: Central, geo_2: Counter) -> None:
    geo_2.catch_up()
    wordy = CUSTOMER.model_copy(update={"note": "x" * 1_999})
    many = [wordy.model_copy(update={"id": uuid4(), "number": f"GY-{n}"}) for n in range(9, 19)]

    async def story() -> None:
        async with listening(door, geo_2) as (ear, ready):
            with central.database.filling() as unit:
                save_all(unit, list(many))
            poke = await ear.hear(Poke)
            assert poke == Poke(heads={BRANCH: ready.heads[BRANCH] + 1}, spread_ms=10)

    run(story())


def test_a_ping_is_answered_and_nonsense_ends_the_line(door: str, geo_1: Counter) -> None:
    async def story() -> None:
        async with listening(door, geo_1) as (ear, _):
            await ear.say('{"t":"ping"}')
            await ear.hear(Pong)
            await ear.say('{"t":"pong"}')
            await ear.say('{"t":"sing"}')
            assert await ear.closed() == 1007
        async with a_line(door, geo_1.access) as ear:
            await ear.say('{"t":"ping"}')
            assert await ear.closed() == 1007
        async with a_line(door, geo_1.access) as ear:
            await ear.say(json.dumps({"t": "hello", "device": str(uuid4())}))
            assert await ear.closed() == 1008
        async with a_line(door, geo_1.access) as ear:
            await ear.say("x" * 20_000)
            assert await ear.closed() == 1009

    run(story())


def test_without_a_good_token_there_is_no_line(door: str, geo_1: Counter, clock: Clock) -> None:
    async def refused(token: str) -> dict[str, Any]:
        with pytest.raises(InvalidStatus) as raised:
            async with a_line(door, token):
                pass
        assert raised.value.response.status_code == 401
        problem: dict[str, Any] = json.loads(raised.value.response.body or b"")
        return problem

    assert run(refused("nonsense"))["code"] == "token.invalid"
    clock.pass_(hours=1)
    assert run(refused(geo_1.access))["code"] == "token.expired"


def test_a_second_line_of_one_desk_takes_the_place_of_the_first(door: str, geo_1: Counter) -> None:
    async def story() -> None:
        async with listening(door, geo_1) as (first, _), listening(door, geo_1) as (second, _):
            assert (await first.hear(Bye)).code == "REPLACED"
            await second.say('{"t":"ping"}')
            await second.hear(Pong)

    run(story())


def test_a_revoked_desk_is_told_so_and_hears_no_more(
    door: str, central: Central, geo_1: Counter, geo_2: Counter
) -> None:
    async def story() -> None:
        async with listening(door, geo_1) as (ear, _), listening(door, geo_2) as (other, _):
            with central.database.connection() as connection:
                connection.execute("update device set status = 'revoked' where id = %s", [geo_1.caller.device])
            await look_at_rights(central)
            await ear.hear(Revoked)
            await ear.closed()
            await other.say('{"t":"ping"}')
            await other.hear(Pong)

    run(story())


async def look_at_rights(central: Central) -> None:
    """On the loop that serves."""
    live = central.services.live
    assert live._loop is not None
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(live.look_at_rights(), live._loop))


def test_a_session_that_ended_elsewhere_ends_the_line(door: str, central: Central, geo_1: Counter) -> None:
    async def story() -> None:
        async with listening(door, geo_1) as (ear, _):
            await asyncio.to_thread(central.services.signing_in.sign_out, geo_1.refresh)
            await look_at_rights(central)
            assert (await ear.hear(Bye)).code == "RIGHTS"

    run(story())


def test_a_new_right_is_heard_of_without_a_new_line(
    door: str, central: Central, clock: Clock, geo_1: Counter, geo_2: Counter
) -> None:
    """Somebody else signs in on the desk: their own scope is told too."""

    async def story() -> None:
        async with listening(door, geo_1) as (ear, _):
            await asyncio.to_thread(Counter.sign_in, central, clock, "sandra", "GEO-1")
            await look_at_rights(central)
            poke = await ear.hear(Poke)
            assert f"user:{geo_2.caller.staff}" in poke.heads
            assert "branch:EWR" not in poke.heads

    run(story())


def test_a_central_that_stops_says_goodbye_and_how_to_come_back(
    central: Central, geo_1: Counter, geo_2: Counter
) -> None:
    door = Door(central)

    async def story() -> None:
        url = f"http://127.0.0.1:{door.port}"
        async with listening(url, geo_1) as (one, _), listening(url, geo_2) as (two, _):
            closing = asyncio.ensure_future(asyncio.to_thread(door.close))
            assert await one.hear(Bye) == Bye(code="DRAIN", spread_ms=30_000)
            assert await two.hear(Bye) == Bye(code="DRAIN", spread_ms=30_000)
            assert await one.closed() == 1001
            await closing

    run(story())


def test_two_central_processes_tell_each_other(url: str, clock: Clock) -> None:
    """Two of everything but the database: the second hears by NOTIFY what the first took in."""
    first, second = Database(url), Database(url)
    first.open()
    second.open()
    one, two = assemble(first, clock), assemble(second, clock)
    geo_1 = Counter.sign_in(one, clock, "shanice", "GEO-1")
    geo_2 = Counter.sign_in(two, clock, "sandra", "GEO-2")
    geo_1.catch_up()
    geo_2.catch_up()

    async def story() -> None:
        with served(one), served(two) as at_two:
            async with listening(at_two, geo_2) as (ear, _):
                for n in range(1, 6):
                    await push(geo_1, geo_1.open_cart(n))
                head = geo_1.cursors[BRANCH][0]
                at = geo_2.cursors[BRANCH][0]
                while at < head:
                    delta = await ear.hear_of(BRANCH)
                    assert delta.from_ == at
                    at = delta.to

    try:
        run(story())
    finally:
        first.close()
        second.close()


def test_what_no_process_announced_is_found_by_looking(door: str, central: Central, geo_1: Counter) -> None:
    """A job that writes to the feed by itself, or a notification that got lost."""
    geo_1.catch_up()

    async def story() -> None:
        async with listening(door, geo_1) as (ear, _):
            with central.database.pushing() as unit:
                unit.stamp("px", [])
            assert (await ear.hear(Delta)).scope == "px"

    run(story())


def test_announcements_find_their_way_back_to_a_database_that_went_away(url: str) -> None:
    heard: list[object] = []
    announcements = Announcements(url)
    announcements.start(heard.append)
    try:
        wait_until(lambda: heard == [None])
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%'")
            wait_until(lambda: heard == [None, None])
            connection.execute("select pg_notify(%s, %s)", [CHANNEL, json.dumps({"from": "x", "heads": {"px": 3}})])
            wait_until(lambda: heard[-1] == {"px": 3})
    finally:
        announcements.stop()


def wait_until(condition: Any) -> None:
    import time

    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)
