"""From a card payment, or a refund of one, to what the ledger keeps of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from agent_desk.central.usecases.ledger_ports import Movement
from agent_desk.domain.ledger import Entry, EntryKind, Posting, capture_entry, order_account, provider_account
from agent_desk.domain.money import Money
from agent_desk.domain.payments import CardRefund, PaymentAttempt
from agent_desk.domain.selling import Order
from agent_desk.domain.times import COUNTER_ZONE


def capture_movement(attempt: PaymentAttempt, order: Order, at: datetime) -> Movement:
    """What the provider has since for the house, with the order it is on."""
    tender = next(one for one in order.tenders if one.id == attempt.id)
    kind: EntryKind = "mmg_captured" if attempt.tender_kind == "mmg" else "card_captured"
    return _movement(attempt, capture_entry(kind, attempt.provider, order, tender), at, attempt.staff)


def refund_movement(attempt: PaymentAttempt, refund: CardRefund, at: datetime) -> Movement:
    """The provider has less and the order is paid less; the same refund is entered once."""
    entry = Entry(refund.id, "card_refunded", attempt.order, _postings(attempt, -refund.amount))
    return _movement(attempt, entry, at, refund.staff)


def returned_movement(attempt: PaymentAttempt, refund: CardRefund, at: datetime) -> Movement:
    """A refund that its bank has sent back: the provider has it again."""
    id_ = uuid5(refund.id, "returned")
    entry = Entry(id_, "card_refund_returned", attempt.order, _postings(attempt, refund.amount))
    return _movement(attempt, entry, at, refund.staff)


def _postings(attempt: PaymentAttempt, gained: Money) -> tuple[Posting, ...]:
    return Posting(provider_account(attempt.provider), gained), Posting(order_account(attempt.order), -gained)


def _movement(attempt: PaymentAttempt, entry: Entry, at: datetime, by: UUID) -> Movement:
    return Movement(
        entry=entry,
        branch=attempt.branch,
        desk=attempt.desk,
        happened_at=at,
        day=at.astimezone(COUNTER_ZONE).date(),
        by=by,
        command=entry.id,
    )
