"""Two desks whose links are cut do the same things to the same carts, customers, goods and orders, then come back."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from agent_desk.central.bootstrap import Central
from agent_desk.central.usecases.sampling import save_all
from agent_desk.central.usecases.shaping import stamp_all
from agent_desk.central.usecases.stocking import StockRoom
from agent_desk.desk.usecases.ports import Done
from agent_desk.desk.usecases.rows import LossRow
from agent_desk.domain.catalogue import Product
from agent_desk.domain.losing import line_field, product_field
from agent_desk.domain.money import gyd
from agent_desk.domain.people import Customer, Role
from agent_desk.domain.selling import Cart
from agent_desk.domain.stock import Shelf, shelf_id
from agent_desk.drill.relay import Relay
from tests.desk.sync.branch import PASSWORD, at_central, picture, settle, waiting
from tests.desk.workshop import Bench, SetClock, a_customer, a_desk, a_product, codes, done, run
from tests.fakes.served import served

SCOPES = ("branch:GEO", "cat", "px", "avail:GEO")
CARTS, ORDERS = 9, 6
PROMOTION = "MASH10"
PEOPLE = [a_customer(f"GY-3000{n}", f"Devika Singh {n}", f"+592 600 000{n}") for n in range(6)]
GOODS = [a_product(f"POT-{n}", f"Cooking pot {n}").model_copy(update={"stocked": True}) for n in range(4)]
ADDED = [a_product(f"CUP-{n}", f"Cup {n}") for n in range(3)]
"""Only ever added: so many of one desk and so many of the other are so many together."""
CLOSED = {"cart.ordered", "cart.held", "cart.locked"}
"""Why a value cannot be put back into a cart just now."""
Word = tuple[str, UUID, str]
"""Kind, id and field of something that a desk has said last."""


@dataclass
class Shared:
    """What both desks know before their links are cut."""

    carts: list[UUID]
    orders: list[UUID]


@dataclass
class Clerk:
    """Somebody at one desk, by chance: what they said last of every field, and by which command."""

    bench: Bench
    chance: random.Random
    shared: Shared
    last: dict[Word, tuple[object, str]] = field(default_factory=dict)
    added: list[tuple[UUID, UUID, int, str]] = field(default_factory=list)
    did: Counter[str] = field(default_factory=Counter)
    words: int = 0

    async def work(self, actions: int) -> None:
        """So many things that the desk takes; what it refuses at once is not done."""
        kinds: list[Callable[[], Awaitable[bool]]] = [
            *[self.change_customer] * 5, *[self.set_quantity] * 5, *[self.add] * 3, *[self.take_out] * 2,
            *[self.set_customer] * 3, *[self.set_promotion] * 3, *[self.pay] * 2, *[self.hand_over] * 2,
            self.hold, self.recall, self.check_out, self.release, self.receive, self.count,
        ]  # fmt: skip
        while self.did.total() < actions:
            act = self.chance.choice(kinds)
            if await act():
                self.did[act.__name__] += 1
                self.bench.clock.pass_time(seconds=1)

    async def change_customer(self) -> bool:
        customer = self.chance.choice(PEOPLE).id
        name = self.chance.choice(["phone", "note", "email"])
        value = self.unique("@example.com" if name == "email" else " call")
        outcome = await self.bench.cases.customers.change_customer(customer, **{name: value})
        return await self.said((Customer.kind, customer, name), value, outcome)

    async def set_quantity(self) -> bool:
        cart, line = await self.line()
        if line is None:
            return False
        quantity = self.chance.randrange(1, 40)
        outcome = await self.bench.cases.carting.set_quantity(cart, line.id, quantity)
        return await self.said((Cart.kind, cart, line_field(line.id)), quantity, outcome)

    async def take_out(self) -> bool:
        cart, line = await self.line()
        if line is None:
            return False
        outcome = await self.bench.cases.carting.remove_line(cart, line.id)
        return await self.said((Cart.kind, cart, line_field(line.id)), 0, outcome)

    async def add(self) -> bool:
        cart, product, quantity = self.cart(), self.chance.choice(ADDED).id, self.chance.randrange(1, 4)
        outcome = await self.bench.cases.carting.add_product(product, quantity, cart)
        if isinstance(outcome, Done):
            self.added.append((cart, product, quantity, await self.newest()))
        return isinstance(outcome, Done)

    async def set_customer(self) -> bool:
        cart, customer = self.cart(), self.chance.choice([None, *(one.id for one in PEOPLE)])
        outcome = await self.bench.cases.carting.set_customer(cart, customer)
        return await self.said((Cart.kind, cart, "customer"), "" if customer is None else str(customer), outcome)

    async def set_promotion(self) -> bool:
        cart, code = self.cart(), self.chance.choice(["", PROMOTION])
        outcome = await self.bench.cases.carting.set_promotion(cart, code)
        return await self.said((Cart.kind, cart, "promotion"), code, outcome)

    async def hold(self) -> bool:
        return isinstance(await self.bench.cases.carting.hold_cart(self.cart(), "Mr Benn"), Done)

    async def recall(self) -> bool:
        return isinstance(await self.bench.cases.carting.recall_cart(self.cart()), Done)

    async def check_out(self) -> bool:
        return isinstance(await self.bench.cases.tendering.check_out(self.cart()), Done)

    async def release(self) -> bool:
        return isinstance(await self.bench.cases.tendering.release(self.cart()), Done)

    async def pay(self) -> bool:
        """The rest of an order, or a part of it; or a cart that is checked out."""
        subject = self.chance.choice([self.chance.choice(self.shared.orders), self.cart()])
        given = gyd(self.chance.choice([500_00, 900_000_00]))
        return isinstance(await self.bench.cases.tendering.take_cash(subject, given), Done)

    async def hand_over(self) -> bool:
        order = (await self.bench.cases.orders.get_order(self.chance.choice(self.shared.orders))).order
        outcome = await self.bench.cases.stocking.hand_over(order.id, order.lines[0].id, self.chance.randrange(1, 3))
        return isinstance(outcome, Done)

    async def receive(self) -> bool:
        outcome = await self.bench.cases.stocking.receive_goods(
            self.chance.choice(GOODS).id, self.chance.randrange(1, 5)
        )
        return isinstance(outcome, Done)

    async def count(self) -> bool:
        outcome = await self.bench.cases.stocking.count_stock(self.chance.choice(GOODS).id, self.chance.randrange(30))
        return isinstance(outcome, Done)

    def cart(self) -> UUID:
        return self.chance.choice(self.shared.carts)

    async def line(self) -> tuple[UUID, Any]:
        """A cart, and one of its lines that are set and taken out; None where it has none left."""
        cart = self.cart()
        lines = (await self.bench.cases.carting.get_cart(cart)).cart.lines
        chosen = [line for line in lines if line.code.startswith("POT-")]
        return cart, self.chance.choice(chosen) if chosen else None

    def unique(self, ending: str) -> str:
        self.words += 1
        return f"{self.bench.desk.settings.desk.lower()}.{self.words}{ending}"

    async def said(self, word: Word, value: object, outcome: Any) -> bool:
        if isinstance(outcome, Done):
            self.last[word] = (value, await self.newest())
        return isinstance(outcome, Done)

    async def newest(self) -> str:
        return str((await self.bench.sql("SELECT id FROM outbox ORDER BY n DESC LIMIT 1"))[0][0])

    async def refused(self) -> set[str]:
        """The commands whose refusal this desk shows."""
        return {row[0] for row in await self.bench.sql("SELECT command FROM notice")}


@asynccontextmanager
async def two_desks(central: Central, folder: Path, clock: SetClock) -> AsyncIterator[list[tuple[Bench, Relay]]]:
    """Real desks over real sockets, each over a link of its own."""
    async with AsyncExitStack() as stack:
        port = urlsplit(stack.enter_context(served(central))).port or 0
        desks = []
        for code in ("GEO-1", "GEO-2"):
            relay = stack.enter_context(Relay(port))
            at = a_desk(folder / code, url=f"http://127.0.0.1:{relay.port}", clock=clock, code=code, documents=())
            bench = await stack.enter_async_context(at)
            bench.desk.session.staff = None
            await bench.cases.signing_in.sign_in(Role.MANAGER.value, PASSWORD)
            await bench.cases.signing_in.confirm()
            await settle(bench)
            desks.append((bench, relay))
        yield desks


def stock_up(central: Central) -> None:
    with central.database.filling() as unit:
        save_all(unit, [*PEOPLE, *GOODS, *ADDED])
        stock = StockRoom(unit, None, central.services.now())
        stock.lock([("GEO", product.id) for product in GOODS])
        stock.save([a_shelf(product, 20 + 5 * n) for n, product in enumerate(GOODS)])
        stamp_all(unit, stock.rows())


def a_shelf(product: Product, on_hand: int) -> Shelf:
    return Shelf(id=shelf_id("GEO", product.id), version=1, branch="GEO", product=product.id, on_hand=on_hand)


async def open_shop(bench: Bench) -> Shared:
    """Carts with lines, and orders of which a little is paid."""
    carting, shared = bench.cases.carting, Shared([], [])
    for n in range(CARTS + ORDERS):
        cart = done(await carting.open_cart()).cart
        for product in GOODS if n < CARTS else GOODS[n % len(GOODS) :][:1]:
            done(await carting.add_product(product.id, 2, cart.id))
        if n < CARTS:
            done(await carting.set_promotion(cart.id, PROMOTION if n % 2 else ""))
            shared.carts.append(cart.id)
            continue
        done(await bench.cases.tendering.check_out(cart.id))
        shared.orders.append(done(await bench.cases.tendering.take_cash(cart.id, gyd(200_00))).order.id)
    return shared


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "actions"), [(1, 200), (2, 60)])
def test_no_word_of_two_desks_goes_in_silence(
    new_central: Central, central_clock: SetClock, tmp_path: Path, seed: int, actions: int
) -> None:
    async def story() -> None:
        stock_up(new_central)
        async with two_desks(new_central, tmp_path, central_clock) as desks:
            benches = [bench for bench, _ in desks]
            await settle(benches[0])
            shared = await open_shop(benches[0])
            for bench in benches:
                await settle(bench)
            before = await read_all(benches[0], shared)
            clerks = [Clerk(bench, random.Random(f"{seed} {n}"), shared) for n, bench in enumerate(benches)]
            for clerk, (bench, relay) in zip(clerks, desks, strict=True):
                relay.cut()
                await bench.desk.loop.round()
                assert bench.desk.loop.state.trouble
                await clerk.work(actions)
                assert await waiting(bench) >= actions
            for bench, relay in desks:
                relay.mend()
                await settle(bench)
            await settle(benches[0])
            await agree(benches)
            await nothing_in_silence(new_central, clerks, before)
            goods_and_cash_add_up(new_central, [await receipts(bench) for bench in benches])
            await everything_can_be_put_back(benches)

    run(story())


async def agree(benches: list[Bench]) -> None:
    """Both hold the same, and each has counted right."""
    one, two = benches
    for scope in SCOPES:
        assert await picture(one, scope) == await picture(two, scope)


async def nothing_in_silence(central: Central, clerks: list[Clerk], before: dict[Word, object]) -> None:
    """Each last word stands, is kept as a loss, or was refused to the face of whoever said it.

    Who came back to what everybody had seen has said nothing that could be lost.
    """
    fates: Counter[str] = Counter()
    for clerk in clerks:
        refused = await clerk.refused()
        for word, (value, command) in clerk.last.items():
            fate = "refused" if command in refused else await fate_of(clerk.bench, word, value, before)
            assert fate, (word, value, "is gone")
            fates[fate] += 1
        losses = (await clerk.bench.cases.sync.get_status()).losses
        assert {(row.ref, row.field) for row in losses} == await kept_losses(clerk.bench)
    assert min(fates["stands"], fates["kept"], fates["refused"]) > 0
    states = dict(at_central(central, "select state, count(*) from command group by state"))
    notices = sum([len(await clerk.refused()) for clerk in clerks])
    assert states["refused"] + states.get("parked", 0) == notices
    await additions_add_up(clerks)


async def fate_of(bench: Bench, word: Word, value: object, before: dict[Word, object]) -> str:
    kind, id_, name = word
    found = await subject_of(bench, kind, id_)
    if standing(found).get(name, 0) == value:
        return "stands"
    if before[word] == value:
        return "as before"
    fields = {name, *(product_field(product.id) for product in GOODS)} if name.startswith("line:") else {name}
    return "kept" if any(loss.field in fields and loss.value == value for loss in found.losses) else ""


async def subject_of(bench: Bench, kind: str, id_: UUID) -> Customer | Cart:
    if kind == Customer.kind:
        customer: Customer = (await bench.cases.customers.get_customer(id_)).customer
        return customer
    cart: Cart = (await bench.cases.carting.get_cart(id_)).cart
    return cart


def standing(found: Customer | Cart) -> dict[str, object]:
    if isinstance(found, Customer):
        return {"phone": found.phone, "email": found.email, "note": found.note}
    return {
        "customer": "" if found.customer is None else str(found.customer),
        "promotion": found.promotion,
        **{line_field(line.id): line.quantity for line in found.lines},
    }


async def read_all(bench: Bench, shared: Shared) -> dict[Word, object]:
    """What stands in every field that is fought over."""
    subjects = [(Customer.kind, one.id) for one in PEOPLE] + [(Cart.kind, id_) for id_ in shared.carts]
    found = [(kind, id_, await subject_of(bench, kind, id_)) for kind, id_ in subjects]
    return {(kind, id_, name): value for kind, id_, one in found for name, value in standing(one).items()}


async def kept_losses(bench: Bench) -> set[tuple[tuple[str, UUID], str]]:
    """What the documents of this desk hold, whatever its lists say."""
    rows = await bench.sql(
        "SELECT b.kind, b.id, json_extract(l.value, '$.field') FROM base b, json_each(b.body, '$.losses') l"
        " WHERE b.kind IN ('cart', 'customer')"
    )
    return {((kind, UUID(id_)), name) for kind, id_, name in rows}


async def additions_add_up(clerks: list[Clerk]) -> None:
    """What both added to one cart are so many together, less what was refused."""
    wanted: Counter[tuple[UUID, UUID]] = Counter()
    for clerk in clerks:
        refused = await clerk.refused()
        for cart, product, quantity, command in clerk.added:
            if command not in refused:
                wanted[cart, product] += quantity
    assert wanted
    for (cart, product), quantity in wanted.items():
        lines = (await clerks[0].bench.cases.carting.get_cart(cart)).cart.lines
        assert [line.quantity for line in lines if line.subject == product] == [quantity]


async def receipts(bench: Bench) -> set[str]:
    """Of the cash that was taken at this desk."""
    rows = await bench.sql(
        "SELECT json_extract(args, '$.receipt') FROM outbox_done WHERE name LIKE 'tender.take_cash/%'"
    )
    return {row[0] for row in rows}


def goods_and_cash_add_up(central: Central, taken: list[set[str]]) -> None:
    below = "select count(*) from stock where on_hand < 0 or reserved < 0 or on_hand - reserved - leased < 0"
    assert at_central(central, below) == [(0,)]
    unbalanced = (
        "select s.product from stock s left join (select location, product, sum(quantity) q from reservation group by"
        " location, product) r using (location, product) where s.reserved <> coalesce(r.q, 0)"
    )
    assert at_central(central, unbalanced) == []
    kept = {row[0] for row in at_central(central, "select receipt from cash_received")}
    assert kept == taken[0] | taken[1], "cash that is in a drawer is in the books"
    assert len(taken[0] | taken[1]) == len(taken[0]) + len(taken[1])
    assert at_central(central, "select currency, sum(minor) from posting group by 1 having sum(minor) <> 0") == []
    unexplained = (
        "select receipt from cash_received c where not exists (select 1 from document d, jsonb_array_elements("
        "convert_from(d.body, 'utf8')::jsonb -> 'tenders') t where d.kind = 'order' and t ->> 'receipt' = c.receipt)"
        " and not exists (select 1 from exception_case e where e.command = c.command)"
    )
    assert at_central(central, unexplained) == [], "what fits no order is a case"


async def everything_can_be_put_back(benches: list[Bench]) -> None:
    """Each loss, at one desk or the other; where a cart is closed it is said why, and it can be left."""
    one, two = benches
    put_back: list[LossRow] = []
    for row in (await one.cases.sync.get_status()).losses:
        kind, id_ = row.ref
        outcome = await one.cases.sync.restore_loss(kind, id_, row.field)
        if isinstance(outcome, Done):
            put_back.append(row)
        else:
            assert set(codes(outcome)) <= CLOSED, row
            done(await one.cases.sync.settle_loss(kind, id_, row.field))
    await settle(one)
    await settle(two)
    assert {row.ref[0] for row in put_back} == {Customer.kind, Cart.kind}
    for bench in benches:
        assert (await bench.cases.sync.get_status()).losses == ()
    await agree(benches)
