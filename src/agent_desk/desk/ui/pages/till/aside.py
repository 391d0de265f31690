"""The right side of the Till page: what may be known before the count, and what it found after."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QRadioButton, QWidget

from agent_desk.desk.ui.pages.till.rate import RatePart
from agent_desk.desk.ui.pages.till.state import (
    REASONS,
    DrawerLine,
    Verdict,
    drawer_lines,
    in_all_text,
    mix_up_words,
    till_rows,
    waiting_words,
)
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import Card, Panel, across
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.field import Field, MoneyField
from agent_desk.desk.ui.parts.switch import Switch
from agent_desk.desk.ui.parts.text import Mark, Rule, Text
from agent_desk.desk.ui.theme import Tone
from agent_desk.desk.usecases.pricing import RateShown
from agent_desk.desk.usecases.rows import TillRow
from agent_desk.desk.usecases.tilling import Compared, TillShown
from agent_desk.domain.money import Currency
from agent_desk.domain.till import Reason, TillState
from agent_desk.domain.times import clock_text, time_text

RIGHT = Qt.AlignmentFlag.AlignRight
MOST_ROWS = 8
VERDICTS: dict[Verdict, tuple[str, str, Tone]] = {
    "over": ("Over", "arrow-up", "warn"),
    "short": ("Short", "arrow-down", "danger"),
    "even": ("Even", "check", "ok"),
}
INKS: dict[Verdict, str] = {"over": "warn", "short": "danger", "even": "text_2"}


class OpenCard(Card):
    """No till is open: what to do, and the shifts before."""

    def __init__(self) -> None:
        super().__init__((14, 12, 14, 12), 10, name="Open a till")
        self.body.addWidget(Text("No till is open", "section"))
        says = "Count the float into both drawers, note by note, then open. Cash taken before that lies in no till."
        self.body.addWidget(_told("banknote", "Begin with the float", says))
        self.body.addWidget(Text("Shifts before", "label_strong", "text_2"))
        self._rows = [Text("", "body", elides=True) for _ in range(MOST_ROWS)]
        for row in self._rows:
            self.body.addWidget(row)
        self.body.addStretch(1)
        self.rate = RatePart()
        self.body.addWidget(self.rate)

    def put(self, past: tuple[TillRow, ...], rate: RateShown | None, now: datetime) -> None:
        self.rate.put(rate)
        shown = [
            f"{row.number}, {time_text(row.opened_at, now)}, {'closed' if row.state is TillState.CLOSED else 'open'}"
            for row in past
        ]
        for at, row in enumerate(self._rows):
            row.setVisible(at < len(shown))
            row.setText(shown[at] if at < len(shown) else "")


class BlindCard(Card):
    """The shift, without a word of what should be in its drawers; cash is paid in and out here."""

    def __init__(self) -> None:
        super().__init__((14, 12, 14, 12), 8, name="Blind count")
        self.body.addWidget(Text("Blind count", "section"))
        says = "You see it after you commit the count. So does your manager, with the time you took and every change."
        self.body.addWidget(_told("eye-off", "The expected amount stays hidden", says))
        self.body.addWidget(Text("In this till", "label_strong", "text_2"))
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._rows = [(Text("", "label", "text_2"), Text("", "label", elides=True, align=RIGHT)) for _ in range(7)]
        for at, (name, value) in enumerate(self._rows):
            self._grid.addWidget(name, at, 0)
            self._grid.addWidget(value, at, 1)
        self.body.addLayout(self._grid)
        self._waiting = Panel("plain", (10, 6, 10, 6), across=True)
        self._waiting_words = Text("", "caption", "text_2", wraps=True)
        self._waiting.body.addWidget(Mark("info", "text_2", 18))
        self._waiting.body.addWidget(self._waiting_words, 1)
        self.body.addWidget(self._waiting)
        self.body.addStretch(1)
        self.moves = MovePart()
        self.body.addWidget(self.moves)

    def put(self, shown: TillShown, now: datetime) -> None:
        rows = till_rows(shown, now)
        for at, (name, value) in enumerate(self._rows):
            name.setVisible(at < len(rows))
            value.setVisible(at < len(rows))
            name.setText(rows[at][0] if at < len(rows) else "")
            value.setText(rows[at][1] if at < len(rows) else "")
        words = waiting_words(shown.waiting)
        self._waiting.setVisible(bool(words))
        self._waiting_words.setText(words)


class MovePart(Panel):
    """Pays cash in or out: `asked(out, currency, amount, reason)`."""

    asked = Signal(bool, str, str, str)

    def __init__(self) -> None:
        super().__init__("plain", (10, 8, 10, 10), 6)
        self.way = Switch((("out", "Pay out"), ("in", "Pay in")), "out", tall=32, says="Pay out or in")
        self.currency = Switch((("USD", "USD"), ("GYD", "GYD")), "USD", tall=32, says="Currency")
        self.amount = MoneyField("How much", currency="USD")
        self.amount.setFixedWidth(130)
        self.reason = Field("What for", hint="taxi, receipt kept")
        self.keep = ActionButton("Pay out", icon="banknote", height=32)
        self.body.addLayout(across(self.way, None, self.currency))
        fields = across(self.amount, self.reason, spacing=8)
        fields.setStretch(1, 1)
        self.body.addLayout(fields)
        self.body.addLayout(across(None, self.keep))
        self.way.chosen.connect(lambda key: self.keep.set_words("Pay out" if key == "out" else "Pay in"))
        self.currency.chosen.connect(self.amount.entry.set_suffix)
        self.keep.clicked.connect(self._ask)
        self.reason.entered.connect(self._ask)
        self.amount.entered.connect(lambda: self.reason.setFocus(Qt.FocusReason.TabFocusReason))

    def clear(self) -> None:
        self.amount.put("")
        self.reason.put("")

    def _ask(self) -> None:
        self.asked.emit(self.way.key() == "out", self.currency.key(), self.amount.text(), self.reason.text())


class CompareCard(Card):
    """Expected beside counted, drawer by drawer."""

    mix_up_opened = Signal()

    def __init__(self) -> None:
        super().__init__((14, 12, 14, 12), 8, name="Over and short")
        self._committed = Chip("", "lock", "neutral")
        self.body.addLayout(across(Text("Over and short", "section"), None, self._committed))
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        heads = ("Tender", "Expected", "Counted", "Difference")
        for at, head in enumerate(heads):
            text = Text(head, "caption", "text_3", align=RIGHT if at else Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(text, 0, at)
        grid.addWidget(Rule(), 1, 0, 1, 5)
        self._lines = [_Line(grid, at) for at in (2, 3)]
        self.body.addLayout(grid)
        self.body.addWidget(Rule())
        self._rate = Text("", "caption", "text_2")
        self._in_all = Text("", "money_l", align=RIGHT)
        self.body.addLayout(across(self._rate, None, self._in_all))
        self._mix_up = Panel("info", (12, 8, 12, 8), across=True)
        self._mix_up_words = Text("", "label", wraps=True)
        look = ActionButton("Open sale", height=32)
        look.clicked.connect(self.mix_up_opened)
        self._mix_up.body.addWidget(Mark("lightbulb", "accent", 20))
        self._mix_up.body.addWidget(self._mix_up_words, 1)
        self._mix_up.body.addWidget(look)
        self.body.addWidget(self._mix_up)

    def put(self, compared: Compared) -> None:
        self._committed.show_state(f"Count committed {clock_text(compared.count.counted_at)}", "lock", "neutral")
        for line, row in zip(self._lines, drawer_lines(compared), strict=True):
            line.put(row)
        in_all = in_all_text(compared)
        self._rate.setText(f"In all, at {compared.gyd_per_usd}, cash only" if in_all else "")
        self._in_all.setText(in_all)
        words = mix_up_words(compared)
        self._mix_up.setVisible(bool(words))
        self._mix_up_words.setText(words)


class WhyCard(Card):
    """The reason of a difference and a note to the manager."""

    def __init__(self) -> None:
        super().__init__((14, 12, 14, 12), 8, name="Why")
        self.body.addWidget(Text("Why", "section"))
        self.reason = Switch(REASONS, "", says="Why", even=True)
        self.note = Field("Note to the manager")
        self._seen = QWidget()
        line = across(Mark("flag", "warn", 16), Text("Your manager sees this close.", "label"), None, spacing=6)
        self._seen.setLayout(line)
        self.body.addWidget(self.reason)
        self.body.addWidget(self.note)
        self.body.addWidget(self._seen)
        self.body.addStretch(1)

    def put(self, compared: Compared, reason: Reason) -> None:
        self.reason.put(reason)
        self._seen.setVisible(compared.manager_sees)

    def focus_first(self) -> None:
        """The cursor on the reasons; nothing is chosen by that."""
        self.reason.findChildren(QRadioButton)[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def chosen(self) -> Reason:
        return cast("Reason", self.reason.key())


class _Line:
    """One drawer's row in the comparison."""

    def __init__(self, grid: QGridLayout, at: int) -> None:
        self._name = Text("", "strong")
        self._expected = Text("", "body", "text_2", align=RIGHT)
        self._counted = Text("", "strong", align=RIGHT)
        self._difference = Text("", "strong", align=RIGHT)
        self._chip = Chip("")
        for column, part in enumerate((self._name, self._expected, self._counted, self._difference, self._chip)):
            grid.addWidget(part, at, column)

    def put(self, line: DrawerLine) -> None:
        self._name.setText(line.name)
        self._expected.setText(line.expected)
        self._counted.setText(line.counted)
        self._difference.setText(line.difference)
        self._difference.set_tone(INKS[line.verdict])
        words, icon, tone = VERDICTS[line.verdict]
        self._chip.show_state(words, icon, tone, f"{line.name}, {line.difference}, {words}")


def _told(icon: str, what: str, details: str) -> Panel:
    panel = Panel("info", (12, 8, 12, 8), 2)
    panel.body.addLayout(across(Mark(icon, "accent", 18), Text(what, "strong"), None))
    panel.body.addWidget(Text(details, "label", "text_2", wraps=True))
    return panel


CURRENCIES = {currency.value: currency for currency in Currency}
