"""`make bench-sync`: the same documents synced by us, by PouchDB and by Anki, near and over a line of 300 ms."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measuring import UnmeasuredError
from benchmarks.rivals.conflicts import Fates
from benchmarks.rivals.documents import DOCUMENTS, load, make_documents, write_lines
from benchmarks.rivals.installing import LeftOutError
from benchmarks.rivals.playing_anki import Anki
from benchmarks.rivals.playing_ours import Ours
from benchmarks.rivals.playing_pouch import Pouch
from benchmarks.rivals.printing import costs, fates, times, twice
from benchmarks.rivals.talking import Program
from benchmarks.rivals.works import Rival, Stage, Taken, Work
from benchmarks.run import machine
from benchmarks.site import a_site
from benchmarks.table import keep

ROUND_TRIPS = (0.0, 0.3)
REPEATED = 3
MEASURED, UNMEASURED = 0, 1
MARK = "one run of bench-sync"


def main(args: list[str]) -> int:
    parser = argparse.ArgumentParser("make bench-sync", description=__doc__)
    parser.add_argument("--documents", type=int, default=DOCUMENTS, help="how many (%(default)s)")
    parser.add_argument("--alone", action="store_true", help="only ours")
    parser.add_argument("--round-trip", type=float, action="append", metavar="SECONDS", help="only this line")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="also put the tables into FILE, between its markers")
    chosen = parser.parse_args(args)
    left_out: list[str] = []
    documents = make_documents(chosen.documents)
    with tempfile.TemporaryDirectory(prefix="agent-desk-bench-sync-") as name, ExitStack() as stack:
        folder = Path(name)
        content = write_lines(documents, folder / "documents.jsonl")
        line = stack.enter_context(Program("line", [sys.executable, "-m", "benchmarks.rivals.line"], folder))
        ids = [str(one.id) for one in documents]
        stage = Stage(folder, line, folder / "documents.jsonl", content, ids, REPEATED)
        site = stack.enter_context(a_site(folder, lambda database: load(database, documents)))
        rivals: list[Rival] = [Ours(stage, site)]
        for other in () if chosen.alone else (Pouch, Anki):
            try:
                rivals.append(other(stage))
            except LeftOutError as error:
                left_out.append(str(error))
        said = Said()
        said.say(machine(quick=chosen.documents < DOCUMENTS), *left_out)
        unmeasured = _play(stage, rivals, tuple(chosen.round_trip or ROUND_TRIPS), said)
    if chosen.keep is not None:
        keep(chosen.keep, "\n".join(said.lines).rstrip(), MARK)
    return UNMEASURED if unmeasured else MEASURED


@dataclass
class Said:
    """What is printed as soon as it is known, and kept."""

    lines: list[str] = field(default_factory=list)

    def say(self, *parts: str) -> None:
        self.lines += parts
        print("\n".join(parts), flush=True)


def _play(stage: Stage, rivals: list[Rival], round_trips: tuple[float, ...], said: Said) -> bool:
    """Everybody after the other on each line: they would be in each other's way. True where something is missing."""
    unmeasured: list[str] = []
    size = stage.file.stat().st_size / stage.content.count
    said.say(f"{stage.content.count:,} documents of {size:.0f} bytes on average")
    said.say(*(f"{rival.name}: {rival.kept}" for rival in rivals))
    for round_trip in round_trips:
        results: dict[str, dict[Work, Taken]] = {}
        for rival in rivals:
            _tell(f"{rival.name}, {round_trip * 1000:.0f} ms")
            results[rival.name] = {}
            try:
                results[rival.name] = rival.play(round_trip)
                _tell(", ".join(f"{work.name} {one.seconds:.3f}" for work, one in results[rival.name].items()))
            except UnmeasuredError as error:
                unmeasured.append(f"{rival.name} at {round_trip * 1000:.0f} ms could not be measured: {error}")
                _tell(unmeasured[-1])
        told = (rivals, round_trip, stage.content.count)
        said.say("", times(results, *told), "", costs(results, *told))
        if round_trip:
            said.say("", twice(results, rivals))
    said.say("", _conflicts(rivals, unmeasured), *unmeasured)
    return bool(unmeasured)


def _conflicts(rivals: list[Rival], unmeasured: list[str]) -> str:
    found: dict[str, Fates] = {}
    for rival in rivals:
        _tell(f"{rival.name}, conflicts")
        try:
            found[rival.name] = rival.conflict()
        except UnmeasuredError as error:
            unmeasured.append(f"{rival.name} could not be asked about conflicts: {error}")
            _tell(unmeasured[-1])
    return fates(found)


def _tell(what: str) -> None:
    load_average = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{time.strftime('%H:%M:%S')} {what}{load_average}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
