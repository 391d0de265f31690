from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain import formats, times
from agent_desk.domain.measure import Length, LengthUnit
from agent_desk.domain.money import Money, gyd, usd
from agent_desk.domain.values import half_up, rounded

MORNING = datetime(2026, 11, 21, 13, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("money", "written"),
    [
        (usd(1_059_21), "USD 1,059.21"),
        (gyd(221_375_00), "GYD 221,375"),
        (gyd(50), "GYD 1"),
        (usd(-16_17), "−USD 16.17"),
        (usd(0), "USD 0.00"),
        (gyd(-49), "GYD 0"),
    ],
)
def test_money_is_written_with_code_groups_and_true_minus(money: Money, written: str) -> None:
    assert formats.money_text(money) == written


def test_cents_of_guyanese_money_are_shown_where_asked_for() -> None:
    assert formats.money_text(gyd(24), cents=True) == "GYD 0.24"
    assert formats.figure_text(usd(-16_17)) == "−16.17"


@pytest.mark.parametrize(
    ("rate", "written"),
    [("209", "USD 1 = GYD 209.00"), ("208.7525", "USD 1 = GYD 208.7525"), ("2E+2", "USD 1 = GYD 200.00")],
)
def test_a_rate_keeps_its_figures(rate: str, written: str) -> None:
    assert formats.rate_text(Decimal(rate)) == written


def test_weights_and_percents_have_no_needless_zeros() -> None:
    assert formats.weight_text(Fraction(463, 10)) == "46.3 lb"
    assert formats.weight_text(Decimal("1234.00")) == "1,234 lb"
    assert formats.percent_text(Decimal("14.00")) == "14 %"
    assert formats.plain_text(Decimal(100), 0) == "100"


def test_sizes_keep_the_unit_they_share_and_else_are_inches() -> None:
    inches = [Length(value=Decimal(side)) for side in (24, 18, 20)]
    assert formats.size_text(*inches) == "24 × 18 × 20 in"
    assert formats.size_text(*[side.model_copy(update={"unit": LengthUnit.CM}) for side in inches]).endswith("20 cm")
    foot = Length(value=Decimal(2), unit=LengthUnit.FT)
    assert formats.size_text(foot, inches[1], inches[2]) == "24 × 18 × 20 in"


def test_times_are_guyanas() -> None:
    assert times.clock_text(MORNING) == "09:14"
    assert times.moment_text(MORNING) == "21 Nov 2026, 09:14"
    assert times.time_text(MORNING, MORNING + timedelta(hours=3)) == "09:14"
    assert times.time_text(MORNING, MORNING + timedelta(days=2)) == "21 Nov"


@pytest.mark.parametrize(
    ("minutes", "written"),
    [(-5, "0 min"), (49, "49 min"), (87, "1 h 27"), (190, "3 h 10"), (600, "10 h 00"), (3 * 1440, "3 days")],
)
def test_ages_are_short(minutes: int, written: str) -> None:
    assert times.age_text(timedelta(minutes=minutes)) == written


@pytest.mark.parametrize(("seconds", "written"), [(761, "12:41"), (5, "0:05"), (-1, "0:00")])
def test_a_countdown_ends_at_zero(seconds: int, written: str) -> None:
    assert times.countdown_text(timedelta(seconds=seconds)) == written


@given(st.fractions() | st.decimals(allow_nan=False, allow_infinity=False, places=4), st.integers(0, 6))
def test_a_half_goes_away_from_zero_at_every_place(exact: Fraction | Decimal, places: int) -> None:
    fraction = Fraction(exact)
    nearest = half_up(exact)
    assert abs(nearest - fraction) <= Fraction(1, 2)
    assert abs(nearest) >= abs(fraction) or abs(nearest - fraction) < Fraction(1, 2)
    if abs(fraction) < 10**12:
        assert rounded(exact, places) == Decimal(half_up(fraction * 10**places)).scaleb(-places)
