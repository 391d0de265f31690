"""PAY-4: giving back what a card paid: who may, what central asks next, what an answer makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

from agent_desk.domain.card_commands import RefundCard
from agent_desk.domain.decision import Case, Decided, Facts, Outcome, Refused, State
from agent_desk.domain.formats import money_text
from agent_desk.domain.money import Money, gyd
from agent_desk.domain.paying import KEY_HOLDS, Trouble
from agent_desk.domain.payments import (
    KEYLESS,
    CardRefund,
    PaymentAttempt,
    Provider,
    ProviderState,
    RefundState,
    provider_id,
)
from agent_desk.domain.refunding import refuse_by_mmg, refuse_refund, state_after
from agent_desk.domain.refusal import Refusal, blocks
from agent_desk.domain.rights import Series, refuse_number
from agent_desk.domain.selling import Order, Refund

MOST_REFUNDS = 50
"""Of one payment."""
_LOOKS = ((timedelta(minutes=1), 5), (timedelta(hours=1), 60), (timedelta(days=1), 15 * 60))
_LAST_LOOKS = timedelta(hours=6)
"""Banks may take days."""


class RefundStep(StrEnum):
    """What central asks the provider next."""

    GIVE = "give"
    """By the refund's own key, so that it is given once however often it is asked."""
    LOOK = "look"
    """At every refund of that payment: what is not among them was not given."""


