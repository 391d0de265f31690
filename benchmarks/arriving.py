"""The longest blocks of the window's thread while a hundred thousand rows arrive from a real central."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

import psycopg
from PySide6.QtCore import QObject, Qt, QTimer

from agent_desk.central.store.database import Database
from agent_desk.central.usecases.sampling import save_all
from agent_desk.desk.assembling import Desk
from agent_desk.desk.bootstrap import Options, make_application, open_counter
from agent_desk.desk.store.connection import Connection
from agent_desk.desk.ui.event_loop import run_on
from agent_desk.domain.catalogue import Product
from agent_desk.sample import stable_id
from benchmarks.measuring import Aim, Figure, Report, Setting, UnmeasuredError, percentile
from benchmarks.site import FIRST, Site, a_site, list_sellers

PASSPHRASE = "only for measuring"
TICK_MS = 1
BLOCK_MS = 33.0
"""Two frames of a screen of 60 a second."""
AT_ONCE = 500
PATIENCE = 900.0
LOOKS_EVERY = 1.0


@dataclass(slots=True)
class Blocks:
    """Milliseconds for which the thread did not come back to its events, a sample a turn."""

    wall: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)
    """Of these, without those in which another program had the processor."""
    work: list[float] = field(default_factory=list)
    """What the thread itself worked: what it waited for another thread of ours is not in it."""

    def figures(self, what: str, idle: Blocks) -> tuple[Figure, ...]:
        beside = "the same window at rest, in the same run"
        aim = Aim("at most", BLOCK_MS)
        return (
            Figure(f"{what}, p99.9", high(self.ours), beside, high(idle.ours), "ms", aim),
            Figure(f"{what}, longest", max(self.ours), beside, max(idle.ours), "ms"),
            Figure(f"{what}, work of the thread itself, longest", max(self.work), beside, max(idle.work), "ms", aim),
        )

    def said(self) -> str:
        return f"{high(self.wall):.0f} ms at p99.9, {max(self.wall):.0f} ms at most in {len(self.wall):,} turns"


def high(samples: list[float]) -> float:
    return percentile(samples, 0.999)


class Waits:
    """How long this thread could have run and another program had the processor, where the system tells."""

    def __init__(self) -> None:
        try:
            self._told: int | None = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
        except OSError:
            self._told = None

    def ms(self) -> float:
        return 0.0 if self._told is None else int(os.pread(self._told, 100, 0).split()[1]) / 1e6

    def close(self) -> None:
        if self._told is not None:
            os.close(self._told)


class Watch(QObject):
    """A tick every millisecond; what comes late was held up."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._waits = Waits()
        self._last = self._read()
        self._blocks = Blocks()
        self.destroyed.connect(self._waits.close)

    def start(self) -> None:
        self._blocks, self._last = Blocks(), self._read()
        self._timer.start()

    def stop(self) -> Blocks:
        self._timer.stop()
        return self._blocks

    def _read(self) -> tuple[float, float, float]:
        return time.perf_counter() * 1000, self._waits.ms(), time.thread_time() * 1000

    def _tick(self) -> None:
        now = self._read()
        wall, waited, work = (new - old for new, old in zip(now, self._last, strict=True))
        self._last = now
        self._blocks.wall.append(max(0.0, wall - TICK_MS))
        self._blocks.ours.append(max(0.0, wall - TICK_MS - waited))
        self._blocks.work.append(work)


def fill(site: Site, products: int) -> None:
    """As many products as asked for, each of its own name, in central's own way."""
    database = Database(site.url(FIRST))
    database.open()
    try:
        with database.reading() as reading:
            bodies = [body for _, body in reading.list_documents([Product.kind])]
        sample = [Product.model_validate_json(body) for body in bodies]
        for first in range(0, products - len(sample), AT_ONCE):
            more = range(first, min(first + AT_ONCE, products - len(sample)))
            with database.filling() as unit:
                save_all(unit, [_another(sample[n % len(sample)], n) for n in more])
    finally:
        database.close()


