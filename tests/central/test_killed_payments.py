"""Central killed between "charge" and "charged", "give back" and "given back": nothing is done twice, nothing lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.central.killing import play


@pytest.mark.slow
def test_a_killed_central_moves_no_money_twice_and_loses_none(url: str, tmp_path: Path) -> None:
    outcome = play(url, tmp_path, rounds=5)
    assert (outcome.orders, outcome.charged, outcome.charged_twice, outcome.lost) == (5, 5, 0, 0)
    assert outcome.pages == 5
    assert (outcome.refunds_asked, outcome.refunded, outcome.refunded_twice, outcome.refunds_lost) == (5, 5, 0, 0)
    assert outcome.ledger_minor == outcome.charges_minor - outcome.refunds_minor
