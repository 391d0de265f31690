"""Whether what was shown last still looks right: the page is painted again for news alone; free of Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from agent_desk.desk.ui.pages.cart.next_step import LastSale
from agent_desk.desk.ui.pages.cart.sale import SaleView
from agent_desk.desk.ui.pages.cart.tender import Draft

if TYPE_CHECKING:
    from agent_desk.desk.usecases.carting import CartTabs
    from agent_desk.desk.usecases.paying_by_card import CardShown, ProviderTiles
    from agent_desk.desk.usecases.rows import ProductRow

A_MOMENT = timedelta(seconds=2)
"""In which no words on the page change by time alone."""
Look = tuple[
    "SaleView | None",
    "CartTabs | None",
    "tuple[ProductRow, ...]",
    "LastSale | None",
    Draft,
    "CardShown | None",
    "ProviderTiles | None",
]
"""What was shown last: the sale, the other carts, what was sold lately, the last sale, the cash counted, the card."""


def same_sale(before: SaleView | None, after: SaleView | None) -> bool:
    """Whether both look the same."""
    if before is None or after is None or not timedelta(0) <= after.now - before.now < A_MOMENT:
        return False
    then, now = before.shown, after.shown
    as_then = now if then is None or now is None else replace(now, at=then.at)
    return then == as_then and before.stage is after.stage and replace(after, now=before.now, shown=then) == before


def same_tabs(before: CartTabs | None, after: CartTabs | None) -> bool:
    """Whether both look the same."""
    if before is None or after is None:
        return before is after
    return timedelta(0) <= after.at - before.at < A_MOMENT and replace(after, at=before.at) == before


def _same(before: Look, after: Look) -> bool:
    return before[2:] == after[2:] and same_sale(before[0], after[0]) and same_tabs(before[1], after[1])


class Showing:
    """Whoever shows the sale; it is not asked again for what looks as it was shown last."""

    def __init__(self, shown: Callable[[], None]) -> None:
        self._shown = shown
        self._known: Look | None = None

    def show(self, look: Look) -> None:
        self._known = look
        self._shown()

    def show_news(self, look: Look) -> None:
        """A change made here is shown at once, and heard of again a moment later."""
        if self._known is None or not _same(self._known, look):
            self.show(look)
