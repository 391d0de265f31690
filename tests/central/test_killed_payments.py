"""Central killed between "charge" and "charged": nobody is charged twice, no money is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.central.killing import play


@pytest.mark.slow
def test_a_killed_central_charges_nobody_twice_and_loses_nothing(url: str, tmp_path: Path) -> None:
    outcome = play(url, tmp_path, rounds=5)
    assert (outcome.orders, outcome.charged, outcome.charged_twice, outcome.lost) == (5, 5, 0, 0)
    assert outcome.pages == 5
    assert outcome.ledger_minor == outcome.charges_minor
