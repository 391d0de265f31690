"""Requests of one desk that arrive before the one before them is done."""

from __future__ import annotations

import threading
import time
from uuid import UUID

from agent_desk.central.store.database import Database

MOST_WAITING = 8
"""Requests that wait at once in this process: each holds a thread."""
LOOK_EVERY = 0.05
MOST_LOOKS = 60
"""Without any progress of the desk's commands."""


class DatabaseTurns:
    """Implements `Turns`; what is before may be worked on by another process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._room = threading.BoundedSemaphore(MOST_WAITING)

    def wait(self, device: UUID, generation: int, first: int) -> None:
        if self._is_next(device, generation, first)[0] or not self._room.acquire(blocking=False):
            return
        try:
            looks, before = 0, -1
            while looks < MOST_LOOKS:
                next_, last = self._is_next(device, generation, first)
                if next_:
                    return
                looks = looks + 1 if last == before else 0
                before = last
                time.sleep(LOOK_EVERY)
        finally:
            self._room.release()

    def _is_next(self, device: UUID, generation: int, first: int) -> tuple[bool, int]:
        """Whether nothing is missing before it, and how far its desk is."""
        with self._database.reading() as unit:
            found = unit.find_device(device)
        if found is None or found.generation != generation:
            return True, 0
        return found.last_n + 1 >= first, found.last_n
