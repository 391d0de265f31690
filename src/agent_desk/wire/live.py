"""What goes over the socket: news of the feed as it is made. It only saves time; pages are the truth.

The desk says `hello`, central says `ready`; after that central sends deltas and pokes, and the desk pings. Whatever is
lost, doubled or out of order is made good by the next page (see `agent_desk.desk.sync.live`).
"""

from __future__ import annotations

import json
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from agent_desk.domain.values import StrictValue, Value
from agent_desk.wire.sync import PROTOCOL, SCHEMA, Cursor, Row, ScopeName, Seq

PATH = "/v1/live"
SUBPROTOCOL = "desk.sync.1"
MOST_DELTA = 16_384
"""Bytes of a frame with rows; more comes by a page."""
MOST_SAID = 16_384
"""Bytes of a frame from a desk."""
MOST_QUEUED = 64
"""Frames that wait for one connection; a slower one is told to ask for pages."""
PING_SECONDS = (20.0, 25.0)
"""The desk pings after so long, evenly spread; central takes a line that is silent for two pings as dead."""
SPREAD_MS = 30_000
"""Within which everybody comes back after central said goodbye."""


class Hello(StrictValue):
    """The desk's first frame."""

    t: Literal["hello"] = "hello"
    protocol: Annotated[int, Field(ge=0, le=1000)] = PROTOCOL
    schema_: Annotated[int, Field(ge=0, le=100_000, alias="schema")] = SCHEMA
    device: UUID
    epoch: UUID | None = None
    cursors: Annotated[dict[ScopeName, Cursor], Field(max_length=64)] = Field(default_factory=dict)


class Ping(Value):
    t: Literal["ping"] = "ping"


class Pong(Value):
    t: Literal["pong"] = "pong"


class Ready(Value):
    """Central's first frame: from here on, what changes in these scopes is told."""

    t: Literal["ready"] = "ready"
    epoch: UUID
    heads: dict[str, Seq] = Field(default_factory=dict)


class Delta(Value):
    """Everything a scope was given between two positions."""

    t: Literal["delta"] = "delta"
    scope: str
    from_: Annotated[Seq, Field(alias="from")]
    to: Seq
    rows: tuple[Row, ...] = ()


class Poke(Value):
    """There is news: too large to send, or this line was too slow for it."""

    t: Literal["poke"] = "poke"
    heads: dict[str, Seq] = Field(default_factory=dict)
    spread_ms: Annotated[int, Field(ge=0, le=600_000)] = 0
    """Ask at some moment within it: others were told the same."""


class Bye(Value):
    """Central ends the line; come back at some moment within the spread."""

    t: Literal["bye"] = "bye"
    code: Literal["DRAIN", "REPLACED", "RIGHTS"]
    """Central stops; another line of this desk is open; sign in or refresh first."""
    spread_ms: Annotated[int, Field(ge=0, le=600_000)] = SPREAD_MS


class Revoked(Value):
    """The desk was taken out of use."""

    t: Literal["revoked"] = "revoked"


Frame = Ready | Delta | Poke | Bye | Revoked | Ping | Pong
_FRAMES: dict[str, TypeAdapter[Frame]] = {
    model.model_fields["t"].default: TypeAdapter(model) for model in (Ready, Delta, Poke, Bye, Revoked, Ping, Pong)
}
_SAID: TypeAdapter[Hello | Ping | Pong] = TypeAdapter(Annotated[Hello | Ping | Pong, Field(discriminator="t")])


def read_frame(text: str | bytes) -> Frame | None:
    """A frame from central; None for a kind this desk does not know yet. Raises ValueError for what is no frame."""
    said = json.loads(text)
    if not isinstance(said, dict):
        raise ValueError("a frame is an object")  # noqa: TRY004 - what came is wrong, not what was called
    model = _FRAMES.get(str(said.get("t")))
    return None if model is None else model.validate_python(said)


def read_said(text: str | bytes) -> Hello | Ping | Pong:
    """A frame from a desk; raises ValueError."""
    return _SAID.validate_json(text)


def frame_text(frame: Frame | Hello) -> str:
    """The frame as it is sent."""
    return frame.model_dump_json(by_alias=True)
