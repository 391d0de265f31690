"""Refusals, all at once: where, what to do, what that costs, one press away."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from agent_desk.desk.ui.parts.button import ActionButton, ButtonKind
from agent_desk.desk.ui.parts.chip import Severity, SeverityChip
from agent_desk.desk.ui.parts.clear_scroll import ClearScrollArea
from agent_desk.desk.ui.parts.text import Rule, Text


@dataclass(frozen=True, slots=True)
class Fix:
    """One way out: its key, its words with the price (`Split in 2, +USD 7.13`), its kind and key cap."""

    key: str
    words: str
    kind: ButtonKind = "secondary"
    cap: str = ""


@dataclass(frozen=True, slots=True)
class RefusalItem:
    """A refusal as shown; `key` comes back with every press, `code` is for support."""

    key: str
    severity: Severity
    place: str
    code: str
    sentence: str
    fixes: tuple[Fix, ...] = ()


ORDER: dict[Severity, int] = {"blocks": 0, "needs_manager": 1, "warns": 2}


class RefusalRow(QFrame):
    """One refusal; emits `fixed(refusal key, fix key)`."""

    fixed = Signal(str, str)

    def __init__(self, item: RefusalItem) -> None:
        super().__init__()
        self.item = item
        chip = SeverityChip(item.severity, place=f"{item.place}, {item.sentence}")
        code = Text(item.code, "caption", "text_3")
        self._buttons = [ActionButton(fix.words, fix.kind, key=fix.cap, height=28) for fix in item.fixes]
        self.setAccessibleName(f"{chip.spec.words}, {item.place}, {item.sentence}")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(chip)
        head.addWidget(Text(item.place, "strong", elides=True), 1)
        head.addWidget(code)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 6)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(Text(item.sentence, "body", "text_2", wraps=True))
        if self._buttons:
            line = QHBoxLayout()
            line.setSpacing(6)
            for fix, button in zip(item.fixes, self._buttons, strict=True):
                button.clicked.connect(lambda _on=False, key=fix.key: self.fixed.emit(item.key, key))
                line.addWidget(button)
            line.addStretch(1)
            column.addLayout(line)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def buttons(self) -> list[ActionButton]:
        return list(self._buttons)


class RefusalList(ClearScrollArea):
    """Every refusal at once, blocking first.

    `walk()` (F7) goes to the next one and emits `visited(key)`, so that the page puts the cursor into its field.
    New refusals are announced to readers once.
    """

    fixed = Signal(str, str)
    visited = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("To settle")
        self._items: tuple[RefusalItem, ...] = ()
        self._rows: list[RefusalRow] = []
        self._at = -1
        self._show_rows()

    def items(self) -> tuple[RefusalItem, ...]:
        """What is shown, in its order."""
        return self._items

    def put(self, items: Sequence[RefusalItem]) -> None:
        """Shows these refusals; the same ones again change nothing."""
        ordered = tuple(sorted(items, key=lambda item: ORDER[item.severity]))
        if ordered == self._items:
            return
        is_new = {item.key for item in ordered} - {item.key for item in self._items}
        self._items = ordered
        self._at = -1
        self._show_rows()
        if is_new:
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def walk(self) -> str:
        """Goes to the next refusal, round again after the last; its key, empty where there is none."""
        if not self._rows:
            return ""
        self._at = (self._at + 1) % len(self._rows)
        row = self._rows[self._at]
        self.ensureWidgetVisible(row)
        self.visited.emit(row.item.key)
        return row.item.key

    def rows(self) -> list[RefusalRow]:
        return list(self._rows)

    def _show_rows(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(0)
        self._rows = []
        for item in self._items:
            if self._rows:
                column.addWidget(Rule())
            row = RefusalRow(item)
            row.fixed.connect(self.fixed)
            column.addWidget(row)
            self._rows.append(row)
        column.addStretch(1)
        self.setWidget(inside)
