"""The ground every value stands on."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer, StringConstraints


class Value(BaseModel):
    """An immutable value; unknown fields are left out, so that a newer peer may say more."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class StrictValue(BaseModel):
    """An immutable value that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def storable(text: str) -> str:
    """What can be kept of typed text: no NUL, no half of a character pair; the rest stays as typed."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _without_nul(text: str) -> str:
    if "\x00" in text:
        message = "a NUL character cannot be stored"
        raise ValueError(message)
    return text


def _aware(when: datetime) -> datetime:
    if when.tzinfo is None:
        message = "a time needs its zone"
        raise ValueError(message)
    try:
        return when.astimezone(UTC)
    except OverflowError as error:
        message = "a time outside of the calendar"
        raise ValueError(message) from error


Text = Annotated[str, AfterValidator(_without_nul)]
Code = Annotated[Text, StringConstraints(min_length=1, max_length=40)]
Name = Annotated[Text, StringConstraints(max_length=200)]
Note = Annotated[Text, StringConstraints(max_length=2000)]
When = Annotated[datetime, AfterValidator(_aware)]
ExactDecimal = Annotated[Decimal, PlainSerializer(str, return_type=str)]
"""A decimal that travels as text, so that no reader turns it into a float."""

Id = UUID


def half_up(exact: Fraction | Decimal) -> int:
    """The nearest whole number; a half goes away from zero."""
    return quotient(*exact.as_integer_ratio())


def quotient(dividend: int, divisor: int) -> int:
    """`dividend / divisor` to the nearest whole number, halves away from zero; the divisor is above zero."""
    nearest = (2 * abs(dividend) + divisor) // (2 * divisor)
    return -nearest if dividend < 0 else nearest


def rounded(exact: Fraction | Decimal, places: int) -> Decimal:
    """`exact` to so many places, halves away from zero."""
    dividend, divisor = exact.as_integer_ratio()
    return (
        Decimal(quotient(dividend * 10**places, divisor))
        .scaleb(-places)
        .quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    )
