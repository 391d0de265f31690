"""The real window over a stocked desk, in this process: what is done to it is timed to the painted pixel."""

from __future__ import annotations

import asyncio
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
    """Counts the paints of a widget, and wakes whoever waits with `until`."""

    def __init__(self, on: QWidget) -> None:
        super().__init__(on)
        self.count = 0
        self._woken = asyncio.Event()
        on.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            # who waits goes on when the loop turns next: by then the paint is done
            self.count += 1
            self.wake()
        return False

    def wake(self) -> None:
        self._woken.set()

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        """Rests until it holds, asked after every paint and `wake`: a loop that spins would slow what is timed."""
        while not holds():
            self._woken.clear()
            try:
                await asyncio.wait_for(self._woken.wait(), PATIENCE)
            except TimeoutError:
                raise UnmeasuredError(f"the window did not come to {what}") from None


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
