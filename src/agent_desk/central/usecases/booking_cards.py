"""From a card payment to what the ledger keeps of it."""

from __future__ import annotations

from datetime import datetime

from agent_desk.central.usecases.ledger_ports import Movement
from agent_desk.domain.ledger import Entry, Posting, order_account, provider_account
from agent_desk.domain.payments import PaymentAttempt
from agent_desk.domain.times import COUNTER_ZONE


def card_movement(attempt: PaymentAttempt, at: datetime) -> Movement:
    """What the provider has since for the house came from the order; the same attempt is entered once."""
    postings = (
        Posting(provider_account(attempt.provider), attempt.amount),
        Posting(order_account(attempt.order), -attempt.amount),
    )
    return Movement(
        entry=Entry(attempt.id, "card_captured", attempt.order, postings),
        branch=attempt.branch,
        desk=attempt.desk,
        happened_at=at,
        day=at.astimezone(COUNTER_ZONE).date(),
        by=attempt.staff,
        command=attempt.id,
    )
