"""Stripe's words into ours and ours into Stripe's, without touching the network."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, ValidationError

from agent_desk.central.usecases.payment_ports import News, Signed
from agent_desk.domain.money import MOST_MINOR, Currency, Money
from agent_desk.domain.paying import Sight
from agent_desk.domain.payments import CardRefund, PaymentAttempt
from agent_desk.domain.refunding_cards import RefundSight

OPEN_FOR = timedelta(minutes=31)
"""Stripe closes no session by itself in less than 30 minutes; central closes it with the link."""
ATTEMPT = "attempt"
"""The name of our id in Stripe's metadata."""
REFUND = "refund"
"""The name of a refund's own there."""

PAYMENTS = ("checkout.session.", "payment_intent.", "charge.succeeded", "charge.failed", "charge.updated")
REFUNDS = ("refund.", "charge.refund.", "charge.refunded")
DISPUTES = ("charge.dispute.",)

Status = Literal["open", "processing", "paid", "expired", "failed"]


class Session(BaseModel):
    """What is read of a Checkout Session."""

    id: Annotated[str, Field(min_length=1, max_length=255)]
    status: Literal["open", "complete", "expired"] | None = None
    payment_status: Literal["paid", "unpaid", "no_payment_required"]
    amount_total: Annotated[int, Field(ge=0, le=MOST_MINOR)] | None = None
    currency: str | None = None
    url: Annotated[str, Field(max_length=4000)] | None = None
    payment_intent: Annotated[str, Field(max_length=255)] | Intent | None = None
    metadata: dict[str, str] | None = None


class Intent(BaseModel):
    """What is read of a PaymentIntent inside a session."""

    id: Annotated[str, Field(max_length=255)]
    status: str = ""
    last_payment_error: dict[str, Any] | None = None


class RefundSaid(BaseModel):
    """What is read of a Refund."""

    id: Annotated[str, Field(min_length=1, max_length=255)]
    object: Literal["refund"]
    status: Literal["pending", "requires_action", "succeeded", "failed", "canceled"] | None
    amount: Annotated[int, Field(ge=0, le=MOST_MINOR)]
    currency: str
    failure_reason: str | None = None
    metadata: dict[str, str] | None = None


class RefundsSaid(BaseModel):
    """A list of them, newest first."""

    object: Literal["list"]
    data: list[RefundSaid]
    has_more: bool = False


class Event(BaseModel):
    id: Annotated[str, Field(min_length=1, max_length=255)]
    type: Annotated[str, Field(min_length=1, max_length=200)]
    data: dict[str, Any] = {}


def session_params(attempt: PaymentAttempt, return_url: str) -> dict[str, Any]:
    """The same for the same attempt, whenever it is sent: a key goes with one request."""
    tied = {ATTEMPT: str(attempt.id), "order": attempt.order_number}
    return {
        "mode": "payment",
        "payment_method_types": ["card"],
        "client_reference_id": str(attempt.id),
        "expires_at": int((attempt.closes_at + OPEN_FOR).timestamp()),
        "success_url": return_url,
        "cancel_url": return_url,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": attempt.amount.currency.value.lower(),
                    "unit_amount": attempt.amount.minor,
                    "product_data": {"name": f"Order {attempt.order_number}"},
                },
            }
        ],
        "metadata": tied,
        "payment_intent_data": {"metadata": tied},
    }


def sight_of(said: Mapping[str, Any]) -> Sight | None:
    """What a session says of its payment; None where it is not one."""
    try:
        session = Session.model_validate(said)
    except ValidationError:
        return None
    return Sight(
        reference=session.id,
        attempt=_id_in(session.metadata),
        status=_status(session),
        amount=_money(session),
        url=session.url or "",
        charge=_charge(session),
    )


def refund_params(attempt: PaymentAttempt, refund: CardRefund) -> dict[str, Any]:
    """The same for the same refund, whenever it is sent: a key goes with one request."""
    return {
        "payment_intent": attempt.charge,
        "amount": refund.amount.minor,
        "reason": "requested_by_customer",
        "metadata": {REFUND: str(refund.id), ATTEMPT: str(attempt.id), "order": attempt.order_number},
    }


def refund_sight_of(said: Mapping[str, Any]) -> RefundSight | None:
    """What a refund says of itself; None where it is not one."""
    try:
        return _refund_sight(RefundSaid.model_validate(said))
    except ValidationError:
        return None


def refund_sights_of(said: Mapping[str, Any]) -> tuple[RefundSight, ...] | None:
    """Every refund of a list; None where it is not one, or not all of it."""
    try:
        found = RefundsSaid.model_validate(said)
    except ValidationError:
        return None
    return None if found.has_more else tuple(_refund_sight(one) for one in found.data)


def signed_event(body: bytes) -> Signed | None:
    event = _event(body)
    return None if event is None else Signed(event.id, event.type)


def news_of(body: bytes) -> News:
    """What an event is about; types that are not ours, and shapes that nobody knows, are about nothing."""
    event = _event(body)
    if event is None:
        return News("other")
    about: Literal["payment", "refund", "dispute", "other"] = "other"
    if event.type.startswith(DISPUTES):
        about = "dispute"
    elif event.type.startswith(REFUNDS):
        about = "refund"
    elif event.type.startswith(PAYMENTS):
        about = "payment"
    subject = event.data.get("object")
    if about == "other" or not isinstance(subject, dict):
        return News("other")
    charge = subject.get("id") if subject.get("object") == "payment_intent" else subject.get("payment_intent")
    return News(about, _id_in(subject.get("metadata")), charge[:255] if isinstance(charge, str) else "")


def _event(body: bytes) -> Event | None:
    try:
        return Event.model_validate(json.loads(body))
    except (ValueError, RecursionError):
        return None


def _refund_sight(said: RefundSaid) -> RefundSight:
    status: Literal["pending", "succeeded", "failed"] = "pending"
    if said.status == "succeeded":
        status = "succeeded"
    elif said.status in {"failed", "canceled"}:
        status = "failed"
    amount = _money_of(said.amount, said.currency)
    reason = re.sub(r"[^a-z_]", "", said.failure_reason or "")[:80]
    return RefundSight(said.id, _id_in(said.metadata, REFUND), status, amount, reason)


def _id_in(metadata: object, name: str = ATTEMPT) -> UUID | None:
    said = metadata.get(name) if isinstance(metadata, dict) else None
    try:
        return UUID(said) if isinstance(said, str) else None
    except ValueError:
        return None


def _status(session: Session) -> Status:
    if session.payment_status == "paid":
        return "paid"
    if session.status == "expired":
        return "expired"
    if session.status == "open":
        return "open"
    intent = session.payment_intent
    if isinstance(intent, Intent) and intent.status in {"requires_payment_method", "canceled"}:
        return "failed"
    return "processing"


def _money(session: Session) -> Money | None:
    return None if session.amount_total is None else _money_of(session.amount_total, session.currency or "")


def _money_of(minor: int, currency: str) -> Money | None:
    code = currency.upper()
    return Money(minor=minor, currency=Currency[code]) if code in Currency.__members__ else None


def _charge(session: Session) -> str:
    intent = session.payment_intent
    return intent.id if isinstance(intent, Intent) else intent or ""
