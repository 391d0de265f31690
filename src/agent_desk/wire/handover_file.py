"""The file by which the unsent work of a desk that is dead goes to central from another desk.

JSON lines: a `HandoverSummary`, then a `SealedPart` a line. Whoever carries the file can read the summary alone, and
change nothing: each part is sealed for central, and signed by the desk it comes from.
"""

from __future__ import annotations

import zlib
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from agent_desk.domain.money import Money
from agent_desk.domain.values import StrictValue, Text, Value, When
from agent_desk.wire.sync import MOST_COMMANDS, Clock, Envelope

ENDING = ".handover"
MOST_FILE_BYTES = 2**25
MOST_PARTS = 1_000
MOST_LINE_BYTES = 480_000
"""Of a sealed part, so that a request has room for it."""
MOST_SUMMARY_BYTES = 4_000
ROOM_FOR_COMMANDS = 2**18
"""Of a part before it is folded: sealed and written as text it still fits, however little it folds."""
MOST_BODY_BYTES = 2**20
MOST_SENTENCES = 20
_PURPOSE = b"agent-desk handover file\n"


class HandoverSummary(StrictValue):
    """What a person reads before the file is taken in, as the desk that wrote it says; nothing personal."""

    format: Literal["agent-desk handover 1"] = "agent-desk handover 1"
    desk: Annotated[Text, StringConstraints(min_length=1, max_length=40)]
    device: UUID
    written_at: When
    actions: Annotated[int, Field(ge=0, le=MOST_PARTS * MOST_COMMANDS)]
    cash: Money
    """Taken in cash and not at central, in US dollars."""
    parts: Annotated[int, Field(ge=0, le=MOST_PARTS)]


class PartBody(StrictValue):
    """What is sealed: commands in their order, with the clocks at writing."""

    device: UUID
    at: When
    """By central's clock, as the desk knew it."""
    clock: Clock
    commands: Annotated[tuple[Envelope, ...], Field(min_length=1, max_length=MOST_COMMANDS)]


class SealedPart(StrictValue):
    device: UUID
    sealed: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]+={0,2}$", max_length=MOST_LINE_BYTES)]
    """HPKE (X25519, HKDF-SHA256, ChaCha20-Poly1305) of the folded body to central's handover key, in base64."""
    signature: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}$")]
    """The desk's Ed25519 signature of `signed_part`."""


class TakenIn(Value):
    """What became of a part; the same whoever brings it and however often."""

    now: When
    applied: int = 0
    refused: int = 0
    parked: int = 0
    """Kept at central for a person."""
    known: int = 0
    """Of these: how many had come before, from the desk itself or by another copy of the file."""
    quarantined: int = 0
    """The desk was taken out of use: kept for a person, nothing of it applied."""
    sentences: Annotated[tuple[str, ...], Field(max_length=MOST_SENTENCES)] = ()
    """Why something was refused or parked."""

    def plus(self, other: TakenIn) -> TakenIn:
        """Both together."""
        counts = ("applied", "refused", "parked", "known", "quarantined")
        summed = {name: getattr(self, name) + getattr(other, name) for name in counts}
        return TakenIn(now=other.now, sentences=(*self.sentences, *other.sentences)[:MOST_SENTENCES], **summed)


def seal_context(device: UUID) -> bytes:
    """What a seal is bound to: one for this is good for nothing else."""
    return _PURPOSE + device.bytes


def signed_part(sealed: str) -> bytes:
    """What the desk signs."""
    return _PURPOSE + sealed.encode()


def folded(body: PartBody) -> bytes:
    """As it is sealed."""
    return zlib.compress(body.model_dump_json().encode(), 6)


def unfolded(data: bytes) -> PartBody:
    """Raises ValueError for what is no part, and for what unfolds to more than a part may have."""
    reader = zlib.decompressobj()
    try:
        text = reader.decompress(data, MOST_BODY_BYTES)
    except zlib.error as error:
        raise ValueError("not folded") from error
    if not reader.eof:
        raise ValueError("not whole")
    return PartBody.model_validate_json(text)


def file_name(desk: str, at: datetime) -> str:
    """What a file is called unless somebody says otherwise."""
    return f"{desk}-{at:%Y%m%d-%H%M}{ENDING}"
