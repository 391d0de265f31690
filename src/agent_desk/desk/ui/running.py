"""Runs what the window starts, and says what became of it when it did not end well."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from agent_desk.desk.ui.parts.notices import Notice
from agent_desk.desk.usecases.ports import KnownError


class Running:
    """Starts coroutines on the window's loop; none is lost, none fails unseen.

    What the world refuses (a KnownError) becomes a notice. Anything else is our own bug: `record` keeps it and gives
    the number that the notice shows.
    """

    def __init__(self, notify: Callable[[Notice], None], record: Callable[[BaseException], str]) -> None:
        self._notify = notify
        self._record = record
        self._tasks: set[asyncio.Task[None]] = set()
        self._abroad: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], *, abroad: bool = False) -> None:
        """Runs it; what only waits for central (`abroad`) is dropped when the window goes."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        if abroad:
            self._abroad.add(task)
        task.add_done_callback(self._ended)

    async def finish(self) -> None:
        """Waits for what still runs here; used when the window goes, which never waits for a network."""
        for task in self._abroad:
            task.cancel()
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._abroad.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, KnownError):
            what, _colon, to_do = error.message.partition(": ")
            self._notify(Notice(what, f"{to_do[:1].upper()}{to_do[1:]}", tone="warn", icon="triangle-alert"))
        elif error is not None:
            self.report(error)

    def report(self, error: BaseException) -> None:
        """Our own bug: kept with a number, and said."""
        number = self._record(error)
        self._notify(Notice("Something of ours broke", f"Report {number} kept. Your work is saved.", "danger", "bug"))
