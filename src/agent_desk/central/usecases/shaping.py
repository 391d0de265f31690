"""From an aggregate to what is stored and what is sent of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent_desk.central.usecases.ports import DocumentRow, FeedRow, Pushing
from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.catalogue import Product
from agent_desk.domain.payments import PaymentAttempt
from agent_desk.domain.people import Branch, Customer, Staff
from agent_desk.domain.selling import Cart, Order
from agent_desk.domain.shipping import OPEN_BOOKING, Quote, Shipment
from agent_desk.domain.till import Till
from agent_desk.wire.canonical import aggregate_bytes, row_hash
from agent_desk.wire.scopes import scope_of

MOST_STAMPED = 200
"""Rows under one position of a scope, so that a page always holds a whole one."""


def branch_of(aggregate: Aggregate) -> str:
    """The code of the branch it belongs to; empty where it belongs to all."""
    if isinstance(aggregate, Branch):
        return aggregate.code
    if isinstance(aggregate, Customer | Cart | Order | PaymentAttempt | Quote | Shipment | Staff | Till):
        return aggregate.branch
    return ""


def scope_name(aggregate: Aggregate) -> str:
    return scope_of(aggregate, branch_of(aggregate))


def document_of(aggregate: Aggregate) -> DocumentRow:
    """The aggregate with the columns central asks for."""
    shipment = aggregate if isinstance(aggregate, Shipment) else None
    return DocumentRow(
        kind=aggregate.kind,
        id=aggregate.id,
        version=aggregate.version,
        branch=branch_of(aggregate),
        body=aggregate_bytes(aggregate),
        handle=_handle_of(aggregate),
        owner=None if shipment is None else shipment.booked_by,
        open=shipment is not None and shipment.state in OPEN_BOOKING,
    )


def feed_row(document: DocumentRow) -> FeedRow:
    """A live row of it."""
    share = signed(row_hash(document.kind, document.id, document.version))
    return FeedRow(document.kind, document.id, document.version, "u", document.body, share)


def stamp_all(unit: Pushing, rows: Mapping[str, Sequence[FeedRow]]) -> dict[str, int]:
    """Stamps every scope, in the order of their names; the last position of each."""
    at: dict[str, int] = {}
    for scope in sorted(rows):
        for start in range(0, len(rows[scope]), MOST_STAMPED):
            at[scope] = unit.stamp(scope, rows[scope][start : start + MOST_STAMPED])
    return at


def left_row(document: DocumentRow) -> FeedRow:
    """A row that says it left this scope."""
    return FeedRow(document.kind, document.id, document.version, "x", None, 0)


def signed(share: int) -> int:
    """A 64-bit number as the database keeps it; sums modulo 2**64 come out the same."""
    return share - 2**64 if share >= 2**63 else share


def _handle_of(aggregate: Aggregate) -> str | None:
    if isinstance(aggregate, Customer | Cart | Order | Quote | Shipment | Till):
        return aggregate.number
    if isinstance(aggregate, Staff):
        return aggregate.login
    if isinstance(aggregate, Branch | Product):
        return aggregate.code
    return None
