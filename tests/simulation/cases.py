"""What people do at a desk in layer B: the desk's own use cases, as the window calls them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from agent_desk.desk.usecases import carting, customers, measuring, stocking, tendering
from agent_desk.desk.usecases.ports import stop
from agent_desk.domain.measure import Length, Weight
from agent_desk.domain.money import usd
from agent_desk.domain.people import Customer
from agent_desk.domain.refusal import blocks
from agent_desk.domain.selling import Cart, CartState, Order
from tests.simulation.counter import Turn
from tests.simulation.shop import POISON, PRODUCTS, SHIPMENTS

GIVEN = (5_00, 20_00, 100_00)


def new_cart(turn: Turn) -> None:
    cart = carting.open_cart(turn.work).cart
    carting.add_product(turn.work, PRODUCTS[turn.b % 2].id, 1 + turn.b // 2 % 3, cart.id)


def add_product(turn: Turn) -> None:
    """To this desk's current cart, or a new one; or to any open cart of the branch."""
    cart = None if turn.a % 3 == 0 else turn.pick(Cart, CartState.OPEN).id
    carting.add_product(turn.work, PRODUCTS[turn.b % 2].id, 1 + turn.b // 2 % 3, cart)


def add_poison(turn: Turn) -> None:
    carting.add_product(turn.work, POISON.id, 1, turn.pick(Cart, CartState.OPEN).id)


def _a_line(turn: Turn) -> tuple[Cart, Any]:
    cart: Cart = turn.pick(Cart, CartState.OPEN)
    if not cart.lines:
        raise stop(blocks("cart.empty", "lines", "It is empty."))
    return cart, cart.lines[turn.b % len(cart.lines)]


def set_quantity(turn: Turn) -> None:
    cart, line = _a_line(turn)
    carting.set_quantity(turn.work, cart.id, line.id, 1 + turn.b % 5)


def remove_line(turn: Turn) -> None:
    cart, line = _a_line(turn)
    carting.remove_line(turn.work, cart.id, line.id)


def clear_cart(turn: Turn) -> None:
    carting.clear_cart(turn.work, turn.pick(Cart, CartState.OPEN).id)


def set_customer(turn: Turn) -> None:
    carting.set_customer(turn.work, turn.pick(Cart, CartState.OPEN).id, turn.pick(Customer).id)


def hold(turn: Turn) -> None:
    carting.hold_cart(turn.work, turn.pick(Cart, CartState.OPEN).id, "Mr Benn")


def recall(turn: Turn) -> None:
    carting.recall_cart(turn.work, turn.pick(Cart, CartState.HELD).id)


def check_out(turn: Turn) -> None:
    tendering.check_out(turn.work, turn.pick(Cart, CartState.OPEN).id)


def release(turn: Turn) -> None:
    tendering.release(turn.work, turn.pick(Cart, CartState.CHECKOUT).id)


def renew(turn: Turn) -> None:
    tendering.renew(turn.work, turn.pick(Cart, CartState.CHECKOUT).id)


def pay(turn: Turn) -> None:
    tendering.take_cash(turn.work, turn.pick(Cart, CartState.CHECKOUT).id, usd(GIVEN[turn.b % 3]))


def sell(turn: Turn) -> None:
    """From an open cart to cash in the drawer at once."""
    cart = turn.pick(Cart, CartState.OPEN)
    tendering.check_out(turn.work, cart.id)
    tendering.take_cash(turn.work, cart.id, usd(GIVEN[turn.b % 3]))


def cash(turn: Turn) -> None:
    """The rest, or part of it, of an order."""
    tendering.take_cash(turn.work, turn.pick(Order).id, usd(GIVEN[turn.b % 3]))


def add_customer(turn: Turn) -> None:
    customers.add_customer(turn.work, "Orin Benn")


def change_customer(turn: Turn) -> None:
    words = f"calls after {turn.b}"
    fields: dict[str, Any] = ({"note": words}, {"phone": f"+592 6{turn.b:06}"}, {"full_name": words})[turn.b % 3]
    customers.change_customer(turn.work, turn.pick(Customer).id, **fields)


def measure(turn: Turn) -> None:
    side = Length(value=Decimal(10 + turn.a))
    weight = Weight(value=Decimal(40 + turn.b))
    measuring.record_measurement(
        turn.work, SHIPMENTS[0].id, 1 + turn.b % 3, weight=weight, length=side, width=side, height=side
    )


def receive(turn: Turn) -> None:
    stocking.receive_goods(turn.work, PRODUCTS[turn.b % 2].id, 1 + turn.a % 4)


def count(turn: Turn) -> None:
    stocking.count_stock(turn.work, PRODUCTS[turn.b % 2].id, turn.a % 4)


def hand_over(turn: Turn) -> None:
    order = turn.pick(Order)
    stocking.hand_over(turn.work, order.id, order.lines[0].id, 1)


CASES: dict[str, Callable[[Turn], None]] = {
    case.__name__: case
    for case in (
        new_cart, add_product, add_poison, set_quantity, remove_line, clear_cart, set_customer, hold, recall,
        check_out, release, renew, pay, sell, cash, add_customer, change_customer, measure, receive, count, hand_over,
    )
}  # fmt: skip
