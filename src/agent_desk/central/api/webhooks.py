"""Where payment providers leave their news, and where a customer's browser lands after paying."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse, Response

from agent_desk.central.api.bodies import read_body
from agent_desk.central.api.problems import described
from agent_desk.central.api.services import Services

MOST_BYTES = 262_144
THANKS = "Thank you. The counter sees by itself whether it is paid."


def router(services: Services) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["payments"])

    @routes.post(
        "/webhooks/stripe",
        summary="Take an event of Stripe",
        status_code=204,
        responses=described(400, 413, 415, 422, 503),
        openapi_extra={
            "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
        },
    )
    async def take_event(
        request: Request, signature: Annotated[str, Header(alias="Stripe-Signature", max_length=2000)] = ""
    ) -> Response:
        """Proved on the bytes as they came, kept once, answered; what it is about is asked of Stripe afterwards."""
        body = await read_body(request, MOST_BYTES)
        await run_in_threadpool(services.cards.take_event, body, signature)
        return Response(status_code=204)

    @routes.get("/card/thanks", summary="Where a customer's browser lands", response_class=PlainTextResponse)
    def thank() -> str:
        """Says nothing of the payment: whoever opens this address has proved nothing."""
        return THANKS

    return routes
