"""Where a desk and central find out in what they differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from fastapi.security import HTTPAuthorizationCredentials

from agent_desk.central.api.bodies import parsed, read_body
from agent_desk.central.api.describing import json_body
from agent_desk.central.api.encoding import folded
from agent_desk.central.api.problems import described
from agent_desk.central.api.services import Services, bearer
from agent_desk.central.usecases.mending import mend
from agent_desk.wire.mending import BucketRows, BucketSums

Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]

log = structlog.get_logger("central")


def router(services: Services) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["sync"])

    @routes.post(
        "/sums",
        summary="Mend a scope that differs",
        response_model=BucketRows,
        responses=described(401, 403, 413, 415, 422, 503),
        openapi_extra=json_body(BucketSums),
    )
    async def sums(request: Request, credentials: Credentials) -> Response:
        """The desk says what it holds of a scope by bucket, and gets the buckets that differ."""
        body = await read_body(request)
        return await run_in_threadpool(_mend, services, credentials, body, request.headers)

    return routes


def _mend(
    services: Services, credentials: HTTPAuthorizationCredentials | None, body: bytes, asked_by: Mapping[str, str]
) -> Response:
    caller = services.identify(credentials)
    asked = parsed(BucketSums, body)
    mended = mend(services.store, asked, caller, services.now())
    if mended.differing:
        scope = asked.scope.partition(":")[0]
        log.warning("scope differs", device=str(caller.device), scope=scope, seq=asked.seq, buckets=mended.differing)
    answer, headers = folded(mended.body, asked_by)
    return Response(answer, media_type="application/json", headers=headers)
