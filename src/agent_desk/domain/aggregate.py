"""What every aggregate and every command has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, ClassVar, Self, TypeVar
from uuid import UUID

from pydantic import Field

from agent_desk.domain.values import Id, StrictValue, Value

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
