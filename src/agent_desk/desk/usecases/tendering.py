"""Checking out and taking cash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from agent_desk.desk.usecases.carting import CURRENT_CART, CartShown, get_cart
from agent_desk.desk.usecases.ports import Reader, Work, stop
from agent_desk.desk.usecases.pricing import find_trade_rules, get_exchange_rate
from agent_desk.desk.usecases.syncing_status import is_silent
from agent_desk.desk.usecases.tilling import find_open_till
from agent_desk.domain.checking_out import locked_until
from agent_desk.domain.commands import CheckOut, PlaceOrder, ReleaseCheckout
from agent_desk.domain.money import Currency, Money
from agent_desk.domain.money_commands import TakeCashInTill
from agent_desk.domain.payments import AttemptState, PaymentAttempt
from agent_desk.domain.refusal import Refusal, blocks, needs_manager, warns
from agent_desk.domain.rights import Series
from agent_desk.domain.risking import LEADERS, check_cash_at_risk
from agent_desk.domain.selling import Cart, CartState, Order, Tender
from agent_desk.domain.stock import LineStock
from agent_desk.domain.tendering import CashWorking, cash_due, suggest_given, work_out_cash
from agent_desk.domain.totals import totals

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CashShown:
    """The tender card: what is due, what was typed, what goes back."""

    due: Money
    """US dollars."""
    due_gyd: Money
    suggestions: tuple[Money, ...]
    """Likely sums in the currency asked for."""
    working: CashWorking | None
    """None until a sum is typed."""
    other_change: Money | None
    """The same change in the other currency."""


@dataclass(frozen=True, slots=True)
class Sale:
    """Money taken, and for what."""

    order: Order
    tender: Tender

    @property
    def finished(self) -> bool:
        return self.order.due.minor <= 0


def check_out(work: Work, cart: UUID) -> CartShown:
    """CTR-6: holds prices, rate and goods together for a quarter of an hour."""
    shown = work.get(Cart, cart)
    rate = get_exchange_rate(work)
    sums = totals(shown.lines, shown.promotion, rate, work.book(), work.now)
    work.do(CheckOut(cart=cart, cart_version=shown.version, exchange_rate=rate.id, totals=sums))
    return get_cart(work, cart)


def release(work: Work, cart: UUID) -> CartShown:
    """The cart is open again; nothing is held."""
    work.do(ReleaseCheckout(cart=cart))
    return get_cart(work, cart)


def renew(work: Work, cart: UUID) -> CartShown:
    """Releases and checks out again at the prices and rate of now: one commit."""
    release(work, cart)
    return check_out(work, cart)


def locked_till(reader: Reader, cart: UUID) -> datetime | None:
    """When prices and rate are let go; None when they are not held."""
    checkout = reader.get(Cart, cart).checkout
    return None if checkout is None else locked_until(checkout)


def count_cash(
    reader: Reader, subject: UUID, currency: Currency, given: Money | None = None, change_in: Currency | None = None
) -> CashShown:
    """What is due on a cart in checkout, or on an order, in cash of a currency."""
    due, rate = _owed(reader, subject)
    asked = cash_due(due, currency, rate)
    working = other = None
    if given is not None:
        wanted = change_in or currency
        working = work_out_cash(due, given, wanted, rate)
        against = Currency.USD if wanted is Currency.GYD else Currency.GYD
        other = work_out_cash(due, given, against, rate).change
    return CashShown(due, cash_due(due, Currency.GYD, rate), suggest_given(asked), working, other)


def _owed(reader: Reader, subject: UUID) -> tuple[Money, Decimal]:
    order = reader.find(Order, subject)
    if order is not None:
        return order.due, order.gyd_per_usd
    checkout = reader.get(Cart, subject).checkout
    if checkout is None:
        raise stop(blocks("cart.not_locked", "cart", "Check the cart out first."))
    return checkout.totals.total, checkout.gyd_per_usd


def take_cash(work: Work, subject: UUID, given: Money, change_in: Currency | None = None) -> Sale:
    """CTR-7: places the order of a cart in checkout and takes the cash, in one commit; of an order, the rest of it."""
    order = find_or_place(work, subject)
    if order.due.minor <= 0:
        raise stop(blocks("order.paid", "order", "This order is paid already."))
    _watch_card(work, order)
    if given.minor <= 0:
        raise stop(blocks("cash.missing", "given", "Enter what the customer gave."))
    working = work_out_cash(order.due, given, change_in or given.currency, order.gyd_per_usd)
    _watch_risk(work, working.applied)
    id_, till = work.new_id(), find_open_till(work)
    work.do(
        TakeCashInTill(
            till=None if till is None else till.id,
            order=order.id,
            order_number=order.number,
            tender=id_,
            receipt=work.next_number(Series.RECEIPT),
            given=given,
            change=working.change,
            applied=working.applied,
            rounding=working.rounding,
            gyd_per_usd=order.gyd_per_usd,
        )
    )
    taken = work.get(Order, order.id)
    return Sale(taken, next(tender for tender in taken.tenders if tender.id == id_))


def find_or_place(work: Work, subject: UUID) -> Order:
    """An order as it is; of a cart in checkout, the order it becomes."""
    return work.find(Order, subject) or _place(work, work.get(Cart, subject))


def _watch_card(work: Work, order: Order) -> None:
    """PAY-4: who may still be charged is not asked for cash as well, unless a manager answers for it."""
    attempt = None if order.attempt is None else work.find(PaymentAttempt, order.attempt)
    if attempt is None or not attempt.live:
        return
    if attempt.state is not AttemptState.UNKNOWN:
        raise stop(blocks("payment.under_way", "attempt", "A card payment is under way: cancel it first.", "PAY-4"))
    sentence = "It is not known yet if the card was charged: if it was, a case says that it must be given back."
    if work.staff.role not in LEADERS:
        sentence = "It is not known yet if the card was charged: wait until it is, or ask a manager to take cash."
        raise stop(needs_manager("payment.unknown_yet", "attempt", sentence, "PAY-4"))
    work.warn(warns("payment.unknown_yet", "attempt", sentence, "PAY-4"))


def _watch_risk(work: Work, taking: Money) -> None:
    """BYD-4: while central is silent, what this desk alone knows of stays under the ceiling."""
    rules = find_trade_rules(work)
    if rules is None or rules.offline_cash_ceiling is None or not is_silent(work):
        return
    at_risk, _orders = work.sum_unsent_cash()
    for refusal in check_cash_at_risk(at_risk, taking, rules.offline_cash_ceiling, work.staff.role):
        if refusal.stops:
            raise stop(refusal)
        work.warn(refusal)


def _gone(cart: Cart, stock: LineStock) -> Refusal:
    """EDGE-14: central has said that it is not there, so the customer hears it before they pay."""
    line = next(line for line in cart.lines if line.id == stock.line)
    left = f"Only {stock.held} of {line.label} left" if stock.held else f"{line.label} is sold out"
    return blocks(
        "stock.short", f"lines.{line.id}", f"{left}: release the cart, then take it out or swap it.", "EDGE-14"
    )


def place_order(work: Work, cart: UUID) -> Order:
    """The sale without money yet: what is free, or paid later."""
    return _place(work, work.get(Cart, cart))


def _place(work: Work, cart: Cart) -> Order:
    if cart.state is CartState.ORDERED and cart.order is not None:
        return work.get(Order, cart.order)
    if cart.checkout is None:
        raise stop(blocks("cart.not_locked", "cart", "Check the cart out first."))
    gone = [_gone(cart, one) for one in cart.checkout.stock if one.short]
    if gone:
        raise stop(*gone)
    id_ = work.new_id()
    work.do(
        PlaceOrder(
            order=id_,
            number=work.next_number(Series.ORDER),
            cart=cart.id,
            shipments=tuple(line.subject for line in cart.lines if line.what == "shipment"),
            totals=cart.checkout.totals,
        )
    )
    if work.find_setting(CURRENT_CART) == str(cart.id):
        work.keep_setting(CURRENT_CART, None)
    return work.get(Order, id_)
