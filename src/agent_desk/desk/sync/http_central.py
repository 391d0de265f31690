"""Central over HTTP."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import zstandard
from pydantic import BaseModel, ValidationError

from agent_desk.desk.sync.ports import Signer
from agent_desk.desk.sync.receiving import receive
from agent_desk.desk.sync.unfolding import available_dictionary, plain
from agent_desk.desk.usecases.ports import KnownError
from agent_desk.wire import dictionary
from agent_desk.wire.handing_over import SIGNATURE, HandedOver, Handover, signed_text
from agent_desk.wire.handover_file import TakenIn
from agent_desk.wire.live_rows import LiveRow
from agent_desk.wire.mending import BucketRows, BucketSums
from agent_desk.wire.signing_in import Refresh, SignIn, Tokens
from agent_desk.wire.sync import Problem, SnapshotOffer, SyncAnswer, SyncRequest

M = TypeVar("M", bound=BaseModel)
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
LINES = "application/x-ndjson"
KEPT_OPEN = 60.0
"""Seconds for which a connection that rests is kept: longer than from one poll to the next, so that none of them has
to open one first; central lets go of it later still."""
FOLDED_FROM = 1000
"""Bytes; shorter bodies go as they are."""
LARGE = 65_536
"""Bytes from which an answer is read on another thread, so that the window does not wait."""


def make_context(url: str) -> ssl.SSLContext | None:
    """Takes a while (certificates are read): make it once, off the window's thread. None for plain HTTP.

    Raises KnownError `central.insecure` for plain HTTP to another machine.
    """
    parts = urlsplit(url)
    if parts.scheme == "https":
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        return context
    if parts.hostname not in LOOPBACK:
        raise KnownError("central.insecure", "Central must be reached by https: correct its address.")
    return None


def make_client(
    url: str, transport: httpx.AsyncBaseTransport | None = None, context: ssl.SSLContext | None = None
) -> httpx.AsyncClient:
    """`context` is that of `make_context`, made here where it is not given."""
    parts = urlsplit(url)
    return httpx.AsyncClient(
        base_url=url,
        verify=context or make_context(url) or True,
        http2=True,
        transport=transport,
        timeout=httpx.Timeout(20.0, connect=5.0),
        limits=httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=KEPT_OPEN),
        headers={"Accept-Encoding": f"{dictionary.ENCODING}, zstd, gzip", **available_dictionary()},
        trust_env=parts.hostname not in LOOPBACK,
    )


class HttpCentral:
    """Implements `Central` and `Accounts`."""

    def __init__(self, client: httpx.AsyncClient, device: UUID, desk: str, signer: Signer) -> None:
        self._client = client
        self._device = device
        self._desk = desk
        self._signer = signer
        self.received_bytes = 0

    async def sign_in(self, login: str, password: str) -> Tokens:
        body = SignIn.model_construct(
            login=login, password=password, device=self._device, desk=self._desk, device_key=self._signer.public
        )
        return await self._tokens("/v1/sign-in", body)

    async def refresh(self, refresh_token: str) -> Tokens:
        return await self._tokens("/v1/refresh", Refresh(refresh_token=refresh_token))

    async def sign_out(self, refresh_token: str) -> None:
        body = Refresh(refresh_token=refresh_token).model_dump_json().encode()
        async with _known_errors():
            _refuse(await self._client.post("/v1/sign-out", content=body, headers=_JSON))

    async def hand_over(self, handover: Handover) -> HandedOver:
        body = handover.model_dump_json().encode()
        headers = {**_JSON, SIGNATURE: self._signer.sign(signed_text(body)).hex()}
        async with _known_errors():
            answer = await self._client.post("/v1/quarantine", content=body, headers=headers)
        _refuse(answer)
        return _read(HandedOver, answer.content)

    async def bring(self, line: str, access_token: str) -> TakenIn:
        """A part of another desk's work; raises `handover.unknown` and `handover.unreadable` too."""
        headers = {**_JSON, "Authorization": f"Bearer {access_token}"}
        async with _known_errors():
            answer = await self._client.post("/v1/handovers", content=line.encode(), headers=headers)
        _refuse(answer)
        return _read(TakenIn, answer.content)

    async def _tokens(self, path: str, body: BaseModel) -> Tokens:
        async with _known_errors():
            answer = await self._client.post(path, content=body.model_dump_json().encode(), headers=_JSON)
        _refuse(answer)
        return _read(Tokens, answer.content)

    async def sync(self, request: SyncRequest, access_token: str, *, whole: bool) -> AsyncGenerator[SyncAnswer]:
        content = request.model_dump_json(by_alias=True).encode()
        headers = {**_JSON, "Authorization": f"Bearer {access_token}"}
        if whole:
            headers["Accept"] = f"{LINES}, application/json"
        if len(content) >= FOLDED_FROM:
            content = zstandard.compress(content, 3)
            headers["Content-Encoding"] = "zstd"
        async with (
            _known_errors(),
            self._client.stream("POST", "/v1/sync", content=content, headers=headers) as answer,
            self._counted(answer),
        ):
            if answer.status_code != httpx.codes.OK or not answer.headers.get("content-type", "").startswith(LINES):
                await answer.aread()
                _refuse(answer)
                yield await _read_aside(SyncAnswer, plain(answer))
                return
            async with aclosing(_lines(answer)) as lines:
                async for line in lines:
                    yield await _read_aside(SyncAnswer, line)

    async def snapshot(
        self, offer: SnapshotOffer, access_token: str, first: int
    ) -> AsyncGenerator[tuple[LiveRow, ...]]:
        async with aclosing(receive(offer, first, partial(self._bytes_from, offer.url, access_token))) as blocks:
            async for rows in blocks:
                yield rows

    async def mend(self, held: BucketSums, access_token: str) -> BucketRows:
        headers = {**_JSON, "Authorization": f"Bearer {access_token}", "Content-Encoding": "zstd"}
        content = zstandard.compress(held.model_dump_json(by_alias=True).encode(), 3)
        async with _known_errors():
            answer = await self._client.post("/v1/sums", content=content, headers=headers)
            self.received_bytes += answer.num_bytes_downloaded
            _refuse(answer)
            body = plain(answer)
        return await _read_aside(BucketRows, body)

    @asynccontextmanager
    async def _counted(self, answer: httpx.Response) -> AsyncIterator[None]:
        try:
            yield
        finally:
            self.received_bytes += answer.num_bytes_downloaded

    async def _bytes_from(self, url: str, access_token: str, start: int) -> AsyncGenerator[bytes]:
        """What is at `url` from its byte `start` on."""
        headers = {"Authorization": f"Bearer {access_token}", "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        async with _known_errors(), self._client.stream("GET", url, headers=headers) as answer, self._counted(answer):
            if answer.status_code >= httpx.codes.BAD_REQUEST:
                await answer.aread()
            _refuse(answer)
            skipped = start if answer.status_code != httpx.codes.PARTIAL_CONTENT else 0
            async for piece in answer.aiter_bytes():
                yield piece[skipped:]
                skipped = max(0, skipped - len(piece))


async def _lines(answer: httpx.Response) -> AsyncGenerator[bytes]:
    """The lines of a streamed answer, cut at line feeds alone: text in them may hold any other line separator."""
    held: list[bytes] = []
    async for part in answer.aiter_bytes():
        first, *others = part.split(b"\n")
        held.append(first)
        for other in others:
            if line := b"".join(held):
                yield line
            held = [other]
    if line := b"".join(held):
        yield line


_JSON = {"Content-Type": "application/json"}


@asynccontextmanager
async def _known_errors() -> AsyncIterator[None]:
    """What the network says becomes KnownError."""
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, zstandard.ZstdError) as error:
        raise KnownError("central.unreachable", "Central cannot be reached: go on, it is tried again.") from error


def _refuse(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    try:
        said = Problem.model_validate_json(answer.content)
    except ValidationError as error:
        # a portal, a proxy or a fault: whoever spoke, it was not central as we know it
        raise KnownError("central.unreachable", "Something other than central answered: go on.") from error
    raise KnownError(said.code, said.message, said.retry_after)


def _read(model: type[M], body: bytes) -> M:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise KnownError("central.unreachable", "Something other than central answered: go on.") from error


async def _read_aside(model: type[M], body: bytes) -> M:
    return await asyncio.to_thread(_read, model, body) if len(body) > LARGE else _read(model, body)
