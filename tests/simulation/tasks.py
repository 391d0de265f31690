"""Work that can be held at any of its pauses: one thread runs at a time, and whoever resumes it says when."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable


class KilledError(BaseException):
    """The process in which the work ran is gone; nothing catches this but the end of its thread."""


class _Runner(threading.Thread):
    """A thread that is lent to one task after another."""

    def __init__(self) -> None:
        super().__init__(daemon=True, name="simulated")
        self.go, self.back = threading.Lock(), threading.Lock()
        self.go.acquire()
        self.back.acquire()
        self.task: Task | None = None
        self.start()

    def run(self) -> None:
        while True:
            self.go.acquire()
            assert self.task is not None
            self.task.work_through()
            self.back.release()


_IDLE: list[_Runner] = []


class Task:
    """Begins at the first `resume`; `waits_for` names the lock it needs before it can go on."""

    current: Task | None = None

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._runner = _IDLE.pop() if _IDLE else _Runner()
        self._runner.task = self
        self._killed = False
        self._error: BaseException | None = None
        self.finished = False
        self.waits_for: Hashable | None = None

    def resume(self) -> None:
        """Runs on to the next pause, or to the end; raises what the work raised."""
        assert not self.finished
        before, Task.current = Task.current, self
        self._runner.go.release()
        self._runner.back.acquire()
        Task.current = before
        if self.finished:
            _IDLE.append(self._runner)
            if self._error is not None:
                raise self._error

    def kill(self) -> None:
        """Ends it where it is held; what it had not committed is undone."""
        self._killed = True
        if not self.finished:
            self.resume()

    def pause(self, waits_for: Hashable | None = None) -> None:
        """Called by the work itself."""
        self.waits_for = waits_for
        self._runner.back.release()
        self._runner.go.acquire()
        self.waits_for = None
        if self._killed:
            raise KilledError

    def work_through(self) -> None:
        """The thread's part."""
        try:
            if not self._killed:
                self._work()
        except KilledError:
            pass
        # whatever it is, whoever resumes the work must get it
        except BaseException as error:  # noqa: BLE001
            self._error = error
        self.finished = True
