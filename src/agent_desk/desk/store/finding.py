"""Ranked searches: a bounded number of candidates, then the likeliest first."""

from __future__ import annotations

import json
from datetime import datetime
from heapq import nsmallest
from uuid import UUID

from agent_desk.desk.store.connection import Connection, Row
from agent_desk.desk.store.lists import ORDERS, SHIPMENTS, order_row, shipment_row, when
from agent_desk.desk.store.words import match_all, split_words
from agent_desk.desk.usecases.rows import CustomerRow, OrderRow, ProductRow, Ranked, ShipmentRow
from agent_desk.domain.catalogue import PriceSpan
from agent_desk.domain.money import Money

MOST_CANDIDATES = 200
"""Ranking every hit of a one-letter prefix would cost a quarter of a second."""

_CUSTOMERS = (
    "SELECT r.id, r.number, r.name, r.phone, r.email, r.place, coalesce(o.pending, 0) FROM customer_row r"
    " LEFT JOIN overlay o ON o.kind = 'customer' AND o.id = r.id"
)
_PRODUCTS = "SELECT r.id, r.code, r.name, r.barcode, r.prices, r.measured, r.dangerous FROM product_row r"


def _candidates(connection: Connection, question: str, table: str, asked: str | None, order: str) -> list[Row]:
    if asked is None:
        return []
    # the texts are our own, what was typed is bound
    found = f"SELECT rowid FROM {table} WHERE {table} MATCH ? {order} LIMIT {MOST_CANDIDATES}"  # noqa: S608
    return connection.exec_driver_sql(f"{question} WHERE r.rid IN ({found})", (asked,)).all()


class _Asked:
    """What was typed, to hold hundreds of names and codes against."""

    def __init__(self, text: str) -> None:
        self.words = split_words(text)
        self._whole = " ".join(self.words)
        self._beginnings = [f" {word}" for word in self.words]

    def is_whole(self, *codes: str) -> bool:
        """Whether one of the codes is what was typed, and no more."""
        return any(" ".join(split_words(code)) == self._whole for code in codes)

    def score(self, name: str, *codes: str) -> tuple[int, int]:
        """Lower is likelier: whole codes first, then words in the order and at the places they were typed."""
        if self.is_whole(*codes):
            return (0, 0)
        joined = " ".join(split_words(name))
        if joined.startswith(self._whole):
            return (1, len(joined))
        spaced = f" {joined}"
        return (2 + sum(beginning not in spaced for beginning in self._beginnings), len(joined))


def search_customers(connection: Connection, text: str, limit: int) -> Ranked[CustomerRow]:
    found = _candidates(connection, _CUSTOMERS, "find_customer", match_all(text, sounds=True), "")
    asked = _Asked(text)
    digits = [word for word in asked.words if word.isdigit()]

    def likeliness(row: Row) -> tuple[int, tuple[int, int], str]:
        _, number, name, phone, email, *_ = row
        dialled = "".join(char for char in phone if char.isdigit()) if digits else ""
        ends = -sum(1 for word in digits if dialled.endswith(word))
        return (ends, asked.score(name, number, email, phone), name)

    best = nsmallest(limit, found, likeliness)
    rows = (CustomerRow(UUID(r[0]), r[1], r[2], r[3], r[4], r[5], bool(r[6])) for r in best)
    return Ranked(tuple(rows), len(found))


def search_orders(connection: Connection, text: str, limit: int) -> Ranked[OrderRow]:
    """The newest first, but a whole number before all."""
    found = _candidates(connection, ORDERS, "find_order", match_all(text, sounds=True), "ORDER BY rowid DESC")
    asked = _Asked(text)
    found.sort(key=lambda row: when(row[2]), reverse=True)
    found.sort(key=lambda row: not asked.is_whole(row[1]))
    return Ranked(tuple(order_row(row) for row in found[:limit]), len(found))


def search_shipments(connection: Connection, text: str, limit: int) -> Ranked[ShipmentRow]:
    found = _candidates(connection, SHIPMENTS, "find_shipment", match_all(text), "ORDER BY rowid DESC")
    found.sort(key=lambda row: when(row[2]), reverse=True)
    return Ranked(tuple(shipment_row(row) for row in found[:limit]), len(found))


def search_products(connection: Connection, text: str, limit: int, now: datetime) -> Ranked[ProductRow]:
    found = _candidates(connection, _PRODUCTS, "find_product", match_all(text), "")
    asked = _Asked(text)
    best = nsmallest(limit, found, lambda row: (asked.score(row[2], row[1], row[3]), row[2]))
    return Ranked(tuple(_product_row(row, now) for row in best), len(found))


def find_product(connection: Connection, code: str, now: datetime) -> ProductRow | None:
    """By code, or else by barcode; both whole."""
    if not code:
        return None
    row = (
        connection.exec_driver_sql(f"{_PRODUCTS} WHERE r.code = ? COLLATE NOCASE", (code,)).first()
        or connection.exec_driver_sql(f"{_PRODUCTS} WHERE r.barcode = ? AND r.barcode <> ''", (code,)).first()
    )
    return None if row is None else _product_row(row, now)


def _product_row(row: Row, now: datetime) -> ProductRow:
    spans = [PriceSpan.model_validate(span) for span in json.loads(row[4])]
    each: Money | None = next((span.each_for(1) for span in spans if span.holds(now)), None)
    return ProductRow(UUID(row[0]), row[1], row[2], row[3], each, bool(row[5]), bool(row[6]))
