"""The top bar: search, rate with its age, connection, till, person."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import font
from agent_desk.desk.ui.parts.chip import AgeChip, Chip, ChipSpec, chip_size, draw_chip
from agent_desk.desk.ui.parts.keycap import cap_size, draw_cap
from agent_desk.desk.ui.parts.painting import box, painter_on, put_icon, put_text
from agent_desk.desk.ui.parts.text import Rule, Text

Connection = Literal["online", "sending", "offline", "signing_in", "update_needed", "revoked"]

STEADY_MS = 2_000


def connection_chip(state: Connection, waiting: int = 0) -> ChipSpec:
    """How a connection state is said: `Online, 3 sending`, `Offline, 3 waiting`."""
    match state:
        case "online":
            return ChipSpec("Online", "wifi", "ok")
        case "sending":
            return ChipSpec(f"Online, {waiting} sending", "wifi", "ok")
        case "offline":
            return ChipSpec(f"Offline, {waiting} waiting" if waiting else "Offline", "wifi-off", "warn")
        case "signing_in":
            return ChipSpec("Signing in", "loader-circle", "info")
        case "update_needed":
            return ChipSpec("Update needed", "circle-arrow-up", "danger")
        case "revoked":
            return ChipSpec("Desk revoked", "ban", "danger")


class ConnectionPill(QAbstractButton):
    """How the desk is connected; a press opens Sync.

    It changes after 2 s of a steady state, so it never flickers, and is announced once a change of state.
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown = connection_chip("signing_in")
        self._state: Connection | None = None
        self._next: tuple[Connection, int] | None = None
        self._steady = QTimer(self, singleShot=True, interval=STEADY_MS)
        self._steady.timeout.connect(self._settle)
        self.setFixedHeight(30)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Signing in, opens Sync")

    def put(self, state: Connection, waiting: int = 0) -> None:
        """Says another state, at once where only the number changed or nothing was said yet."""
        self._next = (state, waiting)
        if self._state in {None, state}:
            self._settle()
        elif not self._steady.isActive():
            self._steady.start()

    def words(self) -> str:
        """What it says now."""
        return self._shown.words

    def sizeHint(self) -> QSize:
        return chip_size(self._shown, 30)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = painter_on(self)
        draw_chip(painter, QRectF(self.rect()), self._shown)
        if self.hasFocus():
            box(painter, QRectF(self.rect()), 15, "", worn().focus, 2)
        painter.end()

    def _settle(self) -> None:
        self._steady.stop()
        if self._next is None:
            return
        state, waiting = self._next
        is_news = state != self._state
        self._state = state
        self._shown = connection_chip(state, waiting)
        self.setAccessibleName(f"{self._shown.words}, opens Sync")
        self.updateGeometry()
        self.update()
        if is_news:
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))


class SearchBox(QAbstractButton):
    """Looks like a field and opens the search; emits `clicked`."""

    def __init__(self, hint: str, cap: str) -> None:
        super().__init__()
        self._cap = cap
        self.setText(hint)
        self.setAccessibleName(f"{hint}, key {cap}")
        self.setFixedHeight(36)
        self.setMaximumWidth(388)
        self.setMinimumWidth(220)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.IBeamCursor)

    def sizeHint(self) -> QSize:
        return QSize(388, 36)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        area = QRectF(self.rect())
        edge = theme.focus if self.hasFocus() else theme.border_strong
        box(painter, area, 6, theme.input, edge, 2 if self.hasFocus() else 1)
        put_icon(painter, "search", theme.text_2, QPointF(9, 9), 18)
        cap = cap_size(self._cap)
        words = area.adjusted(34, 0, -cap.width() - 14, 0)
        put_text(painter, words, self.text(), font("body"), theme.text_3)
        draw_cap(painter, QRectF(area.right() - cap.width() - 7, 9, cap.width(), 18), self._cap)
        painter.end()


class Initials(QWidget):
    """A person's initials in a round."""

    def __init__(self, name: str = "", size: int = 30) -> None:
        super().__init__()
        self._letters = ""
        self.setFixedSize(size, size)
        self.put(name)

    def put(self, name: str) -> None:
        words = name.split()
        self._letters = "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent_soft))
        painter.drawEllipse(QRectF(self.rect()))
        middle = Qt.AlignmentFlag.AlignHCenter
        put_text(painter, QRectF(self.rect()), self._letters, font("caption_strong"), theme.accent, align=middle)
        painter.end()


class Person(QAbstractButton):
    """Who is signed in; a press asks to leave."""

    def __init__(self) -> None:
        super().__init__()
        self._initials = Initials()
        self._name = Text("", "label_strong")
        self._role = Text("", "caption", "text_2")
        who = QVBoxLayout()
        who.setSpacing(0)
        for part in (self._name, self._role):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            who.addWidget(part)
        self._initials.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        line = self._inside = QHBoxLayout(self)
        line.setContentsMargins(4, 2, 6, 2)
        line.setSpacing(8)
        line.addWidget(self._initials)
        line.addLayout(who)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setEnabled(False)

    def put(self, name: str, role: str) -> None:
        self._initials.put(name)
        self._name.setText(name)
        self._role.setText(role)
        self.setAccessibleName(f"{name}, {role}, sign out")
        self.setToolTip("Lock or sign out")
        self.setEnabled(bool(name))

    def sizeHint(self) -> QSize:
        return self._inside.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.hasFocus():
            painter = painter_on(self)
            box(painter, QRectF(self.rect()), 6, "", worn().focus, 2)
            painter.end()


class TopBar(QFrame):
    """Emits `search_asked()`, `sync_asked()`, `leave_asked()`; each `set_` says one thing of the bar."""

    search_asked = Signal()
    sync_asked = Signal()
    leave_asked = Signal()

    def __init__(self, hint: str = "Find or scan: name, phone, waybill, product", cap: str = "Ctrl K") -> None:
        super().__init__()
        self.setFixedHeight(55)
        self.search = SearchBox(hint, cap)
        self.search.clicked.connect(self.search_asked)
        self.pill = ConnectionPill()
        self.pill.clicked.connect(self.sync_asked)
        self._rate = Text("", "label")
        self._age: AgeChip | None = None
        self._till = Chip("", "banknote", "outline", tall=30)
        self._till.hide()
        self._person = Person()
        self._person.clicked.connect(self.leave_asked)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(16, 0, 15, 1)
        self._line.setSpacing(12)
        self._line.addWidget(self.search)
        self._line.addStretch(1)
        self._line.addWidget(self._rate)
        for part in (Rule(upright=True), self.pill, self._till, Rule(upright=True), self._person):
            self._line.addWidget(part)

    def set_rate(self, words: str, as_of: datetime, rule: timedelta, now: Callable[[], datetime]) -> None:
        """Says the rate and how old it is, as `USD 1 = GYD 209.00`; `rule` is when it counts as old."""
        self._rate.setText(words)
        if self._age is None:
            self._age = AgeChip(as_of, rule, now)
            self._line.insertWidget(self._line.indexOf(self._rate) + 1, self._age)
        else:
            self._age.set_as_of(as_of)

    def set_till(self, words: str) -> None:
        """Says the till, `Till 2, open`; empty hides it."""
        self._till.show_state(words, "banknote", "outline")
        self._till.setVisible(bool(words))

    def set_person(self, name: str, role: str) -> None:
        """Says who is signed in."""
        self._person.put(name, role)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        painter.fillRect(self.rect(), QColor(theme.surface))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), QColor(theme.border))
        painter.end()
