"""The customer: found while one types, added after the same person was looked for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import font
from agent_desk.desk.ui.parts.button import ActionButton, IconButton
from agent_desk.desk.ui.parts.card import Card, across
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.field import Entry
from agent_desk.desk.ui.parts.finder import Finder, Suggestion
from agent_desk.desk.ui.parts.keycap import KeyCap
from agent_desk.desk.ui.parts.painting import painter_on
from agent_desk.desk.ui.parts.text import Text
from agent_desk.desk.usecases.rows import CustomerRow
from agent_desk.domain.formats import percent_text
from agent_desk.domain.people import Customer

ADD = "add"
SHOWN = 6


class Avatar(QWidget):
    """The first letters of a name in a circle."""

    def __init__(self, size: int = 34) -> None:
        super().__init__()
        self._letters = ""
        self.setFixedSize(size, size)

    def put(self, name: str) -> None:
        words = [word for word in name.split() if word[:1].isalnum()]
        self._letters = "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
        self.update()

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent_soft))
        painter.drawEllipse(QRectF(self.rect()))
        painter.setPen(QColor(theme.accent))
        painter.setFont(font("label_strong"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._letters)
        painter.end()


class CustomerCard(Card):
    """Emits `asked(text)` while one types, `picked(id)`, `add_wanted(name)`, `edit_wanted()`."""

    asked = Signal(str)
    picked = Signal(str)
    add_wanted = Signal(str)
    edit_wanted = Signal()

    def __init__(self, over: QWidget, cap: str) -> None:
        super().__init__((12, 9, 12, 8), 4, name="Customer")
        self.setFixedHeight(112)
        self._change = ActionButton("Change", "quiet", key=cap, height=24)
        self._change.clicked.connect(self.search)
        self._cap = KeyCap(cap)
        self.entry = Entry(height=34, says="Customer: name, phone, e-mail or account", hint="Scan, or type a name")
        self.entry.setMaxLength(200)
        self.entry.textEdited.connect(self._ask)
        self._hint = Text("Name, phone, e-mail or account number", "caption", "text_3")
        self.finder = Finder(self.entry, over, "Customers found")
        self.finder.picked.connect(self._pick)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._build_search())
        self._stack.addWidget(self._build_shown())
        self.body.addLayout(across(Text("Customer", "section"), None, self._change, self._cap))
        self.body.addWidget(self._stack, 1)
        self.put(None)

    def _build_search(self) -> QWidget:
        face = QWidget()
        column = QVBoxLayout(face)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.entry)
        column.addWidget(self._hint)
        column.addStretch(1)
        return face

    def _build_shown(self) -> QWidget:
        self._avatar = Avatar()
        self._name = Text("", "strong", elides=True)
        self._reach = Text("", "caption", "text_2", elides=True)
        self._regular = Chip("", "badge-percent", "info")
        self._id = Chip("ID on file", "id-card", "ok")
        self._place = Chip("", "map-pin", "neutral")
        pencil = IconButton("pencil", "Change phone or e-mail", role="accent")
        pencil.clicked.connect(self.edit_wanted)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._name)
        words.addWidget(self._reach)
        line = QHBoxLayout()
        line.setSpacing(9)
        line.addWidget(self._avatar)
        line.addLayout(words, 1)
        line.addWidget(pencil)
        face = QWidget()
        column = QVBoxLayout(face)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addLayout(across(self._regular, self._id, self._place, None, spacing=6))
        return face

    def put(self, customer: Customer | None) -> None:
        """Shows the customer, or the field to find one."""
        self.customer = customer
        self._change.setVisible(customer is not None)
        self._cap.setVisible(customer is None)
        self._stack.setCurrentIndex(0 if customer is None else 1)
        if customer is None:
            return
        self.entry.put("")
        self.finder.put(())
        self._avatar.put(customer.name)
        self._name.setText(customer.name)
        self._reach.setText("  ·  ".join(part for part in (customer.number, customer.phone or customer.email) if part))
        percent = customer.discount_percent
        self._regular.setVisible(bool(percent))
        self._regular.show_state(f"Regular, {percent_text(percent)} off", "badge-percent", "info")
        self._id.setVisible(customer.id_on_file)
        plain = not percent and not customer.id_on_file and bool(customer.address.place)
        self._place.setVisible(plain)
        self._place.show_state(customer.address.place[:28], "map-pin", "neutral")

    def search(self) -> None:
        """Back to the field; the customer stays until another is picked."""
        self._stack.setCurrentIndex(0)
        self._change.hide()
        self._cap.show()
        self.entry.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.entry.selectAll()

    def is_searching(self) -> bool:
        return self._stack.currentIndex() == 0

    def suggest(self, text: str, rows: Sequence[CustomerRow]) -> None:
        """Shows who was found for `text`; adding comes last and says how many may be the same."""
        if text != self.entry.text():
            return
        found = [
            Suggestion(str(row.id), row.name, "  ·  ".join(p for p in (row.number, row.phone, row.place) if p), "user")
            for row in rows[:SHOWN]
        ]
        same = f"First look: {len(rows)} above may be the same" if rows else "Nobody here is called that"
        self.finder.put([*found, Suggestion(ADD, f"Add “{text.strip()}”", same, "user-plus")])

    def _ask(self, text: str) -> None:
        if text.strip():
            self.asked.emit(text)
        else:
            self.finder.put(())

    def _pick(self, key: str) -> None:
        if key == ADD:
            self.add_wanted.emit(self.entry.text().strip())
        else:
            self.picked.emit(key)
