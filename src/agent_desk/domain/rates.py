"""PAY-6: how old an exchange rate is and what may still be done with it; a manager's own rate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from agent_desk.domain.decision import Decided, Facts, Outcome, Refused, State
from agent_desk.domain.formats import rate_text
from agent_desk.domain.money_commands import SetExchangeRate
from agent_desk.domain.people import Role
from agent_desk.domain.price_book import ExchangeRate
from agent_desk.domain.refusal import Refusal, blocks, warns
from agent_desk.domain.rights import refuse_role

FRESH_FOR = timedelta(minutes=30)
"""Online a rate was confirmed at most so long ago; an older one says its age."""
SET_AHEAD = timedelta(days=31)
SET_BACK = timedelta(minutes=5)
JUMPS_FROM = Decimal(5)
"""Per cent between one rate and the next from which a manager is asked to look again."""
RATE_SETTERS = frozenset({Role.MANAGER, Role.ADMINISTRATOR})


class Use(StrEnum):
    """What a rate is wanted for, by rising weight."""

    SHOW = "show"
    SELL = "sell"
    PROMISE = "promise"


GOOD_FOR = {Use.SELL: timedelta(hours=24), Use.PROMISE: timedelta(hours=4)}
"""Offline: so long after the rate was last confirmed; it may be shown for ever, with its age."""


def may_use(use: Use, age: timedelta) -> bool:
    """Whether a rate of that age still serves."""
    return use is Use.SHOW or age <= GOOD_FOR[use]


@dataclass(frozen=True, slots=True)
class Stated:
    """What a source said one US dollar is worth, and of what time it said so."""

    gyd_per_usd: Decimal
    stated_at: datetime

    def age(self, now: datetime) -> timedelta:
        return max(now - self.stated_at, timedelta(0))


def follow(known: Stated | None, heard: Stated, now: datetime) -> Stated:
    """What is known after a source spoke again.

    Saying the same again, or an older word, makes nothing younger. A word from the future is of now, so that a clock
    that ran ahead does not silence the source until that time has come.
    """
    at_most_now = Stated(heard.gyd_per_usd, min(heard.stated_at, now))
    if known is None or at_most_now.stated_at > known.stated_at:
        return at_most_now
    return known


def mid_of(sell: Decimal, spread_percent: Decimal) -> Decimal:
    """What the source said, from the house's rate and how far above it lies."""
    return sell / (1 + spread_percent / 100)


def set_rate(state: State, command: SetExchangeRate, facts: Facts) -> Outcome:
    """A manager's rate: in force from its time on, never behind what was sold already."""
    refusals = refuse_role(facts, RATE_SETTERS)
    if state.find(ExchangeRate, command.rate) is not None:
        refusals += (blocks("exchange_rate.repeated", "rate", "This rate is set already.", "SYN-2"),)
    current = facts.book.rate_at(facts.now)
    floor = facts.now - SET_BACK if current is None else max(facts.now - SET_BACK, current.effective_at)
    if command.effective_at < floor:
        sentence = "A rate holds from now on or from a later time: sales were made at the one before."
        refusals += (blocks("exchange_rate.backdated", "effective_at", sentence, "PAY-6"),)
    if command.effective_at > facts.now + SET_AHEAD:
        sentence = "Set a rate at most a month ahead."
        refusals += (blocks("exchange_rate.too_far_ahead", "effective_at", sentence, "PAY-6"),)
    found = None if current is None else _compare(command.gyd_per_usd, current.gyd_per_usd)
    if found is not None and found.stops:
        refusals += (found,)
    if refusals:
        return Refused(refusals)
    rate = ExchangeRate(
        id=command.rate, gyd_per_usd=command.gyd_per_usd, effective_at=command.effective_at, source=command.source
    )
    return Decided((rate.next(),), warnings=() if found is None else (found,))


def _compare(wanted: Decimal, current: Decimal) -> Refusal | None:
    """A slip of the decimal point blocks, a large step warns."""
    if not current / 2 <= wanted <= current * 2:
        sentence = f"The rate is {rate_text(current)} now: check the decimal point."
        return blocks("exchange_rate.implausible", "gyd_per_usd", sentence, "PAY-6")
    apart = abs(wanted - current) / current * 100
    if apart <= JUMPS_FROM:
        return None
    sentence = f"{apart:.1f} % from {rate_text(current)}: look at it once more."
    return warns("exchange_rate.jumps", "gyd_per_usd", sentence, "PAY-6")
