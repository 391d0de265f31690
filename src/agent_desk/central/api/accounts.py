"""Sign in, refresh, sign out."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from agent_desk.central.api.bodies import parsed, read_body
from agent_desk.central.api.describing import json_body
from agent_desk.central.api.problems import described
from agent_desk.central.api.services import Services
from agent_desk.wire.signing_in import Refresh, SignIn, Tokens

MOST_BYTES = 8_192


def router(services: Services) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["accounts"])

    @routes.post(
        "/sign-in",
        summary="Sign in on a desk",
        response_model=Tokens,
        responses=described(401, 403, 413, 415, 422, 429, 503),
        openapi_extra=json_body(SignIn),
    )
    async def sign_in(request: Request) -> Response:
        """A pair of tokens for somebody at a desk; a manager's first sign-in on a new desk enrols it."""
        body = parsed(SignIn, await read_body(request, MOST_BYTES))
        came_from = request.client.host if request.client else "unknown"
        return _answer(await run_in_threadpool(services.signing_in.sign_in, body, came_from))

    @routes.post(
        "/refresh",
        summary="A new pair of tokens for an old one",
        response_model=Tokens,
        responses=described(401, 413, 415, 422, 503),
        openapi_extra=json_body(Refresh),
    )
    async def refresh(request: Request) -> Response:
        """Each refresh token is good once; one that was used before ends its session."""
        body = parsed(Refresh, await read_body(request, MOST_BYTES))
        return _answer(await run_in_threadpool(services.signing_in.refresh, body.refresh_token))

    @routes.post(
        "/sign-out",
        summary="End a session",
        status_code=204,
        responses=described(413, 415, 422, 503),
        openapi_extra=json_body(Refresh),
    )
    async def sign_out(request: Request) -> Response:
        """Its tokens are no longer good; of an unknown token, nothing happens."""
        body = parsed(Refresh, await read_body(request, MOST_BYTES))
        await run_in_threadpool(services.signing_in.sign_out, body.refresh_token)
        return Response(status_code=204)

    return routes


def _answer(tokens: Tokens) -> Response:
    return Response(tokens.model_dump_json(), media_type="application/json")
