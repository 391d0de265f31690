"""The same transaction again where the database asks for it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from agent_desk.central.usecases.trouble import TransientError, busy

MOST_TRIES = 5

R = TypeVar("R")


def again(attempt: Callable[[bool], R]) -> R:
    """Tells the attempt whether it is the first; raises KnownError `central.busy` when none gets through."""
    for tried in range(MOST_TRIES):
        try:
            return attempt(tried == 0)
        except TransientError:
            # jitter, so that two that met do not meet again; no secret depends on it
            time.sleep(random.uniform(0, 0.02 * 2**tried))  # noqa: S311
    raise busy()
