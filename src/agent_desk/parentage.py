"""How a child process learns that its parent is gone."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable


def end_with_parent(stop: Callable[[], None]) -> None:
    """Calls `stop` when standard input closes, which it does however the parent ended."""

    def watch() -> None:
        while sys.stdin.buffer.read(4096):
            pass
        stop()

    threading.Thread(target=watch, name="parent", daemon=True).start()
