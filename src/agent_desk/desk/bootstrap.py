"""The desk put together: the window first, everything heavy after its first paint."""

from __future__ import annotations

import asyncio
import faulthandler
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSocketNotifier, Qt
from PySide6.QtWidgets import QApplication, QWidget

from agent_desk.desk.journal import BugReports, Journal
from agent_desk.desk.ui.dress import dress
from agent_desk.desk.ui.event_loop import run_on
from agent_desk.desk.ui.shell import Shell
from agent_desk.desk.ui.theme import DARK, LIGHT
from agent_desk.desk.ui.tidying import Tidying

if TYPE_CHECKING:
    from agent_desk.desk.assembling import Desk
    from agent_desk.desk.settings import Settings
    from agent_desk.desk.ui.running import Running
    from agent_desk.desk.ui.scanner import Scanner
    from agent_desk.desk.ui.window import Window
    from agent_desk.desk.usecases.signing_in import SignedIn
    from agent_desk.desk.vault.keys import Vault

LEAVES_WITHIN = 45.0
"""Seconds from the closed window to the end of the process; asking central for something ends sooner."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says of one start."""

    central_url: str
    desk: str
    folder: Path
    passphrase: str = ""
    dark: bool = False
    size: tuple[int, int] | None = (1366, 768)
    """Of the window, in px; None for what fits the screen."""
    log: Path | None = None
    login: str = ""
    """Signs in at once, with `password`; for demonstrations and tests."""
    password: str = ""
    with_parent: bool = False
    offline_days: int = 7
    """Without a word of central for longer, this desk is locked until somebody signs in there."""

    def settings(self, passphrase: str) -> Settings:
        """What the desk itself is told."""
        from agent_desk.desk.settings import Settings

        return Settings(self.central_url, self.desk, self.folder, passphrase, timedelta(days=self.offline_days))


class _FirstPaint(QObject):
    """Calls once, after the widget was painted for the first time."""

    def __init__(self, widget: QWidget, then: Callable[[], None]) -> None:
        super().__init__(widget)
        self._then: Callable[[], None] | None = then
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._then is not None:
            then, self._then = self._then, None
            watched.removeEventFilter(self)
            then()
        return False


