"""Transactions of several threads on the real PostgreSQL, let on statement by statement in an order a test chooses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from agent_desk.central.store.database import Connection, Database

RUNNING, AT_GATE, WAITING, DONE = "running", "at a gate", "waiting for a lock", "done"
LOOK_EVERY = 0.01
MOST_LOOKS = 6000
"""A minute in all, by far longer than the longest time-out of a transaction."""


class _Walker(threading.Thread):
    """One thread that stops before each of its statements and before each commit."""

    def __init__(self, work: Callable[[], object], moved: threading.Condition) -> None:
        super().__init__(daemon=True)
        self._work = work
        self._moved = moved
        self._let_on = threading.Semaphore(0)
        self.backend = 0
        self.state = RUNNING
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - told to the test's own thread
            self.error = error
        self._become(DONE)

    def stop_at_gate(self) -> None:
        self._become(AT_GATE)
        self._let_on.acquire()

    def let_on(self) -> None:
        self._become(RUNNING)
        self._let_on.release()

    def _become(self, state: str) -> None:
        with self._moved:
            self.state = state
            self._moved.notify_all()


class GatedDatabase(Database):
    """Central's database with a gate before every statement of a walking thread."""

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        with super().connection() as connection:
            walker = threading.current_thread()
            if not isinstance(walker, _Walker):
                yield connection
                return
            walker.backend = connection.info.backend_pid
            usual, began = connection.cursor_factory, connection.transaction
            connection.cursor_factory = _gated_cursor(walker)

            @contextmanager
            def transaction(*args: Any, **more: Any) -> Iterator[object]:
                with began(*args, **more) as inner:
                    yield inner
                    walker.stop_at_gate()  # between the last statement, which counts the feed, and the commit

            connection.transaction = transaction  # type: ignore[method-assign,assignment]  # for as long as it walks
            try:
                yield connection
            finally:
                connection.cursor_factory = usual
                del connection.transaction


def _gated_cursor(walker: _Walker) -> type[psycopg.Cursor[tuple[Any, ...]]]:
    class GatedCursor(psycopg.Cursor[tuple[Any, ...]]):
        def execute(self, *args: Any, **more: Any) -> Any:
            walker.stop_at_gate()
            return super().execute(*args, **more)

        def executemany(self, *args: Any, **more: Any) -> None:
            walker.stop_at_gate()
            super().executemany(*args, **more)

    return GatedCursor


class Gates:
    """Walks threads through their statements, one statement at a time."""

    def __init__(self, url: str) -> None:
        self._moved = threading.Condition()
        self._watching = psycopg.connect(url, autocommit=True)
        self.steps = 0
        self.waits = 0

    def walk(self, works: Sequence[Callable[[], object]], order: Iterator[int], between: Callable[[], object]) -> None:
        """All of `works` at once; each of `order` picks who runs its next statement, or `between`.

        Raises what one of them raised.
        """
        walkers = [_Walker(work, self._moved) for work in works]
        for walker in walkers:
            walker.start()
        while True:
            for walker in walkers:
                self._settle(walker)
            if all(walker.state == DONE for walker in walkers):
                break
            ready = [walker for walker in walkers if walker.state == AT_GATE]
            if not ready:
                continue
            pick = next(order) % (len(ready) + 1)
            if pick == len(ready):
                between()
            else:
                ready[pick].let_on()
                self.steps += 1
        for walker in walkers:
            walker.join()
            if walker.error is not None:
                raise walker.error

    def close(self) -> None:
        self._watching.close()

    def _settle(self, walker: _Walker) -> None:
        """Until it stands at a gate, is done, or waits for what another one holds."""
        with self._moved:
            for _look in range(MOST_LOOKS):
                if walker.state in {AT_GATE, DONE}:
                    return
                if self._moved.wait_for(lambda: walker.state in {AT_GATE, DONE}, LOOK_EVERY):
                    return
                if self._waits(walker):
                    self.waits += walker.state != WAITING
                    walker.state = WAITING
                    return
                walker.state = RUNNING
        raise AssertionError("a statement neither ends nor waits for a lock")

    def _waits(self, walker: _Walker) -> bool:
        found = self._watching.execute(
            "select wait_event_type = 'Lock' from pg_stat_activity where pid = %s", (walker.backend,)
        ).fetchone()
        return found is not None and bool(found[0])
