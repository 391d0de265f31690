"""What every page is given: the use cases, and the few doors out of the page."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from agent_desk.desk.ui.keys import Keys
    from agent_desk.desk.ui.parts.notices import Notice
    from agent_desk.desk.usecases import UseCases
    from agent_desk.desk.usecases.ports import Changes
    from agent_desk.domain.people import Staff


@dataclass(frozen=True, slots=True)
class PageContext:
    """The page's whole world; a page holds nothing else."""

    cases: UseCases
    staff: Staff
    """Who is signed in."""
    start: Callable[[Coroutine[Any, Any, None]], None]
    """Runs a coroutine on the window's loop; what the world refuses becomes a notice, a bug a numbered report."""
    notify: Callable[[Notice], None]
    """The one door to the agent."""
    go: Callable[[str, UUID | None], None]
    """Opens a page by its key (`quote`, `cart`, `measure`, `orders`, `sync`), at one aggregate where one is named."""
    keys: Keys
    """`keys.bind(area, action, act)`: the page's own keys, which work while it is in front."""
    now: Callable[[], datetime]
    """The desk's best estimate of central's time, aware UTC, for ages and countdowns."""


class Page(Protocol):
    """What the shell asks of a page; every page is a QWidget besides."""

    def opened(self, at: UUID | None) -> None:
        """The page came to the front; focus goes where typing starts."""

    def changed(self, changes: Changes) -> None:
        """Something was committed or pulled; the page queries again if it shows it."""

    def scanned(self, code: str) -> bool:
        """A scan reached this page; False when it has no use for it."""

    def as_widget(self) -> QWidget: ...
