"""A thousand desks on one central: memory, a cart command beside 500 orders an hour, and the return after a restart.

`python -m benchmarks.desks --desks 1000 --seconds 120`. Everything is on loopback and ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]  # it comes with the embedded database, without types
from argon2 import PasswordHasher

from agent_desk.central.store.database import Database
from agent_desk.central.usecases.sampling import save_all
from agent_desk.domain.people import Branch, Role, Staff
from agent_desk.sample import stable_id
from agent_desk.services import Service, free_port
from agent_desk.serving import raise_file_limit
from benchmarks.lean import LeanDesk, read_heads
from benchmarks.measuring import UnmeasuredError, percentile
from benchmarks.sales import COMMANDS_OF_A_SALE, Queue, make_sales
from benchmarks.site import FIRST, a_site, catch_up, database_seconds, list_sellers, open_new

BRANCHES = ("GEO", "EWR", "CCC", "DDD")
"""The first two are the sample's, where the orders are taken: a quarter of all desks hears of most of them."""
ORDERS_AN_HOUR = 500
PASSWORD = "for the benchmark alone"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""The hash says how much work it is: a thousand real ones at once are another question, answered by a note."""
AT_ONCE = 50
BACK_WITHIN = 60.0
GIVES_UP_AFTER = 180.0
FOLDER = f"agent-desk-bench-desks-{os.getpid()}-"


@dataclass(frozen=True, slots=True)
class Used:
    """What central and its database have used so far."""

    at: float
    central_seconds: float
    database_seconds: float

    @classmethod
    def now(cls, pid: int) -> Used:
        times = psutil.Process(pid).cpu_times()
        return cls(time.monotonic(), times.user + times.system, database_seconds(FOLDER))

    def since(self, before: Used) -> tuple[float, float]:
        """Of one processor each: central, database."""
        passed = max(self.at - before.at, 0.001)
        central = (self.central_seconds - before.central_seconds) / passed
        return central, (self.database_seconds - before.database_seconds) / passed


def memory_mb(pid: int) -> float:
    return float(psutil.Process(pid).memory_info().rss) / 1e6


def enrol(database_url: str, desks: int) -> None:
    """Four branches, a person and a desk each."""
    database = Database(database_url)
    database.open()
    try:
        with database.filling() as unit:
            new = BRANCHES[2:]
            branches = [Branch(id=stable_id("branch", b), version=1, code=b, name=b, country="GY") for b in new]
            staff = [_person(n) for n in range(desks)]
            save_all(unit, [*branches, *staff])
            for n, one in enumerate(staff):
                unit.save_password_hash(one.id, CHEAP)
                unit.enrol_desk(_code(n), BRANCHES[n % 4], None)
    finally:
        database.close()


def _code(n: int) -> str:
    return f"{BRANCHES[n % 4]}-{n // 4 + 1000}"


def _person(n: int) -> Staff:
    branch = BRANCHES[n % 4]
    return Staff(
        id=stable_id("bench", str(n)), version=1, login=f"bench{n}", name=f"Bench {n}", role=Role.AGENT, branch=branch
    )


@dataclass
class Fleet:
    """Every desk and what they went through."""

    desks: list[LeanDesk]
    running: list[asyncio.Future[None]] = field(default_factory=list)

    @property
    def failures(self) -> int:
        return sum(desk.failures for desk in self.desks)

    @property
    def deltas(self) -> int:
        return sum(desk.deltas for desk in self.desks)

    @property
    def live(self) -> int:
        return sum(desk.is_live for desk in self.desks)

    async def sign_in(self) -> float:
        start = time.monotonic()
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(n: int, desk: LeanDesk) -> None:
            async with gate:
                await desk.sign_in(f"bench{n}", PASSWORD)

        await asyncio.gather(*(one(n, desk) for n, desk in enumerate(self.desks)))
        heads = {code: await read_heads(desk.url, desk) for code, desk in zip(BRANCHES, self.desks[:4], strict=True)}
        for n, desk in enumerate(self.desks):
            shared = heads[BRANCHES[n % 4]]
            desk.cursors = {s: c for s, c in shared.items() if not s.startswith(("dev:", "user:"))}
        return time.monotonic() - start

    def begin(self) -> None:
        self.running = [asyncio.ensure_future(desk.run()) for desk in self.desks]

    async def all_live(self) -> float:
        """Seconds until every line is open."""
        start = time.monotonic()
        while self.live < len(self.desks):
            if time.monotonic() - start > GIVES_UP_AFTER:
                raise UnmeasuredError(f"{self.live} of {len(self.desks)} desks came back within {GIVES_UP_AFTER:.0f} s")
            await asyncio.sleep(0.05)
        return time.monotonic() - start

    async def end(self) -> None:
        for one in self.running:
            one.cancel()
        await asyncio.gather(*self.running, return_exceptions=True)
        for desk in self.desks:
            desk.close()


@dataclass
class Orders:
    """Orders at their pace, command by command as while online."""

    url: str
    queues: list[tuple[str, Queue]]
    took_ms: list[float] = field(default_factory=list)
    told_ms: list[float] = field(default_factory=list)
    """From before the push until the line of another desk of the branch brought it."""
    _heard: dict[int, float] = field(default_factory=dict)

    def hear(self, scope: str, rows: Sequence[dict[str, Any]]) -> None:
        """Of one desk of the branch that listens."""
        if scope == f"branch:{BRANCHES[0]}":
            for row in rows:
                self._heard.setdefault(row["seq"], time.perf_counter())

    async def sell(self, seconds: float, an_hour: float) -> None:
        gap = 3600 / an_hour * len(self.queues)
        until = time.monotonic() + seconds
        await asyncio.gather(*(self._one(n, until, gap) for n in range(len(self.queues))))
        # what was told last may still be under way
        await asyncio.sleep(1)

    async def _one(self, at: int, until: float, gap: float) -> None:
        code, queue = self.queues[at]
        desk = LeanDesk(self.url, code, queue.request.device, access=queue.token)
        desk.epoch, desk.cursors = str(queue.request.epoch), dict(queue.cursors)
        await asyncio.sleep(gap * at / len(self.queues))
        started: list[tuple[int, float]] = []
        while time.monotonic() < until and queue.commands:
            begun = time.monotonic()
            order, queue.commands = queue.commands[:COMMANDS_OF_A_SALE], queue.commands[COMMANDS_OF_A_SALE:]
            for command in order:
                start = time.perf_counter()
                said = await desk.sync([json.loads(command)])
                self.took_ms.append((time.perf_counter() - start) * 1000)
                if [ack["state"] for ack in said["acks"]] != ["applied"]:
                    raise UnmeasuredError(f"central did not apply it: {said['acks']}")
                started.append((said["acks"][0]["at"].get(f"branch:{BRANCHES[0]}", 0), start))
            await asyncio.sleep(max(0.0, min(gap - (time.monotonic() - begun), until - time.monotonic())))
        queue.cursors = {scope: list(cursor) for scope, cursor in desk.cursors.items()}
        self.told_ms += [(self._heard[seq] - start) * 1000 for seq, start in started if seq in self._heard]
        desk.close()


async def make_queues(url: str, folder: Path, orders: int) -> list[tuple[str, Queue]]:
    """What four real desks sold without a link."""
    queues = []
    for seller in list_sellers():
        desk = await open_new(url, seller, folder)
        try:
            await catch_up(desk)
            queues.append((seller.desk, await make_sales(desk, orders)))
        finally:
            await desk.close()
    return queues


@dataclass
class Told:
    """The lines of the table."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, what: str, found: str, beside: str = "") -> None:
        self.rows.append((what, found, beside))
        print(f"  {what:<58}  {found:>26}  {beside}", flush=True)


