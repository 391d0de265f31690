"""The left card of the Cart page: add a line, the lines, the promotion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from agent_desk.desk.ui.keys import caption
from agent_desk.desk.ui.pages.cart.adding import AddField
from agent_desk.desk.ui.pages.cart.lines import LinesHead, LinesView
from agent_desk.desk.ui.pages.cart.sale import LineRows, SaleView, Stage, count_words, promotion_words
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import Card, across
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.field import Entry
from agent_desk.desk.ui.parts.painting import text_width
from agent_desk.desk.ui.parts.text import Mark, Rule, Text, plain_tip
from agent_desk.desk.ui.parts.waiting import EmptyState

if TYPE_CHECKING:
    from agent_desk.desk.usecases.rows import ProductRow

RECENT = 3
_RECENT_ROOM = 250


class LinesCard(Card):
    """Emits what was asked for; `promotion_entered(code)` empty takes it out."""

    promotion_entered = Signal(str)
    recent_pressed = Signal(UUID)

    def __init__(self, over: QWidget) -> None:
        super().__init__((1, 9, 1, 1), 0, name="Lines")
        self.add = AddField(over)
        self.view = LinesView()
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._recent_label = Text("Recent", "label", "text_2")
        self._recent = [ActionButton("", height=32) for _ in range(RECENT)]
        self._recent_ids: list[UUID] = []
        for at, button in enumerate(self._recent):
            button.clicked.connect(lambda _on=False, at=at: self.recent_pressed.emit(self._recent_ids[at]))
        upper = across(self.add, self._recent_label, *self._recent, spacing=8)
        upper.setStretch(0, 1)
        upper.setContentsMargins(11, 0, 11, 0)
        self._empty = EmptyState(
            "shopping-cart",
            "No line yet",
            "Scan, or type a product or a quote number.",
            "Add a line",
            cap=caption("cart", "add"),
            mark="plus",
        )
        self._empty.acted.connect(self.add.focus)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(LinesHead())
        column.addWidget(self.view, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(inside)
        self._stack.addWidget(self._empty)
        self.promotion = Entry(height=32, says="Promotion", hint="Code")
        self.promotion.setFixedWidth(110)
        self.promotion.setMaxLength(40)
        self._promotion_chip = Chip("", "check", "ok")
        self._count = Text("", "label", "text_2", align=Qt.AlignmentFlag.AlignRight)
        lower = across(
            Mark("ticket", "text_2", 18),
            Text("Promotion", "body", "text_2"),
            self.promotion,
            self._promotion_chip,
            None,
            self._count,
            spacing=8,
        )
        lower.setContentsMargins(11, 10, 12, 9)
        self.body.addLayout(upper)
        self.body.addSpacing(5)
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(Rule())
        self.body.addLayout(lower)
        self.promotion.returnPressed.connect(self._enter_promotion)
        self.promotion.left.connect(self._enter_promotion)
        self.promotion.textEdited.connect(lambda _text: self.promotion.set_state(""))
        self._rows = LineRows()
        self._number = ""
        self._kept = ""
        self._entered = ""

    def put(self, sale: SaleView) -> None:
        """Shows the lines of the sale."""
        self.view.put(self._rows.of(sale))
        self._stack.setCurrentIndex(1 if sale.stage is Stage.EMPTY else 0)
        self._put_promotion(sale)
        words = promotion_words(sale)
        self._promotion_chip.show_state(words, "check", "ok")
        self._promotion_chip.setVisible(bool(words))
        self._count.setText(count_words(sale.lines) if sale.lines else "")
        why = "" if not sale.locked else "The cart is being paid: release it first"
        self.add.entry.set_state("locked" if why else "", why)

    def put_recent(self, rows: Sequence[ProductRow]) -> None:
        """Offers what was sold lately, as many as there is room for."""
        room, shown = _RECENT_ROOM, []
        for row in rows[:RECENT]:
            name = short_name(row.name)
            room -= text_width(name, self._recent[0].font()) + 32
            if room < 0:
                break
            shown.append((row, name))
        self._recent_ids = [row.id for row, _name in shown]
        self._recent_label.setVisible(bool(shown))
        for at, button in enumerate(self._recent):
            button.setVisible(at < len(shown))
            if at < len(shown):
                row, name = shown[at]
                button.set_words(name)
                button.setToolTip(plain_tip(row.name))
                button.setAccessibleName(f"Add {row.name}")

    def _put_promotion(self, sale: SaleView) -> None:
        """A code that was refused stays to be corrected, until another cart comes."""
        if sale.number != self._number:
            self._number, self._entered = sale.number, ""
            self.promotion.put(sale.promotion)
        self._kept = sale.promotion
        refused = bool(self._entered) and self._entered.casefold() != self._kept.casefold()
        if not self.promotion.hasFocus() and not refused:
            self.promotion.put(self._kept)
        if sale.locked or sale.cart is None:
            self.promotion.set_state("locked", "Release the cart first" if sale.locked else "Add a line first")
        elif refused and self.promotion.text().strip() == self._entered:
            self.promotion.set_state("error", "No promotion of this code runs now")
        else:
            self.promotion.set_state("")

    def _enter_promotion(self) -> None:
        """A code counts once, by Enter or by leaving the field."""
        code = self.promotion.text().strip()
        if code.casefold() != self._kept.casefold() and code != self._entered:
            self._entered = code
            self.promotion_entered.emit(code)


def short_name(name: str, most: int = 16) -> str:
    """The first words of a name that fit a small button: `Bubble wrap` of `Bubble wrap, 12 in roll`."""
    head = name.split(",", maxsplit=1)[0].strip()
    if len(head) <= most:
        return head
    kept = ""
    for word in head.split():
        if len(kept) + len(word) + 1 > most:
            break
        kept = f"{kept} {word}".strip()
    return kept or head[:most]
