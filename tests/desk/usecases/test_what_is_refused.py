"""What the counter is told when a thing cannot be done, before anything is saved."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from agent_desk.domain.money import gyd
from tests.desk.workshop import BARREL, TAPE, Bench, a_desk, a_piece, a_product, a_request, codes, done, run, shop

PRICELESS = a_product("NONE-1", "Seasonal tin").model_copy(update={"prices": ()})
NOBODY = UUID(int=7)


@asynccontextmanager
async def counter(folder: Path) -> AsyncIterator[Bench]:
    async with a_desk(folder, documents=[*shop(), PRICELESS]) as bench:
        yield bench


async def cart_of(bench: Bench) -> Any:
    return done(await bench.cases.carting.add_product(TAPE.id)).cart


async def cash_before_checkout(bench: Bench) -> Any:
    return await bench.cases.tendering.take_cash((await cart_of(bench)).id, gyd(5_000_00))


async def order_before_checkout(bench: Bench) -> Any:
    return await bench.cases.tendering.place_order((await cart_of(bench)).id)


async def no_cash(bench: Bench) -> Any:
    cart = await cart_of(bench)
    done(await bench.cases.tendering.check_out(cart.id))
    return await bench.cases.tendering.take_cash(cart.id, gyd(0))


async def cash_twice(bench: Bench) -> Any:
    cart = await cart_of(bench)
    done(await bench.cases.tendering.check_out(cart.id))
    sale = done(await bench.cases.tendering.take_cash(cart.id, gyd(5_000_00)))
    assert sale.finished
    return await bench.cases.tendering.take_cash(sale.order.id, gyd(5_000_00))


async def unknown_code(bench: Bench) -> Any:
    return await bench.cases.carting.add_by_code("no such code")


async def line_gone(bench: Bench) -> Any:
    return await bench.cases.carting.set_quantity((await cart_of(bench)).id, NOBODY, 2)


async def priceless(bench: Bench) -> Any:
    return await bench.cases.carting.add_product(PRICELESS.id)


async def special_booked(bench: Bench) -> Any:
    quote = done(await bench.cases.quoting.ask_special_quote(a_request(a_piece("260")), "air_express"))
    return await bench.cases.carting.book_quote(quote.id)


async def unknown_service(bench: Bench) -> Any:
    return await bench.cases.quoting.save_quote(a_request(), "carrier pigeon")


async def unweighed(bench: Bench) -> Any:
    piece = a_piece().model_copy(update={"weight": None, "length": None})
    return await bench.cases.quoting.save_quote(a_request(piece), "ocean")


@pytest.mark.parametrize(
    ("tried", "code"),
    [
        (cash_before_checkout, "cart.not_locked"),
        (order_before_checkout, "cart.not_locked"),
        (no_cash, "cash.missing"),
        (cash_twice, "order.paid"),
        (unknown_code, "product.unknown"),
        (line_gone, "line.unknown"),
        (priceless, "product.no_price"),
        (special_booked, "quote.not_priced"),
        (unknown_service, "service.unknown"),
    ],
    ids=lambda one: getattr(one, "__name__", one),
)
def test_it_is_refused_with_its_code(tmp_path: Path, tried: Callable[[Bench], Awaitable[Any]], code: str) -> None:
    async def story() -> None:
        async with counter(tmp_path) as bench:
            outcome = await tried(bench)
            assert code in codes(outcome)

    run(story())


def test_a_quote_without_measures_says_which_are_missing(tmp_path: Path) -> None:
    async def story() -> None:
        async with counter(tmp_path) as bench:
            refused = await unweighed(bench)
            assert codes(refused) != []
            assert await bench.cases.sync.count_waiting() == 0

    run(story())


def test_an_order_is_placed_once_however_often_it_is_asked_for(tmp_path: Path) -> None:
    async def story() -> None:
        async with counter(tmp_path) as bench:
            cart = done(await bench.cases.carting.add_product(BARREL.id)).cart
            done(await bench.cases.tendering.check_out(cart.id))
            assert await bench.cases.tendering.locked_till(cart.id) is not None
            first = done(await bench.cases.tendering.place_order(cart.id))
            waiting = await bench.cases.sync.count_waiting()
            assert done(await bench.cases.tendering.place_order(cart.id)).id == first.id
            assert await bench.cases.sync.count_waiting() == waiting
            assert (await bench.cases.tendering.count_cash(first.id, gyd(0).currency)).due == first.due

    run(story())


def test_an_agent_with_too_many_open_bookings_is_told_before_money_is_taken(tmp_path: Path) -> None:
    async def story() -> None:
        async with counter(tmp_path) as bench:
            staff = bench.desk.session.staff
            assert staff is not None
            bench.desk.session.staff = staff.model_copy(update={"booking_limit": 2})
            carting = bench.cases.carting
            shown = done(await carting.quote_to_cart(a_request(), "ocean"))
            done(await carting.quote_to_cart(a_request(), "ocean"))
            assert codes(await carting.quote_to_cart(a_request(), "ocean")) == ["agent.booked_out"]
            done(await carting.remove_line(shown.cart.id, shown.cart.lines[0].id))
            done(await carting.quote_to_cart(a_request(), "ocean"))

    run(story())
