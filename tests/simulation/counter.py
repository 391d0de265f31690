"""What people do at a desk in the simulation, each in one commit as the desk's own use cases have it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from agent_desk.desk.usecases.ports import stop
from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.commands import (
    AddCustomer,
    AddProduct,
    ChangeCustomer,
    CheckOut,
    CountStock,
    HandOverGoods,
    HoldCart,
    OpenCart,
    PlaceOrder,
    RecallCart,
    ReceiveGoods,
    RecordMeasurement,
    ReleaseCheckout,
    RemoveLine,
    SetCartCustomer,
    SetQuantity,
)
from agent_desk.domain.measure import Length, Weight
from agent_desk.domain.money import Currency, usd
from agent_desk.domain.money_commands import TakeCash
from agent_desk.domain.people import Customer, Staff
from agent_desk.domain.refusal import blocks
from agent_desk.domain.rights import Series
from agent_desk.domain.selling import Cart, CartState, Order
from agent_desk.domain.tendering import work_out_cash
from agent_desk.domain.totals import totals
from tests.simulation.shop import POISON, PRODUCTS, SHIPMENTS


@dataclass(frozen=True, slots=True)
class Turn:
    """One person's turn at one desk; `a` and `b` choose among what there is."""

    work: Any
    staff: Staff
    now: datetime
    a: int
    b: int
    new_id: Callable[[], UUID]

    def pick(self, kind: type[Any], *states: object) -> Any:
        """One of those shown; stops where there is none."""
        found: list[Aggregate] = [one for one in self.work.list_all(kind) if not states or one.state in states]
        if not found:
            raise stop(blocks("nothing.there", kind.kind, "There is none."))
        return found[self.a % len(found)]


def new_cart(turn: Turn) -> None:
    cart = turn.new_id()
    turn.work.do(OpenCart(cart=cart, number=turn.work.next_number(Series.CART)))
    _add(turn, cart)


def _add(turn: Turn, cart: UUID) -> None:
    product = turn.work.find(type(PRODUCTS[0]), PRODUCTS[turn.b % 2].id)
    if product is None or (span := product.find_price(turn.now)) is None:
        raise stop(blocks("product.gone", "product", "It is not sold."))
    quantity = 1 + turn.b // 2 % 3
    each = span.each_for(quantity)
    turn.work.do(AddProduct(cart=cart, line=turn.new_id(), product=product.id, quantity=quantity, each=each))


def add_product(turn: Turn) -> None:
    _add(turn, turn.pick(Cart, CartState.OPEN).id)


def add_poison(turn: Turn) -> None:
    cart = turn.pick(Cart, CartState.OPEN)
    each = POISON.prices[0].each
    turn.work.do(AddProduct(cart=cart.id, line=turn.new_id(), product=POISON.id, quantity=1, each=each))


def set_quantity(turn: Turn) -> None:
    cart = turn.pick(Cart, CartState.OPEN)
    if not cart.lines:
        raise stop(blocks("cart.empty", "lines", "It is empty."))
    line = cart.lines[turn.b % len(cart.lines)]
    product = turn.work.find(type(PRODUCTS[0]), line.subject)
    span = None if product is None else product.find_price(turn.now)
    if span is None:
        raise stop(blocks("product.gone", "product", "It is not sold."))
    quantity = 1 + turn.b % 5
    turn.work.do(SetQuantity(cart=cart.id, line=line.id, quantity=quantity, each=span.each_for(quantity)))


def remove_line(turn: Turn) -> None:
    cart = turn.pick(Cart, CartState.OPEN)
    if not cart.lines:
        raise stop(blocks("cart.empty", "lines", "It is empty."))
    turn.work.do(RemoveLine(cart=cart.id, line=cart.lines[turn.b % len(cart.lines)].id))


def set_customer(turn: Turn) -> None:
    customers = turn.work.list_all(Customer)
    if not customers:
        raise stop(blocks("nothing.there", "customer", "There is none."))
    cart = turn.pick(Cart, CartState.OPEN)
    turn.work.do(SetCartCustomer(cart=cart.id, customer=customers[turn.b % len(customers)].id))


def hold(turn: Turn) -> None:
    turn.work.do(HoldCart(cart=turn.pick(Cart, CartState.OPEN).id, held_as="Mr Benn"))


