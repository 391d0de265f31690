"""Where a scan goes: by what it is of, whichever page is in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent_desk.desk.ui.parts.notices import Notice
from agent_desk.domain.people import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent_desk.desk.ui.context import Page, PageContext
    from agent_desk.desk.ui.searching import Searching
    from agent_desk.desk.ui.shell import Shell
    from agent_desk.desk.usecases.scanning import CodeKind

_PAGES: dict[CodeKind, tuple[str, ...]] = {
    "shipment": ("orders", "measure"),
    "quote": ("quote", "cart"),
    "customer": ("quote", "cart"),
    "order": ("orders",),
    "product": ("cart",),
}
"""The pages that have a use for each kind, the one to open first; a page in front that is among them keeps it."""


def page_for(kind: CodeKind | None, front: str, pages: Mapping[str, object], role: Role) -> str | None:
    """The page that takes a code; None where nobody at this desk has a use for it, so that it is searched for."""
    if kind is None:
        return None
    wanted = _PAGES[kind]
    if kind == "shipment" and role is Role.WAREHOUSE:
        wanted = wanted[::-1]
    elif front in wanted:
        return front
    return next((page for page in wanted if page in pages), None)


class Scans:
    """Hands each scan to its page, in the order they came."""

    def __init__(self, shell: Shell, context: PageContext, pages: Mapping[str, Page], searching: Searching) -> None:
        self._shell = shell
        self._context = context
        self._pages = pages
        self._searching = searching
        self._waiting: list[str] = []

    def take(self, code: str) -> None:
        """A scan came; in a dialog only the search has a use for it."""
        if self._shell.is_searching():
            self._searching.find(code)
        elif self._shell.keys.is_blocked:
            self._context.notify(Notice("Not scanned", "Close what is open first, then scan again", "warn"))
        else:
            self._waiting.append(code)
            if len(self._waiting) == 1:
                self._context.start(self._route())

    async def _route(self) -> None:
        try:
            while self._waiting:
                code = self._waiting[0]
                kind = await self._context.cases.searching.identify(code)
                self._hand(code, page_for(kind, self._shell.current_key(), self._pages, self._context.staff.role))
                del self._waiting[0]
        finally:
            self._waiting.clear()

    def _hand(self, code: str, key: str | None) -> None:
        if key is None:
            self._searching.find(code)
            return
        if key != self._shell.current_key():
            self._context.go(key, None)
        self._pages[key].scanned(code)
