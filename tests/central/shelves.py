"""Shelves to sell from at central, and carts of what lies on them."""

from __future__ import annotations

from uuid import UUID

import psycopg

from agent_desk.central.bootstrap import Central
from agent_desk.central.store.giving_way import give_way
from agent_desk.central.usecases.keeping_stock import StockKeeping
from agent_desk.central.usecases.sampling import save_all
from agent_desk.central.usecases.shaping import stamp_all
from agent_desk.central.usecases.stocking import StockRoom
from agent_desk.domain.aggregate import Command
from agent_desk.domain.commands import AddProduct, CheckOut, PlaceOrder
from agent_desk.domain.money import usd
from agent_desk.domain.selling import Cart, CartLine
from agent_desk.domain.stock import LineStock, Shelf, shelf_id
from agent_desk.domain.totals import totals
from agent_desk.wire.sync import Ack, AckState
from tests.central.counter import BOOK, NOW, Counter, a_product, an_id

DRILL = a_product("drill", usd(80_00)).model_copy(update={"stocked": True})
KETTLE = a_product("kettle", usd(30_00)).model_copy(update={"stocked": True})


def fill_shelves(central: Central) -> None:
    """Two drills and nine kettles in Georgetown."""
    put(central, DRILL.id, 2)
    put(central, KETTLE.id, 9)
    with central.database.filling() as unit:
        save_all(unit, [DRILL, KETTLE])


def put(central: Central, product: UUID, on_hand: int) -> None:
    with central.database.pushing() as unit:
        stock = StockRoom(unit, None, central.services.now())
        stock.lock([("GEO", product)])
        shelf = Shelf(id=shelf_id("GEO", product), version=1, branch="GEO", product=product, on_hand=on_hand)
        stock.save([shelf])
        stamp_all(unit, stock.rows())


def keeping(central: Central) -> StockKeeping:
    return StockKeeping(central.database, central.services.now, give_way)


def row(url: str, product: UUID = DRILL.id) -> tuple[int, int, int]:
    """On hand, reserved, leased."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "select on_hand, reserved, leased from stock where location = 'GEO' and product = %s", (product,)
        ).fetchone()
    assert found is not None
    return (found[0], found[1], found[2])


def cases(url: str) -> list[tuple[str, str]]:
    with psycopg.connect(url) as connection:
        return [
            (kind, sentence)
            for kind, sentence in connection.execute("select kind, sentence from exception_case order by opened_at, id")
        ]


def line_of(added: AddProduct, code: str) -> CartLine:
    return CartLine(
        id=added.line, what="product", subject=added.product, code=code, label=code.lower(), quantity=added.quantity,
        each=added.each, vat=True,
    )  # fmt: skip


def checked_out(desk: Counter, count: int = 1, quantity: int = 1) -> list[Command]:
    """A cart of drills, checked out."""
    opened = desk.open_cart(count)
    added = desk.add(opened.cart, DRILL, quantity)
    sums = totals((line_of(added, "DRILL"),), "", BOOK.rates[0], BOOK, NOW)
    return [
        opened,
        added,
        CheckOut(cart=opened.cart, cart_version=2, exchange_rate=BOOK.rates[0].id, totals=sums),
    ]


def placed(desk: Counter, count: int = 1, quantity: int = 1) -> list[Command]:
    *before, check_out = checked_out(desk, count, quantity)
    assert isinstance(check_out, CheckOut)
    order = PlaceOrder(
        order=an_id(desk.desk, "order", count), number=desk.number("", count), cart=check_out.cart,
        totals=check_out.totals,
    )  # fmt: skip
    return [*before, check_out, order]


def held(desk: Counter, count: int = 1) -> LineStock:
    cart = desk.find(Cart, an_id(desk.desk, "cart", count))
    assert cart.checkout is not None
    (one,) = cart.checkout.stock
    assert isinstance(one, LineStock)
    return one


def parts(one: LineStock) -> tuple[int, int, int, int]:
    return (one.leased, one.reserved, one.asked, one.short)


def applied(acks: tuple[Ack, ...]) -> bool:
    return {ack.state for ack in acks} == {AckState.APPLIED}
