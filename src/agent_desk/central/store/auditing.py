"""The audit log: chains of rows, each sealed by the hash of the one before."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import psycopg

from agent_desk.central.usecases.ports import AuditEntry
from agent_desk.wire.canonical import canonical_json

Cursor = psycopg.Cursor[tuple[Any, ...]]

FIRST = b"\0" * 32


def seal(previous: bytes, chain: str, n: int, entry: AuditEntry) -> bytes:
    """The hash of one row, which holds all rows before it."""
    actor = None if entry.actor is None else str(entry.actor)
    said = [chain, n, entry.at.isoformat(), actor, entry.action, entry.subject, entry.outcome]
    return hashlib.sha256(previous + canonical_json(said)).digest()


def append(cursor: Cursor, chain: str, entries: Sequence[AuditEntry]) -> None:
    """Adds to the end of a chain; whoever appends holds the chain until the commit."""
    row = cursor.execute(
        "insert into audit_head as head values (%s, 0, %s)"
        " on conflict (chain) do update set n = head.n returning head.n, head.hash",
        (chain, FIRST),
    ).fetchone()
    assert row is not None, "an upsert has a row"
    n, previous = row[0], bytes(row[1])
    rows = []
    for entry in entries:
        n += 1
        sealed = seal(previous, chain, n, entry)
        rows.append((chain, n, entry.at, entry.actor, entry.action, entry.subject, entry.outcome, previous, sealed))
        previous = sealed
    columns = list(zip(*rows, strict=True))
    cursor.execute(
        "insert into audit select * from unnest(%s::text[], %s::bigint[], %s::timestamptz[], %s::uuid[],"
        " %s::text[], %s::text[], %s::text[], %s::bytea[], %s::bytea[])",
        [list(column) for column in columns],
    )
    cursor.execute("update audit_head set n = %s, hash = %s where chain = %s", (n, previous, chain))


def find_break(cursor: Cursor, chain: str) -> int | None:
    """The first row of a chain that was tampered with; None when it is whole."""
    previous, count = FIRST, 0
    rows = cursor.execute(
        "select n, at, actor, action, subject, outcome, previous, hash from audit where chain = %s order by n",
        (chain,),
    ).fetchall()
    for n, at, actor, action, subject, outcome, before, sealed in rows:
        count += 1
        entry = AuditEntry(at, actor, action, subject, outcome)
        if n != count or bytes(before) != previous or seal(previous, chain, n, entry) != bytes(sealed):
            return count
        previous = bytes(sealed)
    head = cursor.execute("select n, hash from audit_head where chain = %s", (chain,)).fetchone()
    return None if head is None or (head[0] == count and bytes(head[1]) == previous) else count + 1
