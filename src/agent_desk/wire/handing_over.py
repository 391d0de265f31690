"""What a revoked desk hands over: a person looks at it, nothing of it is applied by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field

from agent_desk.domain.values import StrictValue, Value, When
from agent_desk.wire.sync import MOST_COMMANDS, Envelope

SIGNATURE = "Desk-Signature"
"""The header with the Ed25519 signature over `signed_text` of the body, in hexadecimal."""
FRESH_FOR = timedelta(minutes=15)


class Handover(StrictValue):
    """A part of what waits at a desk, signed with the desk's own key instead of a session."""

    device: UUID
    generation: Annotated[int, Field(ge=0, le=100_000)]
    at: When
    """By central's clock, as the desk knows it."""
    commands: Annotated[tuple[Envelope, ...], Field(max_length=MOST_COMMANDS)] = ()
    last: bool = False
    """That was all: the desk removes its data once this is answered."""


class HandedOver(Value):
    """What central keeps now, for good."""

    now: When
    taken: tuple[UUID, ...] = ()
    """Commands that are kept here, or had their effect before; none when `at` was too far from `now`."""
    whole: bool = False


def signed_text(body: bytes) -> bytes:
    """What is signed: a signature for this is good for nothing else."""
    return b"agent-desk handover\n" + body
