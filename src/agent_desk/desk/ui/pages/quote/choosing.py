"""Who the quote is for: found, picked, added, changed."""

from __future__ import annotations

from uuid import UUID

from agent_desk.desk.ui.context import PageContext
from agent_desk.desk.ui.pages.quote.whole import QuoteWhole
from agent_desk.domain.decision import Refused
from agent_desk.domain.people import Customer


class Choosing:
    """The page's questions about customers."""

    def __init__(self, page: QuoteWhole, context: PageContext) -> None:
        self._page = page
        self._context = context
        self._cases = context.cases

    def find_customers(self, text: str) -> None:
        self._context.start(self._find_customers(text))

    async def _find_customers(self, text: str) -> None:
        rows = await self._cases.customers.search_customers(text.strip(), 20)
        self._page.customer.suggest(text, rows)

    def pick_customer(self, id_: UUID) -> None:
        self._context.start(self.pick(id_))

    async def pick(self, id_: UUID) -> None:
        shown = await self._cases.customers.get_customer(id_)
        self._page.form.hide()
        self._take_customer(shown.customer)

    def _take_customer(self, customer: Customer) -> None:
        page = self._page
        page.change(page.state.draft.with_customer(customer))
        page.customer.put(customer)
        page.focus_first()
        self._context.start(self._page.asking.show_last())

    def find_likely(self) -> None:
        form = self._page.form
        if form.customer is None and form.isVisible():
            self._context.start(self._find_likely(form.name.text(), form.phone.text(), form.email.text()))

    async def _find_likely(self, name: str, phone: str, email: str) -> None:
        likely = await self._cases.customers.find_likely_same(name, phone, email)
        if self._page.form.name.text() == name and self._page.form.isVisible():
            self._page.form.suggest(likely)

    def keep_customer(self) -> None:
        """Adds or changes the customer of the form."""
        self._page.doing.act(self._keep_customer())

    async def _keep_customer(self) -> None:
        form, customers = self._page.form, self._cases.customers
        name, phone, email = (field.text() for field in form.fields())
        if form.customer is None:
            outcome = await customers.add_customer(name, phone=phone, email=email)
        else:
            outcome = await customers.change_customer(
                form.customer.id, full_name=name, phone=phone, email=email, seen=form.customer
            )
        if isinstance(outcome, Refused):
            form.refuse(outcome.refusals)
            return
        form.hide()
        self._take_customer(outcome.value)
        self._page.doing.warn(outcome.warnings)
