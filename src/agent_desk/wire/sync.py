"""One round trip: commands and cursors up, acknowledgements and rows down."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from agent_desk.domain.refusal import Refusal
from agent_desk.domain.values import StrictValue, Text, Value, When
from agent_desk.wire.canonical import command_hash

PROTOCOL = 1
SCHEMA = 2
OLDEST_SCHEMA = max(1, SCHEMA - 2)
"""A desk that shapes its rows like an older one is told to update; what it has done is taken in all the same."""
MOST_COMMANDS = 500
MOST_ROWS = 1000
MOST_BYTES = 262_144
"""Of a page before compression."""
MOST_REQUEST_BYTES = 524_288
"""Before compression as after it: room for as many commands as a request may have."""
MOST_BLOCKS = 10_000
MOST_BLOCK_BYTES = 2**22
"""Of a block of a snapshot, also unfolded."""

Seq = Annotated[int, Field(ge=0, le=2**53)]
ScopeName = Annotated[Text, StringConstraints(min_length=1, max_length=80)]
SumText = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
"""A sum of `row_hash` modulo 2**64, in hexadecimal."""
Cursor = tuple[Seq, Seq]
"""[seq, boot]: how far a scope was read, and where its first reading began."""


class Clock(StrictValue):
    """The desk's clocks at sending; the wall clock decides nothing."""

    wall: When
    mono: Annotated[int, Field(ge=0, le=2**53)]
    """Milliseconds since `boot`."""
    boot: Annotated[Text, StringConstraints(max_length=64)]


class Envelope(StrictValue):
    """One command on its way to central."""

    n: Annotated[int, Field(ge=1, le=2**53)]
    """This desk's own count, without gaps."""
    id: UUID
    name: Annotated[Text, StringConstraints(max_length=60)]
    by: UUID
    """The staff member who did it."""
    after: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()
    """Commands that must have been applied, or this one is refused."""
    wall: When
    mono: Annotated[int, Field(ge=0, le=2**53)]
    boot: Annotated[Text, StringConstraints(max_length=64)]
    at: When | None = None
    """Central's time as the desk knew it when it was done; desks of 0.1.0 do not say it."""
    args: dict[str, Any]
    hash: Annotated[Text, StringConstraints(max_length=64)]
    """SHA-256 of name and args, see `command_hash`."""

    @property
    def intact(self) -> bool:
        return self.hash == command_hash(self.name, self.args)


class SyncRequest(StrictValue):
    protocol: Annotated[int, Field(ge=0, le=1000)] = PROTOCOL
    schema_: Annotated[int, Field(ge=0, le=100_000, alias="schema")] = SCHEMA
    app: Annotated[Text, StringConstraints(max_length=40)]
    device: UUID
    generation: Annotated[int, Field(ge=0, le=100_000)] = 0
    epoch: UUID | None = None
    clock: Clock
    cursors: Annotated[dict[ScopeName, Cursor], Field(max_length=64)] = Field(default_factory=dict)
    commands: Annotated[tuple[Envelope, ...], Field(max_length=MOST_COMMANDS)] = ()
    most_rows: Annotated[int, Field(ge=1, le=MOST_ROWS)] = MOST_ROWS
    push_only: bool = False
    recount: bool = False
    """True when this desk may have lost count of the numbers people see: central says how far it knows them."""


class AckState(StrEnum):
    APPLIED = "applied"
    REFUSED = "refused"
    PARKED = "parked"
    """Kept at central for a person; the desk is done with it."""
    GAP = "gap"
    """An earlier number is missing: send again from the expected one."""
    RETRY = "retry"


FINAL = frozenset({AckState.APPLIED, AckState.REFUSED, AckState.PARKED})


class Row(Value):
    """One aggregate as a scope sees it."""

    seq: Seq
    kind: str
    id: UUID
    version: int
    op: Literal["u", "d", "x"]
    """Upserted, deleted, or out of this scope (evicted, not deleted)."""
    body: dict[str, Any] | None = None


class Ack(Value):
    n: int
    id: UUID
    state: AckState
    at: dict[str, int] = Field(default_factory=dict)
    """The feed position, by scope, from which the effect can be seen."""
    refusals: tuple[Refusal, ...] = ()
    current: tuple[Row, ...] = ()
    """The present state of what a refused command spoke about (seq 0: not a feed row)."""
    case: UUID | None = None


class Patch(Value):
    scope: str
    from_: Annotated[int, Field(alias="from")]
    to: int
    boot: int
    rows: tuple[Row, ...]
    reset: bool = False
    """The scope starts again from nothing; its rows here are dropped first, commands never."""


class SnapshotBlock(Value):
    """A stretch of a snapshot that can be read, checked and kept by itself."""

    rows: Annotated[int, Field(ge=0, le=MOST_ROWS)]
    bytes: Annotated[int, Field(ge=1, le=MOST_BLOCK_BYTES)]
    sha256: str


class SnapshotOffer(Value):
    """A whole scope as one file, in blocks that are proved and kept one by one."""

    url: str
    seq: int
    rows: int
    bytes: int
    sha256: str
    """Of the whole file: its name, by which a desk knows the one it has begun."""
    blocks: Annotated[tuple[SnapshotBlock, ...], Field(max_length=MOST_BLOCKS)]
    """In the order of the file, without gaps."""


class Sum(Value):
    """What a scope holds at `seq`."""

    seq: int
    live: int
    sum: SumText
    """Over live rows."""


class SyncAnswer(Value):
    protocol: int = PROTOCOL
    epoch: UUID
    now: When
    acks: tuple[Ack, ...] = ()
    patches: tuple[Patch, ...] = ()
    more: bool = False
    scopes: tuple[str, ...] = ()
    """Every scope this desk may see; others it drops."""
    snapshots: dict[str, SnapshotOffer] = Field(default_factory=dict)
    sums: dict[str, Sum] = Field(default_factory=dict)
    """By scope, only when it is at its head."""
    resend_after: int | None = None
    numbers: dict[str, int] | None = None
    """For a desk that recounts: the highest number of each series of this desk."""
    expected_n: int
    """The next command number central waits for."""
    poll_seconds: int = 2


class Problem(Value):
    """Why a request as a whole was not taken; the shape of every error answer."""

    code: str
    """`token.expired`, `desk.revoked`, `desk.forked`, `app.too_old`, `request.invalid`, ..."""
    message: str
    refusals: tuple[Refusal, ...] = ()
    retry_after: int | None = None
    """Seconds."""
