"""From a cart to an order: prices, rate and goods are held together, then sold."""

from __future__ import annotations

from datetime import datetime, timedelta

from agent_desk.domain.carting import refuse_cart, refused
from agent_desk.domain.catalogue import Product
from agent_desk.domain.commands import CheckOut, PlaceOrder, ReleaseCheckout
from agent_desk.domain.decision import Decided, Facts, Outcome, State
from agent_desk.domain.formats import money_text, rate_text
from agent_desk.domain.goods import find_each, refuse_price, refuse_season, refuse_share
from agent_desk.domain.people import Address, Customer
from agent_desk.domain.refusal import Refusal, blocks, warns
from agent_desk.domain.rights import Series, refuse_number
from agent_desk.domain.selling import Cart, CartLine, CartState, Checkout, Order, OrderState, Totals
from agent_desk.domain.shipping import Quote, Shipment, ShipmentState
from agent_desk.domain.stocking import Room, short_cases
from agent_desk.domain.totals import find_honoured_rate, find_promotion, totals

LOCK_LASTS = timedelta(minutes=15)


def locked_until(checkout: Checkout) -> datetime:
    """CTR-6: when prices, rate and goods are let go."""
    return checkout.at + LOCK_LASTS


def check_out(state: State, command: CheckOut, facts: Facts) -> Outcome:
    """CTR-6: holds what the customer agreed to, after every price and the rate were worked out again."""
    cart = state.find(Cart, command.cart)
    refusals = refuse_cart(cart, facts)
    if cart is None or refusals:
        return refused(refusals, cart)
    if cart.version != command.cart_version:
        sentence = "This cart was changed meanwhile: look at it again, then check out."
        return refused((blocks("cart.changed", "cart", sentence, "SYN-3"),), cart)
    if not cart.lines:
        return refused((blocks("cart.empty", "lines", "Add a line first.", "EDGE-9"),), cart)
    found = [one for line in cart.lines for one in _recheck(state, line, facts)]
    if cart.promotion and find_promotion(facts.book, cart.promotion, facts.now) is None:
        sentence = f"The promotion {cart.promotion} has ended: take it out."
        found.append(blocks("promotion.ended", "promotion", sentence, "SEC-4"))
    cited = facts.book.find_rate(command.exchange_rate)
    rate = None if cited is None else find_honoured_rate(facts.book, cited, facts.now)
    if rate is None:
        found.append(_rate_differs(facts))
        return refused(tuple(found), cart)
    ours = totals(cart.lines, cart.promotion, rate, facts.book, facts.now)
    if ours != command.totals:
        found.append(_total_differs(ours))
    if any(one.stops for one in found):
        return refused(tuple(found), cart)
    room = Room(state, cart.branch, facts.desk, facts.now)
    held = Checkout(
        at=facts.now,
        exchange_rate=rate.id,
        gyd_per_usd=rate.gyd_per_usd,
        totals=ours,
        by=facts.actor.name,
        stock=room.hold(cart.lines),
    )
    return Decided((cart.next(state=CartState.CHECKOUT, checkout=held), *room.changes), warnings=tuple(found))


def _rate_differs(facts: Facts) -> Refusal:
    current = facts.book.rate_at(facts.now)
    if current is None:
        sentence = "No exchange rate is in force: ask a manager to set one."
        return blocks("exchange_rate.unknown", "exchange_rate", sentence, "PAY-6")
    sentence = f"The rate is {rate_text(current.gyd_per_usd)} now: agree it with the customer and check out again."
    return blocks("exchange_rate.not_in_force", "exchange_rate", sentence, "PAY-6")


def _total_differs(ours: Totals) -> Refusal:
    both = f"{money_text(ours.total)}, {money_text(ours.total_gyd)}"
    return blocks("total.differs", "totals", f"The total is {both}: agree it with the customer again.", "SEC-4")


def _recheck(state: State, line: CartLine, facts: Facts) -> tuple[Refusal, ...]:
    field = f"lines.{line.id}"
    if line.what == "shipment":
        return _recheck_shipment(state.find(Shipment, line.subject), line, field, state, facts)
    product = state.find(Product, line.subject)
    if product is None:
        sentence = f"{line.label} is not sold any more: take it out."
        return (blocks("product.unknown", field, sentence, "EDGE-14"),)
    refusals = (
        *refuse_season(product, field, facts.now),
        *refuse_share(product, line.quantity, field),
    )
    if find_each(product, line.each, (line.quantity,), facts.now) is None or product.vat != line.vat:
        refusals += (refuse_price(product, line.quantity, field, facts.now),)
    return refusals


