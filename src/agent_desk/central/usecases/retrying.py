"""The same transaction again where the database asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from agent_desk.central.usecases.ports import Pause
from agent_desk.central.usecases.trouble import TransientError, busy

MOST_TRIES = 5

R = TypeVar("R")


def again(attempt: Callable[[bool], R], pause: Pause) -> R:
    """Tells the attempt whether it is the first; raises KnownError `central.busy` when none gets through."""
    for tried in range(MOST_TRIES):
        try:
            return attempt(tried == 0)
        except TransientError:
            pause(tried)
    raise busy()
