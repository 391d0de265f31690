"""Whole scopes ready to send: a new desk fetches one file instead of many pages."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from agent_desk.central.usecases.answering import row_bytes
from agent_desk.central.usecases.ports import Caller, Compressor, Head, Now, Reading, Store
from agent_desk.central.usecases.seeing import list_scopes
from agent_desk.central.usecases.snapshot_file import Snapshot, make_snapshot
from agent_desk.central.usecases.trouble import KnownError
from agent_desk.domain.people import Staff
from agent_desk.wire.sync import SCHEMA, SnapshotOffer

LEAST_LIVE = 2000
"""Smaller scopes are as quick by pages."""
MOST_BEHIND = 0.2
"""Of the live rows: a snapshot further behind its scope is made again."""
RENEWED_AFTER = timedelta(days=1)
"""A scope that moves at all gets a new file each day, so that new desks have little to read after it."""
BUILT_WITHIN = timedelta(minutes=10)
"""For so long no other process begins to make the same file."""
MOST_BYTES_KEPT = 2**26
"""Of files in memory; the others are read from the database."""
READ_AT_ONCE = 5000


def is_quicker(head: Head) -> bool:
    """Whether the whole scope is fetched quicker as a file than by pages."""
    return head.live >= LEAST_LIVE


def is_usable(kept: Snapshot | None, head: Head) -> bool:
    """Whether a desk can go on from it: in today's shape, and with nothing forgotten since."""
    return kept is not None and kept.schema == SCHEMA and head.floor <= kept.seq <= head.seq


def is_due(kept: Snapshot | None, built_at: datetime | None, head: Head, now: datetime) -> bool:
    """Whether a file is to be made, in the background."""
    if kept is None or built_at is None or not is_usable(kept, head):
        return True
    behind = head.seq - kept.seq
    return behind > head.live * MOST_BEHIND or (behind > 0 and now - built_at >= RENEWED_AFTER)


class Snapshots:
    """Files in central's database, for all its processes and over restarts; each is a starting point `[seq, seq]`."""

    def __init__(self, store: Store, compress: Compressor, now: Now) -> None:
        self._store = store
        self._compress = compress
        self._now = now
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._building = Lock()

    def offer(self, scope: str, head: Head) -> SnapshotOffer:
        """Where to fetch the scope; takes a while where no file was ever made."""
        kept = self._find(scope)
        if not is_usable(kept, head):
            with self._building:
                # another request may have made it meanwhile
                kept = self._find(scope)
                if not is_usable(kept, head):
                    kept = self._build(scope)
        assert kept is not None, "it was made above"
        return kept.offer()

    def fetch(self, scope: str, seq: int, caller: Caller) -> tuple[Snapshot, bytes]:
        """Raises KnownError `snapshot.gone` where it is not kept or not this desk's to see."""
        gone = KnownError("snapshot.gone", "This snapshot is not kept any more: sync again for a newer one.")
        with self._store.reading() as unit:
            device = unit.find_device(caller.device)
            body = unit.find_document(Staff.kind, caller.staff)
            if device is None or body is None:
                raise gone
            if scope not in list_scopes(unit, caller, device, Staff.model_validate_json(body), self._now()):
                raise gone
            kept = unit.find_snapshot(scope, seq)
            if kept is None:
                raise gone
            data = self._kept.get(kept.sha256) or unit.read_snapshot(scope, seq)
        self._remember(kept.sha256, data)
        return kept, data

    def build_due(self) -> list[str]:
        """Makes what is missing or too far behind; answers with the scopes."""
        now = self._now()
        with self._store.reading() as unit:
            heads = {scope: head for scope, head in unit.list_large(LEAST_LIVE).items() if is_quicker(head)}
            due = [scope for scope, head in heads.items() if is_due(*_found(unit, scope), head, now)]
        claimed = [scope for scope in due if self._claim(scope, now)]
        for scope in claimed:
            self._build(scope)
        return claimed

    def _claim(self, scope: str, now: datetime) -> bool:
        with self._store.upkeep() as unit:
            return unit.claim(f"snapshot {scope}", now, BUILT_WITHIN)

    def _find(self, scope: str) -> Snapshot | None:
        with self._store.reading() as unit:
            return unit.find_snapshot(scope)

    def _build(self, scope: str) -> Snapshot:
        with self._store.surveying() as unit:
            head = unit.list_heads([scope])[scope]
            lines = _read_live(unit, scope)
        made, data = make_snapshot(scope, head.seq, lines, self._compress)
        with self._store.upkeep() as keeping:
            keeping.save_snapshot(made, data, self._now())
        return made

    def _remember(self, name: str, data: bytes) -> None:
        with self._building:
            self._kept[name] = data
            self._kept.move_to_end(name)
            while len(self._kept) > 1 and sum(map(len, self._kept.values())) > MOST_BYTES_KEPT:
                self._kept.popitem(last=False)


def _found(unit: Reading, scope: str) -> tuple[Snapshot | None, datetime | None]:
    return unit.find_snapshot(scope), unit.find_built_at(scope)


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
