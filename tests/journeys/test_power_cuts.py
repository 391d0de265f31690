"""Sales cut short by `kill -9`, of the desk and of central, at random instants."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.journeys.power_cuts import Tally, cut_centrals, cut_desks

pytestmark = pytest.mark.slow

CUTS = 6
"""Of each kind, to be quick; `python -m tests.journeys.power_cuts --desk 200 --central 200` cuts as often as wanted."""
MOST_SECONDS = 80.0


def quiet(_sentence: str) -> None:
    """Nobody watches."""


def assert_nothing_lost(tally: Tally) -> None:
    assert tally.cuts > 0
    assert tally.opened == tally.cuts
    assert tally.receipts > 0
    assert tally.troubles == []


def test_every_sale_of_a_desk_that_lost_its_power_is_at_central_once(tmp_path: Path) -> None:
    assert_nothing_lost(cut_desks(tmp_path, CUTS, random.Random(7), quiet, MOST_SECONDS))


def test_every_sale_is_at_central_once_when_central_loses_its_power(tmp_path: Path) -> None:
    assert_nothing_lost(cut_centrals(tmp_path, CUTS, random.Random(8), quiet, MOST_SECONDS))
