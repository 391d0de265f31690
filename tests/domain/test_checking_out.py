from datetime import timedelta
from decimal import Decimal

import pytest

from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.checking_out import LOCK_LASTS, locked_until
from agent_desk.domain.commands import CheckOut, PlaceOrder, ReleaseCheckout, SetQuantity
from agent_desk.domain.deciding import decide
from agent_desk.domain.decision import Decided, Refused
from agent_desk.domain.money import gyd, usd
from agent_desk.domain.people import Address, Role
from agent_desk.domain.price_book import ExchangeRate, PriceBook
from agent_desk.domain.refusal import Severity
from agent_desk.domain.selling import Cart, CartState, Order, OrderState
from agent_desk.domain.shipping import Hold, Shipment, ShipmentState
from tests.domain.shop import (
    BARREL,
    BOOK,
    CART_ID,
    CUSTOMER,
    LONG_AGO,
    MASH10,
    NOW,
    ORDER_ID,
    QUOTE,
    RATE_BEFORE,
    RATE_NOW,
    SHIPMENT,
    TAG,
    TAPE,
    Known,
    a_cart,
    a_line,
    a_person,
    a_price,
    a_product,
    an_id,
    codes,
    facts,
    in_checkout,
    the_shop,
    totals_of,
)

CART = a_cart(promotion="MASH10")


def checking_out(cart: Cart = CART, rate: ExchangeRate = RATE_NOW) -> CheckOut:
    return CheckOut(cart=cart.id, cart_version=cart.version, exchange_rate=rate.id, totals=totals_of(cart, rate))


def placing(cart: Cart = CART) -> PlaceOrder:
    shipments = tuple(line.subject for line in cart.lines if line.what == "shipment")
    return PlaceOrder(order=ORDER_ID, number="GEO-2-000123", cart=cart.id, shipments=shipments, totals=totals_of(cart))


def a_locked_shop(*changed: Aggregate, cart: Cart = CART) -> Known:
    return the_shop(in_checkout(cart), *changed)


def test_checkout_holds_prices_and_rate_together() -> None:
    known = the_shop()
    known.apply(decide(known, checking_out(), facts()))
    held = known.get(Cart, CART_ID)
    assert held.state is CartState.CHECKOUT
    assert held.checkout is not None
    assert held.checkout.totals.total == usd(322_33)
    assert held.checkout.gyd_per_usd == Decimal(209)
    assert locked_until(held.checkout) == NOW + timedelta(minutes=15)


def test_an_empty_cart_is_told_to_add_a_line() -> None:
    outcome = decide(the_shop(a_cart(())), checking_out(a_cart(())), facts())
    assert codes(outcome) == ["cart.empty"]
    assert isinstance(outcome, Refused)
    assert outcome.refusals[0].message == "Add a line first."


def test_another_version_than_the_customer_agreed_to_is_refused_with_the_current_cart() -> None:
    changed = CART.model_copy(update={"version": 8})
    outcome = decide(the_shop(changed), checking_out(), facts())
    assert codes(outcome) == ["cart.changed"]
    assert isinstance(outcome, Refused)
    assert outcome.current == (changed,)


def test_only_an_open_known_cart_is_checked_out() -> None:
    assert codes(decide(a_locked_shop(), checking_out(), facts())) == ["cart.locked"]
    assert codes(decide(Known(), checking_out(), facts())) == ["cart.unknown"]
    stranger = facts(actor=a_person(Role.WAREHOUSE))
    assert codes(decide(the_shop(), checking_out(), stranger)) == ["role.not_allowed"]


@pytest.mark.parametrize("field", ["lines", "promotion", "vat", "total", "total_gyd"])
def test_a_tampered_total_is_refused(field: str) -> None:
    command = checking_out()
    less = getattr(command.totals, field) - (gyd(1_00) if field == "total_gyd" else usd(1))
    tampered = command.model_copy(update={"totals": command.totals.model_copy(update={field: less})})
    assert codes(decide(the_shop(), tampered, facts())) == ["total.differs"]


