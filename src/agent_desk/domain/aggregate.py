"""What every aggregate, command and decision has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar, Protocol, Self, TypeVar
from uuid import UUID

from pydantic import Field

from agent_desk.domain.refusal import Refusal
from agent_desk.domain.values import Id, StrictValue, Value

if TYPE_CHECKING:
    from agent_desk.domain.people import Staff
    from agent_desk.domain.price_book import PriceBook

Version = Annotated[int, Field(ge=0, le=2**31)]
Ref = tuple[str, UUID]
"""The kind and id of an aggregate."""


class Aggregate(Value):
    """Something people edit as one thing: decided on here, carried by the wire, kept by both stores."""

    kind: ClassVar[str]

    id: Id
    version: Version = 0
    """0 until it is first saved; central adds one per change."""

    @property
    def ref(self) -> Ref:
        return (self.kind, self.id)

    def next(self, **changed: object) -> Self:
        """The same aggregate one version on."""
        return self.model_copy(update={**changed, "version": self.version + 1})


A = TypeVar("A", bound=Aggregate)


class Command(StrictValue, ABC):
    """What somebody intends; its meaning never changes, new arguments get a new name."""

    name: ClassVar[str]
    fact: ClassVar[bool] = False
    """True for what has already happened in the world, which central never refuses."""

    @abstractmethod
    def writes(self) -> tuple[Ref, ...]:
        """The aggregates it may change, so that a store can lock and load them together."""


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
