"""What is asked before a whole cart is put aside, taken up, emptied or let go."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from agent_desk.desk.ui.pages.cart.head import CartHead
from agent_desk.desk.ui.pages.cart.tabs import CartTabsBar
from agent_desk.desk.ui.pages.cart.taking import SaleWork
from agent_desk.desk.ui.pages.cart.working import Tell
from agent_desk.desk.ui.parts.asking import Question
from agent_desk.domain.formats import money_text


class CartQuestions:
    """Asks in the head of the page, and does what was agreed to."""

    def __init__(
        self,
        work: SaleWork,
        head: CartHead,
        tabs: CartTabsBar,
        start: Callable[[Coroutine[Any, Any, None]], None],
        tell: Tell,
    ) -> None:
        self._work = work
        self._head = head
        self._tabs = tabs
        self._start = start
        self._tell = tell

    def hold(self) -> None:
        """Asks for a name in the head of the page."""
        sale = self._work.sale
        if sale is None or not sale.lines:
            self._tell("There is nothing to hold", "Add a line first", "warn")
            return
        if sale.locked:
            self._tell("This cart is being paid", "Release it before you hold it", "warn")
            return
        act = self._work.hold
        typed = sale.customer_name
        question = Question("Hold as", "Hold", "Keep", lambda name: self._start(act(name)), "Name", typed)
        self._head.ask(question)

    def recall(self) -> None:
        """Takes the one held cart up, or goes to the first of several."""
        held = self._tabs.held()
        if len(held) == 1:
            self._start(self._work.recall(held[0]))
        elif held:
            self._tabs.focus_held()
        else:
            self._tell("No cart is held", "Hold one with Ctrl H", "warn")

    def clear(self) -> None:
        """Asks before every line is taken out."""
        sale = self._work.sale
        if sale is None or not sale.lines or sale.locked:
            self._tell("There is nothing to clear", "A locked cart is released first", "warn")
            return
        count = len(sale.lines)
        asks = "Take the line out for good?" if count == 1 else f"Take all {count} lines out for good?"
        self._head.ask(Question(asks, "Take out", "Keep", lambda _typed: self._start(self._work.clear())))

    def release(self) -> bool:
        """Asks before prices are let go, or a part-paid order is left; False where nothing is held."""
        sale = self._work.sale
        if sale is None or not sale.locked:
            return False
        if sale.order is not None:
            asks = f"{money_text(sale.order.due)} is unpaid. Leave it among the orders?"
            self._head.ask(
                Question(asks, "Next customer", "Stay", lambda _typed: self._start(self._work.leave_order()))
            )
            return True
        asks = "Let prices and rate go?"
        self._head.ask(Question(asks, "Release", "Keep", lambda _typed: self._start(self._work.release())))
        return True
