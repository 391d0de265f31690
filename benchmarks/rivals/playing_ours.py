"""Ours: a real central in its process on its own PostgreSQL, real desks in theirs."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from benchmarks.rivals.conflicts import Fates, judge, make_edits
from benchmarks.rivals.talking import Program, cpu_seconds
from benchmarks.rivals.works import CUTS, Meter, Stage, Taken, Work, check
from benchmarks.site import Served, Site, database_seconds

RESTS_FOR = 10.0


class Ours:
    """Implements `Rival`; every line is played on a copy of the database of its own."""

    name = "ours"
    kept = "SQLCipher with WAL and synchronous FULL, PostgreSQL with fsync and synchronous_commit"

    def __init__(self, stage: Stage, site: Site) -> None:
        self._stage = stage
        self._site = site

    def play(self, round_trip: float) -> dict[Work, Taken]:
        name = f"line{round_trip * 1000:.0f}"
        with self._central(name) as central, ExitStack() as stack:
            far = f"http://127.0.0.1:{self._stage.far(urlsplit(central.url).port or 0, round_trip)}"
            a, b = (stack.enter_context(self._desk(name, side)) for side in "ab")
            meter = Meter(self._stage.line, lambda: self._used(central), self._stage.repeated)
            # the first desk of all waits until central has made the file
            b.ask("open", code="GEO-1", url=central.url)
            b.ask("sync")
            taken = self._alone(meter, a, far, round_trip)
            for n, (work, share) in enumerate(CUTS.items()):
                with self._desk(name, "c") as c:
                    c.ask("open", code=f"GEO-{10 + n}", url=far)
                    taken[work] = meter.take_cut(c, "sync", share * taken[Work.FIRST].passed.down)
                    check(self.name, c.ask("content"), self._stage.content)
            taken |= self._together(meter, a, b, far)
        return taken

    def _alone(self, meter: Meter, a: Program, far: str, round_trip: float) -> dict[Work, Taken]:
        a.ask("open", code="GEO-2", url=far)
        taken = {Work.FIRST: meter.take(a, "sync")}
        check(self.name, a.ask("content"), self._stage.content)
        taken[Work.NOTHING] = meter.take_often(a, "sync")
        if round_trip:
            time.sleep(RESTS_FOR)
            taken[Work.RESTED] = meter.take(a, "sync")
        taken[Work.UP] = meter.take_often(a, "change", lambda n: {"at": 0, "note": f"up {n}"})
        return taken

    def _together(self, meter: Meter, a: Program, b: Program, far: str) -> dict[Work, Taken]:
        def write_near(n: int) -> dict[str, object]:
            b.ask("change", at=1, note=f"down {n}")
            return {}

        taken = {Work.DOWN: meter.take_often(a, "sync", write_near)}
        b.ask("open", code="GEO-1", url=far)
        b.ask("sync")
        for desk in (a, b):
            desk.ask("listen")
        taken[Work.ACROSS] = meter.take_across(a, b, lambda n: {"at": 2, "note": f"across {n}"})
        for desk, code in ((a, "GEO-2"), (b, "GEO-1")):
            desk.ask("open", code=code, url=far)
        a.ask("make", count=self._stage.content.count, seed=1)
        taken[Work.PUSH] = meter.take(a, "push")
        taken[Work.NEW] = meter.take(b, "sync")
        kinds = ["customer", "product", "order"]
        assert a.ask("content", kinds=kinds) == b.ask("content", kinds=kinds), "each has counted like central"
        return taken

    def conflict(self) -> Fates:
        with self._central("conflicts") as central, ExitStack() as stack:
            desks = [stack.enter_context(self._desk("conflicts", side)) for side in "ab"]
            for n, desk in enumerate(desks, 1):
                desk.ask("open", code=f"GEO-{n}", url=central.url)
                desk.ask("sync")
            edits = [make_edits("a"), make_edits("b")]
            for desk, made in zip(desks, edits, strict=True):
                desk.ask("edit", edits=made)
            for desk in (*desks, desks[0]):
                desk.ask("sync")
            found = [desk.ask("found") for desk in desks]
            assert found[0] == found[1], "both show the same"
            return judge(edits, found[0]["stands"], found[0]["told"])

    @contextmanager
    def _central(self, name: str) -> Iterator[Served]:
        self._site.copy(name)
        with self._site.serving(name) as served:
            yield served

    def _desk(self, name: str, side: str) -> Program:
        command = [sys.executable, "-m", "benchmarks.rivals.ours", str(self._stage.folder / name)]
        return Program(f"our-desk-{name}-{side}", command, self._stage.folder)

    def _used(self, central: Served) -> float:
        return cpu_seconds([central.pid]) + database_seconds(str(self._stage.folder))
