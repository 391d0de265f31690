"""What the scale and the tape say: the weight in large digits, the three sides."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout

from agent_desk.desk.ui.fonts import font
from agent_desk.desk.ui.pages.measure.state import SIDES, Entered, fault_of, other_unit, over_of
from agent_desk.desk.ui.parts.card import Card, across
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.field import Entry, UnitField
from agent_desk.desk.ui.parts.text import Text

_DIGITS = 150
_DIGITS_SHORT = 112
_WIDE = 430


class WeightCard(Card):
    """The weight, typed where no scale gives it; emits `typed(text)`, `entered()` on Enter, `settled()` when left."""

    typed = Signal(str)
    entered = Signal()
    settled = Signal()

    def __init__(self) -> None:
        super().__init__((16, 8, 14, 8), 0, name="Weight")
        self.entry = Entry(right=True, height=_DIGITS, role="weight", says="Weight, in lb", hint="0.0")
        self.entry.setProperty("bare", True)
        self.entry.setFixedWidth(_WIDE)
        self._state = Chip("Typed", "keyboard", "neutral", tall=36)
        self._unit = Text("lb", "wtitle", "text_2")
        self._other = Text("", "wbody", "text_2")
        self._under = Text("No scale at this desk", "label", "text_2")
        self._fault = Text("", "wbody", "danger")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Text("Weight", "wstrong"))
        words.addWidget(self._under)
        unit = QVBoxLayout()
        unit.setSpacing(2)
        unit.addStretch(1)
        unit.addWidget(self._unit)
        unit.addWidget(self._other)
        unit.addSpacing(20)
        middle = across(None, self.entry, spacing=14)
        middle.addLayout(unit)
        middle.addStretch(1)
        self._unit.setMinimumWidth(96)
        self._other.setMinimumWidth(96)
        # the digits take the middle of the card, the words its corners: one cell holds them all
        cell = QGridLayout()
        cell.setContentsMargins(0, 0, 0, 0)
        top, left = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignLeft
        cell.addLayout(middle, 0, 0)
        cell.addLayout(words, 0, 0, top | left)
        cell.addWidget(self._state, 0, 0, top | Qt.AlignmentFlag.AlignRight)
        cell.addWidget(self._fault, 0, 0, Qt.AlignmentFlag.AlignBottom | left)
        self.body.addLayout(cell, 1)
        self.entry.textEdited.connect(self.typed)
        self.entry.returnPressed.connect(self.entered)
        self.entry.left.connect(self._mark)
        self.entry.left.connect(self.settled)
        self.entry.selectionChanged.connect(self._mark)
        self._good = False

    def set_short(self, short: bool) -> None:
        """Smaller digits where the window is low."""
        self.entry.setFont(font("weight_short" if short else "weight"))
        self.entry.setFixedHeight(_DIGITS_SHORT if short else _DIGITS)

    def put(self, entered: Entered) -> None:
        unit = entered.unit_of("weight")
        fault, over = fault_of(entered, "weight"), over_of(entered, "weight")
        self.entry.put(entered.text_of("weight"))
        self.entry.setAccessibleName(f"Weight, in {unit}")
        self.entry.setAccessibleDescription(fault or over)
        self._unit.setText(unit)
        self._other.setText("" if fault else other_unit(entered.weight))
        self._fault.setText(fault or over)
        self._good = bool(entered.text_of("weight").strip()) and not fault
        self._mark()

    def _mark(self) -> None:
        """The edge says how the weight is; the focus is drawn by it too, for the digits have no box of their own."""
        if self.entry.hasFocus():
            self.set_edge("focus")
        elif self._fault.words():
            self.set_edge("danger")
        else:
            self.set_edge("ok" if self._good else "border_strong")


class SidesCard(Card):
    """Length, width, height; emits `typed(part, text)`, `entered(part)` on Enter, `settled(part)` when left."""

    typed = Signal(str, str)
    entered = Signal(str)
    settled = Signal(str)

    def __init__(self) -> None:
        super().__init__((16, 10, 16, 12), 0, name="Sides")
        self.fields = {part: UnitField(part.capitalize(), unit="in", height=60, role="money_xl") for part in SIDES}
        for part, field in self.fields.items():
            field.edited.connect(lambda text, part=part: self.typed.emit(part, text))
            field.entered.connect(lambda part=part: self.entered.emit(part))
            field.entry.left.connect(lambda part=part: self.settled.emit(part))
        self.body.addLayout(across(*self.fields.values(), spacing=12))

    def put(self, entered: Entered) -> None:
        for part, field in self.fields.items():
            fault, over = fault_of(entered, part), over_of(entered, part)
            field.put(entered.text_of(part))
            field.set_unit(entered.unit_of(part))
            field.entry.set_state("error" if fault else "warn" if over else "", fault or over)
            field.label.setText(f"{part.capitalize()}, {fault or over}" if fault or over else part.capitalize())
