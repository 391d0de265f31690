"""A short look; `make simulate` and `make simulate-nightly` look longer."""

from __future__ import annotations

from tests.simulation.hunting import hunt
from tests.simulation.machine import Machine


def test_desks_and_central_agree_whatever_happens_to_them() -> None:
    hunted = hunt(Machine, 1, runs=40, steps=40)
    assert not hunted.found, hunted.found
