"""The lines a price is made of: percentages of one base, fixed sums, each rounded once and kept."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from agent_desk.domain.money import Currency, Money
from agent_desk.domain.shipping import Step
from agent_desk.domain.values import half_up, rounded


def percent_step(code: str, label: str, percent: Decimal, of: Money, working: str) -> Step:
    """So many per cent of an amount, to the cent, halves away from zero; percentages never compound."""
    return exact_step(code, label, Fraction(of.minor, 100) * Fraction(percent) / 100, working)


def fixed_step(code: str, label: str, each: Money, count: int, working: str) -> Step:
    """A fixed sum so many times."""
    return exact_step(code, label, Fraction(each.minor * count, 100), working)


def exact_step(code: str, label: str, dollars: Fraction, working: str) -> Step:
    """A line of exactly so many US dollars, to the cent, halves away from zero."""
    amount = Money(minor=half_up(dollars * 100), currency=Currency.USD)
    return Step(code=code, label=label[:200], working=working[:200], exact=_exact_text(dollars), amount=amount)


def dollars_text(money: Money) -> str:
    """An amount for a working: 6.50, but 1,450 for whole dollars."""
    return f"{money.amount:,.2f}".removesuffix(".00")


def sum_steps(steps: list[Step] | tuple[Step, ...]) -> Money:
    """What the lines come to."""
    return Money(minor=sum(step.amount.minor for step in steps), currency=Currency.USD)


def _exact_text(dollars: Fraction) -> str:
    decimal = rounded(dollars, 9)
    text = f"{decimal.normalize():f}"
    return text if Fraction(decimal) == dollars else f"{text}..."
