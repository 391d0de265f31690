"""The answer as bytes: bodies are spliced in as they are stored, never read and written again."""

from __future__ import annotations

import json
from collections.abc import Iterable

from agent_desk.central.usecases.ports import FeedRow
from agent_desk.wire.sync import Patch, SyncAnswer


def row_bytes(row: FeedRow) -> bytes:
    """The `Row` of the wire."""
    head = b'{"seq":%d,"kind":%s,"id":"%s","version":%d,"op":"%s","body":' % (
        row.seq,
        json.dumps(row.kind).encode(),
        str(row.id).encode(),
        row.version,
        row.op.encode(),
    )
    return head + (b"null" if row.body is None else row.body) + b"}"


def patch_bytes(patch: Patch, rows: Iterable[bytes]) -> bytes:
    """The `Patch` of the wire with these rows in place of its own."""
    return spliced(patch.model_dump_json(by_alias=True, exclude={"rows"}).encode(), b"rows", rows)


def answer_bytes(answer: SyncAnswer, patches: Iterable[bytes]) -> bytes:
    """The `SyncAnswer` of the wire with these patches in place of its own; one line."""
    return spliced(answer.model_dump_json(by_alias=True, exclude={"patches"}).encode(), b"patches", patches)


def spliced(spoken: bytes, field: bytes, parts: Iterable[bytes]) -> bytes:
    """A JSON object with one more field, whose items are written already."""
    return spoken[:-1] + b',"' + field + b'":[' + b",".join(parts) + b"]}"
