"""Kills central between "charge" and "charged", then between "give back" and "given back".

`python -m tests.central.killing 300` plays so many of each on a database of its own.

A process that was started before anything else forks a central (its jobs, with the vendor's SDK) for every round; it is
killed a random moment after the provider began to work on its request. Customers pay every page that they find open,
so that a second page would be a second charge.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections import Counter as Counts
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

from agent_desk.central.bootstrap import Central, assemble, opened, running_jobs
from agent_desk.central.store.database import Database
from agent_desk.central.store.embedded import EmbeddedPostgres
from agent_desk.central.store.migrating import migrate
from agent_desk.domain.card_commands import AskCard, RefundCard
from agent_desk.domain.money import usd
from agent_desk.domain.payments import AttemptState, PaymentAttempt, RefundState
from agent_desk.services import Service, free_port
from agent_desk.wire.sync import AckState
from tests.central.counter import Clock, Counter, an_id, fill
from tests.central.stripe_sandbox import Sandbox

FALLS_WITHIN = 0.05
"""Seconds after the provider began to work: some are killed before its answer has left, some after it is kept."""
STARTS_WITHIN = 60.0
ENDS_WITHIN = 180.0
REFUND = usd(5_00)


class Wall(Clock):
    """The machine's own clock: what was begun by a killed central is due again after a while."""

    def __call__(self) -> datetime:
        self.now = datetime.now(UTC)
        return self.now


@dataclass(frozen=True, slots=True)
class Outcome:
    killed: int
    found: dict[str, int]
    """In which state the killed ones left their attempts."""
    orders: int
    pages: int
    """Sessions that the provider opened."""
    charged: int
    """Orders with a charge at the provider."""
    charged_twice: int
    lost: int
    """Charges that central does not know of."""
    ledger_minor: int
    charges_minor: int
    refund_kills: int
    refunds_found: dict[str, int]
    """In which state the killed ones left their refunds."""
    refunds_asked: int
    refunded: int
    """Of those, how many have a refund at the provider."""
    refunded_twice: int
    refunds_lost: int
    """Refunds at the provider that central does not know to be done."""
    refunds_minor: int


