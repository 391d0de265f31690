"""Whole scopes ready to send: a new desk fetches one file instead of many pages."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from uuid import UUID

from agent_desk.central.usecases.answering import row_bytes
from agent_desk.central.usecases.ports import Caller, Compressor, Head, Reading, Store
from agent_desk.central.usecases.seeing import list_scopes
from agent_desk.central.usecases.trouble import KnownError
from agent_desk.domain.people import Staff
from agent_desk.wire.sync import SCHEMA, SnapshotBlock, SnapshotOffer

LEAST_LIVE = 2000
"""Smaller scopes are as quick by pages."""
MOST_BEHIND = 0.2
"""Of the live rows: a snapshot further behind its scope is made again."""
MOST_KEPT = 8
READ_AT_ONCE = 5000
ROWS_OF_A_BLOCK = 1000
BYTES_OF_A_BLOCK = 2**20
"""Unfolded; a row that is larger than this is a block by itself."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """JSON lines, `{"scope","seq","rows","schema"}`, then a `Row` a line; each block is a zstd frame of whole lines."""

    scope: str
    seq: int
    rows: int
    data: bytes
    sha256: str
    blocks: tuple[SnapshotBlock, ...]

    def offer(self) -> SnapshotOffer:
        return SnapshotOffer(
            url=f"/v1/snapshots/{self.scope}/{self.seq}",
            seq=self.seq,
            rows=self.rows,
            bytes=len(self.data),
            sha256=self.sha256,
            blocks=self.blocks,
        )


def is_quicker(head: Head) -> bool:
    """Whether the whole scope is fetched quicker as a file than by pages."""
    return head.live >= LEAST_LIVE


class Snapshots:
    """Builds on demand and keeps the last few; each is a desk's starting point `[seq, seq]`."""

    def __init__(self, store: Store, compress: Compressor) -> None:
        self._store = store
        self._compress = compress
        self._kept: OrderedDict[tuple[UUID, str], Snapshot] = OrderedDict()
        self._building = Lock()

    def offer(self, scope: str, head: Head, epoch: UUID) -> SnapshotOffer:
        """Where to fetch the scope; takes a while where nobody asked for it lately."""
        with self._building:
            kept = self._kept.get((epoch, scope))
            if kept is None or kept.seq > head.seq or head.seq - kept.seq > head.live * MOST_BEHIND:
                kept = self._build(scope)
                self._kept[epoch, scope] = kept
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end((epoch, scope))
            return kept.offer()

    def fetch(self, scope: str, seq: int, caller: Caller, now: datetime) -> Snapshot:
        """Raises KnownError `snapshot.gone` where it is not kept or not this desk's to see."""
        gone = KnownError("snapshot.gone", "This snapshot is not kept any more: sync again for a newer one.")
        with self._store.reading() as unit:
            epoch = unit.epoch()
            device = unit.find_device(caller.device)
            body = unit.find_document(Staff.kind, caller.staff)
            if device is None or body is None:
                raise gone
            if scope not in list_scopes(unit, caller, device, Staff.model_validate_json(body), now):
                raise gone
        kept = self._kept.get((epoch, scope))
        if kept is None or kept.seq != seq:
            raise gone
        return kept

    def _build(self, scope: str) -> Snapshot:
        with self._store.reading() as unit:
            head = unit.list_heads([scope])[scope]
            lines = _read_live(unit, scope)
        header = json.dumps({"scope": scope, "seq": head.seq, "rows": len(lines), "schema": SCHEMA}).encode()
        blocks: list[SnapshotBlock] = []
        parts: list[bytes] = []
        for rows in _cut(lines):
            about = () if parts else (header,)
            parts.append(self._compress(b"\n".join([*about, *rows, b""])))
            blocks.append(SnapshotBlock(rows=len(rows), bytes=len(parts[-1]), sha256=_sha256(parts[-1])))
        data = b"".join(parts)
        return Snapshot(scope, head.seq, len(lines), data, _sha256(data), tuple(blocks))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _cut(lines: list[bytes]) -> Iterator[list[bytes]]:
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


def _read_live(unit: Reading, scope: str) -> list[bytes]:
    lines: list[bytes] = []
    after = 0
    while True:
        rows = unit.list_rows(scope, after, READ_AT_ONCE)
        whole = len(rows) < READ_AT_ONCE
        # the last position may go on past what was read: it is read again
        last = rows[-1].seq if rows else 0
        taken = rows if whole else [row for row in rows if row.seq < last]
        lines += [row_bytes(row) for row in taken if row.op == "u"]
        if whole:
            return lines
        after = last - 1
