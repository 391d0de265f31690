"""A standby of the database, read from where it is far enough."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager

import structlog

from agent_desk.central.store.database import Database
from agent_desk.central.store.reading import ReadingUnit
from agent_desk.central.usecases.trouble import KnownError, TransientError

REST_SECONDS = 30.0
PATIENCE_SECONDS = 1.0
"""For a connection: whoever waits for it could have had the primary's answer."""
FAILURES = frozenset({"central.unavailable", "central.busy"})

log = structlog.get_logger("central")


class ReplicaDatabase:
    """Implements `Replicas`; central starts and works without it."""

    def __init__(self, url: str) -> None:
        self._database = Database(url, patience=PATIENCE_SECONDS)
        self._rests_until = 0.0

    def open(self) -> None:
        """Does not wait for it."""
        self._database.open(wait=False)

    def close(self) -> None:
        self._database.close()

    def is_up(self) -> bool:
        return time.monotonic() >= self._rests_until

    def reading(self) -> AbstractContextManager[ReadingUnit]:
        return self._database.reading()

    def note_failure(self, error: Exception) -> None:
        if isinstance(error, TransientError) or (isinstance(error, KnownError) and error.code in FAILURES):
            self._rests_until = time.monotonic() + REST_SECONDS
            log.warning("replica left alone", seconds=REST_SECONDS, reason=str(error))
