"""A line to another place, on loopback: so long a way, so many bits a second; it can be cut, mended and frozen."""

from __future__ import annotations

import asyncio
import contextlib
import math
import threading
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Literal, Self

Way = Literal["up", "down"]
PIECE = 4096
"""Bytes that are passed on at once where the line is narrow; as long as such a piece takes, the line is taken."""
WIDE_PIECE = 65_536


@dataclass(frozen=True, slots=True)
class Passed:
    """What has gone over the line so far."""

    up: int = 0
    down: int = 0
    """Bytes, towards the port and back."""
    connections: int = 0
    asked: int = 0
    """How often one side began to speak up after the other had spoken: requests, where each waits for its answer."""

    def since(self, before: Passed) -> Passed:
        return Passed(
            self.up - before.up,
            self.down - before.down,
            self.connections - before.connections,
            self.asked - before.asked,
        )


class Relay:
    """Passes bytes on to `port` of this machine; every connection shares the line, each direction its own.

    It has the length and the width of a line, not its losses, and no slow beginning.
    """

    def __init__(self, port: int, *, round_trip_seconds: float = 0, bits_per_second: float = math.inf) -> None:
        self._target = port
        self._way = round_trip_seconds / 2
        self._seconds_a_byte = 8 / bits_per_second
        self._piece = PIECE if self._seconds_a_byte else WIDE_PIECE
        self._free: dict[Way, float] = {"up": 0.0, "down": 0.0}
        """When the line has sent what it took so far, by direction."""
        self._passed = Passed()
        self._cut_at = math.inf
        self._cut_for = 0.0
        self._up = True
        self._moving = asyncio.Event()
        self._moving.set()
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="relay")
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    @property
    def passed(self) -> Passed:
        return self._passed

    def cut(self) -> None:
        """Drops every connection and refuses new ones until mended."""

        async def cut() -> None:
            self._cut()

        asyncio.run_coroutine_threadsafe(cut(), self._loop).result(10)

    def cut_after(self, down: int, seconds: float) -> None:
        """Cuts itself once so many bytes more have come down, and mends itself so long after."""
        self._cut_at, self._cut_for = self._passed.down + down, seconds

    def freeze(self) -> None:
        """Keeps every connection open and passes nothing on until mended, as a program that hangs."""
        self._loop.call_soon_threadsafe(self._moving.clear)

    def mend(self) -> None:
        """Passes everything on again; a cut that was not due yet does not come."""
        self._cut_at = math.inf
        self._up = True
        self._loop.call_soon_threadsafe(self._moving.set)

    def _cut(self) -> None:
        self._up = False
        for writer in tuple(self._open):
            writer.transport.abort()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        # what was aborted is closed with the loop's next turn
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # the end of the block cuts what is under way, which is nobody's mistake
        with contextlib.suppress(asyncio.CancelledError):
            # a connection is there after one way and back
            await asyncio.sleep(2 * self._way)
            if not self._up:
                writer.transport.abort()
                return
            try:
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
            except OSError:
                writer.transport.abort()
                return
            self._passed = replace(self._passed, connections=self._passed.connections + 1)
            both = {writer, far_writer}
            self._open |= both
            talk = _Talk()
            try:
                await asyncio.gather(
                    self._pass_on("up", talk, reader, far_writer), self._pass_on("down", talk, far_reader, writer)
                )
            except asyncio.CancelledError:
                for one in both:
                    one.transport.abort()
            finally:
                self._open -= both

    async def _pass_on(self, way: Way, talk: _Talk, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Takes a piece when the line is free for it, and delivers it one way later."""
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            piece = b"x"
            while piece:
                due, piece = await on_the_way.get()
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                await self._moving.wait()
                # before anybody can have heard it
                self._count(way, talk, len(piece))
                writer.write(piece)
                await writer.drain()
                self._cut_if_due()
            writer.close()

        delivering = asyncio.ensure_future(deliver())
        try:
            piece = b"x"
            while piece:
                piece = await reader.read(self._piece)
                sent = max(self._loop.time(), self._free[way]) + len(piece) * self._seconds_a_byte
                self._free[way] = sent
                on_the_way.put_nowait((sent + self._way, piece))
                await asyncio.sleep(sent - self._loop.time())
            await delivering
        except OSError:
            writer.transport.abort()
        finally:
            delivering.cancel()

    def _count(self, way: Way, talk: _Talk, size: int) -> None:
        passed = self._passed
        if way == "up":
            began = size > 0 and talk.last != "up"
            self._passed = replace(passed, up=passed.up + size, asked=passed.asked + began)
        else:
            self._passed = replace(passed, down=passed.down + size)
        if size:
            talk.last = way

    def _cut_if_due(self) -> None:
        if self._passed.down >= self._cut_at:
            self._cut_at = math.inf
            self._cut()
            self._loop.call_later(self._cut_for, self.mend)


@dataclass(slots=True)
class _Talk:
    """Who spoke last on a connection."""

    last: Way = "down"
