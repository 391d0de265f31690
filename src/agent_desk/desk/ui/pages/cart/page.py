"""The Cart page: lines at the left; the lock, the sums and the cash at the right; one button bottom right."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.desk.ui.keys import caption
from agent_desk.desk.ui.pages.cart.card_door import CardDoor
from agent_desk.desk.ui.pages.cart.head import CartHead
from agent_desk.desk.ui.pages.cart.left import LinesCard
from agent_desk.desk.ui.pages.cart.opening import find_customer
from agent_desk.desk.ui.pages.cart.paying import LockCard, TotalsCard
from agent_desk.desk.ui.pages.cart.questions import CartQuestions
from agent_desk.desk.ui.pages.cart.sale import SaleView, Stage, totals_view
from agent_desk.desk.ui.pages.cart.tabs import CartTabsBar, tab_list
from agent_desk.desk.ui.pages.cart.taking import SaleWork
from agent_desk.desk.ui.pages.cart.tender_card import TenderCard
from agent_desk.desk.ui.pages.cart.working import Told
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import across
from agent_desk.desk.ui.parts.notices import Notice
from agent_desk.domain.money import Currency
from agent_desk.domain.rights import Series

if TYPE_CHECKING:
    from agent_desk.desk.ui.context import PageContext
    from agent_desk.desk.usecases.ports import Changes

RIGHT_WIDE = 448
SHOWN = (
    "cart",
    "order",
    "payment_attempt",
    "provider",
    "product",
    "availability",
    "lease",
    "exchange_rate",
    "trade_rules",
    "tax_table",
)


class CartPage(QWidget):
    """One customer's sale, from the first line to the receipt."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self.setAccessibleName("Cart")
        self.work = SaleWork(context.cases, self._tell, self._show)
        self.head = CartHead()
        self.tabs = CartTabsBar()
        self.left = LinesCard(self)
        self.lock = LockCard()
        self.totals = TotalsCard()
        self.tender = TenderCard()
        self.release = ActionButton("Release", key=caption("cart", "release"), icon="lock-open", height=44)
        self.commit = ActionButton(
            "Add a line first", "primary", key=caption("cart", "commit"), icon="plus", height=44, stretch_key=True
        )
        self.cards = CardDoor(self, self.work, context, self._tell)
        self.questions = CartQuestions(self.work, self.head, self.tabs, self._start, self._tell)
        self._stage = Stage.EMPTY
        self._lay()
        self._connect()
        self._bind()

    def as_widget(self) -> QWidget:
        return self

    def opened(self, at: UUID | None) -> None:
        """The page came to the front; focus goes where typing starts."""
        self._start(self.work.load() if at is None else self.work.open_at(at))
        if self.work.sale is not None and self.work.sale.stage in {Stage.LOCKED, Stage.PAYING}:
            self._focus_given()
        else:
            self.left.add.focus()

    def changed(self, changes: Changes) -> None:
        """Something was committed or pulled; the page queries again if it shows it."""
        if changes.touches(*SHOWN):
            if changes.by == "central":
                self.left.view.expect_elsewhere()
            self._start(self.work.load())

    def scanned(self, code: str) -> bool:
        """A product or a quote goes into the cart, a customer's card says whose it is; shipments are another page's."""
        if code.upper().startswith("SH-"):
            return False
        self.left.add.clear()
        self._start(self._take_scanned(code))
        return True

    def press_commit(self) -> None:
        """Does what the commit button says."""
        self.head.asking.refuse()
        match self.work.commit.act:
            case "add":
                self.left.add.focus()
            case "give":
                self._focus_given()
            case "check_out":
                self._start(self.work.check_out(), "Checking out")
            case "renew":
                self._start(self.work.renew(), "Checking out")
            case "place":
                self._start(self.work.place(), "Saving")
            case "take":
                self._start(self.work.take(), "Saving")
            case "card":
                self.cards.put(self.work.cards.card)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.head.asking.is_open():
            self.head.asking.refuse()
        else:
            event.ignore()

    def _show(self) -> None:
        """Shows what the sale is now; what did not change is not painted again."""
        sale = self.work.sale
        if sale is None:
            return
        self.head.put(sale)
        self.left.put(sale)
        self.left.put_recent(self.work.recent)
        if self.work.others is not None:
            self.tabs.put(tab_list(sale, self.work.others), self.work.others.elsewhere)
        self.lock.put(sale)
        self.totals.put(totals_view(sale))
        self.tender.put(sale, self.work.draft, self.work.last, self.work.cards.tiles)
        commit = self.work.commit
        self.commit.set_words(commit.words)
        self.commit.set_icon(commit.icon)
        self.release.setVisible(sale.locked)
        self.release.set_words("Next" if sale.order is not None else "Release")
        self.release.set_icon("user" if sale.order is not None else "lock-open")
        before, self._stage = self._stage, sale.stage
        if before is not self._stage:
            self.head.asking.refuse()
            self._stage_changed(sale)
        self.cards.put(self.work.cards.card)

    def _stage_changed(self, sale: SaleView) -> None:
        """The agent's own step moved the sale on: the cursor goes where the next one begins."""
        if not self.isVisible():
            return
        if sale.stage in {Stage.LOCKED, Stage.PAYING}:
            self._focus_given()
        elif sale.stage in {Stage.EMPTY, Stage.OPEN}:
            self.left.add.focus()

    def _focus_given(self) -> None:
        entry = self.tender.given.entry
        if entry.isVisibleTo(self):
            entry.setFocus(Qt.FocusReason.ShortcutFocusReason)
            entry.selectAll()

    def _tender(self, currency: Currency) -> None:
        self.head.asking.refuse()
        self.work.edit(self.work.draft.in_currency(currency))
        self._focus_given()

    def _fix(self, refusal: str, fix: str) -> None:
        """A way out of a refused check-out was pressed."""
        line = refusal.rpartition("lines.")[2] if "lines." in refusal else ""
        if fix == "agree" and line:
            self._start(self.work.step(UUID(line), 0))
        elif fix == "take_out" and line:
            self._start(self.work.take_out(UUID(line)))
        elif fix == "no_promotion":
            self._start(self.work.set_promotion(""))
        else:
            self._start(self.work.check_out(), "Checking out")

    def _tell(self, what: str, details: str, told: Told, *, path: str = "") -> None:
        self._context.notify(Notice(what, details, told, path=path))

    def _start(self, doing: Coroutine[Any, Any, None], busy: str = "") -> None:
        """Runs it; with `busy` the commit button says so and refuses a second press."""
        self._context.start(self._busily(doing, busy) if busy else doing)

    async def _busily(self, doing: Coroutine[Any, Any, None], busy: str) -> None:
        self.commit.set_busy(busy)
        try:
            await doing
        finally:
            self.commit.set_busy("")

    async def _take_scanned(self, code: str) -> None:
        customer = await find_customer(self._context.cases, code)
        if customer is not None:
            await self.work.open_at(customer)
        elif code.upper().startswith(Series.QUOTE):
            await self.work.add_text(code)
        else:
            await self.work.add_code(code)

    async def _search(self, text: str) -> None:
        self.left.add.suggest(text, await self.work.search(text))

    async def _add_text(self, text: str) -> None:
        self.left.add.clear()
        await self.work.add_text(text)

    def _add_picked(self, product: str) -> None:
        self.left.add.clear()
        self._start(self.work.add_product(UUID(product)))

    def _connect(self) -> None:
        work, add, given = self.work, self.left.add, self.tender.given
        add.searched.connect(lambda text: self._start(self._search(text)))
        add.picked.connect(self._add_picked)
        add.entered.connect(lambda text: self._start(self._add_text(text)))
        self.left.recent_pressed.connect(lambda id_: self._start(work.add_product(id_)))
        self.left.view.stepped.connect(lambda line, by: self._start(work.step(line, by)))
        self.left.view.taken_out.connect(lambda line: self._start(work.take_out(line)))
        self.left.promotion_entered.connect(lambda code: self._start(work.set_promotion(code)))
        self.tabs.recalled.connect(lambda cart: self._start(work.recall(cart)))
        self.tabs.chosen.connect(lambda cart: self._start(work.choose(cart)))
        self.head.hold_asked.connect(self.questions.hold)
        self.head.recall_asked.connect(self.questions.recall)
        self.head.clear_asked.connect(self.questions.clear)
        self.head.asking.done.connect(self._after_question)
        self.lock.low.connect(lambda: self._tell("Prices are let go in 3 minutes", "Renew with Ctrl R", "warn"))
        self.lock.ended.connect(lambda: self._start(work.load()))
        self.tender.chosen.connect(lambda currency: self._tender(Currency(currency)))
        self.cards.serve(self.tender)
        self.tender.refused.connect(lambda why: self._tell(why, "Take cash, USD or GYD", "warn"))
        self.tender.fixed.connect(self._fix)
        self.tender.last.receipt_asked.connect(lambda path: QDesktopServices.openUrl(QUrl.fromLocalFile(path)))
        given.typed.connect(lambda text: work.edit(work.draft.with_typed(text)))
        given.entered.connect(self.press_commit)
        given.change_asked.connect(lambda currency: work.edit(work.draft.with_change_in(Currency(currency))))
        self.release.clicked.connect(self.questions.release)
        self.commit.clicked.connect(self.press_commit)

    def _bind(self) -> None:
        """The page's keys; `+`, `-` and `Del` are taken by the lines."""
        acts: dict[str, Callable[[], object]] = {
            "add": self.left.add.focus,
            "keep_yours": self.left.view.keep_yours,
            "hold": self.questions.hold,
            "recall": self.questions.recall,
            "cash_usd": lambda: self._tender(Currency.USD),
            "cash_gyd": lambda: self._tender(Currency.GYD),
            "card": self.tender.tiles.card.click,
            "mmg": self.tender.tiles.mmg.click,
            "print": self.tender.last.button.click,
            "renew": lambda: self._start(self.work.renew()),
            "clear": self.questions.clear,
            "commit": self.press_commit,
        }
        for action, act in acts.items():
            self._context.keys.bind("cart", action, act)
        self._context.keys.take("cart", "more", "fewer", "take_out")
        self._context.keys.on_escape("cart", "release", self.questions.release)

    def _after_question(self) -> None:
        if self._stage in {Stage.LOCKED, Stage.PAYING}:
            self._focus_given()
        else:
            self.left.add.focus()

    def _lay(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.tabs)
        left.addWidget(self.left, 1)
        right = QVBoxLayout()
        right.setSpacing(8)
        for widget in (self.lock, self.totals):
            right.addWidget(widget)
        right.addWidget(self.tender, 1)
        commit = across(self.release, self.commit, spacing=8)
        commit.setStretch(1, 1)
        right.addLayout(commit)
        side = QWidget()
        side.setFixedWidth(RIGHT_WIDE)
        right.setContentsMargins(0, 0, 0, 0)
        side.setLayout(right)
        columns = QHBoxLayout()
        columns.setSpacing(8)
        columns.addLayout(left, 1)
        columns.addWidget(side)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 10, 14, 12)
        whole.setSpacing(8)
        whole.addWidget(self.head)
        whole.addLayout(columns, 1)
