"""Desks for tests: the real store in a folder, the real use cases, clocks that a test moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import httpx

from agent_desk.desk.assembling import Desk, open_desk
from agent_desk.desk.settings import Settings
from agent_desk.desk.store.connection import Connection as Database
from agent_desk.desk.store.documents import index_refs
from agent_desk.desk.usecases.ports import Done, Papers
from agent_desk.desk.usecases.telling_time import Reading
from agent_desk.desk.vault.keys import Vault
from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.catalogue import PriceBreak, PriceSpan, Product
from agent_desk.domain.decision import Refused
from agent_desk.domain.measure import Length, Weight
from agent_desk.domain.money import gyd
from agent_desk.domain.people import Address, Branch, Customer, Role, Staff
from agent_desk.domain.shipping import Piece, QuoteRequest
from agent_desk.sample import load_price_book, stable_id
from agent_desk.wire.canonical import aggregate_bytes

T = TypeVar("T")
NOON = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class SetClock:
    """Both clocks of a machine; `wrong_by` is what its wall clock is off."""

    at: datetime = NOON
    wrong_by: timedelta = timedelta(0)
    boot: str = "boot-1"
    steps: int = 0

    def read(self) -> Reading:
        return Reading(self.at + self.wrong_by, int((self.at - SINCE) / timedelta(milliseconds=1)), self.boot)

    def now(self) -> datetime:
        return self.at

    def pass_time(self, **time: float) -> None:
        self.at += timedelta(**time)


class QuickHasher:
    """A verifier that costs nothing, for tests that are not about passwords."""

    def make(self, password: str) -> str:
        return f"quick:{password[::-1]}"

    def fits(self, password: str, verifier: str) -> bool:
        return verifier == self.make(password)


class QuickPapers:
    """Papers that say what they are of."""

    def receipt(self, order: Any, tender: Any, branch: Any, vat_percent: Decimal, copy: int) -> bytes:
        where, which = "" if branch is None else branch.name, f" COPY {copy}" if copy else ""
        return f"{order.number} {tender.receipt} {where} {vat_percent}{which}".encode()

    def quote(self, quote: Any, rate: Any) -> bytes:
        return f"{quote.number} {None if rate is None else rate.gyd_per_usd}".encode()

    def till(self, till: Any, through: Any, branch: Any) -> bytes:
        return f"{till.number} {through.sales} {'' if branch is None else branch.name}".encode()


def a_staff(role: Role = Role.AGENT, branch: str = "GEO") -> Staff:
    names = {
        Role.AGENT: "Shanice Persaud",
        Role.WAREHOUSE: "Dwayne Fraser",
        Role.MANAGER: "Sandra Bovell",
        Role.ADMINISTRATOR: "Keisha Thomas",
    }
    return Staff(id=stable_id("staff", role), version=1, login=role.value, name=names[role], role=role, branch=branch)


def a_product(code: str, name: str, minor: int = 1_200_00, *, barcode: str = "") -> Product:
    breaks = (PriceBreak(quantity=5, each=gyd(minor * 9 // 10)),)
    inch = Length(value=Decimal(6))
    return Product(
        id=stable_id("product", code), version=1, code=code, name=name, barcode=barcode,
        prices=(PriceSpan(since=SINCE, each=gyd(minor), breaks=breaks),),
        weight=Weight(value=Decimal(2)), length=inch, width=inch, height=inch,
    )  # fmt: skip


def a_customer(number: str, name: str, phone: str = "", place: str = "Linden", email: str = "") -> Customer:
    return Customer(
        id=stable_id("customer", number), version=1, number=number, name=name, phone=phone, email=email,
        address=Address(region=10, place=place), branch="GEO",
    )  # fmt: skip


TAPE = a_product("TAPE-3", "Packing tape, 3 in", barcode="0042000062008")
BARREL = a_product("BRL-55", "Barrel, plastic, 55 gal", 14_500_00)
INDRANIE = a_customer("GY-10482", "Indranie Persaud", "+592 623 4471", "Charity", "indranie@example.com")
NAVIN = a_customer("GY-08821", "Navin Persad", "+592 447 1902", "Georgetown")
ORIN = a_customer("GY-11900", "Orin Benn", "+592 604 1180")
GEORGETOWN = Branch(id=stable_id("branch", "GEO"), version=1, code="GEO", name="Regent Street", country="GY")


def shop() -> list[Aggregate]:
    """What a small branch knows."""
    book = load_price_book()
    return [
        GEORGETOWN, TAPE, BARREL, INDRANIE, NAVIN, ORIN, *(a_staff(role) for role in Role),
        *book.cards, *book.rates, *book.taxes, *book.rules,
    ]  # fmt: skip


def a_piece(weight: str = "38", length: str = "24", width: str = "18", height: str = "20") -> Piece:
    sides = {"length": length, "width": width, "height": height}
    return Piece(
        contents="Carton, kitchen",
        weight=Weight(value=Decimal(weight)),
        **{name: Length(value=Decimal(side)) for name, side in sides.items()},
    )


def a_request(*pieces: Piece) -> QuoteRequest:
    address = Address(region=4, place="Georgetown", line="Lot 5 Regent Street")
    return QuoteRequest(origin="EWR", destination="GEO", deliver_to=address, pieces=pieces or (a_piece(),))


class NoCentral(httpx.AsyncBaseTransport):
    """The link is down."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("the link is down", request=request)


