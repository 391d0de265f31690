"""Adding a line: a field that takes codes, names and quote numbers, with what fits under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.keys import caption
from agent_desk.desk.ui.parts.field import Entry
from agent_desk.desk.ui.parts.finder import Finder, Suggestion
from agent_desk.desk.ui.parts.keycap import KeyCap
from agent_desk.desk.ui.parts.painting import box, painter_on
from agent_desk.desk.ui.parts.text import Mark

if TYPE_CHECKING:
    from agent_desk.desk.usecases.searching import Hit

SEARCH_AFTER_MS = 40


class AddField(QFrame):
    """The field; `searched(text)` a moment after typing, `picked(product id)` of what was suggested.

    `entered(text)` on Enter where nothing is suggested yet.
    """

    searched = Signal(str)
    picked = Signal(str)
    entered = Signal(str)

    def __init__(self, over: QWidget) -> None:
        super().__init__()
        self.entry = Entry(height=34, says="Add a line", hint="Add: scan, or type a product or quote number")
        self.entry.setProperty("bare", True)
        self.setFixedHeight(36)
        self.setFocusProxy(self.entry)
        line = QHBoxLayout(self)
        line.setContentsMargins(10, 1, 8, 1)
        line.setSpacing(8)
        line.addWidget(Mark("scan-barcode", "text_2", 18))
        line.addWidget(self.entry, 1)
        line.addWidget(KeyCap(caption("cart", "add")))
        self._rest = QTimer(self, singleShot=True, interval=SEARCH_AFTER_MS)
        self._rest.timeout.connect(lambda: self.searched.emit(self.entry.text().strip()))
        self.finder = Finder(self.entry, over, "Products that fit")
        self.finder.picked.connect(self.picked)
        self.entry.textEdited.connect(self._edited)
        self.entry.returnPressed.connect(lambda: self.entered.emit(self.entry.text().strip()))
        self.entry.selectionChanged.connect(self.update)
        self.entry.left.connect(self.update)

    def suggest(self, text: str, hits: Sequence[Hit]) -> None:
        """Shows what fits `text`, unless something else is typed by now."""
        if text == self.entry.text().strip():
            self.finder.put([suggestion(hit) for hit in hits if hit.id is not None])

    def clear(self) -> None:
        """Empty again, nothing suggested."""
        self._rest.stop()
        self.entry.put("")
        self.finder.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        focused = self.entry.hasFocus()
        edge = theme.focus if focused else theme.border_strong
        box(painter, QRectF(self.rect()), 6, theme.input, edge, 2 if focused else 1)
        painter.end()

    def focus(self) -> None:
        self.entry.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.update()

    def _edited(self, text: str) -> None:
        if text.strip():
            self._rest.start()
        else:
            self.clear()


def suggestion(hit: Hit) -> Suggestion:
    """A product with its code, price and how many there are."""
    detail = ", ".join(part for part in (hit.code, hit.money, hit.stock) if part)
    return Suggestion(str(hit.id), hit.title, detail, "package")
