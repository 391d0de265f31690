"""How a figure is taken: beside its limit, in turn with it, more than once."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["at most times", "at least times", "at most"]


@dataclass(frozen=True, slots=True)
class Aim:
    """What a figure is held against: a ratio to its limit, or a value of its own unit."""

    kind: Kind
    value: float

    def words(self, unit: str) -> str:
        return {
            "at most times": f"at most {self.value:g} times",
            "at least times": f"at least {self.value:g} times",
            "at most": f"at most {self.value:g} {unit}",
        }[self.kind]

    def is_met(self, ours: float, limit: float) -> bool:
        match self.kind:
            case "at most times":
                return ours <= self.value * limit
            case "at least times":
                return ours >= self.value * limit
            case "at most":
                return ours <= self.value


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    what: str
    ours: float
    beside: str
    """What the limit is, in words."""
    limit: float
    unit: str
    aim: Aim | None = None

    @property
    def ratio(self) -> float:
        """How many times the limit; endless where the limit took no time at all."""
        return self.ours / self.limit if self.limit else math.inf

    @property
    def is_met(self) -> bool | None:
        """None where there is no aim."""
        return None if self.aim is None else self.aim.is_met(self.ours, self.limit)


@dataclass(frozen=True, slots=True)
class Report:
    """What one benchmark found, and what decides it in words."""

    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What a benchmark is given."""

    folder: Path
    """Its own, empty, on a real disk."""
    quick: bool
    """Fewer rounds and smaller sets: to see that it works, not to quote."""

    def pick(self, full: int, quick: int) -> int:
        return quick if self.quick else full


class UnmeasuredError(Exception):
    """Something could not be measured at all; the message says what and why."""


def median(samples: Sequence[float]) -> float:
    return statistics.median(samples)


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that `share` (0 to 1) of all do not exceed."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def interleave(rounds: int, ways: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Calls every way in turn, each round in the other direction; what they answer with, by name.

    Whatever else the machine does then meets all of them alike.
    """
    found: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds):
        for name in sorted(ways, key=list(ways).index, reverse=turn % 2 == 1):
            found[name].append(ways[name]())
    return found


def timed(work: Callable[[], object]) -> Callable[[], float]:
    """A way that answers with the milliseconds `work` took."""

    def run() -> float:
        start = time.perf_counter()
        work()
        return (time.perf_counter() - start) * 1000

    return run
