"""PAY-8: what of the money a manager must look at, although every single step of it was allowed."""

from __future__ import annotations

from collections.abc import Sequence

from agent_desk.domain.decision import Case
from agent_desk.domain.formats import money_text
from agent_desk.domain.money import Money, gyd

LARGE_CASH = gyd(2_000_000_00)
"""Cash of one customer on one day, in Guyanese dollars or their worth, from which the house looks at it.

What the law has reported, where, and by when is for the house's counsel to say.
"""
MANY_FAILURES = 3
"""Payments of one order that a provider refused."""


def cash_alerts(order_number: str, taken: Money, before: Sequence[Money]) -> tuple[Case, ...]:
    """One large sum, or several of a customer's day that come to one; Guyanese dollars.

    `before` is what the same customer gave earlier on that day, at whichever desk.
    """
    if taken.minor >= LARGE_CASH.minor:
        sentence = f"{money_text(taken)} in cash for {order_number}: look at who paid it, and whether to report it."
        return (Case("compliance.large_cash", sentence),)
    day = sum((one for one in before if one.minor < LARGE_CASH.minor), taken)
    if not before or day.minor < LARGE_CASH.minor:
        return ()
    sentence = (
        f"The customer of {order_number} gave {money_text(day)} in cash today in {len(before) + 1} parts, each below"
        f" {money_text(LARGE_CASH)}: look at why."
    )
    return (Case("compliance.structuring", sentence),)


def failure_alert(order_number: str, failed: int) -> tuple[Case, ...]:
    """Payments of one order that were refused again and again."""
    if failed < MANY_FAILURES:
        return ()
    sentence = f"{failed} payments of {order_number} were refused: look at whose cards or wallets were tried."
    return (Case("compliance.failures", sentence),)