async def play(service: Service, url: str, fleet: Fleet, queues: list[tuple[str, Queue]], seconds: float) -> None:
    told, count = Told(), len(fleet.desks)
    pid = service.pid
    assert pid is not None, "it was started"
    empty = memory_mb(pid)
    orders = Orders(url, queues)
    alone = Orders(url, queues)
    await alone.sell(min(20.0, seconds), 3600.0)
    told.add("a cart command, no other desk, p50 / p99", _two(alone.took_ms), f"{len(alone.took_ms)} commands")
    took = await fleet.sign_in()
    told.add(f"{count} desks sign in (their hash made cheap)", f"{took:.0f} s", f"{count / took:.0f} a second")
    before = Used.now(pid)
    fleet.begin()
    told.add("all lines open", f"{await fleet.all_live():.1f} s", _share(pid, before))
    full = memory_mb(pid)
    each = f"{(full - empty) / count * 1000:.0f} KB a desk"
    told.add("central's memory, no desk / all desks", f"{empty:.0f} / {full:.0f} MB", each)
    fleet.desks[0].hears = orders.hear
    failed = fleet.failures
    before = Used.now(pid)
    await orders.sell(seconds, ORDERS_AN_HOUR)
    beside = f"{percentile(orders.took_ms, 0.5) / percentile(alone.took_ms, 0.5):.2f} times that without"
    told.add(f"a cart command, {ORDERS_AN_HOUR} orders an hour, p50 / p99", _two(orders.took_ms), beside)
    told.add("until another desk's line brought it, p50 / p99", _two(orders.told_ms), f"{len(orders.told_ms)} changes")
    told.add("central and database meanwhile, of one processor", _shares(pid, before), _share(pid, before))
    told.add("tries that failed meanwhile", str(fleet.failures - failed), f"{fleet.deltas} deltas kept")
    await _come_back(service, fleet, told, "stopped and started", service.stop)
    await _come_back(service, fleet, told, "killed and started", service.kill)


