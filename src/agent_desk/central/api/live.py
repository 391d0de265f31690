"""The socket over which a desk hears of changes at once."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials
from starlette.requests import HTTPConnection

from agent_desk.central.api.live_lines import Line
from agent_desk.central.api.problems import from_known
from agent_desk.central.api.services import Services
from agent_desk.central.usecases.ports import Caller
from agent_desk.central.usecases.trouble import KnownError, busy
from agent_desk.wire.live import PING_SECONDS, SUBPROTOCOL, Hello, Ping, Pong, Ready, frame_text, read_said

HELLO_SECONDS = 10.0
SILENT_SECONDS = 2.5 * PING_SECONDS[1]
"""Two pings that did not come."""
GONE_SECONDS = 0.1
NOT_UNDERSTOOD, GOING_AWAY, REFUSED = 1007, 1001, 1008


def router(services: Services) -> APIRouter:
    routes = APIRouter(prefix="/v1")

    @routes.websocket("/live")
    async def live(socket: WebSocket) -> None:
        """Subprotocol `desk.sync.1`; refused like any other request where the token is not good."""
        try:
            caller = await run_in_threadpool(services.identify, _credentials(socket))
            if services.live.is_full:
                raise busy()
        except KnownError as error:
            await socket.send_denial_response(from_known(error))
            # until the connection is gone, uvicorn takes this for an unfinished handshake and complains
            await asyncio.sleep(GONE_SECONDS)
            return
        chosen = SUBPROTOCOL if SUBPROTOCOL in socket.scope["subprotocols"] else None
        await socket.accept(subprotocol=chosen)
        try:
            code = await _talk(services, socket, caller)
        except (WebSocketDisconnect, TimeoutError):
            code = GOING_AWAY
        await _close(socket, code)

    return routes


def _credentials(socket: HTTPConnection) -> HTTPAuthorizationCredentials | None:
    scheme, _, token = socket.headers.get("authorization", "").partition(" ")
    return HTTPAuthorizationCredentials(scheme=scheme, credentials=token) if token else None


async def _talk(services: Services, socket: WebSocket, caller: Caller) -> int:
    """Until one side ends it; the code to close with."""
    async with asyncio.timeout(HELLO_SECONDS):
        hello = await _hear(socket)
    if not isinstance(hello, Hello):
        return NOT_UNDERSTOOD
    try:
        line, joined = await services.live.join(hello, caller)
    except KnownError as error:
        # what stands against it is said again, in full, by the next page
        return REFUSED if error.code != "central.busy" else GOING_AWAY
    try:
        await socket.send_text(frame_text(Ready(epoch=joined.epoch, heads=joined.heads)))
        return await _exchange(services, socket, line)
    finally:
        services.live.leave(line)


async def _exchange(services: Services, socket: WebSocket, line: Line) -> int:
    sending = asyncio.ensure_future(services.live.send(line, socket.send_text))
    hearing = asyncio.ensure_future(_answer_pings(socket))
    try:
        await asyncio.wait({sending, hearing}, return_when=asyncio.FIRST_COMPLETED)
        return hearing.result() if hearing.done() else GOING_AWAY
    finally:
        for task in (sending, hearing):
            task.cancel()
        await asyncio.gather(sending, hearing, return_exceptions=True)


async def _answer_pings(socket: WebSocket) -> int:
    """Until the desk is silent for too long, or says what is none of its words."""
    while True:
        async with asyncio.timeout(SILENT_SECONDS):
            said = await _hear(socket)
        if isinstance(said, Ping):
            await socket.send_text(frame_text(Pong()))
        elif not isinstance(said, Pong):
            return NOT_UNDERSTOOD


async def _hear(socket: WebSocket) -> Hello | Ping | Pong | None:
    """The next frame; None for what is none."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", GOING_AWAY))
    try:
        return read_said(message.get("text") or "")
    except ValueError:
        return None


async def _close(socket: WebSocket, code: int) -> None:
    try:
        await socket.close(code)
    except (RuntimeError, WebSocketDisconnect, OSError):
        # the other side was quicker
        return
