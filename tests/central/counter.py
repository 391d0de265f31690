"""A desk as central sees it, and a small courier for it to work in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from agent_desk.central.bootstrap import Central
from agent_desk.central.store.database import Database
from agent_desk.central.usecases.ports import Caller
from agent_desk.central.usecases.sampling import save_all
from agent_desk.domain.aggregate import Aggregate, Command
from agent_desk.domain.catalogue import PriceBreak, PriceSpan, Product
from agent_desk.domain.commands import AddProduct, CheckOut, OpenCart, PlaceOrder
from agent_desk.domain.measure import Length, Weight
from agent_desk.domain.money import Currency, Money, gyd, usd
from agent_desk.domain.money_commands import TakeCash
from agent_desk.domain.people import Branch, Customer, Role, Staff
from agent_desk.domain.selling import Cart, CartLine, Order, Totals
from agent_desk.domain.shipping import Piece, QuoteRequest
from agent_desk.domain.tendering import work_out_cash
from agent_desk.domain.totals import totals
from agent_desk.sample import load_price_book
from agent_desk.wire.canonical import command_hash
from agent_desk.wire.kinds import KINDS
from agent_desk.wire.signing_in import SignIn
from agent_desk.wire.sync import Ack, Cursor, Envelope, SyncAnswer, SyncRequest
from agent_desk.wire.sync import Clock as DeskClock

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
BOOK = load_price_book()
PASSWORD = "correct horse"


def an_id(*parts: object) -> UUID:
    return uuid5(UUID(int=7), " ".join(map(str, parts)))


class Clock:
    """Central's clock, moved by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **by: float) -> None:
        self.now += timedelta(**by)


def a_product(name: str, each: Money, breaks: tuple[PriceBreak, ...] = ()) -> Product:
    span = PriceSpan(since=datetime(2025, 1, 1, tzinfo=UTC), each=each, breaks=breaks)
    return Product(id=an_id("product", name), version=1, code=name.upper(), name=name, prices=(span,))


def a_person(login: str, role: Role, branch: str = "GEO", **more: Any) -> Staff:
    return Staff(id=an_id("staff", login), version=1, login=login, name=login.title(), role=role, branch=branch, **more)


BARREL = a_product("barrel", gyd(14_500_00))
TAPE = a_product("tape", gyd(1_200_00), (PriceBreak(quantity=5, each=gyd(1_080_00)),))
LAMP = a_product("lamp", usd(19_99))
STAFF = {
    staff.login: staff
    for staff in (
        a_person("shanice", Role.AGENT, booking_limit=2),
        a_person("dwayne", Role.WAREHOUSE),
        a_person("sandra", Role.MANAGER),
        a_person("marcus", Role.AGENT, "EWR"),
    )
}
CUSTOMER = Customer(
    id=an_id("customer"), version=1, number="GY-1", name="Indranie Persaud", branch="GEO",
    discount_percent=Decimal(5),
)  # fmt: skip
ELSEWHERE = Cart(id=an_id("cart of EWR"), version=1, number="C-EWR-1-000001", branch="EWR")


def everything() -> list[Aggregate]:
    return [
        Branch(id=an_id("GEO"), version=1, code="GEO", name="Regent Street", country="GY"),
        Branch(id=an_id("EWR"), version=1, code="EWR", name="Newark", country="US"),
        *STAFF.values(),
        BARREL,
        TAPE,
        LAMP,
        CUSTOMER,
        ELSEWHERE,
        *BOOK.cards,
        *BOOK.rates,
        *BOOK.taxes,
        *BOOK.rules,
    ]


def fill(database: Database) -> None:
    """Two branches, four people with one cheaply hashed password, three desks, three products."""
    from argon2 import PasswordHasher

    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with database.filling() as unit:
        save_all(unit, everything())
        for staff in STAFF.values():
            unit.save_password_hash(staff.id, hashed)
        for desk in ("GEO-1", "GEO-2", "EWR-1"):
            unit.enrol_desk(desk, desk[:3], None)


