"""Many rows at once into a scope of which nothing is here yet: what a first sync brings."""

from __future__ import annotations

import json
from collections.abc import Sequence

from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.documents import PRICE_KINDS, stamp_book
from agent_desk.desk.store.indexing import index_new, is_listed
from agent_desk.desk.store.scopes import add_rows
from agent_desk.wire.live_rows import LiveRow


def fill(connection: Connection, scope: str, rows: Sequence[LiveRow]) -> bool:
    """Keeps the rows and lists them; keeps nothing and answers False where one of them needs a second look.

    That is: it is here or listed already, be it of another scope, twice among the rows, or something here waits to
    be sent and may lie on top of it.
    """
    by_kind: dict[str, dict[str, LiveRow]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, {})[row.key] = row
    if sum(map(len, by_kind.values())) != len(rows) or _something_waits(connection):
        return False
    if any(
        _is_here(connection, kind, list(known)) or is_listed(connection, kind, list(known))
        for kind, known in by_kind.items()
    ):
        return False
    add_rows(connection, scope, rows)
    for kind, known in by_kind.items():
        index_new(connection, kind, [(id_, row.body) for id_, row in known.items()])
    if PRICE_KINDS.intersection(by_kind):
        stamp_book(connection)
    return True


def _something_waits(connection: Connection) -> bool:
    return bool(
        connection.exec_driver_sql("SELECT EXISTS (SELECT 1 FROM overlay) OR EXISTS (SELECT 1 FROM effect)").scalar()
    )


def _is_here(connection: Connection, kind: str, ids: list[str]) -> bool:
    # a cross join is not turned round: the ids are asked of the table's index, one after the other
    found = connection.exec_driver_sql(
        "SELECT 1 FROM json_each(?) w CROSS JOIN base b ON b.kind = ? AND b.id = w.value LIMIT 1",
        (json.dumps(ids), kind),
    )
    return found.first() is not None
