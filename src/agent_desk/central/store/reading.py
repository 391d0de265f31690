"""Questions any transaction may ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg

from agent_desk.central.store.translating import translated
from agent_desk.central.usecases.ports import Device, FeedRow, Head, Rights
from agent_desk.central.usecases.snapshot_file import Snapshot
from agent_desk.wire.canonical import SUM_MODULUS
from agent_desk.wire.sync import SnapshotBlock

Cursor = psycopg.Cursor[tuple[Any, ...]]

Params = Sequence[Any] | Mapping[str, Any]

FIND_DEVICE = "select desk, id, branch, generation, status = 'active', last_n, last_at from device where id = %s"

# everything that `seeing.list_scopes` looks at, as one text
LIST_RIGHTS = """
select s.id, d.status = 'active', concat_ws(' ', d.branch, p.version,
    (select count(*) || ' ' || max(signed_in_at) from device_staff where device = d.id),
    (select count(*) from document where kind = 'branch'))
from session s join device d on d.id = s.device join document p on p.kind = 'staff' and p.id = s.staff
where s.id = any(%s::uuid[]) and s.ended_at is null
"""


HIGHEST = """
with series as (select * from unnest(%s::text[], %s::text[], %s::text[]) as t(name, kind, prefix)),
used as (
    select s.name, substring(d.handle from length(s.prefix) + 1) as count from series s
    join document d on d.kind = s.kind and starts_with(d.handle, s.prefix)
    union all
    select s.name, substring(c.receipt from length(s.prefix) + 1) from series s
    join cash_received c on s.kind = 'receipt' and starts_with(c.receipt, s.prefix)
    union all
    select s.name, substring(p.receipt from length(s.prefix) + 1) from series s
    join payment_attempt p on s.kind = 'receipt' and starts_with(p.receipt, s.prefix)
)
select name, max(count::bigint) from used where count ~ '^[0-9]{1,9}$' group by name
"""
# `bucket_of` of a row is the last byte of its id
SUM_BUCKETS = """
select get_byte(uuid_send(id), 15), count(*), mod(mod(sum(share::numeric), %s) + %s, %s) from sync_row
where scope = %s and op = 'u' group by 1
"""
LIST_BUCKET = """
select kind, id, version, op, body, share, seq from sync_row
where scope = %s and op = 'u' and get_byte(uuid_send(id), 15) = %s order by seq, kind, id
"""


class ReadingUnit:
    """Reads within the transaction of its cursor."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    def epoch(self) -> UUID:
        row = self._one("select epoch from server_meta")
        assert row is not None, "a migrated database has its epoch"
        epoch: UUID = row[0]
        return epoch

    def signing_key(self) -> bytes:
        row = self._one("select signing_key from server_meta")
        assert row is not None, "a migrated database has its key"
        return bytes(row[0])

    def find_device(self, id_: UUID) -> Device | None:
        row = self._one(FIND_DEVICE, id_)
        return None if row is None else Device(*row)

    def find_device_key(self, id_: UUID) -> bytes | None:
        row = self._one("select key from device where id = %s", id_)
        return None if row is None or row[0] is None else bytes(row[0])

    def find_document(self, kind: str, id_: UUID) -> bytes | None:
        row = self._one("select body from document where kind = %s and id = %s", kind, id_)
        return None if row is None else bytes(row[0])

    def find_by_handle(self, kind: str, handle: str) -> bytes | None:
        row = self._one("select body from document where kind = %s and handle = %s", kind, handle)
        return None if row is None else bytes(row[0])

    def list_documents(self, kinds: Sequence[str]) -> list[tuple[str, bytes]]:
        """Every one of these kinds, with its kind."""
        rows = self._all("select kind, body from document where kind = any(%s) order by kind, id", list(kinds))
        return [(kind, bytes(body)) for kind, body in rows]

    def find_highest(self, series: Mapping[str, tuple[str, str]]) -> dict[str, int]:
        """The highest count of each series that has one; receipts are in the ledger, the rest are documents."""
        names = list(series)
        kinds = [series[name][0] for name in names]
        prefixes = [series[name][1] for name in names]
        return dict(self._all(HIGHEST, names, kinds, prefixes))

    def find_spread(self, rate: UUID) -> Decimal | None:
        row = self._one("select spread_percent from exchange_rate_terms where rate = %s", rate)
        return None if row is None else row[0]

    def list_heads(self, scopes: Iterable[str]) -> dict[str, Head]:
        """By scope; a scope without rows is left out."""
        rows = self._all("select scope, seq, floor, live, sum from sync_scope where scope = any(%s)", list(scopes))
        return {scope: Head(seq, floor, live, int(total)) for scope, seq, floor, live, total in rows}

    def list_rows(self, scope: str, after: int, most: int) -> list[FeedRow]:
        """The rows of a scope past `after`, in feed order."""
        rows = self._all(
            "select kind, id, version, op, body, share, seq from sync_row"
            " where scope = %s and seq > %s order by seq, kind, id limit %s",
            scope,
            after,
            most,
        )
        return [FeedRow(*row) for row in rows]

    def sum_buckets(self, scope: str) -> dict[int, tuple[int, int]]:
        """The live rows of each bucket that has any: how many, and the sum of their shares modulo 2**64."""
        rows = self._all(SUM_BUCKETS, SUM_MODULUS, SUM_MODULUS, SUM_MODULUS, scope)
        return {bucket: (live, int(total)) for bucket, live, total in rows}

    def list_bucket(self, scope: str, bucket: int) -> list[FeedRow]:
        """The live rows of one bucket."""
        rows = self._all(LIST_BUCKET, scope, bucket)
        return [FeedRow(*row) for row in rows]

    def list_large(self, least: int) -> dict[str, Head]:
        rows = self._all("select scope, seq, floor, live, sum from sync_scope where live >= %s", least)
        return {scope: Head(seq, floor, live, int(total)) for scope, seq, floor, live, total in rows}

    def find_snapshot(self, scope: str, seq: int | None = None) -> Snapshot | None:
        row = self._one(
            "select scope, seq, schema, rows, size, sha256, blocks from snapshot"
            " where scope = %s and seq = coalesce(%s, seq) order by seq desc limit 1",
            scope,
            seq,
        )
        if row is None:
            return None
        name, position, schema, rows, size, sha256, blocks = row
        read = tuple(SnapshotBlock.model_validate(block) for block in blocks)
        return Snapshot(name, position, schema, rows, size, sha256, read)

    def find_built_at(self, scope: str) -> datetime | None:
        """When the newest file of a scope was made."""
        row = self._one("select built_at from snapshot where scope = %s order by seq desc limit 1", scope)
        return None if row is None else row[0]

    def read_snapshot(self, scope: str, seq: int) -> bytes:
        """The bytes of a file that was found."""
        row = self._one("select data from snapshot where scope = %s and seq = %s", scope, seq)
        assert row is not None, "it was found in this transaction"
        return bytes(row[0])

    def list_signed_in(self, device: UUID, since: datetime) -> frozenset[UUID]:
        """The staff who signed in on this device from then on."""
        rows = self._all("select staff from device_staff where device = %s and signed_in_at >= %s", device, since)
        return frozenset(staff for (staff,) in rows)

    def is_signed_in(self, session: UUID) -> bool:
        return self._one("select 1 from session where id = %s and ended_at is null", session) is not None

    def list_rights(self, sessions: Sequence[UUID]) -> dict[UUID, Rights]:
        """By session; one that has ended is left out."""
        return {id_: Rights(active, mark) for id_, active, mark in self._all(LIST_RIGHTS, list(sessions))}

    def _one(self, sql: str, *args: object) -> tuple[Any, ...] | None:
        return self._run(sql, args).fetchone()

    def _all(self, sql: str, *args: object) -> list[tuple[Any, ...]]:
        return self._run(sql, args).fetchall()

    def _run(self, sql: str, args: Params = ()) -> Cursor:
        with translated():
            return self._cursor.execute(sql, args)
