"""What everybody took, as tables that a person reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.rivals.conflicts import EACH, Fates
from benchmarks.rivals.works import AIMED_AT, AIMS, Rival, Taken, Work
from benchmarks.table import amount, columns

Results = Mapping[str, Mapping[Work, Taken]]
"""By the name of who did it."""


def times(results: Results, rivals: Sequence[Rival], round_trip: float, count: int) -> str:
    """Ours, the others beside it, the aim, and how many times as long the quickest of the others takes."""
    ours, *others = [rival.name for rival in rivals]
    aimed = round_trip == AIMED_AT
    head = [f"{round_trip * 1000:.0f} ms there and back", ours, *others, *(["aim", "met"] if aimed else [])]
    rows = [[*head, "the quickest other"]]
    for work in Work:
        mine = results[ours].get(work)
        if not any(work in found for found in results.values()):
            continue
        theirs = [results[name].get(work) for name in others]
        row = [work.value.format(n=f"{count:,}"), _ms(mine), *map(_ms, theirs)]
        if aimed:
            aim = AIMS.get(work)
            row.append("" if aim is None else f"{aim * 1000:,.0f} ms")
            row.append("" if aim is None or mine is None else "yes" if mine.seconds <= aim else "NO")
        best = min((one.seconds for one in theirs if one is not None), default=None)
        row.append("" if best is None or mine is None else f"{amount(best / mine.seconds)} × ours")
        rows.append(row)
    return columns(rows, right=range(1, 1 + len(rivals)))


def costs(results: Results, rivals: Sequence[Rival], round_trip: float, count: int) -> str:
    """Beside the time: bytes each way, exchanges, and the work of the processors on both sides."""
    rows = [[f"{round_trip * 1000:.0f} ms there and back", "who", "up", "down", "asked", "lines", "desk", "server"]]
    for work in Work:
        for rival in rivals:
            taken = results[rival.name].get(work)
            if taken is None:
                continue
            passed = taken.passed
            rows.append(
                [
                    work.value.format(n=f"{count:,}"), rival.name, _kb(passed.up), _kb(passed.down), str(passed.asked),
                    str(passed.connections), f"{taken.desk:.2f} s", f"{taken.server:.2f} s",
                ]
            )  # fmt: skip
    return columns(rows, right=range(2, 8))


def twice(results: Results, rivals: Sequence[Rival]) -> str:
    """What came down once more because of a cut."""
    rows = [["a first sync that is cut", "who", "whole", "with a cut", "once more"]]
    for work in (Work.CUT_25, Work.CUT_50, Work.CUT_75):
        for rival in rivals:
            found = results[rival.name]
            if work in found and Work.FIRST in found:
                whole, cut = found[Work.FIRST].passed.down, found[work].passed.down
                more = max(0, cut - whole)
                row = [work.value, rival.name, _kb(whole), _kb(cut), f"{_kb(more)}, {more / whole:.0%}"]
                rows.append(row)
    return columns(rows, right=range(2, 5))


def fates(found: Mapping[str, Fates]) -> str:
    """What becomes of the last words of two desks that wrote into the same fields."""
    head = f"two desks without a link, {EACH} edits each"
    rows = [[head, "last words", "stand", "told to a person", "kept, nobody told", "gone", "lost without a word"]]
    for name, one in found.items():
        silent = one.unseen + one.gone
        rows.append([name, *(str(n) for n in (one.written, one.stand, one.told, one.unseen, one.gone, silent))])
    return columns(rows, right=range(1, 7))


def _ms(taken: Taken | None) -> str:
    return "" if taken is None else f"{amount(taken.seconds * 1000)} ms"


def _kb(size: int) -> str:
    return f"{size / 1000:,.1f} KB" if size < 100_000 else f"{size / 1000:,.0f} KB"
