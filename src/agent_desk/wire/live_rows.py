"""The rows of a whole scope as its file has them, one a line: read quickly, for there are many thousands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from agent_desk.wire.canonical import canonical_json
from agent_desk.wire.sync import Row

_BODY = b',"body":'
_ID_LENGTH = 36


class LiveRow(NamedTuple):
    """One aggregate that is there; `text` is its body in canonical JSON, `body` the same as read."""

    kind: str
    id: UUID
    key: str
    """The id as it is stored."""
    version: int
    body: dict[str, Any]
    text: str

    def as_row(self) -> Row:
        """As a page would bring it; its place in the feed is not known."""
        return Row(seq=0, kind=self.kind, id=self.id, version=self.version, op="u", body=self.body)


def read_live_rows(lines: Sequence[bytes]) -> tuple[LiveRow, ...]:
    """ValueError where a line is no row that is there."""
    halves = [_halves(line) for line in lines]
    # the JSON reader once over all of them: called for each, it takes longer to begin than to read
    heads = json.loads(b"[" + b",".join([head for head, _ in halves]) + b"]")
    bodies = json.loads(b"[" + b",".join([text for _, text in halves]) + b"]")
    if not len(heads) == len(bodies) == len(halves):
        raise ValueError("a line is not one row")
    return tuple(_row(head, body, text) for head, body, (_, text) in zip(heads, bodies, halves, strict=True))


def _halves(line: bytes) -> tuple[bytes, bytes]:
    """The row without its body, and the body.

    Central writes the body last and as it keeps it, canonical; whatever is written otherwise is spelled anew.
    """
    head, mark, rest = line.partition(_BODY)
    if mark and rest.endswith(b"}}") and b"{" not in head[1:]:
        return head + b"}", rest[:-1]
    read = json.loads(line)
    if not isinstance(read, dict):
        raise ValueError("a row is an object")  # noqa: TRY004 - what came is wrong, not what was called
    body = read.pop("body", None)
    return canonical_json(read), canonical_json(body)


def _row(head: Any, body: Any, text: bytes) -> LiveRow:
    try:
        kind, said, version, live = head["kind"], head["id"], head["version"], head["op"] == "u"
    except (KeyError, TypeError) as error:
        raise ValueError("a row says its kind, id, version and what became of it") from error
    whole = isinstance(kind, str) and isinstance(said, str) and type(version) is int and isinstance(body, dict)
    if not (live and whole):
        raise ValueError("the rows of a file are there, each with its body")
    id_ = UUID(said)
    # spelling an id takes longer than all the rest of it; one without a letter is spelled again in vain
    key = said if len(said) == _ID_LENGTH and said.islower() else str(id_)
    return LiveRow(kind, id_, key, version, body, text.decode())
