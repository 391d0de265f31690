"""The clocks of this machine."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from agent_desk.desk.usecases.telling_time import Reading

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class MachineClock:
    """Where the system has no name for its boot, each start of the program counts as one."""

    def __init__(self) -> None:
        self._boot = _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else str(uuid4())

    def read(self) -> Reading:
        return Reading(datetime.now(UTC), time.monotonic_ns() // 1_000_000, self._boot)
