"""The clocks of this machine."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from agent_desk.desk.usecases.telling_time import Reading

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class MachineClock:
    """Where the system has no name for its boot, each start of the program counts as one."""

    def __init__(self) -> None:
        # named apart from readings of a clock that stands still while the machine sleeps, which earlier releases took
        self._boot = f"{_BOOT_ID.read_text().strip()} awake" if _BOOT_ID.exists() else str(uuid4())

    def read(self) -> Reading:
        return Reading(datetime.now(UTC), steady_ns() // 1_000_000, self._boot)


def steady_ns() -> int:
    """A clock that only goes forward, and goes on while the machine sleeps where the system has such a one."""
    if sys.platform == "linux":
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    return time.monotonic_ns()
