"""How money, weights and sizes are written, on the screen and on paper alike."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from agent_desk.domain.measure import Length
from agent_desk.domain.money import Currency, Money, whole_dollars
from agent_desk.domain.values import rounded

MINUS = "−"
TIMES = "×"


def number_text(value: Decimal | int, places: int) -> str:
    """1,059.21 with comma groups and a true minus."""
    text = f"{abs(value):,.{places}f}"
    return f"{MINUS}{text}" if value < 0 and any(digit in "123456789" for digit in text) else text


def figure_text(money: Money, *, cents: bool = False) -> str:
    """The amount without its code; GYD in whole dollars unless `cents` are asked for."""
    if money.currency is Currency.GYD and not cents:
        return number_text(whole_dollars(money).amount, 0)
    return number_text(money.amount, 2)


def money_text(money: Money, *, cents: bool = False) -> str:
    """`USD 1,059.21`, `GYD 221,375`, `−USD 16.17`."""
    figure = figure_text(money, cents=cents)
    if figure.startswith(MINUS):
        return f"{MINUS}{money.currency} {figure.removeprefix(MINUS)}"
    return f"{money.currency} {figure}"


def plain_text(value: Decimal | Fraction, places: int) -> str:
    """At most so many places, no trailing zeros, comma groups: 1,234.5."""
    text = number_text(rounded(value, places), places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def weight_text(lb: Decimal | Fraction) -> str:
    """`46.3 lb`, to the tenth of a pound."""
    return f"{plain_text(lb, 1)} lb"


def percent_text(percent: Decimal) -> str:
    """`14 %`."""
    return f"{plain_text(percent, 3)} %"


def rate_text(gyd_per_usd: Decimal) -> str:
    """`USD 1 = GYD 209.00`."""
    places = max(2, min(6, -int(gyd_per_usd.normalize().as_tuple().exponent)))
    return f"USD 1 = GYD {number_text(gyd_per_usd, places)}"


def size_text(length: Length, width: Length, height: Length) -> str:
    """`24 × 18 × 20 in` in the typed unit where all three share it, else in inches."""
    sides = (length, width, height)
    shared = length.unit if len({side.unit for side in sides}) == 1 else None
    figures = [plain_text(side.value if shared else side.inches, 2) for side in sides]
    return f" {TIMES} ".join(figures) + f" {shared or 'in'}"
