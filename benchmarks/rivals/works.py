"""The work everybody is asked to do, and what doing it took."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from agent_desk.drill.relay import Passed
from benchmarks.measuring import UnmeasuredError
from benchmarks.rivals.conflicts import Fates
from benchmarks.rivals.documents import Content
from benchmarks.rivals.talking import Program, Spoken, cpu_seconds

CUT_FOR = 1.0
"""Seconds without a link, which are taken off again."""
ARMS_WITHIN = 0.2
"""Seconds in which a desk that is asked to listen does."""


class Work(Enum):
    """What is done, by its words in the table; `{n}` is how many documents there are."""

    FIRST = "first sync of {n} documents"
    NEW = "{n} new ones, to a desk that has synced before"
    NOTHING = "nothing has changed"
    RESTED = "nothing has changed, after ten seconds of rest"
    UP = "one change up"
    DOWN = "one change down, asked for"
    ACROSS = "one change, from desk to desk"
    PUSH = "{n} up"
    CUT_25 = "first sync, cut at 25 %"
    CUT_50 = "first sync, cut at 50 %"
    CUT_75 = "first sync, cut at 75 %"


CUTS = {Work.CUT_25: 0.25, Work.CUT_50: 0.5, Work.CUT_75: 0.75}
AIMS: dict[Work, float] = {Work.FIRST: 1.5, Work.NOTHING: 0.32, Work.UP: 0.33, Work.ACROSS: 0.45, Work.PUSH: 10.0}
"""Seconds, for 10 000 on a line of `AIMED_AT`."""
AIMED_AT = 0.3


@dataclass(frozen=True, slots=True)
class Taken:
    """What one piece of work took."""

    seconds: float
    passed: Passed
    desk: float
    server: float
    """Seconds of a processor."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What everybody is given."""

    folder: Path
    line: Program
    file: Path
    """One document a line."""
    content: Content
    """Of that file."""
    ids: list[str]
    """Of the documents, in the order of the file."""
    repeated: int
    """Times for what takes an exchange or two; the median counts."""

    def far(self, port: int, round_trip: float) -> int:
        """The near end of a line to a port of this machine."""
        return int(self.line.ask("open", port=port, round_trip=round_trip)["port"])

    def few(self, count: int) -> Path:
        """A file of the first documents alone."""
        file = self.folder / f"first-{count}.jsonl"
        file.write_bytes(b"".join(self.file.read_bytes().splitlines(keepends=True)[:count]))
        return file


class Rival(Protocol):
    """One of those who are compared."""

    @property
    def name(self) -> str: ...
    @property
    def kept(self) -> str:
        """How safe its documents are once it says that it has them."""
        ...

    def play(self, round_trip: float) -> dict[Work, Taken]:
        """Everything it can do of the work, over a line so long; raises UnmeasuredError."""
        ...

    def conflict(self) -> Fates: ...


@dataclass(frozen=True, slots=True)
class Meter:
    """Asks a desk to do something, and looks at the line and at the processors beside it."""

    line: Program
    server: Callable[[], float]
    """Seconds of a processor that the other side has used."""
    repeated: int = 1

    def take(self, desk: Program, do: str, **told: object) -> Taken:
        before, used, served = self._passed(), cpu_seconds([desk.pid]), self.server()
        said = desk.ask(do, **told)
        passed, theirs = self._passed().since(before), self.server() - served
        return Taken(float(said["seconds"]), passed, cpu_seconds([desk.pid]) - used, theirs)

    def take_often(self, desk: Program, do: str, tell: Callable[[int], dict[str, object]] = lambda _: {}) -> Taken:
        return middle([self.take(desk, do, **tell(n)) for n in range(self.repeated)])

    def take_cut(self, desk: Program, do: str, after: float, **told: object) -> Taken:
        """As `take`, on a line that breaks once so many bytes have come down."""
        self.line.ask("cut_after", down=int(after), seconds=CUT_FOR)
        taken = self.take(desk, do, **told)
        # who had everything when the line broke did not wait for it
        waited = CUT_FOR if taken.seconds > CUT_FOR else 0.0
        # whoever comes next finds it whole, and this cut's own end past
        time.sleep(CUT_FOR)
        self.line.ask("mend")
        return Taken(taken.seconds - waited, taken.passed, taken.desk, taken.server)

    def take_across(self, writer: Program, reader: Program, tell: Callable[[int], dict[str, object]]) -> Taken:
        """From before one desk's change until another, which listens, has it in its store."""
        return middle([self._across(writer, reader, tell(n)) for n in range(self.repeated)])

    def _across(self, writer: Program, reader: Program, told: dict[str, object]) -> Taken:
        both = [writer.pid, reader.pid]
        before, used, served = self._passed(), cpu_seconds(both), self.server()
        with ThreadPoolExecutor(1) as aside:
            hearing = aside.submit(reader.ask, "hear", **told)
            time.sleep(ARMS_WITHIN)
            said = writer.ask("change", **told)
            seconds = float(hearing.result()["heard"]) - float(said["began"])
        return Taken(seconds, self._passed().since(before), cpu_seconds(both) - used, self.server() - served)

    def _passed(self) -> Passed:
        return Passed(**self.line.ask("passed"))


def middle(taken: Sequence[Taken]) -> Taken:
    """The one with the median time."""
    median = statistics.median_low([one.seconds for one in taken])
    return next(one for one in taken if one.seconds == median)


def check(who: str, said: Spoken, wanted: Content) -> None:
    """Whatever is quick but not there does not count."""
    found = Content(said["count"], said["sum"])
    if found != wanted:
        raise UnmeasuredError(f"{who} holds {found} instead of {wanted}")
