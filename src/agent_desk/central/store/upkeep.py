"""What central does to its own database, a short transaction at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from psycopg.types.json import Jsonb

from agent_desk.central.store.reading import ReadingUnit
from agent_desk.central.usecases.snapshot_file import Snapshot

SNAPSHOTS_KEPT = 2
"""Of a scope: the newest, and the one that some desk may be fetching."""

# the counter first, as a push that waits for one of these rows would hold it and wait for us
LOCK_SCOPE = "select 1 from sync_scope where scope = %s for update"
REMOVE_GONE = """
with gone as (
    delete from sync_row where (scope, kind, id) in (
        select scope, kind, id from sync_row
        where scope = %(scope)s and op <> 'u' and seq <= %(until)s order by seq, kind, id limit %(most)s
    ) returning seq
), counted as (
    select count(*) as rows, max(seq) as last from gone
), raised as (
    update sync_scope set floor = greatest(floor, counted.last) from counted
    where scope = %(scope)s and counted.rows > 0
)
select rows from counted
"""


class UpkeepUnit(ReadingUnit):
    """Writes within the transaction of its cursor."""

    def claim(self, task: str, now: datetime, every: timedelta) -> bool:
        """True for one of all processes once in that time."""
        row = self._one(
            "insert into upkeep values (%s, %s) on conflict (task) do update set begun_at = excluded.begun_at"
            " where upkeep.begun_at <= %s or upkeep.begun_at > %s returning 1",
            task,
            now,
            now - every,
            # somebody's clock was ahead: wait no longer than from now on
            now + every,
        )
        return row is not None

    def mark_heads(self, now: datetime) -> None:
        """A scope that stands where it stood needs no second mark."""
        self._run(
            "insert into scope_mark select s.scope, %s, s.seq from sync_scope s where s.seq >"
            " (select coalesce(max(m.seq), 0) from scope_mark m where m.scope = s.scope) on conflict do nothing",
            (now,),
        )

    def list_marked(self, before: datetime) -> dict[str, int]:
        rows = self._all("select scope, max(seq) from scope_mark where at <= %s group by scope", before)
        return dict(rows)

    def save_snapshot(self, made: Snapshot, data: bytes, now: datetime) -> None:
        blocks = Jsonb([block.model_dump() for block in made.blocks])
        self._run(
            "insert into snapshot (scope, seq, schema, rows, size, sha256, blocks, built_at, data)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict (scope, seq) do update set"
            " schema = excluded.schema, rows = excluded.rows, size = excluded.size, sha256 = excluded.sha256,"
            " blocks = excluded.blocks, built_at = excluded.built_at, data = excluded.data",
            (made.scope, made.seq, made.schema, made.rows, made.size, made.sha256, blocks, now, data),
        )
        self._run(
            "delete from snapshot where scope = %s and seq not in"
            " (select seq from snapshot where scope = %s order by seq desc limit %s)",
            (made.scope, made.scope, SNAPSHOTS_KEPT),
        )

    def forget_marks(self, scope: str, seq: int) -> None:
        """Those that a later one has overtaken."""
        self._run("delete from scope_mark where scope = %s and seq < %s", (scope, seq))

    def remove_gone(self, scope: str, until: int, most: int) -> int:
        self._run(LOCK_SCOPE, (scope,))
        row = self._run(REMOVE_GONE, {"scope": scope, "until": until, "most": most}).fetchone()
        assert row is not None, "a count has a row"
        return int(row[0])
