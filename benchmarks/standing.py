"""The real window over a stocked desk, in this process: what is done to it is timed to the painted pixel."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import qasync
from benchmarks.measuring import UnmeasuredError
from benchmarks.stocking import BRANCH, DESK, LOGIN, PASSPHRASE, Stocked
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from agent_desk.desk.assembling import Desk, PdfPapers, open_desk
from agent_desk.desk.settings import Settings
from agent_desk.desk.ui.dress import dress
from agent_desk.desk.ui.running import Running
from agent_desk.desk.ui.scanner import Scanner
from agent_desk.desk.ui.shell import Shell
from agent_desk.desk.ui.theme import LIGHT
from agent_desk.desk.ui.window import Surroundings, Window
from agent_desk.desk.vault.keys import PassphraseVault
from agent_desk.desk.vault.passwords import ArgonHasher
from agent_desk.services import free_port

PATIENCE = 20.0


class PaintWatch(QObject):
    """Notes when a widget was last painted."""

    def __init__(self, on: QWidget) -> None:
        super().__init__()
        self.painted_at = 0.0
        on.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            # a filter is called before the widget: what is painted is on the screen when the loop turns next
            self.painted_at = time.perf_counter()
        return False


class Standing:
    """A desk whose window is shown; the event loop turns while something is waited for."""

    def __init__(self, app: QApplication, stocked: Stocked) -> None:
        self.app = app
        self.shell = Shell()
        self._failures: list[BaseException] = []
        self._loop = qasync.QEventLoop(app)
        # the loop is never started: Qt's own events turn it
        asyncio.events._set_running_loop(self._loop)
        settings = Settings(f"http://127.0.0.1:{free_port()}", DESK, stocked.folder)
        vault = PassphraseVault(stocked.folder / "key.salt", lambda: PASSPHRASE)
        self.desk: Desk = self.run(open_desk(settings, vault, PdfPapers(), ArgonHasher()))
        running = Running(self.shell.notices.put, self._record)
        around = Surroundings(DESK, BRANCH, lambda: datetime.now(UTC), lambda _event, **_values: None)
        self.window = Window(self.shell, Scanner(app), self.desk.use_cases, running, around)
        self.shell.resize(1366, 768)
        self.shell.show()
        self.run(self.window.sign_in(LOGIN, PASSPHRASE))
        self._running = running
        self.settle()

    def run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        """The outcome, waited for while the window lives."""
        task = self._loop.create_task(doing)
        self.until(task.done)
        return task.result()

    def until(self, holds: Callable[[], bool]) -> None:
        """Turns the loop until it holds; nothing rests meanwhile, so nothing is added to what is timed."""
        end = time.perf_counter() + PATIENCE
        while not holds():
            self.app.processEvents()
            if self._failures:
                raise self._failures.pop()
            if time.perf_counter() > end:
                raise UnmeasuredError("the window did not come to what was waited for")

    def settle(self) -> None:
        """Until everything that was started has ended and been painted."""
        self.run(self._running.finish())
        for _ in range(5):
            self.app.processEvents()

    def close(self) -> None:
        self.settle()
        self.window.leave()
        self.shell.close()
        self.run(self.desk.close())
        asyncio.events._set_running_loop(None)
        self._loop.close()

    def _record(self, error: BaseException) -> str:
        self._failures.append(error)
        return "0"


@contextmanager
def standing(stocked: Stocked) -> Iterator[Standing]:
    """The window, gone with the block."""
    app = an_application()
    dress(app, LIGHT)
    desk = Standing(app, stocked)
    try:
        yield desk
    finally:
        desk.close()


def an_application() -> QApplication:
    """The one application of this process."""
    app = QApplication.instance()
    return app if isinstance(app, QApplication) else QApplication([])
