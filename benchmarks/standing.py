"""The real window over a stocked desk, in this process: what is done to it is timed to the painted pixel."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from agent_desk.desk.bootstrap import Counter, Options, make_application
from benchmarks.measuring import UnmeasuredError
from benchmarks.starting import NOWHERE
from benchmarks.stocking import DESK, LOGIN, PASSPHRASE, Stocked

T = TypeVar("T")
PATIENCE = 20.0


class PaintWatch(QObject):
    """Notes when a widget was last painted: the time after its paint, before anything else."""

    def __init__(self, on: QWidget) -> None:
        super().__init__(on)
        self.count = 0
        on.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.count += 1
        return False


async def until(holds: Callable[[], bool], what: str) -> None:
    """Turns the loop until it holds, resting nowhere, so that nothing is added to what is timed."""
    end = time.perf_counter() + PATIENCE
    while not holds():
        await asyncio.sleep(0)
        if time.perf_counter() > end:
            raise UnmeasuredError(f"the window did not come to {what}")


async def calm() -> None:
    """Lets whatever is under way come to its end."""
    for _ in range(10):
        await asyncio.sleep(0.005)


def play(stocked: Stocked, part: Callable[[Counter], Coroutine[Any, Any, T]]) -> T:
    """Opens the desk, signs in, plays the part on it, leaves."""
    options = Options(
        central_url=NOWHERE,
        desk=DESK,
        folder=stocked.folder,
        passphrase=PASSPHRASE,
        login=LOGIN,
        password=PASSPHRASE,
    )
    app = make_application(options)
    from qasync import QEventLoop

    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        played: T = loop.run_until_complete(_play(app, options, part))
        return played


async def _play(app: QApplication, options: Options, part: Callable[[Counter], Coroutine[Any, Any, T]]) -> T:
    counter = Counter(app, options)
    running = asyncio.ensure_future(counter.run())
    try:
        await asyncio.wait({running, counter.opened}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
            raise UnmeasuredError("the desk closed before it was open")
        await calm()
        return await part(counter)
    finally:
        counter.end()
        await running
