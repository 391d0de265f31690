"""Between the Cart page and the sheet of a card payment: opens it, and does what its buttons say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from agent_desk.desk.ui.pages.cart.card import Act, card_view
from agent_desk.desk.ui.pages.cart.sale import Stage

if TYPE_CHECKING:
    from agent_desk.desk.ui.context import PageContext
    from agent_desk.desk.ui.pages.cart.card_sheet import CardSheet
    from agent_desk.desk.ui.pages.cart.payer_sheet import PayerSheet
    from agent_desk.desk.ui.pages.cart.taking import SaleWork
    from agent_desk.desk.ui.pages.cart.tender_card import TenderCard
    from agent_desk.desk.ui.pages.cart.working import Tell
    from agent_desk.desk.usecases.paying_by_card import CardShown
    from agent_desk.desk.usecases.ports import LinkState


class CardDoor:
    """The sheet is made when the first card is asked for: a start does not wait for it."""

    def __init__(self, page: QWidget, work: SaleWork, context: PageContext, tell: Tell) -> None:
        self._page = page
        self._work = work
        self._context = context
        self._tell = tell
        self.sheet: CardSheet | None = None
        self.payer: PayerSheet | None = None
        self._link = context.cases.sync.link.state.connection.state
        page.destroyed.connect(context.cases.sync.link.subscribe(self._linked))

    def serve(self, tender: TenderCard) -> None:
        """Does what its tiles ask for."""
        tender.card_asked.connect(self.ask)
        tender.mmg_asked.connect(self.ask_payer)

    def ask(self) -> None:
        """A card for what is still to be paid."""
        sale = self._work.sale
        if sale is None or sale.stage not in {Stage.LOCKED, Stage.PAYING}:
            self._tell("Check out first", "It holds prices and rate for the customer", "warn")
        else:
            self._context.start(self._work.ask_card())

    def ask_payer(self) -> None:
        """Whose phone is asked, before it is."""
        sale = self._work.sale
        if sale is None or sale.stage not in {Stage.LOCKED, Stage.PAYING}:
            self._tell("Check out first", "It holds prices and rate for the customer", "warn")
            return
        if self.payer is None:
            from agent_desk.desk.ui.pages.cart.payer_sheet import PayerSheet

            self.payer = PayerSheet(self._page.window())
            self.payer.closed.connect(lambda: self._context.keys.block(False))
            self.payer.typed.connect(lambda payer: self._context.start(self._work.ask_mmg(payer)))
        self._context.keys.block(True)
        self.payer.open()

    def put(self, card: CardShown | None) -> None:
        """Shows how the payment stands; None closes the sheet."""
        if card is None:
            if self.sheet is not None:
                self.sheet.dismiss()
            return
        sheet = self.sheet or self._make()
        sheet.put(card_view(card))
        if not sheet.isVisible() and self._page.isVisible():
            self._context.keys.block(True)
            sheet.open()

    def _linked(self, link: LinkState) -> None:
        """A cut or mended link changes what the tile says; what is sent and answered between does not."""
        before, self._link = self._link, link.connection.state
        if (before == "offline") != (self._link == "offline"):
            self._context.start(self._work.load())

    def _make(self) -> CardSheet:
        from agent_desk.desk.ui.pages.cart.card_sheet import CardSheet

        self.sheet = CardSheet(self._page.window())
        self.sheet.acted.connect(self._do)
        self.sheet.closed.connect(lambda: self._context.keys.block(False))
        return self.sheet

    def _do(self, act: Act) -> None:
        start, work = self._context.start, self._work
        match act:
            case "cancel":
                start(work.cancel_card())
            case "check":
                self._context.cases.sync.link.try_now()
            case "copy":
                url = "" if work.cards.card is None else work.cards.card.attempt.url
                QGuiApplication.clipboard().setText(url)
                self._tell("The link is copied", "It is paid by whoever opens it, once", "ok")
            case "next":
                start(work.leave_order())
            case "close":
                start(work.close_card())
            case "again":
                start(work.ask_again())
            case "done" | "print":
                start(work.finish_card())
