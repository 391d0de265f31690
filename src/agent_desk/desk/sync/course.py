"""What to do next and what the pill says: decided without clock, chance or network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agent_desk.desk.usecases.ports import Connection, ConnectionState, KnownError
from agent_desk.wire.sync import MOST_ROWS

FIRST_DELAY = 0.5
LONGEST_DELAY = 60.0
HEALTHY_AFTER = timedelta(seconds=60)
SLOW_PAGE, QUICK_PAGE = 4.0, 1.0
"""Seconds."""
LEAST_ROWS = 50
SOON_SECONDS = 1.0
"""While central does not answer, what is done at a busy counter asks no more often than this."""
STEADY_MS = 2000
"""The pill changes its word after this long of one state."""

_STATES: dict[str, ConnectionState] = {
    "token.expired": "signing_in",
    "token.invalid": "signing_in",
    "token.missing": "signing_in",
    "session.ended": "signing_in",
    "desk.revoked": "revoked",
    "app.too_old": "update_needed",
}


@dataclass(frozen=True, slots=True)
class Course:
    """Where the conversation with central stands."""

    state: ConnectionState = "signing_in"
    failures: int = 0
    since: datetime | None = None
    """Since when it is in this state."""
    healthy_since: datetime | None = None

    def succeeded(self, now: datetime, *, waiting: int) -> Course:
        """Central answered; failures are forgotten after a minute of health."""
        state: ConnectionState = "sending" if waiting else "online"
        healthy = self.healthy_since or now
        failures = 0 if now - healthy >= HEALTHY_AFTER else self.failures
        return replace(self._into(state, now), failures=failures, healthy_since=healthy)

    def failed(self, error: KnownError, now: datetime) -> Course:
        """Central did not answer, or not as hoped."""
        state = _STATES.get(error.code, "offline")
        return replace(self._into(state, now), failures=self.failures + 1, healthy_since=None)

    def signing_in(self, now: datetime) -> Course:
        return self._into("signing_in", now)

    @property
    def stuck(self) -> bool:
        """Only a person, or time, changes this: asking again at once does not."""
        return self.state in {"signing_in", "revoked", "update_needed"}

    @property
    def asks_after(self) -> float:
        """Seconds until what was done just now is sent."""
        return 0.0 if self.state in {"online", "sending"} else SOON_SECONDS

    def _into(self, state: ConnectionState, now: datetime) -> Course:
        both_up = {state, self.state} <= {"online", "sending"}
        since = self.since if state == self.state or both_up else now
        return replace(self, state=state, since=since)


def back_off(failures: int, chance: float, retry_after: float | None = None) -> float:
    """Seconds to wait: anything from nothing to a bound that doubles; what central asks for wins.

    `chance` is evenly spread over 0 to 1.
    """
    if retry_after is not None:
        return retry_after
    bound: float = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(failures, 20))
    return bound * chance


def next_page(rows: int, seconds: float) -> int:
    """LIM-10: how many rows to ask for next, when a page of so many took this long to come."""
    if seconds > SLOW_PAGE:
        return max(LEAST_ROWS, rows // 2)
    return min(MOST_ROWS, rows * 2) if seconds < QUICK_PAGE else rows


class Pill:
    """Shows a state once it has lasted, so that it never flickers; figures within it are shown at once."""

    def __init__(self, first: Connection) -> None:
        self._shown = first
        self._coming: ConnectionState | None = None
        self._coming_since = 0

    @property
    def shown(self) -> Connection:
        return self._shown

    def offer(self, connection: Connection, mono: int) -> Connection:
        """`mono` in milliseconds; answers with what to show now."""
        if connection.state == self._shown.state:
            self._coming = None
            self._shown = connection
        elif self._coming != connection.state:
            self._coming, self._coming_since = connection.state, mono
            self._shown = replace(self._shown, waiting=connection.waiting)
        elif mono - self._coming_since >= STEADY_MS:
            self._coming = None
            self._shown = connection
        return self._shown

    def settles_in(self, mono: int) -> float | None:
        """Seconds until a coming state may be shown; None when none is coming."""
        return None if self._coming is None else max(0.0, (STEADY_MS - (mono - self._coming_since)) / 1000)
