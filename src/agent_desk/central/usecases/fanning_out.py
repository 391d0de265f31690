"""Which frames go to which connection: decided from what was committed, without socket, clock or database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent_desk.wire.live import MOST_QUEUED, Bye, Poke, Revoked, frame_text

MS_A_PAGE = 10
"""Those who are poked together come one after the other, so many a second as one small central answers."""
Key = int
"""Of one connection."""


@dataclass(frozen=True, slots=True)
class News:
    """A scope moved from one position to another; `text` is the delta, None where it is too large for one."""

    scope: str
    from_: int
    to: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a connection is to be sent now, in order."""

    frames: tuple[str, ...]
    ends: bool = False
    """The connection is closed after them."""


@dataclass(slots=True)
class _Line:
    told: dict[str, int]
    """By scope, the position this connection was told of last."""
    room: int
    """For so many deltas."""
    deltas: list[News] = field(default_factory=list)
    pokes: dict[str, int] = field(default_factory=dict)
    last: str = ""


class Hub:
    """Every connection of this process. What it says may be lost on the way: a desk makes it good by a page."""

    def __init__(self, most_queued: int = MOST_QUEUED) -> None:
        self._most_queued = most_queued
        self._lines: dict[Key, _Line] = {}
        self._of_scope: dict[str, set[Key]] = {}
        self._heads: dict[str, int] = {}

    @property
    def heads(self) -> Mapping[str, int]:
        """Every scope that somebody listens to, and how far it was told."""
        return self._heads

    def join(self, key: Key, heads: Mapping[str, int], missed: Iterable[News] = (), *, in_shape: bool = True) -> None:
        """A connection that was told these heads; `missed` is what it had not read up to them.

        One to which rows look different than here is only told that there is something.

        What others were told while its heads were read is made good by a poke.
        """
        self._lines[key] = line = _Line({}, self._most_queued if in_shape else 0)
        self._listen(key, line, heads)
        if in_shape:
            line.deltas += [news for news in missed if news.text is not None]
        else:
            line.pokes |= {news.scope: line.told[news.scope] for news in missed}

    def rescope(self, key: Key, heads: Mapping[str, int]) -> None:
        """Its rights changed: these are the scopes it may see now, and where they stand."""
        line = self._lines[key]
        lost = set(line.told) - set(heads)
        self._forget(key, lost)
        for scope in lost:
            line.told.pop(scope)
            line.pokes.pop(scope, None)
        line.deltas = [news for news in line.deltas if news.scope not in lost]
        gained = {scope: head for scope, head in heads.items() if scope not in line.told}
        self._listen(key, line, gained)
        # a page says which scopes there are now
        line.pokes |= gained or {scope: head for scope, head in line.told.items() if lost}

    def leave(self, key: Key) -> None:
        line = self._lines.pop(key, None)
        if line is not None:
            self._forget(key, line.told)

    def tell(self, news: News) -> tuple[Key, ...]:
        """Who has something to be sent because of it."""
        if news.scope in self._heads:
            self._heads[news.scope] = max(self._heads[news.scope], news.to)
        return tuple(key for key in self._of_scope.get(news.scope, ()) if self._queue(self._lines[key], news))

    def end(self, key: Key, frame: Bye | Revoked) -> None:
        """The connection is sent this and nothing more."""
        self._lines[key].last = frame_text(frame)

    def take(self, key: Key) -> Outgoing:
        """What waits for a connection; it waits no longer."""
        line = self._lines.get(key)
        if line is None:
            return Outgoing((), ends=True)
        if line.last:
            return Outgoing((line.last,), ends=True)
        frames = [news.text for news in line.deltas if news.text is not None]
        if line.pokes:
            told = max(len(self._of_scope[scope]) for scope in line.pokes)
            frames.append(frame_text(Poke(heads=line.pokes, spread_ms=told * MS_A_PAGE)))
        line.deltas, line.pokes = [], {}
        return Outgoing(tuple(frames))

    def _listen(self, key: Key, line: _Line, heads: Mapping[str, int]) -> None:
        for scope, head in heads.items():
            known = self._heads.setdefault(scope, head)
            self._of_scope.setdefault(scope, set()).add(key)
            line.told[scope] = max(head, known)
            if known > head:
                line.pokes[scope] = known

    def _forget(self, key: Key, scopes: Iterable[str]) -> None:
        for scope in scopes:
            listening = self._of_scope[scope]
            listening.discard(key)
            if not listening:
                del self._of_scope[scope], self._heads[scope]

    def _queue(self, line: _Line, news: News) -> bool:
        told = line.told[news.scope]
        if news.to <= told:
            return False
        line.told[news.scope] = news.to
        follows = told == news.from_ and news.scope not in line.pokes
        if news.text is not None and follows and len(line.deltas) < line.room:
            line.deltas.append(news)
            return True
        if len(line.deltas) >= line.room:
            # it reads more slowly than news is made: one page is shorter than all of them
            line.pokes |= {waiting.scope: line.told[waiting.scope] for waiting in line.deltas}
            line.deltas = []
        line.pokes[news.scope] = news.to
        return True
