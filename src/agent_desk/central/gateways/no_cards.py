"""Central without a provider."""

from __future__ import annotations

from datetime import datetime

from agent_desk.central.usecases.payment_ports import News, Signed
from agent_desk.central.usecases.trouble import KnownError
from agent_desk.domain.paying import Answer, Trouble
from agent_desk.domain.payments import STRIPE, CardRefund, PaymentAttempt
from agent_desk.domain.refunding_cards import RefundSight


class NullCardPayments:
    """No provider: nothing is asked, nothing is believed."""

    def __init__(self, name: str = STRIPE, label: str = "Stripe") -> None:
        self.name = name
        self.label = label
        self.ready = False

    def open(self, attempt: PaymentAttempt) -> Answer:  # noqa: ARG002 - the port's shape
        return Trouble("not_now", "not_set_up")

    def look(self, attempt: PaymentAttempt) -> Answer:
        return self.open(attempt)

    def close(self, attempt: PaymentAttempt) -> Answer:
        return self.open(attempt)

    def find(self, attempt: PaymentAttempt) -> Answer:
        return self.open(attempt)

    def refund(self, attempt: PaymentAttempt, refund: CardRefund) -> RefundSight | Trouble:  # noqa: ARG002 - the port's
        return Trouble("not_now", "not_set_up")

    def list_refunds(self, attempt: PaymentAttempt) -> tuple[RefundSight, ...] | Trouble:  # noqa: ARG002 - the port's
        return Trouble("not_now", "not_set_up")

    def prove(self, body: bytes, signature: str, now: datetime) -> Signed:  # noqa: ARG002 - the port's shape
        raise KnownError("webhook.refused", "No provider is set up here.")

    def read(self, body: bytes) -> News:  # noqa: ARG002 - the port's shape
        return News("other")
