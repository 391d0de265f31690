"""What is done next about a payment attempt, and what an answer of the provider makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

from agent_desk.domain.decision import Case
from agent_desk.domain.formats import money_text
from agent_desk.domain.money import Money
from agent_desk.domain.payments import KEYLESS, AttemptState, PaymentAttempt

KEY_HOLDS = timedelta(hours=23)
"""Providers forget keys after a day; then the same key would open, and charge, a second time."""
_LOOKS = ((timedelta(minutes=1), 3), (timedelta(minutes=5), 10), (timedelta(hours=1), 30))
"""Up to what age in a state it is looked at each so many seconds."""
_LAST_LOOKS = timedelta(minutes=10)


class Step(StrEnum):
    """What central asks the provider next."""

    OPEN = "open"
    """By the attempt's own key, so that it is opened once however often it is asked."""
    FIND = "find"
    """Without a key it cannot be asked again: whether it was opened is found out another way."""
    LOOK = "look"
    CLOSE = "close"
    """Nobody can pay afterwards; what was paid before is heard."""
    ASK_A_PERSON = "ask a person"
    """The key is too old to be used again, and the provider never said what it opened."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Sight:
    """What the provider says of a payment when central asks it; what anybody else says of one is none."""

    reference: str
    attempt: UUID | None
    """The attempt it was opened for, as central wrote beside it."""
    status: Literal["open", "processing", "paid", "expired", "failed"]
    amount: Money | None
    """None in a currency that is not taken here."""
    url: str = ""
    charge: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """No sight: `refused` is final, `not_now` means that nothing was done, after `no_answer` anything may have been."""

    kind: Literal["refused", "not_now", "no_answer"]
    reason: str


Answer = Sight | Trouble


@dataclass(frozen=True, slots=True)
class Heard:
    """The attempt after an answer, and what a person must look at."""

    attempt: PaymentAttempt
    cases: tuple[Case, ...] = ()


def next_step(attempt: PaymentAttempt, now: datetime) -> Step:
    """PAY-4: what is safe to do, whatever happened before and wherever central stopped."""
    if not attempt.live:
        return Step.NOTHING
    if attempt.reference:
        return Step.CLOSE if attempt.cancelling or now >= attempt.closes_at else Step.LOOK
    if attempt.submitted_at is not None and now - attempt.submitted_at >= KEY_HOLDS:
        return Step.ASK_A_PERSON
    if attempt.provider in KEYLESS and attempt.state is AttemptState.UNKNOWN:
        return Step.FIND
    return Step.OPEN


def look_again_at(attempt: PaymentAttempt, now: datetime) -> datetime | None:
    """When central asks again by itself; None of what is final."""
    if not attempt.live:
        return None
    age = now - attempt.since
    seconds = next((seconds for until, seconds in _LOOKS if age < until), None)
    return now + (_LAST_LOOKS if seconds is None else timedelta(seconds=seconds))


def submit(attempt: PaymentAttempt, now: datetime) -> PaymentAttempt:
    """The point to recover from, kept before a request leaves: whoever finds it there knows that one may have left.

    What was asked for too long ago never leaves.
    """
    if attempt.state is AttemptState.SUBMITTED:
        return attempt.next(state=AttemptState.UNKNOWN, since=now)
    if attempt.state is not AttemptState.CREATED:
        return attempt
    if attempt.cancelling or now >= attempt.closes_at:
        return _ended(attempt, AttemptState.EXPIRED, "cancelled" if attempt.cancelling else "too_late", now)
    return attempt.next(state=AttemptState.SUBMITTED, since=now, submitted_at=now)


def cancel(attempt: PaymentAttempt, now: datetime) -> PaymentAttempt:
    """Asks for its end: at once where nothing has left, else when the provider says so, for it may be paid already."""
    if not attempt.live or attempt.cancelling:
        return attempt
    if attempt.state is AttemptState.CREATED:
        return _ended(attempt, AttemptState.EXPIRED, "cancelled", now)
    return attempt.next(cancelling=True, url="")


def hear(attempt: PaymentAttempt, answer: Answer, now: datetime) -> Heard:
    """PAY-3: answers come late, twice and in any order; only a sight of this attempt's own sum makes it paid."""
    if isinstance(answer, Trouble):
        return Heard(_troubled(attempt, answer, now))
    if answer.attempt != attempt.id or attempt.reference not in {"", answer.reference}:
        return Heard(attempt, (_foreign(attempt, answer),))
    if answer.status == "paid":
        return _paid(attempt, answer, now)
    return Heard(_unpaid(attempt, answer, now) if attempt.live else attempt)


