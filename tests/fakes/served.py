"""Central, or a stand-in, behind a real door on loopback, in a thread of the test."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from agent_desk.central.bootstrap import Central
from agent_desk.serving import ReadyServer, configure


class Door:
    """Where central listens; `close` is what a stop of the program does."""

    def __init__(self, central: Central, port: int = 0, *, sockets: bool = True) -> None:
        config = configure(central.app, host="127.0.0.1", port=port)
        config.ws = "auto" if sockets else "none"
        self._server = ReadyServer(config, None, central.services.live.drain)
        self._thread = threading.Thread(target=self._server.run, name="door")
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise AssertionError("central does not listen")
            threading.Event().wait(0.005)

    @property
    def port(self) -> int:
        port: int = self._server.servers[0].sockets[0].getsockname()[1]
        return port

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(30)


@contextmanager
def served(central: Central, *, sockets: bool = True) -> Iterator[str]:
    """The URL of a central that listens until the end of the block."""
    door = Door(central, sockets=sockets)
    try:
        yield f"http://127.0.0.1:{door.port}"
    finally:
        door.close()


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """The URL of an app that listens until the end of the block."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