def test_the_rate_of_yesterday_is_honoured_and_an_older_one_refused() -> None:
    assert isinstance(decide(the_shop(), checking_out(rate=RATE_BEFORE), facts()), Decided)
    two_days_on = facts(now=NOW + timedelta(days=2))
    outcome = decide(Known(a_cart((a_line(BARREL),)), BARREL), checking_out(a_cart(), RATE_BEFORE), two_days_on)
    assert codes(outcome) == ["exchange_rate.not_in_force"]
    assert isinstance(outcome, Refused)
    assert "USD 1 = GYD 209.00" in outcome.refusals[0].message


def test_an_invented_rate_is_refused() -> None:
    invented = ExchangeRate(id=an_id("mine"), gyd_per_usd=Decimal(1), effective_at=NOW, source="me")
    assert codes(decide(the_shop(), checking_out(rate=invented), facts())) == ["exchange_rate.not_in_force"]
    none = PriceBook(cards=(), rates=(), taxes=(), rules=BOOK.rules)
    assert codes(decide(the_shop(), checking_out(), facts(book=none))) == ["exchange_rate.unknown"]


def test_every_line_is_checked_again_and_all_that_is_wrong_is_said_at_once() -> None:
    dearer = TAPE.model_copy(update={"prices": (a_price(gyd(2_000_00), LONG_AGO),)})
    exempt = BARREL.model_copy(update={"vat": False})
    gone = the_shop(dearer, exempt)
    del gone.held[TAG.ref]
    del gone.held[SHIPMENT.ref]
    assert codes(decide(gone, checking_out(), facts())) == [
        "shipment.gone", "price.differs", "price.differs", "product.unknown",
    ]  # fmt: skip


def test_an_ended_promotion_is_refused() -> None:
    after = facts(now=MASH10.until)
    cart = a_cart((a_line(BARREL),), promotion="MASH10")
    assert codes(decide(the_shop(cart), checking_out(cart), after)) == ["promotion.ended", "total.differs"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (SHIPMENT.model_copy(update={"order": ORDER_ID}), "shipment.gone"),
        (SHIPMENT.model_copy(update={"state": ShipmentState.CANCELLED}), "shipment.gone"),
        (SHIPMENT.model_copy(update={"booked_price": usd(99_99)}), "price.differs"),
        (QUOTE.model_copy(update={"valid_until": NOW - timedelta(seconds=1)}), "quote.expired"),
    ],
)
def test_a_shipment_is_checked_again_with_its_quote(changed: Shipment, code: str) -> None:
    assert codes(decide(the_shop(changed), checking_out(), facts())) == [code]


def test_a_held_shipment_may_be_paid_with_a_warning() -> None:
    held = SHIPMENT.model_copy(update={"holds": (Hold.WEIGHT,)})
    outcome = decide(the_shop(held), checking_out(), facts())
    assert isinstance(outcome, Decided)
    assert [(w.code, w.severity) for w in outcome.warnings] == [("shipment.held", Severity.WARNS)]


def test_a_released_cart_is_open_again_and_holds_nothing() -> None:
    known = a_locked_shop()
    known.apply(decide(known, ReleaseCheckout(cart=CART_ID), facts()))
    cart = known.get(Cart, CART_ID)
    assert (cart.state, cart.checkout) == (CartState.OPEN, None)
    assert codes(decide(known, ReleaseCheckout(cart=CART_ID), facts())) == ["cart.not_locked"]
    assert codes(decide(Known(), ReleaseCheckout(cart=CART_ID), facts())) == ["cart.unknown"]


def test_an_order_takes_everything_over_and_readies_its_shipments() -> None:
    known = a_locked_shop()
    known.apply(decide(known, placing(), facts()))
    order, cart = known.get(Order, ORDER_ID), known.get(Cart, CART_ID)
    assert (order.state, order.due, order.pieces) == (OrderState.AWAITING_PAYMENT, usd(322_33), 2)
    assert (order.lines, order.deliver_to) == (cart.lines, SHIPMENT.request.deliver_to)
    assert (order.version, order.held) == (1, False)
    assert (cart.state, cart.order) == (CartState.ORDERED, ORDER_ID)
    shipment = known.get(Shipment, SHIPMENT.id)
    assert (shipment.state, shipment.order, shipment.version) == (ShipmentState.READY, ORDER_ID, 2)


