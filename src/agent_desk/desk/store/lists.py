"""What the lists ask of the database."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.scopes import FORGOTTEN
from agent_desk.desk.store.words import match_all
from agent_desk.desk.usecases.rows import (
    CartRow,
    DraftRow,
    HeldScope,
    NoticeRow,
    OrderChip,
    OrderFilter,
    OrderRow,
    PaperRow,
    QuoteRow,
    ShipmentRow,
    WaitingRow,
)
from agent_desk.domain.aggregate import Ref
from agent_desk.domain.money import Currency, Money, usd
from agent_desk.domain.money_commands import CASH_TAKEN
from agent_desk.domain.refusal import Refusal
from agent_desk.domain.selling import CartState, OrderState
from agent_desk.domain.shipping import OPEN_BOOKING, QuoteState, ShipmentState

MOST_FOUND = 1000
"""Of a filter by text: beyond it nobody scrolls, they type another letter."""

ORDERS = (
    "SELECT r.id, r.number, r.placed_at, r.customer_name, r.place, r.pieces, r.total, r.due, r.state, r.held, r.desk,"
    " coalesce(o.pending, 0), coalesce(o.conflict, ''),"
    " r.held AND EXISTS (SELECT 1 FROM shipment_row s WHERE s.held = 2 AND s.order_id = r.id) FROM order_row r"
    " LEFT JOIN overlay o ON o.kind = 'order' AND o.id = r.id"
)
SHIPMENTS = (
    "SELECT r.id, r.number, r.booked_at, r.customer_name, r.service, r.destination, r.pieces, r.unmeasured, r.state,"
    " r.held, r.order_id, coalesce(o.pending, 0) FROM shipment_row r"
    " LEFT JOIN overlay o ON o.kind = 'shipment' AND o.id = r.id"
)
_QUOTES = (
    "SELECT r.id, r.number, r.customer, r.customer_name, r.saved_at, r.valid_until, r.service, r.destination,"
    " r.pieces, r.total, r.state, coalesce(o.pending, 0) FROM quote_row r"
    " LEFT JOIN overlay o ON o.kind = 'quote' AND o.id = r.id"
)


def when(text: str) -> datetime:
    return datetime.fromisoformat(text)


def order_row(row: Any) -> OrderRow:
    return OrderRow(
        id=UUID(row[0]), number=row[1], placed_at=when(row[2]), customer_name=row[3], place=row[4], pieces=row[5],
        total=usd(row[6]), due=usd(row[7]), state=OrderState(row[8]), held=bool(row[9]), desk=row[10],
        pending=bool(row[11]), conflict=row[12], consent=bool(row[13]),
    )  # fmt: skip


def shipment_row(row: Any) -> ShipmentRow:
    return ShipmentRow(
        id=UUID(row[0]), number=row[1], booked_at=when(row[2]), customer_name=row[3], service=row[4],
        destination=row[5], pieces=row[6], unmeasured=row[7], state=ShipmentState(row[8]), held=bool(row[9]),
        order=None if row[10] is None else UUID(row[10]), pending=bool(row[11]),
    )  # fmt: skip


def _quote_row(row: Any) -> QuoteRow:
    return QuoteRow(
        id=UUID(row[0]), number=row[1], customer=None if row[2] is None else UUID(row[2]), customer_name=row[3],
        saved_at=when(row[4]), valid_until=when(row[5]), service=row[6], destination=row[7], pieces=row[8],
        total=None if row[9] is None else usd(row[9]), state=QuoteState(row[10]), pending=bool(row[11]),
    )  # fmt: skip


def _where(wanted: OrderFilter) -> tuple[str, list[Any]]:
    parts: list[str] = []
    values: list[Any] = []
    match wanted.chip:
        case OrderChip.LAST_7_DAYS:
            parts.append("r.placed_at >= ?")
            since = wanted.since or datetime.min.replace(tzinfo=UTC)
            values.append(since.isoformat().replace("+00:00", "Z"))
        case OrderChip.HELD:
            parts.append("r.held")
        case OrderChip.NOT_PAID:
            parts.append("r.due > 0")
        case OrderChip.WAITING:
            parts.append("r.id IN (SELECT id FROM overlay WHERE kind = 'order' AND pending)")
        case OrderChip.ALL:
            pass
    asked = match_all(wanted.text, sounds=True)
    if asked is not None:
        parts.append("r.rid IN (SELECT rowid FROM find_order WHERE find_order MATCH ? ORDER BY rowid DESC LIMIT ?)")
        values += [asked, MOST_FOUND]
    return (" WHERE " + " AND ".join(parts) if parts else ""), values


def list_orders(connection: Connection, wanted: OrderFilter, offset: int, limit: int) -> tuple[OrderRow, ...]:
    where, values = _where(wanted)
    rows = connection.exec_driver_sql(
        f"{ORDERS}{where} ORDER BY r.placed_at DESC, r.number DESC LIMIT ? OFFSET ?", (*values, limit, offset)
    )
    return tuple(order_row(row) for row in rows)


def count_orders(connection: Connection, wanted: OrderFilter) -> int:
    where, values = _where(wanted)
    # the parts of `where` are written above; what was typed is bound
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM order_row r{where}", tuple(values)).scalar_one())  # noqa: S608


def list_customer_orders(connection: Connection, customer: UUID, limit: int) -> tuple[OrderRow, ...]:
    rows = connection.exec_driver_sql(
        f"{ORDERS} WHERE r.customer = ? ORDER BY r.placed_at DESC LIMIT ?", (str(customer), limit)
    )
    return tuple(order_row(row) for row in rows)


def list_unmeasured(connection: Connection, limit: int) -> tuple[ShipmentRow, ...]:
    rows = connection.exec_driver_sql(
        f"{SHIPMENTS} WHERE r.unmeasured > 0 AND r.state <> 'cancelled' ORDER BY r.booked_at LIMIT ?", (limit,)
    )
    return tuple(shipment_row(row) for row in rows)


def count_unmeasured(connection: Connection) -> int:
    return int(
        connection.exec_driver_sql(
            "SELECT coalesce(sum(unmeasured), 0) FROM shipment_row WHERE unmeasured > 0 AND state <> 'cancelled'"
        ).scalar_one()
    )


def count_open_bookings(connection: Connection, login: str) -> int:
    """LIM-7: how many bookings of an agent are open, as far as this desk knows."""
    states = json.dumps(sorted(OPEN_BOOKING))
    return int(
        connection.exec_driver_sql(
            "SELECT count(*) FROM shipment_row r LEFT JOIN overlay o ON o.kind = 'shipment' AND o.id = r.id"
            " WHERE r.state IN (SELECT value FROM json_each(?)) AND json_extract(coalesce(o.body,"
            " (SELECT b.body FROM base b WHERE b.kind = 'shipment' AND b.id = r.id LIMIT 1)), '$.booked_by') = ?",
            (states, login),
        ).scalar_one()
    )


def find_shipment(connection: Connection, number: str) -> ShipmentRow | None:
    row = connection.exec_driver_sql(f"{SHIPMENTS} WHERE r.number = ? COLLATE NOCASE", (number,)).first()
    return None if row is None else shipment_row(row)


def list_carts(connection: Connection) -> tuple[CartRow, ...]:
    rows = connection.exec_driver_sql(
        "SELECT r.id, r.number, r.state, r.held_as, r.held_at, r.customer_name, r.lines, r.taken_by,"
        " coalesce(o.pending, 0), coalesce(o.conflict, '') FROM cart_row r"
        " LEFT JOIN overlay o ON o.kind = 'cart' AND o.id = r.id"
        " WHERE r.state <> 'ordered' ORDER BY r.rid DESC LIMIT 200"
    )
    return tuple(
        CartRow(
            id=UUID(row[0]), number=row[1], state=CartState(row[2]), held_as=row[3],
            held_at=None if row[4] is None else when(row[4]), customer_name=row[5], lines=row[6], taken_by=row[7],
            pending=bool(row[8]), conflict=row[9],
        )
        for row in rows
    )  # fmt: skip


def list_quotes(connection: Connection, customer: UUID | None, limit: int) -> tuple[QuoteRow, ...]:
    where, values = ("", []) if customer is None else (" WHERE r.customer = ?", [str(customer)])
    rows = connection.exec_driver_sql(f"{_QUOTES}{where} ORDER BY r.saved_at DESC LIMIT ?", (*values, limit))
    return tuple(_quote_row(row) for row in rows)


def find_quote(connection: Connection, number: str) -> QuoteRow | None:
    row = connection.exec_driver_sql(f"{_QUOTES} WHERE r.number = ? COLLATE NOCASE", (number,)).first()
    return None if row is None else _quote_row(row)


def list_waiting(connection: Connection, limit: int) -> tuple[WaitingRow, ...]:
    rows = connection.exec_driver_sql(
        "SELECT o.n, o.id, o.name, o.what, o.subject, o.money, o.currency, o.happened_at, o.state, o.tries,"
        " (SELECT json_group_array(e.n) FROM outbox e WHERE e.state <> 'acked'"
        "  AND e.id IN (SELECT value FROM json_each(o.after)))"
        " FROM outbox o WHERE o.state <> 'acked' ORDER BY o.n LIMIT ?",
        (limit,),
    )
    return tuple(
        WaitingRow(
            n=row[0], id=UUID(row[1]), name=row[2], what=row[3], subject=row[4],
            money=None if row[5] is None else Money(minor=row[5], currency=Currency(row[6])),
            at=when(row[7]), state=row[8], tries=row[9], after=tuple(json.loads(row[10])),
        )
        for row in rows
    )  # fmt: skip


def count_waiting(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT count(*) FROM outbox WHERE state <> 'acked'").scalar_one())


def sum_unsent_cash(connection: Connection) -> tuple[Money, int]:
    """Cash taken here that central does not know of, in US dollars, and of how many orders."""
    minor, orders = connection.exec_driver_sql(
        "SELECT coalesce(sum(args ->> '$.applied.minor'), 0), count(DISTINCT args ->> '$.order') FROM outbox"
        " WHERE state <> 'acked' AND name IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(CASH_TAKEN)),),
    ).one()
    return Money(minor=minor, currency=Currency.USD), int(orders)


def list_held(connection: Connection) -> tuple[HeldScope, ...]:
    """Every scope that may be seen here."""
    rows = connection.exec_driver_sql("SELECT name, live, seq, mismatches FROM scope ORDER BY name")
    return tuple(HeldScope(name, live, seq != FORGOTTEN, mismatches > 0) for name, live, seq, mismatches in rows)


def list_notices(connection: Connection) -> tuple[NoticeRow, ...]:
    rows = connection.exec_driver_sql(
        "SELECT id, command, name, what, subject, at, parked, refusals, kind, ref, current FROM notice"
        " WHERE settled_at IS NULL ORDER BY id DESC LIMIT 200"
    )
    return tuple(
        NoticeRow(
            id=row[0], command=UUID(row[1]), name=row[2], what=row[3], subject=row[4], at=when(row[5]),
            parked=bool(row[6]), refusals=tuple(Refusal.model_validate(one) for one in json.loads(row[7])),
            ref=None if row[8] is None else (row[8], UUID(row[9])), current=tuple(json.loads(row[10])),
        )
        for row in rows
    )  # fmt: skip


def list_losing(connection: Connection, limit: int) -> tuple[Ref, ...]:
    rows = connection.exec_driver_sql("SELECT kind, id FROM losing ORDER BY id DESC LIMIT ?", (limit,))
    return tuple((row[0], UUID(row[1])) for row in rows)


def find_draft(connection: Connection, page: str) -> DraftRow | None:
    row = connection.exec_driver_sql("SELECT body, saved_at FROM draft WHERE page = ?", (page,)).first()
    return None if row is None else DraftRow(page, json.loads(row[0]), when(row[1]))


def list_papers(connection: Connection, subject: UUID) -> tuple[PaperRow, ...]:
    rows = connection.exec_driver_sql(
        "SELECT kind, number, path, made_at FROM paper WHERE subject = ? ORDER BY made_at DESC", (str(subject),)
    )
    return tuple(PaperRow(row[0], row[1], subject, row[2], when(row[3])) for row in rows)
