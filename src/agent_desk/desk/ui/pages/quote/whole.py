"""The Quote page as its own parts see it, so that none of them needs the page itself."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Coroutine, Sequence
from typing import Any, Protocol
from uuid import UUID

from agent_desk.desk.ui.context import PageContext
from agent_desk.desk.ui.pages.quote.draft import QuoteDraft
from agent_desk.desk.ui.pages.quote.frame import QuoteFrame
from agent_desk.desk.ui.pages.quote.settling import Spot
from agent_desk.desk.ui.pages.quote.state import QuoteState
from agent_desk.domain.refusal import Refusal


class Asks(Protocol):
    """What the page asks, as its actions need it."""

    next_number: str

    @property
    def is_pricing(self) -> bool: ...
    async def priced(self) -> bool: ...
    def keep(self) -> None: ...
    def refresh(self) -> None: ...
    async def number(self) -> None: ...
    async def show_last(self) -> None: ...


class Chooses(Protocol):
    async def pick(self, id_: UUID) -> None: ...


class Does(Protocol):
    def act(self, action: Coroutine[Any, Any, None]) -> None: ...
    def warn(self, warnings: Sequence[Refusal]) -> None: ...
    async def show_difference(self, id_: UUID) -> None: ...


class QuoteWhole(QuoteFrame):
    """The cards with the state behind them and the ways to change it."""

    context: PageContext
    state: QuoteState
    asking: Asks
    choosing: Chooses
    doing: Does

    @abstractmethod
    def change(self, draft: QuoteDraft) -> None: ...
    @abstractmethod
    def after_change(self) -> None: ...
    @abstractmethod
    def show_state(self) -> None: ...
    @abstractmethod
    def go_settle(self) -> None: ...
    @abstractmethod
    def focus_first(self) -> None: ...
    @abstractmethod
    def go_to(self, spot: Spot) -> None: ...
