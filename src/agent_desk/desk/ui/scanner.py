"""Scans: bursts of keys that come faster than a hand types, taken before any field sees them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from time import monotonic
from typing import Self

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

GAP_MS = 30.0
LEAST = 6
QUIET_MS = 60.0
"""Before a scan: what follows a typed key sooner is the rest of it, as a stalled line may cut a code in two."""
SAME_WITHIN_MS = 800.0
NEVER_FIRST = frozenset("+-=")
"""No code begins with these: the keys that change a quantity act at once."""


class Verdict(Enum):
    """What a key turned out to be."""

    HOLD = auto()
    """Keep it back: it may belong to a scan."""
    TYPED = auto()
    """What was held, and this key, were typed by hand."""
    SCANNED = auto()
    """This key ends a scan; `code` holds it."""
    REPEATED = auto()
    """This key ends a scan of the same code just before; it is dropped."""


@dataclass(slots=True)
class BurstDecoder:
    """Tells scans from typing; free of Qt.

    A scan is at least six characters with an average gap under 30 ms, ended by Enter or Tab, or begun by `prefix`.
    Control characters are dropped; the same code within 800 ms is ignored. Half a code is never a scan: where the
    first half was taken for typing, so is the other. Times are ms of a clock that never goes back.
    """

    prefix: str = ""
    code: str = ""
    _chars: list[str] = field(default_factory=list)
    _first_ms: float = 0.0
    _last_ms: float = 0.0
    _typed_ms: float = -QUIET_MS
    _done: tuple[str, float] = ("", -SAME_WITHIN_MS)

    def is_holding(self) -> bool:
        """Whether keys are kept back."""
        return bool(self._chars)

    def is_late(self, now_ms: float) -> bool:
        """Whether too long went by since the last key for a scan."""
        return self.is_holding() and now_ms - self._last_ms > GAP_MS

    def char(self, text: str, now_ms: float) -> Verdict:
        """A key with a character came; call `is_late` first."""
        if not self._chars:
            if now_ms - self._typed_ms < QUIET_MS and text != self.prefix[:1]:
                self._typed_ms = now_ms
                return Verdict.TYPED
            self._first_ms = now_ms
        self._chars.append(text)
        self._last_ms = now_ms
        return Verdict.HOLD

    def end(self, now_ms: float) -> Verdict:
        """Enter or Tab came."""
        chars, first = self._chars, self._first_ms
        self._chars = []
        if not chars:
            return Verdict.TYPED
        text = "".join(chars)
        clean = "".join(char for char in text if char.isprintable()).strip()
        marked = bool(self.prefix) and clean.startswith(self.prefix)
        average = (now_ms - first) / len(chars)
        if not clean or (not marked and (len(clean) < LEAST or average >= GAP_MS)):
            self._typed_ms = self._last_ms
            return Verdict.TYPED
        self.code = clean.removeprefix(self.prefix)
        same, at = self._done
        self._done = (self.code, now_ms)
        return Verdict.REPEATED if same == self.code and now_ms - at < SAME_WITHIN_MS else Verdict.SCANNED

    def drop(self) -> None:
        """Forgets what is held: it was typed."""
        if self._chars:
            self._typed_ms = self._last_ms
        self._chars = []


@dataclass(frozen=True, slots=True)
class _Before:
    """A field as it was before the first key, which it was given at once so that typing is never late."""

    entry: QLineEdit
    text: str
    cursor: int
    selection: tuple[int, int]

    @classmethod
    def of(cls, entry: QLineEdit) -> Self:
        selection = (entry.selectionStart(), len(entry.selectedText()))
        return cls(entry, entry.text(), entry.cursorPosition(), selection)

    def restore(self) -> None:
        self.entry.undo()  # tells the page as typing did
        if self.entry.text() != self.text:
            self.entry.setText(self.text)
        self.entry.setCursorPosition(self.cursor)
        if self.selection[0] >= 0:
            self.entry.setSelection(*self.selection)


def _now_ms() -> float:
    return monotonic() * 1000


def _focus() -> QWidget | None:
    """Where keys go."""
    return QApplication.focusWidget() or QApplication.activeWindow()


class Scanner(QObject):
    """A filter on whatever has the focus that emits `scanned(code)` and lets typing through.

    Into a line edit the first key of a possible scan goes at once and is taken back when it was one; all others
    wait 30 ms at most.
    """

    scanned = Signal(str)
    repeated = Signal(str)

    def __init__(self, app: QApplication, clock_ms: Callable[[], float] = _now_ms, prefix: str = "") -> None:
        super().__init__(app)
        self._decoder = BurstDecoder(prefix)
        self._clock_ms = clock_ms
        self._held: list[tuple[QWidget, QKeyEvent]] = []
        self._before: _Before | None = None
        self._replaying = False
        self._wait = QTimer(self, singleShot=True, interval=int(GAP_MS) + 1)
        self._wait.setTimerType(Qt.TimerType.PreciseTimer)
        self._wait.timeout.connect(self._was_typed)
        app.focusChanged.connect(self._follow)
        app.focusWindowChanged.connect(self._follow)
        self._follow()

    @Slot()
    def _follow(self) -> None:
        """Listens where keys go now and nowhere else: a filter on the application sees every event of every widget."""
        focus = _focus()
        if focus is None:
            return
        if not focus.isWindow():
            focus.window().removeEventFilter(self)
        focus.installEventFilter(self)  # again does no harm: it is then the first that is asked, and asked once

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and watched is not _focus():
            watched.removeEventFilter(self)
        if self._replaying or not isinstance(event, QKeyEvent) or event.type() == QEvent.Type.ShortcutOverride:
            return False
        focus = _focus()
        if focus is None or watched is not focus:
            return False
        if event.type() == QEvent.Type.KeyPress:
            return self._take(focus, event)
        if self._held:  # a key that is kept back is let go after it was pressed, or Space would press no button
            self._held.append((focus, event.clone()))
            return True
        return False

    def _take(self, focus: QWidget, event: QKeyEvent) -> bool:
        # when the key was pressed, not when a busy window comes to it: else typing that had to wait looks like a scan
        now = float(event.timestamp()) or self._clock_ms()
        if self._decoder.is_late(now):
            self._was_typed()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab}:
            return self._end(now)
        held_down = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if not event.text() or event.isAutoRepeat() or (held_down and event.text().isprintable()):
            if event.key() not in {Qt.Key.Key_Shift, Qt.Key.Key_AltGr}:  # a scanner holds Shift for capitals
                self._was_typed()
            return False
        if event.text() in NEVER_FIRST - {self._decoder.prefix[:1]} and not self._decoder.is_holding():
            return False
        if self._decoder.char(event.text(), now) is Verdict.TYPED:
            return False
        self._wait.start()
        if not self._held and self._before is None and isinstance(focus, QLineEdit) and event.text().isprintable():
            self._before = _Before.of(focus)
            return False
        self._held.append((focus, event.clone()))
        return True

    def _end(self, now: float) -> bool:
        verdict = self._decoder.end(now)
        if verdict is Verdict.TYPED:
            self._was_typed()
            return False
        self._wait.stop()
        self._held.clear()
        if self._before is not None:
            self._before.restore()
            self._before = None
        (self.scanned if verdict is Verdict.SCANNED else self.repeated).emit(self._decoder.code)
        return True

    def _was_typed(self) -> None:
        self._wait.stop()
        self._decoder.drop()
        self._before = None
        held, self._held = self._held, []
        self._replaying = True
        try:
            for widget, event in held:
                QCoreApplication.sendEvent(widget, event)
        finally:
            self._replaying = False
