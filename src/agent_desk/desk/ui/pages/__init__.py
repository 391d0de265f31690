"""The pages of the rail and who may open them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
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


def _till(context: PageContext) -> Page:
    from agent_desk.desk.ui.pages.till.page import TillPage

    return TillPage(context)


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
    PageEntry("till", "Till", "banknote", _COUNTER, _till),
)


def pages_for(role: Role) -> tuple[PageEntry, ...]:
    """The pages a role may open, in the order of the rail."""
    return tuple(entry for entry in PAGES if role in entry.roles)


class Pages(Mapping[str, "Page"]):
    """The pages of a role by key; each is made when it is first asked for."""

    def __init__(self, role: Role, context: PageContext, made: Callable[[str, Page], None]) -> None:
        """`made(key, page)` is called once for each, before anybody is given it."""
        self._entries = {entry.key: entry for entry in pages_for(role)}
        self._context = context
        self._tell = made
        self._made: dict[str, Page] = {}

    def __getitem__(self, key: str) -> Page:
        if key not in self._made:
            page = self._made[key] = self._entries[key].make(self._context)
            self._tell(key, page)
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def entries(self) -> tuple[PageEntry, ...]:
        return tuple(self._entries.values())

    def made(self) -> tuple[str, ...]:
        """The keys of those that are there; the others will ask the store when they are made."""
        return tuple(self._made)


async def read_ahead(key: str) -> None:
    """Reads what a page is made of, module by module, between which the window answers.

    Always on the window's own thread: Qt asks for the class of a widget without the interpreter's lock, and the
    binding's table of classes must not grow on another thread meanwhile.
    """
    package = import_module(f"{__name__}.{key}")
    for module in iter_modules(package.__path__, f"{package.__name__}."):
        import_module(module.name)
        await asyncio.sleep(0)
