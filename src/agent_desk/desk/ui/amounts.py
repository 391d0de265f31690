"""Amounts as people type them. Free of Qt."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from agent_desk.domain.till import MOST_CASH


def read_amount(text: str) -> int | None:
    """Minor units of `1,059.21`, `12`; nothing typed is zero, None where it is no amount."""
    plain = text.replace(",", "").replace(" ", "")
    if not plain:
        return 0
    try:
        minor = Decimal(plain).scaleb(2)
    except InvalidOperation:
        return None
    if not minor.is_finite() or minor != minor.to_integral_value() or not 0 <= minor <= MOST_CASH:
        return None
    return int(minor)
