"""What a push writes, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import astuple
from datetime import datetime
from uuid import UUID

from psycopg import errors

from agent_desk.central.store import auditing, queueing
from agent_desk.central.store.payments import PaymentUnit
from agent_desk.central.store.reading import FIND_DEVICE
from agent_desk.central.usecases.ports import (
    AuditEntry,
    CaseRecord,
    CommandRecord,
    Deferred,
    Device,
    DocumentRow,
    FeedRow,
    StoredCommand,
)
from agent_desk.central.usecases.trouble import HandleTakenError, TransientError
from agent_desk.domain.aggregate import Ref
from agent_desk.wire.canonical import SUM_MODULUS

LOCK_DEVICE = FIND_DEVICE + " for update"

# a row's old share is read before the counter is waited for: the lock on its document keeps it still meanwhile;
# `offset 0` keeps that a look-up a row, whatever the planner believes of a table that has just grown
STAMP = """
with fresh as (
    select * from unnest(%(kinds)s::text[], %(ids)s::uuid[], %(versions)s::int[], %(ops)s::text[],
        %(shares)s::bigint[], %(bodies)s::bytea[]) as t(kind, id, version, op, share, body)
), old as (
    select coalesce(sum(r.share::numeric), 0) as share, count(*) as live
    from fresh f cross join lateral (
        select s.share from sync_row s
        where s.scope = %(scope)s and s.kind = f.kind and s.id = f.id and s.op = 'u' offset 0
    ) r
), new as (
    select coalesce(sum(share::numeric), 0) as share, count(*) as live from fresh where op = 'u'
), counter as (
    update sync_scope set seq = seq + 1, live = sync_scope.live + new.live - old.live,
        sum = mod(mod(sum + new.share - old.share, %(modulus)s) + %(modulus)s, %(modulus)s)
    from old, new where scope = %(scope)s returning seq
), written as (
    insert into sync_row (scope, kind, id, seq, version, op, share, body)
    select %(scope)s, f.kind, f.id, counter.seq, f.version, f.op, f.share, f.body from fresh f, counter
    on conflict (scope, kind, id) do update set seq = excluded.seq, version = excluded.version,
        op = excluded.op, share = excluded.share, body = excluded.body
)
select seq from counter
"""

SAVE = """
insert into document (kind, id, version, branch, handle, owner, open, body)
select * from unnest(%s::text[], %s::uuid[], %s::int[], %s::text[], %s::text[], %s::text[], %s::bool[], %s::bytea[])
on conflict (kind, id) do update set version = excluded.version, branch = excluded.branch,
    handle = excluded.handle, owner = excluded.owner, open = excluded.open, body = excluded.body
