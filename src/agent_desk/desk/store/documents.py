"""Documents as the desk sees them: central's truth with what waits here on top."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.indexing import LISTED, index
from agent_desk.desk.usecases.ports import Standing
from agent_desk.domain.aggregate import A, Aggregate, Ref
from agent_desk.wire.canonical import aggregate_bytes

PRICE_KINDS = frozenset({"rate_card", "exchange_rate", "tax_table", "trade_rules"})
BOOK_STAMP = "book_stamp"
_KEPT = 256
"""Documents last read."""


def find_body(connection: Connection, kind: str, id_: str) -> str | None:
    """The JSON of a document; None where there is none."""
    found = connection.exec_driver_sql(
        "SELECT body, 1 AS here, version FROM overlay WHERE kind = ?1 AND id = ?2"
        " UNION ALL SELECT body, 0, version FROM base WHERE kind = ?1 AND id = ?2"
        " ORDER BY here DESC, version DESC LIMIT 1",
        (kind, id_),
    ).first()
    return None if found is None else found[0]


def find_base(connection: Connection, kind: str, id_: str) -> tuple[str, int] | None:
    """Central's body and version; a document lies in one scope, but for the moment in which it moves."""
    row = connection.exec_driver_sql(
        "SELECT body, version FROM base WHERE kind = ? AND id = ? ORDER BY version DESC LIMIT 1", (kind, id_)
    ).first()
    return None if row is None else (row[0], row[1])


def find(connection: Connection, kind: type[A], id_: UUID) -> A | None:
    body = find_body(connection, kind.kind, str(id_))
    return None if body is None else _read(kind, body)


@lru_cache(_KEPT)
def _read(kind: type[A], body: str) -> A:
    # most of what a cart needs is read again for each change to it; what was read is never changed
    return kind.model_validate_json(body)


def list_all(connection: Connection, kind: type[A]) -> tuple[A, ...]:
    rows = connection.exec_driver_sql(
        "SELECT coalesce(o.body, b.body), b.id AS id FROM base b LEFT JOIN overlay o ON o.kind = b.kind AND o.id = b.id"
        " WHERE b.kind = ?1 UNION ALL SELECT body, id FROM overlay WHERE kind = ?1"
        " AND id NOT IN (SELECT id FROM base WHERE kind = ?1) ORDER BY id",
        (kind.kind,),
    )
    return tuple(kind.model_validate_json(body) for body, _ in rows)


def standing(connection: Connection, ref: Ref) -> Standing:
    row = connection.exec_driver_sql(
        "SELECT pending, conflict FROM overlay WHERE kind = ? AND id = ?", (ref[0], str(ref[1]))
    ).first()
    return Standing() if row is None else Standing(bool(row[0]), row[1])


def has_conflicts(connection: Connection) -> bool:
    """Whether anything that waits no longer fits central's state."""
    return bool(connection.exec_driver_sql("SELECT EXISTS (SELECT 1 FROM overlay WHERE conflict <> '')").scalar())


def put_overlay(connection: Connection, aggregate: Aggregate, *, pending: bool = True, conflict: str = "") -> None:
    """What a command made of a document; lists follow with `index_refs`."""
    body = aggregate_bytes(aggregate).decode()
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO overlay (kind, id, version, body, pending, conflict) VALUES (?, ?, ?, ?, ?, ?)",
        (aggregate.kind, str(aggregate.id), aggregate.version, body, int(pending), conflict),
    )


def hold_shown(connection: Connection, refs: Iterable[Ref]) -> None:
    """What these look like now stays in view though central's rows go, until a rebase says otherwise."""
    connection.exec_driver_sql(
        "INSERT OR IGNORE INTO overlay (kind, id, version, body, pending, conflict)"
        " SELECT b.kind, b.id, b.version, b.body, 1, '' FROM json_each(?) w JOIN base b"
        " ON b.kind = json_extract(w.value, '$[0]') AND b.id = json_extract(w.value, '$[1]') ORDER BY b.version DESC",
        (json.dumps([[kind, str(id_)] for kind, id_ in refs]),),
    )


def index_refs(connection: Connection, refs: Iterable[Ref]) -> None:
    """Brings lists and searches up to what documents say now."""
    by_kind: dict[str, list[str]] = {}
    for kind, id_ in refs:
        by_kind.setdefault(kind, []).append(str(id_))
    for kind, ids in by_kind.items():
        if kind not in LISTED:
            continue
        # in order of version: of a document that is moving between scopes, the newer one is last
        rows = connection.exec_driver_sql(
            "SELECT w.value, coalesce(o.body, b.body) FROM json_each(?) w"
            " LEFT JOIN overlay o ON o.kind = ? AND o.id = w.value LEFT JOIN base b ON b.kind = ? AND b.id = w.value"
            " ORDER BY b.version",
            (json.dumps(ids), kind, kind),
        )
        found = {id_: None if body is None else json.loads(body) for id_, body in rows}
        index(connection, kind, found.items())
    if PRICE_KINDS.intersection(by_kind):
        stamp_book(connection)


def stamp_book(connection: Connection) -> None:
    """Prices changed: whoever keeps a price book in memory reads it again."""
    connection.exec_driver_sql(
        "INSERT INTO setting (key, value) VALUES (?, '1')"
        " ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1",
        (BOOK_STAMP,),
    )


def find_setting(connection: Connection, key: str) -> str | None:
    value = connection.exec_driver_sql("SELECT value FROM setting WHERE key = ?", (key,)).scalar()
    return None if value is None else str(value)


def keep_setting(connection: Connection, key: str, value: str | None) -> None:
    if value is None:
        connection.exec_driver_sql("DELETE FROM setting WHERE key = ?", (key,))
    else:
        connection.exec_driver_sql("INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", (key, value))
