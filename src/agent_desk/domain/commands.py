"""Every command there is; what a desk claims in one, central works out again."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from agent_desk.domain.aggregate import Command, Ref, Version
from agent_desk.domain.card_commands import CARD_COMMANDS
from agent_desk.domain.catalogue import Quantity
from agent_desk.domain.losing import FieldName
from agent_desk.domain.measure import Length, Weight
from agent_desk.domain.money import Money
from agent_desk.domain.money_commands import MONEY_COMMANDS
from agent_desk.domain.people import Address, Customer
from agent_desk.domain.selling import Cart, Order, Totals
from agent_desk.domain.shipping import Quote, QuoteRequest, Shipment
from agent_desk.domain.stock import Shelf, shelf_id
from agent_desk.domain.values import Code, Id, Name, Note, StrictValue, Text


class AddCustomer(Command):
    name: ClassVar[str] = "customer.add/1"

    customer: Id
    number: Code
    full_name: Name
    phone: Annotated[Text, Field(max_length=40)] = ""
    email: Annotated[Text, Field(max_length=300)] = ""
    address: Address = Address()
    note: Note = ""

    def writes(self) -> tuple[Ref, ...]:
        return ((Customer.kind, self.customer),)


class ChangeCustomer(Command):
    """Changes only the fields it names; None leaves a field alone."""

    name: ClassVar[str] = "customer.change/1"

    customer: Id
    full_name: Name | None = None
    phone: Annotated[Text, Field(max_length=40)] | None = None
    email: Annotated[Text, Field(max_length=300)] | None = None
    address: Address | None = None
    note: Note | None = None

    def writes(self) -> tuple[Ref, ...]:
        return ((Customer.kind, self.customer),)


class CustomerFields(StrictValue):
    """What a form holds of a customer; None leaves a field alone."""

    full_name: Name | None = None
    phone: Annotated[Text, Field(max_length=40)] | None = None
    email: Annotated[Text, Field(max_length=300)] | None = None
    address: Address | None = None
    note: Note | None = None


class ReviseCustomer(Command):
    """Changes the fields of `now`; `seen` is what stood there, so that what nobody saw is not lost in silence."""

    name: ClassVar[str] = "customer.change/2"

    customer: Id
    now: CustomerFields
    seen: CustomerFields

    def writes(self) -> tuple[Ref, ...]:
        return ((Customer.kind, self.customer),)


class SettleLoss(Command):
    """Leaves what replaced a value; what was lost is not shown any more."""

    name: ClassVar[str] = "loss.settle/1"

    kind: Literal["customer", "cart"]
    subject: Id
    field: FieldName

    def writes(self) -> tuple[Ref, ...]:
        return ((self.kind, self.subject),)


class SaveQuote(Command):
    name: ClassVar[str] = "quote.save/1"

    quote: Id
    number: Code
    customer: Id | None = None
    request: QuoteRequest
    service: Code
    card: Id
    """The rate card the price was made from."""
    exchange_rate: Id | None = None
    total: Money
    """As the desk worked it out."""

    def writes(self) -> tuple[Ref, ...]:
        return ((Quote.kind, self.quote),)


class AskSpecialQuote(Command):
    """Sends what is over a limit to a manager."""

    name: ClassVar[str] = "quote.ask_special/1"

    quote: Id
    number: Code
    customer: Id | None = None
    request: QuoteRequest
    service: Code

    def writes(self) -> tuple[Ref, ...]:
        return ((Quote.kind, self.quote),)


class BookShipment(Command):
    """Turns a valid quote into a shipment in a cart."""

    name: ClassVar[str] = "shipment.book/1"

    quote: Id
    shipment: Id
    number: Code
    cart: Id
    line: Id
    price: Money
    """As the desk worked it out."""

    def writes(self) -> tuple[Ref, ...]:
        return ((Quote.kind, self.quote), (Shipment.kind, self.shipment), (Cart.kind, self.cart))


class CartCommand(Command):
    cart: Id

    def writes(self) -> tuple[Ref, ...]:
        return ((Cart.kind, self.cart),)


class OpenCart(CartCommand):
    name: ClassVar[str] = "cart.open/1"

    number: Code
    customer: Id | None = None


class AddProduct(CartCommand):
    name: ClassVar[str] = "cart.add_product/1"

    line: Id
    product: Id
    quantity: Quantity = 1
    each: Money
    """As the desk knows it, for this quantity."""


class SetQuantity(CartCommand):
    name: ClassVar[str] = "cart.set_quantity/1"

    line: Id
    quantity: Quantity
    each: Money


class ReviseQuantity(SetQuantity):
    """As `SetQuantity`; `seen` is the quantity that stood there."""

    name: ClassVar[str] = "cart.set_quantity/2"

    seen: Quantity


class RemoveLine(CartCommand):
    """Takes a line out; a shipment's line cancels the shipment and gives its quote back."""

    name: ClassVar[str] = "cart.remove_line/1"

    line: Id
    shipment: Id | None = None
    quote: Id | None = None
    """Both named when the line is a shipment."""

    def writes(self) -> tuple[Ref, ...]:
        shipment = () if self.shipment is None else ((Shipment.kind, self.shipment),)
        quote = () if self.quote is None else ((Quote.kind, self.quote),)
        return (*super().writes(), *shipment, *quote)


