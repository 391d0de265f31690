"""Goods at the desk and the real central: sold once, with the link up or down."""

from __future__ import annotations

import itertools
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from agent_desk.central.bootstrap import Central
from agent_desk.central.store.giving_way import give_way
from agent_desk.central.usecases.keeping_stock import StockKeeping
from agent_desk.central.usecases.sampling import save_all
from agent_desk.central.usecases.shaping import stamp_all
from agent_desk.central.usecases.stocking import StockRoom
from agent_desk.desk.store.ledger import StoreLedgers
from agent_desk.desk.usecases.searching import Group
from agent_desk.domain.catalogue import Product
from agent_desk.domain.money import gyd
from agent_desk.domain.people import Role
from agent_desk.domain.stock import LineStock, Shelf, shelf_id
from tests.desk.sync.branch import a_synced_desk, at_central, settle
from tests.desk.workshop import Bench, SetClock, a_product, codes, done, run

_CODES = itertools.count(1)


def stocked(central: Central, on_hand: int, sold: int = 0) -> Product:
    """A product of which so many are there, and so many were sold this week."""
    code = f"KETTLE-{next(_CODES)}"
    product = a_product(code, f"Kettle {code}").model_copy(update={"stocked": True})
    with central.database.filling() as unit:
        save_all(unit, [product])
        stock = StockRoom(unit, None, central.services.now())
        stock.lock([("GEO", product.id)])
        shelf = Shelf(id=shelf_id("GEO", product.id), version=1, branch="GEO", product=product.id, on_hand=on_hand)
        stock.save([shelf])
        if sold:
            unit.add_sold("GEO", central.services.now().date(), [(product.id, sold)])
        stamp_all(unit, stock.rows())
    return product


async def checked_out(bench: Bench, product: Product, quantity: int = 1) -> Any:
    cart = done(await bench.cases.carting.open_cart()).cart
    done(await bench.cases.carting.add_product(product.id, quantity, cart.id))
    return done(await bench.cases.tendering.check_out(cart.id)).cart


async def pay(bench: Bench, cart: UUID) -> Any:
    return await bench.cases.tendering.take_cash(cart, gyd(900_000_00))


async def held(bench: Bench, cart: UUID) -> LineStock:
    shown = (await bench.cases.carting.get_cart(cart)).cart
    (one,) = shown.checkout.stock
    assert isinstance(one, LineStock)
    return one


def parts(one: LineStock) -> tuple[int, int, int, int]:
    return (one.leased, one.reserved, one.asked, one.short)


def shelf(central: Central, product: Product) -> tuple[int, int, int]:
    (row,) = at_central(central, "select on_hand, reserved, leased from stock where product = %s", product.id)
    return (row[0], row[1], row[2])


def test_the_last_one_goes_to_the_first_desk_and_the_second_is_told_before_it_is_paid(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        product = stocked(central, 1)
        async with (
            a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, _),
            a_synced_desk(central.app, tmp_path / "b", central_clock) as (two, _),
        ):
            first = await checked_out(one, product)
            second = await checked_out(two, product)
            assert parts(await held(two, second.id)) == (0, 0, 1, 0)
            await settle(one)
            await settle(two)
            assert parts(await held(one, first.id)) == (0, 1, 0, 0)
            assert parts(await held(two, second.id)) == (0, 0, 0, 1)
            assert codes(await pay(two, second.id)) == ["stock.short"]
            found = await two.cases.stocking.find_stock(product.id)
            assert (found.words, found.gone) == ("sold out here", True)
            done(await pay(one, first.id))
            await settle(one)
            assert shelf(central, product) == (1, 1, 0)

    run(story())


def test_two_desks_without_a_link_sell_what_is_set_aside_for_each_and_no_more(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        product = stocked(central, 400, sold=2000)
        async with (
            a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, up),
            a_synced_desk(central.app, tmp_path / "b", central_clock) as (two, other),
        ):
            StockKeeping(central.database, central.services.now, give_way).renew_leases()
            await settle(one)
            await settle(two)
            sold = 0
            for bench, link in ((one, up), (two, other)):
                left = await lease_of(bench, product)
                assert left > 0
                link.plan = ["down"] * 5
                await bench.desk.loop.round()
                cart = await checked_out(bench, product, left + 1)
                assert parts(await held(bench, cart.id)) == (left, 0, 1, 0)
                done(await pay(bench, cart.id))
                # what is used is used, however often it is put again on top of central's state
                assert await lease_of(bench, product) == 0
                link.plan = []
                sold += left + 1
            await settle(one)
            await settle(two)
            on_hand, reserved, leased = shelf(central, product)
            assert (on_hand, reserved) == (400, sold)
            assert on_hand - reserved - leased >= 0

    run(story())


