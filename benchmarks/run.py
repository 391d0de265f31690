"""`make bench`: what is claimed about speed, each figure beside its limit, in one run."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
import traceback
from importlib import import_module
from pathlib import Path

from benchmarks.measuring import Report, Setting, UnmeasuredError
from benchmarks.table import keep, table

BENCHMARKS = {
    "start": "benchmarks.starting",
    "search": "benchmarks.searching",
    "cart": "benchmarks.carting",
    "check": "benchmarks.checking",
    "central": "benchmarks.pushing",
    "first-sync": "benchmarks.first_sync",
    "arriving": "benchmarks.arriving",
    "tools": "benchmarks.tools",
    "money": "benchmarks.money",
}
"""By name, the module whose `measure(Setting) -> Report` takes its figures."""
MEASURED, UNMEASURED = 0, 1


def measure(name: str, *, quick: bool) -> Report:
    """Runs one benchmark in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix=f"agent-desk-bench-{name}-"))
    try:
        report: Report = import_module(BENCHMARKS[name]).measure(Setting(folder, quick))
        return report
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(args: list[str]) -> int:
    parser = argparse.ArgumentParser("make bench", description=__doc__)
    parser.add_argument("--only", choices=BENCHMARKS, action="append", help="just this one; may be repeated")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="also put the table into FILE, between its markers")
    parser.add_argument("--quick", action="store_true", help="few rounds: to see that it works, not to quote")
    chosen = parser.parse_args(args)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_API", "pyside6")
    reports: dict[str, Report] = {}
    unmeasured: dict[str, str] = {}
    for name in chosen.only or BENCHMARKS:
        start = time.monotonic()
        print(f"{name} ... ", end="", file=sys.stderr, flush=True)
        try:
            reports[name] = measure(name, quick=chosen.quick)
        except UnmeasuredError as error:
            unmeasured[name] = str(error)
        except Exception as error:  # noqa: BLE001 - what the others measured is still said
            unmeasured[name] = "".join(traceback.format_exception(error))
        print(f"{time.monotonic() - start:.0f} s", file=sys.stderr)
    said = _said(reports, quick=chosen.quick)
    print(said)
    if chosen.keep is not None:
        keep(chosen.keep, said)
    for name, why in unmeasured.items():
        print(f"{name} could not be measured: {why}")
    return UNMEASURED if unmeasured else MEASURED


def _said(reports: dict[str, Report], *, quick: bool) -> str:
    """The machine, the table, and the notes of each benchmark."""
    figures = [figure for report in reports.values() for figure in report.figures]
    notes = [f"{name}: {note}" for name, report in reports.items() for note in report.notes]
    return "\n".join([machine(quick=quick), "", table(figures), "", *notes])


def machine(*, quick: bool) -> str:
    system = (
        f"{os.cpu_count()} processors, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )
    said = f"{system}, load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else system
    return f"{said}{', quick: not to quote' if quick else ''}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
