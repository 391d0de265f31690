"""What to do with a frame from central, when to ping, when to come back: decided without clock, chance or network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from agent_desk.desk.sync.ports import Ledger
from agent_desk.wire.live import PING_SECONDS, SPREAD_MS, Delta, Poke, Ready
from agent_desk.wire.sync import Cursor

ANSWER_MS = 4_000
"""A ping that is not answered within it was missed; the next goes at once."""
MOST_MISSED = 2
URGENT_MS = 3_000
"""Who has work waiting comes back within it."""
POLL_SECONDS = 30.0
"""While the line is open, pages are asked for this often all the same: they are the truth."""

News = Delta | Poke | Ready


class Step(StrEnum):
    APPLY = "apply"
    IGNORE = "ignore"
    PULL = "pull"


def judge(from_: int | None, to: int, cursor: Cursor | None) -> Step:
    """What a scope's news is to a desk that has read up to `cursor`; `from_` is None where no rows came.

    Right only while no page is under way.
    """
    if cursor is not None and to <= cursor[0]:
        return Step.IGNORE
    return Step.APPLY if cursor is not None and from_ == cursor[0] else Step.PULL


def take_in(ledger: Ledger, news: Sequence[News]) -> bool:
    """Keeps what follows on what is here; True when a page must be asked for."""
    position = ledger.position()
    cursors = position.cursors
    pull = False
    for frame in news:
        if isinstance(frame, Delta):
            step = judge(frame.from_, frame.to, cursors.get(frame.scope))
            if step is Step.APPLY:
                ledger.read_rows(frame.scope, frame.rows)
                cursors[frame.scope] = (frame.to, cursors[frame.scope][1])
                ledger.move_cursor(frame.scope, cursors[frame.scope])
            pull = pull or step is Step.PULL
        else:
            other_life = isinstance(frame, Ready) and frame.epoch != position.epoch
            pull = pull or other_life or _behind(frame.heads, cursors)
    return pull


def keep(ledger: Ledger, news: Sequence[News]) -> tuple[bool, int]:
    """As `take_in`, shown afterwards; with what waits to be sent then."""
    pull = take_in(ledger, news)
    ledger.finish()
    return pull, ledger.count_waiting()


def spread_of(news: Sequence[News]) -> float:
    """Seconds within which the page is to be asked for."""
    return max(frame.spread_ms if isinstance(frame, Poke) else 0 for frame in news) / 1000


def fold(news: Sequence[News]) -> list[News]:
    """The same in two frames at the most, where too many wait: one page is shorter than all their rows."""
    heads: dict[str, int] = {}
    for frame in news:
        heads |= {frame.scope: frame.to} if isinstance(frame, Delta) else frame.heads
    ready: list[News] = [frame for frame in news if isinstance(frame, Ready)]
    return [*ready[-1:], Poke(heads=heads)]


def _behind(heads: Mapping[str, int], cursors: Mapping[str, Cursor]) -> bool:
    return any(judge(None, head, cursors.get(scope)) is Step.PULL for scope, head in heads.items())


def come_back(chance: float, spread_ms: int = SPREAD_MS, *, waiting: bool) -> float:
    """Seconds to rest after the line has ended; everybody else's has too. `chance` is evenly spread over 0 to 1."""
    return chance * (min(spread_ms, URGENT_MS) if waiting else spread_ms) / 1000


@dataclass(frozen=True, slots=True)
class Pulse:
    """Whether the other side still lives. Milliseconds of a clock that never goes back."""

    due_at: int
    """The next ping, or the end of waiting for its answer."""
    asked: bool = False
    missed: int = 0

    @classmethod
    def begin(cls, now: int, chance: float) -> Pulse:
        """The line is open, or something was heard over it."""
        least, most = PING_SECONDS
        return cls(now + round(1000 * (least + (most - least) * chance)))

    @property
    def is_dead(self) -> bool:
        return self.missed >= MOST_MISSED

    def is_due(self, now: int) -> bool:
        return now >= self.due_at

    def beat(self, now: int) -> Pulse:
        """It is due: the ping goes out now, unless it is dead by then."""
        missed = self.missed + (1 if self.asked else 0)
        return Pulse(now + ANSWER_MS, asked=True, missed=missed)

    def doubted(self, now: int) -> Pulse:
        """Somebody else waits for central too long: it is pinged at once."""
        return self if self.asked else replace(self, due_at=now)
