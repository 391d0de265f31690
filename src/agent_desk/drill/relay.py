"""A TCP relay on loopback whose link can be cut, mended, slowed and stopped."""

from __future__ import annotations

import asyncio
import threading
from types import TracebackType
from typing import Self


class Relay:
    """Passes bytes on to `port`; a cut drops every connection and refuses new ones."""

    def __init__(self, port: int, delay_seconds: float = 0) -> None:
        self._target = port
        self._delay = delay_seconds
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

    def cut(self) -> None:
        """Ends what runs and lets nothing through until mended."""
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result(10)

    def freeze(self) -> None:
        """Keeps every connection open and passes nothing on until mended, as a program that hangs."""
        self._loop.call_soon_threadsafe(self._moving.clear)

    def mend(self) -> None:
        self._up = True
        self._loop.call_soon_threadsafe(self._moving.set)

    async def _cut(self) -> None:
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
        self._loop.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._up:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, far_writer}
        try:
            await asyncio.gather(self._pass_on(reader, far_writer), self._pass_on(far_reader, writer))
        finally:
            self._open -= {writer, far_writer}

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Holds every part back by the delay, without holding back the parts behind it."""
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                due, part = await waiting.get()
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                await self._moving.wait()
                if not part:
                    writer.close()
                    return
                writer.write(part)
                await writer.drain()

        delivering = asyncio.ensure_future(deliver())
        try:
            part = b"x"
            while part:
                part = await reader.read(65536)
                waiting.put_nowait((self._loop.time() + self._delay, part))
            await delivering
        except (ConnectionError, OSError):
            writer.transport.abort()
        finally:
            delivering.cancel()
