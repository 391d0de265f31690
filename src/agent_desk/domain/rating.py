"""CTR-2, CTR-3, BYD-3, BYD-9: what each service costs, with every step kept."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from agent_desk.domain.charges import dollars_text, exact_step, fixed_step, percent_step, sum_steps
from agent_desk.domain.formats import plain_text
from agent_desk.domain.limits import Measures, check_goods_rules, measures_of
from agent_desk.domain.money import Currency, Money, usd
from agent_desk.domain.places import find_destination, find_place
from agent_desk.domain.price_book import PieceSurcharge, PriceBook, RateCard
from agent_desk.domain.refusal import Refusal
from agent_desk.domain.rule_table import refusal
from agent_desk.domain.shipping import Offer, QuoteRequest, Step
from agent_desk.domain.weighing import billable, break_price, find_span, pounds


def rate(request: QuoteRequest, card: RateCard, book: PriceBook, at: datetime) -> Offer:
    """The card's price for the pieces, a range while something is unknown, or why there is none."""
    offer = Offer(
        service=card.service,
        label=card.label,
        card_id=card.id,
        days_least=card.days_least,
        days_most=card.days_most,
        refusals=check_service(request, card, book, at),
        pieces=tuple(billable(piece, card) for piece in request.pieces),
    )
    declared = request.declared_value
    if offer.refusals or not request.pieces or declared.currency is not Currency.USD or declared.minor < 0:
        return offer
    span = find_span(request.pieces, card)
    if span.known:
        weight = span.least
        steps = _price(request, card, weight, book, at)
        shipping = sum_steps([step for step in steps if step.code not in {"duty", "vat"}])
        priced = {"billable_lb": pounds(weight), "steps": steps, "shipping": shipping, "total": sum_steps(steps)}
        return offer.model_copy(update=priced)
    fullest = request.model_copy(update={"pieces": span.fullest})
    least = min(_total(request, card, weight, book, at) for weight in span.candidates)
    most = max(_total(fullest, card, weight, book, at) for weight in span.candidates)
    return offer.model_copy(update={"least": usd(least), "most": usd(most), "unknown": span.decides})


def compare(request: QuoteRequest, book: PriceBook, at: datetime) -> tuple[Offer, ...]:
    """CTR-3: every service between origin and destination, those that do not take it with the reason."""
    return tuple(rate(request, card, book, at) for card in book.cards_at(at, request.origin, request.destination))


def check_service(request: QuoteRequest, card: RateCard, book: PriceBook, at: datetime) -> tuple[Refusal, ...]:
    """What of this the service itself does not take."""
    found: list[Refusal] = []
    if request.dangerous and not card.limits.dangerous:
        found.append(refusal("service.not_for_dangerous", service=card.label))
    found += check_goods_rules(request, book.rules_at(at), card.mode)
    for number, piece in enumerate(request.pieces, 1):
        found += check_fit(measures_of(piece), card, f"pieces.{number}.")
    return tuple(found)


def check_fit(measures: Measures, card: RateCard, path: str) -> list[Refusal]:
    """What of one piece is beyond the service's own limits."""
    limits = card.limits
    sides = [side for side in measures.sides if side is not None]
    found: list[Refusal] = []
    if limits.piece_weight and measures.weight is not None and measures.weight > limits.piece_weight.lb:
        words = {"service": card.label, "limit": str(limits.piece_weight)}
        found.append(refusal("service.too_heavy", path + "weight", **words))
    if limits.piece_side and any(side > limits.piece_side.inches for side in sides):
        words = {"service": card.label, "limit": str(limits.piece_side)}
        found.append(refusal("service.too_long", path + "length", **words))
    if limits.piece_sum and sum(sides) > limits.piece_sum.inches:
        words = {"service": card.label, "limit": str(limits.piece_sum)}
        found.append(refusal("service.too_big", path + "length", **words))
    return found


def _total(request: QuoteRequest, card: RateCard, weight: Fraction, book: PriceBook, at: datetime) -> int:
    return sum_steps(_price(request, card, weight, book, at)).minor


