"""What a decision looks at, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from agent_desk.domain.aggregate import A, Aggregate
from agent_desk.domain.people import Staff
from agent_desk.domain.price_book import PriceBook
from agent_desk.domain.refusal import Refusal
from agent_desk.domain.till import Through


class State(Protocol):
    """What a decision may look at."""

    def find(self, kind: type[A], id_: UUID) -> A | None: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true around a decision: central has its own, and central's count."""

    now: datetime
    """When it happened, aware UTC: the desk's best estimate at the desk, central's bounded time at central."""
    actor: Staff
    desk: str
    """The desk's code, such as GEO-2; every number it makes begins with it."""
    book: PriceBook
    open_bookings: int = 0
    through: Through | None = None
    """What went through the drawers of the till a command is about, by central's ledger; None at a desk."""

    @property
    def signature(self) -> str:
        """Who acts and where: `Shanice Persaud at GEO-2`."""
        return f"{self.actor.name[:120]} at {self.desk}"


@dataclass(frozen=True, slots=True)
class Case:
    """Something a person must look at, because a fact cannot be refused."""

    kind: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Decided:
    """The new states, in the order they were decided; nothing else changed."""

    changes: tuple[Aggregate, ...]
    warnings: tuple[Refusal, ...] = ()
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing changed; `refusals` says everything that stands against it."""

    refusals: tuple[Refusal, ...]
    current: tuple[Aggregate, ...] = field(default=())
    """The present state of what the command spoke about, so that nobody has to ask again."""


Outcome = Decided | Refused
