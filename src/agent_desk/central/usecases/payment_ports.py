"""What payments ask of the database and of the providers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from agent_desk.domain.paying import Answer, Trouble
from agent_desk.domain.payments import CardRefund, PaymentAttempt
from agent_desk.domain.refunding_cards import RefundSight


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """What the database itself watches over of an attempt."""

    attempt: PaymentAttempt
    look_at: datetime | None
    """When central asks again by itself; None of what is final."""


@dataclass(frozen=True, slots=True)
class News:
    """What an event is about; what it claims beside that is not used."""

    about: Literal["payment", "refund", "dispute", "other"]
    attempt: UUID | None = None
    charge: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """An event whose sender and age were proved."""

    id: str
    type: str


class Paying(Protocol):
    """Attempts and events within one transaction."""

    def save_attempts(self, rows: Sequence[AttemptRow]) -> None:
        """Raises TransientError where another attempt of the order is live."""
        ...

    def put_off(self, attempt: UUID, until: datetime) -> None:
        """Looked at again then, and not before, by whichever process."""
        ...

    def take_due(self, now: datetime, until: datetime, most: int) -> list[UUID]:
        """Those whose time has come, put off until then for everybody else."""
        ...

    def find_attempt_by_charge(self, provider: str, charge: str) -> UUID | None: ...
    def count_failed(self, order: UUID) -> int:
        """Attempts of an order that a provider refused."""
        ...

    def keep_event(self, provider: str, event: Signed, body: bytes, at: datetime) -> bool:
        """False where it is kept already."""
        ...

    def find_event(self, provider: str, id_: str) -> bytes | None:
        """None where it was worked, or never came."""
        ...

    def note_worked(self, provider: str, id_: str, at: datetime) -> None: ...


class CardPayments(Protocol):
    """A provider that takes payments; none of its answers is an exception."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def ready(self) -> bool:
        """False without keys: nothing is asked of it then."""
        ...

    def open(self, attempt: PaymentAttempt) -> Answer:
        """By the attempt's own key where the provider has keys, for the attempt's own sum."""
        ...

    def find(self, attempt: PaymentAttempt) -> Answer:
        """What may have been opened without an answer."""
        ...

    def look(self, attempt: PaymentAttempt) -> Answer: ...
    def close(self, attempt: PaymentAttempt) -> Answer:
        """Nobody can pay it afterwards; answers with what was paid before."""
        ...

    def refund(self, attempt: PaymentAttempt, refund: CardRefund) -> RefundSight | Trouble:
        """By the refund's own key, for its own sum, to the card that paid."""
        ...

    def list_refunds(self, attempt: PaymentAttempt) -> tuple[RefundSight, ...] | Trouble:
        """Everything that was given back of a payment, whoever gave it."""
        ...

    def prove(self, body: bytes, signature: str, now: datetime) -> Signed:
        """Raises KnownError `webhook.refused` for what the provider has not signed, or signed long ago."""
        ...

    def read(self, body: bytes) -> News: ...
