"""What the Cart page does about money: one press after the other, as in the rest of the sale; free of Qt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING
from uuid import UUID

from agent_desk.desk.ui.pages.cart.next_step import Commit, LastSale, change_words, commit_of, taken_words
from agent_desk.desk.ui.pages.cart.sale import SaleView, Stage
from agent_desk.desk.ui.pages.cart.tender import Counted, Draft, count_cash
from agent_desk.desk.ui.pages.cart.working import CartWork

if TYPE_CHECKING:
    from agent_desk.desk.usecases.tendering import Sale


class SaleWork(CartWork):
    """The sale at this desk with the money taken for it."""

    @property
    def counted(self) -> Counted | None:
        """The cash being counted; None where none can be."""
        sale = self.sale
        if sale is None or sale.stage not in {Stage.LOCKED, Stage.PAYING}:
            return None
        due, rate = sale.due, sale.gyd_per_usd
        if due is None or rate is None or due.minor <= 0:
            return None
        return count_cash(self.draft, due, rate)

    @property
    def commit(self) -> Commit:
        if self.sale is None:
            return Commit("Add a line first", "add", "plus")
        if self.cards.card is not None:
            by_mmg = self.cards.card.attempt.tender_kind == "mmg"
            return Commit("Waiting for MMG" if by_mmg else "Waiting for the card", "card", "wallet")
        return commit_of(self.sale, self.counted)

    async def place(self) -> None:
        """Finishes a sale that costs nothing."""
        async with self._turn:
            cart = self._cart_id
            outcome = None if cart is None else await self._cases.tendering.place_order(cart)
            order = self._value(outcome)
            if order is not None:
                self.last = LastSale(order.number, "Nothing to pay", "")
                self._tell(f"Order {order.number} is placed", "Nothing to pay", "ok")
            await self._load()

    async def take(self) -> None:
        """Places the order and takes the cash in one commit; then the receipt, which can be made again."""
        async with self._turn:
            counted, sale = self.counted, self.sale
            if counted is None or counted.given is None or sale is None:
                return
            subject = self._subject
            if subject is None:
                return
            taken = self._value(await self._cases.tendering.take_cash(subject, counted.given, self.draft.change_in))
            if taken is None:
                await self._load()
                return
            self.draft = Draft(self.draft.currency, "", self.draft.currency)
            await self._taken(taken, LastSale(taken.order.number, change_words(taken), taken.tender.receipt))

    async def leave_order(self) -> None:
        """Serves the next customer; what is part paid waits among the orders."""
        async with self._turn:
            self.cards.card = None
            if self.sale is not None:
                self.sale = SaleView(self.sale.now)
            await self._load()

    async def ask_card(self) -> None:
        """Places the order and asks for the rest of it by card; the same button asks again after a failed one."""
        async with self._turn:
            subject = self._subject
            asked = None if subject is None else self._value(await self._cases.tendering.ask_card(subject))
            if asked is not None and self.sale is not None:
                self.cards.card = asked
                self.sale = replace(self.sale, order=asked.order, refusals=())
                self._page.show(self._look)
            await self._load()

    async def ask_mmg(self, payer: str) -> None:
        """As `ask_card`, from the phone of the payer."""
        async with self._turn:
            subject = self._subject
            asked = None if subject is None else self._value(await self._cases.tendering.ask_mmg(subject, payer))
            if asked is not None and self.sale is not None:
                self.cards.card = asked
                self.sale = replace(self.sale, order=asked.order, refusals=())
                self._page.show(self._look)
            await self._load()

    async def ask_again(self) -> None:
        """The payment that came to nothing once more, the same way."""
        card = self.cards.card
        if card is not None and card.attempt.tender_kind == "mmg":
            await self.ask_mmg(card.attempt.payer)
        else:
            await self.ask_card()

    async def cancel_card(self) -> None:
        """Asks for its end; central says whether it was paid before."""
        async with self._turn:
            self._value(await self.cards.cancel())
            await self._load()

    async def close_card(self) -> None:
        """Looks away from a payment that came to nothing; the order is still to be paid."""
        async with self._turn:
            self.cards.card = None
            await self._load()

    async def finish_card(self) -> None:
        """The receipt of a card that central has confirmed, and the next customer."""
        async with self._turn:
            taken = self.cards.taken
            if taken is None:
                await self._load()
            else:
                self.cards.card = None
                await self._taken(
                    taken,
                    LastSale(
                        taken.order.number,
                        f"By {'MMG' if taken.tender.kind == 'mmg' else 'card'}, no change",
                        taken.tender.receipt,
                    ),
                )

    def edit(self, draft: Draft) -> None:
        """The agent chose another tender, or typed a sum."""
        self.draft = draft
        self._page.show(self._look)

    @property
    def _subject(self) -> UUID | None:
        """What money is taken for: the order, or the cart that becomes one."""
        return self.sale.order.id if self.sale is not None and self.sale.order is not None else self._cart_id

    async def _taken(self, taken: Sale, last: LastSale) -> None:
        """Money is kept: the next customer where nothing is left to pay, and the receipt."""
        if self.sale is not None and taken.finished:
            self.last, self.sale = last, SaleView(self.sale.now)
        elif self.sale is not None:
            self.sale = replace(self.sale, order=taken.order, refusals=())
        self._page.show(self._look)
        await self._print(taken)
        await self._load()

    async def _print(self, taken: Sale) -> None:
        receipt = self._value(await self._cases.receipts.print_receipt(taken.order.id, taken.tender.id))
        path = "" if receipt is None else receipt.path
        if taken.finished and self.last is not None:
            self.last = replace(self.last, path=path)
        self._tell(taken_words(taken), PurePath(path).name, "ok", path=path)
