"""The open line to central: what changes elsewhere is heard of at once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from agent_desk.desk.sync.course import back_off
from agent_desk.desk.sync.live import News, Pulse, fold
from agent_desk.desk.sync.ports import Clock, Socket, Sockets
from agent_desk.desk.usecases.ports import KnownError
from agent_desk.wire.live import SPREAD_MS, Bye, Delta, Hello, Ping, Poke, Pong, Ready, Revoked, frame_text, read_frame

MOST_NEWS = 64
"""That wait to be kept; beyond it a page is shorter."""
READY_SECONDS = 10.0
SHORT_MS = 120_000
"""A line that breaks sooner than this, twice in a row, is broken by something on the way."""

Ending = Literal["bye", "lost", "silent", "blocked", "asked", "hung_up"]


@dataclass(frozen=True, slots=True)
class Parting:
    """How a line ended: `asked` wants a page at once, `blocked` never came to speak."""

    how: Ending
    spread_ms: int = SPREAD_MS


class Station(Protocol):
    """The loop that keeps what is heard."""

    async def greet(self) -> tuple[Hello, str]:
        """What to say first, and the access token; raises KnownError."""
        ...

    async def take_news(self, news: tuple[News, ...]) -> None: ...
    def parted(self, parting: Parting) -> None: ...
    def opened(self) -> None: ...


class Listening:
    """One line after another, each begun when a page has shown that central can be reached."""

    def __init__(self, sockets: Sockets, clock: Clock, chance: Callable[[], float]) -> None:
        self._sockets = sockets
        self._clock = clock
        self._chance = chance
        self._invited = asyncio.Event()
        self._failures = 0
        self._not_before = 0
        self._line: _Line | None = None

    @property
    def is_open(self) -> bool:
        return self._line is not None and self._line.is_ready

    def invite(self) -> None:
        """Central answered a moment ago."""
        if self._line is None and self._clock.read().mono >= self._not_before:
            self._invited.set()

    def doubt(self) -> None:
        """Central does not answer elsewhere: it is pinged at once."""
        if self._line is not None:
            self._line.doubt()

    def hang_up(self) -> None:
        """Nobody is signed in, or this desk may not listen any more."""
        if self._line is not None:
            self._line.hang_up()

    async def run(self, station: Station) -> None:
        while True:
            await self._invited.wait()
            self._line = _Line(station, self._clock, self._chance)
            begun = self._clock.read().mono
            try:
                parting = await self._hold(self._line, station)
            finally:
                self._line = None
                self._invited.clear()
            station.parted(self._judge(parting, begun))

    async def _hold(self, line: _Line, station: Station) -> Parting:
        try:
            hello, token = await station.greet()
            async with self._sockets.open(token) as socket:
                return await line.hold(socket, hello)
        except KnownError as error:
            return Parting("asked" if error.code.startswith(("token.", "desk.")) else "blocked")

    def _judge(self, parting: Parting, begun: int) -> Parting:
        """Where lines keep breaking although pages come through, there is a proxy that does not like them."""
        now = self._clock.read().mono
        short = now - begun < SHORT_MS
        if parting.how == "blocked" or (parting.how in {"lost", "asked"} and short):
            self._failures += 1
            self._not_before = now + round(1000 * back_off(self._failures, self._chance()))
        else:
            self._failures = 0
        return Parting("blocked") if parting.how == "lost" and self._failures > 1 else parting


class _Line:
    """One line, from its hello to its end."""

    def __init__(self, station: Station, clock: Clock, chance: Callable[[], float]) -> None:
        self._station = station
        self._clock = clock
        self._chance = chance
        self._pulse = Pulse.begin(clock.read().mono, 1.0)
        self._stirred = asyncio.Event()
        self._news: list[News] = []
        self._heard = asyncio.Event()
        self._hung_up = asyncio.Event()
        self.is_ready = False

    def doubt(self) -> None:
        self._pulse = self._pulse.doubted(self._clock.read().mono)
        self._stirred.set()

    def hang_up(self) -> None:
        self._hung_up.set()

    async def hold(self, socket: Socket, hello: Hello) -> Parting:
        await socket.send(frame_text(hello))
        works = (self._hear(socket), self._ping(socket), self._keep(), self._until_hung_up())
        parts = [asyncio.ensure_future(work) for work in works]
        try:
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            return next(iter(done)).result()
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)

    async def _until_hung_up(self) -> Parting:
        await self._hung_up.wait()
        return Parting("hung_up")

    async def _hear(self, socket: Socket) -> Parting:
        while True:
            try:
                async with asyncio.timeout(None if self.is_ready else READY_SECONDS):
                    frame = read_frame(await socket.receive())
            except (KnownError, ValueError, TimeoutError):
                return Parting("lost" if self.is_ready else "blocked")
            self._pulse = Pulse.begin(self._clock.read().mono, self._chance())
            match frame:
                case Ready():
                    self.is_ready = True
                    self._station.opened()
                    self._put(frame)
                case Delta() | Poke():
                    self._put(frame)
                case Ping():
                    await socket.send(frame_text(Pong()))
                case Bye():
                    return Parting("asked" if frame.code == "RIGHTS" else "bye", frame.spread_ms)
                case Revoked():
                    return Parting("asked")

    def _put(self, news: News) -> None:
        self._news.append(news)
        if len(self._news) > MOST_NEWS:
            self._news = fold(self._news)
        self._heard.set()

    async def _keep(self) -> Parting:
        while True:
            await self._heard.wait()
            self._heard.clear()
            news, self._news = self._news, []
            await self._station.take_news(tuple(news))

    async def _ping(self, socket: Socket) -> Parting:
        while True:
            now = self._clock.read().mono
            if self._pulse.is_due(now):
                self._pulse = self._pulse.beat(now)
                if self._pulse.is_dead:
                    return Parting("silent")
                try:
                    await socket.send(frame_text(Ping()))
                except KnownError:
                    return Parting("lost")
            self._stirred.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0, self._pulse.due_at - now) / 1000):
                    await self._stirred.wait()
