"""The simulation from the command line: one sweep, every mutant, or random seeds for as long as is wanted."""

from __future__ import annotations

import argparse
import random
import sys
import time

from tests.simulation.hunting import Hunt, hunt
from tests.simulation.machine import DiskMachine, Machine
from tests.simulation.mutants import MUTANTS
from tests.simulation.planting import Mutant, planted

LAYERS = {"A": Machine, "B": DiskMachine}
MUTANT_RUNS = {Machine: 1500, DiskMachine: 300}
STEPS = 40
AT_ONCE = {"A": 200, "B": 40}
"""Runs of one seed of a night."""


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def sweep(layer: str, seed: int, runs: int, steps: int) -> int:
    """So many runs; where something broke its steps, and the shortest that break it."""
    hunted = hunt(LAYERS[layer], seed, runs, steps)
    say(f"layer {layer}, seed {seed}, {runs} runs of {steps} steps: {hunted.seconds:.0f} s of this process")
    if not hunted.found:
        return 0
    say(hunted.found)
    say(hunt(LAYERS[layer], seed, runs, steps, shrink=True).found)
    return 1


def look_for(mutant: Mutant, seed: int = 1) -> Hunt:
    with planted(mutant):
        return hunt(mutant.machine, seed, MUTANT_RUNS[mutant.machine], STEPS)


def try_mutants(words: str) -> int:
    """Each by itself, with how long it took to be noticed and as what."""
    survivors = 0
    for mutant in MUTANTS:
        if words not in mutant.name:
            continue
        hunted = look_for(mutant)
        layer = "A" if mutant.machine is Machine else "B"
        noticed = hunted.name if hunted.found else "SURVIVED"
        survivors += not hunted.found
        say(f"| {mutant.name} | {layer} | {noticed} | {hunted.seconds:.1f} |")
    say(f"{survivors} of {len(MUTANTS)} survived")
    return min(1, survivors)


def watch(minutes: float) -> int:
    """Random seeds until the time is over; the first that breaks something ends it."""
    until = time.monotonic() + 60 * minutes
    swept = dict.fromkeys(LAYERS, 0)
    while time.monotonic() < until:
        for layer, runs in AT_ONCE.items():
            seed = random.randrange(2**32)
            if sweep(layer, seed, runs, STEPS):
                say(f"again: make simulate LAYER={layer} SEED={seed} RUNS={runs} STEPS={STEPS}")
                return 1
            swept[layer] += runs
    say(f"nothing broke: {swept}")
    return 0


def main() -> int:
    asked = argparse.ArgumentParser(prog="simulate")
    ways = asked.add_subparsers(dest="way", required=True)
    once = ways.add_parser("sweep")
    once.add_argument("layer", choices=LAYERS)
    for name in ("seed", "runs", "steps"):
        once.add_argument(name, type=int)
    ways.add_parser("mutants").add_argument("words", nargs="?", default="")
    ways.add_parser("watch").add_argument("minutes", type=float)
    said = asked.parse_args()
    match said.way:
        case "sweep":
            return sweep(said.layer, said.seed, said.runs, said.steps)
        case "mutants":
            return try_mutants(said.words)
        case _:
            return watch(said.minutes)


if __name__ == "__main__":
    sys.exit(main())
