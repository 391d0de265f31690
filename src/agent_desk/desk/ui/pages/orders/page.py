"""The Orders page: wires the list, its filters and the detail to the use cases."""

from __future__ import annotations

import time
from pathlib import PurePath
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.desk.ui.context import PageContext
from agent_desk.desk.ui.pages.orders.detail import DetailCard
from agent_desk.desk.ui.pages.orders.list_card import ListCard
from agent_desk.desk.ui.pages.orders.refunds import Refunds
from agent_desk.desk.ui.pages.orders.words import cells_of, due_words, offline_words
from agent_desk.desk.ui.parts.banner import Banner, BannerSpec
from agent_desk.desk.ui.parts.notices import Notice
from agent_desk.desk.ui.parts.rows_model import PAGE, Cell, Row
from agent_desk.desk.usecases.ports import Changes, LinkState
from agent_desk.desk.usecases.rows import OrderChip, OrderFilter, OrderRow
from agent_desk.domain.decision import Refused

AREA = "orders"
SHORT_BELOW = 660
ASK_AFTER_MS = 60
SHOWN = ("order", "payment_attempt", "shipment", "customer")


class OrdersPage(QWidget):
    """Every order this desk holds, also while the link is down."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.setAccessibleName("Orders")
        self._context = context
        self._cases = context.cases
        self._wanted = OrderFilter()
        self._open_order: UUID | None = None
        self._question = 0
        self._choice = 0
        """Of the order to be shown: what was chosen last stands, whichever answer comes last."""
        self._finding = False
        """What was scanned is looked for: the list does not open its first order meanwhile."""
        self._banner_spec = BannerSpec("offline", "Offline", "", "wifi-off", "warn", action="Try now", cap="F5")
        self.banner = Banner(self._banner_spec)
        self.list = ListCard()
        self.detail = DetailCard(context.now)
        self._typing = QTimer(self, singleShot=True, interval=ASK_AFTER_MS)
        self._typing.timeout.connect(self.load)
        self._lay()
        self._wire()
        self._linked(self._cases.sync.link.state)
        self._leave_link = self._cases.sync.link.subscribe(self._linked)
        self.destroyed.connect(self._leave_link)
        self.load()

    def _lay(self) -> None:
        body = QHBoxLayout()
        body.setSpacing(8)
        body.addWidget(self.list, 1)
        body.addWidget(self.detail)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 10, 14, 12)
        whole.setSpacing(8)
        whole.addWidget(self.banner)
        whole.addLayout(body, 1)

    def _wire(self) -> None:
        self.banner.acted.connect(lambda _key: self.try_now())
        self.list.typed.connect(self._type)
        self.list.filtered.connect(self._filter)
        self.list.cleared.connect(self.clear_filters)
        self.list.model.page_wanted.connect(lambda page: self._context.start(self._fill(page, self._question)))
        self.list.view.chosen.connect(lambda key: self.open_order(UUID(key)))
        self.list.view.opened.connect(self._enter)
        self.detail.receipt_wanted.connect(lambda key: self._context.start(self._print(UUID(key))))
        self.detail.main_wanted.connect(self.main_action)
        self.refunds = Refunds(self._context, self.detail)
        keys = self._context.keys
        keys.bind(AREA, "find", self.list.search.entry.setFocus)
        keys.bind(AREA, "refresh", self.try_now)
        keys.bind(AREA, "refund", self.detail.refund.click)
        keys.bind(AREA, "main", self.main_action)
        keys.take(AREA, "open")

    def as_widget(self) -> QWidget:
        return self

    def opened(self, at: UUID | None) -> None:
        """The list takes the focus, at one order where one is named."""
        if at is not None:
            self.list.view.choose(str(at))
            self.open_order(at)
        self.list.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def changed(self, changes: Changes) -> None:
        """Orders moved on here or at central: the list and the open order say so in place."""
        if changes.touches(*SHOWN) or changes.waiting:
            self.load()
            if self._open_order is not None and changes.touches(*SHOWN):
                self._context.start(self._show_order(self._open_order, self._choice))

    def scanned(self, code: str) -> bool:
        """An order's or a waybill's number finds it; other codes are not for this page."""
        self._choice += 1
        self._finding = True
        self._context.start(self._find(code.strip(), self._choice))
        return code.strip().upper().startswith("SH-") or code.strip()[:3].isalpha()

    def load(self) -> None:
        """Asks again what the filters leave; what is shown stays until the answer is here."""
        self._question += 1
        self._context.start(self._load(self._question))

    def clear_filters(self) -> None:
        self._wanted = OrderFilter()
        self.list.search.put("")
        self._ask_anew()

    def open_order(self, id_: UUID) -> None:
        self._choice += 1
        self._finding = False
        self._context.start(self._show_order(id_, self._choice))

    def try_now(self) -> None:
        """F5: asks central at once."""
        self._cases.sync.link.try_now()
        self.load()

    def main_action(self) -> None:
        """F8: the payment that is still open, else the receipt."""
        shown = self.detail.shown
        if shown is None:
            self.list.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif due_words(shown.order):
            self._context.go("cart", shown.order.id)
        elif shown.order.tenders:
            self._context.start(self._print(shown.order.tenders[-1].id))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.detail.set_short(short=self.height() < SHORT_BELOW)

    def _type(self, text: str) -> None:
        self._wanted = OrderFilter(self._wanted.chip, text.strip())
        self._typing.start()

    def _filter(self, chip: OrderChip) -> None:
        self._wanted = OrderFilter(chip, self._wanted.text)
        self._ask_anew()

    def _ask_anew(self) -> None:
        self.list.put_filter(self._wanted.chip)
        self.list.model.clear()
        self.load()

    async def _load(self, question: int) -> None:
        began = time.perf_counter()
        page = await self._cases.orders.list_orders(self._wanted, 0, PAGE)
        taken = max(1, round((time.perf_counter() - began) * 1000))
        if question != self._question:
            return
        self.list.model.renew(page.total)
        self.list.model.fill(0, self._rows(page.rows))
        filtered = self._wanted.chip is not OrderChip.ALL or bool(self._wanted.text)
        self.list.say(page.total, taken, filtered=filtered)
        if self._open_order is None and page.rows and not self._finding:
            self.list.view.choose(str(page.rows[0].id))
            await self._show_order(page.rows[0].id, self._choice)
        self.list.count(await self._cases.orders.count_chips(self._wanted.text))
        await self._age()

    async def _fill(self, page: int, question: int) -> None:
        found = await self._cases.orders.list_orders(self._wanted, page * PAGE, PAGE)
        if question == self._question:
            self.list.model.fill(page, self._rows(found.rows))

    def _rows(self, rows: tuple[OrderRow, ...]) -> list[Row]:
        now = self._context.now()
        return [
            Row(str(row.id), tuple(Cell(say.words, say.icon, say.tone) for say in cells_of(row, now))) for row in rows
        ]

    async def _show_order(self, id_: UUID, choice: int) -> None:
        shown = await self._cases.orders.get_order(id_)
        if choice == self._choice:
            self._open_order = id_
            self.detail.put(shown)

    def _enter(self, key: str) -> None:
        self.open_order(UUID(key))
        self.detail.main.setFocus(Qt.FocusReason.OtherFocusReason)

    async def _find(self, number: str, choice: int) -> None:
        shown = await self._cases.orders.find_order(number)
        if choice != self._choice:
            return
        self._finding = False
        if shown is not None:
            self.list.view.choose(str(shown.order.id))
            self._open_order = shown.order.id
            self.detail.put(shown)
            return
        self.list.search.put(number)
        self._wanted = OrderFilter(OrderChip.ALL, number)
        self._open_order = None
        self._ask_anew()

    async def _print(self, tender: UUID) -> None:
        """CTR-9: the receipt again, as a file whose path is told."""
        shown = self.detail.shown
        if shown is None:
            return
        outcome = await self._cases.receipts.print_receipt(shown.order.id, tender)
        if isinstance(outcome, Refused):
            self._context.notify(Notice("No receipt", outcome.refusals[0].message, "danger", "octagon-x"))
            return
        path = outcome.value.path

        def open_paper() -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(path))

        what = f"Receipt {outcome.value.number}"
        self._context.notify(
            Notice(what, PurePath(path).name, icon="receipt", action="Open", act=open_paper, path=path)
        )
        await self._show_order(shown.order.id, self._choice)

    def _linked(self, link: LinkState) -> None:
        self._context.start(self._age(link))

    async def _age(self, link: LinkState | None = None) -> None:
        """The banner: since when nobody answers, and how old this is."""
        state = link or self._cases.sync.link.state
        status = await self._cases.sync.get_status(1)
        said = offline_words(state, status.heard_at, self._context.now())
        self.banner.setVisible(said is not None)
        if said is not None:
            aside = f"{status.waiting_in_all} wait to be sent" if status.waiting_in_all else ""
            self.banner.put(
                BannerSpec("offline", said[0], said[1], "wifi-off", "warn", aside, action="Try now", cap="F5")
            )
