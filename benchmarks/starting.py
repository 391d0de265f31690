"""From the start of the process to a desk that is signed in and usable, beside an empty window."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.measuring import Aim, Figure, Report, Setting, interleave, median
from benchmarks.programs import REPOSITORY, events_ms
from benchmarks.stocking import DESK, LOGIN, Stocked, stock

BARE = REPOSITORY / "benchmarks" / "bare_window.py"
NOWHERE = "http://127.0.0.1:9"
"""No link: the desk lets people in by what it remembers, and waits for nobody."""
STEPS = ("window.painted", "store.opened", "staff.signed_in", "desk.usable")


def desk_command(stocked: Stocked, log: Path) -> list[str]:
    told = ("--desk", DESK, "--central", NOWHERE, "--data", str(stocked.folder), "--log", str(log))
    return [sys.executable, "-m", "agent_desk.desk", *told, "--sign-in", LOGIN]


def start_desk(stocked: Stocked, folder: Path) -> dict[str, float]:
    """Milliseconds to each step of a start."""
    log = folder / "desk.jsonl"
    return events_ms(desk_command(stocked, log), log, STEPS[-1], stocked.environment)


def show_bare_window(folder: Path) -> float:
    log = folder / "bare.jsonl"
    return events_ms([sys.executable, str(BARE), str(log)], log, "shown")["shown"]


def measure(setting: Setting) -> Report:
    products, orders = setting.pick(10_000, 1_000), setting.pick(50_000, 2_000)
    stocked = stock(setting.folder / "desk", products=products, orders=orders)
    starts: list[dict[str, float]] = []

    def start() -> float:
        starts.append(start_desk(stocked, setting.folder))
        return starts[-1][STEPS[-1]]

    start()
    starts.clear()
    found = interleave(setting.pick(9, 3), {"ours": start, "bare": lambda: show_bare_window(setting.folder)})
    bare = median(found["bare"])
    beside = "bare PySide6 window shown"
    painted = median([one[STEPS[0]] for one in starts])
    steps = ", ".join(f"{step} {median([one[step] for one in starts]):.0f} ms" for step in STEPS)
    return Report(
        (
            Figure("desk start to first paint", painted, beside, bare, "ms"),
            Figure(
                f"desk start to usable, {products:,} products, {orders:,} orders",
                median(found["ours"]),
                beside,
                bare,
                "ms",
                Aim("at most times", 2.5),
            ),
        ),
        (f"{steps}; bare window {bare:.0f} ms.",),
    )
