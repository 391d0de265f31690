"""What the use cases ask of the database about money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from agent_desk.domain.ledger import Entry
from agent_desk.domain.till import Through


@dataclass(frozen=True, slots=True)
class CashReceived:
    """One cash tender as the desk said it; minor units."""

    tender: UUID
    order: UUID
    order_number: str
    matched: bool
    """False when no order took it."""
    desk: str
    receipt: str
    given: tuple[int, str]
    change: tuple[int, str]
    applied_minor: int
    rounding_minor: int
    gyd_per_usd: Decimal
    taken_at: datetime
    taken_by: UUID
    command: UUID
    till: UUID | None
    customer: UUID | None = None
    """Of the order that took it."""


@dataclass(frozen=True, slots=True)
class Movement:
    """An entry of the ledger with where, when and by whom the money was moved."""

    entry: Entry
    branch: str
    desk: str
    happened_at: datetime
    day: date
    """The counter's own; an entry of a closed day is booked on the first one that is open."""
    by: UUID
    command: UUID
    cash: CashReceived | None = None
    """Of a tender, what was said of it."""


class Booking(Protocol):
    """The ledger within one transaction."""

    def record_money(self, movements: Sequence[Movement]) -> None:
        """MoneyRefusedError when one of them is there already or cannot be."""
        ...

    def list_cash_of(self, customer: UUID, since: datetime, until: datetime) -> list[CashReceived]:
        """What a customer gave from one time to another, the end left out."""
        ...

    def record_rate_terms(self, rate: UUID, spread_percent: Decimal, by: UUID, at: datetime) -> None: ...
    def list_open_days(self, until: date) -> list[tuple[str, date]]:
        """Branch and day of every day with entries that is not closed, the oldest first."""
        ...

    def close_day(self, branch: str, day: date, at: datetime) -> bool:
        """Keeps what the day came to, after which nothing is booked on it; False where it is closed already."""
        ...

    def list_tills(self, branch: str, day: date) -> list[UUID]:
        """The tills whose drawers moved on that day."""
        ...

    def sum_through(self, till: UUID) -> Through:
        """What sales and refunds moved through a till."""
        ...

    def sum_account(self, account: str) -> dict[str, int]:
        """By currency, in minor units."""
        ...
