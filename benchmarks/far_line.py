"""A line to another place, in this process: so long a way, so many bits a second in each direction."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from types import TracebackType
from typing import Self

PIECE = 4096
"""Bytes that are passed on at once; as long as such a piece takes, the line is taken."""


class FarLine:
    """Passes bytes on to `port` of this machine; every connection shares the line, each direction its own.

    It has the length and the width of a line, not its losses, and no slow beginning.
    """

    def __init__(self, port: int, *, round_trip_seconds: float, bits_per_second: float) -> None:
        self._target = port
        self._way = round_trip_seconds / 2
        self._seconds_a_byte = 8 / bits_per_second
        self._free = {"up": 0.0, "down": 0.0}
        """When the line has sent what it took so far, by direction."""
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="far-line")
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
        self._loop.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # a connection is there after one way and back
        await asyncio.sleep(2 * self._way)
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        both = (self._pass_on("up", reader, far_writer), self._pass_on("down", far_reader, writer))
        # the end of the block cuts what is under way, which is nobody's mistake
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*both, return_exceptions=True)

    async def _pass_on(self, direction: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Takes a piece when the line is free for it, and delivers it one way later."""
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            piece = b"x"
            while piece:
                due, piece = await on_the_way.get()
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                writer.write(piece)
                await writer.drain()
            writer.close()

        delivering = asyncio.ensure_future(deliver())
        try:
            piece = b"x"
            while piece:
                piece = await reader.read(PIECE)
                sent = max(self._loop.time(), self._free[direction]) + len(piece) * self._seconds_a_byte
                self._free[direction] = sent
                on_the_way.put_nowait((sent + self._way, piece))
                await asyncio.sleep(sent - self._loop.time())
            await delivering
        except OSError:
            writer.transport.abort()
        finally:
            delivering.cancel()