@dataclass(frozen=True, slots=True)
class RefundSight:
    """What the provider says of one refund when central asks it."""

    reference: str
    refund: UUID | None
    """The one it was asked for, as central wrote beside it; None where somebody else gave it."""
    status: Literal["pending", "succeeded", "failed"]
    amount: Money | None
    """None in a currency that is not taken here."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RefundHeard:
    """The attempt after an answer, which of its refunds went or came back by it, and what a person must look at."""

    attempt: PaymentAttempt
    given: CardRefund | None = None
    returned: CardRefund | None = None
    cases: tuple[Case, ...] = ()


def refund_card(state: State, command: RefundCard, facts: Facts) -> Outcome:
    """Wants it; central asks the provider, and only its word makes it given."""
    order, attempt = state.find(Order, command.order), state.find(PaymentAttempt, command.attempt)
    refusals = refuse_number(command.receipt, Series.RECEIPT, facts)
    if order is None or attempt is None or attempt.order != order.id:
        return Refused((*refusals, blocks("payment.unknown", "attempt", "This payment is not here: see the order.")))
    refusals += refuse_card_refund(state, order, attempt, command.amount, facts)
    if any(refund.id == command.refund for refund in attempt.refunds):
        refusals += (blocks("refund.exists", "refund", "This refund was asked for already: look at it."),)
    if refusals:
        return Refused(refusals, (order, attempt))
    wanted = CardRefund(
        id=command.refund,
        amount=command.amount,
        reason=command.reason,
        receipt=command.receipt,
        desk=facts.desk,
        asked_at=facts.now,
        asked_by=facts.actor.name,
        staff=facts.actor.id,
        since=facts.now,
    )
    return Decided((attempt.next(refunds=(*attempt.refunds, wanted)),))


def refuse_card_refund(
    state: State, order: Order, attempt: PaymentAttempt, amount: Money, facts: Facts
) -> tuple[Refusal, ...]:
    """Everything that stands against giving so much of a card payment back."""
    tender = next((one for one in order.tenders if one.id == attempt.id), None)
    refusals = refuse_refund(order, tender, amount, facts)
    provider = state.find(Provider, provider_id(attempt.provider))
    if provider is None or provider.state is ProviderState.OFF:
        sentence = "Cards are not set up any more: ask a manager to give this back at the provider."
        refusals += (blocks("card.not_set_up", "provider", sentence, "PAY-7"),)
    if attempt.provider in KEYLESS:
        refusals += (refuse_by_mmg(attempt.receipt),)
    if attempt.open_refund is not None:
        sentence = f"{money_text(attempt.open_refund.amount)} is on its way to this card: wait until it is there."
        refusals += (blocks("refund.under_way", "attempt", sentence, "PAY-4"),)
    if len(attempt.refunds) >= MOST_REFUNDS:
        sentence = "This payment was given back in too many parts: ask a manager to go on at the provider."
        refusals += (blocks("refund.too_many", "attempt", sentence),)
    return refusals


def next_refund_step(refund: CardRefund, now: datetime) -> RefundStep:
    """What is safe to do, whatever happened before and wherever central stopped."""
    if refund.state in {RefundState.CREATED, RefundState.SUBMITTED} and not _key_is_old(refund, now):
        return RefundStep.GIVE
    return RefundStep.LOOK


def look_again_at_refund(refund: CardRefund, now: datetime) -> datetime | None:
    """When central asks again by itself; None of what is final."""
    if not refund.open:
        return None
    age = now - refund.since
    seconds = next((seconds for until, seconds in _LOOKS if age < until), None)
    return now + (_LAST_LOOKS if seconds is None else timedelta(seconds=seconds))


def submit_refund(attempt: PaymentAttempt, now: datetime) -> PaymentAttempt:
    """The point to recover from, kept before a request leaves."""
    refund = attempt.open_refund
    if refund is None or next_refund_step(refund, now) is not RefundStep.GIVE:
        return attempt
    if refund.state is RefundState.SUBMITTED:
        # whoever left it there may have asked
        return _with(attempt, refund, state=RefundState.UNKNOWN, since=now)
    return _with(attempt, refund, state=RefundState.SUBMITTED, since=now, submitted_at=refund.submitted_at or now)


def hear_trouble(attempt: PaymentAttempt, trouble: Trouble, now: datetime) -> RefundHeard:
    """No sight: only what surely was not given fails."""
    refund = attempt.open_refund
    if refund is None or refund.state is not RefundState.SUBMITTED:
        return RefundHeard(attempt)
    if trouble.kind == "not_now":
        return RefundHeard(_with(attempt, refund, state=RefundState.CREATED, since=now))
    # of several requests another may still be on its way
    if trouble.kind == "refused" and refund.submitted_at == refund.since:
        return _failed(attempt, refund, trouble.reason, now)
    return RefundHeard(_with(attempt, refund, state=RefundState.UNKNOWN, since=now))


def hear_given(attempt: PaymentAttempt, sight: RefundSight, now: datetime) -> RefundHeard:
    """The answer to having asked for it."""
    refund = next((one for one in attempt.refunds if one.id == sight.refund), None)
    if refund is None:
        sentence = f"The provider answered for {attempt.order_number} with {sight.reference}, which is not its refund."
        return RefundHeard(attempt, cases=(Case("refund.mismatch", sentence),))
    return _hear(attempt, refund, sight, now)


def hear_all(attempt: PaymentAttempt, sights: Sequence[RefundSight], now: datetime) -> RefundHeard:
    """Every refund of the payment as the provider has it: ours go on by it, and others are a person's to explain."""
    cases: tuple[Case, ...] = ()
    known = {refund.id for refund in attempt.refunds}
    if any(sight.refund not in known and sight.status != "failed" for sight in sights):
        sentence = f"Money of {attempt.order_number} was given back at the provider, and not by a desk: find out why."
        cases = (Case("refund.unasked", sentence),)
    by_refund = {sight.refund: sight for sight in sights}
    for refund in attempt.refunds:
        sight = by_refund.get(refund.id)
        heard = RefundHeard(attempt) if sight is None else _hear(attempt, refund, sight, now)
        if sight is None and _may_be_given_up(refund, now):
            heard = _not_there(attempt, refund, now)
        if heard.attempt != attempt or heard.cases:
            # one step at a time; the next look finds the others
            return RefundHeard(heard.attempt, heard.given, heard.returned, (*cases, *heard.cases))
    return RefundHeard(attempt, cases=cases)


