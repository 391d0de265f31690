"""A whole scope as one file of blocks, each read and proved by itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from agent_desk.wire.sync import SCHEMA, SnapshotBlock, SnapshotOffer

ROWS_OF_A_BLOCK = 1000
BYTES_OF_A_BLOCK = 2**20
"""Unfolded; a row that is larger than this is a block by itself."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """JSON lines, `{"scope","seq","rows","schema"}`, then a `Row` a line; each block is a zstd frame of whole lines."""

    scope: str
    seq: int
    schema: int
    rows: int
    size: int
    sha256: str
    blocks: tuple[SnapshotBlock, ...]

    def offer(self) -> SnapshotOffer:
        """Where to fetch it; the address names the content, so that whatever keeps answers may keep this one."""
        return SnapshotOffer(
            url=f"/v1/snapshots/{self.scope}/{self.seq}?file={self.sha256[:16]}",
            seq=self.seq,
            rows=self.rows,
            bytes=self.size,
            sha256=self.sha256,
            blocks=self.blocks,
        )


def make_snapshot(
    scope: str, seq: int, lines: Sequence[bytes], fold: Callable[[bytes], bytes]
) -> tuple[Snapshot, bytes]:
    """The file, and its bytes."""
    header = json.dumps({"scope": scope, "seq": seq, "rows": len(lines), "schema": SCHEMA}).encode()
    blocks: list[SnapshotBlock] = []
    parts: list[bytes] = []
    for rows in _cut(lines):
        about = () if parts else (header,)
        parts.append(fold(b"\n".join([*about, *rows, b""])))
        blocks.append(SnapshotBlock(rows=len(rows), bytes=len(parts[-1]), sha256=_sha256(parts[-1])))
    data = b"".join(parts)
    return Snapshot(scope, seq, SCHEMA, len(lines), len(data), _sha256(data), tuple(blocks)), data


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _cut(lines: Sequence[bytes]) -> Iterator[list[bytes]]:
    """The lines of each block."""
    rows: list[bytes] = []
    size = 0
    for line in lines:
        if rows and (len(rows) == ROWS_OF_A_BLOCK or size + len(line) > BYTES_OF_A_BLOCK):
            yield rows
            rows, size = [], 0
        rows.append(line)
        size += len(line) + 1
    if rows:
        yield rows
