"""Pieces, quotes and shipments."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.measure import Length, Weight
from agent_desk.domain.money import Money, usd
from agent_desk.domain.people import Address
from agent_desk.domain.refusal import Refusal
from agent_desk.domain.values import Code, ExactDecimal, Id, Name, Note, Value, When


class Piece(Value):
    """One labelled box; None where nobody has measured yet."""

    contents: Name = ""
    packing: Name = ""
    weight: Weight | None = None
    length: Length | None = None
    width: Length | None = None
    height: Length | None = None

    @property
    def sides(self) -> tuple[Length | None, Length | None, Length | None]:
        return (self.length, self.width, self.height)


class QuoteRequest(Value):
    """What the customer wants sent."""

    origin: Code
    destination: Code
    deliver_to: Address = Address()
    goods: Code = "household"
    description: Note = ""
    declared_value: Money = usd(0)
    insured: bool = False
    dangerous: bool = False
    pieces: Annotated[tuple[Piece, ...], Field(max_length=100)] = ()
    discount_percent: Annotated[ExactDecimal, Field(ge=0, le=100)] = Decimal(0)
    """The customer's own, off the base."""


class Step(Value):
    """One line of a price that can be worked out again by hand."""

    code: Code
    """`base`, `fuel`, `handling`, `insurance`, `oversize`, `remote`, `discount`, `duty`, `vat`, ..."""
    label: Name
    working: Name
    """What was multiplied: `497 lb × 0.62`."""
    exact: Name
    """The figure before it was rounded, in US dollars."""
    amount: Money


class BillablePiece(Value):
    """What a piece weighs for the price."""

    actual_lb: ExactDecimal | None
    dimensional_lb: ExactDecimal | None
    billable_lb: ExactDecimal | None
    governed_by: Name
    """`size`, `weight`, or what is unknown."""


class Offer(Value):
    """One service's price for the pieces, or why there is none."""

    service: Code
    label: Name
    card_id: Id
    days_least: int
    days_most: int
    refusals: tuple[Refusal, ...] = ()
    """Why this service does not take it; empty when it does."""
    pieces: tuple[BillablePiece, ...] = ()
    billable_lb: ExactDecimal | None = None
    steps: tuple[Step, ...] = ()
    shipping: Money | None = None
    """Base to discount."""
    total: Money | None = None
    """With the duty and VAT estimate; None when something is unknown or refused."""
    least: Money | None = None
    most: Money | None = None
    """The range while something is unknown."""
    unknown: Name = ""
    """What decides the price while it is a range."""


class QuoteState(StrEnum):
    SAVED = "saved"
    BOOKED = "booked"
    SPECIAL_ASKED = "special_asked"


class Quote(Aggregate):
    """A priced offer, frozen, that expires."""

    kind: ClassVar[str] = "quote"

    number: Code
    branch: Code
    customer: Id | None = None
    customer_name: Name = ""
    request: QuoteRequest
    offers: tuple[Offer, ...]
    service: Code
    """The chosen one."""
    exchange_rate: Id | None = None
    gyd_per_usd: ExactDecimal | None = None
    """Shown only; frozen at checkout."""
    saved_at: When
    valid_until: When
    saved_by: Name
    state: QuoteState = QuoteState.SAVED
    refusals: tuple[Refusal, ...] = ()
    """What a manager is asked about, of a special quote."""

    @property
    def chosen(self) -> Offer:
        return next(offer for offer in self.offers if offer.service == self.service)


class ShipmentState(StrEnum):
    DRAFT = "draft"
    READY = "ready"
    TENDERED = "tendered"
    CANCELLED = "cancelled"


OPEN_BOOKING = frozenset({ShipmentState.DRAFT, ShipmentState.READY})
"""LIM-7: the states that count against an agent's limit."""


class Hold(StrEnum):
    WEIGHT = "weight"
    MANAGER = "manager"


class Measurement(Value):
    """What the warehouse found, beside what was declared."""

    weight: Weight
    length: Length
    width: Length
    height: Length
    dangerous: bool = False
    damaged: bool = False
    typed: bool = True
    """False when a scale gave the weight."""
    measured_at: When
    measured_by: Name


class ShipmentPiece(Value):
    """A declared piece and what was measured of it."""

    number: Annotated[int, Field(ge=1, le=100)]
    declared: Piece
    measured: Measurement | None = None


class Shipment(Aggregate):
    """1 to 10 pieces under one waybill."""

    kind: ClassVar[str] = "shipment"

    number: Code
    branch: Code
    quote: Id
    customer: Id | None = None
    customer_name: Name = ""
    request: QuoteRequest
    """As measured so far: declared pieces are replaced by measured ones."""
    service: Code
    pieces: tuple[ShipmentPiece, ...]
    booked_price: Money
    booked_by: Name
    """The login of the agent."""
    booked_at: When
    offer: Offer
    """The price that holds now: the booked one or the re-rated."""
    state: ShipmentState = ShipmentState.DRAFT
    holds: tuple[Hold, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    """Limits that the measured pieces break."""
    order: Id | None = None
