"""What the lines of a cart come to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from agent_desk.domain.money import Currency, Money, convert, total, usd, whole_dollars
from agent_desk.domain.price_book import ExchangeRate, PriceBook, Promotion
from agent_desk.domain.selling import CartLine, Totals

VAT_COUNTRY = "GY"
"""Goods are handed over in Guyana, so its VAT is theirs."""
HONOURED = timedelta(hours=24)
"""How long a price or rate that was shown still counts after it was replaced."""


def find_promotion(book: PriceBook, code: str, at: datetime) -> Promotion | None:
    """The promotion of that code that runs at that time; upper and lower case are the same."""
    rules = book.rules_at(at)
    if rules is None or not code:
        return None
    wanted = code.strip().casefold()
    running = (p for p in rules.promotions if p.code.casefold() == wanted and p.since <= at < p.until)
    return next(running, None)


def vat_percent(book: PriceBook, at: datetime) -> Decimal:
    """The VAT on goods of the shop; none where no table says so."""
    taxes = book.taxes_at(at, VAT_COUNTRY)
    return Decimal(0) if taxes is None else taxes.vat_percent


def line_total(line: CartLine, gyd_per_usd: Decimal) -> Money:
    """A line in US dollars, converted by itself, to the cent."""
    return convert(line.amount, Currency.USD, gyd_per_usd)


def promoted(lines: Sequence[CartLine], gyd_per_usd: Decimal) -> Money:
    """What a promotion counts on: the shop's own goods, neither deals nor shipments."""
    return total([line_total(line, gyd_per_usd) for line in lines if line.what == "product" and line.vat])


def vat_base(lines: Sequence[CartLine], totals_: Totals, gyd_per_usd: Decimal) -> Money:
    """What VAT was counted on: goods with VAT less the promotion."""
    return total([line_total(line, gyd_per_usd) for line in lines if line.vat]) + totals_.promotion


def totals(lines: Sequence[CartLine], promotion: str, rate: ExchangeRate, book: PriceBook, at: datetime) -> Totals:
    """EDGE-12: each line converted and rounded by itself, promotion off the goods, VAT on what is left of them."""
    gyd_per_usd = rate.gyd_per_usd
    running = find_promotion(book, promotion, at)
    off = usd(0) if running is None else -promoted(lines, gyd_per_usd).share(min(running.percent, Decimal(100)))
    with_vat = total([line_total(line, gyd_per_usd) for line in lines if line.vat]) + off
    vat = with_vat.share(vat_percent(book, at))
    sum_of_lines = total([line_total(line, gyd_per_usd) for line in lines])
    to_pay = sum_of_lines + off + vat
    return Totals(
        lines=sum_of_lines,
        promotion=off,
        vat=vat,
        total=to_pay,
        total_gyd=whole_dollars(convert(to_pay, Currency.GYD, gyd_per_usd)),
    )


def find_honoured_rate(book: PriceBook, rate: ExchangeRate, at: datetime) -> ExchangeRate | None:
    """PAY-6: the rate itself when it was in force then or at some moment in the 24 h before, else None."""
    if rate.effective_at > at:
        return None
    later = [r.effective_at for r in book.rates if rate.effective_at < r.effective_at <= at]
    return rate if not later or min(later) > at - HONOURED else None
