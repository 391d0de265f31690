"""The one door to the agent: short notices, bottom right."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.keys import EVERYWHERE, caption
from agent_desk.desk.ui.parts.button import ActionButton, IconButton
from agent_desk.desk.ui.parts.painting import box, painter_on
from agent_desk.desk.ui.parts.text import Mark, Text
from agent_desk.desk.ui.theme import Tone

SHOWN_MS = 6_000
WIDE = 360
AT_MOST = 3

_ICONS: dict[Tone, str] = {"ok": "circle-check", "warn": "triangle-alert", "danger": "bug", "mgr": "shield-user"}
_ROLES: dict[Tone, str] = {"ok": "ok", "warn": "warn", "danger": "danger", "mgr": "mgr"}


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice: what happened, the details, and at most one thing to do about it.

    Errors (`danger`) stay until closed; `action` is the word on its button, `act` what it does; `undo` instead of both
    takes back what happened, also by its key. `path` is of a file that `details` only names.
    """

    what: str
    details: str = ""
    tone: Tone = "ok"
    icon: str = ""
    action: str = ""
    act: Callable[[], None] | None = None
    undo: Callable[[], None] | None = None
    path: str = ""


class NoticeCard(QFrame):
    """One notice as shown; emits `closed()`."""

    closed = Signal()

    def __init__(self, notice: Notice) -> None:
        super().__init__()
        self.notice = notice
        self.setAccessibleName(f"{notice.what}. {notice.details}" if notice.details else notice.what)
        words = QVBoxLayout()
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(1)
        words.addStretch(1)
        words.addWidget(Text(notice.what, "strong", wraps=True))
        if notice.details:
            words.addWidget(Text(notice.details, "caption", "text_2", wraps=True))
        words.addStretch(1)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 7, 8, 7)
        line.setSpacing(10)
        icon = notice.icon or _ICONS.get(notice.tone, "info")
        line.addWidget(Mark(icon, _ROLES.get(notice.tone, "accent"), 20))
        line.addLayout(words, 1)
        if notice.path:
            self.setToolTip(notice.path)
            self.setAccessibleDescription(notice.path)
        word, cap = ("Undo", caption(EVERYWHERE, "undo")) if notice.undo is not None else (notice.action, "")
        if word:
            button = ActionButton(word, "quiet", key=cap, height=28)
            button.clicked.connect(self.act)
            line.addWidget(button)
        close = IconButton("x", "Close")
        close.clicked.connect(self.closed)
        line.addWidget(close)
        self.setFixedSize(WIDE, max(line.totalHeightForWidth(WIDE), 46 if notice.details else 40))

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        edge = theme.tone(self.notice.tone).line or theme.border_strong
        box(painter, QRectF(self.rect()), 8, theme.surface, edge)
        painter.end()

    def act(self) -> None:
        """What the notice offers, once."""
        act = self.notice.undo or self.notice.act
        if act is not None:
            act()
        self.closed.emit()


class Notices(QWidget):
    """At most three notices, the newest lowest; all are kept in `history`.

    A notice goes by itself after six seconds, an error stays.
    """

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Notices")
        self.setProperty("floats", True)
        self.history: list[Notice] = []
        self._cards: list[NoticeCard] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.hide()

    def put(self, notice: Notice) -> None:
        """Shows a notice and announces it once."""
        self.history.append(notice)
        card = NoticeCard(notice)
        card.closed.connect(lambda: self._drop(card))
        self._cards.append(card)
        self._column.addWidget(card, 0, Qt.AlignmentFlag.AlignRight)
        if notice.tone != "danger":
            timer = QTimer(card, singleShot=True, interval=SHOWN_MS)
            timer.timeout.connect(lambda: self._drop(card))
            timer.start()
        while len(self._cards) > AT_MOST:
            self._drop(self._cards[0])
        self._fit()
        QAccessible.updateAccessibility(QAccessibleEvent(card, QAccessible.Event.Alert))

    def shown(self) -> list[Notice]:
        """What is in view, oldest first."""
        return [card.notice for card in self._cards]

    def close_newest(self) -> bool:
        """Closes the newest; False where there is none."""
        if not self._cards:
            return False
        self._drop(self._cards[-1])
        return True

    def undo(self) -> None:
        """Takes back what the newest notice with an undo told of."""
        card = next((card for card in reversed(self._cards) if card.notice.undo is not None), None)
        if card is not None:
            card.act()

    def _drop(self, card: NoticeCard) -> None:
        if card in self._cards:
            self._cards.remove(card)
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
            self._fit()

    def _fit(self) -> None:
        self.setVisible(bool(self._cards))
        tall = sum(card.height() for card in self._cards) + 6 * max(len(self._cards) - 1, 0)
        self.setFixedSize(WIDE, max(tall, 1))
        self.raise_()
        self.resized.emit()
