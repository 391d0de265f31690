"""Declared beside measured, and what the difference costs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.desk.ui.pages.measure.state import Billed, Compared, Verdict
from agent_desk.desk.ui.parts.card import Card, Panel, across
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.text import Mark, Rule, Text

RIGHT = Qt.AlignmentFlag.AlignRight
_INKS = {"warn": "warn", "mgr": "mgr", "ok": "ok", "danger": "danger"}
NO_PIECE = Verdict("No piece here yet", "Its price stands here once it is weighed.", "receipt", "neutral")


class _Difference(QWidget):
    """A difference with its mark: within is a check, beyond is a chip with the per cent."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(24)
        self._chip = Chip("", "triangle-alert", "danger")
        self._mark = Mark("check", "ok", 16, "within the tolerance")
        self._words = Text("", "wbody", align=RIGHT)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addStretch(1)
        for widget in (self._chip, self._mark, self._words):
            line.addWidget(widget)

    def put(self, column: Compared) -> None:
        self._chip.show_state(column.beyond, "triangle-alert", "danger", f"{column.beyond} beyond the tolerance")
        self._chip.setVisible(bool(column.beyond))
        self._mark.setVisible(bool(column.difference) and not column.beyond)
        self._words.setText(column.difference)
        self._words.set_tone("danger" if column.beyond else "text")


class CompareCard(Card):
    """The table and, under it, the price before anything is recorded."""

    def __init__(self) -> None:
        super().__init__((16, 8, 16, 10), 0, name="Declared and measured")
        self._room = Text("", "label", "text_2", align=RIGHT)
        self._billable = Text("", "wstrong", align=RIGHT)
        self._tolerance = Text("", "label", "text_2")
        self._heads = [Text("", "label", "text_2", align=RIGHT) for _ in range(4)]
        self._declared = [Text("", "wbody", "text_2", align=RIGHT) for _ in range(4)]
        self._measured = [Text("", "wstrong", align=RIGHT) for _ in range(4)]
        self._differences = [_Difference() for _ in range(4)]
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        grid.addWidget(self._tolerance, 0, 0)
        grid.addWidget(Rule(), 1, 0, 1, 5)
        for row, name in ((2, "Declared"), (3, "Measured"), (4, "Difference")):
            grid.addWidget(Text(name, "wbody", "text_2"), row, 0)
            grid.setRowMinimumHeight(row, 26)
        grid.setRowMinimumHeight(0, 22)
        for at in range(4):
            grid.addWidget(self._heads[at], 0, at + 1)
            grid.addWidget(self._declared[at], 2, at + 1)
            grid.addWidget(self._measured[at], 3, at + 1)
            grid.addWidget(self._differences[at], 4, at + 1)
        for at, share in enumerate((17, 23, 20, 20, 20)):
            grid.setColumnStretch(at, share)
            grid.setColumnMinimumWidth(at, 90)
        self._panel = Panel("neutral", (14, 6, 12, 6), 12, across=True)
        self._icon = Mark("receipt", "text_2", 26)
        self._what = Text("", "wstrong", elides=True)
        self._under = Text("", "body", elides=True)
        said = QVBoxLayout()
        said.setSpacing(1)
        said.addWidget(self._what)
        said.addWidget(self._under)
        self._panel.body.addWidget(self._icon)
        self._panel.body.addLayout(said, 1)
        self._panel.setFixedHeight(52)
        self.body.addLayout(
            across(Text("Declared and measured", "wstrong"), None, self._room, self._billable, spacing=8)
        )
        self.body.addSpacing(2)
        self.body.addLayout(grid)
        self.body.addSpacing(6)
        self.body.addWidget(self._panel)

    def clear(self) -> None:
        """No piece is on the scale."""
        self.put((), Billed(), "")
        self.put_verdict(NO_PIECE)

    def put(self, columns: tuple[Compared, ...], billed: Billed, tolerance: str) -> None:
        self._room.setText(billed.room)
        self._billable.setText(billed.billable)
        self._tolerance.setText(tolerance)
        empty = Compared("")
        for at in range(4):
            column = columns[at] if at < len(columns) else empty
            self._heads[at].setText(column.head)
            self._declared[at].setText(column.declared)
            self._measured[at].setText(column.measured)
            self._differences[at].put(column)

    def put_verdict(self, verdict: Verdict | None) -> None:
        """What recording does to the price."""
        self._panel.setVisible(verdict is not None)
        if verdict is None:
            return
        ink = _INKS.get(verdict.tone, "text")
        self._panel.set_tone(verdict.tone)
        self._icon.set_mark(verdict.icon, ink if verdict.tone != "neutral" else "text_2")
        self._what.setText(verdict.what)
        self._what.set_tone(ink)
        self._under.setText(verdict.under)
