"""Where a revoked desk leaves its work: write-only, and without a session."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from agent_desk.central.api.bodies import parsed, read_body
from agent_desk.central.api.describing import json_body
from agent_desk.central.api.problems import described
from agent_desk.central.api.services import Services
from agent_desk.wire.handing_over import SIGNATURE, HandedOver, Handover

MOST_SIGNATURE = 200


def router(services: Services) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["sync"])

    @routes.post(
        "/quarantine",
        summary="Hand over what a revoked desk had not sent",
        response_model=HandedOver,
        responses=described(403, 409, 413, 415, 422, 429, 503),
        openapi_extra=json_body(Handover),
    )
    async def hand_over(
        request: Request, signature: Annotated[str, Header(alias=SIGNATURE, max_length=MOST_SIGNATURE)] = ""
    ) -> Response:
        """Kept for a manager, each command once; nothing is applied, and nothing is given out."""
        body = await read_body(request)
        came_from = request.client.host if request.client else "unknown"
        answer = await run_in_threadpool(_take_in, services, body, signature, came_from)
        return Response(answer.model_dump_json(), media_type="application/json")

    return routes


def _take_in(services: Services, body: bytes, signature: str, came_from: str) -> HandedOver:
    handover = parsed(Handover, body)
    try:
        signed = bytes.fromhex(signature)
    except ValueError:
        signed = b""
    return services.quarantine.take_in(handover, body, signed, came_from)
