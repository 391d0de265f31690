"""Shipments that wait to be measured, priced by the sample's own cards."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from agent_desk.domain.measure import Length, Weight
from agent_desk.domain.money import usd
from agent_desk.domain.people import Address
from agent_desk.domain.rating import compare
from agent_desk.domain.shipping import Piece, QuoteRequest, Shipment, ShipmentPiece, ShipmentState
from agent_desk.sample import load_price_book, stable_id
from tests.desk.ui.pages.counter import NOON

BOOK = load_price_book()
PICTURED = (("38.0", "24 18 20", "Carton, kitchen"), ("90", "24 24 36", "Barrel, food"))


def a_piece(weight: str | None, sides: str, contents: str) -> Piece:
    length, width, height = (Length(value=Decimal(side)) for side in sides.split())
    return Piece(
        contents=contents,
        weight=None if weight is None else Weight(value=Decimal(weight)),
        length=length,
        width=width,
        height=height,
    )


def a_shipment(
    number: int, *pieces: tuple[str | None, str, str], service: str = "air_economy", customer: str = "Roxanne Hinds"
) -> Shipment:
    booked_at = NOON - timedelta(hours=2, minutes=5) + timedelta(minutes=number % 60)
    request = QuoteRequest(
        origin="EWR",
        destination="NAM",
        deliver_to=Address(region=6, place="New Amsterdam", directions="By the market"),
        description="Household goods",
        declared_value=usd(100_00),
        pieces=tuple(a_piece(*piece) for piece in pieces),
    )
    offer = next(one for one in compare(request, BOOK, booked_at) if one.service == service)
    assert offer.total is not None, offer
    return Shipment(
        id=stable_id("shipment", number),
        version=1,
        number=f"SH-GEO-2-{number:06d}",
        branch="GEO",
        quote=stable_id("quote", number),
        customer_name=customer,
        request=request,
        service=service,
        pieces=tuple(ShipmentPiece(number=at, declared=piece) for at, piece in enumerate(request.pieces, 1)),
        booked_price=offer.total,
        booked_by="agent",
        booked_at=booked_at,
        offer=offer,
        state=ShipmentState.READY,
    )


def waiting_shipments() -> list[Shipment]:
    """Seven pieces of five shipments, the pictured one first."""
    return [
        a_shipment(871, *PICTURED),
        a_shipment(876, ("31", "28 18 12", "Suitcase, clothing"), customer="Devon Persaud"),
        a_shipment(879, ("14", "60 20 8", "Car bumper"), service="ocean", customer="R. Ramnarine"),
        a_shipment(882, ("11.5", "14 12 13", "Air fryer"), ("9", "12 12 12", "Box, school books"), customer=""),
        a_shipment(885, ("44", "24 18 18", "Box, tools"), customer="Indranie Persaud"),
    ]
