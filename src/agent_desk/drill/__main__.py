"""`agent-desk drill`: cuts power and link at every step of a sale on this machine and reports what was lost."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from agent_desk.drill.cutting import Drill, Result, plan
from agent_desk.drill.played import DrillError
from agent_desk.drill.relay import Relay
from agent_desk.papers.drills import DrillLine, drill_pdf
from agent_desk.services import ServiceError, Services, ended_by_signals

WELL, LOST, FAILED = 0, 1, 2
REPORT = "blackout-drill.pdf"


def run(args: list[str]) -> int:
    """0 where nothing was lost or doubled, 1 where something was, 2 where the drill could not be held."""
    parser = argparse.ArgumentParser(prog="agent-desk drill", description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT", help="the folder for the report")
    parser.add_argument("--cuts", type=int, metavar="N", help="only so many, spread over all kinds and steps")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), help="to repeat a drill")
    chosen = parser.parse_args(args)
    out: Path = chosen.out.expanduser().resolve()
    try:
        out.mkdir(parents=True, exist_ok=True)
        with ended_by_signals(), tempfile.TemporaryDirectory(prefix="agent-desk-drill-") as made:
            results = hold(Path(made), chosen.cuts, chosen.seed)
        (out / REPORT).write_bytes(report(results, chosen.seed))
    except (ServiceError, DrillError) as error:
        sys.stderr.write(f"The drill could not be held. {error}\n")
        return FAILED
    except OSError as error:
        sys.stderr.write(f"{error.filename or out}: {error.strerror or error}.\n")
        return FAILED
    well = all(result.whole and not result.troubles for result in results)
    _say("Nothing was lost, nothing doubled." if well else "Something was lost or doubled: see the report.")
    _say(f"The report is {out / REPORT}.")
    return WELL if well else LOST


def hold(folder: Path, cuts: int | None, seed: int) -> list[Result]:
    """One sale for each cut, in a folder that may be thrown away."""
    chance = random.Random(seed)  # noqa: S311 - a drill is repeated by its seed
    planned = plan(cuts, chance)
    _say(f"Starting a central and a desk for {len(planned)} cuts (seed {seed}).")
    results: list[Result] = []
    with Services(folder) as services, Relay(services.port) as relay:
        for result in Drill(folder, services, relay).run(planned, chance):
            results.append(result)
            said = "; ".join(result.troubles) or "nothing lost, nothing doubled"
            step = result.planned.step
            took = f"{result.seconds:.0f} s"
            _say(f"{len(results)} of {len(planned)}: {result.planned.cut} cut at “{step}”, {took}: {said}")
    return results


def report(results: list[Result], seed: int) -> bytes:
    """The report as a PDF for whoever answers for the money."""
    lines = [
        DrillLine(
            cut=result.planned.cut.value,
            step=result.planned.step,
            whole=result.whole,
            seconds=result.seconds,
            troubles=result.troubles,
        )
        for result in results
    ]
    receipts = results[-1].receipts if results else 0
    return drill_pdf(lines, receipts=receipts, seed=seed, release=version("agent-desk"), held_at=datetime.now(UTC))


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
