"""Cards and wallets: who may ask for one, when a second one must wait, and what a paid one does to its order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent_desk.domain.card_commands import AskCard, AskMmg, CancelCard
from agent_desk.domain.decision import Case, Decided, Facts, Outcome, Refused, State
from agent_desk.domain.formats import money_text
from agent_desk.domain.money import Currency, Money, convert, gyd, usd
from agent_desk.domain.paying import cancel
from agent_desk.domain.payments import MMG, STRIPE, AttemptState, PaymentAttempt, Provider, ProviderState, provider_id
from agent_desk.domain.people import SELLERS
from agent_desk.domain.refusal import Refusal, blocks
from agent_desk.domain.rights import Series, refuse_branch, refuse_number, refuse_role
from agent_desk.domain.selling import Order, OrderState, Tender
from agent_desk.domain.tendering import cash_due, value_in_gyd
from agent_desk.domain.times import clock_text
from agent_desk.domain.values import half_up

LINK_LASTS = timedelta(minutes=15)
LEAST, MOST = usd(50), usd(999_999_99)
"""What one card payment may be."""
MMG_MOST = gyd(1_000_000_00)
"""What is asked of one phone at most; MMG has limits of its own, which it tells only by refusing."""


def ask_card(state: State, command: AskCard, facts: Facts) -> Outcome:
    """PAY-2: opens an attempt for what the order owes here; PAY-4: only where no other one may still be paid."""
    return _ask(state, command, facts, STRIPE)


def ask_mmg(state: State, command: AskMmg, facts: Facts) -> Outcome:
    """As `ask_card`, in whole Guyanese dollars at the order's rate, from the payer's phone."""
    return _ask(state, command, facts, MMG, command.payer)


def _ask(state: State, command: AskCard, facts: Facts, provider: str, payer: str = "") -> Outcome:
    order = state.find(Order, command.order)
    refusals = refuse_role(facts, SELLERS)
    refusals += refuse_number(command.receipt, Series.RECEIPT, facts)
    if order is None:
        return Refused((*refusals, blocks("order.unknown", "order", "This order is not here: place it first.")))
    amount = order.due if provider == STRIPE else cash_due(order.due, Currency.GYD, order.gyd_per_usd)
    refusals += refuse_branch(order.branch, facts)
    refusals += _refuse_order(order, amount)
    refusals += refuse_provider(state, provider)
    before = _latest(state, order)
    if state.find(PaymentAttempt, command.attempt) is not None:
        refusals += (blocks("payment.exists", "attempt", "This payment was asked for already: look at it."),)
    elif before is not None and before.live:
        refusals += (_one_at_a_time(before),)
    if refusals:
        return Refused(refusals, (order,) if before is None else (order, before))
    attempt = PaymentAttempt(
        id=command.attempt,
        order=order.id,
        order_number=order.number,
        branch=order.branch,
        desk=facts.desk,
        turn=1 if before is None else before.turn + 1,
        provider=provider,
        amount=amount,
        receipt=command.receipt,
        asked_at=facts.now,
        asked_by=facts.actor.name,
        staff=facts.actor.id,
        since=facts.now,
        closes_at=facts.now + LINK_LASTS,
        payer=payer,
    )
    return Decided((attempt.next(), order.next(attempt=attempt.id)))


def cancel_card(state: State, command: CancelCard, facts: Facts) -> Outcome:
    """Asks the provider to close it; nothing happens to one that is final."""
    attempt = state.find(PaymentAttempt, command.attempt)
    refusals = refuse_role(facts, SELLERS)
    if attempt is None or attempt.order != command.order:
        return Refused((*refusals, blocks("payment.unknown", "attempt", "This payment is not here: see the order.")))
    refusals += refuse_branch(attempt.branch, facts)
    if refusals:
        return Refused(refusals, (attempt,))
    ended = cancel(attempt, facts.now)
    return Decided(() if ended == attempt else (ended,))


_NOT_SET_UP = {
    STRIPE: blocks("card.not_set_up", "provider", "Cards are not set up here: take another tender.", "PAY-7"),
    MMG: blocks("mmg.not_set_up", "provider", "MMG is not set up here: take another tender.", "PAY-7"),
}


def refuse_provider(state: State, name: str) -> tuple[Refusal, ...]:
    """PAY-7: said before the customer takes a card out."""
    provider = state.find(Provider, provider_id(name))
    if provider is None or provider.state is ProviderState.OFF:
        return (_NOT_SET_UP[name],)
    if provider.state is ProviderState.DOWN:
        since = clock_text(provider.since)
        sentence = f"{provider.label} has not answered since {since}: take another tender, or wait."
        if name == MMG:
            return (blocks("mmg.down", "provider", sentence, "PAY-7"),)
        return (blocks("card.down", "provider", sentence, "PAY-7"),)
    return ()


@dataclass(frozen=True, slots=True)
class Captured:
    """The order with the money on it, and what a person must look at."""

    order: Order
    cases: tuple[Case, ...] = ()


def capture(order: Order, attempt: PaymentAttempt, now: datetime) -> Captured:
    """EDGE-15: money that has come is recorded whatever happened to the order meanwhile; once."""
    if any(tender.id == attempt.id for tender in order.tenders):
        return Captured(order)
    applied = _applied(order, attempt.amount)
    tender = Tender(
        id=attempt.id,
        kind=attempt.tender_kind,
        given=attempt.amount,
        change=Money(minor=0, currency=attempt.amount.currency),
        applied=applied,
        rounding=gyd(
            half_up(value_in_gyd(attempt.amount, order.gyd_per_usd) - value_in_gyd(applied, order.gyd_per_usd))
        ),
        taken_at=now,
        taken_by=attempt.asked_by,
        desk=attempt.desk,
        receipt=attempt.receipt,
        exchange_rate=order.exchange_rate,
        gyd_per_usd=order.gyd_per_usd,
    )
    cases: tuple[Case, ...] = ()
    if order.state is OrderState.CANCELLED:
        sentence = f"{order.number} is cancelled, but {money_text(attempt.amount)} came by {tender.how}: give it back."
        cases = (Case("payment.on_cancelled", sentence),)
    elif applied.minor > order.due.minor:
        over = money_text(applied - order.due)
        sentence = (
            f"{order.number} was paid another way and by {tender.how}: {over} is too much, give it back or keep it."
        )
        cases = (Case("payment.conflict", sentence),)
    taken = order.next(tenders=(*order.tenders, tender))
    if order.state in {OrderState.AWAITING_PAYMENT, OrderState.PART_PAID}:
        state = OrderState.PAID if taken.due.minor <= 0 else OrderState.PART_PAID
        taken = taken.model_copy(update={"state": state})
    return Captured(taken, cases)


def _applied(order: Order, amount: Money) -> Money:
    """What it pays of the order, in US dollars: all that is due where it is what was due."""
    if amount.currency is Currency.USD:
        return amount
    asked = cash_due(order.due, amount.currency, order.gyd_per_usd)
    return order.due if amount == asked else convert(amount, Currency.USD, order.gyd_per_usd)


def _refuse_order(order: Order, amount: Money) -> tuple[Refusal, ...]:
    if order.state is OrderState.CANCELLED:
        return (blocks("order.cancelled", "order", "This order is cancelled: place a new one.", "EDGE-14"),)
    if order.due.minor <= 0:
        return (blocks("order.paid", "order", "This order is paid already."),)
    if amount.currency is Currency.GYD and not 0 < amount.minor <= MMG_MOST.minor:
        return (
            blocks("mmg.amount", "order", f"MMG pays up to {money_text(MMG_MOST)} at once: take part of it in cash."),
        )
    if amount.currency is Currency.USD and not LEAST.minor <= amount.minor <= MOST.minor:
        sentence = f"A card pays {money_text(LEAST)} to {money_text(MOST)}: take cash."
        return (blocks("card.amount", "order", sentence),)
    return ()


def _latest(state: State, order: Order) -> PaymentAttempt | None:
    return None if order.attempt is None else state.find(PaymentAttempt, order.attempt)


def _one_at_a_time(before: PaymentAttempt) -> Refusal:
    if before.state is AttemptState.UNKNOWN:
        sentence = "We do not know yet if the card was charged: wait until it is known, so that nobody pays twice."
        return blocks("payment.unknown_yet", "attempt", sentence, "PAY-4")
    return blocks("payment.under_way", "attempt", "A payment of this order is under way: wait or cancel it.", "PAY-4")
