"""The tender card of the Cart page: how the customer pays, what is taken, what is still due."""

from __future__ import annotations

from pathlib import PurePath
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agent_desk.desk.ui.keys import caption
from agent_desk.desk.ui.pages.cart.next_step import LastSale
from agent_desk.desk.ui.pages.cart.paying import RIGHT, GivenBox, Inset, TakenRow, TenderTiles
from agent_desk.desk.ui.pages.cart.sale import SaleView, Stage
from agent_desk.desk.ui.pages.cart.tender import Draft, count_cash
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import Card, across
from agent_desk.desk.ui.parts.chip import Severity
from agent_desk.desk.ui.parts.refusals import Fix, RefusalItem, RefusalList
from agent_desk.desk.ui.parts.text import Mark, Text
from agent_desk.desk.usecases.paying_by_card import ProviderTiles
from agent_desk.domain.formats import money_text
from agent_desk.domain.money import Currency
from agent_desk.domain.refusal import Refusal
from agent_desk.domain.tendering import cash_due

_SEVERITY: dict[str, Severity] = {"blocks": "blocks", "manager": "needs_manager", "warns": "warns"}


class LastSaleBox(Inset):
    """What was sold last, with its receipt; emits `receipt_asked(path)`."""

    receipt_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._what = Text("", "strong", elides=True)
        self._change = Text("", "body", "ok", elides=True)
        self._path = ""
        self._file = Text("", "caption", "text_2", elides=True)
        self.button = ActionButton("Receipt", key=caption("cart", "print"), height=32)
        self.button.clicked.connect(lambda: self.receipt_asked.emit(self._path))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._what)
        words.addWidget(self._change)
        line = across(Mark("circle-check", "ok", 22), spacing=10)
        line.addLayout(words, 1)
        line.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 8)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self._file)

    def put(self, last: LastSale) -> None:
        self._what.setText(f"Last sale {last.order}, paid")
        self._change.setText(last.change)
        self._path = last.path
        self._file.setText(PurePath(last.path).name)
        self._file.setToolTip(last.path)
        self._file.setVisible(bool(last.path))
        self.button.set_not_now("" if last.path else "The receipt is not made yet")


class TenderCard(Card):
    """Emits what is chosen and typed; a fix of a refusal comes back as `fixed(refusal key, fix key)`."""

    chosen = Signal(str)
    card_asked = Signal()
    mmg_asked = Signal()
    refused = Signal(str)
    fixed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__((12, 8, 12, 10), 0, name="Tender")
        self._aside = Text("Split over as many as needed", "caption", "text_2", align=RIGHT)
        self.tiles = TenderTiles()
        self.given = GivenBox()
        self.last = LastSaleBox()
        self.refusals = RefusalList()
        self._hint = Text("", "body", "text_2", wraps=True)
        self._taken = QVBoxLayout()
        self._taken.setContentsMargins(0, 0, 0, 0)
        self._taken.setSpacing(0)
        self._shown: tuple[UUID, ...] = ()
        self._still_usd = Text("", "money_l", align=RIGHT)
        self._still_gyd = Text("", "caption", "text_2")
        self._still = QWidget()
        self._lay_still()
        self.body.addLayout(across(Text("Tender", "section"), None, self._aside))
        self.body.addSpacing(6)
        self.body.addWidget(self.tiles)
        self.body.addLayout(self._taken)
        self.body.addWidget(self._still)
        self.body.addWidget(self.given)
        self.body.addSpacing(8)
        self.body.addWidget(self._hint)
        self.body.addWidget(self.refusals, 1)
        self.body.addWidget(self.last)
        self.body.addStretch(0)
        self.tiles.chosen.connect(self.chosen)
        self.tiles.card_asked.connect(self.card_asked)
        self.tiles.mmg_asked.connect(self.mmg_asked)
        self.tiles.refused.connect(self.refused)
        self.refusals.fixed.connect(self.fixed)

    def put(self, sale: SaleView, draft: Draft, last: LastSale | None, tiles: ProviderTiles | None) -> None:
        """Shows how far the paying is."""
        paying = sale.stage in {Stage.LOCKED, Stage.PAYING}
        due, rate = sale.due, sale.gyd_per_usd
        self.tiles.put(draft.currency, tiles)
        self._put_taken(sale)
        ready = paying and due is not None and rate is not None and due.minor > 0
        self._still.setVisible(ready)
        self.given.setVisible(ready)
        if ready and due is not None and rate is not None:
            self._still_usd.setText(money_text(due))
            self._still_gyd.setText(money_text(cash_due(due, Currency.GYD, rate)))
            self.given.put(draft, count_cash(draft, due, rate), due, rate)
        items = [_item(refusal, sale) for refusal in sale.refusals]
        self.refusals.put(items)
        self.refusals.setVisible(bool(items))
        self._hint.setText("" if items or ready else hint(sale))
        self._hint.setVisible(bool(self._hint.words()) and not (sale.stage is Stage.EMPTY and last is not None))
        self.last.setVisible(sale.stage is Stage.EMPTY and last is not None)
        if last is not None:
            self.last.put(last)

    def _put_taken(self, sale: SaleView) -> None:
        tenders = () if sale.order is None else sale.order.tenders
        if tuple(tender.id for tender in tenders) == self._shown:
            return
        self._shown = tuple(tender.id for tender in tenders)
        while (item := self._taken.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for tender in tenders[-3:]:
            self._taken.addWidget(TakenRow(tender))

    def _lay_still(self) -> None:
        self._still.setFixedHeight(42)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(Text("Still to pay", "strong"))
        words.addWidget(self._still_gyd)
        words.addStretch(1)
        line = across(spacing=8)
        line.addLayout(words)
        line.addWidget(self._still_usd, 1, Qt.AlignmentFlag.AlignVCenter)
        self._still.setLayout(line)


def hint(sale: SaleView) -> str:
    """What to do where no cash can be taken yet."""
    match sale.stage:
        case Stage.EMPTY:
            return "The sums stand here once the cart has a line."
        case Stage.OPEN:
            return "Check out first: it holds prices and rate for the customer."
        case Stage.EXPIRED:
            return "Prices and rate are no longer held. Check out again and say what changed."
        case _:
            return "Nothing to pay: finish the order."


def _item(refusal: Refusal, sale: SaleView) -> RefusalItem:
    """A refusal of the check-out with what can be done about it here."""
    line = next((line for line in sale.lines if refusal.field == f"lines.{line.id}"), None)
    fixes: tuple[Fix, ...] = ()
    if line is not None and refusal.code == "price.differs" and line.what == "product":
        fixes = (Fix("agree", "They agree"), Fix("take_out", "Take it out"))
    elif line is not None and refusal.stops:
        fixes = (Fix("take_out", "Take it out"),)
    elif refusal.field == "promotion":
        fixes = (Fix("no_promotion", "Take it out"),)
    elif refusal.code in {"rate.differs", "total.differs", "cart.changed"}:
        fixes = (Fix("again", "Check out again"),)
    place = {"promotion": "Promotion", "exchange_rate": "Rate", "totals": "Total"}.get(refusal.field, "Cart")
    return RefusalItem(
        key=f"{refusal.code}:{refusal.field}",
        severity=_SEVERITY[refusal.severity],
        place=place if line is None else line.label,
        code=refusal.code,
        sentence=refusal.message,
        fixes=fixes,
    )
