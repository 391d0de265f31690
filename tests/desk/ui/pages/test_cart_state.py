"""What the Cart page says of a sale, without Qt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.desk.ui.pages.cart.left import short_name
from agent_desk.desk.ui.pages.cart.next_step import commit_of
from agent_desk.desk.ui.pages.cart.sale import (
    LineRows,
    SaleView,
    Stage,
    bulk_hint,
    count_words,
    lock_words,
    promotion_words,
    totals_view,
)
from agent_desk.desk.ui.pages.cart.showing import same_sale
from agent_desk.desk.ui.pages.cart.tabs import elsewhere_words
from agent_desk.desk.ui.pages.cart.tender import Draft, back_view, count_cash, parse_sum, take_words
from agent_desk.desk.usecases.carting import CartShown, LineShown
from agent_desk.desk.usecases.ports import Standing
from agent_desk.desk.usecases.pricing import RateShown
from agent_desk.domain.catalogue import Product
from agent_desk.domain.formats import figure_text
from agent_desk.domain.money import Currency, Money, gyd, usd
from agent_desk.domain.refusal import blocks
from agent_desk.domain.selling import Cart
from agent_desk.domain.totals import line_total
from tests.domain.shop import (
    BARREL,
    FRYER,
    NOW,
    RATE,
    RATE_NOW,
    TAG,
    TAPE,
    a_cart,
    a_line,
    a_price,
    an_order,
    in_checkout,
    totals_of,
)

PRODUCTS = {product.id: product for product in (BARREL, TAPE, FRYER, TAG)}


def a_sale(cart: Cart, **changed: object) -> SaleView:
    lines = tuple(LineShown(x, line_total(x, RATE), product=PRODUCTS.get(x.subject)) for x in cart.lines)
    rate = RateShown(RATE_NOW.id, RATE, NOW, age=timedelta(0))
    sums = totals_of(cart) if cart.checkout is None else cart.checkout.totals
    shown = CartShown(cart, lines, sums, rate, Standing(), NOW, Decimal(14))
    return SaleView(changed.pop("now", NOW), shown, **changed)  # type: ignore[arg-type]


THE_PICTURE = a_cart(promotion="MASH10")


def test_the_pictured_cart_adds_up_as_in_the_picture() -> None:
    view = totals_view(a_sale(THE_PICTURE))
    assert (view.lines, view.promotion, view.vat, view.usd, view.gyd) == (
        "318.12", "−16.17", "20.38", "USD 322.33", "GYD 67,367",
    )  # fmt: skip
    assert view.vat_words == "14 % on 145.56 of goods"


def test_each_line_keeps_its_own_currency_under_the_dollars() -> None:
    shipment, barrel, *_rest = LineRows().of(a_sale(THE_PICTURE))
    assert (barrel.each, barrel.total, barrel.total_under) == ("GYD 14,500", "USD 138.76", "GYD 29,000")
    assert (shipment.each, shipment.total, shipment.total_under) == ("USD 96.40", "USD 96.40", "")


def test_a_line_says_everything_that_is_special_about_it() -> None:
    said = {row.label: [chip.words for chip in row.chips] for row in LineRows().of(a_sale(THE_PICTURE))}
    assert said[TAPE.name] == ["Add 1 more: GYD 1,080 each, saves GYD 600"]
    assert said[FRYER.name] == ["No size: measured before it ships"]
    assert said[TAG.name] == ["Free sample"]
    assert said[BARREL.name] == []


def test_the_last_threshold_has_nothing_ahead() -> None:
    assert bulk_hint(a_line(TAPE, 5), TAPE, NOW) == ""


@given(st.integers(min_value=1, max_value=4))
def test_a_bulk_hint_saves_what_the_prices_say(quantity: int) -> None:
    hint = bulk_hint(a_line(TAPE, quantity), TAPE, NOW)
    at_once, in_bulk = gyd(1_200_00).times(5), gyd(1_080_00).times(5)
    assert hint == f"Add {5 - quantity} more: GYD 1,080 each, saves GYD {figure_text(at_once - in_bulk)}"


def test_in_checkout_nothing_can_be_changed_and_every_price_is_locked() -> None:
    rows = LineRows().of(a_sale(in_checkout(THE_PICTURE)))
    assert not any(row.steps or row.removable for row in rows)
    assert all("Price locked" in [chip.words for chip in row.chips] for row in rows)


def test_a_refused_price_shows_the_old_and_the_new_one() -> None:
    dearer: Product = TAPE.model_copy(update={"prices": (a_price(gyd(1_300_00)),)})
    cart = a_cart((a_line(TAPE),))
    sale = a_sale(cart)
    assert sale.shown is not None
    line = LineShown(cart.lines[0], usd(574), product=dearer)
    shown = CartShown(cart, (line,), sale.totals, sale.shown.rate, Standing(), NOW, Decimal(14))
    refusal = blocks("price.differs", f"lines.{cart.lines[0].id}", "Dearer.")
    row = LineRows().of(SaleView(NOW, shown, refusals=(refusal,)))[0]
    assert "Was GYD 1,200, now GYD 1,300" in [chip.words for chip in row.chips]


def test_rows_say_what_the_sale_says_now_whatever_was_shown_before() -> None:
    rows = LineRows()
    more = a_cart(tuple(line.model_copy(update={"quantity": line.quantity + 1}) for line in THE_PICTURE.lines))
    for sale in (
        a_sale(THE_PICTURE), a_sale(more), a_sale(in_checkout(more)), a_sale(THE_PICTURE),
        a_sale(in_checkout(THE_PICTURE), now=NOW + timedelta(minutes=15)), a_sale(a_cart(())), a_sale(THE_PICTURE),
    ):  # fmt: skip
        assert rows.of(sale) == LineRows().of(sale)
    first = rows.of(a_sale(THE_PICTURE))
    assert all(old is new for old, new in zip(first, rows.of(a_sale(THE_PICTURE)), strict=True))


def test_the_stages_follow_the_sale() -> None:
    locked = in_checkout(THE_PICTURE)
    assert SaleView(NOW).stage is Stage.EMPTY
    assert a_sale(a_cart(())).stage is Stage.EMPTY
    assert a_sale(THE_PICTURE).stage is Stage.OPEN
    assert a_sale(locked).stage is Stage.LOCKED
    assert a_sale(locked, now=NOW + timedelta(minutes=15)).stage is Stage.EXPIRED
    assert SaleView(NOW, order=an_order()).stage is Stage.PAYING


def test_the_commit_button_always_says_what_comes_next() -> None:
    locked = a_sale(in_checkout(THE_PICTURE))
    counted = count_cash(Draft(typed="100,000"), usd(322_33), RATE)
    assert commit_of(SaleView(NOW), None).words == "Add a line first"
    assert commit_of(a_sale(THE_PICTURE), None).words == "Check out"
    assert commit_of(locked, count_cash(Draft(), usd(322_33), RATE)).words == "Type the cash given"
    assert commit_of(locked, counted).words == "Take GYD 100,000 and finish"
    assert commit_of(locked, None).words == "Nothing to pay, finish"
    assert commit_of(a_sale(in_checkout(THE_PICTURE), now=NOW + timedelta(hours=1)), None).words == "Check out again"


def test_the_lock_says_until_when_and_at_which_rate() -> None:
    assert lock_words(a_sale(THE_PICTURE))[0] == "Not locked"
    assert lock_words(a_sale(in_checkout(THE_PICTURE))) == ("Locked until 09:56", "Prices, rate 209.00 and stock")
    late = a_sale(in_checkout(THE_PICTURE), now=NOW + timedelta(hours=1))
    assert lock_words(late) == ("Let go at 09:56", "Release, then check out again")


def test_the_foot_counts_lines_and_currencies() -> None:
    assert count_words(THE_PICTURE.lines) == "5 lines, 2 currencies"
    assert count_words(THE_PICTURE.lines[:1]) == "1 line"
    assert promotion_words(a_sale(THE_PICTURE)) == "−USD 16.17 off products"
    assert promotion_words(a_sale(a_cart())) == ""


def test_the_pictured_tender_gives_the_pictured_change() -> None:
    due = usd(126_64)
    draft = Draft(typed="30,000")
    counted = count_cash(draft, due, RATE)
    assert [figure_text(money) for money in counted.suggestions] == ["26,500", "27,000"]
    back = back_view(draft, counted, due, RATE)
    assert (back.label, back.large, back.small) == ("Change due", "GYD 3,532", "from the GYD drawer, or USD 16.90")
    assert take_words(counted) == "Take GYD 30,000 and finish"


def test_too_little_says_what_is_still_to_pay() -> None:
    draft = Draft(Currency.USD, "100", Currency.USD)
    counted = count_cash(draft, usd(126_64), RATE)
    assert take_words(counted) == "Take USD 100.00"
    assert back_view(draft, counted, usd(126_64), RATE).large == "USD 26.64"


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("30,000", Currency.GYD, 30_000_00),
        ("30000", Currency.GYD, 30_000_00),
        (" 100.5 ", Currency.USD, 100_50),
        ("100.50", Currency.GYD, None),
        ("3,00", Currency.GYD, None),
        ("-5", Currency.USD, None),
        ("", Currency.USD, None),
        ("١٢", Currency.USD, None),
        ("1e5", Currency.USD, None),
        ("9" * 30, Currency.USD, None),
    ],
)
def test_a_sum_is_read_as_people_write_it(typed: str, currency: Currency, minor: int | None) -> None:
    assert parse_sum(typed, currency) == (None if minor is None else Money(minor=minor, currency=currency))


def test_what_cannot_be_a_sum_is_said_in_the_field() -> None:
    assert count_cash(Draft(typed="20.50"), usd(100), RATE).fault == "Whole Guyanese dollars only"
    assert count_cash(Draft(typed="abc"), usd(100), RATE).fault == "Type a sum, such as 20,000"
    assert count_cash(Draft(typed="0"), usd(100), RATE).fault == "Type what the customer gave"


@given(st.integers(1, 10**7), st.integers(1, 10**7), st.sampled_from(Currency), st.sampled_from(Currency))
def test_change_and_what_is_still_due_never_come_together(
    due: int, given_: int, currency: Currency, change_in: Currency
) -> None:
    draft = Draft(currency, f"{given_}", change_in)
    counted = count_cash(draft, usd(due), RATE)
    assert counted.working is not None
    assert counted.finishes == (counted.working.still_due.minor <= 0)
    assert counted.working.change.minor == 0 or counted.finishes


def test_names_of_buttons_are_short_and_desks_are_named_once() -> None:
    assert short_name("Bubble wrap, 12 in roll") == "Bubble wrap"
    assert short_name("Supercalifragilistic box") == "Supercalifragili"
    assert elsewhere_words(("GEO-1", "GEO-1", "GEO-3")) == "3 more at GEO-1, GEO-3"
    assert elsewhere_words(()) == ""


def test_a_sale_a_moment_later_looks_the_same_until_something_in_it_changes() -> None:
    sale = a_sale(a_cart((a_line(TAPE),)))
    assert sale.shown is not None
    later = NOW + timedelta(seconds=1)
    again = replace(sale, now=later, shown=replace(sale.shown, at=later))
    assert same_sale(sale, again)
    assert not same_sale(sale, replace(again, now=NOW + timedelta(minutes=1)))
    assert not same_sale(sale, a_sale(a_cart((a_line(TAPE), a_line(FRYER))), now=later))
    assert not same_sale(sale, replace(again, refusals=(blocks("cart.changed", "cart", "It changed."),)))
    assert not same_sale(None, sale)
