"""The line at the foot: devices, providers, desk, what is saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.parts.keycap import KeyCap
from agent_desk.desk.ui.parts.painting import painter_on
from agent_desk.desk.ui.parts.text import Mark, Text


@dataclass(frozen=True, slots=True)
class StatusItem:
    """A device or provider and how it is; `role` colours the icon: ok, warn, danger, text_2."""

    icon: str
    words: str
    role: str = "ok"


class StatusLine(QFrame):
    """Left what the desk is joined to, right the desk and what is saved."""

    def __init__(self, help_cap: str = "F1") -> None:
        super().__init__()
        self.setFixedHeight(28)
        self.setAccessibleName("Status")
        self._items: tuple[StatusItem, ...] = ()
        self._left = QHBoxLayout()
        self._left.setSpacing(16)
        self._desk = Text("", "caption", "text_2")
        self._saved_mark = Mark("hard-drive", "ok", 14)
        self._saved = Text("", "caption", "text_2")
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 1, 16, 0)
        line.setSpacing(4)
        line.addLayout(self._left)
        line.addStretch(1)
        line.addWidget(self._desk)
        line.addSpacing(12)
        line.addWidget(self._saved_mark)
        line.addWidget(self._saved)
        line.addSpacing(12)
        line.addWidget(KeyCap(help_cap))
        line.addWidget(Text("Keys", "caption", "text_2"))
        self._saved_mark.hide()

    def set_items(self, items: Sequence[StatusItem]) -> None:
        """Says how devices and providers are."""
        if tuple(items) == self._items:
            return
        self._items = tuple(items)
        while (taken := self._left.takeAt(0)) is not None:
            widget = taken.widget()
            if widget is not None:
                widget.deleteLater()
        for item in items:
            pair = QWidget()
            inner = QHBoxLayout(pair)
            inner.setContentsMargins(0, 0, 0, 0)
            inner.setSpacing(4)
            inner.addWidget(Mark(item.icon, item.role, 14))
            inner.addWidget(Text(item.words, "caption", "text_2"))
            self._left.addWidget(pair)

    def set_desk(self, words: str) -> None:
        """Says which desk this is."""
        self._desk.setText(words)

    def set_saved(self, words: str) -> None:
        """Says when something was last made safe, as `Saved on this desk 09:41:07`."""
        self._saved.setText(words)
        self._saved_mark.setVisible(bool(words))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        painter.fillRect(self.rect(), QColor(theme.surface))
        painter.fillRect(QRectF(0, 0, self.width(), 1), QColor(theme.border))
        painter.end()
