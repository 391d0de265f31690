"""BYD-12: the report of a blackout drill, for whoever answers for the money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from agent_desk.domain.times import moment_text
from agent_desk.papers.sheet import FAINT, band, build, rule, table, text

_MARGIN = 16 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_COLUMNS = (_WIDTH * 0.06, _WIDTH * 0.26, _WIDTH * 0.34, _WIDTH * 0.22, _WIDTH * 0.12)


@dataclass(frozen=True, slots=True)
class DrillLine:
    """One cut and what came of it."""

    cut: str
    step: str
    whole: bool
    """Whether the desk's database was as it had been written."""
    seconds: float
    """From the cut until the sale was at central."""
    troubles: tuple[str, ...]
    """What was lost, doubled or refused, a sentence each."""

    @property
    def is_well(self) -> bool:
        return self.whole and not self.troubles


def drill_pdf(lines: Sequence[DrillLine], *, receipts: int, seed: int, release: str, held_at: datetime) -> bytes:
    """An A4 report: the verdict, what was cut and when, what came of each, how it was counted."""
    bad = [line for line in lines if not line.is_well]
    slowest = max((line.seconds for line in lines), default=0.0)
    verdict = "Nothing was lost, nothing was doubled" if not bad else f"{len(bad)} of {len(lines)} cuts went wrong"
    facts = [
        (text("Cuts", "small"), text("Receipts printed", "small"), text("Longest until all was right", "small")),
        (text(str(len(lines)), "money"), text(str(receipts), "money"), text(f"{slowest:.0f} s", "money")),
    ]
    story: list[Flowable] = [
        band(_WIDTH),
        Spacer(1, 8),
        text("Blackout drill", "title"),
        Spacer(1, 2),
        text(f"Held {moment_text(held_at)}, Agent Desk {release}, seed {seed}", "small"),
        Spacer(1, 10),
        text(verdict, "total"),
        Spacer(1, 8),
        table(facts, (_WIDTH / 3,) * 3),
        rule(_WIDTH),
        text(
            "A desk sold in its real window by its keys, a whole sale for each line below. At the step named, power or"
            " link was taken away without warning, then given back. The sale went on where it was.",
        ),
        Spacer(1, 8),
        _table(lines),
    ]
    if bad:
        story += [Spacer(1, 8), text("What went wrong", "section"), *_troubles(lines)]
    story += [
        rule(_WIDTH),
        text("How it was counted", "section"),
        text(
            "After every cut: the desk’s database opened and every page of it was as written; every receipt that had"
            " been printed was at central exactly once, its order paid in full; no command had been applied twice,"
            " refused or skipped; no cash stood without its order.",
        ),
    ]
    return build(story, A4, _MARGIN, "Blackout drill", f"Blackout drill, {moment_text(held_at)}")


def _table(lines: Sequence[DrillLine]) -> Flowable:
    heads = ("", "What was cut", "At the step", "What came of it", "Right after")
    rows: list[Sequence[object]] = [[text(head, "small") for head in heads]]
    for place, line in enumerate(lines, 1):
        came = text("All there, once", "good") if line.is_well else text("Went wrong, see below", "bad")
        rows.append(
            (
                text(str(place), "small"),
                text(line.cut.capitalize()),
                text(line.step.capitalize()),
                came,
                text(f"{line.seconds:.0f} s", "body", "right"),
            )
        )
    between = [("LINEBELOW", (0, row), (-1, row), 0.4, FAINT) for row in range(len(rows))]
    drawn = table(rows, _COLUMNS, *between)
    drawn.repeatRows = 1
    return drawn


def _troubles(lines: Sequence[DrillLine]) -> list[Flowable]:
    found: list[Flowable] = []
    for place, line in enumerate(lines, 1):
        sentences = (*(() if line.whole else ("the desk’s database was damaged",)), *line.troubles)
        found += [text(f"{place}. {sentence}") for sentence in sentences]
    return found