def fork_centrals(url: str, stripe: str, orders: Connection) -> None:
    """Forks a central whenever it is asked to, and answers with its process id."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    while orders.recv():
        pid = os.fork()
        if pid == 0:
            with opened(url, cards=Sandbox(stripe).cards(timeout=5)) as central, running_jobs(url, central):
                threading.Event().wait()
        orders.send(pid)


@contextmanager
def centrals(url: str, stripe: str) -> Iterator[Connection]:
    here, there = get_context("spawn").Pipe()
    maker = get_context("spawn").Process(target=fork_centrals, args=(url, stripe, there))
    maker.start()
    try:
        yield here
    finally:
        here.send(False)
        maker.join()


def a_central(maker: Connection) -> int:
    maker.send(True)
    pid: int = maker.recv()
    return pid


def pay_every_page(stripe: Sandbox) -> None:
    for session in stripe.sessions():
        if session["status"] == "open":
            stripe.pay(session["url"])


def play(url: str, folder: Path, rounds: int, seed: int = 1) -> Outcome:
    """Asks, kills, pays, so many times; then one central lives until every payment has ended."""
    chance = random.Random(seed)
    database = Database(url)
    database.open()
    port = free_port()
    service = Service("sandbox", ["agent_desk.sandbox", "--port", str(port)], folder)
    service.start()
    stripe = Sandbox(f"http://127.0.0.1:{port}")
    try:
        clock = Wall()
        central = assemble(database, clock, cards=stripe.cards())
        central.services.cards.declare()
        counter = Counter.sign_in(central, clock, "shanice", "GEO-1")
        found: Counts[str] = Counts()
        with centrals(url, stripe.url) as maker:
            for count in range(1, rounds + 1):
                ask(counter, count)
                calls = stripe.calls()
                pid = a_central(maker)
                wait_for_a_call(stripe, calls)
                time.sleep(chance.uniform(0, FALLS_WITHIN))
                if chance.random() < 0.3:
                    pay_every_page(stripe)
                os.kill(pid, signal.SIGKILL)
                found[state_of(central, count)] += 1
                pay_every_page(stripe)
            last = a_central(maker)
            wait_for_the_end(counter, stripe, rounds)
            os.kill(last, signal.SIGKILL)
            refunds: Counts[str] = Counts()
            for count in range(1, rounds + 1):
                give_back(counter, count)
                calls = stripe.calls()
                pid = a_central(maker)
                wait_for_a_call(stripe, calls)
                time.sleep(chance.uniform(0, FALLS_WITHIN))
                os.kill(pid, signal.SIGKILL)
                refunds[refund_state_of(central, count)] += 1
            last = a_central(maker)
            wait_for_the_end(counter, stripe, rounds)
            os.kill(last, signal.SIGKILL)
        return count_up(central, stripe, rounds, (dict(found), dict(refunds)))
    finally:
        stripe.http.close()
        service.stop()
        database.close()


def wait_for_a_call(stripe: Sandbox, before: int) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while stripe.calls() == before and time.monotonic() < until:
        time.sleep(0.002)


def ask(counter: Counter, count: int) -> None:
    order = an_id("GEO-1", "order", count)
    receipt = counter.number("R-", count)
    asked = AskCard(order=order, attempt=an_id("attempt", count), receipt=receipt)
    acks = counter.push(*counter.sale(count)[:-1], asked)
    assert {ack.state for ack in acks} == {AckState.APPLIED}, acks


def give_back(counter: Counter, count: int) -> None:
    asked = RefundCard(
        order=an_id("GEO-1", "order", count),
        attempt=an_id("attempt", count),
        refund=an_id("refund", count),
        receipt=counter.number("R-", 100_000 + count),
        amount=REFUND,
        reason="Brought back",
    )
    (ack,) = counter.push(asked)
    assert ack.state is AckState.APPLIED, ack.refusals


def wait_for_the_end(counter: Counter, stripe: Sandbox, rounds: int) -> None:
    until = time.monotonic() + ENDS_WITHIN
    ids = [an_id("attempt", count) for count in range(1, rounds + 1)]
    while time.monotonic() < until:
        pay_every_page(stripe)
        counter.catch_up()
        if not any(counter.find(PaymentAttempt, id_).unfinished for id_ in ids):
            return
        time.sleep(0.2)


def find_attempt(central: Central, count: int) -> PaymentAttempt:
    with central.database.reading() as unit:
        body = unit.find_document(PaymentAttempt.kind, an_id("attempt", count))
    assert body is not None
    return PaymentAttempt.model_validate_json(body)


def state_of(central: Central, count: int) -> str:
    return find_attempt(central, count).state.value


def refund_state_of(central: Central, count: int) -> str:
    return find_attempt(central, count).refunds[-1].state.value


def count_up(central: Central, stripe: Sandbox, rounds: int, found: tuple[dict[str, int], dict[str, int]]) -> Outcome:
    sessions, refunds = stripe.sessions(), stripe.refunds()
    paid = [session for session in sessions if session["payment_status"] == "paid"]
    by_attempt = [session["client_reference_id"] for session in paid]
    by_refund = [refund["metadata"]["refund"] for refund in refunds]
    with central.database.pushing() as unit:
        ledger = unit.sum_account("provider:stripe").get("USD", 0)
    attempts = [find_attempt(central, n) for n in range(1, rounds + 1)]
    known = {one.reference for one in attempts if one.state is AttemptState.CONFIRMED}
    asked = [refund for one in attempts for refund in one.refunds]
    given = {refund.reference for refund in asked if refund.state is RefundState.CONFIRMED}
    return Outcome(
        killed=rounds,
        found=found[0],
        orders=len(attempts),
        pages=len(sessions),
        charged=len(set(by_attempt)),
        charged_twice=len(by_attempt) - len(set(by_attempt)),
        lost=sum(session["id"] not in known for session in paid),
        ledger_minor=ledger,
        charges_minor=sum(session["amount_total"] for session in paid),
        refund_kills=rounds,
        refunds_found=found[1],
        refunds_asked=len(asked),
        refunded=len(set(by_refund)),
        refunded_twice=len(by_refund) - len(set(by_refund)),
        refunds_lost=sum(refund["id"] not in given for refund in refunds),
        refunds_minor=sum(refund["amount"] for refund in refunds),
    )


def main(rounds: int) -> Outcome:
    with TemporaryDirectory(prefix="agent-desk-") as folder, EmbeddedPostgres(Path(folder)) as postgres:
        url = postgres.start()
        migrate(url)
        database = Database(url, connections=2)
        database.open()
        fill(database)
        database.close()
        return play(url, Path(folder), rounds)


if __name__ == "__main__":
    sys.stdout.write(f"{main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)}\n")