@dataclass
class Counter:
    """A desk: it counts its commands, keeps its cursors, and holds what central told it."""

    central: Central
    clock: Clock
    caller: Caller
    desk: str
    access: str
    refresh: str
    n: int = 0
    generation: int = 0
    epoch: UUID | None = None
    cursors: dict[str, Cursor] = field(default_factory=dict)
    rows: dict[str, dict[tuple[str, UUID], Aggregate]] = field(default_factory=dict)
    boot: str = "boot 1"
    mono: int = 1_000_000

    @classmethod
    def sign_in(cls, central: Central, clock: Clock, login: str, desk: str) -> Counter:
        device = an_id("device", desk)
        signing_in = central.services.signing_in
        tokens = signing_in.sign_in(SignIn(login=login, password=PASSWORD, device=device, desk=desk), "test")
        caller = signing_in.identify(tokens.access_token)
        return cls(central, clock, caller, desk, tokens.access_token, tokens.refresh_token)

    def number(self, series: str, count: int) -> str:
        return f"{series}{self.desk}-{count:06d}"

    def envelope(self, command: Command, **more: Any) -> Envelope:
        """The command as the next of this desk; `args` are merged into what it says."""
        self.n += 1
        args = command.model_dump(mode="json") | more.pop("args", {})
        said = {
            "n": self.n,
            "id": an_id(self.desk, self.n, args),
            "name": command.name,
            "by": self.caller.staff,
            "wall": self.clock.now,
            "mono": self.mono,
            "boot": self.boot,
            "args": args,
            "hash": command_hash(command.name, args),
        }
        return Envelope.model_validate(said | more)

    def request(self, *envelopes: Envelope, **more: Any) -> SyncRequest:
        said = {
            "app": "test",
            "device": self.caller.device,
            "generation": self.generation,
            "epoch": self.epoch,
            "clock": DeskClock(wall=self.clock.now, mono=self.mono, boot=self.boot),
            "cursors": self.cursors,
            "commands": envelopes,
        }
        return SyncRequest.model_validate(said | more)

    def sync(self, *envelopes: Envelope, **more: Any) -> SyncAnswer:
        """One round trip, with what it brings taken in."""
        body = self.central.services.syncer.sync(self.request(*envelopes, **more), self.caller)
        answer = SyncAnswer.model_validate_json(body)
        self.take_in(answer)
        return answer

    def push(self, *commands: Command) -> tuple[Ack, ...]:
        return self.sync(*[self.envelope(command) for command in commands]).acks

    def catch_up(self) -> None:
        while self.sync().more:
            pass

    def take_in(self, answer: SyncAnswer) -> None:
        self.epoch = answer.epoch
        for patch in answer.patches:
            held = self.rows.setdefault(patch.scope, {})
            if patch.reset or patch.from_ == 0:
                held.clear()
            for row in patch.rows:
                if row.op == "u":
                    held[row.kind, row.id] = KINDS[row.kind].model_validate(row.body)
                else:
                    held.pop((row.kind, row.id), None)
            self.cursors[patch.scope] = (patch.to, patch.boot)

    def find(self, kind: type[Aggregate], id_: UUID) -> Any:
        held = [rows[kind.kind, id_] for rows in self.rows.values() if (kind.kind, id_) in rows]
        return held[0] if held else None

    # what a sale consists of

    def open_cart(self, count: int = 1) -> OpenCart:
        return OpenCart(cart=an_id(self.desk, "cart", count), number=self.number("C-", count))

    def add(self, cart: UUID, product: Product = LAMP, quantity: int = 1) -> AddProduct:
        each = product.prices[0].each_for(quantity)
        return AddProduct(cart=cart, line=an_id(cart, product.code), product=product.id, quantity=quantity, each=each)

    def sale(self, count: int = 1, given: Money | None = None) -> list[Command]:
        """A cart with a lamp, sold for cash."""
        opened = self.open_cart(count)
        added = self.add(opened.cart)
        sums = lamp_totals(added)
        rate = BOOK.rates[0]
        order = an_id(self.desk, "order", count)
        cash = given or usd(50_00)
        working = work_out_cash(sums.total, cash, Currency.USD, rate.gyd_per_usd)
        return [
            opened,
            added,
            CheckOut(cart=opened.cart, cart_version=2, exchange_rate=rate.id, totals=sums),
            PlaceOrder(order=order, number=self.number("", count), cart=opened.cart, totals=sums),
            TakeCash(
                order=order,
                order_number=self.number("", count),
                tender=an_id(self.desk, "tender", count),
                receipt=self.number("R-", count),
                given=cash,
                change=working.change,
                applied=working.applied,
                rounding=working.rounding,
                gyd_per_usd=rate.gyd_per_usd,
            ),
        ]

    def order(self, count: int = 1) -> Order:
        found: Order = self.find(Order, an_id(self.desk, "order", count))
        return found


def lamp_totals(added: AddProduct) -> Totals:
    line = CartLine(
        id=added.line, what="product", subject=added.product, code="LAMP", label="lamp", each=added.each, vat=True
    )
    return totals((line,), "", BOOK.rates[0], BOOK, NOW)


def a_piece() -> Piece:
    side = Length(value=Decimal(12))
    return Piece(contents="shoes", weight=Weight(value=Decimal(10)), length=side, width=side, height=side)


def a_request(**more: Any) -> QuoteRequest:
    return QuoteRequest.model_validate(
        {
            "origin": "EWR",
            "destination": "GEO",
            "description": "shoes",
            "deliver_to": {"country": "GY", "region": 4, "place": "Georgetown", "line": "Camp Street"},
            "declared_value": usd(100_00),
            "pieces": (a_piece(),),
            **more,
        }
    )
