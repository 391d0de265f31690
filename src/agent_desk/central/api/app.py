"""The API as one application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent_desk.central.api import (
    accounts,
    health,
    live,
    mending,
    problems,
    quarantining,
    syncing,
    taking_in,
    webhooks,
)
from agent_desk.central.api.describing import describe
from agent_desk.central.api.services import Services

HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
log = structlog.get_logger("central")
ONLY_TLS = (b"strict-transport-security", b"max-age=31536000")


class SecurityHeaders:
    """Every answer says that it is data, for nobody else to keep or to frame, unless it says otherwise itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = (*HEADERS, ONLY_TLS) if scope.get("scheme") == "https" else HEADERS
                said = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(one for one in extra if one[0] not in said)]
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)


def _ended(feeding: asyncio.Future[None]) -> None:
    """Without it desks still poll."""
    if not feeding.cancelled() and (error := feeding.exception()) is not None:
        log.error("nobody is told of changes any more", kind=type(error).__name__, exc_info=error)


def make_app(services: Services) -> FastAPI:
    """Routes, last handlers and headers; no page of its own, only the description at /openapi.json."""

    @asynccontextmanager
    async def serving(_app: FastAPI) -> AsyncIterator[None]:
        feeding = asyncio.ensure_future(services.live.run())
        feeding.add_done_callback(_ended)
        yield
        feeding.cancel()
        await asyncio.gather(feeding, return_exceptions=True)

    app = FastAPI(title="Agent Desk central", version="1", docs_url=None, redoc_url=None, lifespan=serving)
    for part in (accounts, syncing, mending, quarantining, taking_in, live, health, webhooks):
        app.include_router(part.router(services))
    problems.install(app)
    app.add_middleware(SecurityHeaders)
    describe(app)
    return app
