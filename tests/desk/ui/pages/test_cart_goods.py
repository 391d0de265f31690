"""What the lines of a cart say of the goods behind them, without Qt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agent_desk.desk.ui.pages.cart.adding import suggestion
from agent_desk.desk.ui.pages.cart.sale import LineRow, LineRows, SaleView
from agent_desk.desk.usecases.searching import Group, Hit
from agent_desk.desk.usecases.stocking import StockShown
from agent_desk.domain.selling import Cart
from agent_desk.domain.stock import Bucket, LineStock
from tests.desk.ui.pages.test_cart_state import a_sale
from tests.domain.shop import BARREL, NOW, a_cart, a_line, an_id, an_order, in_checkout

LINE = a_line(BARREL, 2)
CART = a_cart((LINE,))


def held(**parts: int) -> Cart:
    """The cart in checkout, with so many of the line from each place."""
    locked = in_checkout(CART)
    assert locked.checkout is not None
    stock = (LineStock(line=LINE.id, product=BARREL.id, **parts),)
    return locked.model_copy(update={"checkout": locked.checkout.model_copy(update={"stock": stock})})


def told(sale: SaleView, stock: StockShown) -> SaleView:
    assert sale.shown is not None
    lines = tuple(replace(one, stock=stock) for one in sale.shown.lines)
    return replace(sale, shown=replace(sale.shown, lines=lines))


def row(sale: SaleView) -> LineRow:
    (one,) = LineRows().of(sale)
    return one


def chips(sale: SaleView) -> list[str]:
    return [chip.words for chip in row(sale).chips]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"reserved": 2}, ["2 reserved till 09:56"]),
        ({"leased": 1, "reserved": 1}, ["2 reserved till 09:56"]),
        ({"asked": 2}, ["Asked for, not reserved"]),
        ({"leased": 1, "asked": 1}, ["1 reserved till 09:56", "1 asked for, not reserved"]),
        ({"short": 2}, ["Sold out, take out or swap"]),
        ({"reserved": 1, "short": 1}, ["Only 1 there, take out or swap"]),
    ],
)
def test_a_line_in_checkout_says_what_is_held_of_it(parts: dict[str, int], said: list[str]) -> None:
    assert chips(a_sale(held(**parts))) == said


def test_what_was_held_is_let_go_with_the_price() -> None:
    assert chips(a_sale(held(reserved=2), now=NOW + timedelta(minutes=15))) == ["Price let go"]


@pytest.mark.parametrize("parts", [{"asked": 2}, {"short": 2}])
def test_an_order_says_what_is_to_be_confirmed(parts: dict[str, int]) -> None:
    stock = (LineStock(line=LINE.id, product=BARREL.id, **parts),)
    assert chips(SaleView(NOW, order=an_order(lines=(LINE,), stock=stock))) == ["To be confirmed"]
    kept = (LineStock(line=LINE.id, product=BARREL.id, reserved=2),)
    assert chips(SaleView(NOW, order=an_order(lines=(LINE,), stock=kept))) == ["2 reserved"]


def test_an_open_line_says_how_many_there_are_and_how_old_that_is() -> None:
    sale = told(a_sale(CART), StockShown(Bucket.SOME, 0, "49 min"))
    assert row(sale).detail.startswith("BARREL,, 4–9 here 49 min ago, 2 lb")
    assert chips(sale) == []


def test_what_is_sold_out_is_said_before_anybody_asks_for_it() -> None:
    assert chips(told(a_sale(CART), StockShown(Bucket.NONE, 0, ""))) == ["Sold out, take out or swap"]
    aside = told(a_sale(CART), StockShown(Bucket.NONE, 3, ""))
    assert chips(aside) == []
    assert "3 set aside here" in row(aside).detail


def test_a_row_follows_what_is_known_of_its_goods() -> None:
    rows = LineRows()
    sale = a_sale(CART)
    first = rows.of(sale)
    assert rows.of(sale) == first
    assert rows.of(told(sale, StockShown(Bucket.NONE, 0, "")))[0].chips != first[0].chips
    assert rows.of(a_sale(held(asked=2)))[0].chips != rows.of(a_sale(held(reserved=2)))[0].chips


def test_what_is_suggested_says_how_many_there_are() -> None:
    hit = Hit(Group.PRODUCTS, "product", an_id("hit"), "Barrel", "Name", "BRL-55", (), "GYD 14,500", "10+ here")
    assert suggestion(hit).detail == "BRL-55, GYD 14,500, 10+ here"