class TakeOutLine(RemoveLine):
    """As `RemoveLine`; `seen` is the quantity that stood there."""

    name: ClassVar[str] = "cart.remove_line/2"

    seen: Quantity


class SetCartCustomer(CartCommand):
    name: ClassVar[str] = "cart.set_customer/1"

    customer: Id | None


class ReviseCartCustomer(SetCartCustomer):
    """As `SetCartCustomer`; `seen` is whose cart it was."""

    name: ClassVar[str] = "cart.set_customer/2"

    seen: Id | None


class SetPromotion(CartCommand):
    """An empty code takes the promotion out."""

    name: ClassVar[str] = "cart.set_promotion/1"

    code: Annotated[Text, Field(max_length=40)]


class RevisePromotion(SetPromotion):
    """As `SetPromotion`; `seen` is the code that stood there."""

    name: ClassVar[str] = "cart.set_promotion/2"

    seen: Annotated[Text, Field(max_length=40)]


class HoldCart(CartCommand):
    name: ClassVar[str] = "cart.hold/1"

    held_as: Name = ""


class RecallCart(CartCommand):
    """Takes a held cart up again; only the first desk to do so gets it."""

    name: ClassVar[str] = "cart.recall/1"


class CheckOut(CartCommand):
    """Holds prices, rate and goods together."""

    name: ClassVar[str] = "cart.check_out/1"

    cart_version: Version
    """The state the customer agreed to."""
    exchange_rate: Id
    totals: Totals
    """As the desk worked them out."""


class ReleaseCheckout(CartCommand):
    name: ClassVar[str] = "cart.release/1"


class PlaceOrder(Command):
    name: ClassVar[str] = "order.place/1"

    order: Id
    number: Code
    cart: Id
    shipments: Annotated[tuple[Id, ...], Field(max_length=200)] = ()
    """The shipments of the cart, which leave its draft state."""
    totals: Totals

    def writes(self) -> tuple[Ref, ...]:
        shipments = tuple((Shipment.kind, shipment) for shipment in self.shipments)
        return ((Order.kind, self.order), (Cart.kind, self.cart), *shipments)


class RecordMeasurement(Command):
    """What the scale and the tape said: it has happened, so central never refuses it."""

    name: ClassVar[str] = "piece.measure/1"
    fact: ClassVar[bool] = True

    shipment: Id
    piece: Annotated[int, Field(ge=1, le=100)]
    weight: Weight
    length: Length
    width: Length
    height: Length
    dangerous: bool = False
    damaged: bool = False
    order: Id | None = None
    """The order the shipment belongs to, which shows the hold."""

    def writes(self) -> tuple[Ref, ...]:
        order = () if self.order is None else ((Order.kind, self.order),)
        return ((Shipment.kind, self.shipment), *order)


class ShelfFact(Command):
    """Something that happened to one product at one branch."""

    fact: ClassVar[bool] = True

    branch: Code
    product: Id

    def writes(self) -> tuple[Ref, ...]:
        return ((Shelf.kind, shelf_id(self.branch, self.product)),)


class ReceiveGoods(ShelfFact):
    """Goods that came in."""

    name: ClassVar[str] = "stock.receive/1"

    quantity: Annotated[int, Field(ge=1, le=1_000_000)]


class CountStock(ShelfFact):
    """What somebody counted on the shelf."""

    name: ClassVar[str] = "stock.count/1"

    counted: Annotated[int, Field(ge=0, le=1_000_000)]


class HandOverGoods(Command):
    """Goods of an order that the customer took."""

    name: ClassVar[str] = "stock.hand_over/1"
    fact: ClassVar[bool] = True

    order: Id
    line: Id
    quantity: Quantity

    def writes(self) -> tuple[Ref, ...]:
        return ((Order.kind, self.order),)


_EVERY: tuple[type[Command], ...] = (
    AddCustomer,
    ChangeCustomer,
    ReviseCustomer,
    SettleLoss,
    SaveQuote,
    AskSpecialQuote,
    BookShipment,
    OpenCart,
    AddProduct,
    SetQuantity,
    ReviseQuantity,
    RemoveLine,
    TakeOutLine,
    SetCartCustomer,
    ReviseCartCustomer,
    SetPromotion,
    RevisePromotion,
    HoldCart,
    RecallCart,
    CheckOut,
    ReleaseCheckout,
    PlaceOrder,
    *MONEY_COMMANDS,
    *CARD_COMMANDS,
    RecordMeasurement,
    ReceiveGoods,
    CountStock,
    HandOverGoods,
)

COMMANDS: dict[str, type[Command]] = {command.name: command for command in _EVERY}
