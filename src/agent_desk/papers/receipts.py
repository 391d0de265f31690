"""CTR-7: the receipt, in both currencies."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from agent_desk.domain.formats import figure_text, money_text, percent_text, rate_text
from agent_desk.domain.money import Currency, total
from agent_desk.domain.selling import CartLine, Order, OrderState, Tender
from agent_desk.domain.tendering import cash_due
from agent_desk.domain.times import moment_text
from agent_desk.domain.totals import line_total, vat_base
from agent_desk.papers.sheet import Look, barcode, build, rule, table, text

_PAGE = 80 * mm
_MARGIN = 5 * mm
_WIDTH = _PAGE - 2 * _MARGIN
_RIGHT = 27 * mm
_COLUMNS = (_WIDTH - _RIGHT, _RIGHT)
_UNLIMITED = 10**6


def receipt_pdf(
    order: Order,
    tenders: Sequence[Tender],
    branch_name: str,
    *,
    vat_percent: Decimal | None = None,
    copy: int = 0,
) -> bytes:
    """A roll 80 mm wide and as long as it must be, with a barcode of the order's number.

    It says what was so when the last of `tenders` was taken, so that a reprint says the same; above 0, `copy` is its
    number and stands at the top.
    """
    story = [
        *_head(order, tenders, branch_name, copy),
        *(_line(line, order) for line in order.lines),
        rule(_WIDTH),
        *_totals(order, vat_percent),
        *_before(order, tenders),
        *(part for tender in tenders for part in _tender(tender)),
        *_state(order, tenders),
        *_foot(order),
    ]
    height = sum(part.wrap(_WIDTH, _UNLIMITED)[1] + part.getSpaceBefore() + part.getSpaceAfter() for part in story)
    return build(story, (_PAGE, height + 2 * _MARGIN + 2), _MARGIN, f"Receipt {order.number}")


def _pair(left: str, right: str, look: Look = "body", right_look: Look | None = None) -> Flowable:
    return table([[text(left, look), text(right, right_look or look, "right")]], _COLUMNS)


def _head(order: Order, tenders: Sequence[Tender], branch_name: str, copy: int) -> list[Flowable]:
    receipts = ", ".join(dict.fromkeys(tender.receipt for tender in tenders))
    when = max((tender.taken_at for tender in tenders), default=order.placed_at)
    rows = [
        [text(branch_name, "section")],
        *([[text(f"COPY {copy}", "section")]] if copy else []),
        [text(f"Receipt {receipts}".strip(), "strong")],
        [text(f"Order {order.number}", "strong")],
        [text(f"{moment_text(when)}, desk {order.desk}", "small")],
        [text(f"Served by {order.placed_by}", "small")],
    ]
    if order.customer_name:
        rows.append([text(f"For {order.customer_name}", "small")])
    return [table(rows, [_WIDTH]), rule(_WIDTH)]


def _line(line: CartLine, order: Order) -> Flowable:
    left = [text(line.label, "strong")]
    if line.detail:
        left.append(text(line.detail, "small"))
    unconfirmed = next((one.unconfirmed for one in order.stock if one.line == line.id), 0)
    if unconfirmed:
        words = "To be confirmed" if unconfirmed == line.quantity else f"{unconfirmed} of them to be confirmed"
        left.append(text(words, "small"))
    left.append(text(f"{line.code}, {line.quantity} × {money_text(line.each, cents=_has_cents(line))}", "small"))
    right = [text(figure_text(line_total(line, order.gyd_per_usd)), "strong", "right")]
    if line.each.currency is not Currency.USD:
        right.append(text(money_text(line.amount, cents=_has_cents(line)), "small", "right"))
    return table([[left, right]], _COLUMNS)


def _has_cents(line: CartLine) -> bool:
    return line.each.currency is Currency.USD or line.each.minor % 100 != 0


def _totals(order: Order, vat_percent: Decimal | None) -> list[Flowable]:
    totals = order.totals
    parts = [_pair("Lines", figure_text(totals.lines))]
    if totals.promotion.minor:
        parts.append(_pair(f"Promotion {order.promotion}", figure_text(totals.promotion), "body", "good"))
    base = figure_text(vat_base(order.lines, totals, order.gyd_per_usd))
    percent = "" if vat_percent is None else f" {percent_text(vat_percent)}"
    to_pay = [text("To pay", "section"), text(money_text(totals.total), "total", "right")]
    parts += [
        _pair(f"VAT{percent} on {base} of goods", figure_text(totals.vat)),
        rule(_WIDTH),
        table([to_pay], (18 * mm, _WIDTH - 18 * mm)),
        _pair("", money_text(totals.total_gyd), "strong"),
        text(rate_text(order.gyd_per_usd), "small", "right"),
        rule(_WIDTH),
    ]
    return parts


def _tender(tender: Tender) -> list[Flowable]:
    parts = [_pair(f"{tender.how}, receipt {tender.receipt}", money_text(tender.given), "strong")]
    if tender.change.minor:
        parts.append(_pair("Change", money_text(tender.change), "strong"))
    parts.append(_pair("Paid of this order", money_text(tender.applied), "small"))
    if tender.rounding.minor:
        parts.append(_pair("Cash rounding", money_text(tender.rounding, cents=True), "small"))
    return [*parts, Spacer(1, 3)]


def _so_far(order: Order, tenders: Sequence[Tender]) -> tuple[Tender, ...]:
    """The order's tenders up to the last of these; all of them for a receipt of none."""
    printed = {tender.id for tender in tenders}
    last = max((at for at, tender in enumerate(order.tenders, 1) if tender.id in printed), default=len(order.tenders))
    return order.tenders[:last]


def _before(order: Order, tenders: Sequence[Tender]) -> list[Flowable]:
    printed = {tender.id for tender in tenders}
    earlier = [tender for tender in _so_far(order, tenders) if tender.id not in printed]
    if not earlier:
        return []
    receipts = ", ".join(tender.receipt for tender in earlier)
    paid = money_text(total([tender.applied for tender in earlier]))
    return [_pair(f"Paid before, {receipts}", paid), Spacer(1, 3)]


def _state(order: Order, tenders: Sequence[Tender]) -> list[Flowable]:
    if order.state is OrderState.CANCELLED:
        return [_pair("Cancelled", "", "bad")]
    paid = total([tender.applied for tender in _so_far(order, tenders)])
    due = order.totals.total - paid
    if due.minor <= 0:
        return [_pair("Paid in full", money_text(paid), "good")]
    due_gyd = cash_due(due, Currency.GYD, order.gyd_per_usd)
    return [_pair("Still to pay", money_text(due), "section"), _pair("", money_text(due_gyd), "strong")]


def _foot(order: Order) -> list[Flowable]:
    parts: list[Flowable] = [Spacer(1, 8)]
    bars = barcode(order.number, _WIDTH, 13 * mm)
    if bars is not None:
        bars.hAlign = "CENTER"
        parts.append(bars)
    held = "One of its shipments is held: we will call you before it leaves." if order.held else ""
    parts += [text(order.number, "strong", "center"), Spacer(1, 4)]
    return [*parts, text(held or "Keep this receipt: it finds your order at any branch.", "small", "center")]
