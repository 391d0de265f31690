"""`agent-desk central`: serves the API until it is told to stop."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from contextlib import ExitStack
from dataclasses import fields
from pathlib import Path
from types import FrameType

import platformdirs

from agent_desk.central.bootstrap import make_cards, make_mmg, opened, running_database, running_jobs, watching_rate
from agent_desk.central.settings import DEFAULT_PORT, LOOPBACK, Settings
from agent_desk.central.store.restoring import begin_another_life
from agent_desk.central.usecases.revoking import revoke
from agent_desk.central.usecases.sampling import load_sample
from agent_desk.central.usecases.trouble import KnownError
from agent_desk.sample import load_price_book
from agent_desk.serving import serve

STOPPED, FAULTY, FAILED = 0, 2, 1


def read_arguments(args: list[str]) -> tuple[Settings, argparse.Namespace]:
    """The settings, and what to do with them; exits with 2 and a sentence when they are unusable."""
    parser = argparse.ArgumentParser("agent-desk central", description="Run the central API that all desks sync with.")
    parser.add_argument("--database-url", metavar="URL", help="a PostgreSQL of your own; else an embedded one is used")
    parser.add_argument("--replica-url", metavar="URL", help="a standby of it, for desks to read from")
    data = Path(platformdirs.user_data_dir("agent-desk", appauthor=False)) / "central"
    parser.add_argument("--data", type=Path, default=data, help="the folder of the embedded database (%(default)s)")
    parser.add_argument("--host", default=LOOPBACK, help="the address to listen at (%(default)s)")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 for any free one (%(default)s)")
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help="the certificate, needed off loopback")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="its private key")
    parser.add_argument("--rate-feed", metavar="URL", help="compare the exchange rate with this feed")
    parser.add_argument("--stripe-url", metavar="URL", help="a stand-in for Stripe; the keys are in the environment")
    parser.add_argument("--card-return-url", metavar="URL", help="where a browser goes after a card was paid")
    parser.add_argument("--sample", action="store_true", help="load the sample branches, staff and products once")
    parser.add_argument("--ready-file", type=Path, metavar="PATH", help="written as JSON with pid and port when ready")
    parser.add_argument("--with-parent", action="store_true", help="stop when standard input closes")
    once = parser.add_mutually_exclusive_group()
    once.add_argument(
        "--restore", type=Path, metavar="FILE", help="restore a pg_dump file into a new database, and end"
    )
    once.add_argument(
        "--new-epoch", action="store_true", help="say that the database is another life of itself, and end"
    )
    once.add_argument(
        "--revoke", metavar="DESK", help="take a desk out of use, also while central runs elsewhere, and end"
    )
    said = parser.parse_args(args)
    settings = Settings(**{field.name: getattr(said, field.name) for field in fields(Settings)})
    fault = settings.find_fault()
    if fault is not None:
        parser.error(fault)
    return settings, said


def run(args: list[str]) -> int:
    """Serves; 0 after it was stopped, 1 when it could not start, 2 for arguments that cannot be used."""
    try:
        settings, said = read_arguments(args)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else FAULTY
    # until the server listens, a signal must still unwind: the database stops on the way out
    for number in _stopping_signals():
        signal.signal(number, _stop)
    try:
        with ExitStack() as stack:
            url = stack.enter_context(running_database(settings))
            if said.restore is not None or said.new_epoch:
                sys.stdout.write(f"{begin_another_life(url, said.restore)}\n")
                return STOPPED
            cards = make_cards(settings, os.environ)
            mmg = make_mmg(os.environ)
            central = stack.enter_context(opened(url, replica_url=settings.replica_url, cards=cards, mmg=mmg))
            if said.revoke is not None:
                sys.stdout.write(f"{revoke(central.database, said.revoke, central.services.now())}\n")
                return STOPPED
            if settings.sample:
                load_sample(central.database, central.passwords, load_price_book())
            stack.enter_context(running_jobs(url, central))
            if settings.rate_feed is not None:
                stack.enter_context(watching_rate(settings.rate_feed, central))
            serve(
                central.app,
                host=settings.host,
                port=settings.port,
                ready_file=settings.ready_file,
                with_parent=said.with_parent,
                tls=settings.tls,
                leaving=central.services.live.drain,
            )
    except KnownError as error:
        sys.stderr.write(f"{error.message}\n")
        return FAILED
    except SystemExit as stop:
        # a signal ends with 0; a port that is taken, which the server has said, does not
        return STOPPED if stop.code == STOPPED else FAILED
    return STOPPED


def _stopping_signals() -> list[signal.Signals]:
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    return [signal.Signals[name] for name in names if name in signal.Signals.__members__]


def _stop(_number: int, _frame: FrameType | None) -> None:
    sys.exit(STOPPED)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