def give_back(order: Order, attempt: PaymentAttempt, refund: CardRefund, now: datetime) -> Order:
    """The order with what went back on it; once."""
    if any(one.id == refund.id for one in order.refunds):
        return order
    tender = next(one for one in order.tenders if one.id == attempt.id)
    given = Refund(
        id=refund.id,
        kind="card",
        tender=tender.id,
        amount=refund.amount,
        given=refund.amount,
        rounding=gyd(0),
        gyd_per_usd=order.gyd_per_usd if tender.gyd_per_usd is None else tender.gyd_per_usd,
        exchange_rate=tender.exchange_rate,
        reason=refund.reason,
        refunded_at=now,
        refunded_by=refund.asked_by,
        desk=refund.desk,
        receipt=refund.receipt,
    )
    return _stated(order.next(refunds=(*order.refunds, given)))


def take_returned(order: Order, refund: CardRefund) -> Order:
    """The order with a refund that its bank has sent back to the provider: nothing was given."""
    refunds = tuple(one.model_copy(update={"returned": True}) if one.id == refund.id else one for one in order.refunds)
    return order if refunds == order.refunds else _stated(order.next(refunds=refunds))


def _hear(attempt: PaymentAttempt, refund: CardRefund, sight: RefundSight, now: datetime) -> RefundHeard:
    if sight.status == "failed":
        return _failed(attempt, refund, sight.reason or "failed", now, sight.reference)
    if sight.amount != refund.amount:
        got = "another currency" if sight.amount is None else money_text(sight.amount)
        sentence = f"{attempt.order_number} was to give {money_text(refund.amount)} back, the provider gives {got}."
        return RefundHeard(attempt, cases=(Case("refund.differs", sentence),))
    if sight.status == "succeeded" and (refund.open or refund.state is RefundState.FAILED):
        done = _with(attempt, refund, state=RefundState.CONFIRMED, since=now, reference=sight.reference)
        sentence = f"A refund of {attempt.order_number} had failed, and went to the card all the same: it counts."
        cases = () if refund.open else (Case("refund.after_all", sentence),)
        return RefundHeard(done, given=_of(done, refund), cases=cases)
    if not refund.open or refund.state is RefundState.PENDING:
        return RefundHeard(attempt)
    return RefundHeard(_with(attempt, refund, state=RefundState.PENDING, since=now, reference=sight.reference))


def _not_there(attempt: PaymentAttempt, refund: CardRefund, now: datetime) -> RefundHeard:
    """It was not given: by its own key it may be asked again, and where that is forgotten it never will be."""
    if _key_is_old(refund, now):
        return _failed(attempt, refund, "never_arrived", now)
    return RefundHeard(_with(attempt, refund, state=RefundState.CREATED, since=now))


def _failed(
    attempt: PaymentAttempt, refund: CardRefund, reason: str, now: datetime, reference: str = ""
) -> RefundHeard:
    if refund.state in {RefundState.FAILED, RefundState.RETURNED}:
        return RefundHeard(attempt)
    was_given = refund.state is RefundState.CONFIRMED
    how = "came back from the customer's bank" if was_given else "could not be given back to the card"
    sentence = f"{money_text(refund.amount)} of {attempt.order_number} {how}: give it to the customer another way."
    after = _with(
        attempt,
        refund,
        state=RefundState.RETURNED if was_given else RefundState.FAILED,
        since=now,
        reference=reference or refund.reference,
        failed_by=reason[:80],
    )
    returned = _of(after, refund) if was_given else None
    return RefundHeard(after, returned=returned, cases=(Case("refund.failed", sentence),))


def _may_be_given_up(refund: CardRefund, now: datetime) -> bool:
    """No request of it can be on its way any more."""
    unanswered = refund.state in {RefundState.CREATED, RefundState.SUBMITTED}
    return refund.state is RefundState.UNKNOWN or (unanswered and _key_is_old(refund, now))


def _key_is_old(refund: CardRefund, now: datetime) -> bool:
    return refund.submitted_at is not None and now - refund.submitted_at >= KEY_HOLDS


def _with(attempt: PaymentAttempt, refund: CardRefund, **changed: object) -> PaymentAttempt:
    refunds = tuple(one.model_copy(update=changed) if one.id == refund.id else one for one in attempt.refunds)
    return attempt.next(refunds=refunds)


def _of(attempt: PaymentAttempt, refund: CardRefund) -> CardRefund:
    return next(one for one in attempt.refunds if one.id == refund.id)


def _stated(order: Order) -> Order:
    return order.model_copy(update={"state": state_after(order)})
