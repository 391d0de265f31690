"""Collections of garbage, in the window's thread alone."""

from __future__ import annotations

import gc
import time
from typing import ClassVar

from PySide6.QtCore import QObject, QTimer

LOOKS_MS = 1_000
OBJECTS = 50_000
"""So many more than at the last look are looked through; rows that arrive go as they came, without any of this."""
YOUNGER = 20
"""After so many collections of the youngest, those that have outlived one are looked through, too."""
ALL_AFTER = 600.0
"""Seconds between two collections of everything."""


class Tidying(QObject):
    """Collects in the thread that made it, which is the window's, until `end`.

    Python collects in whatever thread happens to make the next object. A widget in a ring of references would then be
    destroyed by a thread that reads the database, and Qt lets no thread but its own touch a widget.
    """

    _windows: ClassVar[int] = 0
    _was_on: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        if not Tidying._windows:
            Tidying._was_on = gc.isenabled()
        Tidying._windows += 1
        gc.disable()
        self._collections = 0
        self._all_at = time.monotonic()
        self._timer = QTimer(self, interval=LOOKS_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def loaded(self) -> None:
        """What is there stays: it is not looked through at any later collection."""
        gc.freeze()

    def look(self) -> None:
        """Collects what is due."""
        if gc.get_count()[0] < OBJECTS:
            return
        self._collections += 1
        if time.monotonic() - self._all_at >= ALL_AFTER:
            self.collect()
        else:
            gc.collect(0 if self._collections % YOUNGER else 1)

    def collect(self) -> None:
        """Everything that has no owner, now."""
        self._all_at = time.monotonic()
        gc.collect()

    def end(self) -> None:
        """Gives the collecting back to Python, with the last window of the process."""
        self._timer.stop()
        gc.collect()
        Tidying._windows -= 1
        if not Tidying._windows and Tidying._was_on:
            gc.enable()
