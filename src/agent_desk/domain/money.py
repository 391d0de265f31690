"""Money: whole minor units and a currency, never a float."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from agent_desk.domain.values import Value, quotient

MOST_MINOR = 10**13


class Currency(StrEnum):
    """The currencies a counter takes; both have two decimals by ISO 4217."""

    USD = "USD"
    GYD = "GYD"


class Money(Value):
    """An amount in minor units (cents) of one currency."""

    minor: Annotated[int, Field(ge=-MOST_MINOR, le=MOST_MINOR)]
    currency: Currency

    def __add__(self, other: Money) -> Money:
        return Money(minor=self.minor + self._same(other), currency=self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(minor=self.minor - self._same(other), currency=self.currency)

    def __neg__(self) -> Money:
        return Money(minor=-self.minor, currency=self.currency)

    def times(self, count: int) -> Money:
        return Money(minor=self.minor * count, currency=self.currency)

    def share(self, percent: Decimal) -> Money:
        """So many per cent of it, to the cent, halves away from zero."""
        parts, of = percent.as_integer_ratio()
        return Money(minor=quotient(self.minor * parts, of * 100), currency=self.currency)

    @property
    def amount(self) -> Decimal:
        return Decimal(self.minor).scaleb(-2)

    def _same(self, other: Money) -> int:
        if other.currency is not self.currency:
            message = f"{self.currency} and {other.currency} do not add up"
            raise ValueError(message)
        return other.minor


def usd(minor: int) -> Money:
    return Money(minor=minor, currency=Currency.USD)


def gyd(minor: int) -> Money:
    return Money(minor=minor, currency=Currency.GYD)


def convert(money: Money, to: Currency, gyd_per_usd: Decimal) -> Money:
    """The same value in another currency, to the cent, halves away from zero."""
    if money.currency is to:
        return money
    gyd, per_usd = gyd_per_usd.as_integer_ratio()
    exact = (money.minor * gyd, per_usd) if to is Currency.GYD else (money.minor * per_usd, gyd)
    return Money(minor=quotient(*exact), currency=to)


def whole_dollars(money: Money) -> Money:
    """To the nearest whole dollar, which is the smallest Guyanese cash."""
    return Money(minor=quotient(money.minor, 100) * 100, currency=money.currency)


def total(amounts: list[Money] | tuple[Money, ...], currency: Currency = Currency.USD) -> Money:
    """The sum; of nothing, zero."""
    result = Money(minor=0, currency=currency)
    for amount in amounts:
        result += amount
    return result
