"""Where this desk stands beside central."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from agent_desk.wire.sync import Cursor


@dataclass(frozen=True, slots=True)
class Position:
    """Where this desk stands."""

    device: UUID
    generation: int
    epoch: UUID | None
    cursors: dict[str, Cursor]


@dataclass(frozen=True, slots=True)
class OwnSum:
    """What a scope holds here, counted from our own rows."""

    seq: int
    live: int
    sum: str
    mismatches: int
    """How often in a row it did not agree with central."""
