"""Stripe as a taker of cards."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import stripe

from agent_desk.central.gateways.stripe_cards.mapper import (
    news_of,
    refund_params,
    refund_sight_of,
    refund_sights_of,
    session_params,
    sight_of,
    signed_event,
)
from agent_desk.central.gateways.stripe_cards.proxy import StripeProxy
from agent_desk.central.gateways.stripe_cards.settings import StripeSettings
from agent_desk.central.usecases.payment_ports import News, Signed
from agent_desk.central.usecases.trouble import KnownError
from agent_desk.domain.paying import Answer, Trouble
from agent_desk.domain.payments import STRIPE, CardRefund, PaymentAttempt
from agent_desk.domain.refunding_cards import RefundSight

FRESH_FOR = timedelta(minutes=5)
Read = TypeVar("Read")
_STAMP = re.compile(r"(?:^|,)\s*t=([0-9]{1,12})(?:,|$)")


class StripeCardPayments:
    """Implements `CardPayments`."""

    name = STRIPE
    label = "Stripe"
    ready = True

    def __init__(self, settings: StripeSettings, proxy: StripeProxy) -> None:
        self._settings = settings
        self._proxy = proxy

    def open(self, attempt: PaymentAttempt) -> Answer:
        params = session_params(attempt, self._settings.return_url)
        return _answer(lambda: self._proxy.create(params, attempt.key), sight_of)

    def look(self, attempt: PaymentAttempt) -> Answer:
        return _answer(lambda: self._proxy.retrieve(attempt.reference), sight_of)

    def find(self, attempt: PaymentAttempt) -> Answer:
        """By its key it is opened or found, whichever is true."""
        return self.open(attempt)

    def close(self, attempt: PaymentAttempt) -> Answer:
        answer = _answer(lambda: self._proxy.expire(attempt.reference), sight_of)
        # it cannot be closed when it is paid or closed already: which of them is asked
        return self.look(attempt) if isinstance(answer, Trouble) and answer.kind == "refused" else answer

    def refund(self, attempt: PaymentAttempt, refund: CardRefund) -> RefundSight | Trouble:
        params = refund_params(attempt, refund)
        return _answer(lambda: self._proxy.refund(params, refund.key), refund_sight_of)

    def list_refunds(self, attempt: PaymentAttempt) -> tuple[RefundSight, ...] | Trouble:
        return _answer(lambda: self._proxy.list_refunds(attempt.charge), refund_sights_of)

    def prove(self, body: bytes, signature: str, now: datetime) -> Signed:
        event = signed_event(body) if self._is_signed(body, signature, now) else None
        if event is None:
            raise KnownError("webhook.refused", "This is not signed by the provider, or was signed too long ago.")
        return event

    def read(self, body: bytes) -> News:
        return news_of(body)

    def _is_signed(self, body: bytes, signature: str, now: datetime) -> bool:
        found = _STAMP.search(signature)
        # the SDK looks for old ones by the machine's clock; one from the future could be shown again for ever
        if found is None or abs(now.timestamp() - int(found[1])) > FRESH_FOR.total_seconds():
            return False
        for secret in self._settings.webhook_secrets:
            try:
                stripe.WebhookSignature.verify_header(body.decode(), signature, secret.get_secret_value())
            except (stripe.SignatureVerificationError, UnicodeDecodeError):
                continue
            return True
        return False


def _answer(call: Callable[[], dict[str, Any]], read: Callable[[dict[str, Any]], Read | None]) -> Read | Trouble:
    """PAY-4: only what surely was not done counts as refused; most specific first."""
    try:
        said = call()
    except stripe.IdempotencyError:
        return Trouble("no_answer", "idempotency_error")
    except stripe.RateLimitError:
        return Trouble("not_now", "rate_limit")
    except (stripe.AuthenticationError, stripe.PermissionError):
        return Trouble("not_now", "not_allowed")
    except (stripe.CardError, stripe.InvalidRequestError) as error:
        return Trouble("refused", _code(error))
    except stripe.StripeError as error:
        return Trouble("no_answer", _code(error))
    found = read(said)
    return Trouble("no_answer", "unreadable") if found is None else found


def _code(error: stripe.StripeError) -> str:
    """A word for the log and the desk; the provider's sentences may name what is secret."""
    code = error.code or type(error).__name__
    return re.sub(r"[^a-zA-Z0-9_.]", "", code)[:80]
