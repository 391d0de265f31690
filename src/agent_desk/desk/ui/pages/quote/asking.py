"""What the Quote page asks of the use cases, so that the window never waits."""

from __future__ import annotations

import asyncio
from uuid import UUID

from pydantic import ValidationError
from PySide6.QtCore import QTimer

from agent_desk.desk.ui.context import PageContext
from agent_desk.desk.ui.pages.quote.draft import QuoteDraft
from agent_desk.desk.ui.pages.quote.whole import QuoteWhole
from agent_desk.desk.ui.parts.notices import Notice
from agent_desk.desk.usecases.ports import KnownError
from agent_desk.domain.shipping import QuoteState

PAGE = "quote"
KEEP_AFTER_MS = 250
"""How long after the last key the draft is kept; a crash loses at most this."""


class Asking:
    """Every question and action of the page; answers that come too late are dropped."""

    def __init__(self, page: QuoteWhole, context: PageContext) -> None:
        self._page = page
        self._context = context
        self._cases = context.cases
        self.next_number = ""
        self._pricing = False
        self._asked = 0
        self._answered = 0
        """How often a price was asked for, and up to which time the one on the page is the answer."""
        self._rested = asyncio.Event()
        self._keep = QTimer(page, singleShot=True, interval=KEEP_AFTER_MS)
        self._keep.timeout.connect(self._start_keeping)

    @property
    def is_pricing(self) -> bool:
        """Whether the price of what stands on the page is still being worked out."""
        return self._pricing

    def begin(self) -> None:
        """What the last session left behind comes back first."""
        self._context.start(self._begin())

    async def _begin(self) -> None:
        row = await self._cases.drafting.find_draft(PAGE)
        if row is not None and self._page.state.draft.is_blank:
            try:
                draft = QuoteDraft.model_validate(row.body)
            except ValidationError:  # of an older release: what it meant is not known any more
                draft = QuoteDraft()
            self._page.state.type(draft)
            if draft.saved is not None:
                await self._show_saved(draft.saved)
        await self._refresh()

    def refresh(self) -> None:
        """Asks again for everything that others may have changed."""
        self._context.start(self._refresh())

    async def _refresh(self) -> None:
        state, page = self._page.state, self._page
        rules = await self._cases.pricing.find_trade_rules()
        if rules != state.rules:
            state.rules = rules
            page.route.offer(rules)
        state.settle_route()
        kinds = await self._cases.pricing.list_goods(state.draft.destination)
        page.goods.offer(kinds)
        await self.number()
        await self.price_now()
        await self.show_last()

    async def number(self) -> None:
        """What the next quote will be called."""
        self.next_number = await self._cases.quoting.next_quote_number()

    def price(self) -> None:
        """Has the draft priced on the worker; while one answer is awaited the newest draft waits for its turn."""
        self._asked += 1
        if not self._pricing:
            self._pricing = True
            self._rested.clear()
            self._context.start(self._price())

    async def price_now(self) -> bool:
        """Returns when the advice is of what stands on the page; False where the store could not say."""
        self.price()
        return await self.priced()

    async def priced(self) -> bool:
        """As `price_now`, for what has been asked already."""
        if self._pricing:
            await self._rested.wait()
        return self._answered == self._asked

    async def _price(self) -> None:
        # one at a time: of two answers under way the older could come last
        state = self._page.state
        try:
            while self._answered < self._asked:
                asked = self._asked
                state.advice = await self._cases.pricing.advise(state.request, state.draft.service)
                self._answered = asked
                self._page.show_state()
        finally:
            self._pricing = False
            self._rested.set()

    def keep(self) -> None:
        """Keeps the draft at the next pause."""
        self._keep.start()

    def keep_now(self) -> None:
        """Keeps what the timer still holds, as the page goes."""
        if self._keep.isActive():
            self._keep.stop()
            self._start_keeping()

    def _start_keeping(self) -> None:
        self._context.start(self._keep_draft())

    async def _keep_draft(self) -> None:
        draft = self._page.state.draft
        if draft.is_blank:
            await self._cases.drafting.clear_draft(PAGE)
        else:
            await self._cases.drafting.save_draft(PAGE, draft.model_dump(mode="json"))

    def open(self, id_: UUID) -> None:
        """Shows a saved quote, or begins one for a customer."""
        self._context.start(self._open(id_))

    async def _open(self, id_: UUID) -> None:
        try:
            await self._show_saved(id_)
        except KnownError:
            await self._page.choosing.pick(id_)
            return
        self._page.focus_first()  # the field that had the focus may be gone
        await self.price_now()

    async def _show_saved(self, id_: UUID) -> None:
        quote = await self._cases.quoting.get_quote(id_)
        customer = None
        if quote.customer is not None:
            customer = (await self._cases.customers.get_customer(quote.customer)).customer
        self._page.state.load(quote, customer, again=quote.state is not QuoteState.SAVED)
        self.keep()
        self._page.show_state()
        if quote.state is not QuoteState.SAVED:
            waits = quote.state is QuoteState.SPECIAL_ASKED
            what = f"{quote.number} {'waits for a manager’s price' if waits else 'is booked'}"
            self._context.notify(Notice(what, "The same pieces stand here as a new draft", "mgr" if waits else "info"))
        if quote.state is QuoteState.SAVED and self._context.now() > quote.valid_until:
            await self._page.doing.show_difference(quote.id)

    async def show_last(self) -> None:
        page = self._page
        customer = page.state.customer_id
        rows = () if customer is None else await self._cases.quoting.list_quotes(customer, 3)
        saved = page.state.draft.saved
        last = next((row for row in rows if row.id != saved), None)
        offers = () if page.state.advice is None else page.state.advice.priced.offers
        labels = {offer.service: offer.label.lower() for offer in offers}
        page.last.put(last, labels.get(last.service, last.service) if last is not None else "")

    def repeat(self) -> None:
        """The same pieces and address again, at today's prices."""
        row = self._page.last.row
        if row is not None:
            self._context.start(self._repeat(row.id))

    async def _repeat(self, id_: UUID) -> None:
        quote = await self._cases.quoting.get_quote(id_)
        self._page.state.load(quote, self._page.state.draft.customer, again=True)
        self._page.after_change()

    def scanned(self, code: str) -> bool:
        wanted = code.strip().upper()
        if wanted.startswith("Q-"):
            self._context.start(self._open_number(wanted))
            return True
        if wanted.startswith(("K-", "GY-")):
            self._context.start(self._open_account(wanted))
            return True
        return False

    async def _open_number(self, number: str) -> None:
        row = await self._cases.quoting.find_quote(number)
        if row is None:
            self._context.notify(Notice(f"No quote {number} here", "It may not have come to this desk yet", "warn"))
        else:
            await self._open(row.id)

    async def _open_account(self, number: str) -> None:
        rows = await self._cases.customers.search_customers(number, 5)
        row = next((row for row in rows if row.number.upper() == number), None)
        if row is None:
            self._context.notify(Notice(f"No customer {number} here", "Search by name or phone", "warn"))
        else:
            await self._page.choosing.pick(row.id)
