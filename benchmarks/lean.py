"""Desks without a window and without a store, a thousand to a process: they speak to central as real ones do."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from agent_desk.desk.sync.course import back_off
from agent_desk.desk.sync.live import POLL_SECONDS, Pulse, Step, come_back, judge
from agent_desk.domain.aggregate import Command
from agent_desk.wire.canonical import command_hash
from agent_desk.wire.live import PATH, SPREAD_MS, SUBPROTOCOL, Hello, Ping, frame_text
from agent_desk.wire.sync import SCHEMA, Cursor
from benchmarks.measuring import UnmeasuredError

TRIED_FOR = 20.0


class LeanHttp:
    """One kept connection, as little work as there can be."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = str(parts.hostname), parts.port or 80
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def post(self, path: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
        """What was answered; ConnectionError where nobody did, or not with success."""
        text = json.dumps(body).encode()
        bearer = f"Authorization: Bearer {token}\r\n" if token else ""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: application/json\r\n{bearer}"
            f"Content-Length: {len(text)}\r\n\r\n"
        )
        kept = self._writer is not None and not self._writer.is_closing()
        try:
            async with asyncio.timeout(TRIED_FOR):
                try:
                    return await self._exchange(head.encode() + text)
                except (asyncio.IncompleteReadError, ConnectionResetError, BrokenPipeError):
                    # the server lets a connection go that was silent for a while
                    self.close()
                    if not kept:
                        raise
                    return await self._exchange(head.encode() + text)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            self.close()
            raise ConnectionError(str(error) if type(error) is ConnectionError else type(error).__name__) from error

    async def _exchange(self, request: bytes) -> dict[str, Any]:
        if self._writer is None or self._writer.is_closing():
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        assert self._reader is not None, "it was opened with the writer"
        self._writer.write(request)
        return await self._answer(self._reader)

    async def _answer(self, reader: asyncio.StreamReader) -> dict[str, Any]:
        raw = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = raw.splitlines()
        headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
        content = await reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("connection") == "close":
            self.close()
        said: dict[str, Any] = json.loads(content) if content else {}
        if first.split(" ")[1] != "200":
            raise ConnectionError(said.get("code", first))
        return said

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer = self._reader = None