async def _come_back(service: Service, fleet: Fleet, told: Told, how: str, end: Callable[[], None]) -> None:
    failed = fleet.failures
    await asyncio.to_thread(end)
    stopped = time.monotonic()
    await asyncio.to_thread(service.start)
    down = time.monotonic() - stopped
    pid = service.pid
    assert pid is not None, "it was started"
    before = Used.now(pid)
    took = await fleet.all_live()
    beside = f"aim {BACK_WITHIN:.0f} s; away for {down:.1f} s; {_share(pid, before)}"
    told.add(f"central {how}: all back after it listened again", f"{took:.1f} s", beside)
    told.add("  tries that failed on the way back", str(fleet.failures - failed), f"of {len(fleet.desks)} desks")


def _two(samples: Sequence[float]) -> str:
    return f"{percentile(samples, 0.5):.0f} / {percentile(samples, 0.99):.0f} ms" if samples else "none"


def _shares(pid: int, before: Used) -> str:
    central, database = Used.now(pid).since(before)
    return f"{central:.2f} and {database:.2f}"


def _share(pid: int, before: Used) -> str:
    central, database = Used.now(pid).since(before)
    return f"central {central:.0%}, database {database:.0%} of a processor"


def main(args: list[str]) -> int:
    parser = argparse.ArgumentParser("make bench-desks", description=__doc__)
    parser.add_argument("--desks", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=120.0, help="of orders (%(default)s)")
    chosen = parser.parse_args(args)
    raise_file_limit()
    with tempfile.TemporaryDirectory(prefix=FOLDER) as name, a_site(Path(name)) as site:
        enrol(site.url(FIRST), chosen.desks)
        port = free_port()
        command = ["agent_desk.central", "--port", str(port), "--database-url", site.url(FIRST)]
        service = Service("central", command, Path(name))
        url = f"http://127.0.0.1:{port}"
        service.start()
        try:
            wanted = int(20 + chosen.seconds / 3600 * ORDERS_AN_HOUR) // 4 + 3
            queues = asyncio.run(make_queues(url, Path(name), wanted))
            where = f"one central, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
            print(f"{chosen.desks} desks, {len(BRANCHES)} branches, {where}")
            asyncio.run(_whole(service, url, chosen.desks, queues, chosen.seconds))
        finally:
            service.stop()
    return 0


async def _whole(service: Service, url: str, desks: int, queues: list[tuple[str, Queue]], seconds: float) -> None:
    fleet = Fleet([LeanDesk(url, _code(n)) for n in range(desks)])
    try:
        await play(service, url, fleet, queues, seconds)
    finally:
        await fleet.end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
