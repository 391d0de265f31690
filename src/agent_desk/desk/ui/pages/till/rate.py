"""MGR-4: a manager sets the exchange rate by hand, with or without a link."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from PySide6.QtCore import Qt, Signal

from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import Panel, across
from agent_desk.desk.ui.parts.field import Field
from agent_desk.desk.ui.parts.text import Text
from agent_desk.desk.usecases.pricing import RateShown
from agent_desk.domain.formats import rate_text
from agent_desk.domain.times import age_text


class RatePart(Panel):
    """What a US dollar costs here, how far that lies above its source, and where it is from; emits `wanted()`."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__("plain", (10, 8, 10, 10), 6)
        self.setAccessibleName("Exchange rate")
        self._now = Text("", "label", "text_2")
        self.rate = Field("GYD for one USD", right=True, role="medium")
        self.spread = Field("Above source, %", "0", right=True, role="medium")
        self.source = Field("Source", hint="Republic Bank, board")
        self.keep = ActionButton("Set rate", icon="banknote", height=32)
        self.rate.setFixedWidth(120)
        self.spread.setFixedWidth(120)
        self.body.addLayout(across(Text("Exchange rate", "label_strong", "text_2"), None, self._now))
        fields = across(self.rate, self.spread, self.source)
        fields.setStretch(2, 1)
        self.body.addLayout(fields)
        self.body.addLayout(across(None, self.keep))
        self.rate.entered.connect(lambda: self.spread.setFocus(Qt.FocusReason.TabFocusReason))
        self.spread.entered.connect(lambda: self.source.setFocus(Qt.FocusReason.TabFocusReason))
        self.source.entered.connect(self.keep.click)
        self.keep.clicked.connect(self.wanted)

    def put(self, shown: RateShown | None) -> None:
        """The rate in force and its age."""
        self._now.setText("" if shown is None else f"{rate_text(shown.gyd_per_usd)}, {age_text(shown.age)} old")

    @property
    def figures(self) -> tuple[Decimal, Decimal] | None:
        """Rate and spread; None where one cannot be read."""
        found = [_decimal(field.text()) for field in (self.rate, self.spread)]
        rate, spread = found
        return None if rate is None or spread is None else (rate, spread)

    def clear(self) -> None:
        self.rate.put("")
        self.spread.put("0")
        self.source.put("")


def _decimal(text: str) -> Decimal | None:
    if not text.isascii():
        return None
    try:
        found = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    places = found.as_tuple().exponent
    return found if found.is_finite() and isinstance(places, int) and places >= -6 and len(text) < 16 else None
