"""How often desks are asked to ask."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from agent_desk.central.usecases.pacing import DESKS_A_SECOND, LONGEST_SECONDS, Pace

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_few_desks_ask_every_second() -> None:
    pace = Pace()
    assert {pace.heard(UUID(int=at), NOON) for at in range(DESKS_A_SECOND)} == {1}


def test_many_desks_are_spread_out_so_that_polls_a_second_stay_the_same() -> None:
    pace = Pace()
    waits = [pace.heard(UUID(int=at), NOON) for at in range(1000)]
    assert waits[-1] == 1000 // DESKS_A_SECOND
    assert max(pace.heard(UUID(int=at), NOON) for at in range(10_000)) == LONGEST_SECONDS


def test_a_desk_that_went_home_no_longer_counts() -> None:
    pace = Pace()
    for at in range(1000):
        pace.heard(UUID(int=at), NOON)
    assert pace.heard(UUID(int=1), NOON + timedelta(minutes=2)) == 1
