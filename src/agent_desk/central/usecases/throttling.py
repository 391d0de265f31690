"""Slowing down whoever guesses, or asks too often."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Lock

from agent_desk.central.usecases.ports import Now
from agent_desk.central.usecases.trouble import KnownError

FREE_TRIES = 8
WINDOW = timedelta(minutes=1)
MOST_KEYS = 10_000


class Throttle:
    """Counts by key, failures as a rule; a minute without one forgets them."""

    def __init__(self, now: Now, code: str = "sign_in.too_often", free_tries: int = FREE_TRIES) -> None:
        self._now = now
        self._code = code
        self._free_tries = free_tries
        self._failures: OrderedDict[str, tuple[int, datetime]] = OrderedDict()
        self._lock = Lock()

    def check(self, keys: Sequence[str]) -> None:
        """Raises KnownError `sign_in.too_often` when one of the keys was counted too often lately."""
        now = self._now()
        with self._lock:
            waits = [self._wait(key, now) for key in keys]
        longest = max(waits, default=timedelta(0))
        if longest > timedelta(0):
            seconds = int(longest.total_seconds()) + 1
            raise KnownError(self._code, f"Too many tries: wait {seconds} seconds.", retry_after=seconds)

    def count(self, keys: Sequence[str]) -> None:
        now = self._now()
        with self._lock:
            for key in keys:
                count, since = self._failures.get(key, (0, now))
                count = 1 if now - since > WINDOW else count + 1
                self._failures[key] = (count, now)
                self._failures.move_to_end(key)
            while len(self._failures) > MOST_KEYS:
                self._failures.popitem(last=False)

    def succeeded(self, keys: Sequence[str]) -> None:
        with self._lock:
            for key in keys:
                self._failures.pop(key, None)

    def _wait(self, key: str, now: datetime) -> timedelta:
        count, since = self._failures.get(key, (0, now))
        return since + WINDOW - now if count >= self._free_tries else timedelta(0)
