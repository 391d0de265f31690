"""The cash being counted at the counter: what was typed, what it pays, what goes back; free of Qt."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from agent_desk.domain.formats import figure_text, money_text
from agent_desk.domain.money import Currency, Money
from agent_desk.domain.tendering import CashWorking, cash_due, suggest_given, work_out_cash

_SUM = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){1,2}(?:\.[0-9]{1,2})?|[0-9]{1,9}(?:\.[0-9]{0,2})?")
_HALF_TYPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})?,[0-9]{0,2}")
"""On the way to a sum: nothing to complain of yet."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the agent set so far for the tender being taken."""

    currency: Currency = Currency.GYD
    typed: str = ""
    change_in: Currency = Currency.GYD

    def in_currency(self, currency: Currency) -> Draft:
        """Another tender: what was typed was a sum of the other currency."""
        return self if currency is self.currency else Draft(currency, "", currency)

    def with_typed(self, typed: str) -> Draft:
        return replace(self, typed=typed)

    def with_change_in(self, currency: Currency) -> Draft:
        return replace(self, change_in=currency)


@dataclass(frozen=True, slots=True)
class Counted:
    """A draft against what is due."""

    owed: Money
    """In the currency of the tender."""
    given: Money | None
    """None while nothing usable is typed."""
    working: CashWorking | None
    suggestions: tuple[Money, ...]
    fault: str = ""
    """What is wrong with what was typed."""

    @property
    def finishes(self) -> bool:
        return self.working is not None and self.working.still_due.minor <= 0


def parse_sum(typed: str, currency: Currency) -> Money | None:
    """The sum that was typed, such as `30,000` or `100.50`; None when it is none. GYD cash is whole dollars."""
    text = typed.strip()
    if not _SUM.fullmatch(text):
        return None
    try:
        amount = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    if currency is Currency.GYD and amount != amount.to_integral_value():
        return None
    return Money(minor=int(amount * 100), currency=currency)


def count_cash(draft: Draft, due: Money, gyd_per_usd: Decimal) -> Counted:
    """What the typed sum pays of `due` (US dollars)."""
    owed = cash_due(due, draft.currency, gyd_per_usd)
    given = parse_sum(draft.typed, draft.currency)
    fault = ""
    if given is None and draft.typed.strip() and not _HALF_TYPED.fullmatch(draft.typed.strip()):
        whole = draft.currency is Currency.GYD and parse_sum(draft.typed, Currency.USD) is not None
        fault = "Whole Guyanese dollars only" if whole else "Type a sum, such as 20,000"
    if given is not None and given.minor == 0:
        given, fault = None, "Type what the customer gave"
    working = None if given is None else work_out_cash(due, given, draft.change_in, gyd_per_usd)
    return Counted(owed=owed, given=given, working=working, suggestions=suggest_given(owed), fault=fault)


def suggestion_text(money: Money) -> str:
    """`26,500`, or `127` for whole US dollars."""
    text = figure_text(money)
    return text.removesuffix(".00")


def take_words(counted: Counted) -> str:
    """What the commit button says: `Take GYD 30,000 and finish`."""
    if counted.given is None:
        return "Type the cash given"
    took = f"Take {money_text(counted.given)}"
    return f"{took} and finish" if counted.finishes else took


@dataclass(frozen=True, slots=True)
class BackView:
    """What goes back, or what is still missing."""

    label: str
    large: str
    small: str
    tone: str = "text"
    choice: bool = False
    """True where the currency of the change can be chosen."""


def back_view(draft: Draft, counted: Counted, due: Money, gyd_per_usd: Decimal) -> BackView:
    """The lower half of the box where cash is counted."""
    if counted.given is None or counted.working is None:
        return BackView("Ask for", money_text(counted.owed), counted.fault or f"in {draft.currency}")
    if not counted.finishes:
        still = counted.working.still_due
        in_gyd = cash_due(still, Currency.GYD, gyd_per_usd)
        return BackView("Then still to pay", money_text(still), money_text(in_gyd), "warn")
    change = counted.working.change
    if change.minor <= 0 and counted.given == counted.owed:
        return BackView("Change due", money_text(change), "the exact sum", "ok")
    other = Currency.USD if draft.change_in is Currency.GYD else Currency.GYD
    instead = work_out_cash(due, counted.given, other, gyd_per_usd).change
    small = f"from the {draft.change_in} drawer, or {money_text(instead)}"
    return BackView("Change due", money_text(change), small, "ok", choice=True)
