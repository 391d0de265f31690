"""A whole counter, any commands in any order: what must never happen does not."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from agent_desk.domain.aggregate import Command
from agent_desk.domain.commands import (
    COMMANDS,
    AddProduct,
    CheckOut,
    HoldCart,
    OpenCart,
    PlaceOrder,
    RecallCart,
    ReleaseCheckout,
    RemoveLine,
    SetPromotion,
    SetQuantity,
)
from agent_desk.domain.deciding import HANDLERS, decide
from agent_desk.domain.decision import Decided
from agent_desk.domain.money import Currency, Money
from agent_desk.domain.money_commands import TakeCash
from agent_desk.domain.selling import Cart, CartState, Order, OrderState
from agent_desk.domain.shipping import Shipment
from agent_desk.domain.tendering import work_out_cash
from tests.domain.shop import BARREL, CART_ID, FRYER, NOW, ORDER_ID, RATE_NOW, TAG, TAPE, Known, an_id, facts, totals_of

CART_EDGES = {
    CartState.OPEN: {CartState.HELD, CartState.CHECKOUT},
    CartState.HELD: {CartState.OPEN},
    CartState.CHECKOUT: {CartState.OPEN, CartState.ORDERED},
    CartState.ORDERED: set(),
}
ORDER_EDGES = {
    OrderState.AWAITING_PAYMENT: {OrderState.PART_PAID, OrderState.PAID},
    OrderState.PART_PAID: {OrderState.PAID},
    OrderState.PAID: set(),
}
PRODUCTS = (BARREL, TAPE, FRYER, TAG)


def test_every_command_is_decided_by_somebody() -> None:
    assert set(HANDLERS) == set(COMMANDS.values())


class Counter(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.known = Known(*PRODUCTS)
        self.lines = 0
        self.given: list[Money] = []
        self.send(OpenCart(cart=CART_ID, number="C-GEO-2-000001"))

    @property
    def cart(self) -> Cart:
        return self.known.get(Cart, CART_ID)

    def send(self, command: Command) -> bool:
        before = dict(self.known.held)
        outcome = decide(self.known, command, facts())
        if not isinstance(outcome, Decided):
            assert outcome.refusals
            assert any(refusal.stops for refusal in outcome.refusals)
            assert self.known.held == before
            return False
        for aggregate in outcome.changes:
            assert aggregate.ref in command.writes()
            old = before.get(aggregate.ref)
            assert aggregate.version == (1 if old is None else old.version + 1)
            self._legal(old, aggregate, CART_EDGES, Cart)
            self._legal(old, aggregate, ORDER_EDGES, Order)
        self.known.apply(outcome)
        return True

    @staticmethod
    def _legal(old: Any, new: Any, edges: dict[Any, set[Any]], kind: type[Any]) -> None:
        if isinstance(old, kind) and old.state is not new.state:
            assert new.state in edges[old.state]

    def line(self, at: int) -> Any:
        return self.cart.lines[at % len(self.cart.lines)]

    @rule(product=st.sampled_from(PRODUCTS), quantity=st.integers(1, 6))
    def add(self, product: Any, quantity: int) -> None:
        self.lines += 1
        each = product.prices[0].each_for(quantity)
        line = an_id(f"line {self.lines}")
        self.send(AddProduct(cart=CART_ID, line=line, product=product.id, quantity=quantity, each=each))

    @precondition(lambda self: self.cart.lines)
    @rule(at=st.integers(0, 9), quantity=st.integers(1, 9))
    def count(self, at: int, quantity: int) -> None:
        line = self.line(at)
        product = next(product for product in PRODUCTS if product.id == line.subject)
        each = product.prices[0].each_for(quantity)
        self.send(SetQuantity(cart=CART_ID, line=line.id, quantity=quantity, each=each))

    @precondition(lambda self: self.cart.lines)
    @rule(at=st.integers(0, 9))
    def take_out(self, at: int) -> None:
        line = self.line(at)
        shipment = self.known.find(Shipment, line.subject)
        if shipment is None:
            self.send(RemoveLine(cart=CART_ID, line=line.id))
        else:
            self.send(RemoveLine(cart=CART_ID, line=line.id, shipment=shipment.id, quote=shipment.quote))

    @rule(
        make=st.sampled_from(
            [
                lambda: HoldCart(cart=CART_ID),
                lambda: RecallCart(cart=CART_ID),
                lambda: ReleaseCheckout(cart=CART_ID),
                lambda: SetPromotion(cart=CART_ID, code="MASH10"),
            ]
        )
    )
    def put_aside(self, make: Callable[[], Command]) -> None:
        self.send(make())

    @rule(stale=st.integers(0, 1))
    def check_out(self, stale: int) -> None:
        version = max(0, self.cart.version - stale)
        command = CheckOut(cart=CART_ID, cart_version=version, exchange_rate=RATE_NOW.id, totals=totals_of(self.cart))
        assert not (self.send(command) and stale)

    @rule()
    def place(self) -> None:
        self.send(PlaceOrder(order=ORDER_ID, number="GEO-2-000001", cart=CART_ID, totals=totals_of(self.cart)))

    @rule(dollars=st.integers(1, 60_000), into=st.sampled_from(Currency), back=st.sampled_from(Currency))
    def take_cash(self, dollars: int, into: Currency, back: Currency) -> None:
        order = self.known.find(Order, ORDER_ID)
        given = Money(minor=dollars * 100, currency=into)
        due = Money(minor=1, currency=Currency.USD) if order is None or order.due.minor <= 0 else order.due
        working = work_out_cash(due, given, back, Decimal(209))
        tender = an_id(f"tender {len(self.given)}")
        taken = self.send(
            TakeCash(
                order=ORDER_ID,
                order_number="GEO-2-000001",
                tender=tender,
                receipt="R-GEO-2-000001",
                given=given,
                change=working.change,
                applied=working.applied,
                rounding=working.rounding,
                gyd_per_usd=Decimal(209),
            )
        )
        assert taken
        if order is not None:
            self.given.append(given)

    @invariant()
    def a_product_stands_on_one_line(self) -> None:
        subjects = [line.subject for line in self.cart.lines]
        assert len(subjects) == len(set(subjects))

    @invariant()
    def every_line_costs_what_its_quantity_costs(self) -> None:
        for line in self.cart.lines:
            product = next(product for product in PRODUCTS if product.id == line.subject)
            assert line.each == product.prices[0].each_for(line.quantity)

    @invariant()
    def a_checkout_holds_what_the_lines_come_to(self) -> None:
        assert (self.cart.checkout is not None) == (self.cart.state in {CartState.CHECKOUT, CartState.ORDERED})
        if self.cart.checkout is not None:
            assert self.cart.checkout.totals == totals_of(self.cart)
            assert self.cart.checkout.at == NOW

    @invariant()
    def no_money_is_lost_and_an_order_is_paid_when_nothing_is_due(self) -> None:
        order = self.known.find(Order, ORDER_ID)
        assert (order is not None) == (self.cart.state is CartState.ORDERED)
        if order is not None:
            assert [tender.given for tender in order.tenders] == self.given
            assert (order.state is OrderState.PAID) == (order.due.minor <= 0)
            assert order.lines == self.cart.lines


TestCounter = Counter.TestCase
TestCounter.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
