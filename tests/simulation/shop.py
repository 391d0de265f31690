"""A courier as small as can be that still has two branches, three desks and things to quarrel about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from agent_desk.central.usecases.ports import Device, Filling
from agent_desk.central.usecases.sampling import save_all
from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.catalogue import PriceBreak, PriceSpan, Product
from agent_desk.domain.money import Money, gyd, usd
from agent_desk.domain.people import Branch, Customer, Role, Staff
from agent_desk.domain.price_book import ExchangeRate
from agent_desk.domain.selling import Cart
from tests.domain.shop import SHIPMENT

START = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
LONG_AGO = START - timedelta(days=300)


def an_id(*parts: object) -> UUID:
    return uuid5(UUID(int=9), " ".join(map(str, parts)))


def a_person(login: str, role: Role, branch: str) -> Staff:
    return Staff(id=an_id(login), version=1, login=login, name=login.title(), role=role, branch=branch)


def a_product(code: str, each: Money, breaks: tuple[PriceBreak, ...] = ()) -> Product:
    span = PriceSpan(since=LONG_AGO, each=each, breaks=breaks)
    return Product(id=an_id(code), version=1, code=code, name=code.title(), prices=(span,))


SHANICE, SANDRA, MARCUS = (
    a_person("shanice", Role.AGENT, "GEO"),
    a_person("sandra", Role.MANAGER, "GEO"),
    a_person("marcus", Role.AGENT, "EWR"),
)
LAMP = a_product("LAMP", usd(19_99))
TAPE = a_product("TAPE", gyd(1_200_00), (PriceBreak(quantity=3, each=gyd(1_000_00)),))
POISON = a_product("POISON", usd(1_00))
"""Whatever is done with it breaks central's code."""
PRODUCTS = (LAMP, TAPE)
RATE = ExchangeRate(id=an_id("rate"), version=1, gyd_per_usd=Decimal(209), effective_at=LONG_AGO, source="Bank")
CUSTOMERS = tuple(
    Customer(id=an_id("customer", branch, n), version=1, number=f"GY-{branch}-{n}", name=f"Somebody {n}", branch=branch)
    for branch in ("GEO", "EWR")
    for n in (1, 2)
)
SHIPMENTS = (SHIPMENT.model_copy(update={"booked_by": "shanice"}),)
HELD = tuple(Cart(id=an_id("cart", n), version=1, number=f"C-GEO-9-00000{n}", branch="GEO") for n in (1, 2))
"""Carts of a desk that is not simulated: two desks meet on them."""
DESKS = {"GEO-1": SHANICE, "GEO-2": SANDRA, "EWR-1": MARCUS}


def device_of(desk: str) -> UUID:
    return an_id("device", desk)


def everything() -> list[Aggregate]:
    return [
        Branch(id=an_id("GEO"), version=1, code="GEO", name="Regent Street", country="GY"),
        Branch(id=an_id("EWR"), version=1, code="EWR", name="Newark", country="US"),
        SHANICE, SANDRA, MARCUS, *PRODUCTS, POISON, RATE, *CUSTOMERS, *SHIPMENTS, *HELD,
    ]  # fmt: skip


def open_shop(unit: Filling) -> None:
    save_all(unit, everything())


def enrolled(desk: str) -> Device:
    return Device(desk, device_of(desk), desk[:3], 0, active=True, last_n=0, last_at=None)