def _unpaid(attempt: PaymentAttempt, sight: Sight, now: datetime) -> PaymentAttempt:
    if sight.status == "expired":
        reason = "cancelled" if attempt.cancelling else "too_late"
        return _ended(_known(attempt, sight), AttemptState.EXPIRED, reason, now)
    if sight.status == "failed":
        return _ended(_known(attempt, sight), AttemptState.FAILED, "declined", now)
    payable = sight.status == "open" and not attempt.cancelling and now < attempt.closes_at
    seen: dict[str, object] = {
        "reference": sight.reference,
        "charge": sight.charge or attempt.charge,
        "url": sight.url if payable else "",
    }
    if attempt.state is not AttemptState.PENDING:
        seen |= {"state": AttemptState.PENDING, "since": now}
    return _changed(attempt, seen)


def _paid(attempt: PaymentAttempt, sight: Sight, now: datetime) -> Heard:
    if sight.amount != attempt.amount:
        got = "another currency" if sight.amount is None else money_text(sight.amount)
        sentence = f"{attempt.order_number} was to pay {money_text(attempt.amount)}, the provider has {got}: compare."
        seen: dict[str, object] = {"reference": sight.reference, "charge": sight.charge}
        return Heard(_doubted(attempt, now, seen), (Case("payment.differs", sentence),))
    if attempt.state is AttemptState.CONFIRMED:
        return Heard(attempt)
    paid = _known(attempt, sight).model_copy(update={"url": "", "reason": ""})
    return Heard(paid.next(state=AttemptState.CONFIRMED, since=now))


def _troubled(attempt: PaymentAttempt, trouble: Trouble, now: datetime) -> PaymentAttempt:
    if not attempt.live:
        return attempt
    # one request has left, and this is its answer: nothing was done by it
    first = attempt.state is AttemptState.SUBMITTED
    if trouble.kind == "not_now":
        return attempt.next(state=AttemptState.CREATED, since=now, submitted_at=None) if first else attempt
    if trouble.kind == "refused" and first:
        return _ended(attempt, AttemptState.FAILED, trouble.reason, now)
    return _doubted(attempt, now, {})


def _doubted(attempt: PaymentAttempt, now: datetime, seen: dict[str, object]) -> PaymentAttempt:
    if not attempt.live:
        return attempt
    doubt = {} if attempt.state is AttemptState.UNKNOWN else {"state": AttemptState.UNKNOWN, "since": now}
    return _changed(attempt, {"url": "", **seen, **doubt})


def _foreign(attempt: PaymentAttempt, sight: Sight) -> Case:
    sentence = f"The provider answered for {attempt.order_number} with {sight.reference}, which is not its payment."
    return Case("payment.mismatch", sentence)


def _known(attempt: PaymentAttempt, sight: Sight) -> PaymentAttempt:
    return attempt.model_copy(update={"reference": sight.reference, "charge": sight.charge or attempt.charge})


def _ended(attempt: PaymentAttempt, state: AttemptState, reason: str, now: datetime) -> PaymentAttempt:
    return attempt.next(state=state, since=now, reason=reason[:80], url="")


def _changed(attempt: PaymentAttempt, values: dict[str, object]) -> PaymentAttempt:
    """One version on, or the same where nothing is new."""
    same = all(getattr(attempt, name) == value for name, value in values.items())
    return attempt if same else attempt.next(**values)