class Counter:
    """A running desk: `window` and `desk` are there once `opened` is done, unless the desk was revoked and has left."""

    def __init__(self, app: QApplication, options: Options) -> None:
        self.app = app
        self.options = options
        self.journal = Journal(options.log)
        self.shell = Shell()
        self.opened: asyncio.Future[None] = asyncio.get_event_loop().create_future()
        self.window: Window | None = None
        self.desk: Desk | None = None
        self._ended: asyncio.Future[None] = asyncio.get_event_loop().create_future()
        self._tidying = Tidying()
        self._bugs = BugReports(options.folder / "reports", self.journal)
        self._running: Running | None = None
        self._scanner: Scanner | None = None
        self._syncing: asyncio.Task[None] | None = None
        self._leaving: asyncio.Task[None] | None = None
        self._changing: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Until the window is closed or `end()` is called."""
        painted = asyncio.get_event_loop().create_future()
        _FirstPaint(self.shell, lambda: painted.set_result(None))
        self.shell.closing.connect(self.end)
        if self.options.size is None:
            self.shell.show_fitting()
        else:
            self.shell.resize(*self.options.size)
            self.shell.show()
        try:
            # a window may be closed before it was ever painted
            await asyncio.wait({painted, self._ended}, return_when=asyncio.FIRST_COMPLETED)
            if not self._ended.done():
                self.journal("window.painted")
                await self._open()
            await self._ended
        finally:
            await self._close()

    def when_ending(self, then: Callable[[], None]) -> None:
        """Calls once, as soon as the desk is asked to leave."""
        self._ended.add_done_callback(lambda _ended: then())

    def end(self) -> None:
        """Asks the desk to leave; everything begun is finished."""
        if not self._ended.done():
            self._ended.set_result(None)

    async def _open(self) -> None:
        # the key is worked out and the password checked on one processor while the other reads
        settings = self.options.settings(self.options.passphrase)
        vault = await asyncio.to_thread(_find_vault, settings)
        await asyncio.to_thread(_read_the_store)
        pages = asyncio.ensure_future(_read_the_window())
        signing: asyncio.Future[SignedIn] | None = None
        try:
            desk = await self._open_store(settings, vault)
            if desk is not None and self.options.login:
                asked = desk.use_cases.signing_in.sign_in(self.options.login, self.options.password)
                signing = asyncio.ensure_future(asked)
        finally:
            await pages
        if desk is not None:
            await self._begin(desk, signing)

    async def _begin(self, desk: Desk, signing: asyncio.Future[SignedIn] | None) -> None:
        sys.excepthook = self._broke
        self.desk = desk
        window = self._furnish(desk)
        desk.revocation.handed.add_done_callback(lambda handed: self._handed_over(desk, handed))
        self.journal("store.opened")
        if signing is not None:
            await window.welcome(signing)
        else:
            window.ask_who()
        # the page in front is painted: now central may be asked
        self._syncing = asyncio.ensure_future(desk.loop.run())
        self._syncing.add_done_callback(self._sync_ended)
        self._tidying.loaded()
        self.opened.set_result(None)

    def _furnish(self, desk: Desk) -> Window:
        """The window over the shell as it stands."""
        from agent_desk.desk.ui.running import Running
        from agent_desk.desk.ui.scanner import Scanner
        from agent_desk.desk.ui.window import Surroundings, Window

        self._running = Running(self.shell.notices.put, self._bugs.record)
        around = Surroundings(self.options.desk, lambda: desk.session.time.now(desk.session.clock.read()), self.journal)
        self._scanner = Scanner(self.app)
        window = self.window = Window(self.shell, self._scanner, desk.use_cases, self._running, around)
        window.left.connect(lambda who: self._change_people(desk, who))
        return window

    def _change_people(self, desk: Desk, who: SignedIn | None) -> None:
        self._changing = asyncio.ensure_future(self._begin_anew(desk, who))

    async def _begin_anew(self, desk: Desk, who: SignedIn | None) -> None:
        """Somebody has gone: what they had open is finished and goes with their window, the desk goes on."""
        shell, window, running, scanner = self.shell, self.window, self._running, self._scanner
        assert window is not None, "somebody was in it"
        assert running is not None, "it came with the window"
        assert scanner is not None, "it came with the window"
        shell.keys.block(True)
        window.leave()
        await running.finish()
        shell.closing.disconnect(self.end)
        self.shell = Shell()
        self.shell.closing.connect(self.end)
        self.shell.restoreGeometry(shell.saveGeometry())
        scanner.deleteLater()
        window = self._furnish(desk)
        self.shell.show()
        shell.hide()
        shell.deleteLater()
        self._tidying.collect()
        if who is None:
            window.ask_who()
        else:
            await window.welcome(_told(who))

    async def _open_store(self, settings: Settings, vault: Vault) -> Desk | None:
        """The open store; None when the window was closed while somebody was asked for the passphrase."""
        from agent_desk.desk.assembling import PdfPapers, open_desk
        from agent_desk.desk.usecases.ports import KnownError
        from agent_desk.desk.vault.passwords import ArgonHasher

        sentence = ""
        while not self._ended.done():
            try:
                return await open_desk(settings, vault, PdfPapers(), ArgonHasher())
            except KnownError as error:
                self.journal("store.closed", code=error.code)
                if error.code == "desk.left":
                    self._say_left(error.message)
                    self.opened.set_result(None)
                    return None
                sentence = "" if error.code == "vault.locked" else error.message
                if error.code not in {"vault.locked", "key.wrong"}:
                    sys.stderr.write(f"{error.message}\n")
                    raise SystemExit(1) from error
            from agent_desk.desk.ui.unlocking import ask_passphrase

            settings = self.options.settings(await ask_passphrase(self.shell, sentence, self._ended))
            vault = await asyncio.to_thread(_find_vault, settings)
        return None

    def _handed_over(self, desk: Desk, handed: asyncio.Future[int]) -> None:
        if not handed.cancelled():
            self._leaving = asyncio.ensure_future(self._leave(desk))

    async def _leave(self, desk: Desk) -> None:
        """Central keeps what waited here: nothing is asked of the store any more, then all of it goes."""
        if self.window is not None:
            self.window.leave()
        if self._syncing is not None:
            self._syncing.cancel()
        self.journal("desk.left")
        sentence = await desk.leave()
        if self.window is not None:
            self.window.say_revoked(sentence)

    def _say_left(self, sentence: str) -> None:
        from agent_desk.desk.ui.revoked import RevokedSheet

        self.shell.keys.block(True)
        self.shell.top.pill.put("revoked", 0)
        RevokedSheet(self.shell).put(sentence)

    async def _close(self) -> None:
        self.shell.hide()
        if self.window is not None:
            self.window.leave()
        if self._scanner is not None:
            self._scanner.deleteLater()
        if self._syncing is not None:
            self._syncing.cancel()
            await asyncio.gather(self._syncing, return_exceptions=True)
        if self._running is not None:
            await self._running.finish()
        for task in (self._leaving, self._changing):
            if task is not None:
                await asyncio.gather(task, return_exceptions=True)
        if self.desk is not None:
            await self.desk.close()
        sys.excepthook = sys.__excepthook__
        self._tidying.end()
        self.journal("desk.closed")
        self.journal.close()

    def _sync_ended(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None and self._running is not None:
            self._running.report(error)

    def _broke(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Qt hands what a slot raised to here; a bug never ends the window."""
        if issubclass(kind, KeyboardInterrupt):
            self.end()
        elif self._running is not None:
            self._running.report(error.with_traceback(trace))


