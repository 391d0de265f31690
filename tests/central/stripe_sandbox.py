"""The stand-in for Stripe on loopback, and what a test asks of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from agent_desk.central.gateways.stripe_cards.gateway import StripeCardPayments
from agent_desk.central.gateways.stripe_cards.proxy import StripeProxy
from agent_desk.central.gateways.stripe_cards.settings import StripeSettings
from agent_desk.sandbox.stripe import StripeStandIn
from tests.fakes.served import listening

SECRET = "whsec_of_the_tests"
KEY = "sk_test_of_the_tests"


class Sandbox:
    """Speaks to a stand-in that listens at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, trust_env=False, timeout=30)

    def cards(self, timeout: float = 5) -> StripeCardPayments:
        settings = StripeSettings(
            key=SecretStr(KEY),
            webhook_secrets=(SecretStr("whsec_old"), SecretStr(SECRET)),
            base_url=self.url,
            return_url="https://example.com/thanks",
            timeout_seconds=timeout,
        )
        return StripeCardPayments(settings, StripeProxy(settings))

    def fail(self, fault: str, times: int = 1_000_000) -> None:
        self.http.put(f"/sandbox/stripe/fault/{fault}", params={"times": times}).raise_for_status()

    def send_to(self, url: str, habit: str = "plain") -> None:
        said = {"url": url, "secret": SECRET, "habit": habit}
        self.http.put("/sandbox/stripe/webhooks", params=said).raise_for_status()

    def sessions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get("/sandbox/stripe/sessions").json()
        return found

    def refunds(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get("/sandbox/stripe/refunds").json()
        return found

    def keep_refunds_waiting(self) -> None:
        self.http.put("/sandbox/stripe/refunds/wait").raise_for_status()

    def turn_refund(self, id_: str, status: str) -> None:
        """As a bank does days later."""
        self.http.put(f"/sandbox/stripe/refunds/{id_}/{status}").raise_for_status()

    def calls(self) -> int:
        return int(self.http.get("/sandbox/stripe/counts").json()["calls"])

    def pay(self, url: str) -> int:
        """As a customer's browser does; the status of the answer."""
        return self.http.post(url.partition("#")[0]).status_code


@contextmanager
def sandbox(now: Callable[[], datetime], silent_seconds: float = 1.5) -> Iterator[Sandbox]:
    app = FastAPI()
    app.include_router(StripeStandIn(now, silent_seconds).router())
    with listening(app) as url:
        found = Sandbox(url)
        try:
            yield found
        finally:
            found.http.close()
