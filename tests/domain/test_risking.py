"""BYD-4: cash that only one desk knows of stays under a manager's ceiling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.money import usd
from agent_desk.domain.people import Role
from agent_desk.domain.risking import check_cash_at_risk

SUMS = st.integers(0, 10_000_00)
CEILING = usd(750_00)


@pytest.mark.parametrize(
    ("at_risk", "taking", "role", "codes"),
    [
        (0, 599_99, Role.AGENT, []),
        (0, 600_00, Role.AGENT, ["cash.near_ceiling"]),
        (486_10, 263_90, Role.AGENT, ["cash.near_ceiling"]),
        (486_10, 263_91, Role.AGENT, ["cash.over_ceiling"]),
        (486_10, 263_91, Role.MANAGER, ["cash.near_ceiling"]),
        (900_00, 1, Role.ADMINISTRATOR, ["cash.near_ceiling"]),
    ],
)
def test_what_is_said_of_cash_at_risk(at_risk: int, taking: int, role: Role, codes: list[str]) -> None:
    assert [one.code for one in check_cash_at_risk(usd(at_risk), usd(taking), CEILING, role)] == codes


@given(at_risk=SUMS, taking=SUMS, ceiling=SUMS)
def test_an_agent_never_takes_a_desk_over_its_ceiling_and_is_never_stopped_under_it(
    at_risk: int, taking: int, ceiling: int
) -> None:
    said = check_cash_at_risk(usd(at_risk), usd(taking), usd(ceiling), Role.AGENT)
    assert any(one.stops for one in said) == (at_risk + taking > ceiling)
    assert not any(one.stops for one in check_cash_at_risk(usd(at_risk), usd(taking), usd(ceiling), Role.MANAGER))


def test_the_sentence_says_how_much_and_what_to_do() -> None:
    (said,) = check_cash_at_risk(usd(700_00), usd(100_00), CEILING, Role.AGENT)
    assert "USD 800.00" in said.message
    assert "USD 750.00" in said.message
    assert "Save to USB" in said.message
