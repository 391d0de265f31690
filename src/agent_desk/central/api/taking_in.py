"""Where a desk brings what another desk could not send."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from fastapi.security import HTTPAuthorizationCredentials

from agent_desk.central.api.bodies import parsed, read_body
from agent_desk.central.api.describing import json_body
from agent_desk.central.api.problems import described
from agent_desk.central.api.services import Services, bearer
from agent_desk.wire.handover_file import SealedPart, TakenIn
from agent_desk.wire.sync import MOST_REQUEST_BYTES

Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


def router(services: Services) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["sync"])

    @routes.post(
        "/handovers",
        summary="Bring a part of what another desk could not send",
        response_model=TakenIn,
        responses=described(401, 403, 413, 415, 422, 503),
        openapi_extra=json_body(SealedPart),
    )
    async def take_in(request: Request, credentials: Credentials) -> Response:
        """Each command has its effect once, under the desk that made it, whoever brings it and however often."""
        body = await read_body(request, MOST_REQUEST_BYTES)
        answer = await run_in_threadpool(_take_in, services, credentials, body)
        return Response(answer.model_dump_json(), media_type="application/json")

    return routes


def _take_in(services: Services, credentials: HTTPAuthorizationCredentials | None, body: bytes) -> TakenIn:
    caller = services.identify(credentials)
    return services.taking_in.take_in(parsed(SealedPart, body), caller)
