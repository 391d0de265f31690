"""`make simulate SEED=1 RUNS=1000 STEPS=40`: one sweep, its steps printed where something broke."""

from __future__ import annotations

import sys

from tests.simulation.hunting import hunt
from tests.simulation.machine import Machine


def main(seed: int, runs: int, steps: int) -> int:
    hunted = hunt(Machine, seed, runs, steps)
    sys.stdout.write(f"seed {seed}, {runs} runs of {steps} steps: {hunted.seconds:.0f} s of this process\n")
    if not hunted.found:
        return 0
    sys.stdout.write(f"{hunted.found}\n{hunt(Machine, seed, runs, steps, shrink=True).found}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:4])))
