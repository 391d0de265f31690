"""Giving money back from the detail of an order: what it would mean, then doing it or asking for it."""

from __future__ import annotations

from agent_desk.desk.ui.context import PageContext
from agent_desk.desk.ui.pages.orders.detail import DetailCard
from agent_desk.desk.ui.parts.notices import Notice
from agent_desk.domain.decision import Refused
from agent_desk.domain.formats import money_text
from agent_desk.domain.money import Currency


class Refunds:
    """Works the detail's refund part; the page shows the order again when it changed."""

    def __init__(self, context: PageContext, detail: DetailCard) -> None:
        self._context = context
        self._detail = detail
        self._part = detail.refunding
        detail.refund_wanted.connect(self.begin)
        detail.refund.refused.connect(lambda why: context.notify(Notice(why, "", "warn")))
        self._part.changed.connect(lambda: context.start(self._preview()))
        self._part.wanted.connect(lambda ask: context.start(self._give(ask)))
        self._part.left.connect(self._part.hide)

    def begin(self) -> None:
        """Shows the part, with all of the newest tender."""
        shown = self._detail.shown
        if shown is not None:
            self._part.show()
            self._part.setVisible(self._part.put_order(shown.order))

    async def _preview(self) -> None:
        shown, amount = self._detail.shown, self._part.wanted_amount
        if shown is None:
            return
        if amount is None:
            self._part.say_unreadable()
            return
        currency = Currency(self._part.currency.key())
        self._part.put(await self._context.cases.refunding.preview(shown.order.id, self._part.tender, amount, currency))

    async def _give(self, ask: bool) -> None:
        shown, amount, part = self._detail.shown, self._part.wanted_amount, self._part
        if shown is None or amount is None:
            return
        cases = self._context.cases.refunding
        if ask:
            asked = await cases.ask_refund(shown.order.id, part.tender, part.reason.text(), amount=amount)
            if isinstance(asked, Refused):
                self._refuse(asked)
                return
            told = Notice("Sent to a manager", f"{money_text(amount)} of {shown.order.number}", "mgr")
        elif part.to_card:
            wanted = await cases.refund_card(shown.order.id, part.tender, part.reason.text(), amount=amount)
            if isinstance(wanted, Refused):
                self._refuse(wanted)
                return
            sentence = f"Receipt {wanted.value.receipt}: central asks the provider"
            told = Notice(f"{money_text(wanted.value.amount)} back to the card", sentence, "ok", "wallet")
        else:
            currency = Currency(part.currency.key())
            given = await cases.refund_cash(
                shown.order.id, part.tender, part.reason.text(), amount=amount, currency=currency
            )
            if isinstance(given, Refused):
                self._refuse(given)
                return
            refund = given.value.refund
            told = Notice(f"Give back {money_text(refund.given)}", f"Receipt {refund.receipt}", "ok", "banknote")
        part.hide()
        self._context.notify(told)

    def _refuse(self, refused: Refused) -> None:
        self._context.notify(Notice(refused.refusals[0].message, "", "warn"))
