"""The stand-in for MMG on loopback, and what a test asks of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from agent_desk.central.gateways.mmg.gateway import MmgPayments
from agent_desk.central.gateways.mmg.proxy import MmgProxy
from agent_desk.central.gateways.mmg.settings import MmgSettings
from agent_desk.sandbox.mmg import MmgStandIn
from tests.fakes.served import listening

MERCHANT, PAYER = "6001234", "6112233"
PASSWORD = "pass-of-the-tests"


class Wallets:
    """Speaks to a stand-in that listens at `url`."""

    def __init__(self, url: str, now: Callable[[], datetime]) -> None:
        self.url = url
        self._now = now
        self.http = httpx.Client(base_url=url, trust_env=False, timeout=30)

    def payments_of(self, timeout: float = 1) -> MmgPayments:
        settings = MmgSettings(
            base_url=f"{self.url}/olive/publisher/v1",
            merchant=MERCHANT,
            api_key=SecretStr("key-of-the-tests"),
            password=SecretStr(PASSWORD),
            mkey=SecretStr("mkey-of-the-tests"),
            msecret=SecretStr("msecret-of-the-tests"),
            timeout_seconds=timeout,
        )
        return MmgPayments(settings, MmgProxy(settings), self._now)

    def payments(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get("/sandbox/mmg/payments").json()
        return found

    def settle(self, status: str = "successful", at: int = -1) -> bool:
        """As the customer does on the phone."""
        number = self.payments()[at]["executionId"]
        done: bool = self.http.put(f"/sandbox/mmg/payments/{number}/{status}").json()
        return done

    def fail(self, fault: str, times: int = 1_000_000) -> None:
        self.http.put(f"/sandbox/mmg/fault/{fault}", params={"times": times}).raise_for_status()

    def calls(self) -> int:
        return int(self.http.get("/sandbox/mmg/counts").json()["calls"])


@contextmanager
def wallets(now: Callable[[], datetime], silent_seconds: float = 1.5) -> Iterator[Wallets]:
    app = FastAPI()
    app.include_router(MmgStandIn(now, silent_seconds).router())
    with listening(app) as url:
        found = Wallets(url, now)
        try:
            yield found
        finally:
            found.http.close()
