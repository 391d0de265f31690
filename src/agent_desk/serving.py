"""What both servers do at their door: say when they are ready, end with their parent."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from agent_desk.parentage import end_with_parent

MOST_IN_A_FRAME = 16_384
"""Bytes that anybody may say over a socket at once."""
MOST_FILES = 65_536
KEPT_OPEN = 75
"""Seconds for which a connection that rests is kept: the other side is to let go of it first, or a request that it
begins just then is lost."""
LEAVING_SECONDS = 10
"""For requests under way when it is told to stop."""
Leaving = Callable[[], Awaitable[None]]


async def _nothing() -> None:
    pass


def raise_file_limit() -> None:
    """Every open line is a file; the usual soft limit of 1,024 is far below what the system allows."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class ReadyServer(uvicorn.Server):
    """A uvicorn server that writes `{"pid": ..., "port": ...}` once it listens; `leaving` is called before it stops."""

    def __init__(self, config: uvicorn.Config, ready_file: Path | None, leaving: Leaving = _nothing) -> None:
        super().__init__(config)
        self._ready_file = ready_file
        self._leaving = leaving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._ready_file is not None and not self.should_exit:
            port = self.servers[0].sockets[0].getsockname()[1]
            unfinished = self._ready_file.with_suffix(".part")
            unfinished.write_text(json.dumps({"pid": os.getpid(), "port": port}))
            unfinished.replace(self._ready_file)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._leaving()
        await super().shutdown(sockets)


def configure(app: FastAPI, *, host: str, port: int, tls: tuple[Path, Path] | None = None) -> uvicorn.Config:
    """How both are served."""
    certificate, key = tls or (None, None)
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        ws_max_size=MOST_IN_A_FRAME,
        # folding costs memory a connection, and what is large goes over HTTP, which folds it
        ws_per_message_deflate=False,
        # the desks ping, by a word of their own that no proxy answers
        ws_ping_interval=None,
        timeout_keep_alive=KEPT_OPEN,
        timeout_graceful_shutdown=LEAVING_SECONDS,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        ssl_context_factory=None if tls is None else _newest_tls,
    )


def serve(
    app: FastAPI,
    *,
    host: str,
    port: int,
    ready_file: Path | None,
    with_parent: bool,
    tls: tuple[Path, Path] | None = None,
    leaving: Leaving = _nothing,
) -> None:
    """Serves until told to stop by a signal, or by the end of standard input when `with_parent`.

    `tls` is a certificate and its private key; without it everything is plain HTTP. `leaving` is awaited before the
    connections are closed.
    """
    raise_file_limit()
    config = configure(app, host=host, port=port, tls=tls)
    server = ReadyServer(config, ready_file, leaving)
    if with_parent:
        end_with_parent(lambda: setattr(server, "should_exit", True))
    if threading.current_thread() is threading.main_thread() and "SIGHUP" in signal.Signals.__members__:
        # uvicorn knows the other two; raised inside a request, this one would be swallowed with the request
        signal.signal(signal.Signals["SIGHUP"], lambda _number, _frame: setattr(server, "should_exit", True))
    server.run()


def _newest_tls(_config: uvicorn.Config, make: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """SEC-2: nothing older than TLS 1.3 is spoken."""
    context = make()
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context
