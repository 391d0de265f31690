"""A counter at a central that takes cards from the stand-in for Stripe."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from agent_desk.central.bootstrap import Central, assemble
from agent_desk.central.store.database import Database
from agent_desk.domain.card_commands import AskCard
from agent_desk.domain.payments import STRIPE, PaymentAttempt, Provider, ProviderState, provider_id
from agent_desk.wire.sync import AckState
from tests.central.counter import Clock, Counter, an_id
from tests.central.mmg_sandbox import Wallets
from tests.central.stripe_sandbox import Sandbox


@dataclass
class Shop:
    """A counter at a central that takes cards."""

    central: Central
    counter: Counter
    clock: Clock
    stripe: Sandbox
    url: str

    def order(self, count: int = 1) -> UUID:
        """An order that nobody has paid yet."""
        acks = self.counter.push(*self.counter.sale(count)[:-1])
        assert {ack.state for ack in acks} == {AckState.APPLIED}
        return an_id("GEO-1", "order", count)

    def ask(self, order: UUID, turn: int = 1) -> UUID:
        attempt = an_id("attempt", order, turn)
        receipt = self.counter.number("R-", 100 + self.counter.n)
        (ack,) = self.counter.push(AskCard(order=order, attempt=attempt, receipt=receipt))
        assert ack.state is AckState.APPLIED, ack.refusals
        return attempt

    def work(self, attempt: UUID) -> PaymentAttempt:
        self.central.services.cards.work(str(attempt))
        return self.seen(attempt)

    def seen(self, attempt: UUID) -> PaymentAttempt:
        """As the desk sees it."""
        self.counter.catch_up()
        found: PaymentAttempt = self.counter.find(PaymentAttempt, attempt)
        return found

    def provider(self) -> ProviderState:
        self.counter.catch_up()
        found: Provider = self.counter.find(Provider, provider_id(STRIPE))
        return found.state

    def ask_database(self, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(sql.encode()).fetchall()

    def balance(self) -> dict[str, int]:
        rows = self.ask_database(
            "select split_part(account, ':', 1), sum(minor)::bigint from posting group by 1 having sum(minor) <> 0"
        )
        return dict(rows)

    def cases(self) -> list[str]:
        return [kind for (kind,) in self.ask_database("select kind from exception_case order by kind")]


@contextmanager
def card_shop(url: str, clock: Clock, stripe: Sandbox, mmg: Wallets | None = None) -> Iterator[Shop]:
    database = Database(url)
    database.open()
    try:
        central = assemble(
            database, clock, cards=stripe.cards(timeout=1), mmg=None if mmg is None else mmg.payments_of()
        )
        central.services.cards.declare()
        yield Shop(central, Counter.sign_in(central, clock, "shanice", "GEO-1"), clock, stripe, url)
    finally:
        database.close()


def until(holds: Callable[[], bool]) -> None:
    """Waits for it, not for a time."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        threading.Event().wait(0.02)
