"""Parcels, the shipment of the quote picture and the sample price book."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from agent_desk.domain.measure import Length, LengthUnit, Weight, WeightUnit
from agent_desk.domain.money import usd
from agent_desk.domain.people import Address
from agent_desk.domain.price_book import RateCard
from agent_desk.domain.shipping import Offer, Piece, QuoteRequest
from agent_desk.sample import load_price_book

BOOK = load_price_book()
AT = datetime(2026, 11, 21, 13, 14, tzinfo=UTC)
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
CHARITY = Address(region=2, place="Charity", directions="Public Road, yellow house by koker")


def lb(value: str) -> Weight:
    return Weight(value=Decimal(value), unit=WeightUnit.LB)


def inches(value: str) -> Length:
    return Length(value=Decimal(value), unit=LengthUnit.IN)


def a_piece(weight: str | None = "10", sides: str | None = "10 10 10", **changed: object) -> Piece:
    length, width, height = (inches(one) for one in sides.split()) if sides else (None, None, None)
    plain = Piece(weight=None if weight is None else lb(weight), length=length, width=width, height=height)
    return plain.model_copy(update=changed)


PICTURED = (
    a_piece("118.0", "24 24 36", contents="Barrel, food and clothing", packing="Barrel 55 gal"),
    a_piece("46.5", "24 18 20", contents="Carton, cordless drill set", packing="Carton"),
    a_piece("64.0", "126 14 10", contents="Bundle, louvre frames"),
    a_piece("212.0", "30 24 26", contents="Crate, Honda water pump"),
)


def a_request(*pieces: Piece, **changed: object) -> QuoteRequest:
    plain = QuoteRequest(
        origin="EWR",
        destination="GEO",
        deliver_to=CHARITY,
        description="Clothes",
        declared_value=usd(100_00),
        pieces=pieces or (a_piece(),),
    )
    return plain.model_copy(update=changed)


THE_PICTURE = a_request(
    *PICTURED,
    description="Tools, water pump, louvre frames",
    declared_value=usd(1450_00),
    insured=True,
    discount_percent=Decimal(5),
)


def card_of(service: str, destination: str = "GEO") -> RateCard:
    return next(card for card in BOOK.cards_at(AT, "EWR", destination) if card.service == service)


def amounts(offer: Offer) -> dict[str, str]:
    return {step.code: str(step.amount.amount) for step in offer.steps}


def data_file(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} of the shared data is not beside this repository")
    return path
