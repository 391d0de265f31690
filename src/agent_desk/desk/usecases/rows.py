"""What lists show: plain rows, one a line of a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from agent_desk.domain.money import Money
from agent_desk.domain.refusal import Refusal
from agent_desk.domain.selling import CartState, OrderState
from agent_desk.domain.shipping import QuoteState, ShipmentState
from agent_desk.domain.till import TillState

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Ranked(Generic[R]):
    """The likeliest of what was found, the best first."""

    rows: tuple[R, ...]
    count: int
    """How many were found, also those that are not among the rows; at most some hundreds."""


@dataclass(frozen=True, slots=True)
class CustomerRow:
    id: UUID
    number: str
    name: str
    phone: str
    email: str
    place: str
    pending: bool = False


@dataclass(frozen=True, slots=True)
class ProductRow:
    id: UUID
    code: str
    name: str
    barcode: str
    each: Money | None
    """The price that holds now for one; None where none does."""
    measured: bool
    dangerous: bool


@dataclass(frozen=True, slots=True)
class HeldScope:
    """What is read together with central."""

    name: str
    rows: int
    is_read: bool
    """False while it is being read from its beginning."""
    differs: bool
    """True where it did not agree with central and is being mended."""


class OrderChip(StrEnum):
    """The filters over the list of orders."""

    ALL = "all"
    LAST_7_DAYS = "last_7_days"
    HELD = "held"
    NOT_PAID = "not_paid"
    WAITING = "waiting"
    """Changed here and not yet at central."""


@dataclass(frozen=True, slots=True)
class OrderFilter:
    chip: OrderChip = OrderChip.ALL
    text: str = ""
    """Number, name, phone or place; empty for all."""
    since: datetime | None = None
    """Set by the use case from `chip`."""


@dataclass(frozen=True, slots=True)
class OrderRow:
    id: UUID
    number: str
    placed_at: datetime
    customer_name: str
    place: str
    pieces: int
    total: Money
    due: Money
    state: OrderState
    held: bool
    desk: str
    pending: bool = False
    conflict: str = ""
    consent: bool = False
    """Of a held one: the customer is asked, not a manager."""


@dataclass(frozen=True, slots=True)
class CartRow:
    id: UUID
    number: str
    state: CartState
    held_as: str
    held_at: datetime | None
    customer_name: str
    lines: int
    taken_by: str
    pending: bool = False
    conflict: str = ""


@dataclass(frozen=True, slots=True)
class QuoteRow:
    id: UUID
    number: str
    customer: UUID | None
    customer_name: str
    saved_at: datetime
    valid_until: datetime
    service: str
    destination: str
    pieces: int
    total: Money | None
    state: QuoteState
    pending: bool = False


@dataclass(frozen=True, slots=True)
class ShipmentRow:
    id: UUID
    number: str
    booked_at: datetime
    customer_name: str
    service: str
    destination: str
    pieces: int
    unmeasured: int
    state: ShipmentState
    held: bool
    order: UUID | None
    pending: bool = False


@dataclass(frozen=True, slots=True)
class TillRow:
    id: UUID
    number: str
    state: TillState
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A command that waits, in words."""

    n: int
    id: UUID
    name: str
    """Of the command, such as `order.place/1`."""
    what: str
    """`Place order`."""
    subject: str
    """`GEO-2-000091, 3 pieces`."""
    money: Money | None
    at: datetime
    state: Literal["queued", "inflight", "acked"]
    after: tuple[int, ...]
    """The numbers of the waiting commands it follows."""
    tries: int = 0


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """What central refused or parked, with what to do."""

    id: int
    command: UUID
    name: str
    what: str
    subject: str
    at: datetime
    parked: bool
    """True for a fact: it is kept at central for a person."""
    refusals: tuple[Refusal, ...]
    ref: tuple[str, UUID] | None
    """The first document it spoke about, to open."""
    current: tuple[dict[str, Any], ...] = ()
    """The bodies as central holds them."""


@dataclass(frozen=True, slots=True)
class LossRow:
    """A value that another desk replaced without having seen it."""

    ref: tuple[str, UUID]
    subject: str
    """Whose it is: a customer's name, a cart's number."""
    field: str
    label: str
    lost: str
    instead: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DraftRow:
    page: str
    body: dict[str, Any]
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class PaperRow:
    kind: Literal["receipt", "quote", "till"]
    number: str
    subject: UUID
    """The order's, quote's or till's id."""
    path: str
    made_at: datetime
