"""What a first sync brings many rows at a time is kept exactly as pages keep it, one row looked at after the other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.database import Source
from agent_desk.desk.store.ledger import StoreLedger
from agent_desk.desk.store.migrating import migrate
from agent_desk.desk.store.price_books import PriceBooks
from agent_desk.domain.aggregate import Aggregate
from agent_desk.wire.canonical import aggregate_bytes
from agent_desk.wire.live_rows import LiveRow, read_live_rows
from tests.desk.workshop import NOON, a_product, shop

KEY = bytes(32)
QUESTIONS = (
    "SELECT * FROM base ORDER BY kind, id, scope",
    "SELECT name, seq, boot, live, sum FROM scope ORDER BY name",
    "SELECT id, code, name, barcode, prices, measured, dangerous FROM product_row ORDER BY id",
    "SELECT id, number, name, phone, email, place FROM customer_row ORDER BY id",
    "SELECT value FROM setting WHERE key = 'book_stamp'",
    "SELECT p.id FROM find_product f JOIN product_row p ON p.rid = f.rowid WHERE find_product MATCH 'thing' ORDER BY 1",
    "SELECT p.id FROM find_product f JOIN product_row p ON p.rid = f.rowid WHERE find_product MATCH 'p*' ORDER BY 1",
)


def _line(one: Aggregate, version: int = 1) -> bytes:
    head = {"seq": 3, "kind": one.kind, "id": str(one.id), "version": version, "op": "u"}
    return json.dumps(head, separators=(",", ":")).encode()[:-1] + b',"body":' + aggregate_bytes(one) + b"}"


class Desk:
    """An empty store; `take` keeps one batch in one commit."""

    def __init__(self, path: Path) -> None:
        migrate(path, KEY)
        self.connection: Connection = Source(path, KEY).connect()
        self._books = PriceBooks()

    def take(self, rows: Sequence[LiveRow], *, at_once: bool, scope: str = "cat") -> frozenset[Any]:
        with self.connection.begin():
            ledger = StoreLedger(self.connection, NOON, "GEO-1", self._books)
            if at_once:
                ledger.fill(scope, rows)
            else:
                ledger.read_rows(scope, [row.as_row() for row in rows])
            ledger.finish()
            return ledger.changed

    def holds(self) -> list[list[Any]]:
        return [self.connection.exec_driver_sql(question).all() for question in QUESTIONS]


@pytest.fixture
def desks(tmp_path: Path) -> tuple[Desk, Desk]:
    return Desk(tmp_path / "filled.db"), Desk(tmp_path / "paged.db")


def _both(desks: tuple[Desk, Desk], lines: Sequence[bytes], scope: str = "cat") -> None:
    rows = read_live_rows(lines)
    said = [desk.take(rows, at_once=at_once, scope=scope) for desk, at_once in zip(desks, (True, False), strict=True)]
    assert said[0] == said[1]
    assert desks[0].holds() == desks[1].holds()


def test_rows_at_once_leave_what_rows_by_page_leave(desks: tuple[Desk, Desk]) -> None:
    _both(desks, [_line(one) for one in shop()])
    _both(desks, [_line(a_product(f"P-{n}", f"Thing Número {n}")) for n in range(60)])
    found = desks[0].holds()
    assert len(found[5]) == 60
    assert found[1][0][3] == len(shop()) + 60


def test_rows_that_are_here_already_are_looked_at_one_by_one(desks: tuple[Desk, Desk]) -> None:
    again = a_product("P-1", "Thing")
    _both(desks, [_line(again), _line(a_product("P-2", "Other"))])
    _both(desks, [_line(again.model_copy(update={"name": "Thing anew"}), version=2)])
    _both(desks, [_line(again, version=3), _line(again.model_copy(update={"name": "Last"}), version=4)])
    # a document that moves between scopes is shown in its newer version
    _both(desks, [_line(again.model_copy(update={"name": "Thing elsewhere"}), version=2)], scope="branch:GEO")
    assert [row[2] for row in desks[0].holds()[2]].count("Last") == 1


def test_a_shown_document_that_waits_to_be_sent_stays_shown(desks: tuple[Desk, Desk]) -> None:
    mine = a_product("P-9", "Mine")
    for desk in desks:
        with desk.connection.begin():
            desk.connection.exec_driver_sql(
                "INSERT INTO overlay (kind, id, version, body, pending) VALUES ('product', ?, 1, ?, 1)",
                (str(a_product("P-8", "Mine").id), aggregate_bytes(mine).decode()),
            )
    _both(desks, [_line(a_product("P-8", "Central's")), _line(mine)])


@settings(max_examples=60, deadline=None)
@given(
    name=st.text(st.characters(codec="utf-8"), max_size=40),
    apart=st.booleans(),
)
def test_a_body_is_kept_as_canonical_json_however_it_was_written(name: str, *, apart: bool) -> None:
    one = a_product("P-1", "Thing").model_copy(update={"name": name})
    written = json.loads(_line(one))
    line = json.dumps(written, sort_keys=True).encode() if apart else _line(one)
    (row,) = read_live_rows([line])
    assert row.text.encode() == aggregate_bytes(one)
    assert row.body == written["body"]
    assert (row.kind, row.id, row.key) == ("product", one.id, str(one.id))


@pytest.mark.parametrize(
    "line",
    [
        b"<html>",
        b"[]",
        b"7",
        b'{"kind":"product"}',
        b'{"seq":1,"kind":"product","id":"x","version":1,"op":"u","body":{"a":{}}}',
        b'{"seq":1,"kind":"product","id":"00000000-0000-0000-0000-000000000001","version":1,"op":"x","body":null}',
        b'{"seq":1,"kind":"p","id":"00000000-0000-0000-0000-000000000001","version":1,"op":"u","body":{}},{}}',
    ],
)
def test_a_line_that_is_no_row_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the JSON reader, the id and the row each say it in their own words
        read_live_rows([line])


def test_a_row_that_was_lost_but_is_listed_still_comes_back_with_a_file(desks: tuple[Desk, Desk]) -> None:
    lines = [_line(one) for one in shop()]
    _both(desks, lines)
    for desk in desks:
        with desk.connection.begin():
            desk.connection.exec_driver_sql("DELETE FROM base WHERE kind = 'customer'")
    rows = read_live_rows([line for line in lines if b'"kind":"customer"' in line])
    for desk, at_once in zip(desks, (True, False), strict=True):
        desk.take(rows, at_once=at_once)
    assert desks[0].holds()[0] == desks[1].holds()[0]
    assert len(desks[0].holds()[3]) == len(rows) > 0
