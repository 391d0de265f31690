"""Plays on the real window by keys alone and waits for what a person would see."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from agent_desk.desk.ui.looking import check
from agent_desk.desk.ui.scanner import QUIET_MS, SAME_WITHIN_MS

LOOKS_EVERY = 0.005
MOST_STOPS = 80
SCANNER_GAP_MS = 4


class NotSeenError(Exception):
    """What the player waited for did not come; the message says what."""


class Player:
    """Types into whatever has the focus of `window`, as a hand or a scanner would."""

    def __init__(self, window: QWidget, folder: Path | None = None) -> None:
        self._window = window
        self._folder = folder
        self.pictures: list[Path] = []
        self.faults: list[str] = []
        """What `looking.check` found wrong with a picture, a sentence each."""
        self._scanned: dict[str, float] = {}

    async def come_to_front(self) -> None:
        """The window gets the keyboard."""
        self._window.activateWindow()
        await self.until(self._window.isActiveWindow, "the window in front")

    async def until(self, holds: Callable[[], bool], what: str, within: float = 30.0) -> None:
        """Returns once `holds()`.

        Raises:
            NotSeenError: it did not within so many seconds.

        """
        until = time.monotonic() + within
        while not holds():
            if time.monotonic() > until:
                focus = QApplication.focusWidget()
                at = "nothing" if focus is None else focus.accessibleName() or type(focus).__name__
                raise NotSeenError(f"Waited {within:.0f} s for {what}; the focus is on {at}.")
            await asyncio.sleep(LOOKS_EVERY)

    async def press(self, *sequences: str) -> None:
        """Presses keys by the names of the table of keys: `F9`, `Ctrl+K`, `Return`."""
        for sequence in sequences:
            QTest.keySequence(self._focus(), QKeySequence(sequence))
            await asyncio.sleep(0)

    async def type(self, text: str) -> None:
        """Types into the field with the focus and returns when the field shows it."""
        field = self._focus()
        QTest.keyClicks(field, text)
        if isinstance(field, QLineEdit):
            await self.until(lambda: field.text().endswith(text), f"“{text}” in {field.accessibleName()}")

    async def write(self, text: str) -> None:
        """Types over what the field with the focus holds."""
        field = self._focus()
        if isinstance(field, QLineEdit):
            field.selectAll()
        await self.type(text)

    async def scan(self, code: str) -> None:
        """What a scanner sends: the code as one burst with the times of its keys, Enter at the end.

        The same code again comes later, as from a hand: within a moment the desk takes it for an echo.
        """
        again_at = self._scanned.get(code, 0.0) + (SAME_WITHIN_MS + QUIET_MS) / 1000
        await asyncio.sleep(max(0.0, again_at - time.monotonic()))
        self._scanned[code] = time.monotonic()
        field = self._focus()
        began = time.monotonic() * 1000 + QUIET_MS
        keys = [(QTest.asciiToKey(ord(char)), char) for char in code] + [(Qt.Key.Key_Return, "\r")]
        for at, (key, text) in enumerate(keys):
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
                event.setTimestamp(int(began + at * SCANNER_GAP_MS))
                QApplication.sendEvent(field, event)

    async def tab_to(self, widget: QWidget) -> None:
        """Goes to a part of the page by Tab alone.

        Raises:
            NotSeenError: Tab does not lead there.

        """
        for _stop in range(MOST_STOPS):
            if QApplication.focusWidget() is widget:
                return
            await self.press("Tab")
        raise NotSeenError(f"Tab does not lead to {widget.accessibleName()}.")

    async def rest(self) -> None:
        """Lets the window do what it has queued, a few turns of its loop."""
        for _turn in range(4):
            await asyncio.sleep(LOOKS_EVERY)

    async def keep_picture(self, name: str) -> Path | None:
        """Keeps the window as it is now under `name`, where there is a folder for pictures."""
        if self._folder is None:
            return None
        await self.rest()
        self.faults += [f"{name}: {fault}" for fault in check(self._window)]
        path = self._folder / f"{name}.png"
        if not self._window.grab().save(str(path)):
            raise OSError(f"{path} cannot be written.")
        self.pictures.append(path)
        return path

    def _focus(self) -> QWidget:
        return QApplication.activePopupWidget() or QApplication.focusWidget() or self._window