async def lease_of(bench: Bench, product: Product) -> int:
    """How many this desk may still sell by itself."""
    found = await bench.cases.stocking.find_stock(product.id)
    return int(found.set_aside)


def test_availability_says_its_age_once_central_is_not_heard(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        product = stocked(central, 5)
        async with a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, link):
            found = await one.cases.searching.search(product.code, Group.PRODUCTS)
            assert found.hits[0].stock == "4–9 here"
            link.plan = ["down"] * 9
            central_clock.pass_time(minutes=49)
            await one.desk.loop.round()
            found = await one.cases.searching.search(product.code, Group.PRODUCTS)
            assert found.hits[0].stock == "4–9 here 49 min ago"
            shown = done(await one.cases.carting.add_product(product.id))
            assert shown.lines[0].stock.words == "4–9 here 49 min ago"

    run(story())


def test_goods_are_received_counted_and_handed_over_from_a_desk(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        product = stocked(central, 1)
        async with a_synced_desk(central.app, tmp_path / "a", central_clock, Role.MANAGER) as (one, link):
            link.plan = ["down"] * 3
            done(await one.cases.stocking.receive_goods(product.id, 4))
            done(await one.cases.stocking.count_stock(product.id, 6))
            assert [row.what for row in (await one.cases.sync.get_status()).waiting] == ["Receive goods", "Count stock"]
            link.plan = []
            await settle(one)
            assert shelf(central, product) == (6, 0, 0)
            order = done(await pay(one, (await checked_out(one, product, 2)).id)).order
            await settle(one)
            done(await one.cases.stocking.hand_over(order.id, order.lines[0].id, 2))
            await settle(one)
            assert shelf(central, product) == (4, 0, 0)
            # what only central keeps is not shown here: sending it all once more, as after a restore, needs none of it
            ledgers = StoreLedgers(one.desk.runner, one.desk.session)
            assert await ledgers.commit(lambda ledger: ledger.send_again(1)) > 2
            await settle(one)
            assert await one.cases.sync.count_waiting() == 0
            assert shelf(central, product) == (4, 0, 0)

    run(story())


def test_a_lapsed_checkout_is_free_for_another_desk(central: Central, central_clock: SetClock, tmp_path: Path) -> None:
    async def story() -> None:
        product = stocked(central, 1)
        async with (
            a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, _),
            a_synced_desk(central.app, tmp_path / "b", central_clock) as (two, _),
        ):
            first = await checked_out(one, product)
            await settle(one)
            central_clock.pass_time(minutes=16)
            StockKeeping(central.database, central.services.now, give_way).give_back(str(first.id))
            await settle(one)
            assert parts(await held(one, first.id)) == (0, 0, 1, 0)
            second = await checked_out(two, product)
            await settle(two)
            assert parts(await held(two, second.id)) == (0, 1, 0, 0)

    run(story())


def test_a_minute_before_its_end_a_lease_is_left_alone(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        product = stocked(central, 40, sold=54)
        async with a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, link):
            StockKeeping(central.database, central.services.now, give_way).renew_leases()
            await settle(one)
            assert await lease_of(one, product) > 0
            link.plan = ["down"] * 9
            central_clock.pass_time(hours=3, minutes=58)
            found = await one.cases.stocking.find_stock(product.id)
            assert found.set_aside > 0
            one.clock.wrong_by = timedelta(days=-2)
            central_clock.pass_time(minutes=1)
            found = await one.cases.stocking.find_stock(product.id)
            assert found.set_aside == 0
            cart = await checked_out(one, product)
            assert parts(await held(one, cart.id)) == (0, 0, 1, 0)
            one.clock.wrong_by = timedelta(0)

    run(story())
