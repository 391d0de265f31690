"""Waiting for what is seen in a window."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

PATIENCE = 30.0


async def until(fits: Callable[[], bool]) -> None:
    """Returns once it fits; a window has no event for everything that is seen."""
    async with asyncio.timeout(PATIENCE):
        while not fits():  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.02)
