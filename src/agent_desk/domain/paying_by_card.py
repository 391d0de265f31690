"""Cards: who may ask for one, when a second one must wait, and what a paid one does to its order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent_desk.domain.card_commands import AskCard, CancelCard
from agent_desk.domain.decision import Case, Decided, Facts, Outcome, Refused, State
from agent_desk.domain.formats import money_text
from agent_desk.domain.money import gyd, usd
from agent_desk.domain.paying import cancel
from agent_desk.domain.payments import STRIPE, AttemptState, PaymentAttempt, Provider, ProviderState, provider_id
from agent_desk.domain.people import SELLERS
from agent_desk.domain.refusal import Refusal, blocks
from agent_desk.domain.rights import Series, refuse_branch, refuse_number, refuse_role
from agent_desk.domain.selling import Order, OrderState, Tender
from agent_desk.domain.times import clock_text

LINK_LASTS = timedelta(minutes=15)
LEAST, MOST = usd(50), usd(999_999_99)
"""What one card payment may be."""


def ask_card(state: State, command: AskCard, facts: Facts) -> Outcome:
    """PAY-2: opens an attempt for what the order owes here; PAY-4: only where no other one may still be paid."""
    order = state.find(Order, command.order)
    refusals = refuse_role(facts, SELLERS)
    refusals += refuse_number(command.receipt, Series.RECEIPT, facts)
    if order is None:
        return Refused((*refusals, blocks("order.unknown", "order", "This order is not here: place it first.")))
    refusals += refuse_branch(order.branch, facts)
    refusals += _refuse_order(order)
    refusals += refuse_provider(state, STRIPE)
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
        provider=STRIPE,
        amount=order.due,
        receipt=command.receipt,
        asked_at=facts.now,
        asked_by=facts.actor.name,
        staff=facts.actor.id,
        since=facts.now,
        closes_at=facts.now + LINK_LASTS,
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


def refuse_provider(state: State, name: str) -> tuple[Refusal, ...]:
    """PAY-7: said before the customer takes a card out."""
    provider = state.find(Provider, provider_id(name))
    if provider is None or provider.state is ProviderState.OFF:
        return (blocks("card.not_set_up", "provider", "Cards are not set up here: take another tender.", "PAY-7"),)
    if provider.state is ProviderState.DOWN:
        since = clock_text(provider.since)
        sentence = f"{provider.label} has not answered since {since}: take another tender, or wait."
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
    tender = Tender(
        id=attempt.id,
        kind="card",
        given=attempt.amount,
        change=usd(0),
        applied=attempt.amount,
        rounding=gyd(0),
        taken_at=now,
        taken_by=attempt.asked_by,
        desk=attempt.desk,
        receipt=attempt.receipt,
    )
    cases: tuple[Case, ...] = ()
    if order.state is OrderState.CANCELLED:
        sentence = f"{order.number} is cancelled, but {money_text(attempt.amount)} came by card: give it back."
        cases = (Case("payment.on_cancelled", sentence),)
    elif attempt.amount.minor > order.due.minor:
        over = money_text(attempt.amount - order.due)
        sentence = f"{order.number} was paid another way and by card: {over} is too much, give it back or keep it."
        cases = (Case("payment.conflict", sentence),)
    taken = order.next(tenders=(*order.tenders, tender))
    if order.state in {OrderState.AWAITING_PAYMENT, OrderState.PART_PAID}:
        state = OrderState.PAID if taken.due.minor <= 0 else OrderState.PART_PAID
        taken = taken.model_copy(update={"state": state})
    return Captured(taken, cases)


def _refuse_order(order: Order) -> tuple[Refusal, ...]:
    if order.state is OrderState.CANCELLED:
        return (blocks("order.cancelled", "order", "This order is cancelled: place a new one.", "EDGE-14"),)
    if order.due.minor <= 0:
        return (blocks("order.paid", "order", "This order is paid already."),)
    if not LEAST.minor <= order.due.minor <= MOST.minor:
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
