"""The list of orders with its filters."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QStackedWidget

from agent_desk.desk.ui.keys import caption
from agent_desk.desk.ui.pages.orders.words import FILTERS
from agent_desk.desk.ui.parts.card import Card, across
from agent_desk.desk.ui.parts.chip import FilterChip
from agent_desk.desk.ui.parts.field import Field
from agent_desk.desk.ui.parts.keycap import KeyCap
from agent_desk.desk.ui.parts.rows import RowsView
from agent_desk.desk.ui.parts.rows_model import Column, PagedRows
from agent_desk.desk.ui.parts.text import Mark, Rule, Text
from agent_desk.desk.ui.parts.waiting import EmptyState
from agent_desk.desk.usecases.rows import OrderChip

COLUMNS = (
    Column("Order", 140, role="code"),
    Column("Placed", 62, tone="text_2"),
    Column("Customer"),
    Column("To", 122, tone="text_2"),
    Column("Pieces", 58, right=True, tone="text_2"),
    Column("Total USD", 84, right=True, role="strong"),
    Column("State", 112, role="label_strong"),
    Column("Paid", 100, role="label_strong"),
)


class ListCard(Card):
    """Emits `typed(text)`, `filtered(chip)`, `cleared()`."""

    typed = Signal(str)
    filtered = Signal(object)
    cleared = Signal()

    def __init__(self) -> None:
        super().__init__((1, 10, 1, 1), 0, name="Orders")
        self.search = Field("", hint="Name, phone, waybill", height=32)
        self.search.setFixedWidth(226)
        self.search.entry.setAccessibleName("Search the orders")
        self.search.entry.setTextMargins(22, 0, 30, 0)
        self.search.edited.connect(self.typed)
        glass = Mark("search", "text_2", 18)
        glass.setParent(self.search.entry)
        glass.move(9, 7)
        cap = KeyCap(caption("orders", "find"))
        cap.setParent(self.search.entry)
        cap.move(226 - cap.width() - 8, 7)
        self._chips: dict[OrderChip, FilterChip] = {}
        self._group = QButtonGroup(self)
        head = across(11, self.search, spacing=6)
        for chip, words in FILTERS.items():
            button = FilterChip(words, None)
            button.setChecked(chip is OrderChip.ALL)
            button.clicked.connect(lambda _on=False, chip=chip: self.filtered.emit(chip))
            self._group.addButton(button)
            self._chips[chip] = button
            head.addWidget(button)
        head.addStretch(1)
        self.model = PagedRows(COLUMNS)
        self.model.setParent(self)
        self.view = RowsView(self.model, "Orders")
        self._empty = EmptyState("clipboard-list", "No order yet", "An order stands here as soon as it is placed.")
        self._empty.acted.connect(self.cleared)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        self._rows = Text("", "label", "text_2")
        self._found = Text("", "caption", "text_2", align=Qt.AlignmentFlag.AlignRight)
        self.body.addLayout(head)
        self.body.addSpacing(9)
        self.body.addWidget(Rule())
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(Rule())
        foot = across(13, self._rows, None, self._found, 13)
        foot.addStrut(27)
        self.body.addLayout(foot)
        self.view.verticalScrollBar().valueChanged.connect(lambda _value: self._say_rows())
        self._total = 0

    def say(self, total: int, milliseconds: int, *, filtered: bool) -> None:
        """Shows how many there are; none says why and what to do."""
        self._total = total
        self._stack.setCurrentIndex(0 if total else 1)
        if filtered:
            self._empty.put("No order fits", "Filters are on: nothing here has all of that.", "Clear filters")
        else:
            self._empty.put("No order yet", "An order stands here as soon as it is placed.")
        self._found.setText(f"Cached on this desk, found in {milliseconds} ms")
        self._say_rows()

    def count(self, counts: Mapping[OrderChip, int]) -> None:
        """The digits on the filters; all and the last days need none."""
        for chip, button in self._chips.items():
            button.set_count(counts.get(chip) if chip not in {OrderChip.ALL, OrderChip.LAST_7_DAYS} else None)

    def put_filter(self, chip: OrderChip) -> None:
        self._chips[chip].setChecked(True)

    def _say_rows(self) -> None:
        first = max(self.view.rowAt(1), 0)
        last = self.view.rowAt(self.view.viewport().height() - 1)
        last = self._total - 1 if last < 0 else last
        self._rows.setText(f"Rows {first + 1:,} to {last + 1:,} of {self._total:,}" if self._total else "No rows")
