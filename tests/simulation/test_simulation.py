"""A short look; `make simulate`, `make simulate-mutants` and `make simulate-nightly` look longer."""

from __future__ import annotations

import pytest

from tests.simulation.hunting import hunt
from tests.simulation.machine import DiskMachine, Machine
from tests.simulation.mutants import MUTANTS
from tests.simulation.planting import edited
from tests.simulation.simulate import look_for

QUICK = ("an answer leaves before its commit", "blocks of another file count")
SEEDS = (1, 2, 3)


@pytest.mark.parametrize("seed", SEEDS)
def test_desks_and_central_agree_whatever_happens_to_them(seed: int) -> None:
    hunted = hunt(Machine, seed, runs=40, steps=40)
    assert not hunted.found, hunted.found


@pytest.mark.parametrize("seed", SEEDS)
def test_desks_with_their_own_store_agree_with_central_too(seed: int) -> None:
    hunted = hunt(DiskMachine, seed, runs=8, steps=40)
    assert not hunted.found, hunted.found


def test_every_mutant_still_changes_what_it_is_about() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    for mutant in MUTANTS:
        for edit in mutant.edits:
            assert edited(edit) is not getattr(edit.owner, edit.function)


@pytest.mark.parametrize("name", QUICK)
def test_a_protection_that_is_taken_away_is_missed(name: str) -> None:
    mutant = next(one for one in MUTANTS if one.name == name)
    assert look_for(mutant).found
