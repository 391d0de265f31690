"""The feed under many writers: nothing is missed and nothing comes out of order, or it is counted.

`python -m benchmarks.feeding SECONDS` lets sixteen writers stamp rows by central's own statement while a reader reads,
then the same through two central processes with pushes and pages. The wrong ways of numbering stand beside it, so that
one sees that the count can find something. It ends with 1 where a row was missed.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID, uuid4, uuid5

import psycopg

from agent_desk.central.store.database import Database
from agent_desk.central.store.pushing import PushingUnit
from agent_desk.central.usecases.ports import FeedRow, Reading
from agent_desk.domain.commands import AddCustomer
from agent_desk.domain.rights import Series, number_text
from benchmarks.lean import LeanDesk, envelope, read_heads
from benchmarks.measuring import UnmeasuredError
from benchmarks.site import FIRST, Site, a_site, list_sellers

WRITERS = 16
SCOPES = ("feed:1", "feed:2", "feed:3")
MOST_WORK_SECONDS = 0.008
"""Of a transaction, beside writing."""
MOST_READ = 1000
BRANCH = "branch:GEO"


@dataclass
class Tally:
    """What was committed, and what the reader has seen of it."""

    committed: dict[UUID, str] = field(default_factory=dict)
    """The scope of every row, once its commit has returned."""
    seen: dict[UUID, int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    out_of_order: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def commit(self, scope: str, ids: list[UUID]) -> None:
        with self.lock:
            self.committed |= dict.fromkeys(ids, scope)

    def see(self, scope: str, id_: UUID, seq: int) -> None:
        self.out_of_order += seq < self.last.get(scope, 0)
        self.last[scope] = max(seq, self.last.get(scope, 0))
        self.seen[id_] = seq

    def see_all(self, scope: str, rows: Sequence[dict[str, Any]]) -> None:
        if scope == BRANCH:
            for row in rows:
                self.see(scope, UUID(row["id"]), row["seq"])

    @property
    def missed(self) -> int:
        return len(self.committed.keys() - self.seen.keys())

    def __str__(self) -> str:
        return f"{len(self.committed):>7,} rows committed, {self.missed:,} missed, {self.out_of_order:,} out of order"


class Numbering(Protocol):
    """A way of giving rows their places in the feed."""

    def write(self, unit: PushingUnit, scope: str, ids: list[UUID], work: Callable[[], None]) -> None: ...
    def read(self, unit: Reading, scope: str, after: int) -> tuple[list[tuple[UUID, int]], int]:
        """What lies past a position, and the position to go on from."""
        ...


class CounterLast:
    """Central's own: the scope's counter is bumped by the last statement of the transaction."""

    def write(self, unit: PushingUnit, scope: str, ids: list[UUID], work: Callable[[], None]) -> None:
        work()
        unit.stamp(scope, [FeedRow("note", id_, 1, "u", b"{}", 1) for id_ in ids])

    def read(self, unit: Reading, scope: str, after: int) -> tuple[list[tuple[UUID, int]], int]:
        head = unit.list_heads([scope]).get(scope)
        rows = unit.list_rows(scope, after, MOST_READ)
        found = [(row.id, row.seq) for row in rows]
        whole = head is not None and len(rows) < MOST_READ
        return found, head.seq if head is not None and whole else found[-1][1] - 1 if found else after


class NumberFirst:
    """Wrong: the number is taken when the row is written, and others commit before."""

    number = "nextval('wrong_feed')"

    def write(self, unit: PushingUnit, scope: str, ids: list[UUID], work: Callable[[], None]) -> None:
        unit._run(  # noqa: SLF001 - the wrong way is written here alone
            f"insert into sync_row (scope, kind, id, seq, version, op, share, body)"
            f" select %s, 'note', id, {self.number}, 1, 'u', 1, '{{}}' from unnest(%s::uuid[]) as t(id)",
            (scope, ids),
        )
        work()

    def read(self, unit: Reading, scope: str, after: int) -> tuple[list[tuple[UUID, int]], int]:
        found = [(row.id, row.seq) for row in unit.list_rows(scope, after, MOST_READ)]
        return found, found[-1][1] if found else after


class TimeFirst(NumberFirst):
    """Wrong: the clock is the position."""

    number = "(extract(epoch from clock_timestamp()) * 1000000)::bigint"


class Round:
    """Writers and one reader on one database."""

    def __init__(self, database: Database, numbering: Numbering) -> None:
        self.tally = Tally()
        self._database = database
        self._numbering = numbering
        self._ending = threading.Event()
        self._cursors = dict.fromkeys(SCOPES, 0)

    def play(self, seconds: float, writers: int) -> Tally:
        with ThreadPoolExecutor(writers + 1) as threads:
            running = [threads.submit(self._write, seed) for seed in range(writers)] + [threads.submit(self._read_on)]
            self._ending.wait(seconds)
            self._ending.set()
            for one in running:
                one.result()
        while self._read():
            pass
        return self.tally

    def _write(self, seed: int) -> None:
        chance = random.Random(seed)
        while not self._ending.is_set():
            touched = sorted(chance.sample(SCOPES, chance.choice((1, 1, 2))))
            made = {scope: [uuid4() for _ in range(chance.choice((1, 1, 3)))] for scope in touched}
            with self._database.pushing() as unit:
                for scope, ids in made.items():
                    self._numbering.write(unit, scope, ids, lambda: time.sleep(chance.uniform(0, MOST_WORK_SECONDS)))
            for scope, ids in made.items():
                self.tally.commit(scope, ids)

    def _read_on(self) -> None:
        while not self._ending.is_set():
            self._read()

    def _read(self) -> bool:
        any_found = False
        with self._database.reading() as unit:
            for scope in SCOPES:
                found, self._cursors[scope] = self._numbering.read(unit, scope, self._cursors[scope])
                for id_, seq in found:
                    self.tally.see(scope, id_, seq)
                any_found = any_found or bool(found)
        return any_found


def write_and_read(database: Database, numbering: Numbering, seconds: float, writers: int = WRITERS) -> Tally:
    """So many writers for so long, and one reader that never rests; afterwards it reads to the end."""
    return Round(database, numbering).play(seconds, writers)


@contextmanager
def a_database(url: str, writers: int = WRITERS) -> Iterator[Database]:
    """With what the wrong ways need."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create sequence if not exists wrong_feed")
    database = Database(url, connections=writers + 2)
    database.open()
    try:
        yield database
    finally:
        database.close()


