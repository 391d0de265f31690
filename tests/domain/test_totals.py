from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.money import Currency, Money, convert, gyd, usd
from agent_desk.domain.price_book import ExchangeRate, PriceBook
from agent_desk.domain.selling import CartLine
from agent_desk.domain.totals import HONOURED, find_honoured_rate, find_promotion, line_total, totals, vat_base
from tests.domain.shop import (
    BOOK,
    LONG_AGO,
    MASH10,
    NOW,
    PICTURED,
    RATE,
    RATE_BEFORE,
    RATE_NOW,
    SHIPMENT_LINE,
    an_id,
)

EMPTY_BOOK = PriceBook(cards=(), rates=(RATE_NOW,), taxes=(), rules=())


def test_the_pictured_cart_comes_to_the_cents_of_the_picture() -> None:
    sums = totals(PICTURED, "MASH10", RATE_NOW, BOOK, NOW)
    assert [line_total(line, RATE).minor for line in PICTURED] == [9640, 13876, 2297, 5999, 0]
    assert sums.lines == usd(318_12)
    assert sums.promotion == usd(-16_17)
    assert vat_base(PICTURED, sums, RATE) == usd(145_56)
    assert sums.vat == usd(20_38)
    assert sums.total == usd(322_33)
    assert sums.total_gyd == gyd(67_367_00)


def test_nothing_comes_to_nothing() -> None:
    sums = totals((), "", RATE_NOW, BOOK, NOW)
    assert {sums.lines.minor, sums.promotion.minor, sums.vat.minor, sums.total.minor, sums.total_gyd.minor} == {0}


def test_without_tables_there_is_no_vat_and_no_promotion() -> None:
    sums = totals(PICTURED, "MASH10", RATE_NOW, EMPTY_BOOK, NOW)
    assert (sums.promotion, sums.vat, sums.total) == (usd(0), usd(0), usd(318_12))


def test_a_promotion_is_found_in_any_case_while_it_runs() -> None:
    assert find_promotion(BOOK, " mash10 ", NOW) == MASH10
    assert find_promotion(BOOK, "MASH10", MASH10.until) is None
    assert find_promotion(BOOK, "", NOW) is None
    assert find_promotion(BOOK, "OTHER", NOW) is None


def test_a_replaced_rate_is_honoured_for_24_hours() -> None:
    assert find_honoured_rate(BOOK, RATE_NOW, NOW) == RATE_NOW
    assert find_honoured_rate(BOOK, RATE_BEFORE, NOW) == RATE_BEFORE
    replaced_at = RATE_NOW.effective_at
    assert find_honoured_rate(BOOK, RATE_BEFORE, replaced_at + HONOURED) is None
    assert find_honoured_rate(BOOK, RATE_NOW, LONG_AGO) is None


MINOR = st.integers(0, 50_000_00)
LINES = st.lists(
    st.builds(
        CartLine,
        id=st.uuids(),
        what=st.sampled_from(["product", "shipment"]),
        subject=st.uuids(),
        code=st.just("X"),
        label=st.just("X"),
        quantity=st.integers(1, 50),
        each=st.builds(Money, minor=MINOR, currency=st.sampled_from(Currency)),
        vat=st.booleans(),
    ),
    max_size=8,
)
RATES = st.decimals(Decimal(100), Decimal(400), places=2)


@given(LINES, RATES, st.sampled_from(["", "MASH10"]))
def test_the_total_is_its_parts_and_a_promotion_never_makes_it_dearer(
    lines: list[CartLine], gyd_per_usd: Decimal, promotion: str
) -> None:
    rate = ExchangeRate(id=an_id("any"), gyd_per_usd=gyd_per_usd, effective_at=LONG_AGO, source="")
    sums = totals(lines, promotion, rate, BOOK, NOW)
    assert sums.total == sums.lines + sums.promotion + sums.vat
    assert sums.promotion.minor <= 0 <= sums.vat.minor
    assert sums.total.minor <= totals(lines, "", rate, BOOK, NOW).total.minor
    assert abs(sums.total_gyd.minor - convert(sums.total, Currency.GYD, gyd_per_usd).minor) <= 50


@given(LINES, RATES)
def test_the_order_of_the_lines_does_not_matter(lines: list[CartLine], gyd_per_usd: Decimal) -> None:
    rate = ExchangeRate(id=an_id("any"), gyd_per_usd=gyd_per_usd, effective_at=LONG_AGO, source="")
    forwards = totals(lines, "MASH10", rate, BOOK, NOW)
    assert forwards == totals(list(reversed(lines)), "MASH10", rate, BOOK, NOW)


def test_a_shipment_alone_bears_neither_promotion_nor_vat() -> None:
    sums = totals((SHIPMENT_LINE,), "MASH10", RATE_NOW, BOOK, NOW)
    assert (sums.promotion.minor, sums.vat.minor, sums.total) == (0, 0, usd(96_40))