def _recheck_shipment(
    shipment: Shipment | None, line: CartLine, field: str, state: State, facts: Facts
) -> tuple[Refusal, ...]:
    if shipment is None or shipment.state is not ShipmentState.DRAFT or shipment.order is not None:
        sentence = f"{line.label} cannot be sold any more: take it out and make a new quote."
        return (blocks("shipment.gone", field, sentence, "CTR-4"),)
    refusals: tuple[Refusal, ...] = ()
    if line.each != shipment.booked_price:
        price = money_text(shipment.booked_price)
        sentence = f"Shipment {shipment.number} costs {price}: take it out and make a new quote."
        refusals += (blocks("price.differs", field, sentence, "SEC-4"),)
    quote = state.find(Quote, shipment.quote)
    if quote is not None and facts.now > quote.valid_until:
        sentence = f"The quote {quote.number} has expired: take it out and make a new quote."
        refusals += (blocks("quote.expired", field, sentence, "LIM-9"),)
    if shipment.holds:
        sentence = f"Shipment {shipment.number} is held: it may be paid, but does not leave yet."
        refusals += (warns("shipment.held", field, sentence, "WHS-3"),)
    return refusals


def release(state: State, command: ReleaseCheckout, facts: Facts) -> Outcome:
    """The cart is open again and nothing is held."""
    cart = state.find(Cart, command.cart)
    refusals = refuse_cart(cart, facts, CartState.CHECKOUT)
    if cart is None or refusals:
        return refused(refusals, cart)
    room = Room(state, cart.branch, facts.desk, facts.now)
    if cart.checkout is not None:
        room.give_back(cart.checkout.stock)
    return Decided((cart.next(state=CartState.OPEN, checkout=None), *room.changes))


def place_order(state: State, command: PlaceOrder, facts: Facts) -> Outcome:
    """The sale: an order with the prices held at checkout, its shipments ready."""
    cart = state.find(Cart, command.cart)
    refusals = refuse_cart(cart, facts, CartState.CHECKOUT)
    refusals += refuse_number(command.number, Series.ORDER, facts)
    if state.find(Order, command.order) is not None:
        refusals += (blocks("order.already_placed", "order", "This order is placed already."),)
    if cart is None or cart.checkout is None or refusals:
        return refused(refusals, cart)
    refusals += _refuse_checkout(cart.checkout, command, facts)
    booked = tuple(line.subject for line in cart.lines if line.what == "shipment")
    shipments = [shipment for id_ in booked if (shipment := state.find(Shipment, id_)) is not None]
    free = all(shipment.state is ShipmentState.DRAFT and shipment.order is None for shipment in shipments)
    if sorted(command.shipments) != sorted(booked) or len(shipments) != len(booked) or not free:
        sentence = "A shipment of this cart was changed meanwhile: release it and look at it again."
        refusals += (blocks("order.shipments_differ", "shipments", sentence, "SYN-3"),)
    if refusals:
        return refused(refusals, cart)
    room = Room(state, cart.branch, facts.desk, facts.now)
    order = _order_of(cart, cart.checkout, command, facts).model_copy(
        update={
            "stock": room.confirm(cart.checkout.stock),
            "deliver_to": _deliver_to(state, cart, shipments),
            "pieces": sum(len(shipment.pieces) for shipment in shipments),
            "held": any(shipment.holds for shipment in shipments),
        }
    )
    ready = [shipment.next(state=ShipmentState.READY, order=order.id) for shipment in shipments]
    sold = (order.next(), cart.next(state=CartState.ORDERED, order=order.id), *ready, *room.changes)
    return Decided(sold, cases=short_cases(order))


def _refuse_checkout(checkout: Checkout, command: PlaceOrder, facts: Facts) -> tuple[Refusal, ...]:
    refusals: tuple[Refusal, ...] = ()
    if facts.now >= locked_until(checkout):
        sentence = "Prices and rate are no longer held: release the cart and check it out again."
        refusals += (blocks("checkout.expired", "cart", sentence, "CTR-6"),)
    if command.totals != checkout.totals:
        refusals += (_total_differs(checkout.totals),)
    return refusals


def _order_of(cart: Cart, checkout: Checkout, command: PlaceOrder, facts: Facts) -> Order:
    nothing_to_pay = checkout.totals.total.minor <= 0
    return Order(
        id=command.order,
        number=command.number,
        branch=cart.branch,
        cart=cart.id,
        customer=cart.customer,
        customer_name=cart.customer_name,
        lines=cart.lines,
        promotion=cart.promotion,
        exchange_rate=checkout.exchange_rate,
        gyd_per_usd=checkout.gyd_per_usd,
        totals=checkout.totals,
        state=OrderState.PAID if nothing_to_pay else OrderState.AWAITING_PAYMENT,
        placed_at=facts.now,
        placed_by=facts.actor.name,
        desk=facts.desk,
    )


def _deliver_to(state: State, cart: Cart, shipments: list[Shipment]) -> Address:
    if shipments:
        return shipments[0].request.deliver_to
    customer = None if cart.customer is None else state.find(Customer, cart.customer)
    return Address() if customer is None else customer.address
