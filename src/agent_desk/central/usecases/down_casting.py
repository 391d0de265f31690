"""Rows for desks of earlier releases: each kind shaped as the desk's schema had it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from agent_desk.central.usecases.ports import FeedRow
from agent_desk.domain.selling import Order, OrderState
from agent_desk.wire import sync
from agent_desk.wire.canonical import canonical_json

DownCaster = Callable[[dict[str, Any]], dict[str, Any]]


def _paid_in_cash(order: dict[str, Any]) -> dict[str, Any]:
    """Before 2 an order knew no refunds and no cards: what was paid stays paid, and all of it was cash."""
    refunded = order["state"] in {OrderState.REFUNDED_PART, OrderState.REFUNDED}
    tenders = [tender | {"kind": "cash"} for tender in order.get("tenders", ())]
    return {**order, "tenders": tenders, "state": OrderState.PAID.value if refunded else order["state"]}


DOWN: dict[int, Mapping[str, DownCaster]] = {1: {Order.kind: _paid_in_cash}}
"""By the schema that is led down to: the kinds that looked different then. A field that was added needs none, since
desks leave out what they do not know; a field that went, or a new word or meaning in an old field, does."""


def is_served(schema: int) -> bool:
    """Whether rows can be shaped for it; other desks may push only."""
    return sync.OLDEST_SCHEMA <= schema <= sync.SCHEMA


def down_cast(kind: str, body: dict[str, Any], schema: int) -> dict[str, Any]:
    """The body as a desk of that schema reads it."""
    for step in range(sync.SCHEMA - 1, schema - 1, -1):
        if kind in DOWN.get(step, ()):
            body = DOWN[step][kind](body)
    return body


def down_cast_row(row: FeedRow, schema: int) -> FeedRow:
    """As `down_cast`; the version, and so every checksum, stays."""
    if row.body is None or not any(row.kind in DOWN.get(step, ()) for step in range(schema, sync.SCHEMA)):
        return row
    return replace(row, body=canonical_json(down_cast(row.kind, json.loads(row.body), schema)))


def down_cast_ack(ack: sync.Ack, schema: int) -> sync.Ack:
    """With the present state of things as that desk reads it."""
    if not ack.current or schema == sync.SCHEMA:
        return ack
    current = [
        row if row.body is None else row.model_copy(update={"body": down_cast(row.kind, row.body, schema)})
        for row in ack.current
    ]
    return ack.model_copy(update={"current": tuple(current)})
