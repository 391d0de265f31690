"""The lines of this process: the hub's decisions carried out, on the thread of the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import structlog

from agent_desk.central.usecases.fanning_out import Hub, Key
from agent_desk.central.usecases.feeding import read_news
from agent_desk.central.usecases.joining import Joined, join, list_rights, rejoin
from agent_desk.central.usecases.ports import Announcer, Caller, Now, Rights, Store
from agent_desk.central.usecases.trouble import KnownError, TransientError
from agent_desk.wire.live import Bye, Hello, Revoked

MOST_LINES = 4_000
MOST_SAID = 20_000
LOOK_SECONDS = 2.0
"""How often the heads of the feed are looked at, whatever was heard."""
RIGHTS_SECONDS = 10.0
DRAIN_SECONDS = 3.0
"""For the goodbyes at the end."""

log = structlog.get_logger("central")


@dataclass(slots=True)
class Line:
    """One connection; `awake` is set when something waits for it."""

    key: Key
    caller: Caller
    rights: Rights | None
    awake: asyncio.Event = field(default_factory=asyncio.Event)


class Live:
    """Everybody who listens, and the one who reads the feed for all of them."""

    def __init__(self, store: Store, announcer: Announcer, now: Now) -> None:
        self._store = store
        self._announcer = announcer
        self._now = now
        self._keys = itertools.count(1)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._begin()

    def _begin(self) -> None:
        self._hub = Hub()
        self._lines: dict[Key, Line] = {}
        self._moved: set[str] = set()
        self._said: dict[str, int] = {}
        """How far scopes are known to be, also those that nobody listens to yet."""
        self._all_moved = False
        self._wake = asyncio.Event()
        self._ending = False
        self._emptied = asyncio.Event()

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def is_full(self) -> bool:
        """Whether nobody more is taken."""
        return self._ending or self._loop is None or len(self._lines) >= MOST_LINES

    def committed(self, heads: Mapping[str, int]) -> None:
        """From any thread, after a commit; where nobody listens, nothing happens."""
        if heads and self._loop is not None:
            self._announcer.announce(heads)
            self._heard(heads)

    async def run(self) -> None:
        """Reads the feed for everybody, until it is cancelled."""
        self._begin()
        self._loop = asyncio.get_running_loop()
        self._announcer.start(self._heard)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._feed())
                tasks.create_task(self._watch_rights())
        finally:
            self._loop = None
            await asyncio.to_thread(self._announcer.stop)

    async def join(self, hello: Hello, caller: Caller) -> tuple[Line, Joined]:
        """A line that is told everything from its heads on; an older one of the same desk ends."""
        joined = await asyncio.to_thread(join, self._store, hello, caller, self._now)
        for older in [line for line in self._lines.values() if line.caller.device == caller.device]:
            self._end(older, Bye(code="REPLACED"))
        line = Line(next(self._keys), caller, joined.rights)
        self._lines[line.key] = line
        self._hub.join(line.key, joined.heads, joined.missed, in_shape=joined.in_shape)
        self._note({scope: self._said.get(scope, 0) for scope in joined.heads})
        line.awake.set()
        return line, joined

    def leave(self, line: Line) -> None:
        self._lines.pop(line.key, None)
        self._hub.leave(line.key)
        if not self._lines and self._ending:
            self._emptied.set()

    async def send(self, line: Line, send: Callable[[str], Awaitable[None]]) -> None:
        """Sends what waits for a line as it comes; returns when the line is to be closed."""
        while True:
            await line.awake.wait()
            line.awake.clear()
            outgoing = self._hub.take(line.key)
            for frame in outgoing.frames:
                await send(frame)
            if outgoing.ends:
                return

    async def drain(self) -> None:
        """Says goodbye to everybody, and takes nobody more."""
        self._ending = True
        for line in tuple(self._lines.values()):
            self._end(line, Bye(code="DRAIN"))
        if self._lines:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DRAIN_SECONDS):
                    await self._emptied.wait()

    def _end(self, line: Line, frame: Bye | Revoked) -> None:
        self._hub.end(line.key, frame)
        line.awake.set()

    def _heard(self, heads: Mapping[str, int] | None) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._note, heads)

    def _note(self, heads: Mapping[str, int] | None) -> None:
        known = self._hub.heads
        if heads is None:
            self._all_moved = True
        else:
            self._moved |= {scope for scope, head in heads.items() if head > known.get(scope, head)}
            if len(self._said) > MOST_SAID:
                self._said.clear()
            self._said |= {scope: max(head, self._said.get(scope, 0)) for scope, head in heads.items()}
        if self._moved or self._all_moved:
            self._wake.set()

    async def _feed(self) -> None:
        loop = asyncio.get_running_loop()
        looked = loop.time()
        while True:
            try:
                async with asyncio.timeout_at(looked + LOOK_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                self._all_moved = True
            self._wake.clear()
            moved, whole = self._moved, self._all_moved
            self._moved, self._all_moved = set(), False
            looked = loop.time() if whole else looked
            heads = self._hub.heads
            known = dict(heads) if whole else {scope: heads[scope] for scope in moved if scope in heads}
            if known:
                await self._read(known)

    async def _read(self, known: Mapping[str, int]) -> None:
        try:
            found = await asyncio.to_thread(read_news, self._store, known)
        except (KnownError, TransientError) as error:
            log.warning("feed not read", reason=type(error).__name__)
            return
        for news in found:
            for key in self._hub.tell(news):
                self._lines[key].awake.set()

    async def _watch_rights(self) -> None:
        while True:
            await asyncio.sleep(RIGHTS_SECONDS)
            await self.look_at_rights()

    async def look_at_rights(self) -> None:
        """Compares what everybody's scopes follow from, and works them out again where it has changed."""
        lines = tuple(self._lines.values())
        try:
            found = await asyncio.to_thread(list_rights, self._store, [line.caller.session for line in lines])
            for line in lines:
                rights = found.get(line.caller.session)
                if rights != line.rights or rights is None:
                    await self._look_again(line, rights)
        except (KnownError, TransientError) as error:
            log.warning("rights not looked at", reason=type(error).__name__)

    async def _look_again(self, line: Line, rights: Rights | None) -> None:
        try:
            heads = await asyncio.to_thread(rejoin, self._store, line.caller, self._now)
        except KnownError as error:
            if error.code not in {"desk.revoked", "token.invalid"}:
                raise
            self._end(line, Revoked() if error.code == "desk.revoked" else Bye(code="RIGHTS", spread_ms=0))
            return
        if line.key in self._lines:
            line.rights = rights
            self._hub.rescope(line.key, heads)
            self._note({scope: self._said.get(scope, 0) for scope in heads})
            line.awake.set()
