"""The feed over HTTP, and nothing else."""

from __future__ import annotations

import httpx

from agent_desk.central.gateways.exchange_rates.mapper import FeedError
from agent_desk.central.gateways.exchange_rates.settings import FeedSettings

MOST_BYTES = 65_536


class FeedProxy:
    """One GET; every way it can go wrong is a FeedError."""

    def __init__(self, settings: FeedSettings, client: httpx.Client) -> None:
        self._url = f"{settings.base_url.rstrip('/')}/v6/latest/USD"
        self._timeout = settings.timeout_seconds
        self._client = client

    def latest(self) -> bytes:
        """The body of the newest rates.

        Raises:
            FeedError: no answer in time, a refusal, or far too much.

        """
        try:
            with self._client.stream("GET", self._url, timeout=self._timeout) as answer:
                answer.raise_for_status()
                body = b""
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > MOST_BYTES:
                        message = "the answer is far too long"
                        raise FeedError(message)
                return body
        except httpx.HTTPError as error:
            message = f"the feed did not answer ({type(error).__name__})"
            raise FeedError(message) from error
