"""Ranked searches: a bounded number of candidates, then the likeliest first."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.lists import ORDERS, SHIPMENTS, order_row, shipment_row
from agent_desk.desk.store.words import match_all, split_words
from agent_desk.desk.usecases.rows import CustomerRow, OrderRow, ProductRow, ShipmentRow
from agent_desk.domain.catalogue import PriceSpan
from agent_desk.domain.money import Money

MOST_CANDIDATES = 200
"""Ranking every hit of a one-letter prefix would cost a quarter of a second."""

_CUSTOMERS = (
    "SELECT r.id, r.number, r.name, r.phone, r.email, r.place, coalesce(o.pending, 0) FROM customer_row r"
    " LEFT JOIN overlay o ON o.kind = 'customer' AND o.id = r.id"
)
_PRODUCTS = "SELECT r.id, r.code, r.name, r.barcode, r.prices, r.measured, r.dangerous FROM product_row r"


def _candidates(connection: Connection, question: str, table: str, asked: str | None, order: str) -> list[Any]:
    if asked is None:
        return []
    # the texts are our own, what was typed is bound
    found = f"SELECT rowid FROM {table} WHERE {table} MATCH ? {order} LIMIT {MOST_CANDIDATES}"  # noqa: S608
    return list(connection.exec_driver_sql(f"{question} WHERE r.rid IN ({found})", (asked,)))


def _score(asked: list[str], exact: Iterable[str], name: str) -> tuple[int, int]:
    """Lower is likelier: whole codes first, then words in the order and at the places they were typed."""
    wanted = " ".join(asked)
    if any(" ".join(split_words(text)) == wanted for text in exact if text):
        return (0, 0)
    words = split_words(name)
    joined = " ".join(words)
    if joined.startswith(wanted):
        return (1, len(joined))
    literal = sum(1 for word in asked if any(have.startswith(word) for have in words))
    return (2 + len(asked) - literal, len(joined))


def search_customers(connection: Connection, text: str, limit: int) -> tuple[CustomerRow, ...]:
    asked = split_words(text)
    found = _candidates(connection, _CUSTOMERS, "find_customer", match_all(text, sounds=True), "")
    rows = [CustomerRow(UUID(r[0]), r[1], r[2], r[3], r[4], r[5], bool(r[6])) for r in found]
    digits = [word for word in asked if word.isdigit()]

    def likeliness(row: CustomerRow) -> tuple[int, int, tuple[int, int], str]:
        phone = "".join(char for char in row.phone if char.isdigit())
        ends = -sum(1 for word in digits if phone.endswith(word))
        return (ends, 0, _score(asked, (row.number, row.email, row.phone), row.name), row.name)

    return tuple(sorted(rows, key=likeliness)[:limit])


def search_orders(connection: Connection, text: str, limit: int) -> tuple[OrderRow, ...]:
    """The newest first, but a whole number before all."""
    asked = match_all(text, sounds=True)
    rows = [order_row(r) for r in _candidates(connection, ORDERS, "find_order", asked, "ORDER BY rowid DESC")]
    wanted = split_words(text)
    rows.sort(key=lambda row: row.placed_at, reverse=True)
    rows.sort(key=lambda row: split_words(row.number) != wanted)
    return tuple(rows[:limit])


def search_shipments(connection: Connection, text: str, limit: int) -> tuple[ShipmentRow, ...]:
    found = _candidates(connection, SHIPMENTS, "find_shipment", match_all(text), "ORDER BY rowid DESC")
    rows = sorted((shipment_row(r) for r in found), key=lambda row: row.booked_at, reverse=True)
    return tuple(rows[:limit])


def search_products(connection: Connection, text: str, limit: int, now: datetime) -> tuple[ProductRow, ...]:
    asked = split_words(text)
    found = _candidates(connection, _PRODUCTS, "find_product", match_all(text), "")
    found.sort(key=lambda row: (_score(asked, (row[1], row[3]), row[2]), row[2]))
    return tuple(_product_row(row, now) for row in found[:limit])


def find_product(connection: Connection, code: str, now: datetime) -> ProductRow | None:
    """By code, or else by barcode; both whole."""
    if not code:
        return None
    row = (
        connection.exec_driver_sql(f"{_PRODUCTS} WHERE r.code = ? COLLATE NOCASE", (code,)).first()
        or connection.exec_driver_sql(f"{_PRODUCTS} WHERE r.barcode = ? AND r.barcode <> ''", (code,)).first()
    )
    return None if row is None else _product_row(row, now)


def _product_row(row: Any, now: datetime) -> ProductRow:
    spans = [PriceSpan.model_validate(span) for span in json.loads(row[4])]
    each: Money | None = next((span.each_for(1) for span in spans if span.holds(now)), None)
    return ProductRow(UUID(row[0]), row[1], row[2], row[3], each, bool(row[5]), bool(row[6]))
