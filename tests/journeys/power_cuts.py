"""Kills desks and centrals at random instants of a sale, and counts what was lost or doubled.

Run as `python -m tests.journeys.power_cuts --desk 200 --central 200`. What is killed is the desk's whole process with
its real window (without a screen), played by its keys; central's with its PostgreSQL in every second cut.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from agent_desk.drill.books import Books
from agent_desk.drill.cutting import kill_central
from agent_desk.drill.played import PlayedDesk
from agent_desk.drill.relay import Relay
from agent_desk.services import Services
from tests.journeys.books import receipts

NO_END = float("inf")
MOST_SALES = 160
"""In one life of central: its one agent may have 200 bookings open (LIM-7), and sells often between two cuts."""


@dataclass(slots=True)
class Tally:
    """What came of so many cuts."""

    killed: str
    cuts: int = 0
    opened: int = 0
    """How often the local database opened and was whole after a cut."""
    span_seconds: float = 0.0
    """From the start of a desk to the end of its first sale, undisturbed."""
    receipts: int = 0
    orders: int = 0
    commands: int = 0
    seconds: float = 0.0
    troubles: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Counts another round, too."""
        self.span_seconds = max(self.span_seconds, other.span_seconds)
        for name in ("cuts", "opened", "receipts", "orders", "commands", "seconds", "troubles"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def __str__(self) -> str:
        said = (
            f"{self.killed} killed {self.cuts} times over {self.span_seconds:.1f} s of start and sale; "
            f"local database whole {self.opened} of {self.cuts} times; {self.receipts} receipts printed, "
            f"{self.orders} orders and {self.commands} commands at central; "
            f"{len(self.troubles)} lost, doubled or refused; {self.seconds:.0f} s"
        )
        return "\n".join([said, *(f"  {trouble}" for trouble in self.troubles)])


Cut = Callable[[Path, int, random.Random, Callable[[str], None], float], Tally]


def cut_desks(
    folder: Path, times: int, chance: random.Random, tell: Callable[[str], None], most: float = NO_END
) -> Tally:
    """Kills a desk so often, its link up, down or changing meanwhile."""
    tally, began = Tally("Desk"), time.monotonic()
    with Services(folder) as services, Relay(services.port) as relay:
        desk = PlayedDesk(folder / "desk", f"http://127.0.0.1:{relay.port}", "GEO-2")
        desk.sell(1)  # the first one also fetches all that is sold here
        tally.span_seconds = _time_a_sale(desk)
        for _cut in range(times):
            if tally.cuts and (time.monotonic() - began > most or desk.count("sale.done") > MOST_SALES):
                break
            (relay.cut if chance.random() < 0.4 else relay.mend)()
            desk.start()
            lasts = chance.uniform(0.2, tally.span_seconds * 1.2)
            changes_at = chance.uniform(0, lasts)
            time.sleep(changes_at)
            (relay.cut if chance.random() < 0.4 else relay.mend)()
            time.sleep(lasts - changes_at)
            _check_running(desk, tally)
            desk.kill()
            tally.cuts += 1
            tally.opened += desk.is_whole()
            tell(f"desk {tally.cuts} of {times}")
        relay.mend()
        desk.sell(1)
        _reckon(tally, Books(folder / "central"), desk)
    tally.seconds = time.monotonic() - began
    return tally


def cut_centrals(
    folder: Path, times: int, chance: random.Random, tell: Callable[[str], None], most: float = NO_END
) -> Tally:
    """Kills central so often while a desk sells; every second time PostgreSQL and its keeper with it."""
    tally, began = Tally("Central"), time.monotonic()
    with Services(folder) as services:
        desk = PlayedDesk(folder / "desk", services.url, "GEO-2")
        desk.sell(1)
        tally.span_seconds = _time_a_sale(desk)
        desk.start()
        for cut in range(times):
            if tally.cuts and (time.monotonic() - began > most or desk.count("sale.done") > MOST_SALES):
                break
            time.sleep(chance.uniform(0, tally.span_seconds))
            _check_running(desk, tally)
            if not desk.is_running():
                desk.start()
            kill_central(services, folder / "central", whole=bool(cut % 2))
            tally.cuts += 1
            tell(f"central {tally.cuts} of {times}")
            services.central.start()
        desk.kill()
        tally.opened = tally.cuts if desk.is_whole() else 0
        desk.sell(1)
        _reckon(tally, Books(folder / "central"), desk)
    tally.seconds = time.monotonic() - began
    return tally


def _time_a_sale(desk: PlayedDesk) -> float:
    began, before = time.monotonic(), desk.count("sale.done")
    desk.start()
    while desk.count("sale.done") == before and desk.is_running():
        time.sleep(0.05)
    took = time.monotonic() - began
    desk.kill()
    return took


def _check_running(desk: PlayedDesk, tally: Tally) -> None:
    if not desk.is_running():
        tally.troubles.append(f"the desk ended by itself: {desk.said()[-600:]}")


def _reckon(tally: Tally, books: Books, desk: PlayedDesk) -> None:
    printed, orders, cash = receipts(desk.folder / "papers"), books.orders(), books.cash()
    tally.receipts, tally.orders, tally.commands = len(printed), len(orders), books.count_commands()
    tally.troubles += books.troubles()
    for receipt, order in printed.items():
        if order not in orders:
            tally.troubles.append(f"receipt {receipt} was printed, order {order} is not at central")
        elif orders[order]["state"] != "paid":
            tally.troubles.append(f"receipt {receipt} was printed, order {order} is {orders[order]['state']}")
        if cash.get(receipt) != order:
            tally.troubles.append(f"receipt {receipt} of {order} has the cash of {cash.get(receipt)} at central")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--desk", type=int, default=12, metavar="N")
    parser.add_argument("--central", type=int, default=12, metavar="N")
    parser.add_argument("--minutes", type=float, default=NO_END, help="stop after so long, whatever was done by then")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep everything here")
    chosen = parser.parse_args()
    sys.stdout.write(f"seed {chosen.seed}\n")
    failed = False
    with tempfile.TemporaryDirectory(prefix="agent-desk-cuts-") as made:
        folder = chosen.keep or Path(made)
        for cut, times, name in ((cut_desks, chosen.desk, "desks"), (cut_centrals, chosen.central, "centrals")):
            if times:
                tally = _cut_in_rounds(cut, times, folder / name, chosen)
                sys.stdout.write(f"\n{tally}\n")
                failed = failed or bool(tally.troubles) or tally.opened != tally.cuts
    return int(failed)


def _cut_in_rounds(cut: Cut, times: int, folder: Path, chosen: argparse.Namespace) -> Tally:
    chance, ends = random.Random(chosen.seed), time.monotonic() + chosen.minutes * 60
    whole = Tally("")

    def tell(sentence: str) -> None:
        sys.stderr.write(f"\r{whole.cuts} before, {sentence}   ")

    while whole.cuts < times and time.monotonic() < ends:
        left = ends - time.monotonic()
        tally = cut(folder / str(whole.cuts), times - whole.cuts, chance, tell, left)
        sys.stdout.write(f"\n{tally}\n")
        sys.stdout.flush()
        whole.killed = tally.killed
        whole.add(tally)
    return whole


if __name__ == "__main__":
    sys.exit(main())
