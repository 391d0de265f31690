"""How a child process learns that its parent is gone."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

STANDARD_INPUT = 0


def end_with_parent(stop: Callable[[], None]) -> None:
    """Calls `stop` when standard input closes, which it does however the parent ended."""

    def watch() -> None:
        # not sys.stdin: a thread that waits inside its buffer breaks the end of the interpreter
        while os.read(STANDARD_INPUT, 4096):
            pass
        stop()

    threading.Thread(target=watch, name="parent", daemon=True).start()