@dataclass(slots=True)
class LeanDesk:
    """How far it has read, and whether its line is open; what it reads is thrown away."""

    url: str
    code: str
    device: UUID = field(default_factory=uuid4)
    access: str = ""
    refresh: str = ""
    epoch: str | None = None
    cursors: dict[str, Cursor] = field(default_factory=dict)
    is_live: bool = False
    failed: int = 0
    """Tries of central that came to nothing, in a row."""
    failures: int = 0
    """In all."""
    pages: int = 0
    deltas: int = 0
    hears: Callable[[str, Sequence[dict[str, Any]]], None] = lambda _scope, _rows: None
    http: LeanHttp | None = None
    n: int = 0

    async def sign_in(self, login: str, password: str) -> None:
        self.http = self.http or LeanHttp(self.url)
        body = {"login": login, "password": password, "device": str(self.device), "desk": self.code}
        said = await self.http.post("/v1/sign-in", body)
        self.access, self.refresh = said["access_token"], said["refresh_token"]

    async def sync(self, commands: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
        """Pages until there is no more; the last answer."""
        while True:
            said = await self._ask(commands)
            for patch in said["patches"]:
                self.cursors[patch["scope"]] = (patch["to"], patch["boot"])
                self.hears(patch["scope"], patch["rows"])
            self.epoch = said["epoch"]
            self.pages += 1
            if not said["more"]:
                return said

    async def _ask(self, commands: Sequence[dict[str, Any]]) -> dict[str, Any]:
        self.http = self.http or LeanHttp(self.url)
        body = {
            "app": "lean", "device": str(self.device), "epoch": self.epoch, "schema": SCHEMA,
            "clock": {"wall": _wall(), "mono": _mono(), "boot": "lean"},
            "cursors": self.cursors, "commands": commands,
        }  # fmt: skip
        try:
            return await self.http.post("/v1/sync", body, self.access)
        except ConnectionError as error:
            if str(error) not in {"token.expired", "token.invalid"} or not self.refresh:
                raise
            said = await self.http.post("/v1/refresh", {"refresh_token": self.refresh})
            self.access, self.refresh = said["access_token"], said["refresh_token"]
            return await self.http.post("/v1/sync", body, self.access)

    async def run(self) -> None:
        """As a real desk: a page, then the line, coming back as it is told to."""
        rest = 0.0
        while True:
            await asyncio.sleep(rest)
            try:
                await self.sync()
                self.failed = 0
            except ConnectionError:
                self.failed += 1
                self.failures += 1
                rest = back_off(self.failed, random.random())
                continue
            try:
                spread = await self._listen()
            except (OSError, WebSocketException, TimeoutError):
                spread = SPREAD_MS
            self.is_live = False
            rest = come_back(random.random(), spread, waiting=False)

    async def _listen(self) -> int:
        """Until the line ends; the spread to come back within."""
        where = self.url.replace("http", "ws", 1) + PATH
        async with connect(
            where, subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None, ping_interval=None, close_timeout=1,
            additional_headers={"Authorization": f"Bearer {self.access}"}, open_timeout=TRIED_FOR,
        ) as line:  # fmt: skip
            hello = Hello(
                device=self.device, epoch=None if self.epoch is None else UUID(self.epoch), cursors=self.cursors
            )
            await line.send(frame_text(hello))
            return await self._converse(line)

    async def _converse(self, line: ClientConnection) -> int:
        pulse, polled = Pulse.begin(_mono(), random.random()), _mono()
        while True:
            now = _mono()
            if now - polled > POLL_SECONDS * 1000:
                polled = now
                await self.sync()
            if pulse.is_due(now):
                pulse = pulse.beat(now)
                if pulse.is_dead:
                    return SPREAD_MS
                await line.send(frame_text(Ping()))
            due = min(pulse.due_at, polled + int(POLL_SECONDS * 1000))
            try:
                async with asyncio.timeout(max(0.0, (due - now) / 1000)):
                    frame = json.loads(await line.recv())
            except TimeoutError:
                continue
            pulse = Pulse.begin(_mono(), random.random())
            if frame["t"] == "bye":
                return int(frame["spread_ms"])
            await self._take(frame)

    async def _take(self, frame: dict[str, Any]) -> None:
        match frame["t"]:
            case "ready":
                self.is_live = True
                if any(self.cursors.get(scope, (-1, 0))[0] < head for scope, head in frame["heads"].items()):
                    await self.sync()
            case "poke":
                await asyncio.sleep(random.random() * frame["spread_ms"] / 1000)
                await self.sync()
            case "delta":
                await self._take_delta(frame)

    async def _take_delta(self, frame: dict[str, Any]) -> None:
        scope = frame["scope"]
        step = judge(frame["from"], frame["to"], self.cursors.get(scope))
        if step is Step.APPLY:
            self.deltas += 1
            self.cursors[scope] = (frame["to"], self.cursors[scope][1])
            self.hears(scope, frame["rows"])
        elif step is Step.PULL:
            await self.sync()

    def close(self) -> None:
        if self.http is not None:
            self.http.close()


def _mono() -> int:
    return int(time.monotonic() * 1000)


def envelope(desk: LeanDesk, command: Command, staff: UUID) -> dict[str, Any]:
    """The command as the next of this desk, done now."""
    args = command.model_dump(mode="json")
    return {
        "n": desk.n, "id": str(uuid4()), "name": command.name, "by": str(staff), "wall": _wall(), "mono": _mono(),
        "boot": "lean", "args": args, "hash": command_hash(command.name, args),
    }  # fmt: skip


def _wall() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


async def read_heads(url: str, desk: LeanDesk) -> dict[str, Cursor]:
    """Where a desk that has everything stands, without reading it: from the first word over the line."""
    where = url.replace("http", "ws", 1) + PATH
    async with connect(
        where, subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None, ping_interval=None,
        additional_headers={"Authorization": f"Bearer {desk.access}"},
    ) as line:  # fmt: skip
        await line.send(frame_text(Hello(device=desk.device)))
        ready = json.loads(await line.recv())
    if ready["t"] != "ready":
        raise UnmeasuredError(f"central said {ready['t']} instead of ready")
    return {scope: (head, head) for scope, head in ready["heads"].items()}
