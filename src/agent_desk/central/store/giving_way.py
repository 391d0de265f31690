"""Waiting before a transaction that met another is tried again."""

from __future__ import annotations

import random
import time

FIRST_SECONDS = 0.02


def give_way(tried: int) -> None:
    """Implements `Pause`: anything from nothing to a bound that doubles, so that two that met do not meet again."""
    # no secret depends on it
    time.sleep(random.uniform(0, FIRST_SECONDS * 2**tried))  # noqa: S311
