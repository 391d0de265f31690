"""What the keys of the Quote page do: save, print, book, ask a manager, explain."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from pathlib import PurePath
from typing import Any
from uuid import UUID

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from agent_desk.desk.ui.context import PageContext
from agent_desk.desk.ui.pages.quote.settling import spot_of
from agent_desk.desk.ui.pages.quote.view import explain_lines
from agent_desk.desk.ui.pages.quote.whole import QuoteWhole
from agent_desk.desk.ui.parts.notices import Notice
from agent_desk.desk.usecases.ports import Done
from agent_desk.desk.usecases.quoting import Repriced
from agent_desk.domain.decision import Refused
from agent_desk.domain.formats import figure_text, money_text, rate_text
from agent_desk.domain.refusal import Refusal
from agent_desk.domain.shipping import Quote
from agent_desk.domain.times import moment_text


class Doing:
    """The page's actions, one at a time; what is refused is said and the cursor put there."""

    def __init__(self, page: QuoteWhole, context: PageContext) -> None:
        self._page = page
        self._context = context
        self._cases = context.cases
        self._busy = False

    def act(self, action: Coroutine[Any, Any, None]) -> None:
        """Runs an action unless one runs already: a key pressed twice does one thing."""
        if self._busy:
            action.close()
            return
        self._busy = True
        self._context.start(self._run(action))

    async def _run(self, action: Coroutine[Any, Any, None]) -> None:
        try:
            await action
        finally:
            self._busy = False

    def refuse(self, refusals: Sequence[Refusal]) -> None:
        """Says the first thing that stands against it and goes there."""
        first = refusals[0]
        more = f" And {len(refusals) - 1} more." if len(refusals) > 1 else ""
        self._context.notify(Notice("Not done", first.message + more, "danger", "octagon-x"))
        self._page.go_to(spot_of(first.field, self._page.state.draft.rows))

    def warn(self, warnings: Sequence[Refusal]) -> None:
        """Says what to keep an eye on."""
        for one in warnings[:1]:
            self._context.notify(Notice("Keep an eye on this", one.message, "warn"))

    def _act_priced(self, action: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Runs an action on the quote as it was typed, or goes to what must be settled first.

        A key can be quicker than the price, and means what is on the page, not what was there before the last figure.
        """
        if self._page.asking.is_pricing:
            self.act(self._priced_first(action))
        elif not self._goes_settling():
            self.act(action())

    async def _priced_first(self, action: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if await self._page.asking.priced() and not self._goes_settling():
            await action()

    def _goes_settling(self) -> bool:
        settles = self._page.state.commit(self._context.now()).settles
        if settles:
            self._page.go_settle()
        return settles

    def save(self) -> None:
        """F8: frozen for 24 h."""
        if not self._page.state.is_saved:
            self._act_priced(self._save_and_tell)

    async def _save_and_tell(self) -> None:
        quote = await self._save()
        if quote is not None:
            self._context.notify(Notice(f"Quote {quote.number} saved", "On this desk, sent by itself"))

    async def _save(self) -> Quote | None:
        """The saved quote of what is on the page; None where it was refused, which has then been said."""
        state = self._page.state
        if state.is_saved:
            return state.saved
        outcome = await self._cases.quoting.save_quote(state.request, state.service, state.customer_id)
        if isinstance(outcome, Refused):
            self.refuse(outcome.refusals)
            return None
        state.keep_saved(outcome.value)
        self._page.asking.keep()
        await self._page.asking.number()
        self._page.show_state()
        return outcome.value

    def print(self) -> None:
        """F10: saved where it is not yet, then as a PDF file whose path is told."""
        if self._page.state.is_saved:
            self.act(self._print())
        else:
            self._act_priced(self._print)

    async def _print(self) -> None:
        quote = await self._save()
        if quote is None:
            return
        outcome = await self._cases.quoting.print_quote(quote.id)
        if isinstance(outcome, Refused):
            self.refuse(outcome.refusals)
            return
        path = outcome.value.path

        def open_paper() -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(path))

        what = f"Quote {quote.number} as PDF"
        self._context.notify(
            Notice(what, PurePath(path).name, icon="file-text", action="Open", act=open_paper, path=path)
        )

    def book(self) -> None:
        """F9: into the cart, or to the first thing that stands against it; an expired quote is priced again."""
        self._act_priced(self._book)

    async def _book(self) -> None:
        state = self._page.state
        if state.is_saved and state.saved is not None:
            if self._context.now() > state.saved.valid_until:
                await self.show_difference(state.saved.id)
                return
            outcome = await self._cases.carting.book_quote(state.saved.id)
        else:
            outcome = await self._cases.carting.quote_to_cart(state.request, state.service, state.customer_id)
        if isinstance(outcome, Done):
            self._booked(outcome.value.cart.lines[-1].label, outcome.warnings)
        elif any(one.code == "quote.expired" for one in outcome.refusals) and state.saved is not None:
            await self.show_difference(state.saved.id)
        else:
            self.refuse(outcome.refusals)

    def _booked(self, label: str, warnings: Sequence[Refusal]) -> None:
        page = self._page
        page.state.clear()
        page.show_steps(steps=False)
        page.after_change()
        page.last.put(None)
        page.focus_first()
        self._page.asking.refresh()
        notice = Notice("In the cart", label, action="Open cart", act=lambda: self._context.go("cart", None))
        self._context.notify(notice)
        self.warn(warnings)

    async def show_difference(self, id_: UUID) -> None:
        """CTR-4: what each step was and is now; the page holds a new draft that is priced today."""
        outcome: Repriced = await self._cases.quoting.reprice(id_)
        state = self._page.state
        state.draft = state.draft.model_copy(update={"saved": None})
        state.saved = None
        lines = [
            (
                one.label,
                "",
                "" if one.was is None else figure_text(one.was),
                "" if one.now is None else figure_text(one.now),
            )
            for one in outcome.changes
        ]
        now = "not offered" if outcome.now is None else figure_text(outcome.now)
        lines.append(("Total", "", figure_text(outcome.was), now))
        note = f"{outcome.quote.number} held until {moment_text(outcome.quote.valid_until)}. Ask the customer, then F9."
        self._page.steps.put("Expired: priced again", note, ("Step", "", "Was, USD", "Now, USD"), lines)
        self._page.show_steps(steps=True)
        self._page.show_state()

    def explain(self) -> None:
        """BYD-3: how the price was made, to be worked out again by hand."""
        state = self._page.state
        offer = state.offer
        if offer is None or state.advice is None:
            return
        rate = state.advice.priced.rate
        exchange = "" if rate is None else f", {rate_text(rate.gyd_per_usd)}"
        card = f"Rate card {str(offer.card_id)[:8]}, priced {moment_text(state.advice.priced.at)}{exchange}"
        title = f"{offer.label}, {'' if offer.total is None else money_text(offer.total)}".rstrip(", ")
        heads = ("Step", "Worked out as", "Exact", "USD")
        self._page.steps.put(title, card, heads, explain_lines(offer))
        self._page.show_steps(steps=True)

    def ask_special(self) -> None:
        """EDGE-6: what is over a limit goes to a manager."""
        self.act(self._ask_special())

    async def _ask_special(self) -> None:
        state = self._page.state
        outcome = await self._cases.quoting.ask_special_quote(state.request, state.service, state.customer_id)
        if isinstance(outcome, Refused):
            self.refuse(outcome.refusals)
            return
        what = f"{outcome.value.number} sent to a manager"
        self._context.notify(Notice(what, "The page stays; the answer comes here", "mgr"))
        await self._page.asking.number()
        self._page.show_state()
