"""CTR-3, BYD-3: a quote on paper, with every step of its price."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from agent_desk.domain.formats import MINUS, figure_text, money_text, plain_text, rate_text
from agent_desk.domain.limits import QUOTE_LASTS
from agent_desk.domain.money import Currency, Money, convert
from agent_desk.domain.people import Address
from agent_desk.domain.price_book import ExchangeRate
from agent_desk.domain.shipping import Offer, Piece, QuoteRequest, Step
from agent_desk.domain.times import moment_text
from agent_desk.papers.sheet import ACCENT, FAINT, LINE, SUNKEN, Look, band, barcode, build, rule, table, text

if TYPE_CHECKING:
    from reportlab.platypus import Paragraph

_MARGIN = 16 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_SHORT = 200
_TAXES = frozenset({"duty", "vat"})


def quote_pdf(
    request: QuoteRequest,
    offers: tuple[Offer, ...],
    chosen_service: str,
    rate: ExchangeRate | None,
    *,
    number: str,
    issued_at: datetime,
) -> bytes:
    """An A4 sheet: what is sent, what every service costs, and how the chosen price is made."""
    chosen = next((offer for offer in offers if offer.service == chosen_service), None)
    story = [
        *_head(number, issued_at),
        *_facts(request),
        *_pieces(request, chosen),
        *_services(offers, chosen_service, rate),
        *([] if chosen is None else _price(chosen, rate)),
        *_notes(chosen, rate),
    ]
    footer = f"Quote {number}".strip() + f", issued {moment_text(issued_at)}"
    return build(story, A4, _MARGIN, f"Quote {number}".strip(), footer)


def _head(number: str, issued_at: datetime) -> list[Flowable]:
    until = moment_text(issued_at + QUOTE_LASTS)
    left = [
        text("Quote", "title"),
        Spacer(1, 5),
        text(number or "Not saved", "section"),
        text(f"Issued {moment_text(issued_at)}", "small"),
        text(f"Prices in US dollars hold until {until}, Guyana time", "small"),
    ]
    bars = barcode(number, 62 * mm, 12 * mm)
    right = "" if bars is None else bars
    top = table([[left, right]], (_WIDTH - 64 * mm, 64 * mm), ("ALIGN", (1, 0), (1, 0), "RIGHT"))
    return [band(_WIDTH), Spacer(1, 12), top, Spacer(1, 10)]


def _address(address: Address) -> str:
    region = "" if address.region is None else f"Region {address.region}"
    said = (address.line, address.place, region, address.postcode, address.country)
    return ", ".join(part for part in said if part)


def _facts(request: QuoteRequest) -> list[Flowable]:
    deliver = [text(_address(request.deliver_to))]
    kind = request.goods.replace("_", " ").capitalize()
    goods = [text(kind)]
    below: list[Flowable] = []
    # a table's row cannot run over a page, so long texts stand under it
    for words, cell, label in (
        (request.deliver_to.directions, deliver, "How to find it"),
        (request.description, goods, "Goods"),
    ):
        if len(words) > _SHORT:
            below += [Spacer(1, 4), text(label, "small"), text(words)]
        elif words:
            cell.append(text(words, "small"))
    insured = "insured" if request.insured else "not insured"
    heads = [text(words, "small") for words in ("From", "To", "Deliver to", "Goods", "Declared value")]
    row = [
        text(request.origin),
        text(request.destination),
        deliver,
        goods,
        [text(money_text(request.declared_value)), text(insured, "small")],
    ]
    widths = (18 * mm, 18 * mm, 56 * mm, 50 * mm, _WIDTH - 142 * mm)
    boxed = (
        ("BACKGROUND", (0, 0), (-1, -1), SUNKEN),
        ("LEFTPADDING", (0, 0), (-1, -1), 6),
        ("TOPPADDING", (0, 0), (-1, 0), 6),
        ("BOTTOMPADDING", (0, -1), (-1, -1), 6),
    )
    return [table([heads, row], widths, *boxed), *below, Spacer(1, 10)]


def _pieces(request: QuoteRequest, chosen: Offer | None) -> list[Flowable]:
    heads = ("#", "Contents", "Weight", "Size", "Actual lb", "By size lb", "Billable lb")
    rows: list[list[object]] = [[text(words, "small", "left" if at < 2 else "right") for at, words in enumerate(heads)]]
    for number, piece in enumerate(request.pieces, 1):
        billed = chosen.pieces[number - 1] if chosen is not None and len(chosen.pieces) >= number else None
        contents = [text(piece.contents or "Piece", "strong")]
        if piece.packing:
            contents.append(text(piece.packing, "small"))
        weighed: list[object] = [""] * 3
        if billed is not None:
            weighed = [
                _lb(billed.actual_lb),
                _lb(billed.dimensional_lb),
                [_lb(billed.billable_lb), text(f"by {billed.governed_by}", "small", "right")],
            ]
        weight = "unknown" if piece.weight is None else str(piece.weight)
        rows.append([text(str(number)), contents, text(weight, "body", "right"), _size(piece), *weighed])
    widths = (8 * mm, _WIDTH - 128 * mm, 20 * mm, 40 * mm, 18 * mm, 20 * mm, 22 * mm)
    return [text("Pieces", "section"), _ruled(rows, widths), Spacer(1, 10)]


def _size(piece: Piece) -> Paragraph:
    sides = ["?" if side is None else str(side) for side in piece.sides]
    units = {side.unit for side in piece.sides if side is not None}
    if len(units) == 1:
        unit = next(iter(units))
        sides = [side.removesuffix(f" {unit}") for side in sides]
        sides[-1] += f" {unit}"
    return text("unknown" if not units else " × ".join(sides), "body", "right")


def _lb(pounds: Decimal | None) -> Paragraph:
    return text("unknown" if pounds is None else plain_text(pounds, 2), "body", "right")


def _ruled(rows: Sequence[Sequence[object]], widths: Sequence[float], *extra: tuple[object, ...]) -> Flowable:
    lines = (
        ("LINEBELOW", (0, 0), (-1, 0), 0.6, LINE),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, FAINT),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    )
    drawn = table(rows, widths, *lines, *extra)
    drawn.repeatRows = 1
    return drawn


def _services(offers: tuple[Offer, ...], chosen_service: str, rate: ExchangeRate | None) -> list[Flowable]:
    if not offers:
        return [text("No service goes there.", "bad"), Spacer(1, 10)]
    rows: list[list[object]] = [[text("Service", "small"), text("Days", "small"), text("Estimate", "small", "right")]]
    marked: list[tuple[object, ...]] = []
    for at, offer in enumerate(offers, 1):
        name = [text(offer.label, "strong")]
        if offer.service == chosen_service:
            name.append(text("Chosen", "small"))
            marked.append(("LINEBEFORE", (0, at), (0, at), 3, ACCENT))
        reasons = dict.fromkeys(refusal.message for refusal in offer.refusals)
        name += [text(reason, "bad") for reason in list(reasons)[:3]]
        rows.append([name, text(f"{offer.days_least} to {offer.days_most} days"), _worth(offer, rate)])
    padded = ("LEFTPADDING", (0, 0), (0, -1), 7)
    widths = (_WIDTH - 80 * mm, 30 * mm, 50 * mm)
    return [text("Services for these pieces", "section"), _ruled(rows, widths, padded, *marked), Spacer(1, 10)]


def _worth(offer: Offer, rate: ExchangeRate | None) -> list[Paragraph]:
    if offer.total is not None:
        return [text(money_text(offer.total), "strong", "right"), *_in_gyd(offer.total, rate)]
    if offer.least is not None and offer.most is not None:
        span = f"{money_text(offer.least)} to {figure_text(offer.most)}"
        return [text(span, "strong", "right"), text(f"{offer.unknown} decides", "small", "right")]
    return [text("Not available", "small", "right")]


def _in_gyd(money: Money, rate: ExchangeRate | None) -> list[Paragraph]:
    if rate is None:
        return []
    return [text(money_text(convert(money, Currency.GYD, rate.gyd_per_usd)), "small", "right")]


def _price(chosen: Offer, rate: ExchangeRate | None) -> list[Flowable]:
    if not chosen.steps or chosen.total is None:
        return []
    heads = ("Step", "Worked out as", "Exactly, USD", "USD")
    rows: list[list[object]] = [[text(words, "small", "left" if at < 2 else "right") for at, words in enumerate(heads)]]
    rows += [_step(step) for step in chosen.steps if step.code not in _TAXES]
    if chosen.shipping is not None:
        rows.append([text("Shipping", "strong"), "", "", text(figure_text(chosen.shipping), "strong", "right")])
    rows += [_step(step) for step in chosen.steps if step.code in _TAXES]
    widths = (42 * mm, _WIDTH - 110 * mm, 40 * mm, 28 * mm)
    total = table(
        [[text("Estimate", "section"), [text(money_text(chosen.total), "total", "right"), *_in_gyd_big(chosen, rate)]]],
        (40 * mm, _WIDTH - 40 * mm),
        ("BACKGROUND", (0, 0), (-1, -1), SUNKEN),
        ("LEFTPADDING", (0, 0), (-1, -1), 8),
        ("RIGHTPADDING", (0, 0), (-1, -1), 8),
        ("TOPPADDING", (0, 0), (-1, -1), 6),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 8),
    )
    billable = "" if chosen.billable_lb is None else f", {plain_text(chosen.billable_lb, 2)} lb billable"
    heading = text(f"How the price of {chosen.label} is made{billable}", "section")
    return [heading, _ruled(rows, widths), Spacer(1, 6), KeepTogether([total])]


def _in_gyd_big(chosen: Offer, rate: ExchangeRate | None) -> list[Paragraph]:
    if rate is None or chosen.total is None:
        return []
    in_gyd = convert(chosen.total, Currency.GYD, rate.gyd_per_usd)
    return [text(money_text(in_gyd), "money", "right"), text(rate_text(rate.gyd_per_usd), "small", "right")]


def _step(step: Step) -> list[object]:
    look: Look = "good" if step.amount.minor < 0 else "body"
    exact = text(step.exact.replace("-", MINUS), "small", "right")
    return [text(step.label), text(step.working, "small"), exact, text(figure_text(step.amount), look, "right")]


def _notes(chosen: Offer | None, rate: ExchangeRate | None) -> list[Flowable]:
    said = ["Each step is rounded once, to the cent, and the rounded steps are added."]
    if chosen is not None and any(step.code in _TAXES for step in chosen.steps):
        said.append("Duty and VAT are estimates: customs decides.")
    if rate is not None:
        source = f"{rate.source}, in force since {moment_text(rate.effective_at)}"
        said.append(f"Guyanese dollars are shown at today’s rate ({source}) and fixed when you pay.")
    return [rule(_WIDTH, above=8), *(text(words, "small") for words in said)]
