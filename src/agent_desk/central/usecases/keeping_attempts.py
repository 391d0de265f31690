"""What a changed payment attempt owes in the transaction that changes it: row, audit, cases, the next job."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from agent_desk.central.usecases.payment_ports import AttemptRow
from agent_desk.central.usecases.ports import AuditEntry, CaseRecord, Deferred, Pushing
from agent_desk.central.usecases.stocking import StockRoom
from agent_desk.central.usecases.working_state import WorkingState
from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.decision import Case
from agent_desk.domain.paying import look_again_at
from agent_desk.domain.payments import PaymentAttempt
from agent_desk.domain.refunding_cards import look_again_at_refund
from agent_desk.domain.selling import Order

WORK = "payment.work"
"""The job that takes an attempt one step on."""
CHAIN = "central"
"""Of the audit: what nobody at a desk did."""


def keep_attempts(unit: Pushing, changes: Sequence[Aggregate], now: datetime, *, go_on: bool) -> None:
    """EDGE-15: no attempt is unfinished without a time at which central looks at it again."""
    attempts = [one for one in changes if isinstance(one, PaymentAttempt)]
    if not attempts:
        return
    unit.save_attempts([AttemptRow(one, look_after(one, now)) for one in attempts])
    if go_on:
        unit.defer([Deferred(WORK, {"attempt": str(one.id)}) for one in attempts if one.unfinished])


def look_after(attempt: PaymentAttempt, now: datetime) -> datetime | None:
    """When central asks again by itself, for the payment or for what of it goes back; None where all is final."""
    refund = attempt.open_refund
    return look_again_at(attempt, now) if refund is None else look_again_at_refund(refund, now)


def lock_attempt(unit: Pushing, id_: UUID, now: datetime) -> tuple[WorkingState, PaymentAttempt | None]:
    """The attempt with its order, locked in the order in which a push locks them."""
    body = unit.find_document(PaymentAttempt.kind, id_)
    order = None if body is None else PaymentAttempt.model_validate_json(body).order
    refs = [] if order is None else [(Order.kind, order), (PaymentAttempt.kind, id_)]
    state = WorkingState(unit, unit.lock_documents(refs), frozenset(refs), StockRoom(unit, None, now))
    return state, None if order is None else state.find(PaymentAttempt, id_)


def save_attempts(unit: Pushing, state: WorkingState, changes: Sequence[Aggregate], now: datetime) -> None:
    """What central itself changed, with its line in the audit."""
    if not changes:
        return
    keep_attempts(unit, changes, now, go_on=False)
    state.save(tuple(changes))
    entries = [
        AuditEntry(now, None, "payment.work", str(one.id), _words(one))
        for one in changes
        if isinstance(one, PaymentAttempt)
    ]
    unit.record_audit(CHAIN, entries)


def open_cases(unit: Pushing, attempt: PaymentAttempt, about: UUID, cases: Sequence[Case], now: datetime) -> None:
    """Each kind once about the same payment or refund."""
    unit.open_cases(
        [
            CaseRecord(uuid5(about, case.kind), case.kind, case.sentence, attempt.desk, attempt.branch, now, attempt.id)
            for case in cases
        ]
    )


def _words(attempt: PaymentAttempt) -> str:
    refunds = [f"refund {refund.state.value}" for refund in attempt.refunds[-1:]]
    return " ".join([attempt.provider, attempt.state.value, *refunds])