def test_an_order_of_nothing_to_pay_is_paid_at_once() -> None:
    free = a_cart((a_line(TAG),))
    known = a_locked_shop(cart=free)
    known.apply(decide(known, placing(free), facts()))
    assert known.get(Order, ORDER_ID).state is OrderState.PAID


def test_an_order_without_shipments_goes_to_the_customers_address() -> None:
    cart = a_cart((a_line(BARREL),), customer=CUSTOMER.id)
    known = a_locked_shop(cart=cart)
    known.apply(decide(known, placing(cart), facts()))
    assert known.get(Order, ORDER_ID).deliver_to == CUSTOMER.address
    walk_in = a_cart((a_line(BARREL),))
    known = a_locked_shop(cart=walk_in)
    known.apply(decide(known, placing(walk_in), facts()))
    assert known.get(Order, ORDER_ID).deliver_to == Address()


def test_an_order_with_a_held_shipment_shows_it() -> None:
    known = a_locked_shop(SHIPMENT.model_copy(update={"holds": (Hold.WEIGHT,)}))
    known.apply(decide(known, placing(), facts()))
    assert known.get(Order, ORDER_ID).held


def test_a_cart_is_ordered_once() -> None:
    known = a_locked_shop()
    known.apply(decide(known, placing(), facts()))
    assert codes(decide(known, placing(), facts())) == ["cart.ordered", "order.already_placed"]


def test_an_order_needs_a_checkout_a_number_of_the_desk_and_a_cart() -> None:
    assert codes(decide(the_shop(), placing(), facts())) == ["cart.not_locked"]
    assert codes(decide(a_locked_shop(), placing(), facts(desk="GEO-1"))) == ["number.not_yours"]
    assert codes(decide(Known(), placing(), facts())) == ["cart.unknown"]


def test_an_order_cannot_cost_other_than_what_was_held() -> None:
    command = placing()
    cheaper = command.model_copy(update={"totals": command.totals.model_copy(update={"total": usd(1)})})
    assert codes(decide(a_locked_shop(), cheaper, facts())) == ["total.differs"]


def test_prices_are_let_go_after_15_minutes() -> None:
    last = facts(now=NOW + LOCK_LASTS - timedelta(seconds=1))
    assert isinstance(decide(a_locked_shop(), placing(), last), Decided)
    assert codes(decide(a_locked_shop(), placing(), facts(now=NOW + LOCK_LASTS))) == ["checkout.expired"]


@pytest.mark.parametrize("named", [(), (SHIPMENT.id, SHIPMENT.id), (an_id("other"),)])
def test_an_order_names_exactly_the_shipments_of_its_cart(named: tuple[object, ...]) -> None:
    command = placing().model_copy(update={"shipments": named})
    assert codes(decide(a_locked_shop(), command, facts())) == ["order.shipments_differ"]


def test_a_shipment_that_is_sold_already_is_not_sold_again() -> None:
    sold = SHIPMENT.model_copy(update={"state": ShipmentState.READY, "order": an_id("another")})
    assert codes(decide(a_locked_shop(sold), placing(), facts())) == ["order.shipments_differ"]


def test_a_product_that_went_out_of_season_or_over_its_share_is_not_checked_out() -> None:
    known = the_shop(TAG.model_copy(update={"each_customer": None}))
    known.apply(decide(known, SetQuantity(cart=CART_ID, line=a_line(TAG).id, quantity=3, each=usd(0)), facts()))
    known.held[TAG.ref] = TAG
    cart = known.get(Cart, CART_ID)
    assert codes(decide(known, checking_out(cart), facts())) == ["product.limited"]


def test_a_product_dearer_since_an_hour_is_still_sold_at_the_price_that_was_said() -> None:
    since = NOW - timedelta(hours=1)
    product = a_product("Box 18 in", usd(10_00), prices=(a_price(usd(10_00), LONG_AGO, since),))
    cart = a_cart((a_line(product),))
    raised = product.model_copy(update={"prices": (a_price(usd(12_00), since), *product.prices)})
    assert isinstance(decide(the_shop(cart, raised), checking_out(cart), facts()), Decided)
