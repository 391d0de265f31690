"""The feed stand-in and the gateway that reads it, over real HTTP."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest
import uvicorn

from agent_desk.central.gateways.exchange_rates.gateway import FeedRateChecks
from agent_desk.central.gateways.exchange_rates.mapper import FeedError, mid_rate
from agent_desk.central.gateways.exchange_rates.proxy import FeedProxy
from agent_desk.central.gateways.exchange_rates.settings import FeedSettings
from agent_desk.sandbox.__main__ import sandbox_app


class _Ready(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@pytest.fixture(scope="module")
def sandbox_url() -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = _Ready(uvicorn.Config(sandbox_app(), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    assert server.listening.wait(10)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listener.close()


@pytest.fixture
def checks(sandbox_url: str) -> Iterator[FeedRateChecks]:
    settings = FeedSettings(base_url=sandbox_url)
    with httpx.Client() as client:
        yield FeedRateChecks(settings, FeedProxy(settings, client))


def _fault(sandbox_url: str, fault: str) -> None:
    httpx.put(f"{sandbox_url}/sandbox/exchange-rates/fault/{fault}").raise_for_status()


def test_a_rate_near_the_feed_is_agreed_to(checks: FeedRateChecks, sandbox_url: str) -> None:
    _fault(sandbox_url, "none")
    found = checks.check(Decimal("209.00"), datetime.now(UTC))
    assert found.agrees is True
    assert "208.5" in found.sentence


def test_a_rate_far_from_the_feed_is_said_to_a_person(checks: FeedRateChecks, sandbox_url: str) -> None:
    _fault(sandbox_url, "jump")
    found = checks.check(Decimal("209.00"), datetime.now(UTC))
    assert found.agrees is False
    assert "28.4 %" in found.sentence


@pytest.mark.parametrize("fault", ["down", "quota", "stale", "garbage"])
def test_a_feed_that_fails_neither_agrees_nor_disagrees(checks: FeedRateChecks, sandbox_url: str, fault: str) -> None:
    _fault(sandbox_url, fault)
    assert checks.check(Decimal("209.00"), datetime.now(UTC)).agrees is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"result":"success","base_code":"USD","time_last_update_unix":1,"rates":{}}',
        b'{"result":"success","base_code":"USD","time_last_update_unix":1,"rates":{"GYD":0}}',
        b'{"result":"success","base_code":"USD","time_last_update_unix":1,"rates":{"GYD":NaN}}',
        b'{"result":"success","base_code":"USD","time_last_update_unix":-5,"rates":{"GYD":209}}',
    ],
)
def test_an_answer_in_another_shape_is_unusable(body: bytes) -> None:
    with pytest.raises(FeedError):
        mid_rate(body)