def fill(connection: Database, aggregates: Iterable[Aggregate], scope: str = "branch:GEO") -> None:
    """As if central had sent them."""
    kept = list(aggregates)
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO base (scope, kind, id, version, body) VALUES (?, ?, ?, ?, ?)",
        [(scope, one.kind, str(one.id), one.version, aggregate_bytes(one).decode()) for one in kept],
    )
    index_refs(connection, [one.ref for one in kept])


@dataclass
class Bench:
    """One desk, with what a test holds of it."""

    desk: Desk
    clock: SetClock
    folder: Path

    @property
    def cases(self) -> Any:
        return self.desk.use_cases

    def sign_in(self, role: Role = Role.AGENT) -> None:
        self.desk.session.staff = a_staff(role)

    async def sql(self, text: str, *values: Any) -> list[tuple[Any, ...]]:
        def job(connection: Database, _: object) -> list[tuple[Any, ...]]:
            found = connection.exec_driver_sql(text, values)
            return list(found)

        return await self.desk.runner.write(job)

    async def fill(self, *aggregates: Aggregate) -> None:
        await self.desk.runner.write(lambda connection, _: fill(connection, aggregates))


@asynccontextmanager
async def a_desk(
    folder: Path,
    *,
    vault: Vault | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    clock: SetClock | None = None,
    code: str = "GEO-2",
    papers: Papers | None = None,
    documents: Iterable[Aggregate] | None = None,
    url: str = "",
    chance: Callable[[], float] = lambda: 0.5,
) -> AsyncIterator[Bench]:
    """An open desk with an agent at it; `documents` are there as if synced; with `url` it speaks to that central."""
    machine = clock or SetClock()
    desk = await open_desk(
        Settings(url or "http://127.0.0.1:1", code, folder),
        vault or KEYED,
        papers or QuickPapers(),
        QuickHasher(),
        clock=machine,
        transport=None if url else transport or NoCentral(),
        chance=chance,
    )
    bench = Bench(desk, machine, folder)
    try:
        bench.sign_in()
        given = shop() if documents is None else list(documents)
        if given:
            await bench.fill(*given)
        yield bench
    finally:
        await desk.close()


class SetVault:
    def get_key(self) -> bytes:
        return bytes(range(32))

    def drop_key(self) -> None:
        raise AssertionError


KEYED = SetVault()


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def done(outcome: Done[T] | Refused) -> T:
    assert isinstance(outcome, Done), outcome
    return outcome.value


def codes(outcome: Any) -> list[str]:
    assert isinstance(outcome, Refused), outcome
    return [refusal.code for refusal in outcome.refusals]


def content(path: str) -> bytes:
    return Path(path).read_bytes()
