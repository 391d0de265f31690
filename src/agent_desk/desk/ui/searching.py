"""The search over everything: asks while one types, says why each thing was found, opens it or uses it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from agent_desk.desk.ui.parts.chip import ChipSpec
from agent_desk.desk.ui.parts.palette import Hit, HitGroup, Palette
from agent_desk.desk.usecases.searching import SHOWN, Found, Group
from agent_desk.desk.usecases.searching import Hit as FoundHit

if TYPE_CHECKING:
    from agent_desk.desk.ui.context import Page, PageContext
    from agent_desk.desk.ui.shell import Shell

EVERYTHING = ""
_TITLES = {
    Group.CUSTOMERS: "Customers",
    Group.ORDERS: "Orders",
    Group.PRODUCTS: "Products",
    Group.ACTIONS: "Actions",
}
_ICONS = {
    "customer": "user",
    "order": "clipboard-list",
    "shipment": "package",
    "quote": "calculator",
    "product": "tag",
    "new_quote": "calculator",
    "add_customer": "user-plus",
}
_PAGE_ICONS = {
    "quote": "calculator",
    "cart": "shopping-cart",
    "measure": "scale",
    "orders": "clipboard-list",
    "sync": "refresh-cw",
}
_MOST_KEYS = 9


def filter_words() -> list[tuple[str, str, int | None]]:
    """The filters over the hits: everything, then each group."""
    return [(EVERYTHING, "Everything", None), *((group.value, words, None) for group, words in _TITLES.items())]


def filter_counts(found: Found) -> dict[str, int | None]:
    """What stands on the filters; nothing where nothing was found."""
    counts: dict[str, int | None] = {group.value: found.counts.get(group) or None for group in Group}
    return {EVERYTHING: found.total or None, **counts}


def groups_of(found: Found, only: Group | None, pages: Sequence[str]) -> list[HitGroup]:
    """The hits under their heads, the best one marked; what can be done comes last."""
    groups: list[HitGroup] = []
    number = 0
    for group, title in _TITLES.items():
        hits: list[Hit] = []
        for at, hit in enumerate(found.hits):
            if hit.group is group:
                number += 1
                hits.append(_shown(str(at), hit, number))
        if group is Group.ACTIONS:
            hits += _page_hits(found, pages, number, only)
        if hits:
            count = max(found.counts.get(group, 0), len(hits))
            note = f"{count}, best {len(hits)} shown" if count > len(hits) and group.value in SHOWN else str(count)
            groups.append(HitGroup(group.value, title, note, tuple(hits)))
    return groups


def _shown(key: str, hit: FoundHit, number: int) -> Hit:
    chips: tuple[ChipSpec, ...] = ()
    if number == 1 and hit.group is not Group.ACTIONS:
        chips = (ChipSpec("Best match", "star", "ok"),)
    elif hit.check_first:
        chips = (ChipSpec("Check first", "triangle-alert", "warn"),)
    cap = f"Alt {number}" if number <= _MOST_KEYS else ""
    aside = hit.money or ("" if hit.code in hit.title else hit.code)
    return Hit(key, _ICONS.get(hit.kind, "search"), hit.title, hit.why, hit.spans, chips, aside, cap)


def _page_hits(found: Found, pages: Sequence[str], number: int, only: Group | None) -> list[Hit]:
    """Pages by name; with nothing found, a new quote and news from central too."""
    asked = found.text.strip().casefold()
    names = [page for page in pages if not asked or asked in page]
    rows = [
        (f"page:{page}", _PAGE_ICONS.get(page, "search"), f"Open {page.capitalize()}", "A page of the rail")
        for page in (names if only in {None, Group.ACTIONS} else [])
    ]
    nothing = asked and all(hit.group is Group.ACTIONS for hit in found.hits)
    if nothing and "quote" in pages:
        rows.append(("page:quote", "calculator", "New quote", "Begin without a customer"))
    if nothing:
        rows.append(("sync", "refresh-cw", "Ask central for news", "It may not have come to this desk yet"))
    return [
        Hit(key, icon, title, why, cap=f"Alt {number + at}" if number + at <= _MOST_KEYS else "")
        for at, (key, icon, title, why) in enumerate(rows, 1)
    ]


class Searching:
    """Joins the search dialog to the use cases and the pages.

    One question is under way at a time; while it is, only the newest text waits, so an answer is never older than
    the one before.
    """

    def __init__(self, shell: Shell, context: PageContext, pages: Mapping[str, Page]) -> None:
        self._shell = shell
        self._context = context
        self._pages = pages
        self._palette: Palette | None = None
        self._found = Found("", ())
        self._only: Group | None = None
        self._wanted: tuple[str, Group | None] | None = None
        self._asking = False
        shell.search_made.connect(self._wire)
        if shell.has_search():
            self._wire()

    def find(self, text: str) -> None:
        """Opens the search with this text, as after a scan that no page knows."""
        self._shell.open_search()
        palette = self._shell.palette_sheet
        palette.entry.put(text)
        self._type(text)

    def _wire(self) -> None:
        if self._palette is not None:
            return
        palette = self._palette = self._shell.palette_sheet
        palette.set_filters(filter_words())
        palette.typed.connect(self._type)
        palette.filtered.connect(self._filter)
        palette.opened.connect(self._open)
        palette.used.connect(self._use)
        self._show("")

    def _type(self, text: str) -> None:
        self._ask(text, self._only)

    def _filter(self, key: str) -> None:
        self._only = Group(key) if key else None
        if self._palette is not None:
            self._ask(self._palette.entry.text(), self._only)
            self._palette.entry.setFocus()

    def _ask(self, text: str, only: Group | None) -> None:
        self._wanted = (text, only)
        if not self._asking:
            self._asking = True
            self._context.start(self._answer())

    async def _answer(self) -> None:
        try:
            while self._wanted is not None:
                (text, only), self._wanted = self._wanted, None
                began = time.perf_counter()
                self._found = await self._context.cases.searching.search(text, only)
                taken = max(1, round((time.perf_counter() - began) * 1000))
                self._show(f"{self._found.total} found in {taken} ms, on this desk" if text.strip() else "")
        finally:
            self._asking = False

    def _show(self, said: str) -> None:
        if self._palette is not None:
            self._palette.put(groups_of(self._found, self._only, tuple(self._pages)), said)
            self._palette.set_counts(filter_counts(self._found), self._only.value if self._only else EVERYTHING)

    def _open(self, key: str) -> None:
        """Enter: the thing itself, on its own page."""
        if key == "sync":
            self._context.cases.sync.link.try_now()
            return
        if key.startswith("page:"):
            self._context.go(key.removeprefix("page:"), None)
            return
        hit = self._found.hits[int(key)]
        match hit.kind:
            case "customer" | "new_quote" | "quote":
                self._context.go("quote", hit.id)
            case "order":
                self._context.go("orders", hit.id)
            case "shipment":
                self._hand("orders", hit.code)
            case "product":
                self._context.go("cart", hit.id)
            case "add_customer":
                self._add_customer(self._found.text.strip())

    def _use(self, key: str) -> None:
        """Ctrl Enter: in the page below where it has a use for it, else as Enter."""
        below = self._shell.current_key()
        if key.isdecimal():
            hit = self._found.hits[int(key)]
            if (below, hit.kind) == ("cart", "customer"):
                self._context.go("cart", hit.id)
                return
            if (below, hit.kind) == ("measure", "shipment"):
                self._hand("measure", hit.code)
                return
        self._open(key)

    def _hand(self, key: str, code: str) -> None:
        """As if the code had been scanned on that page."""
        page = self._pages.get(key)
        if page is not None:
            self._context.go(key, None)
            page.scanned(code)

    def _add_customer(self, name: str) -> None:
        from agent_desk.desk.ui.pages.quote.page import QuotePage

        page = self._pages.get("quote")
        if isinstance(page, QuotePage):
            self._context.go("quote", None)
            page.open_form(name, edit=False)
