"""Cutting power or link at a step of a sale, mending it, and counting."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from agent_desk.desk.ui.touring.selling import STEPS
from agent_desk.drill.books import Books
from agent_desk.drill.played import PlayedDesk
from agent_desk.drill.relay import Relay
from agent_desk.services import Services

DESK = "GEO-2"
WITHIN = 0.05
"""Seconds after a step in which the cut comes, so that it also falls between two steps."""


class Cut(StrEnum):
    """What is taken away."""

    DESK = "power of the desk"
    LINK = "link"
    CENTRAL = "power of central"
    DATABASE = "power of central and its database"


@dataclass(frozen=True, slots=True)
class Planned:
    cut: Cut
    step: str


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one cut."""

    planned: Planned
    whole: bool
    """Whether the desk's database opened and was as it had been written."""
    seconds: float
    """From the cut until the sale was at central."""
    receipts: int
    """Printed so far, of all sales."""
    troubles: tuple[str, ...]
    """What was lost, doubled or refused by then, a sentence each."""


def plan(cuts: int | None, chance: random.Random) -> tuple[Planned, ...]:
    """Every cut at every step; with a number, so many of them, spread over kinds and steps."""
    everything = [Planned(cut, step) for step in STEPS for cut in Cut]
    if cuts is None or cuts >= len(everything):
        return tuple(everything)
    kinds, chosen = list(Cut), []
    for n in range(cuts):
        kind = kinds[n % len(kinds)]
        step = STEPS[(n * len(STEPS) // cuts + n // len(kinds)) % len(STEPS)]
        chosen.append(Planned(kind, step))
    left = [one for one in everything if one not in chosen]
    chance.shuffle(left)
    distinct = dict.fromkeys((*chosen, *left))
    return tuple(list(distinct)[:cuts])


class Drill:
    """One desk, one central and the link between them, in a folder."""

    def __init__(self, folder: Path, services: Services, relay: Relay) -> None:
        self._services = services
        self._relay = relay
        self._data = folder / "central"
        self.desk = PlayedDesk(folder / "desk", f"http://127.0.0.1:{relay.port}", DESK)

    def run(self, planned: tuple[Planned, ...], chance: random.Random) -> Iterator[Result]:
        """One sale for each cut. Raises DrillError where the desk cannot go on."""
        try:
            self.desk.sell(1)  # the first one also fetches all that is sold here
            for one in planned:
                yield self._cut(one, chance)
        finally:
            self.desk.kill()

    def _cut(self, planned: Planned, chance: random.Random) -> Result:
        desk, before = self.desk, self.desk.count("sale.step", step=planned.step)
        desk.start(1)
        desk.wait_until(lambda: desk.count("sale.step", step=planned.step) > before, planned.step)
        time.sleep(chance.uniform(0, WITHIN))
        began = time.monotonic()
        whole = self._take_away(planned.cut)
        desk.finish()
        seconds = time.monotonic() - began
        printed = desk.receipts()
        whole = whole and desk.is_whole()
        return Result(planned, whole, seconds, len(printed), reckon(Books(self._data), printed))

    def _take_away(self, cut: Cut) -> bool:
        """Cuts, waits for what only a cut shows, and gives back; False where the desk's database was not whole."""
        desk = self.desk
        match cut:
            case Cut.DESK:
                desk.kill()
                whole = desk.is_whole()
                desk.start(1)
                return whole
            case Cut.LINK:
                done = desk.count("sale.done")
                self._relay.cut()
                try:
                    desk.wait_until(lambda: desk.count("sale.done") > done, "the end of its sale without a link")
                finally:
                    self._relay.mend()
            case Cut.CENTRAL | Cut.DATABASE:
                kill_central(self._services, self._data, whole=cut is Cut.DATABASE)
                self._services.central.start()
        return True


def kill_central(services: Services, data: Path, *, whole: bool) -> None:
    """Ends central as a power cut would; with `whole` its children and its PostgreSQL too."""
    pid = services.central.pid
    others: list[int] = []
    if whole and pid is not None:
        others = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        postmaster = data / "postgres" / "postmaster.pid"
        others += [int(postmaster.read_text().splitlines()[0])] if postmaster.exists() else []
    for other in others:
        os.kill(other, signal.SIGKILL)
    services.central.kill()


def reckon(books: Books, printed: frozenset[str]) -> tuple[str, ...]:
    """Every receipt that was printed is at central once, with its order paid; a sentence for each that is not."""
    cash, orders = books.cash(), books.orders()
    troubles = books.troubles()
    for receipt in sorted(printed):
        order = cash.get(receipt)
        if order is None:
            troubles.append(f"receipt {receipt} was printed, its money is not at central")
        elif order not in orders:
            troubles.append(f"receipt {receipt} was printed, order {order} is not at central")
        elif orders[order]["state"] != "paid":
            troubles.append(f"receipt {receipt} was printed, order {order} is {orders[order]['state']}")
    return tuple(troubles)
