"""D13: a desk whose rows differ gets the buckets that differ, and only those."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agent_desk.central.usecases.answering import row_bytes, spliced
from agent_desk.central.usecases.down_casting import down_cast_row, is_served
from agent_desk.central.usecases.ports import Caller, Head, Reading, Store
from agent_desk.central.usecases.seeing import list_scopes
from agent_desk.central.usecases.trouble import KnownError, too_old
from agent_desk.domain.people import Staff
from agent_desk.wire.canonical import BUCKETS
from agent_desk.wire.mending import BucketRows, BucketSums
from agent_desk.wire.sync import MOST_BYTES, MOST_ROWS


@dataclass(frozen=True, slots=True)
class Mended:
    """The answer, and what is worth a line in the log."""

    body: bytes
    differing: int


def mend(store: Store, asked: BucketSums, caller: Caller, now: datetime) -> Mended:
    """A `BucketRows` of one instant; raises KnownError `scope.not_yours`."""
    if not is_served(asked.schema_):
        raise too_old()
    with store.reading() as unit:
        if asked.scope not in _scopes_of(unit, caller, now):
            raise KnownError("scope.not_yours", "This desk does not see that scope: sync again.")
        head = unit.list_heads([asked.scope]).get(asked.scope, Head())
        if head.seq != asked.seq:
            return _answer(BucketRows(scope=asked.scope, seq=head.seq), [])
        theirs = unit.sum_buckets(asked.scope)
        differing = [n for n in range(BUCKETS) if theirs.get(n, (0, 0))[1] != int(asked.sums[n], 16)]
        chosen, rows = _fill(unit, asked, {n: theirs.get(n, (0, 0))[0] for n in differing})
    said = BucketRows(scope=asked.scope, seq=head.seq, buckets=tuple(chosen), differing=len(differing))
    return _answer(said, rows)


def _fill(unit: Reading, asked: BucketSums, sizes: dict[int, int]) -> tuple[list[int], list[bytes]]:
    """As many whole buckets as fit into one answer."""
    chosen: list[int] = []
    rows: list[bytes] = []
    room = MOST_BYTES
    for bucket, size in sizes.items():
        if len(rows) + size > MOST_ROWS:
            break
        texts = [row_bytes(down_cast_row(row, asked.schema_)) for row in unit.list_bucket(asked.scope, bucket)]
        if chosen and sum(map(len, texts)) > room:
            break
        room -= sum(map(len, texts))
        chosen.append(bucket)
        rows += texts
    return chosen, rows


def _scopes_of(unit: Reading, caller: Caller, now: datetime) -> tuple[str, ...]:
    device = unit.find_device(caller.device)
    body = unit.find_document(Staff.kind, caller.staff)
    if device is None or not device.active or body is None:
        return ()
    return list_scopes(unit, caller, device, Staff.model_validate_json(body), now)


def _answer(said: BucketRows, rows: list[bytes]) -> Mended:
    spoken = said.model_dump_json(exclude={"rows"}).encode()
    return Mended(spliced(spoken, b"rows", rows), said.differing)