where document.version < excluded.version
"""


class PushingUnit(PaymentUnit):
    """Writes within the transaction of its cursor."""

    def savepoint(self) -> AbstractContextManager[object]:
        """What fails inside is undone alone."""
        return self._cursor.connection.transaction()

    def lock_device(self, id_: UUID) -> Device | None:
        """The device, which nobody else can push for until the commit."""
        row = self._one(LOCK_DEVICE, id_)
        return None if row is None else Device(*row)

    def lock_documents(self, refs: Sequence[Ref]) -> dict[Ref, bytes]:
        """Those that exist, locked in the order of kind and id."""
        wanted = sorted(set(refs))
        rows = self._all(
            "select d.kind, d.id, d.body from document d"
            " join unnest(%s::text[], %s::uuid[]) as w(kind, id) on d.kind = w.kind and d.id = w.id"
            " order by d.kind, d.id for update of d",
            [kind for kind, _ in wanted],
            [id_ for _, id_ in wanted],
        )
        return {(kind, id_): bytes(body) for kind, id_, body in rows}

    def save_documents(self, rows: Sequence[DocumentRow]) -> None:
        """Each one version on; raises HandleTakenError, or TransientError where another was quicker."""
        columns = [
            [row.kind for row in rows],
            [row.id for row in rows],
            [row.version for row in rows],
            [row.branch for row in rows],
            [row.handle for row in rows],
            [row.owner for row in rows],
            [row.open for row in rows],
            [row.body for row in rows],
        ]
        try:
            self._run(SAVE, columns)
        except errors.UniqueViolation as error:
            if error.diag.constraint_name == "document_handle":
                raise HandleTakenError from error
            raise TransientError(str(error.diag.constraint_name)) from error
        if self._cursor.rowcount != len(rows):
            raise TransientError("version")

    def count_open(self, kind: str, owner: str) -> int:
        row = self._one("select count(*) from document where kind = %s and owner = %s and open", kind, owner)
        assert row is not None, "a count has a row"
        return int(row[0])

    def find_results(self, device: UUID, generation: int, ns: Sequence[int]) -> dict[int, StoredCommand]:
        """By number, of one device's numbers."""
        rows = self._all(
            "select c.n, c.id, i.hash, c.ack from command c join command_id i on i.id = c.id"
            " where c.device = %s and c.generation = %s and c.n = any(%s::bigint[])",
            device,
            generation,
            list(ns),
        )
        return {n: StoredCommand(id_, hash_, bytes(ack)) for n, id_, hash_, ack in rows}

    def find_commands(self, ids: Sequence[UUID]) -> dict[UUID, StoredCommand]:
        """By id, of every device that ever was."""
        rows = self._all(
            "select i.id, i.hash, c.ack from command_id i join command c"
            " on c.device = i.device and c.generation = i.generation and c.n = i.n where i.id = any(%s::uuid[])",
            list(ids),
        )
        return {id_: StoredCommand(id_, hash_, bytes(ack)) for id_, hash_, ack in rows}

    def add_trouble(self, id_: UUID, what: str) -> int:
        """How often this command has failed by our own fault."""
        row = self._one(
            "insert into command_trouble values (%s, 1, %s)"
            " on conflict (id) do update set tries = command_trouble.tries + 1, what = excluded.what returning tries",
            id_,
            what,
        )
        assert row is not None, "an upsert has a row"
        return int(row[0])

    def open_cases(self, cases: Sequence[CaseRecord]) -> None:
        self._cursor.executemany(
            "insert into exception_case (id, kind, sentence, subject, branch, opened_at, command)"
            " values (%s, %s, %s, %s, %s, %s, %s) on conflict (id) do nothing",
            [astuple(case) for case in cases],
        )

    def write_held(self) -> None:
        """Nothing is held back here."""

    def record_audit(self, chain: str, entries: Sequence[AuditEntry]) -> None:
        auditing.append(self._cursor, chain, entries)

    def defer(self, jobs: Sequence[Deferred]) -> None:
        """They run after the commit, and only if there is one."""
        queueing.put(self._cursor.connection, jobs)

    def stamp(self, scope: str, rows: Sequence[FeedRow]) -> int:
        """Bumps the scope's counter and writes the rows under it: the last thing before the commit."""
        args = {
            "scope": scope,
            "modulus": SUM_MODULUS,
            "kinds": [row.kind for row in rows],
            "ids": [row.id for row in rows],
            "versions": [row.version for row in rows],
            "ops": [row.op for row in rows],
            "shares": [row.share for row in rows],
            "bodies": [row.body for row in rows],
        }
        stamped = self._run(STAMP, args).fetchone()
        if stamped is None:
            self._run("insert into sync_scope (scope) values (%s) on conflict do nothing", (scope,))
            stamped = self._run(STAMP, args).fetchone()
        assert stamped is not None, "the counter was inserted above"
        return int(stamped[0])

    def record_commands(self, device: UUID, generation: int, at: datetime, done: Sequence[CommandRecord]) -> None:
        """What became of each, kept so that the same command has its effect once."""
        self._run(
            "insert into command (device, generation, n, id, name, staff, state, ack, envelope, occurred_at,"
            " received_at) select %s, %s, u.*, %s from unnest(%s::bigint[], %s::uuid[], %s::text[], %s::uuid[],"
            " %s::text[], %s::bytea[], %s::bytea[], %s::timestamptz[]) as u",
            (
                device,
                generation,
                at,
                [c.n for c in done],
                [c.id for c in done],
                [c.name for c in done],
                [c.staff for c in done],
                [c.state for c in done],
                [c.ack for c in done],
                [c.envelope for c in done],
                [c.occurred_at for c in done],
            ),
        )
        fresh = [c for c in done if c.fresh]
        try:
            self._run(
                "insert into command_id select u.id, %s, %s, u.n, u.hash"
                " from unnest(%s::uuid[], %s::bigint[], %s::text[]) as u(id, n, hash)",
                (device, generation, [c.id for c in fresh], [c.n for c in fresh], [c.hash for c in fresh]),
            )
        except errors.UniqueViolation as error:
            # the same command came by another device at the same time
            raise TransientError("command_id") from error

    def save_device(self, device: Device, seen_at: datetime) -> None:
        self._run(
            "update device set generation = %s, last_n = %s, last_at = %s, seen_at = %s where id = %s",
            (device.generation, device.last_n, device.last_at, seen_at, device.id),
        )
