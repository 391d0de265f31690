"""The right side of the Cart page: the lock, what it comes to, the cash."""

from __future__ import annotations

from decimal import Decimal
from time import monotonic

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.keys import caption
from agent_desk.desk.ui.pages.cart.sale import SaleView, Stage, TotalsView, lock_words
from agent_desk.desk.ui.pages.cart.tender import Counted, Draft, back_view, suggestion_text
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import Card, across
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.field import Entry
from agent_desk.desk.ui.parts.lock import LOW, Countdown, LockRing
from agent_desk.desk.ui.parts.painting import box, painter_on
from agent_desk.desk.ui.parts.switch import Switch
from agent_desk.desk.ui.parts.text import Mark, Rule, Text
from agent_desk.desk.ui.parts.tiles import TenderTile
from agent_desk.desk.usecases.paying_by_card import ProviderTiles
from agent_desk.domain.checking_out import LOCK_LASTS
from agent_desk.domain.formats import figure_text, money_text
from agent_desk.domain.money import Currency, Money
from agent_desk.domain.selling import Tender

RIGHT = Qt.AlignmentFlag.AlignRight
DRAWERS = {Currency.USD: "USD drawer", Currency.GYD: "GYD drawer"}


class Inset(QFrame):
    """A quiet box inside a card."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        box(painter, QRectF(self.rect()), 6, theme.hover, theme.border)
        painter.end()


class LockCard(Card):
    """Whether prices and rate are held, and how long still."""

    low = Signal()
    ended = Signal()

    def __init__(self) -> None:
        super().__init__((12, 5, 14, 5), 0, name="Price lock")
        self.setFixedHeight(54)
        self._ring = LockRing()
        self._what = Text("", "strong", elides=True)
        self._under = Text("", "caption", "text_2", elides=True)
        self._countdown = Countdown(monotonic)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addStretch(1)
        words.addWidget(self._what)
        words.addWidget(self._under)
        words.addStretch(1)
        line = across(self._ring, spacing=10)
        line.addLayout(words, 1)
        line.addWidget(self._countdown)
        self.body.addLayout(line)
        self._countdown.ticked.connect(self._turn)
        self._countdown.low.connect(self.low)
        self._countdown.ended.connect(self.ended)

    def put(self, sale: SaleView) -> None:
        """Shows the lock of the sale; a running countdown goes on by the steady clock."""
        what, under = lock_words(sale)
        self._what.setText(what)
        self._under.setText(under)
        if sale.stage is Stage.LOCKED:
            left = sale.lock_left.total_seconds()
            if abs(self._countdown.left().total_seconds() - left) > 1:
                self._countdown.start(monotonic() + left)
        else:
            self._countdown.stop()
            self._ring.put(1.0 if sale.order is not None else 0.0, locked=sale.order is not None)

    def _turn(self, left: float) -> None:
        self._ring.put(left / LOCK_LASTS.total_seconds(), low=left < LOW.total_seconds())


class TotalsCard(Card):
    """Lines, promotion, VAT and what is to pay."""

    def __init__(self) -> None:
        super().__init__((14, 6, 14, 4), 0, name="Totals")
        self._lines = Text("", "body", align=RIGHT)
        self._code = Text("", "caption", "text_2")
        self._off = Text("", "body", "ok", align=RIGHT)
        self._of = Text("", "caption", "text_2")
        self._vat = Text("", "body", align=RIGHT)
        self._gyd = Text("", "money_m", "text_2")
        self._usd = Text("", "money_xl", align=RIGHT)
        self._promotion = QWidget()
        self._promotion.setLayout(_row("Promotion", self._code, self._off))
        self.body.addLayout(_row("Lines", Text(), self._lines))
        self.body.addWidget(self._promotion)
        self.body.addLayout(_row("VAT", self._of, self._vat))
        self.body.addSpacing(3)
        self.body.addWidget(Rule())
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(Text("To pay", "section"))
        words.addWidget(self._gyd)
        line = across(spacing=8)
        line.addLayout(words)
        line.addWidget(self._usd, 1)
        self.body.addSpacing(2)
        self.body.addLayout(line)

    def put(self, view: TotalsView) -> None:
        self._lines.setText(view.lines)
        self._promotion.setVisible(bool(view.promotion))
        self._code.setText(view.promotion_code)
        self._off.setText(view.promotion)
        self._of.setText(view.vat_words)
        self._vat.setText(view.vat)
        self._usd.setText(view.usd)
        self._gyd.setText(view.gyd)


def _row(label: str, between: Text, amount: Text) -> QHBoxLayout:
    amount.setFixedHeight(19)
    return across(Text(label, "body", "text_2"), between, None, amount, spacing=8)


class TakenRow(QWidget):
    """Money that was taken: cash in the drawer, or a card that central has confirmed."""

    def __init__(self, tender: Tender) -> None:
        super().__init__()
        self.setFixedHeight(41)
        back = f", {money_text(tender.change)} back" if tender.change.minor else ""
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(Text(f"{tender.how} {money_text(tender.given)}", "strong", elides=True))
        where = DRAWERS[tender.given.currency] if tender.kind == "cash" else "Confirmed by central"
        words.addWidget(Text(f"{where}{back}", "caption", "text_2", elides=True))
        words.addStretch(1)
        line = across(Mark("banknote" if tender.kind == "cash" else "wallet", "ok", 18), spacing=8)
        line.addLayout(words, 1)
        line.addWidget(Chip("Final", "check", "ok"))
        line.addWidget(Text(figure_text(tender.applied), "strong", align=RIGHT))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line, 1)
        column.addWidget(Rule())


class TenderTiles(QWidget):
    """The ways to pay; emits `chosen(currency)`, `card_asked()`, `mmg_asked()`, or `refused(why)`."""

    chosen = Signal(str)
    card_asked = Signal()
    mmg_asked = Signal()
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        self._group = QButtonGroup(self)
        self._cash: dict[Currency, TenderTile] = {}
        for currency, action in ((Currency.USD, "cash_usd"), (Currency.GYD, "cash_gyd")):
            tile = TenderTile("banknote", f"Cash {currency}", DRAWERS[currency], caption("cart", action))
            tile.clicked.connect(lambda _on=False, key=currency: self.chosen.emit(key))
            self._cash[currency] = tile
            self._group.addButton(tile)
            line.addWidget(tile, 1)
        self.card = TenderTile("wallet", "Card", "", caption("cart", "card"))
        self.mmg = TenderTile("smartphone", "MMG", "", caption("cart", "mmg"))
        for tile, asked in ((self.card, self.card_asked), (self.mmg, self.mmg_asked)):
            tile.setCheckable(False)
            tile.set_not_now("not set up")
            tile.clicked.connect(asked)
            line.addWidget(tile, 1)
        self.card.refused.connect(lambda why: self.refused.emit(f"No card can be taken: {why}"))
        self.mmg.refused.connect(lambda why: self.refused.emit(f"No MMG can be taken: {why}"))
        account = TenderTile("notebook-pen", "Account", "")
        account.set_not_now("not set up")
        account.refused.connect(lambda _why: self.refused.emit("Account is not set up at this desk"))
        line.addWidget(account, 1)

    def put(self, currency: Currency, tiles: ProviderTiles | None) -> None:
        """Marks the tender being taken, and says whether a card or MMG can be."""
        self._cash[currency].setChecked(True)
        if tiles is not None:
            for tile, said in ((self.card, tiles.card), (self.mmg, tiles.mmg)):
                tile.set_under(said.under)
                tile.set_not_now(said.why_not)


class GivenBox(Inset):
    """What the customer gave and what goes back."""

    typed = Signal(str)
    entered = Signal()
    change_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.entry = Entry(suffix="GYD", right=True, height=40, role="title", says="Given")
        self.entry.setFixedWidth(156)
        self._suggestions = [ActionButton("", height=30), ActionButton("", height=30)]
        self._switch = Switch(((Currency.GYD, "in GYD"), (Currency.USD, "in USD")), says="Change in", tall=28)
        self._change = Text("", "money_l", "ok", align=RIGHT)
        self._other = Text("", "caption", "text_2", align=RIGHT)
        self._label = Text("Change due", "strong")
        upper = across(Text("Given", "strong"), None, *self._suggestions, self.entry, spacing=6)
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addWidget(self._label)
        left.addWidget(self._switch, 0, Qt.AlignmentFlag.AlignLeft)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._change)
        right.addWidget(self._other)
        lower = across(spacing=8)
        lower.addLayout(left)
        lower.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 7, 8, 6)
        column.setSpacing(6)
        column.addLayout(upper)
        column.addLayout(lower)
        self.entry.textEdited.connect(self.typed)
        self.entry.returnPressed.connect(self.entered)
        self._switch.chosen.connect(self.change_asked)
        for button in self._suggestions:
            button.clicked.connect(lambda _on=False, button=button: self.typed.emit(button.text()))

    def put(self, draft: Draft, counted: Counted, due: Money, gyd_per_usd: Decimal) -> None:
        """Shows the draft against what is due."""
        self.entry.put(draft.typed)
        self.entry.set_suffix(draft.currency)
        self.entry.set_state("error" if counted.fault else "", counted.fault)
        self.entry.setAccessibleName(f"Given, {draft.currency}")
        texts = [suggestion_text(money) for money in counted.suggestions]
        for at, button in enumerate(self._suggestions):
            button.setVisible(at < len(texts))
            button.set_words(texts[at] if at < len(texts) else "")
        self._switch.put(draft.change_in)
        back = back_view(draft, counted, due, gyd_per_usd)
        self._label.setText(back.label)
        self._switch.setVisible(back.choice)
        self._change.setText(back.large)
        self._change.set_tone(back.tone)
        self._other.setText(back.small)
        self._other.set_tone("danger" if counted.fault else "text_2")
