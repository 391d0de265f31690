"""One drawer: its notes, how many of each, what they come to."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from agent_desk.desk.ui.pages.till.state import COINS, SLOTS, Slot, Tally
from agent_desk.desk.ui.parts.card import Card, Panel, across
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.field import Entry
from agent_desk.desk.ui.parts.keycap import KeyCap
from agent_desk.desk.ui.parts.text import Rule, Text
from agent_desk.domain.formats import figure_text, money_text, number_text
from agent_desk.domain.money import Currency, Money

NAMES = {Currency.USD: "US dollars", Currency.GYD: "Guyana dollars"}
RIGHT = Qt.AlignmentFlag.AlignRight


class DrawerCard(Card):
    """The rows of one currency; `typed(slot, text)`, `left(slot)`, and `done` after `Enter` in the last row."""

    typed = Signal(object, str)
    left = Signal(object)
    done = Signal()

    def __init__(self, currency: Currency, drawer: int, key: str) -> None:
        super().__init__((14, 12, 14, 12), 8, name=NAMES[currency])
        self._currency = currency
        self.entries: dict[Slot, Entry] = {}
        self._amounts: dict[Slot, Text] = {}
        self.body.addLayout(across(Text(NAMES[currency], "section"), None, KeyCap(key)))
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(3, 1)
        grid.addWidget(Text("Note", "label", "text_3"), 0, 0)
        grid.addWidget(Text("How many", "label", "text_3", align=RIGHT), 0, 1)
        grid.addWidget(Text(currency, "label", "text_3", align=RIGHT), 0, 3)
        grid.addWidget(Rule(), 1, 0, 1, 4)
        for at, slot in enumerate(SLOTS[currency], start=2):
            self._add(grid, at, slot)
        self.body.addLayout(grid)
        self.body.addStretch(1)
        self._counted = Text("", "money_l", align=RIGHT)
        foot = Panel("neutral", (12, 6, 12, 6), across=True)
        foot.body.addWidget(_words("Counted", f"drawer {drawer}"))
        foot.body.addStretch(1)
        foot.body.addWidget(self._counted)
        self.body.addWidget(foot)

    def put(self, tally: Tally, *, locked: bool) -> None:
        """Shows what was typed; a row that cannot be read is red."""
        for slot, entry in self.entries.items():
            entry.put(tally.text(slot))
            amount = tally.amount(slot)
            if locked:
                entry.set_state("locked")
            elif amount is None:
                entry.set_state("error", "Enter a number")
            else:
                entry.set_state("")
            shown = "" if amount is None or not tally.text(slot).strip() else _figure(amount)
            self._amounts[slot].setText(shown)
        self._counted.setText(money_text(tally.total(self._currency)))

    def go_first(self) -> None:
        """The cursor goes to the first note."""
        self._go(SLOTS[self._currency][0])

    def go(self, slot: Slot) -> None:
        self._go(slot)

    def _go(self, slot: Slot) -> None:
        entry = self.entries[slot]
        entry.setFocus(Qt.FocusReason.ShortcutFocusReason)
        entry.selectAll()

    def _add(self, grid: QGridLayout, at: int, slot: Slot) -> None:
        currency, each = slot
        name = "Coins" if each == COINS else number_text(each // 100, 0)
        note = Chip(name, "", "ok" if currency is Currency.USD else "info", tall=30, says=f"{currency} {name}")
        note.setMinimumWidth(64)
        note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        what = f"Coins in {currency}, amount" if each == COINS else f"How many notes of {currency} {name}"
        entry = Entry(right=True, height=34, role="strong", says=what)
        entry.setFixedWidth(104)
        amount = Text("", "strong", align=RIGHT)
        amount.setMinimumWidth(90)
        grid.addWidget(note, at, 0)
        grid.addWidget(entry, at, 1)
        if each == COINS:
            grid.addWidget(Text("amount", "caption", "text_3"), at, 2)
        grid.addWidget(amount, at, 3)
        self.entries[slot] = entry
        self._amounts[slot] = amount
        entry.textEdited.connect(lambda text: self.typed.emit(slot, text))
        entry.left.connect(lambda: self.left.emit(slot))
        entry.returnPressed.connect(lambda: self._next(slot))

    def _next(self, slot: Slot) -> None:
        slots = SLOTS[self._currency]
        at = slots.index(slot) + 1
        if at < len(slots):
            self._go(slots[at])
        else:
            self.done.emit()


def _figure(amount: Money) -> str:
    return figure_text(amount, cents=amount.minor % 100 != 0)


def _words(first: str, second: str) -> QWidget:
    both = QWidget()
    column = QVBoxLayout(both)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(Text(first, "section"))
    column.addWidget(Text(second, "caption", "text_2"))
    return both
