"""BYD-12: a short blackout drill, and a report that a manager can read."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.desk.ui.touring.selling import STEPS
from agent_desk.drill.__main__ import REPORT, WELL, run
from agent_desk.drill.cutting import Cut, plan
from agent_desk.papers.drills import DrillLine, drill_pdf
from tests.journeys.books import words


@given(st.integers(1, len(STEPS) * len(Cut)), st.integers())
def test_a_short_drill_is_spread_over_kinds_and_steps(cuts: int, seed: int) -> None:
    planned = plan(cuts, random.Random(seed))
    assert len(set(planned)) == len(planned) == cuts
    if cuts % len(Cut) == 0 and cuts <= len(STEPS):
        assert set(Counter(one.cut for one in planned).values()) == {cuts // len(Cut)}
        assert len({one.step for one in planned}) == cuts


def test_a_whole_drill_cuts_everything_at_every_step() -> None:
    assert {(one.cut, one.step) for one in plan(None, random.Random(0))} == {(c, s) for c in Cut for s in STEPS}


def test_the_report_says_what_went_wrong(tmp_path: Path) -> None:
    lost = DrillLine("link", "cash counted", False, 3.2, ("receipt R-1 was printed, its money is not at central",))
    well = DrillLine("power of the desk", "prices locked", True, 9.0, ())
    pdf = drill_pdf([well, lost], receipts=2, seed=7, release="0.2.0", held_at=datetime(2026, 11, 25, tzinfo=UTC))
    (tmp_path / "report.pdf").write_bytes(pdf)
    said = words(tmp_path / "report.pdf")
    assert "1 of 2 cuts went wrong" in said
    assert "receipt R-1 was printed, its money is not at central" in said
    assert "database was damaged" in said


@pytest.mark.slow
def test_a_short_drill_loses_nothing_and_leaves_its_report(tmp_path: Path) -> None:
    assert run([str(tmp_path), "--cuts", "4", "--seed", "5"]) == WELL
    said = " ".join(words(tmp_path / REPORT).split())
    assert "Nothing was lost, nothing was doubled" in said
    for cut in Cut:
        assert cut.value.capitalize() in said