def recall(turn: Turn) -> None:
    turn.work.do(RecallCart(cart=turn.pick(Cart, CartState.HELD).id))


def _check_out(turn: Turn, cart: Cart) -> None:
    book = turn.work.book()
    rate = book.rate_at(turn.now)
    if rate is None:
        raise stop(blocks("rate.unknown", "rate", "No rate."))
    sums = totals(cart.lines, cart.promotion, rate, book, turn.now)
    turn.work.do(CheckOut(cart=cart.id, cart_version=cart.version, exchange_rate=rate.id, totals=sums))


def check_out(turn: Turn) -> None:
    _check_out(turn, turn.pick(Cart, CartState.OPEN))


def release(turn: Turn) -> None:
    turn.work.do(ReleaseCheckout(cart=turn.pick(Cart, CartState.CHECKOUT).id))


def _pay(turn: Turn, cart: UUID) -> None:
    shown = turn.work.find(Cart, cart)
    if shown.checkout is None:
        raise stop(blocks("cart.not_locked", "cart", "Check out first."))
    order, number = turn.new_id(), turn.work.next_number(Series.ORDER)
    turn.work.do(PlaceOrder(order=order, number=number, cart=cart, totals=shown.checkout.totals))
    _take_cash(turn, turn.work.find(Order, order))


def pay(turn: Turn) -> None:
    _pay(turn, turn.pick(Cart, CartState.CHECKOUT).id)


def sell(turn: Turn) -> None:
    """From an open cart to cash in the drawer at once."""
    cart = turn.pick(Cart, CartState.OPEN)
    _check_out(turn, cart)
    _pay(turn, cart.id)


def _take_cash(turn: Turn, order: Order) -> None:
    given = usd((5_00, 20_00, 100_00)[turn.b % 3])
    working = work_out_cash(order.due, given, Currency.USD, order.gyd_per_usd)
    turn.work.do(
        TakeCash(
            order=order.id, order_number=order.number, tender=turn.new_id(),
            receipt=turn.work.next_number(Series.RECEIPT), given=given, change=working.change,
            applied=working.applied, rounding=working.rounding, gyd_per_usd=order.gyd_per_usd,
        )
    )  # fmt: skip


def cash(turn: Turn) -> None:
    """More cash for an order that may be paid already: it is in the drawer."""
    _take_cash(turn, turn.pick(Order))


def add_customer(turn: Turn) -> None:
    number = turn.work.next_number(Series.CUSTOMER)
    turn.work.do(AddCustomer(customer=turn.new_id(), number=number, full_name="Orin Benn"))


def change_customer(turn: Turn) -> None:
    customer = turn.pick(Customer)
    words = f"calls after {turn.b}"
    fields = ({"note": words}, {"phone": f"+592 6{turn.b:06}"}, {"full_name": words})[turn.b % 3]
    turn.work.do(ChangeCustomer.model_validate({"customer": customer.id, **fields}))


def measure(turn: Turn) -> None:
    side = Length(value=Decimal(10 + turn.a))
    turn.work.do(
        RecordMeasurement(
            shipment=SHIPMENTS[0].id, piece=1 + turn.b % 3, weight=Weight(value=Decimal(40 + turn.b)),
            length=side, width=side, height=side,
        )
    )  # fmt: skip


def receive(turn: Turn) -> None:
    product = PRODUCTS[turn.b % 2].id
    turn.work.do(ReceiveGoods(branch=turn.staff.branch, product=product, quantity=1 + turn.a % 4))


def count(turn: Turn) -> None:
    turn.work.do(CountStock(branch=turn.staff.branch, product=PRODUCTS[turn.b % 2].id, counted=turn.a % 4))


def hand_over(turn: Turn) -> None:
    order = turn.pick(Order)
    turn.work.do(HandOverGoods(order=order.id, line=order.lines[0].id, quantity=1))


ACTIONS: dict[str, Callable[[Turn], None]] = {
    action.__name__: action
    for action in (
        new_cart, add_product, set_quantity, remove_line, set_customer, hold, recall, check_out, release, pay, sell,
        cash, add_customer, change_customer, measure, add_poison, receive,
        count, hand_over,
    )
}  # fmt: skip
