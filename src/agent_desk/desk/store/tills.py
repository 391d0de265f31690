"""Tills of this branch, and what was moved through the drawers of this desk."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from agent_desk.desk.store.connection import Connection
from agent_desk.desk.usecases.rows import TillRow
from agent_desk.domain.till import Through, TillState


def keep_through(connection: Connection, till: UUID, id_: UUID, through: Through) -> None:
    """What one sale or refund moved: it lies in the drawers, whatever becomes of the sale."""
    connection.exec_driver_sql(
        "INSERT OR IGNORE INTO till_through (id, till, body) VALUES (?, ?, ?)",
        (str(id_), str(till), through.model_dump_json()),
    )


def sum_through(connection: Connection, till: UUID) -> Through:
    """What all of them moved."""
    rows = connection.exec_driver_sql("SELECT body FROM till_through WHERE till = ?", (str(till),))
    return sum((Through.model_validate_json(body) for (body,) in rows), start=Through())


def list_tills(connection: Connection, desk: str, limit: int) -> tuple[TillRow, ...]:
    """Of one desk, the newest first."""
    rows = connection.exec_driver_sql(
        "SELECT id, number, state, opened_at FROM till_row WHERE desk = ? ORDER BY opened_at DESC, number DESC LIMIT ?",
        (desk, limit),
    )
    return tuple(
        TillRow(UUID(id_), number, TillState(state), datetime.fromisoformat(opened_at))
        for id_, number, state, opened_at in rows
    )
