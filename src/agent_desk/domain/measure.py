"""Weights and lengths, exact, in the unit they were typed in."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from agent_desk.domain.values import ExactDecimal, Value

Amount = Annotated[ExactDecimal, Field(ge=Decimal(-1_000_000_000), le=Decimal(1_000_000_000), allow_inf_nan=False)]


class WeightUnit(StrEnum):
    LB = "lb"
    OZ = "oz"
    KG = "kg"
    G = "g"


class LengthUnit(StrEnum):
    IN = "in"
    FT = "ft"
    CM = "cm"
    MM = "mm"
    M = "m"


KG_PER_LB = Fraction("0.45359237")
IN_LB = {
    WeightUnit.LB: Fraction(1),
    WeightUnit.OZ: Fraction(1, 16),
    WeightUnit.KG: 1 / KG_PER_LB,
    WeightUnit.G: 1 / (KG_PER_LB * 1000),
}
IN_INCHES = {
    LengthUnit.IN: Fraction(1),
    LengthUnit.FT: Fraction(12),
    LengthUnit.CM: Fraction(100, 254),
    LengthUnit.MM: Fraction(10, 254),
    LengthUnit.M: Fraction(10000, 254),
}


class Weight(Value):
    """A weight as it was typed or read."""

    value: Amount
    unit: WeightUnit = WeightUnit.LB

    @property
    def lb(self) -> Fraction:
        return Fraction(self.value) * IN_LB[self.unit]

    def to(self, unit: WeightUnit) -> Fraction:
        return self.lb / IN_LB[unit]

    def __str__(self) -> str:
        return f"{self.value.normalize():f} {self.unit}"


class Length(Value):
    """A side as it was typed or read."""

    value: Amount
    unit: LengthUnit = LengthUnit.IN

    @property
    def inches(self) -> Fraction:
        return Fraction(self.value) * IN_INCHES[self.unit]

    def to(self, unit: LengthUnit) -> Fraction:
        return self.inches / IN_INCHES[unit]

    def __str__(self) -> str:
        return f"{self.value.normalize():f} {self.unit}"


_NUMBER = re.compile(r"([+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}))\s*([^\W\d_]*\.?|\"|')", re.UNICODE)
_WEIGHT_WORDS = {
    **{unit.value: unit for unit in WeightUnit},
    "lbs": WeightUnit.LB, "pound": WeightUnit.LB, "pounds": WeightUnit.LB,
    "ounce": WeightUnit.OZ, "ounces": WeightUnit.OZ,
    "kgs": WeightUnit.KG, "kilo": WeightUnit.KG, "kilos": WeightUnit.KG, "kilogram": WeightUnit.KG,
    "kilograms": WeightUnit.KG, "gram": WeightUnit.G, "grams": WeightUnit.G, "gr": WeightUnit.G,
}  # fmt: skip
_LENGTH_WORDS = {
    **{unit.value: unit for unit in LengthUnit},
    "inch": LengthUnit.IN, "inches": LengthUnit.IN, '"': LengthUnit.IN, "'": LengthUnit.FT,
    "foot": LengthUnit.FT, "feet": LengthUnit.FT, "centimetre": LengthUnit.CM, "centimeter": LengthUnit.CM,
    "centimetres": LengthUnit.CM, "centimeters": LengthUnit.CM, "millimetre": LengthUnit.MM,
    "millimeter": LengthUnit.MM, "metre": LengthUnit.M, "meter": LengthUnit.M, "metres": LengthUnit.M,
    "meters": LengthUnit.M,
}  # fmt: skip


def parse_weight(text: str, unit: WeightUnit | None = None) -> Weight | None:
    """The weight in `text`, in its own unit or else in `unit`; None when it is not one."""
    found = _split(text)
    if found is None:
        return None
    meant = _WEIGHT_WORDS.get(found[1]) if found[1] else unit
    return None if meant is None else Weight(value=found[0], unit=meant)


def parse_length(text: str, unit: LengthUnit | None = None) -> Length | None:
    """The length in `text`, in its own unit or else in `unit`; None when it is not one."""
    found = _split(text)
    if found is None:
        return None
    meant = _LENGTH_WORDS.get(found[1]) if found[1] else unit
    return None if meant is None else Length(value=found[0], unit=meant)


def _split(text: str) -> tuple[Decimal, str] | None:
    if not text.isascii():
        return None
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    return Decimal(match[1]), match[2].lower().rstrip(".")
