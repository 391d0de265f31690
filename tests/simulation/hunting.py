"""Runs the simulation from a seed and says what came of it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.simulation.machine import Machine


@dataclass(frozen=True, slots=True)
class Hunt:
    """One sweep of runs; `found` is the first fault with its steps, empty where there was none."""

    seconds: float
    """Of this process's time."""
    found: str = ""

    @property
    def name(self) -> str:
        """The first words of what was found."""
        return self.found.split("\n", 1)[0][:90]


def hunt(machine: type[Machine], seed_: int, runs: int, steps: int, *, shrink: bool = False) -> Hunt:
    """So many runs of so many steps each; the same seed makes the same runs."""
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    chosen = settings(
        max_examples=runs, stateful_step_count=steps, deadline=None, database=None, phases=phases,
        suppress_health_check=list(HealthCheck), print_blob=False, report_multiple_bugs=False, derandomize=False,
    )  # fmt: skip
    begun = time.process_time()
    try:
        run_state_machine_as_test(seed(seed_)(type(machine.__name__, (machine,), {})), settings=chosen)
    except Exception as error:  # noqa: BLE001 - whatever it is, it was found
        notes = "\n".join(getattr(error, "__notes__", ()))
        return Hunt(time.process_time() - begun, f"{type(error).__name__}: {error}\n{notes}")
    return Hunt(time.process_time() - begun)
