"""Giving money back, in the detail of an order: which receipt, how much, in what, why, and what that means."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Qt, Signal

from agent_desk.desk.ui.amounts import read_amount
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import Panel, across
from agent_desk.desk.ui.parts.field import Field, MoneyField
from agent_desk.desk.ui.parts.switch import Switch
from agent_desk.desk.ui.parts.text import Text
from agent_desk.desk.usecases.refunding import RefundShown
from agent_desk.domain.formats import figure_text, money_text
from agent_desk.domain.money import Currency, Money
from agent_desk.domain.refusal import Severity
from agent_desk.domain.selling import Order

MOST_TENDERS = 3
"""Of which one is chosen; the newest."""


class RefundPart(Panel):
    """Emits `changed()` when something was entered, `wanted(ask)` on the button, `left()` on the way out."""

    changed = Signal()
    wanted = Signal(bool)
    left = Signal()

    def __init__(self) -> None:
        super().__init__("plain", (10, 8, 10, 10), 6)
        self.setAccessibleName("Give back")
        self._asks = False
        self._receipts = Switch((), says="Receipt")
        self.currency = Switch([(one.value, one.value) for one in Currency], Currency.USD, says="Give back in")
        self.amount = MoneyField("Of it", currency=Currency.USD)
        self.amount.setFixedWidth(130)
        self.reason = Field("Why")
        self._means = Text("", "label", "text_2", wraps=True)
        self.keep = ActionButton("Give back", "tonal", icon="rotate-ccw", height=32)
        self._no = ActionButton("Keep", height=32)
        self.body.addLayout(across(self._receipts, None, self.currency))
        fields = across(self.amount, self.reason)
        fields.setStretch(1, 1)
        self.body.addLayout(fields)
        self.body.addWidget(self._means)
        self.body.addLayout(across(None, self._no, self.keep))
        self._receipts.chosen.connect(lambda _key: self._choose())
        self.currency.chosen.connect(lambda _key: self.changed.emit())
        self.amount.edited.connect(lambda _text: self.changed.emit())
        self.amount.entered.connect(lambda: self.reason.setFocus(Qt.FocusReason.TabFocusReason))
        self.reason.entered.connect(self.keep.click)
        self.keep.clicked.connect(lambda: self.wanted.emit(self._asks))
        self._no.clicked.connect(self.left)
        self._left: dict[str, Money] = {}
        self._given_in: dict[str, Currency] = {}
        self._cards: frozenset[str] = frozenset()

    def put_order(self, order: Order) -> bool:
        """Begins with the newest tender that can be given back; False where none can."""
        open_ = [tender for tender in order.tenders if order.refundable(tender).minor > 0][-MOST_TENDERS:]
        if not open_:
            return False
        self._left = {str(tender.id): order.refundable(tender) for tender in open_}
        self._given_in = {str(tender.id): tender.given.currency for tender in open_}
        self._cards = frozenset(str(tender.id) for tender in open_ if tender.kind == "card")
        self._receipts.set_options([(str(one.id), money_text(one.given)) for one in open_], str(open_[-1].id))
        self._receipts.setVisible(len(open_) > 1)
        self.reason.put("")
        self._choose()
        self.amount.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.amount.entry.selectAll()
        return True

    @property
    def tender(self) -> UUID:
        return UUID(self._receipts.key())

    @property
    def to_card(self) -> bool:
        """The chosen receipt was paid by card: it goes back there."""
        return self._receipts.key() in self._cards

    @property
    def wanted_amount(self) -> Money | None:
        """US dollars; None where that cannot be read."""
        minor = read_amount(self.amount.text())
        return None if minor is None else Money(minor=minor, currency=Currency.USD)

    def put(self, shown: RefundShown) -> None:
        """What it means; where a manager must say so, the button asks."""
        stops = [one for one in shown.refusals if one.stops]
        self._asks = bool(stops) and all(one.severity is Severity.MANAGER for one in stops)
        self.keep.set_words("Ask a manager" if self._asks else "Give back")
        if stops:
            self._means.setText(stops[0].message)
            self._means.set_tone("danger" if not self._asks else "mgr")
            return
        if self.to_card:
            self._means.setText(f"{money_text(shown.given)} back to the card it came from, in some days")
            self._means.set_tone("text_2")
            return
        rounded = f", {money_text(shown.rounding, cents=True)} of it rounding" if shown.rounding.minor else ""
        self._means.setText(f"{money_text(shown.given)} out of the drawer{rounded}, at the rate it was taken at")
        self._means.set_tone("text_2")

    def say_unreadable(self) -> None:
        self._means.setText("Enter an amount in US dollars, such as 20.00.")
        self._means.set_tone("danger")

    def _choose(self) -> None:
        key = self._receipts.key()
        self.amount.put(figure_text(self._left[key]))
        self.currency.put(self._given_in[key])
        self.currency.setVisible(not self.to_card)
        self.changed.emit()
