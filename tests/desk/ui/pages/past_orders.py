"""Orders as central would have sent them, newest first."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.measure import Length, Weight
from agent_desk.domain.money import Currency, convert, usd, whole_dollars
from agent_desk.domain.people import Address
from agent_desk.domain.selling import CartLine, Order, OrderState, Tender, Totals
from agent_desk.domain.shipping import (
    Hold,
    Measurement,
    Offer,
    Piece,
    QuoteRequest,
    Shipment,
    ShipmentPiece,
)

RATE = Decimal(209)
NAMES = ("Indranie Persaud", "Kwame Thomas", "Roxanne Hinds", "Rajesh Ramnarine", "Shondell Adams", "Devon Persaud")
PLACES = ("Linden", "Charity", "New Amsterdam", "Rose Hall", "Bartica", "Lethem")


def past_orders(count: int, now: datetime, *, every: timedelta = timedelta(minutes=23)) -> list[Aggregate]:
    """So many orders, one each `every` back from `now`; the third is held, the second part paid, the eighth unpaid."""
    found: list[Aggregate] = []
    for at in range(count):
        found += an_order(at, count - at, now - every * (at + 1))
    return found


def an_order(at: int, number: int, placed: datetime) -> list[Aggregate]:
    """An order with one shipment of one or two pieces; its money by its place in the list."""
    held, part, unpaid = at % 40 == 2, at % 15 == 1, at % 30 == 7
    each = usd(3_500 + (at * 7_919) % 90_000)
    totals = Totals(
        lines=each, promotion=usd(0), vat=usd(0), total=each,
        total_gyd=whole_dollars(convert(each, Currency.GYD, RATE)),
    )  # fmt: skip
    paid = usd(0) if unpaid else usd(each.minor // 2) if part else each
    tender = Tender(
        id=UUID(int=600_000 + at), given=paid, change=usd(0), applied=paid, rounding=usd(0), taken_at=placed,
        taken_by="shanice", desk="GEO-2", receipt=f"R-GEO-2-{number:06d}",
    )  # fmt: skip
    state = OrderState.AWAITING_PAYMENT if unpaid else OrderState.PART_PAID if part else OrderState.PAID
    name, place = NAMES[at % len(NAMES)], PLACES[at % len(PLACES)]
    shipment = a_shipment(at, number, placed, held=held, name=name)
    order = Order(
        id=UUID(int=500_000 + at), version=1, number=f"GEO-2-{number:06d}", branch="GEO", cart=UUID(int=400_000 + at),
        customer_name=name, deliver_to=Address(region=2, place=place),
        lines=(CartLine(id=UUID(int=1), what="shipment", subject=shipment.id, code=shipment.number,
                        label="Ocean to Georgetown", each=each),),
        exchange_rate=UUID(int=9), gyd_per_usd=RATE, totals=totals, state=state,
        tenders=() if unpaid else (tender,), placed_at=placed, placed_by="shanice", desk="GEO-2",
        pieces=len(shipment.pieces), held=held,
    )  # fmt: skip
    return [order, shipment]


def a_shipment(at: int, number: int, booked: datetime, *, held: bool, name: str) -> Shipment:
    """Two pieces, the first measured heavier where it is held."""
    carton = Piece(
        contents="Carton, kitchen", weight=Weight(value=Decimal("38.0")), length=Length(value=Decimal(25)),
        width=Length(value=Decimal("18.5")), height=Length(value=Decimal(20)),
    )  # fmt: skip
    barrel = Piece(
        contents="Barrel, food", weight=Weight(value=Decimal(118)), length=Length(value=Decimal(24)),
        width=Length(value=Decimal(24)), height=Length(value=Decimal(36)),
    )  # fmt: skip
    assert carton.length is not None
    assert carton.width is not None
    assert carton.height is not None
    measured = Measurement(
        weight=Weight(value=Decimal("46.3")), length=carton.length, width=carton.width, height=carton.height,
        measured_at=booked + timedelta(minutes=12), measured_by="dwayne",
    )  # fmt: skip
    request = QuoteRequest(origin="EWR", destination="GEO", pieces=(carton, barrel))
    return Shipment(
        id=UUID(int=700_000 + at), version=1, number=f"SH-GEO-2-{number:06d}", branch="GEO", quote=UUID(int=8),
        customer_name=name, request=request, service="ocean",
        pieces=(ShipmentPiece(number=1, declared=carton, measured=measured if held else None),
                ShipmentPiece(number=2, declared=barrel)),
        booked_price=usd(5_000), booked_by="shanice", booked_at=booked,
        offer=Offer(service="ocean", label="Ocean", card_id=UUID(int=7), days_least=21, days_most=28),
        holds=(Hold.WEIGHT,) if held else (), order=UUID(int=500_000 + at),
    )  # fmt: skip
