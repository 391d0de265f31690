"""The pages of the rail and who may open them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent_desk.domain.people import Role

if TYPE_CHECKING:
    from agent_desk.desk.ui.context import Page, PageContext


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One place of the rail."""

    key: str
    title: str
    icon: str
    roles: frozenset[Role]
    make: Callable[[PageContext], Page]


def _quote(context: PageContext) -> Page:
    from agent_desk.desk.ui.pages.quote.page import QuotePage

    return QuotePage(context)


def _cart(context: PageContext) -> Page:
    from agent_desk.desk.ui.pages.cart.page import CartPage

    return CartPage(context)


def _measure(context: PageContext) -> Page:
    from agent_desk.desk.ui.pages.measure.page import MeasurePage

    return MeasurePage(context)


def _orders(context: PageContext) -> Page:
    from agent_desk.desk.ui.pages.orders.page import OrdersPage

    return OrdersPage(context)


def _sync(context: PageContext) -> Page:
    from agent_desk.desk.ui.pages.sync.page import SyncPage

    return SyncPage(context)


_LEADERS = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
_COUNTER = _LEADERS | {Role.AGENT}
_FLOOR = _LEADERS | {Role.WAREHOUSE}
_ALL = frozenset(Role)

PAGES = (
    PageEntry("quote", "Quote", "calculator", _COUNTER, _quote),
    PageEntry("cart", "Cart", "shopping-cart", _COUNTER, _cart),
    PageEntry("measure", "Measure", "scale", _FLOOR, _measure),
    PageEntry("orders", "Orders", "clipboard-list", _ALL, _orders),
    PageEntry("sync", "Sync", "refresh-cw", _ALL, _sync),
)


def pages_for(role: Role) -> tuple[PageEntry, ...]:
    """The pages a role may open, in the order of the rail."""
    return tuple(entry for entry in PAGES if role in entry.roles)
