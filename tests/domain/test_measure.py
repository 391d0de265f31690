from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.measure import (
    KG_PER_LB,
    Length,
    LengthUnit,
    Weight,
    WeightUnit,
    parse_length,
    parse_weight,
)

values = st.decimals(min_value=0, max_value=999_999_999, places=6)


@given(values, st.sampled_from(list(WeightUnit)))
def test_a_weight_that_was_written_is_read_as_the_same(value: Decimal, unit: WeightUnit) -> None:
    weight = Weight(value=value, unit=unit)
    again = parse_weight(str(weight))
    assert again is not None
    assert (again.value, again.unit, again.lb) == (value, unit, weight.lb)


@given(values, st.sampled_from(list(LengthUnit)))
def test_a_length_that_was_written_is_read_as_the_same(value: Decimal, unit: LengthUnit) -> None:
    length = Length(value=value, unit=unit)
    again = parse_length(str(length))
    assert again is not None
    assert (again.value, again.unit, again.inches) == (value, unit, length.inches)


@given(values, st.sampled_from(list(WeightUnit)), st.sampled_from(list(WeightUnit)))
def test_going_through_another_unit_loses_nothing(value: Decimal, one: WeightUnit, other: WeightUnit) -> None:
    weight = Weight(value=value, unit=one)
    assert weight.to(one) == Fraction(value)
    assert weight.to(other) * (Weight(value=Decimal(1), unit=other).lb) == weight.lb


@given(st.text(max_size=30))
def test_no_text_makes_a_reader_fall(text: str) -> None:
    assert parse_weight(text) is None or any(sign.isdigit() for sign in text)
    assert parse_length(text) is None or any(sign.isdigit() for sign in text)


@pytest.mark.parametrize(
    ("text", "pounds"),
    [
        ("12.5kg", Fraction("12.5") / KG_PER_LB),
        ("3 pounds", Fraction(3)),
        (" 16 OZ. ", Fraction(1)),
        (".5 lbs", Fraction(1, 2)),
        ("453.59237 grams", Fraction(1)),
        ("7", Fraction(7)),
    ],
)
def test_a_weight_is_read_as_people_write_it(text: str, pounds: Fraction) -> None:
    weight = parse_weight(text, WeightUnit.LB)
    assert weight is not None
    assert weight.lb == pounds


@pytest.mark.parametrize(
    ("text", "inches"),
    [('24"', 24), ("2'", 24), ("10 feet", 120), ("304.8 cm", 120), ("3.048 m", 120), ("25.4mm", 1), ("1 inch.", 1)],
)
def test_a_length_is_read_as_people_write_it(text: str, inches: int) -> None:
    length = parse_length(text)
    assert length is not None
    assert length.inches == inches


@pytest.mark.parametrize(
    "text", ["", "lb", "1,5 kg", "1e3 lb", "nan", "inf", "1 stone", "1 lb 2", "٣ kg", "1000000000"]
)
def test_what_is_no_weight_is_not_guessed(text: str) -> None:
    assert parse_weight(text, WeightUnit.LB) is None


def test_a_bare_number_needs_a_unit_from_somewhere() -> None:
    assert parse_weight("5") is None
    assert parse_length("5") is None
    assert parse_length("5", LengthUnit.CM) == Length(value=Decimal(5), unit=LengthUnit.CM)
