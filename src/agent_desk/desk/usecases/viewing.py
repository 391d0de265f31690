"""One order with everything that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from agent_desk.desk.usecases.measuring import find_piece
from agent_desk.desk.usecases.ports import Reader, Standing
from agent_desk.desk.usecases.rows import PaperRow
from agent_desk.domain.formats import money_text, rate_text, weight_text
from agent_desk.domain.money import Money, usd
from agent_desk.domain.payments import CardRefund, PaymentAttempt, RefundState
from agent_desk.domain.people import Customer
from agent_desk.domain.selling import Order
from agent_desk.domain.shipping import Hold, Shipment

EventKind = Literal["booked", "placed", "cash", "card", "mmg", "refunded", "measured", "held", "waiting"]


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    at: datetime
    kind: EventKind
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class OrderShown:
    order: Order
    attempt: PaymentAttempt | None
    """The last payment of it through a provider."""
    to_cards: tuple[CardRefund, ...]
    """What is on its way back to a card, or could not be given back."""
    customer: Customer | None
    shipments: tuple[Shipment, ...]
    timeline: tuple[TimelineEvent, ...]
    """The newest first."""
    papers: tuple[PaperRow, ...]
    standing: Standing
    certain: Money
    """What is paid for certain."""
    at_risk: Money
    """Cash this desk took that central has not seen."""


def find_order(reader: Reader, number: str) -> OrderShown | None:
    """By its whole number, or by that of a shipment or piece in it."""
    piece = find_piece(reader, number)
    if piece is not None:
        return None if piece.shipment.order is None else get_order(reader, piece.shipment.order)
    wanted = number.strip().casefold()
    row = next((row for row in reader.search_orders(number, 20).rows if row.number.casefold() == wanted), None)
    return None if row is None else get_order(reader, row.id)


def get_order(reader: Reader, order: UUID) -> OrderShown:
    shown = reader.get(Order, order)
    shipments = tuple(
        found
        for line in shown.lines
        if line.what == "shipment" and (found := reader.find(Shipment, line.subject)) is not None
    )
    standing = reader.standing(shown.ref)
    at_risk = shown.cash_taken if standing.pending else usd(0)
    return OrderShown(
        order=shown,
        attempt=None if shown.attempt is None else reader.find(PaymentAttempt, shown.attempt),
        to_cards=_list_to_cards(reader, shown),
        customer=None if shown.customer is None else reader.find(Customer, shown.customer),
        shipments=shipments,
        timeline=_timeline(reader, shown, shipments, standing),
        papers=reader.list_papers(order),
        standing=standing,
        certain=shown.paid - at_risk,
        at_risk=at_risk,
    )


def _list_to_cards(reader: Reader, order: Order) -> tuple[CardRefund, ...]:
    paid = (reader.find(PaymentAttempt, tender.id) for tender in order.tenders if tender.kind == "card")
    refunds = (refund for attempt in paid if attempt is not None for refund in attempt.refunds)
    return tuple(refund for refund in refunds if refund.state is not RefundState.CONFIRMED)


def _timeline(
    reader: Reader, order: Order, shipments: tuple[Shipment, ...], standing: Standing
) -> tuple[TimelineEvent, ...]:
    placed = f"{order.placed_by}, desk {order.desk}, {rate_text(order.gyd_per_usd)}"
    events = [_booked(shipment) for shipment in shipments]
    events.append(TimelineEvent(order.placed_at, "placed", "Order placed", placed))
    for tender in order.tenders:
        back = f", change {money_text(tender.change)}" if tender.change.minor else ""
        title = f"{tender.how} {money_text(tender.given)}{back}"
        detail = f"{tender.taken_by}, desk {tender.desk}, receipt {tender.receipt}"
        events.append(TimelineEvent(tender.taken_at, tender.kind, title, detail))
    for refund in order.refunds:
        how = (
            "Came back from the card"
            if refund.returned
            else ("Given back to the card" if refund.kind == "card" else "Given back")
        )
        title = f"{how} {money_text(refund.given)}, {refund.reason}"
        detail = f"{refund.refunded_by}, desk {refund.desk}, receipt {refund.receipt}"
        events.append(TimelineEvent(refund.refunded_at, "refunded", title, detail))
    for shipment in shipments:
        events += _measured(shipment)
    if standing.pending:
        events.append(TimelineEvent(reader.now, "waiting", "Kept on this desk", "Sent when the link is up"))
    # of two at one instant the later step stands above
    return tuple(sorted(events, key=lambda event: event.at)[::-1])


def _booked(shipment: Shipment) -> TimelineEvent:
    detail = f"{shipment.offer.label}, {money_text(shipment.booked_price)}"
    return TimelineEvent(shipment.booked_at, "booked", f"{shipment.number} booked", detail)


def _measured(shipment: Shipment) -> list[TimelineEvent]:
    events: list[TimelineEvent] = []
    done = [piece for piece in shipment.pieces if piece.measured is not None]
    for piece in done:
        found = piece.measured
        if found is None:
            continue
        declared = "" if piece.declared.weight is None else f", declared {weight_text(piece.declared.weight.lb)}"
        detail = f"{weight_text(found.weight.lb)}{declared}, {found.measured_by}"
        events.append(TimelineEvent(found.measured_at, "measured", f"Piece {piece.number} measured", detail))
    if shipment.holds and events:
        why = "for the customer's consent" if Hold.WEIGHT in shipment.holds else "for a manager"
        last = max(event.at for event in events)
        events.append(TimelineEvent(last, "held", f"{shipment.number} held {why}", money_text(_price(shipment))))
    return events


def _price(shipment: Shipment) -> Money:
    return shipment.offer.total or shipment.booked_price
