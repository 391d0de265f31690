"""`agent-desk check` over a big CSV, beside reading the same rows and writing the same bytes."""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

from benchmarks.measuring import Figure, Report, Setting, interleave, median
from benchmarks.programs import agent_desk, run_ms

HEADER = ("shipment_id", "piece_id", "weight", "weight_unit", "length", "width", "height", "length_unit")
ACCEPTED, REFUSED = 0, 1

READ_AND_WRITE = """
import csv, sys
with open(sys.argv[1], newline="") as given, open(sys.argv[2]) as answers:
    for row in csv.DictReader(given):
        row["weight"]
    for line in answers:
        sys.stdout.write(line)
"""


def write_pieces(path: Path, rows: int) -> None:
    """Pieces of many sizes, one to four a shipment, some of them over a limit; the same every time."""
    chance = random.Random(3)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        written = shipment = 0
        while written < rows:
            shipment += 1
            for piece in range(1, min(chance.randint(1, 4), rows - written) + 1):
                written += 1
                sides = (f"{chance.uniform(4, 40):.1f}" for _ in range(3))
                weight = f"{chance.lognormvariate(2, 0.9):.1f}"
                writer.writerow([f"S{shipment:06d}", f"P{piece}", weight, "lb", *sides, "in"])


def measure(setting: Setting) -> Report:
    rows = setting.pick(100_000, 20_000)
    given, answers, again = (setting.folder / name for name in ("pieces.csv", "answers.jsonl", "again.jsonl"))
    write_pieces(given, rows)
    run_ms([agent_desk(), "check", str(given)], answers, (ACCEPTED, REFUSED))
    found = interleave(
        setting.pick(3, 1),
        {
            "ours": lambda: run_ms([agent_desk(), "check", str(given)], setting.folder / "out", (ACCEPTED, REFUSED)),
            "bare": lambda: run_ms([sys.executable, "-c", READ_AND_WRITE, str(given), str(answers)], again),
        },
    )
    ours, bare = (rows / median(found[way]) * 1000 for way in ("ours", "bare"))
    size = answers.stat().st_size / 1e6
    return Report(
        (Figure(f"check, {rows:,} pieces", ours, "csv.DictReader, the same answers written", bare, "rows/s"),),
        (f"both from process start to end; {size:.0f} MB of answers.",),
    )
