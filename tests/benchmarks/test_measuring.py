"""Figures are held against their limits rightly, and everything measured is explained."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.measuring import Aim, Figure, interleave, percentile
from benchmarks.run import BENCHMARKS
from benchmarks.table import MARK, amount, keep, table

SPEED = Path(__file__).resolve().parents[2] / "docs" / "speed.md"
times = st.floats(min_value=0.001, max_value=1e6)


def a_figure(ours: float, limit: float, aim: Aim | None = None) -> Figure:
    return Figure("a start", ours, "a bare start", limit, "ms", aim)


@given(times, times)
def test_the_ratio_is_ours_over_the_limit(ours: float, limit: float) -> None:
    assert math.isclose(a_figure(ours, limit).ratio * limit, ours, rel_tol=1e-9)


def test_a_limit_of_nothing_gives_an_endless_ratio() -> None:
    assert a_figure(3, 0).ratio == math.inf


@pytest.mark.parametrize(
    ("aim", "ours", "met"),
    [
        (Aim("at most times", 2.5), 250, True),
        (Aim("at most times", 2.5), 251, False),
        (Aim("at least times", 0.5), 50, True),
        (Aim("at least times", 0.5), 49, False),
        (Aim("at most", 33), 33, True),
        (Aim("at most", 33), 34, False),
    ],
)
def test_an_aim_is_met_up_to_its_edge(aim: Aim, ours: float, met: bool) -> None:
    assert a_figure(ours, 100, aim).is_met is met


def test_a_figure_without_an_aim_is_neither_met_nor_missed() -> None:
    assert a_figure(1, 2).is_met is None


@given(st.lists(times, min_size=1), st.floats(min_value=0.01, max_value=1))
def test_a_percentile_is_a_sample_that_so_many_do_not_exceed(samples: list[float], share: float) -> None:
    found = percentile(samples, share)
    assert found in samples
    assert sum(1 for sample in samples if sample <= found) >= share * len(samples)


def test_every_way_is_taken_in_turn_and_each_round_begins_with_another() -> None:
    order: list[str] = []

    def way(name: str) -> float:
        order.append(name)
        return float(len(order))

    found = interleave(2, {"ours": lambda: way("ours"), "bare": lambda: way("bare")})
    assert order == ["ours", "bare", "bare", "ours"]
    assert found == {"ours": [1.0, 4.0], "bare": [2.0, 3.0]}


def test_a_missed_aim_stands_out_in_the_table() -> None:
    shown = table([a_figure(300, 100, Aim("at most times", 2.5)), a_figure(100, 100)])
    assert "300 ms" in shown
    assert "at most 2.5 times" in shown
    assert shown.count("NO") == 1


def test_a_run_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    page = tmp_path / "speed.md"
    begin, end = f"<!-- {MARK} -->", f"<!-- end of {MARK} -->"
    page.write_text(f"# Speed\n\n{begin}\nold\n{end}\n\nrest\n", encoding="utf-8")
    keep(page, "first")
    keep(page, "second")
    assert page.read_text(encoding="utf-8") == f"# Speed\n\n{begin}\n```text\nsecond\n```\n{end}\n\nrest\n"


@pytest.mark.parametrize(("value", "shown"), [(12_345.6, "12,346"), (45.67, "45.7"), (3.456, "3.46")])
def test_amounts_show_the_digits_that_count(value: float, shown: str) -> None:
    assert amount(value) == shown


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_is_explained(name: str) -> None:
    assert f"## {name}\n" in SPEED.read_text(encoding="utf-8")