def _another(product: Product, n: int) -> Product:
    named = {
        "id": stable_id("arriving", n),
        "code": f"{product.code}-{n}",
        "barcode": "",
        "name": f"{product.name} {n}",
    }
    return product.model_copy(update=named)


def touch(url: str) -> None:
    """Another version of everything, in central's own way: what desks that are in step hear of."""
    database = Database(url)
    database.open()
    try:
        with database.reading() as reading:
            bodies = [body for _, body in reading.list_documents([Product.kind])]
        for first in range(0, len(bodies), AT_ONCE):
            some = [Product.model_validate_json(body) for body in bodies[first : first + AT_ONCE]]
            with database.filling() as unit:
                save_all(unit, [one.model_copy(update={"version": one.version + 1}) for one in some])
    finally:
        database.close()


async def _arrived(desk: Desk, products: int, version: int) -> None:
    """Returns once so many products are here in that version."""

    def count(connection: Connection) -> int:
        asked = "SELECT count(*) FROM base WHERE kind = ? AND version >= ?"
        return int(connection.exec_driver_sql(asked, (Product.kind, version)).scalar_one())

    try:
        async with asyncio.timeout(PATIENCE):
            while await desk.runner.read(count) < products:  # noqa: ASYNC110 - a database has no event for it
                await asyncio.sleep(LOOKS_EVERY)
    except TimeoutError:
        raise UnmeasuredError("the rows did not arrive") from None


async def _play(site: Site, url: str, setting: Setting, products: int) -> Report:
    seller = next(one for one in list_sellers() if one.login == "sandra")
    options = Options(
        url, seller.desk, setting.folder / "desk", PASSPHRASE, login=seller.login, password=seller.password
    )
    took: list[float] = []
    async with open_counter(make_application(options), options) as counter:
        desk = counter.desk
        if desk is None:
            raise UnmeasuredError("the desk did not open")
        assert counter.window is not None, "it came with the desk"
        for page in ("quote", "cart", "measure", "orders", "sync"):
            # made before the rows come, or their making is in what is measured
            counter.window.page(page)
        watch = Watch(counter.shell)
        first = await _watched(watch, _arrived(desk, products, 1), took)
        # in a process of its own: here it would hold up what is measured
        with subprocess.Popen([sys.executable, "-m", "benchmarks.arriving", site.url(FIRST)]) as touching:  # noqa: ASYNC220
            changed = await _watched(watch, _arrived(desk, products, 2), took)
            if touching.wait() != 0:
                raise UnmeasuredError("the products could not be changed")
        watch.start()
        await asyncio.sleep(setting.pick(10, 2))
        idle = watch.stop()
    rows = f"{products:,} rows"
    return Report(
        (
            *first.figures(f"blocks of the window while a first sync brings {rows}", idle),
            *changed.figures(f"blocks of the window while {rows} change", idle),
        ),
        (
            f"the first sync took {took[0]:.1f} s, the changes {took[1]:.1f} s, with central on the same processors.",
            f"with what other programs had of the processor: {first.said()}; {changed.said()}; at rest {idle.said()}.",
        ),
    )


async def _watched(watch: Watch, arrived: Coroutine[Any, Any, None], took: list[float]) -> Blocks:
    begun = time.perf_counter()
    watch.start()
    await arrived
    took.append(time.perf_counter() - begun)
    # what the window does with the last of them belongs to it
    await asyncio.sleep(0.5)
    return watch.stop()


def measure(setting: Setting) -> Report:
    products = setting.pick(100_000, 12_000)
    with a_site(setting.folder) as site:
        fill(site, products)
        with psycopg.connect(site.url(FIRST), autocommit=True) as connection:
            connection.execute("analyze")
        reports: list[Report] = []

        async def story(url: str) -> None:
            reports.append(await _play(site, url, setting, products))

        with site.central(FIRST) as url:
            app = make_application(Options("", "", setting.folder))
            run_on(app, lambda: story(url))
    return reports[0]


if __name__ == "__main__":
    touch(sys.argv[1])
