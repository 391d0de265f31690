"""A thread that owns one database connection and does one job after another."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.database import Source, known_errors
from agent_desk.desk.usecases.ports import KnownError

R = TypeVar("R")
_Job = tuple[Callable[[Connection], object], "Future[object]"]


class Worker:
    """Each job is one transaction: kept when it returns, undone when it raises."""

    def __init__(self, source: Source, name: str) -> None:
        self._source = source
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[Connection], R]) -> Future[R]:
        """The outcome as a future; raises KnownError `store.closed` after `close`."""
        if self._closed:
            raise KnownError("store.closed", "This desk is closed: start it again.")
        future: Future[R] = Future()
        self._jobs.put((job, future))  # type: ignore[arg-type]  # a queue of jobs of many results
        return future

    def close(self) -> None:
        """Finishes what was submitted, then ends the thread."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        connection: Connection | None = None
        while (job := self._jobs.get()) is not None:
            task, future = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                with known_errors():
                    connection = connection or self._source.connect()
                    with connection.begin():
                        outcome = task(connection)
            except Exception as error:  # noqa: BLE001 - the worker lives on; whoever asked gets the error
                future.set_exception(error)
            else:
                future.set_result(outcome)
        if connection is not None:
            connection.close()
