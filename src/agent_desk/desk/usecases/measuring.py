"""The warehouse: what waits to be measured, and what the scale and tape said."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from agent_desk.desk.usecases.ports import Reader, Standing, Work, stop
from agent_desk.desk.usecases.rows import ShipmentRow
from agent_desk.domain.commands import RecordMeasurement
from agent_desk.domain.measure import Length, Weight
from agent_desk.domain.places import find_destination, find_origin
from agent_desk.domain.price_book import RateCard
from agent_desk.domain.refusal import blocks
from agent_desk.domain.shipping import Shipment, ShipmentPiece

DEFAULT_TOLERANCE = Decimal(10)
"""Per cent, before any rules came."""


@dataclass(frozen=True, slots=True)
class PieceShown:
    """One piece of a shipment, as declared and as measured so far."""

    shipment: Shipment
    piece: ShipmentPiece
    standing: Standing

    @property
    def code(self) -> str:
        """What its label says: SH-GEO-2-000871-1."""
        return f"{self.shipment.number}-{self.piece.number}"


@dataclass(frozen=True, slots=True)
class PieceRules:
    """What the pieces of a shipment are measured against."""

    card: RateCard | None
    """The one it was booked by."""
    cards: tuple[RateCard, ...]
    """Every service of the route in force now, the fastest first."""
    tolerance_percent: Decimal
    origin: str
    destination: str
    """As people say them: Newark, Georgetown."""


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits to be measured, the oldest first."""

    pieces: tuple[PieceShown, ...]
    waiting: int
    """Pieces in all."""


def list_waiting(reader: Reader, limit: int = 20) -> Queue:
    """WHS-5: pieces nobody has measured, of every shipment that is not cancelled."""
    shown: list[PieceShown] = []
    for row in reader.list_unmeasured(limit):
        shipment = reader.get(Shipment, row.id)
        standing = reader.standing(shipment.ref)
        shown += [PieceShown(shipment, piece, standing) for piece in shipment.pieces if piece.measured is None]
        if len(shown) >= limit:
            break
    return Queue(tuple(shown[:limit]), reader.count_unmeasured())


def find_piece(reader: Reader, code: str) -> PieceShown | None:
    """WHS-1: by its label, `SH-GEO-2-000871-1`, or by its waybill: then the first one to measure."""
    text = code.strip().upper()
    row = reader.find_shipment(text)
    number = 0
    if row is None:
        waybill, _, last = text.rpartition("-")
        row = reader.find_shipment(waybill)
        number = int(last) if row is not None and last.isascii() and last.isdigit() else 0
        if row is None or number == 0:
            return None
    shipment = reader.get(Shipment, row.id)
    piece = next((p for p in shipment.pieces if p.number == number), None) if number else _first(shipment)
    return None if piece is None else PieceShown(shipment, piece, reader.standing(shipment.ref))


def _first(shipment: Shipment) -> ShipmentPiece | None:
    return next((p for p in shipment.pieces if p.measured is None), shipment.pieces[0] if shipment.pieces else None)


def get_rules(reader: Reader, shipment: UUID) -> PieceRules:
    """BYD-1: limits, weighing and tolerance for the pieces of this shipment."""
    of, book, at = reader.get(Shipment, shipment), reader.book(), reader.now
    request, rules = of.request, book.rules_at(at)
    origin, destination = find_origin(rules, request.origin), find_destination(rules, request.destination)
    return PieceRules(
        card=book.find_card(of.offer.card_id),
        cards=book.cards_at(at, request.origin, request.destination),
        tolerance_percent=DEFAULT_TOLERANCE if rules is None else rules.weight_tolerance_percent,
        origin=request.origin if origin is None else origin.label,
        destination=request.destination if destination is None else destination.label,
    )


def search_shipments(reader: Reader, text: str, limit: int = 20) -> tuple[ShipmentRow, ...]:
    return reader.search_shipments(text, limit).rows


def record_measurement(
    work: Work,
    shipment: UUID,
    piece: int,
    *,
    weight: Weight,
    length: Length,
    width: Length,
    height: Length,
    dangerous: bool = False,
    damaged: bool = False,
) -> Shipment:
    """WHS-2, WHS-3: kept as said; beyond the tolerance the shipment comes back re-rated and held.

    Run as `previewing`, it shows the same and keeps nothing.
    """
    present = work.get(Shipment, shipment)
    if all(one.number != piece for one in present.pieces):
        raise stop(blocks("piece.unknown", "piece", f"Shipment {present.number} has no piece {piece}."))
    work.do(
        RecordMeasurement(
            shipment=shipment,
            piece=piece,
            weight=weight,
            length=length,
            width=width,
            height=height,
            dangerous=dangerous,
            damaged=damaged,
            order=present.order,
        )
    )
    return work.get(Shipment, shipment)
