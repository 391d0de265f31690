"""What must be done now and then, whoever asks: by one thread of each process, each task by one process."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

import structlog

from agent_desk.central.usecases.ports import Now, Store
from agent_desk.central.usecases.sweeping import sweep
from agent_desk.central.usecases.trouble import KnownError, TransientError

EVERY_SECONDS = 60.0

log = structlog.get_logger("central")


class Housekeeping:
    """A thread that looks every minute."""

    def __init__(self, store: Store, now: Now) -> None:
        self._store = store
        self._now = now
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join(15)

    def look(self) -> None:
        """Does what is due."""
        try:
            removed = sweep(self._store, self._now())
        except (KnownError, TransientError) as error:
            log.warning("housekeeping put off", reason=str(error))
            return
        if removed:
            log.info("tombstones removed", rows=removed)

    def _run(self) -> None:
        while True:
            self.look()
            if self._stopping.wait(EVERY_SECONDS):
                return
