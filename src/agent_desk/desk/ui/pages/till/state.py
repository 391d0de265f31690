"""What is typed while a drawer is counted, and what the Till page says of a till. Free of Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from agent_desk.desk.ui.amounts import read_amount
from agent_desk.desk.usecases.tilling import Compared, TillShown
from agent_desk.domain.formats import figure_text, money_text
from agent_desk.domain.money import Currency, Money, total
from agent_desk.domain.till import NOTES, Cash, Reason, Till
from agent_desk.domain.times import clock_text, time_text

COINS = 0
Slot = tuple[Currency, int]
"""A currency and a note in minor units, or `COINS`."""
SLOTS: dict[Currency, tuple[Slot, ...]] = {
    currency: (*((currency, each) for each in NOTES[currency]), (currency, COINS)) for currency in Currency
}
MOST_NOTES = 10_000
Verdict = Literal["over", "short", "even"]
Stage = Literal["none", "counting", "compared"]
REASONS: tuple[tuple[Reason, str], ...] = (
    ("mix_up", "Change mix-up"),
    ("miscount", "Miscount"),
    ("unknown", "Unknown"),
    ("other", "Other"),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """Both drawers as they are typed, note by note."""

    typed: Mapping[Slot, str] = field(default_factory=dict)
    changes: int = 0
    """How often a figure that stood was entered again."""

    def text(self, slot: Slot) -> str:
        return self.typed.get(slot, "")

    def enter(self, slot: Slot, text: str) -> Tally:
        """With that row typed."""
        return replace(self, typed={**self.typed, slot: text})

    def count(self, slot: Slot) -> int | None:
        """How many notes; None where that is no number."""
        text = self.text(slot).strip()
        if not text:
            return 0
        return int(text) if text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= MOST_NOTES else None

    def amount(self, slot: Slot) -> Money | None:
        """What lies in one row; None where it cannot be read."""
        currency, each = slot
        if each == COINS:
            minor = read_amount(self.text(slot))
            return None if minor is None else Money(minor=minor, currency=currency)
        many = self.count(slot)
        return None if many is None else Money(minor=each * many, currency=currency)

    def total(self, currency: Currency) -> Money:
        """Of what can be read."""
        return total([amount for slot in SLOTS[currency] if (amount := self.amount(slot)) is not None], currency)

    @property
    def wrong(self) -> Slot | None:
        """The first row that cannot be read."""
        return next((slot for slots in SLOTS.values() for slot in slots if self.amount(slot) is None), None)

    @property
    def notes(self) -> dict[Currency, dict[int, int]]:
        return {
            currency: {each: self.count((currency, each)) or 0 for each in NOTES[currency]} for currency in Currency
        }

    @property
    def coins(self) -> Cash:
        held = [self.amount((currency, COINS)) for currency in Currency]
        dollars, guyanese = (0 if money is None else money.minor for money in held)
        return Cash(usd_minor=dollars, gyd_minor=guyanese)


@dataclass(frozen=True, slots=True)
class DrawerLine:
    """One row of the comparison."""

    name: str
    expected: str
    counted: str
    difference: str
    verdict: Verdict


def verdict_of(money: Money) -> Verdict:
    if money.minor == 0:
        return "even"
    return "over" if money.minor > 0 else "short"


def signed_text(money: Money) -> str:
    """`+5.00`, `−1,000`, `0.00`."""
    figure = figure_text(money, cents=money.minor % 100 != 0)
    return f"+{figure}" if money.minor > 0 else figure


def drawer_lines(compared: Compared) -> tuple[DrawerLine, ...]:
    """Cash in US dollars, then in Guyanese dollars."""
    count = compared.count
    return tuple(
        DrawerLine(
            name=f"Cash {currency}",
            expected=figure_text(count.expected.of(currency), cents=count.expected.of(currency).minor % 100 != 0),
            counted=figure_text(count.counted.of(currency), cents=count.counted.of(currency).minor % 100 != 0),
            difference=signed_text(count.over_short.of(currency)),
            verdict=verdict_of(count.over_short.of(currency)),
        )
        for currency in Currency
    )


def in_all_text(compared: Compared) -> str:
    """`+USD 0.22`; empty without a rate."""
    found = compared.in_all
    if found is None:
        return ""
    text = money_text(found)
    return f"+{text}" if found.minor > 0 else text


def mix_up_words(compared: Compared) -> str:
    """Names the sale that explains both differences; empty where none does."""
    found = compared.mix_up
    if found is None:
        return ""
    at = clock_text(found.at)
    return f"Sale {found.number} at {at} wrote its change down as {money_text(found.change)}. Look at that one first."


def till_rows(shown: TillShown, now: datetime) -> tuple[tuple[str, str], ...]:
    """What may be known before the count: who, since when, the float, what was put in and out, how many sales."""
    till = shown.till
    dollars, guyanese = till.opening.amounts
    rows = [
        ("Shift", f"{till.opened_by}, from {time_text(till.opened_at, now)}"),
        ("Float", f"{money_text(dollars)} and {money_text(guyanese)}"),
    ]
    rows += [
        ("Paid in" if move.what == "paid_in" else "Paid out", f"{money_text(move.amount)}, {move.reason}")
        for move in till.moves[-4:]
    ]
    orders, refunds = shown.sales, shown.refunds
    rows.append(("Sales", f"{orders} sale{'' if orders == 1 else 's'}, {refunds} refund{'' if refunds == 1 else 's'}"))
    return tuple(rows)


def waiting_words(waiting: int) -> str:
    """What unsent actions mean for a close; empty where there are none."""
    if not waiting:
        return ""
    many = "1 action is" if waiting == 1 else f"{waiting} actions are"
    return (
        f"{many} still waiting to be sent. You can close: every sale names its till, and late sending never moves one."
    )


def head_words(till: Till | None, stage: Stage) -> str:
    """`Close till T-GEO-2-000031`."""
    if till is None:
        return "Open a till"
    return f"Close till {till.number}" if stage != "none" else till.number


def commit_words(stage: Stage) -> str:
    return {"none": "Open till", "counting": "Commit count", "compared": "Close till"}[stage]