def _price(request: QuoteRequest, card: RateCard, weight: Fraction, book: PriceBook, at: datetime) -> tuple[Step, ...]:
    """Every line from base to VAT at so many billable pounds."""
    base = _base(card, weight)
    count = len(request.pieces)
    handling = f"{count} × {dollars_text(card.handling_each)}"
    steps = [
        base,
        percent_step("fuel", "Fuel", card.fuel_percent, base.amount, f"{plain_text(card.fuel_percent, 6)} %"),
        fixed_step("handling", "Handling", card.handling_each, count, handling),
        *_insurance(request, card),
        *(step for surcharge in card.surcharges for step in _surcharge(surcharge, request)),
    ]
    place = find_place(find_destination(book.rules_at(at), request.destination), request.deliver_to)
    if place is not None and place.remote and card.remote.minor:
        steps.append(fixed_step("remote", "Remote delivery", card.remote, 1, place.name))
    if request.discount_percent:
        working = f"{plain_text(request.discount_percent, 6)} % of base"
        steps.append(percent_step("discount", "Regular customer", -request.discount_percent, base.amount, working))
    return (*steps, *_taxes(request, sum_steps(steps), book, at))


def _base(card: RateCard, weight: Fraction) -> Step:
    per_lb = break_price(card, weight)
    dollars = weight * Fraction(per_lb)
    working = f"{plain_text(weight, 6)} lb × {per_lb}"
    minimum = Fraction(card.minimum.minor, 100)
    if dollars < minimum:
        return exact_step("base", "Base", minimum, f"minimum, more than {working}")
    return exact_step("base", "Base", dollars, working)


def _insurance(request: QuoteRequest, card: RateCard) -> list[Step]:
    if not request.insured:
        return []
    working = f"{plain_text(card.insurance_percent, 6)} % of {dollars_text(request.declared_value)}"
    step = percent_step("insurance", "Insurance", card.insurance_percent, request.declared_value, working)
    if step.amount.minor >= card.insurance_minimum.minor:
        return [step]
    return [fixed_step("insurance", "Insurance", card.insurance_minimum, 1, f"minimum, more than {working}")]


def _surcharge(surcharge: PieceSurcharge, request: QuoteRequest) -> list[Step]:
    """The surcharge for each piece it meets; one with no threshold is for dangerous goods."""
    met = [number for number, piece in enumerate(request.pieces, 1) if _meets(surcharge, measures_of(piece), request)]
    if not met:
        return []
    named = "piece " + ", ".join(str(number) for number in met)
    working = f"{len(met)} × {dollars_text(surcharge.each)}, {named}"
    return [fixed_step(surcharge.code, surcharge.label, surcharge.each, len(met), working)]


def _meets(surcharge: PieceSurcharge, measures: Measures, request: QuoteRequest) -> bool:
    heavier, longer = surcharge.over_weight, surcharge.over_side
    if heavier is None and longer is None:
        return request.dangerous
    if heavier is not None and measures.weight is not None and measures.weight > heavier.lb:
        return True
    return longer is not None and any(side is not None and side > longer.inches for side in measures.sides)


def _taxes(request: QuoteRequest, shipping: Money, book: PriceBook, at: datetime) -> list[Step]:
    """Duty on declared value and shipping, VAT on these and the duty; nothing where no table is known."""
    destination = find_destination(book.rules_at(at), request.destination)
    table = None if destination is None else book.taxes_at(at, destination.country)
    if table is None:
        return []
    cif = request.declared_value + shipping
    duties = [one for one in table.duties if one.goods == request.goods]
    steps = [
        percent_step("duty", "Duty, estimate", duty.percent, cif, f"{plain_text(duty.percent, 6)} % of CIF")
        for duty in duties[:1]
    ]
    taxed = cif + sum_steps(steps)
    return [
        *steps,
        percent_step("vat", "VAT, estimate", table.vat_percent, taxed, f"{plain_text(table.vat_percent, 6)} %"),
    ]
