"""What the Quote page says, worked out from what is typed and what it costs. Free of Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from agent_desk.domain.formats import figure_text, money_text, number_text, plain_text
from agent_desk.domain.limits import MOST_PIECES, PIECE_LB, SHIPMENT_LB, SIDE_IN, measures_of
from agent_desk.domain.money import Currency, Money, convert
from agent_desk.domain.shipping import Offer, Piece, QuoteRequest

_ICONS = {"air_express": "zap", "air_economy": "plane", "ocean": "ship"}
_UNKNOWN = {"weight unknown": "no weight", "size unknown": "no size"}
_TAXES = frozenset({"duty", "vat"})


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One service card."""

    key: str
    icon: str
    name: str
    under: str
    usd: str = ""
    gyd: str = ""
    why_not: str = ""
    lowest: bool = False


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One step of the price: `Base`, `497 lb × 0.62`, `308.14`."""

    label: str
    working: str
    amount: str
    tone: str = "text"
    strong: bool = False


@dataclass(frozen=True, slots=True)
class TotalWords:
    """The box under the steps."""

    title: str
    note: str
    note_tone: str
    usd: str
    gyd: str


@dataclass(frozen=True, slots=True)
class Room:
    """A meter: value by limit, and what is left in words."""

    label: str
    share: float
    words: str


@dataclass(frozen=True, slots=True)
class BoxPicture:
    """The focused piece to scale, in inches; `over` is empty within the limit."""

    length: float
    width: float
    height: float
    length_words: str
    over: str


def find_lowest(offers: Sequence[Offer]) -> str:
    """The service with the lowest total; empty while none has one."""
    priced = [(offer.total.minor, offer.service) for offer in offers if offer.total is not None]
    return min(priced)[1] if priced else ""


def service_lines(
    offers: Sequence[Offer], fits: Mapping[str, str], gyd_per_usd: Decimal | None, *, has_pieces: bool
) -> list[ServiceLine]:
    """Every service with its price, its range, or why it does not take it: `fits` says so by service."""
    lowest = find_lowest(offers) if sum(offer.total is not None for offer in offers) > 1 else ""
    lines: list[ServiceLine] = []
    for offer in offers:
        icon = _ICONS.get(offer.service, "package")
        days = days_text(offer)
        if offer.refusals:
            why = fits.get(offer.service, offer.refusals[0].message)
            lines.append(ServiceLine(offer.service, icon, offer.label, days, why_not=why))
            continue
        usd = gyd = ""
        if has_pieces and offer.total is not None:
            usd, gyd = money_text(offer.total), gyd_text(offer.total, gyd_per_usd)
        elif has_pieces and offer.least is not None and offer.most is not None:
            usd, gyd = range_text(offer.least, offer.most), "until all is known"
        lines.append(ServiceLine(offer.service, icon, offer.label, days, usd, gyd, lowest=offer.service == lowest))
    return lines


def days_text(offer: Offer) -> str:
    """`4 to 6 days`."""
    if offer.days_least == offer.days_most:
        return f"{offer.days_most} day{'s' if offer.days_most != 1 else ''}"
    return f"{offer.days_least} to {offer.days_most} days"


def range_text(least: Money, most: Money) -> str:
    """`USD 301 to 1,420`, in whole dollars, outward."""
    low, high = least.minor // 100, -(-most.minor // 100)
    return f"USD {number_text(low, 0)} to {number_text(high, 0)}"


def gyd_text(money: Money, gyd_per_usd: Decimal | None) -> str:
    """The same in Guyanese dollars at the shown rate; empty while no rate is known."""
    return "" if gyd_per_usd is None else money_text(convert(money, Currency.GYD, gyd_per_usd))


def price_lines(offer: Offer) -> list[PriceLine]:
    """Every step of the price, shipping summed before duty and VAT."""
    lines: list[PriceLine] = []
    taxed = False
    for step in offer.steps:
        if step.code in _TAXES and not taxed and offer.shipping is not None:
            taxed = True
            lines.append(PriceLine("Shipping", "", figure_text(offer.shipping), strong=True))
        tone = "ok" if step.amount.minor < 0 else "text"
        lines.append(PriceLine(step.label, step.working, figure_text(step.amount), tone))
    if not taxed and offer.shipping is not None:
        lines.append(PriceLine("Shipping", "", figure_text(offer.shipping), strong=True))
    return lines


def no_steps_words(offer: Offer | None) -> str:
    """What stands in place of the steps: what is missing, and what it decides."""
    if offer is None:
        return "Every step stands here once a piece is in."
    if offer.refusals:
        return offer.refusals[0].message
    if offer.unknown:
        return f"{offer.unknown}: that decides the price. Every step stands here once it is known."
    return ""


def explain_lines(offer: Offer) -> list[tuple[str, str, str, str]]:
    """BYD-3: each step with its working, its exact figure and the figure it was rounded to."""
    lines = [(step.label, step.working, step.exact, figure_text(step.amount)) for step in offer.steps]
    if offer.total is not None:
        lines.append(("Total", "", "", figure_text(offer.total)))
    return lines


def total_words(offer: Offer | None, stops: int, gyd_per_usd: Decimal | None, *, saved: bool) -> TotalWords:
    """The box under the steps: the total, the range, or why there is neither."""
    title = "Total" if saved else "Estimate"
    note, tone = (f"{stops} to settle first", "danger") if stops else ("", "text_2")
    if offer is None:
        return TotalWords(title, note, tone, "", "")
    if offer.refusals:
        return TotalWords(title, note or "Not by this service", tone if note else "danger", "", "")
    if offer.total is not None:
        gyd = gyd_text(offer.total, gyd_per_usd)
        return TotalWords(title, note or days_text(offer), tone, money_text(offer.total), gyd)
    if offer.least is not None and offer.most is not None:
        return TotalWords("Range", note, tone, range_text(offer.least, offer.most), "")
    return TotalWords(title, note, tone, "", "")


def billable_words(offer: Offer | None, number: int) -> tuple[str, str]:
    """What a piece weighs for the price, and what governs it: `125`, `by size`."""
    if offer is None or number > len(offer.pieces):
        return "", ""
    piece = offer.pieces[number - 1]
    if piece.billable_lb is None:
        return "−", _UNKNOWN.get(piece.governed_by, "not known")
    return plain_text(piece.billable_lb, 1), f"by {piece.governed_by}"


def sum_words(request: QuoteRequest, offer: Offer | None) -> tuple[str, str, str]:
    """Under the pieces: `4 of 10 pieces`, `440.5 of 500 lb`, `497 lb billable`."""
    billable = ""
    if offer is not None and offer.billable_lb is not None:
        billable = f"{plain_text(offer.billable_lb, 1)} lb billable"
    weight = actual_lb(request)
    return f"{len(request.pieces)} of {MOST_PIECES} pieces", f"{plain_text(weight, 1)} of {SHIPMENT_LB} lb", billable


def actual_lb(request: QuoteRequest) -> Fraction:
    """Every weight that is known, summed."""
    weights = (measures_of(piece).weight for piece in request.pieces)
    return sum((weight for weight in weights if weight is not None and weight > 0), Fraction(0))


def picture(piece: Piece | None) -> BoxPicture | None:
    """The piece to scale; None until all three sides are known."""
    sides = () if piece is None else measures_of(piece).sides
    known = [side for side in sides if side is not None and side > 0]
    if len(known) < 3:
        return None
    longest = max(known)
    known.remove(longest)  # the drawing lays the longest side along the limit
    over = longest - SIDE_IN
    return BoxPicture(
        float(longest), float(known[0]), float(known[1]), f"{plain_text(longest, 1)} in",
        f"{plain_text(over, 1)} in over" if over > 0 else "",
    )  # fmt: skip


def rooms(piece: Piece | None, request: QuoteRequest) -> list[Room]:
    """BYD-1: the room left in the longest side, the weight and the shipment."""
    measures = measures_of(piece or Piece())
    longest = max((side for side in measures.sides if side is not None), default=None)
    return [
        _room("Length", longest, SIDE_IN, "in"),
        _room("Weight", measures.weight, PIECE_LB, "lb"),
        _room("Shipment", actual_lb(request), SHIPMENT_LB, "lb"),
    ]


def _room(label: str, value: Fraction | None, limit: Fraction, unit: str) -> Room:
    if value is None:
        return Room(label, 0.0, "not known")
    left = limit - value
    words = f"{plain_text(left, 1)} {unit} left" if left >= 0 else f"{plain_text(-left, 1)} {unit} over"
    return Room(label, float(max(value, Fraction(0)) / limit), words)
