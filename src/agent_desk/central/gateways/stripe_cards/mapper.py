"""Stripe's words into ours and ours into Stripe's, without touching the network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, ValidationError

from agent_desk.central.usecases.payment_ports import News, Signed
from agent_desk.domain.money import MOST_MINOR, Currency, Money
from agent_desk.domain.paying import Sight
from agent_desk.domain.payments import PaymentAttempt

OPEN_FOR = timedelta(minutes=31)
"""Stripe closes no session by itself in less than 30 minutes; central closes it with the link."""
ATTEMPT = "attempt"
"""The name of our id in Stripe's metadata."""

PAYMENTS = ("checkout.session.", "payment_intent.", "charge.succeeded", "charge.failed", "charge.updated")
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


def signed_event(body: bytes) -> Signed | None:
    event = _event(body)
    return None if event is None else Signed(event.id, event.type)


def news_of(body: bytes) -> News:
    """What an event is about; types that are not ours, and shapes that nobody knows, are about nothing."""
    event = _event(body)
    if event is None:
        return News("other")
    about: Literal["payment", "dispute", "other"] = "other"
    if event.type.startswith(DISPUTES):
        about = "dispute"
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


def _id_in(metadata: object) -> UUID | None:
    said = metadata.get(ATTEMPT) if isinstance(metadata, dict) else None
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
    code = (session.currency or "").upper()
    if session.amount_total is None or code not in Currency.__members__:
        return None
    return Money(minor=session.amount_total, currency=Currency[code])


def _charge(session: Session) -> str:
    intent = session.payment_intent
    return intent.id if isinstance(intent, Intent) else intent or ""
