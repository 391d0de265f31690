"""What a stand-in for Stripe remembers: sessions, intents, refunds, keys for a day, and how it is told to fail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

KEYS_KEPT = timedelta(hours=24)
LEAST_OPEN, MOST_OPEN = timedelta(minutes=30), timedelta(hours=24)
Body = dict[str, Any]


class Fault(StrEnum):
    """What the next calls run into."""

    NONE = "none"
    DOWN = "down"
    """500 before anything is done."""
    LOST_AFTER = "lost_after"
    """Done, and the answer never comes."""
    BROKEN_AFTER = "broken_after"
    """Done, and answered with 500."""
    RATE_LIMIT = "rate_limit"
    DECLINED = "declined"
    UNAUTHORISED = "unauthorised"
    GARBAGE = "garbage"


class ApiError(Exception):
    """An answer in the shape of Stripe's errors."""

    def __init__(self, status: int, type_: str, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": type_, "code": code, "message": message}}


@dataclass
class StripeBook:
    """All of it in memory; every method is one step under one lock."""

    now: Callable[[], datetime]
    origin: str = ""
    """Where the payment page is; set by the first request."""
    sessions: dict[str, Body] = field(default_factory=dict)
    intents: dict[str, Body] = field(default_factory=dict)
    refunds: dict[str, Body] = field(default_factory=dict)
    refunds_wait: bool = False
    """New ones stay pending, as where a bank takes its time."""
    keys: dict[str, tuple[datetime, Body, Body]] = field(default_factory=dict)
    events: list[Body] = field(default_factory=list)
    fault: Fault = Fault.NONE
    fault_left: int = 0
    calls: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)

    def take_fault(self) -> Fault:
        with self.lock:
            self.calls += 1
            if self.fault_left <= 0:
                return Fault.NONE
            self.fault_left -= 1
            return self.fault

    def once(self, key: str | None, asked: Body, do: Callable[[Body], Body]) -> Body:
        """As Stripe keeps keys: the first answer again for the same request, an error for another one."""
        with self.lock:
            kept = None if key is None else self.keys.get(key)
            if kept is not None and self.now() - kept[0] < KEYS_KEPT:
                if kept[1] != asked:
                    message = "Keys for idempotent requests can only be used with the same parameters."
                    raise ApiError(400, "idempotency_error", "idempotency_key_in_use", message)
                return kept[2]
            body = do(asked)
            if key is not None:
                self.keys[key] = (self.now(), asked, body)
            return body

    def open(self, asked: Mapping[str, Any]) -> Body:
        """A Checkout Session with its PaymentIntent; ApiError for what Stripe would not take."""
        line = asked["line_items"]["0"]
        amount = int(line["price_data"]["unit_amount"]) * int(line["quantity"])
        expires = int(asked.get("expires_at") or (self.now() + MOST_OPEN).timestamp())
        self._check(asked, amount, expires)
        id_ = f"cs_test_{uuid4().hex}"
        session: Body = {
            "id": id_,
            "object": "checkout.session",
            "mode": "payment",
            "status": "open",
            "payment_status": "unpaid",
            "amount_subtotal": amount,
            "amount_total": amount,
            "currency": line["price_data"]["currency"],
            "client_reference_id": asked.get("client_reference_id"),
            "metadata": dict(asked.get("metadata", {})),
            "payment_intent": None,
            "created": int(self.now().timestamp()),
            "expires_at": expires,
            "livemode": False,
            "success_url": asked["success_url"],
            "url": f"{self.origin}/pay/{id_}#fid{uuid4().hex}",
        }
        self.sessions[id_] = session
        return dict(session)

    def find(self, id_: str, *, expand: bool = False) -> Body:
        with self.lock:
            session = self.sessions.get(id_)
            if session is None:
                raise ApiError(404, "invalid_request_error", "resource_missing", f"No such checkout.session: {id_}")
            if session["status"] == "open" and session["expires_at"] <= self.now().timestamp():
                self._end(session, "expired")
            shown = dict(session)
            if expand and shown["payment_intent"] is not None:
                shown["payment_intent"] = dict(self.intents[shown["payment_intent"]])
            return shown

    def expire(self, id_: str) -> Body:
        with self.lock:
            if self.find(id_)["status"] != "open":
                message = 'Only Checkout Sessions with a status in ["open"] can be expired.'
                raise ApiError(400, "invalid_request_error", "", message)
            self._end(self.sessions[id_], "expired")
            return self.find(id_)

    def pay(self, id_: str) -> Body:
        """A customer pays on the page; ApiError where the session takes no money any more."""
        with self.lock:
            if self.find(id_)["status"] != "open":
                raise ApiError(400, "invalid_request_error", "", "This page has expired.")
            session = self.sessions[id_]
            intent = f"pi_{uuid4().hex}"
            self.intents[intent] = {
                "id": intent,
                "object": "payment_intent",
                "amount": session["amount_total"],
                "amount_received": session["amount_total"],
                "currency": session["currency"],
                "status": "succeeded",
                "metadata": dict(session["metadata"]),
                "latest_charge": f"ch_{uuid4().hex}",
            }
            session |= {"status": "complete", "payment_status": "paid", "payment_intent": intent, "url": None}
            self.note("payment_intent.succeeded", self.intents[intent])
            self.note("checkout.session.completed", session)
            return dict(session)

    def refund(self, asked: Mapping[str, Any]) -> Body:
        """Money back to the card of an intent; ApiError for more than is left of it."""
        with self.lock:
            intent = self.intents.get(str(asked.get("payment_intent")))
            if intent is None:
                raise ApiError(404, "invalid_request_error", "resource_missing", "No such payment_intent.")
            left = intent["amount_received"] - sum(
                one["amount"] for one in self.list_refunds(intent["id"]) if one["status"] not in {"failed", "canceled"}
            )
            amount = int(asked.get("amount") or left)
            if left <= 0:
                message = "The charge has already been refunded."
                raise ApiError(400, "invalid_request_error", "charge_already_refunded", message)
            if not 0 < amount <= left:
                message = "Refund amount is greater than unrefunded amount on charge."
                raise ApiError(400, "invalid_request_error", "", message)
            refund: Body = {
                "id": f"re_{uuid4().hex}",
                "object": "refund",
                "amount": amount,
                "charge": intent["latest_charge"],
                "created": int(self.now().timestamp()),
                "currency": intent["currency"],
                "metadata": dict(asked.get("metadata", {})),
                "payment_intent": intent["id"],
                "reason": asked.get("reason"),
                "status": "pending" if self.refunds_wait else "succeeded",
            }
            self.refunds[refund["id"]] = refund
            self.note("refund.created", refund)
            return dict(refund)

    def list_refunds(self, intent: str) -> list[Body]:
        """The newest first."""
        with self.lock:
            return [dict(one) for one in reversed(self.refunds.values()) if one["payment_intent"] == intent]

    def turn_refund(self, id_: str, status: str) -> Body:
        """What a bank does later: takes it, or sends it back."""
        with self.lock:
            refund = self.refunds[id_]
            refund |= {"status": status}
            if status == "failed":
                refund |= {"failure_reason": "expired_or_canceled_card"}
            self.note("refund.failed" if status == "failed" else "refund.updated", refund)
            return dict(refund)

    def note(self, type_: str, subject: Mapping[str, Any]) -> Body:
        """An event, to be sent to whoever listens."""
        with self.lock:
            event: Body = {
                "id": f"evt_{uuid4().hex}",
                "object": "event",
                "type": type_,
                "created": int(self.now().timestamp()),
                "livemode": False,
                "data": {"object": dict(subject)},
            }
            self.events.append(event)
            return event

    def _end(self, session: Body, status: str) -> None:
        session |= {"status": status, "url": None}
        self.note(f"checkout.session.{status}", session)

    def _check(self, asked: Mapping[str, Any], amount: int, expires: int) -> None:
        left = timedelta(seconds=expires - self.now().timestamp())
        if asked.get("mode") != "payment" or not asked.get("success_url"):
            raise ApiError(400, "invalid_request_error", "parameter_missing", "Missing required param.")
        if amount < 50:
            message = "The Checkout Session's total amount must convert to at least 50 cents."
            raise ApiError(400, "invalid_request_error", "amount_too_small", message)
        if not LEAST_OPEN <= left <= MOST_OPEN:
            message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from creation."
            raise ApiError(400, "invalid_request_error", "parameter_invalid_integer", message)
