"""People and products that the pages are tested with."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from agent_desk.domain.catalogue import PriceSpan, Product
from agent_desk.domain.money import usd
from agent_desk.domain.people import Address, Customer


def people() -> list[Customer]:
    rows = [
        (
            "GY-10482",
            "Indranie Persaud",
            "+592 623 4471",
            "Charity",
            2,
            "Public Road, yellow house by koker",
            "5",
            True,
        ),
        ("GY-11037", "Devon Persaud", "+592 604 1180", "Charity", 2, "", "0", False),
        ("GY-08821", "Navin Persad", "+592 447 1902", "Linden", 10, "Lot 4 Wismar", "0", False),
        ("GY-09371", "Roxanne Hinds", "+592 622 9080", "New Amsterdam", 6, "Strand, above the pharmacy", "0", True),
        ("GY-07001", "Kwame Thomas", "+592 600 3311", "Bartica", 7, "First Avenue", "0", False),
        ("GY-12800", "Ayana La Rose", "+592 655 0101", "Lethem", 9, "", "0", False),
    ]
    return [
        Customer(
            id=UUID(int=100 + at), version=1, number=number, name=name, phone=phone, branch="GEO",
            address=Address(region=region, place=place, directions=ways),
            discount_percent=Decimal(percent), id_on_file=on_file,
        )
        for at, (number, name, phone, place, region, ways, percent, on_file) in enumerate(rows)
    ]  # fmt: skip


def products() -> list[Product]:
    names = ("Barrel, 55 gal", "Carton, large", "Packing tape, 50 m", "Persaud's pepper sauce")
    since = datetime(2025, 1, 1, tzinfo=UTC)
    return [
        Product(
            id=UUID(int=200 + at), version=1, code=f"P-{4470 + at}", name=name,
            prices=(PriceSpan(since=since, each=usd(450 * (at + 1))),),
        )
        for at, name in enumerate(names)
    ]  # fmt: skip
