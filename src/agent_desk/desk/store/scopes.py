"""Central's rows as received, scope by scope, with cursor and checksum."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.documents import find_setting, keep_setting
from agent_desk.desk.usecases.standing_at_central import OwnSum
from agent_desk.domain.aggregate import Ref
from agent_desk.wire.canonical import BUCKETS, SUM_MODULUS, bucket_of, canonical_json, row_hash
from agent_desk.wire.live_rows import LiveRow
from agent_desk.wire.sync import Cursor, Row

FORGOTTEN = -1
"""The position of a scope whose rows are here but are to be read again."""


def list_cursors(connection: Connection) -> dict[str, Cursor]:
    rows = connection.exec_driver_sql("SELECT name, seq, boot FROM scope WHERE seq <> ?", (FORGOTTEN,))
    return {name: (seq, boot) for name, seq, boot in rows}


def list_positions(connection: Connection) -> dict[str, int]:
    """How far every scope that may be seen was read whole; -1 where that is not known or it is read anew."""
    rows = connection.exec_driver_sql(
        "SELECT name, CASE WHEN s.key IS NULL THEN seq ELSE ? END FROM scope LEFT JOIN setting s ON s.key = ? || name",
        (FORGOTTEN, _cut("")),
    )
    return dict(rows.all())


def keep_scopes(connection: Connection, names: Sequence[str]) -> set[Ref]:
    """Rows and position of every other scope go; answers with what is no longer there."""
    known = set(list_positions(connection))
    gone: set[Ref] = set()
    for scope in sorted(known - set(names)):
        gone |= drop_scope(connection, scope)
        connection.exec_driver_sql("DELETE FROM scope WHERE name = ?", (scope,))
    for scope in sorted(set(names) - known):
        move_cursor(connection, scope, (FORGOTTEN, 0))
    return gone


def move_cursor(connection: Connection, scope: str, cursor: Cursor, *, whole: bool = True) -> None:
    """A page that is not `whole` may leave out what lay before its end and was changed since: it lies beyond it now."""
    keep_setting(connection, _cut(scope), None if whole else "1")
    connection.exec_driver_sql(
        "INSERT INTO scope (name, seq, boot, live, sum) VALUES (?, ?, ?, 0, '0000000000000000')"
        " ON CONFLICT (name) DO UPDATE SET seq = excluded.seq, boot = excluded.boot",
        (scope, *cursor),
    )


def forget_cursor(connection: Connection, scope: str) -> None:
    connection.exec_driver_sql("UPDATE scope SET seq = ?, boot = 0 WHERE name = ?", (FORGOTTEN, scope))


def drop_scope(connection: Connection, scope: str) -> set[Ref]:
    """Answers with what is no longer there."""
    gone = connection.exec_driver_sql("SELECT kind, id FROM base WHERE scope = ?", (scope,)).all()
    connection.exec_driver_sql("DELETE FROM base WHERE scope = ?", (scope,))
    connection.exec_driver_sql(
        "UPDATE scope SET seq = ?, boot = 0, live = 0, sum = '0000000000000000' WHERE name = ?", (FORGOTTEN, scope)
    )
    for key in (_begun(scope), _cut(scope)):
        keep_setting(connection, key, None)
    return {(kind, UUID(id_)) for kind, id_ in gone}


def count_blocks(connection: Connection, scope: str, file: str) -> int:
    """How many blocks of this file, named by its hash, lie in the scope."""
    begun, _, count = (find_setting(connection, _begun(scope)) or "").partition(" ")
    return int(count) if begun == file else 0


def note_blocks(connection: Connection, scope: str, file: str, count: int) -> None:
    keep_setting(connection, _begun(scope), f"{file} {count}")


def _cut(scope: str) -> str:
    return f"cut {scope}"


def _begun(scope: str) -> str:
    return f"begun {scope}"


def read_rows(connection: Connection, scope: str, rows: Sequence[Row]) -> set[Ref]:
    """Puts rows in place and keeps the checksum of what is really here; answers with what changed."""
    last = {(row.kind, row.id): row for row in rows}
    live, total = _sum_of(connection, scope)
    for kind, id_, version in _present(connection, scope, last):
        live -= 1
        total -= row_hash(kind, UUID(id_), version)
    kept = [row for row in last.values() if row.op == "u"]
    gone = [row for row in last.values() if row.op != "u"]
    if gone:
        keys = [(row.kind, str(row.id), scope) for row in gone]
        connection.exec_driver_sql("DELETE FROM base WHERE kind = ? AND id = ? AND scope = ?", keys)
    if kept:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO base (scope, kind, id, version, body) VALUES (?, ?, ?, ?, ?)",
            [(scope, row.kind, str(row.id), row.version, canonical_json(row.body).decode()) for row in kept],
        )
    for row in kept:
        live += 1
        total += row_hash(row.kind, row.id, row.version)
    _keep_sum(connection, scope, live, total % SUM_MODULUS)
    return set(last)


def add_rows(connection: Connection, scope: str, rows: Sequence[LiveRow]) -> None:
    """Rows of which none is here yet, with the checksum."""
    live, total = _sum_of(connection, scope)
    connection.exec_driver_sql(
        "INSERT INTO base (scope, kind, id, version, body) VALUES (?, ?, ?, ?, ?)",
        [(scope, row.kind, row.key, row.version, row.text) for row in rows],
    )
    total += sum([row_hash(row.kind, row.key, row.version) for row in rows])
    _keep_sum(connection, scope, live + len(rows), total % SUM_MODULUS)


def _present(connection: Connection, scope: str, refs: dict[Ref, Row]) -> list[tuple[str, str, int]]:
    by_kind: dict[str, list[str]] = {}
    for kind, id_ in refs:
        by_kind.setdefault(kind, []).append(str(id_))
    found: list[tuple[str, str, int]] = []
    for kind, ids in by_kind.items():
        rows = connection.exec_driver_sql(
            "SELECT kind, id, version FROM base WHERE kind = ? AND scope = ?"
            " AND id IN (SELECT value FROM json_each(?))",
            (kind, scope, json.dumps(ids)),
        )
        found += [(row[0], row[1], row[2]) for row in rows]
    return found


def _sum_of(connection: Connection, scope: str) -> tuple[int, int]:
    row = connection.exec_driver_sql("SELECT live, sum FROM scope WHERE name = ?", (scope,)).first()
    return (0, 0) if row is None else (row[0], int(row[1], 16))


def _keep_sum(connection: Connection, scope: str, live: int, total: int) -> None:
    connection.exec_driver_sql(
        "INSERT INTO scope (name, seq, boot, live, sum) VALUES (?, ?, 0, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET live = excluded.live, sum = excluded.sum",
        (scope, FORGOTTEN, live, f"{total:016x}"),
    )


def find_sum(connection: Connection, scope: str) -> OwnSum | None:
    row = connection.exec_driver_sql(
        "SELECT seq, live, sum, mismatches FROM scope WHERE name = ? AND seq <> ?", (scope, FORGOTTEN)
    ).first()
    return None if row is None else OwnSum(row[0], row[1], row[2], row[3])


def recount(connection: Connection, scope: str) -> OwnSum:
    live = total = 0
    for kind, id_, version in connection.exec_driver_sql(
        "SELECT kind, id, version FROM base WHERE scope = ?", (scope,)
    ):
        live += 1
        total += row_hash(kind, UUID(id_), version)
    _keep_sum(connection, scope, live, total % SUM_MODULUS)
    found = find_sum(connection, scope)
    assert found is not None, "only a scope that was read is counted again"
    return found


def sum_buckets(connection: Connection, scope: str) -> tuple[str, ...]:
    """What is really here, by bucket."""
    sums = [0] * BUCKETS
    for kind, id_, version in connection.exec_driver_sql(
        "SELECT kind, id, version FROM base WHERE scope = ?", (scope,)
    ):
        sums[bucket_of(id_)] += row_hash(kind, id_, version)
    return tuple(f"{total % SUM_MODULUS:016x}" for total in sums)


def drop_buckets(connection: Connection, scope: str, buckets: Sequence[int]) -> set[Ref]:
    """Answers with what is no longer there; the kept sum follows."""
    endings = json.dumps([f"{bucket:02x}" for bucket in buckets])
    mine = "scope = ? AND substr(id, -2) IN (SELECT value FROM json_each(?))"
    # the condition is our own
    gone = connection.exec_driver_sql(f"SELECT kind, id FROM base WHERE {mine}", (scope, endings)).all()  # noqa: S608
    connection.exec_driver_sql(f"DELETE FROM base WHERE {mine}", (scope, endings))  # noqa: S608
    recount(connection, scope)
    return {(kind, UUID(id_)) for kind, id_ in gone}


def note_mismatch(connection: Connection, scope: str, *, agreed: bool) -> None:
    connection.exec_driver_sql(
        "UPDATE scope SET mismatches = CASE WHEN ? THEN 0 ELSE mismatches + 1 END WHERE name = ?", (agreed, scope)
    )
