"""The loop that Qt and asyncio share."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

from PySide6.QtWidgets import QApplication


def run_on(app: QApplication, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Runs a coroutine on the loop that Qt and asyncio share."""
    from qasync import QEventLoop

    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop, _generators_closed(loop):
        loop.run_until_complete(work())


@contextmanager
def _generators_closed(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Closes what a cut stream left half read while the loop can still do it; the one of Qt does not by itself."""
    left: WeakSet[AsyncGenerator[Any, Any]] = WeakSet()

    def close(generator: AsyncGenerator[Any, Any]) -> None:
        left.discard(generator)
        if not loop.is_closed():
            loop.call_soon_threadsafe(lambda: loop.create_task(_close(generator)))

    before = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(firstiter=left.add, finalizer=close)
    try:
        yield
        while generators := list(left):
            left.clear()
            for generator in generators:
                loop.run_until_complete(_close(generator))
    finally:
        sys.set_asyncgen_hooks(*before)


async def _close(generator: AsyncGenerator[Any, Any]) -> None:
    await generator.aclose()
