"""What a changed payment attempt owes in the transaction that changes it: its row, and a job that goes on with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from agent_desk.central.usecases.payment_ports import AttemptRow
from agent_desk.central.usecases.ports import Deferred, Pushing
from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.paying import look_again_at
from agent_desk.domain.payments import PaymentAttempt

WORK = "payment.work"
"""The job that takes an attempt one step on."""


def keep_attempts(unit: Pushing, changes: Sequence[Aggregate], now: datetime, *, go_on: bool) -> None:
    """EDGE-15: no attempt is live without a time at which central looks at it again."""
    attempts = [one for one in changes if isinstance(one, PaymentAttempt)]
    if not attempts:
        return
    unit.save_attempts([AttemptRow(one, look_again_at(one, now)) for one in attempts])
    if go_on:
        unit.defer([Deferred(WORK, {"attempt": str(one.id)}) for one in attempts if one.live])