class TwoProcesses:
    """Desks that push to two central processes in turn, one that asks both in turn, one that listens at the second."""

    def __init__(self, urls: list[str], pushers: int) -> None:
        self.asked, self.heard = Tally(), Tally()
        self._desks = [LeanDesk(urls[n % 2], f"GEO-{100 + n}") for n in range(pushers)]
        self._askers = [LeanDesk(url, f"GEO-{97 + n}", hears=self.asked.see_all) for n, url in enumerate(urls)]
        self._listener = LeanDesk(urls[1], "GEO-99", hears=self.heard.see_all)
        self._staff = UUID(int=0)

    @property
    def pages(self) -> int:
        """That the listening desk had to ask for."""
        return self._listener.pages

    async def play(self, seconds: float) -> None:
        await self._begin()
        listening = asyncio.ensure_future(self._listener.run())
        until = time.monotonic() + seconds
        await asyncio.gather(*(self._push(desk, until) for desk in self._desks), self._ask(until))
        await self._askers[1].sync()
        async with asyncio.timeout(30):
            while self._listener.cursors[BRANCH][0] < self._askers[1].cursors[BRANCH][0]:  # noqa: ASYNC110 - over a line
                await asyncio.sleep(0.05)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        made = {_customer(desk, n): BRANCH for desk in self._desks for n in range(1, desk.n + 1)}
        self.asked.committed, self.heard.committed = made, made
        for desk in (*self._desks, *self._askers, self._listener):
            desk.close()

    async def _begin(self) -> None:
        seller = next(one for one in list_sellers() if one.login == "sandra")
        for desk in (*self._desks, *self._askers, self._listener):
            await desk.sign_in(seller.login, seller.password)
        heads = await read_heads(self._askers[0].url, self._askers[0])
        start = {scope: cursor for scope, cursor in heads.items() if not scope.startswith("dev:")}
        self._staff = next(UUID(scope.removeprefix("user:")) for scope in start if scope.startswith("user:"))
        for desk in (*self._desks, self._listener):
            desk.cursors = dict(start)
        # what one process has told, the other goes on from
        self._askers[0].cursors = self._askers[1].cursors = dict(start)

    async def _push(self, desk: LeanDesk, until: float) -> None:
        while time.monotonic() < until:
            desk.n += 1
            said = await desk.sync([_add_customer(desk, self._staff)])
            if not said["acks"] or said["acks"][0]["state"] != "applied":
                raise UnmeasuredError(f"central did not apply it: {said['acks']}")

    async def _ask(self, until: float) -> None:
        while time.monotonic() < until:
            for asker in self._askers:
                await asker.sync()


async def push_through_two(urls: list[str], seconds: float, pushers: int = WRITERS) -> TwoProcesses:
    two = TwoProcesses(urls, pushers)
    await two.play(seconds)
    return two


def _customer(desk: LeanDesk, n: int) -> UUID:
    return uuid5(desk.device, str(n))


def _add_customer(desk: LeanDesk, staff: UUID) -> dict[str, Any]:
    number = number_text(Series.CUSTOMER, desk.code, desk.n)
    command = AddCustomer(customer=_customer(desk, desk.n), number=number, full_name=f"Devon {desk.n}")
    return envelope(desk, command, staff)


def through_statement(site: Site, seconds: float) -> list[tuple[str, Tally]]:
    """Central's own way for all of the time, each wrong one for a tenth of it."""
    ways: list[tuple[str, Numbering, float]] = [
        ("the counter bumped last, central's own", CounterLast(), seconds),
        ("wrong: a sequence at the insert", NumberFirst(), max(2.0, seconds / 10)),
        ("wrong: the clock at the insert", TimeFirst(), max(2.0, seconds / 10)),
    ]
    found = []
    for n, (name, way, lasts) in enumerate(ways):
        site.copy(f"feed_{n}")
        with a_database(site.url(f"feed_{n}")) as database:
            found.append((name, write_and_read(database, way, lasts)))
    return found


def main(args: list[str]) -> int:
    seconds = float(args[0]) if args else 60.0
    with tempfile.TemporaryDirectory(prefix="agent-desk-bench-") as name, a_site(Path(name)) as site:
        print(f"{WRITERS} writers, {len(SCOPES)} scopes, {seconds:g} s, PostgreSQL, one reader")
        found = through_statement(site, seconds)
        for what, tally in found:
            print(f"  {what:<42} {tally}")
        with site.central(FIRST, "one") as one, site.central(FIRST, "two") as two:
            through = asyncio.run(push_through_two([one, two], seconds))
        print(f"{WRITERS} desks push to two central processes, {seconds:g} s")
        print(f"  {'pages asked of both in turn':<42} {through.asked}")
        print(f"  {'the open line of the second':<42} {through.heard}, {through.pages} pages asked for")
    right = (found[0][1], through.asked, through.heard)
    return int(any(tally.missed or tally.out_of_order for tally in right))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
