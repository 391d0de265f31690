"""BYD-13: what waits here goes on by a file, sealed for central, and is brought there by any other desk."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from pydantic import ValidationError

from agent_desk.desk.usecases.ports import KnownError
from agent_desk.desk.usecases.telling_time import Reading
from agent_desk.domain.money import Money, total
from agent_desk.domain.money_commands import CASH_TAKEN
from agent_desk.wire.handover_file import (
    MOST_FILE_BYTES,
    MOST_LINE_BYTES,
    MOST_PARTS,
    MOST_SUMMARY_BYTES,
    ROOM_FOR_COMMANDS,
    HandoverSummary,
    PartBody,
    SealedPart,
    TakenIn,
    folded,
    seal_context,
    signed_part,
)
from agent_desk.wire.sync import MOST_COMMANDS, Clock, Envelope

ListUnsent = Callable[[int, int, int], Sequence[Envelope]]
"""What waits beyond a number, in order: at most so many, of at most so many bytes."""
NOT_ONE = "This is no handover file of a desk, or it is damaged: save it on that desk again."


@dataclass(frozen=True, slots=True)
class Author:
    """The desk that writes a file, and when."""

    desk: str
    device: UUID
    at: datetime
    """By central's clock, as this desk knows it."""
    clock: Reading
    sign: Callable[[bytes], bytes]
    seal: Callable[[bytes, bytes], bytes]
    """For central: text, context."""


@dataclass(frozen=True, slots=True)
class HandoverFile:
    summary: HandoverSummary
    parts: tuple[str, ...]
    """Sealed, a line each."""

    def as_bytes(self) -> bytes:
        return "\n".join((self.summary.model_dump_json(), *self.parts, "")).encode()


@dataclass(frozen=True, slots=True)
class HandedOn:
    """A file that was written."""

    path: str
    summary: HandoverSummary


@dataclass(frozen=True, slots=True)
class BroughtRow:
    """A file that was taken in here, and how far it is."""

    id: str
    """The hash of its parts: the same file is the same row."""
    summary: HandoverSummary
    taken_at: datetime
    left: int
    """Parts that central has not answered."""
    outcome: TakenIn | None
    """What became of the parts so far."""
    trouble: str
    """Why it is not going on, or never will; empty while all is well."""


class HandingOn(Protocol):
    """Files of unsent work; every call raises KnownError."""

    async def write(self, path: str) -> HandedOn:
        """Everything that waits here, which goes on waiting.

        Raises `handover.nothing`, `handover.no_key`, `handover.exists`, `disk.full` or `disk.refused`.
        """
        ...

    async def take_in(self, path: str) -> BroughtRow:
        """Keeps a file of another desk, to be brought to central; again does no harm. Raises `handover.not_one`."""
        ...

    async def list_brought(self) -> tuple[BroughtRow, ...]:
        """The newest first."""
        ...

    def suggest(self) -> str:
        """Where a file would be written: on a stick where one is there."""
        ...


def make_file(author: Author, list_unsent: ListUnsent) -> HandoverFile:
    """Raises KnownError `handover.nothing` or `handover.too_large`."""
    parts: list[str] = []
    cash: list[Money] = []
    after = actions = 0
    clock = Clock(wall=author.clock.wall, mono=author.clock.mono, boot=author.clock.boot)
    while commands := tuple(list_unsent(after, MOST_COMMANDS, ROOM_FOR_COMMANDS)):
        after = commands[-1].n
        actions += len(commands)
        cash += [Money.model_validate(one.args["applied"]) for one in commands if one.name in CASH_TAKEN]
        parts.append(_seal(author, PartBody(device=author.device, at=author.at, clock=clock, commands=commands)))
    if not parts:
        raise KnownError("handover.nothing", "Nothing waits on this desk: central has everything.")
    if len(parts) > MOST_PARTS or sum(len(part) for part in parts) > MOST_FILE_BYTES - MOST_SUMMARY_BYTES:
        raise KnownError("handover.too_large", "More waits here than a file may have: save the folder of this desk.")
    summary = HandoverSummary(
        desk=author.desk,
        device=author.device,
        written_at=author.at,
        actions=actions,
        cash=total(cash),
        parts=len(parts),
    )
    return HandoverFile(summary, tuple(parts))


def _seal(author: Author, body: PartBody) -> str:
    sealed = b64encode(author.seal(folded(body), seal_context(author.device))).decode()
    signature = author.sign(signed_part(sealed)).hex()
    return SealedPart(device=author.device, sealed=sealed, signature=signature).model_dump_json()


def read_file(body: bytes) -> HandoverFile:
    """What can be said of a file without central; raises KnownError `handover.not_one`."""
    first, *lines = body.split(b"\n")
    parts = [line for line in lines if line]
    try:
        if len(body) > MOST_FILE_BYTES or len(first) > MOST_SUMMARY_BYTES or len(parts) > MOST_PARTS:
            raise KnownError("handover.not_one", NOT_ONE)
        summary = HandoverSummary.model_validate_json(first)
        sealed = [SealedPart.model_validate_json(line) for line in parts if len(line) <= MOST_LINE_BYTES + 1_000]
    except ValidationError as error:
        raise KnownError("handover.not_one", NOT_ONE) from error
    whole = len(sealed) == len(parts) == summary.parts > 0
    if not whole or any(part.device != summary.device for part in sealed):
        raise KnownError("handover.not_one", NOT_ONE)
    return HandoverFile(summary, tuple(part.model_dump_json() for part in sealed))
