"""What a manager is told of money: large sums, sums in parts, payments refused again and again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.alerting import LARGE_CASH, MANY_FAILURES, cash_alerts, failure_alert
from agent_desk.domain.money import Money, gyd

parts = st.integers(1, LARGE_CASH.minor - 1).map(gyd)


def kinds(taken: Money, *before: Money) -> list[str]:
    return [case.kind for case in cash_alerts("GEO-2-000001", taken, before)]


@given(st.integers(LARGE_CASH.minor, 10**12).map(gyd), st.lists(parts, max_size=3))
def test_a_large_sum_is_told_whatever_came_before(taken: Money, before: list[Money]) -> None:
    assert kinds(taken, *before) == ["compliance.large_cash"]


@given(st.lists(parts, min_size=1, max_size=6))
def test_parts_are_told_when_they_come_to_a_large_sum_and_not_before(said: list[Money]) -> None:
    *before, last = said
    large = sum(one.minor for one in said) >= LARGE_CASH.minor
    assert kinds(last, *before) == (["compliance.structuring"] if large and before else [])


def test_what_was_large_by_itself_is_not_told_a_second_time() -> None:
    assert kinds(gyd(1), LARGE_CASH) == []


def test_three_refused_payments_of_an_order_are_told() -> None:
    assert failure_alert("GEO-2-000001", MANY_FAILURES - 1) == ()
    (case,) = failure_alert("GEO-2-000001", MANY_FAILURES)
    assert (case.kind, case.sentence[:32]) == ("compliance.failures", "3 payments of GEO-2-000001 were ")
