"""The line to central as a web socket."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import ValidationError

from agent_desk.desk.sync.http_central import LOOPBACK
from agent_desk.desk.usecases.ports import KnownError
from agent_desk.wire.live import PATH, SUBPROTOCOL
from agent_desk.wire.sync import Problem

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

OPENS_WITHIN = 10.0
CLOSES_WITHIN = 1.0
MOST_HEARD = 1_048_576
"""Bytes of one frame; central sends far less."""


class WebSockets:
    """Implements `Sockets`; `context` is that of the other requests, None for plain HTTP to this machine."""

    def __init__(self, url: str, context: ssl.SSLContext | None) -> None:
        parts = urlsplit(url)
        scheme = "ws" if context is None else "wss"
        self._url = f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}{PATH}"
        self._context = context
        self._local = parts.hostname in LOOPBACK

    @asynccontextmanager
    async def open(self, access_token: str) -> AsyncIterator[_WebSocket]:
        # read when the first line is opened, which is long after the window was painted
        await asyncio.to_thread(import_module, "websockets.asyncio.client")
        from websockets.asyncio.client import connect
        from websockets.exceptions import WebSocketException
        from websockets.typing import Subprotocol

        try:
            connection = await connect(
                self._url,
                subprotocols=[Subprotocol(SUBPROTOCOL)],
                additional_headers={"Authorization": f"Bearer {access_token}"},
                ssl=self._context,
                proxy=None if self._local else True,
                # folding costs memory on both sides, and what is large comes over HTTP
                compression=None,
                # pinged by words of our own, which no proxy answers
                ping_interval=None,
                open_timeout=OPENS_WITHIN,
                close_timeout=CLOSES_WITHIN,
                max_size=MOST_HEARD,
            )
        except (OSError, WebSocketException, ValueError) as error:
            raise _known(error) from error
        try:
            yield _WebSocket(connection, WebSocketException)
        finally:
            await connection.close()


class _WebSocket:
    def __init__(self, connection: ClientConnection, closed: type[Exception]) -> None:
        self._connection = connection
        self._closed = closed

    async def send(self, text: str) -> None:
        try:
            await self._connection.send(text)
        except self._closed as error:
            raise _known(error) from error

    async def receive(self) -> str | bytes:
        try:
            return await self._connection.recv()
        except self._closed as error:
            raise _known(error) from error


def _known(error: Exception) -> KnownError:
    """What central said when it refused, else that the line does not work."""
    body = getattr(getattr(error, "response", None), "body", None)
    try:
        said = Problem.model_validate_json(body or b"")
    except ValidationError:
        return KnownError("central.unreachable", "The line to central does not work: the desk asks for news instead.")
    return KnownError(said.code, said.message, said.retry_after)