async def _told(who: SignedIn) -> SignedIn:
    return who


def _read_the_store() -> None:
    """What opening the desk needs and showing the frame does not; on another thread, so that the frame stays live."""
    _leave_out_the_command_of_httpx()
    import agent_desk.desk.assembling
    import agent_desk.desk.vault.passwords  # noqa: F401


async def _read_the_window() -> None:
    """The window and the page in front; the other pages are read when they are first opened, or soon after."""
    from agent_desk.desk.ui.pages import read_ahead

    await read_ahead("quote")
    import agent_desk.desk.ui.window  # noqa: F401


def _leave_out_the_command_of_httpx() -> None:
    """That library comes with a command line, whose colours and highlighting take as long as all else it reads."""
    command = ModuleType("httpx._main")
    command.main = _leave_out_the_command_of_httpx  # type: ignore[attr-defined]  # any function will do
    sys.modules.setdefault(command.__name__, command)


def _find_vault(settings: Settings) -> Vault:
    from agent_desk.desk.vault.finding import find_vault

    return find_vault(settings.folder, settings.desk, settings.passphrase)


def make_application(options: Options) -> QApplication:
    """The one application of the process, dressed."""
    os.environ.setdefault("QT_API", "pyside6")
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
        app = QApplication(["agent-desk"])
    app.setApplicationName("Agent Desk")
    app.setQuitOnLastWindowClosed(False)
    dress(app, DARK if options.dark else LIGHT)
    return app


def run_counter(options: Options) -> int:
    """Shows the window and serves it until it is closed; 0 afterwards."""
    app = make_application(options)
    run_on(app, lambda: _guarded(Counter(app, options)))
    return 0


def leave_in_time(seconds: float = LEAVES_WITHIN) -> None:
    """Ends this process with code 1 unless it has ended by then, after it said where each thread stands.

    What the desk keeps survives a power cut, so it survives this; a process nobody sees would hold the store.
    """
    if sys.stderr is None:  # of a program without a console
        faulthandler.dump_traceback_later(seconds, exit=True, file=Path(os.devnull).open("w"))  # noqa: SIM115 - until the end
    else:
        faulthandler.dump_traceback_later(seconds, exit=True)


@asynccontextmanager
async def open_counter(app: QApplication, options: Options) -> AsyncIterator[Counter]:
    """An open desk for whoever drives it, left with the block."""
    counter = Counter(app, options)
    running = asyncio.ensure_future(counter.run())
    try:
        await asyncio.wait({running, counter.opened}, return_when=asyncio.FIRST_COMPLETED)
        yield counter
    finally:
        counter.end()
        await running
        counter.shell.deleteLater()


async def _guarded(counter: Counter) -> None:
    """The counter, ended by a signal or by its parent's end as by its window's."""
    loop = asyncio.get_event_loop()
    here, there = socket.socketpair()
    for end in (here, there):
        end.setblocking(False)
    notifier = QSocketNotifier(here.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(counter.end)
    before = signal.set_wakeup_fd(there.fileno())
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if name in signal.Signals.__members__:
            signal.signal(signal.Signals[name], lambda _number, _frame: counter.end())
    if counter.options.with_parent:
        from agent_desk.parentage import end_with_parent

        def leave() -> None:
            loop.call_soon_threadsafe(counter.end)

        end_with_parent(leave)
    counter.when_ending(leave_in_time)
    try:
        await counter.run()
    finally:
        notifier.setEnabled(False)
        signal.set_wakeup_fd(before)
        here.close()
        there.close()
