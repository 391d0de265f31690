"""The one round trip, and the files that spare a new desk many of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse
from fastapi.security import HTTPAuthorizationCredentials

from agent_desk.central.api.bodies import parsed, read_body
from agent_desk.central.api.describing import json_body
from agent_desk.central.api.encoding import folded, folded_lines
from agent_desk.central.api.problems import described
from agent_desk.central.api.services import Services, bearer
from agent_desk.wire.sync import MOST_REQUEST_BYTES, SyncAnswer, SyncRequest

LINES = "application/x-ndjson"
RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]

_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "What became of the commands, and the next page; as lines, page after page.",
        "content": {LINES: {"schema": {"type": "string", "description": "A `SyncAnswer` a line."}}},
    },
    **described(401, 403, 409, 413, 415, 422, 426, 503),
}


def router(services: Services) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["sync"])

    @routes.post(
        "/sync",
        summary="Push commands and pull what changed",
        response_model=SyncAnswer,
        responses=_ANSWERS,
        openapi_extra=json_body(SyncRequest),
    )
    async def sync(request: Request, credentials: Credentials) -> Response:
        """Commands are taken in once each, in the order of `n`, however often they are sent.

        With `Accept: application/x-ndjson` the answer is a stream: one `SyncAnswer` a line until nothing is left.
        Bodies may be folded with gzip or zstd, both ways; short answers also with a dictionary (`dcz`, RFC 9842).
        """
        body = await read_body(request, MOST_REQUEST_BYTES)
        return await run_in_threadpool(_sync, services, credentials, body, request.headers)

    @routes.get(
        "/snapshots/{scope}/{seq}",
        summary="A whole scope as one file",
        response_class=Response,
        responses={
            200: {
                "description": "JSON lines, a header, then a `Row` a line; a zstd frame a block.",
                "content": {ZSTD: _FILE},
            },
            206: {"description": "The part that `Range` asks for.", "content": {ZSTD: _FILE}},
            304: {"description": "`If-None-Match` names it."},
            **described(401, 404, 416, 422, 503),
        },
    )
    def snapshot(
        request: Request,
        credentials: Credentials,
        scope: Annotated[str, Path(max_length=80)],
        seq: Annotated[int, Path(ge=0, le=2**53)],
    ) -> Response:
        """Resumable by `Range`; its SHA-256 is in the offer and in `ETag`, that of each block in the offer."""
        caller = services.identify(credentials)
        found, data = services.snapshots.fetch(scope, seq, caller)
        return _part(data, f'"{found.sha256}"', request.headers)

    return routes


ZSTD = "application/zstd"
_FILE = {"schema": {"type": "string", "format": "binary"}}


def _sync(
    services: Services, credentials: HTTPAuthorizationCredentials | None, body: bytes, asked: Mapping[str, str]
) -> Response:
    caller = services.identify(credentials)
    request = parsed(SyncRequest, body)
    if request.push_only and request.commands:
        # its sender does not wait for the answer to the request before it
        services.turns.wait(caller.device, request.generation, min(one.n for one in request.commands))
    if LINES in asked.get("accept", ""):
        lines, headers = folded_lines(services.syncer.stream(request, caller), asked.get("accept-encoding", ""))
        return StreamingResponse(lines, media_type=LINES, headers=headers)
    answer, headers = folded(services.syncer.sync(request, caller), asked)
    return Response(answer, media_type="application/json", headers=headers)


def _part(data: bytes, etag: str, asked: Mapping[str, str]) -> Response:
    """The file or a part of it; a part of another file than the one named by `If-Range` is of no use."""
    # its address names its content: whoever keeps it need not ask again
    headers = {"Accept-Ranges": "bytes", "ETag": etag, "Cache-Control": "private, max-age=31536000, immutable"}
    if asked.get("if-none-match") in {etag, "*"}:
        return Response(status_code=304, headers=headers)
    found = RANGE.fullmatch(asked.get("range", "")) if asked.get("if-range", etag) == etag else None
    if found is None or not (found[1] or found[2]):
        return Response(data, media_type=ZSTD, headers=headers)
    size = len(data)
    start = int(found[1]) if found[1] else max(0, size - int(found[2]))
    end = min(int(found[2]), size - 1) if found[1] and found[2] else size - 1
    if start >= size or end < start:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    return Response(data[start : end + 1], 206, headers, ZSTD)
