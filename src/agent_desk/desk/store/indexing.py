"""The columns and words that lists and searches need of a document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.words import digit_endings, index_names, index_words
from agent_desk.domain.shipping import Hold

Body = Mapping[str, Any]
LOSING = frozenset({"cart", "customer"})
"""Kinds that keep what was replaced unseen."""
_AT_ONCE = 500
# made once: for any but its usual settings the library makes an encoder for every call
_encode = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Listed:
    """How one kind is listed: its table, the columns after `rid` and `id`, and the words to find it by."""

    table: str
    columns: tuple[str, ...]
    row: Callable[[Body], tuple[Any, ...]]
    search: str = ""
    words: Callable[[Body], list[str]] = lambda _: []


def _minor(money: Body | None) -> int | None:
    return None if money is None else int(money["minor"])


def _order_row(body: Body) -> tuple[Any, ...]:
    due = body["totals"]["total"]["minor"] - sum(tender["applied"]["minor"] for tender in body["tenders"])
    return (
        body["number"], body["placed_at"], body["customer"], body["customer_name"],
        body["deliver_to"]["place"], body["pieces"], body["totals"]["total"]["minor"], due, body["state"],
        int(body["held"]), body["desk"],
    )  # fmt: skip


def _order_words(body: Body) -> list[str]:
    lines = [line["code"] for line in body["lines"] if line["what"] == "shipment"]
    receipts = [tender["receipt"] for tender in body["tenders"]]
    place = body["deliver_to"]["place"]
    return [*index_words(body["number"], place, *lines, *receipts), *index_names(body["customer_name"])]


def _customer_row(body: Body) -> tuple[Any, ...]:
    return (body["number"], body["name"], body["phone"], body["email"], body["address"]["place"])


def _customer_words(body: Body) -> list[str]:
    return [
        *index_names(body["name"]),
        *index_words(body["number"], body["email"], body["address"]["place"]),
        *digit_endings(body["phone"]),
    ]


def _product_row(body: Body) -> tuple[Any, ...]:
    measured = all(body[part] is not None for part in ("weight", "length", "width", "height"))
    prices = _encode(body["prices"])
    return (body["code"], body["name"], body["barcode"], prices, int(measured), int(body["dangerous"]))


def _cart_row(body: Body) -> tuple[Any, ...]:
    return (
        body["number"], body["state"], body["held_as"], body["held_at"], body["customer_name"], len(body["lines"]),
        body["taken_by"],
    )  # fmt: skip


def _quote_row(body: Body) -> tuple[Any, ...]:
    chosen: Body = next((offer for offer in body["offers"] if offer["service"] == body["service"]), {})
    request = body["request"]
    return (
        body["number"], body["customer"], body["customer_name"], body["saved_at"], body["valid_until"],
        body["service"], request["destination"], len(request["pieces"]), _minor(chosen.get("total")), body["state"],
    )  # fmt: skip


def _held(holds: list[str]) -> int:
    """0 not held, 1 for a manager, 2 for the customer's consent."""
    return 2 if Hold.WEIGHT in holds else int(bool(holds))


def _shipment_row(body: Body) -> tuple[Any, ...]:
    unmeasured = sum(1 for piece in body["pieces"] if piece["measured"] is None)
    return (
        body["number"], body["booked_at"], body["customer_name"], body["service"], body["request"]["destination"],
        len(body["pieces"]), unmeasured, body["state"], _held(body["holds"]), body["order"],
    )  # fmt: skip


LISTED = {
    "order": Listed(
        "order_row",
        ("number", "placed_at", "customer", "customer_name", "place", "pieces", "total", "due", "state", "held",
         "desk"),
        _order_row, "find_order", _order_words,
    ),
    "customer": Listed(
        "customer_row", ("number", "name", "phone", "email", "place"), _customer_row, "find_customer", _customer_words
    ),
    "product": Listed(
        "product_row", ("code", "name", "barcode", "prices", "measured", "dangerous"), _product_row,
        "find_product", lambda body: index_words(body["name"], body["code"], body["barcode"]),
    ),
    "cart": Listed(
        "cart_row", ("number", "state", "held_as", "held_at", "customer_name", "lines", "taken_by"), _cart_row
    ),
    "quote": Listed(
        "quote_row",
        ("number", "customer", "customer_name", "saved_at", "valid_until", "service", "destination", "pieces",
         "total", "state"),
        _quote_row,
    ),
    "shipment": Listed(
        "shipment_row",
        ("number", "booked_at", "customer_name", "service", "destination", "pieces", "unmeasured", "state", "held",
         "order_id"),
        _shipment_row, "find_shipment", lambda body: index_words(body["number"], body["customer_name"]),
    ),
    "till": Listed(
        "till_row", ("number", "desk", "state", "opened_at"),
        lambda body: (body["number"], body["desk"], body["state"], body["opened_at"]),
    ),
}  # fmt: skip
"""Kinds that are listed or searched; every other kind is only looked up."""


