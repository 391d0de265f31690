"""Carts, orders and tenders."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.catalogue import Quantity
from agent_desk.domain.losing import Losses
from agent_desk.domain.money import Money, usd
from agent_desk.domain.people import Address
from agent_desk.domain.stock import LineStock
from agent_desk.domain.values import Code, ExactDecimal, Id, Name, Value, When


class CartLine(Value):
    """A shipment or so many of a product."""

    id: Id
    what: Literal["product", "shipment"]
    subject: Id
    """The product's or the shipment's id."""
    code: Code
    label: Name
    detail: Name = ""
    quantity: Quantity = 1
    each: Money
    """In the currency it is priced in, after the bulk threshold of `quantity`."""
    vat: bool = False

    @property
    def amount(self) -> Money:
        return self.each.times(self.quantity)


class Totals(Value):
    """What an order comes to; lines in other currencies are converted one by one."""

    lines: Money
    promotion: Money
    """Zero or negative."""
    vat: Money
    total: Money
    """In US dollars."""
    total_gyd: Money
    """The same at the rate, to the whole dollar."""


class Checkout(Value):
    """Prices, rate and goods held together from here on."""

    at: When
    exchange_rate: Id
    gyd_per_usd: ExactDecimal
    totals: Totals
    by: Name
    stock: tuple[LineStock, ...] = ()
    """Of every line that is counted goods."""


class CartState(StrEnum):
    OPEN = "open"
    HELD = "held"
    CHECKOUT = "checkout"
    ORDERED = "ordered"


class Cart(Aggregate):
    kind: ClassVar[str] = "cart"

    number: Code
    branch: Code
    state: CartState = CartState.OPEN
    held_as: Name = ""
    """The name it was put aside under."""
    held_at: When | None = None
    customer: Id | None = None
    customer_name: Name = ""
    lines: Annotated[tuple[CartLine, ...], Field(max_length=200)] = ()
    promotion: Annotated[str, Field(max_length=40)] = ""
    checkout: Checkout | None = None
    taken_by: Name = ""
    """Who recalled it last, and at which desk."""
    taken_at: When | None = None
    order: Id | None = None
    losses: Losses = ()


class Tender(Value):
    """Money a customer gave; final once taken."""

    id: Id
    kind: Literal["cash", "card", "mmg"] = "cash"
    given: Money
    change: Money
    """What went back, in the currency it went back in; zero when nothing did."""
    applied: Money
    """What it pays of the order, in US dollars."""
    rounding: Money
    """What whole-dollar cash changed, in Guyanese dollars; zero for US cash."""
    taken_at: When
    taken_by: Name
    desk: Code
    receipt: Code
    """The receipt's number, made at the desk."""
    till: Id | None = None
    """The shift whose drawers it lies in."""
    exchange_rate: Id | None = None
    gyd_per_usd: ExactDecimal | None = None
    """The rate it was taken at; None where that was not kept apart from the order's."""

    @property
    def how(self) -> str:
        """`Cash`, `Card` or `MMG`."""
        return "MMG" if self.kind == "mmg" else self.kind.capitalize()


class Refund(Value):
    """Money given back of one tender; final once given, but for what a bank sends back."""

    id: Id
    kind: Literal["cash", "card"] = "cash"
    tender: Id
    amount: Money
    """What of the sale is undone, in US dollars."""
    given: Money
    """What the customer got, in the currency they got it in."""
    rounding: Money
    """What whole-dollar cash changed, in Guyanese dollars: above zero the house gained."""
    gyd_per_usd: ExactDecimal
    """The tender's own, whatever the rate is now."""
    exchange_rate: Id | None = None
    reason: Name
    refunded_at: When
    refunded_by: Name
    desk: Code
    receipt: Code
    till: Id | None = None
    returned: bool = False
    """True where the customer's bank sent it back: nothing was given."""


class OrderState(StrEnum):
    AWAITING_PAYMENT = "awaiting_payment"
    PART_PAID = "part_paid"
    PAID = "paid"
    CANCELLED = "cancelled"
    REFUNDED_PART = "refunded_part"
    REFUNDED = "refunded"


class Order(Aggregate):
    kind: ClassVar[str] = "order"

    number: Code
    branch: Code
    cart: Id
    customer: Id | None = None
    customer_name: Name = ""
    deliver_to: Address = Address()
    lines: tuple[CartLine, ...]
    promotion: Annotated[str, Field(max_length=40)] = ""
    exchange_rate: Id
    gyd_per_usd: ExactDecimal
    totals: Totals
    stock: tuple[LineStock, ...] = ()
    """Of every line that is counted goods; what is not held is to be confirmed."""
    state: OrderState = OrderState.AWAITING_PAYMENT
    tenders: tuple[Tender, ...] = ()
    refunds: tuple[Refund, ...] = ()
    attempt: Id | None = None
    """The latest try to be paid through a provider."""
    placed_at: When
    placed_by: Name
    desk: Code
    pieces: Annotated[int, Field(ge=0)] = 0
    held: bool = False
    """True while one of its shipments is held."""

    @property
    def paid(self) -> Money:
        return sum((tender.applied for tender in self.tenders), usd(0))

    @property
    def cash_taken(self) -> Money:
        """What desks took by themselves; central knows of a card before any desk does."""
        return sum((tender.applied for tender in self.tenders if tender.kind == "cash"), usd(0))

    @property
    def due(self) -> Money:
        """What is still to be paid; giving back asks for nothing again."""
        return self.totals.total - self.paid

    @property
    def refunded(self) -> Money:
        return sum((refund.amount for refund in self.refunds if not refund.returned), usd(0))

    def refundable(self, tender: Tender) -> Money:
        """What is left of a tender to give back, in US dollars."""
        left = tender.applied
        for refund in self.refunds:
            if refund.tender == tender.id and not refund.returned:
                left -= refund.amount
        return left
