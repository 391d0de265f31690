"""Stripe over HTTP by its own SDK, and nothing else."""

from __future__ import annotations

from typing import Any

import stripe

from agent_desk.central.gateways.stripe_cards.settings import StripeSettings

MOST_LISTED = 100
"""Twice what central gives back of one payment."""


class StripeProxy:
    """One request a call, never repeated by itself; every way it can go wrong is a `stripe.StripeError`."""

    def __init__(self, settings: StripeSettings) -> None:
        self._timeout = settings.timeout_seconds
        addresses: Any = {} if settings.base_url is None else {"api": settings.base_url.rstrip("/")}
        stripe.enable_telemetry = False
        self._client = stripe.StripeClient(
            settings.key.get_secret_value(),
            base_addresses=addresses,
            http_client=stripe.RequestsClient(timeout=settings.timeout_seconds),
            max_network_retries=0,
        )

    def create(self, params: dict[str, Any], key: str) -> dict[str, Any]:
        asked: Any = params
        return self._plain(self._client.v1.checkout.sessions.create(asked, {"idempotency_key": key}))

    def retrieve(self, id_: str) -> dict[str, Any]:
        return self._plain(self._client.v1.checkout.sessions.retrieve(id_, {"expand": ["payment_intent"]}))

    def expire(self, id_: str) -> dict[str, Any]:
        return self._plain(self._client.v1.checkout.sessions.expire(id_))

    def refund(self, params: dict[str, Any], key: str) -> dict[str, Any]:
        asked: Any = params
        return self._plain(self._client.v1.refunds.create(asked, {"idempotency_key": key}))

    def list_refunds(self, intent: str) -> dict[str, Any]:
        """The newest of a payment, as many as one answer holds."""
        return self._plain(self._client.v1.refunds.list({"payment_intent": intent, "limit": MOST_LISTED}))

    @staticmethod
    def _plain(said: stripe.StripeObject) -> dict[str, Any]:
        plain: dict[str, Any] = said.to_dict(for_json=True)
        return plain