def index(connection: Connection, kind: str, bodies: Iterable[tuple[str, Body | None]]) -> None:
    """Lists these documents anew; a body of None takes one out of its list."""
    listed = LISTED.get(kind)
    if listed is None:
        return
    batch = list(bodies)
    for start in range(0, len(batch), _AT_ONCE):
        _index_some(connection, kind, listed, batch[start : start + _AT_ONCE])


def index_new(connection: Connection, kind: str, bodies: Iterable[tuple[str, Body]]) -> None:
    """Lists documents of which none is listed yet."""
    listed = LISTED.get(kind)
    if listed is not None:
        last = _last(connection, listed)
        documents = [(last + n, *document) for n, document in enumerate(bodies, 1)]
        _put(connection, listed, documents, "INSERT")
        if kind in LOSING:
            _put_losing(connection, [(kind, id_) for _, id_, body in documents if body.get("losses")])


def is_listed(connection: Connection, kind: str, ids: Sequence[str]) -> bool:
    """Whether any of these stands in its list, be it one whose document is gone."""
    listed = LISTED.get(kind)
    if listed is None:
        return False
    found = connection.exec_driver_sql(
        f"SELECT 1 FROM json_each(?) w CROSS JOIN {listed.table} r ON r.id = w.value LIMIT 1",  # noqa: S608
        (json.dumps(ids),),
    )
    return found.first() is not None


def _put_losing(connection: Connection, refs: Sequence[tuple[str, str]]) -> None:
    if refs:
        connection.exec_driver_sql("INSERT OR REPLACE INTO losing (kind, id) VALUES (?, ?)", refs)


def _last(connection: Connection, listed: Listed) -> int:
    # table and column names come from the table above, never from outside; here and below
    return int(connection.exec_driver_sql(f"SELECT coalesce(max(rid), 0) FROM {listed.table}").scalar_one())  # noqa: S608


def _put(connection: Connection, listed: Listed, documents: Sequence[tuple[int, str, Body]], verb: str) -> None:
    """Writes the rows and words of documents at their places in the list."""
    names = ("rid", "id", *listed.columns)
    rows = [(rid, id_, *listed.row(body)) for rid, id_, body in documents]
    marks = ", ".join("?" * len(names))
    connection.exec_driver_sql(f"{verb} INTO {listed.table} ({', '.join(names)}) VALUES ({marks})", rows)
    if listed.search:
        words = [(rid, " ".join(dict.fromkeys(listed.words(body)))) for rid, _, body in documents]
        connection.exec_driver_sql(f"{verb} INTO {listed.search} (rowid, words) VALUES (?, ?)", words)


def _index_some(connection: Connection, kind: str, listed: Listed, batch: list[tuple[str, Body | None]]) -> None:
    ids = json.dumps([id_ for id_, _ in batch])
    listed_ids = connection.exec_driver_sql(
        f"SELECT id, rid FROM {listed.table} WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608
        (ids,),
    )
    known: dict[str, int] = {row[0]: row[1] for row in listed_ids}
    last = _last(connection, listed)
    present: list[tuple[int, str, Body]] = []
    gone: list[tuple[int]] = []
    for id_, body in batch:
        rid = known.get(id_)
        if body is None:
            if rid is not None:
                gone.append((rid,))
            continue
        if rid is None:
            last += 1
            rid = known[id_] = last
        present.append((rid, id_, body))
    _put(connection, listed, present, "INSERT OR REPLACE")
    if kind in LOSING:
        losing = [(kind, id_) for id_, body in batch if body is not None and body.get("losses")]
        connection.exec_driver_sql(
            "DELETE FROM losing WHERE kind = ? AND id IN (SELECT value FROM json_each(?))", (kind, ids)
        )
        _put_losing(connection, losing)
    if gone:
        connection.exec_driver_sql(f"DELETE FROM {listed.table} WHERE rid = ?", gone)  # noqa: S608
        if listed.search:
            connection.exec_driver_sql(f"DELETE FROM {listed.search} WHERE rowid = ?", gone)  # noqa: S608
