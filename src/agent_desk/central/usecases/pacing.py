"""How often desks ask: at once when they are few, spread out when they are many."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

DESKS_A_SECOND = 100
"""Empty polls a second that one small central answers without noticing."""
LONGEST_SECONDS = 30
WINDOW = timedelta(minutes=1)


class Pace:
    """Counts the desks heard from in the last minute."""

    def __init__(self) -> None:
        self._heard: OrderedDict[UUID, datetime] = OrderedDict()
        self._lock = Lock()

    def heard(self, device: UUID, now: datetime) -> int:
        """The seconds this desk shall rest before it asks again, 1 to 30."""
        with self._lock:
            self._heard[device] = now
            self._heard.move_to_end(device)
            while now - next(iter(self._heard.values())) > WINDOW:
                self._heard.popitem(last=False)
            desks = len(self._heard)
        return min(max(-(-desks // DESKS_A_SECOND), 1), LONGEST_SECONDS)
