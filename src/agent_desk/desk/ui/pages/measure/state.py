"""What was typed of a piece, beside what was declared, and what is still missing; free of Qt."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Literal

from agent_desk.desk.ui.theme import Tone
from agent_desk.desk.usecases.measuring import PieceRules, PieceShown
from agent_desk.domain.formats import money_text, percent_text, plain_text
from agent_desk.domain.limits import PIECE_LB, SHIPMENT_LB, SIDE_IN, Measures, check_measures, measures_of
from agent_desk.domain.measure import Length, LengthUnit, Weight, WeightUnit, parse_length, parse_weight
from agent_desk.domain.measuring import as_measured
from agent_desk.domain.price_book import RateCard
from agent_desk.domain.shipping import Hold, Shipment
from agent_desk.domain.values import rounded
from agent_desk.domain.weighing import cubic_feet, weigh, weighing_of

Part = Literal["weight", "length", "width", "height"]
PARTS: tuple[Part, ...] = ("weight", "length", "width", "height")
SIDES: tuple[Part, ...] = ("length", "width", "height")


@dataclass(frozen=True, slots=True)
class Typed:
    """A figure as typed, and the unit it was typed under; a unit in the text wins."""

    text: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """Everything entered for one piece so far."""

    metric: bool = False
    parts: dict[Part, Typed] = field(default_factory=dict)
    dangerous: bool | None = None
    damaged: bool = False

    def unit_of(self, part: Part) -> str:
        """The unit that stands behind the field."""
        typed = self.parts.get(part)
        if typed is not None and typed.text.strip():
            return typed.unit
        if part == "weight":
            return WeightUnit.KG if self.metric else WeightUnit.LB
        return LengthUnit.CM if self.metric else LengthUnit.IN

    def with_text(self, part: Part, text: str) -> Entered:
        return replace(self, parts={**self.parts, part: Typed(text, self.unit_of(part))})

    def settled(self, part: Part) -> Entered:
        """A unit typed behind the figure becomes the field's own: `20.9kg` is 20.9 in kilograms."""
        value: Weight | Length | None = self.weight if part == "weight" else self.side(part)
        if value is None or not self.text_of(part).strip():
            return self
        figure = re.match(r"[+-]?[0-9.]+", self.text_of(part).strip())
        if figure is None:
            return self
        return replace(self, parts={**self.parts, part: Typed(figure[0], value.unit)})

    def text_of(self, part: Part) -> str:
        typed = self.parts.get(part)
        return "" if typed is None else typed.text

    @property
    def weight(self) -> Weight | None:
        return parse_weight(self.text_of("weight"), WeightUnit(self.unit_of("weight")))

    def side(self, part: Part) -> Length | None:
        return parse_length(self.text_of(part), LengthUnit(self.unit_of(part)))

    @property
    def measures(self) -> Measures:
        """Exact figures; None where nothing usable is typed."""
        length, width, height = (self.side(part) for part in SIDES)
        sides = (_inches(length), _inches(width), _inches(height))
        return Measures(None if self.weight is None else self.weight.lb, sides)


def _inches(side: Length | None) -> Fraction | None:
    return None if side is None else side.inches


def fault_of(entered: Entered, part: Part) -> str:
    """What is wrong with a figure; empty while nothing is typed and for a good one."""
    if not entered.text_of(part).strip():
        return ""
    value: Weight | Length | None = entered.weight if part == "weight" else entered.side(part)
    if value is None:
        return "Not a weight" if part == "weight" else "Not a length"
    return "" if value.value > 0 else "More than 0"


def over_of(entered: Entered, part: Part) -> str:
    """How far a good figure is over our limit: `12 lb over`; it is recorded all the same."""
    if part == "weight":
        weight = entered.measures.weight
        return f"{_up(weight - PIECE_LB)} lb over" if weight is not None and weight > PIECE_LB else ""
    side = entered.side(part)
    return f"{_up(side.inches - SIDE_IN)} in over" if side is not None and side.inches > SIDE_IN else ""


def missing(entered: Entered, piece: PieceShown | None) -> str:
    """What still keeps the piece from being recorded, as the button says it; empty when nothing does."""
    if piece is None:
        return "Scan or type a piece first"
    words = {"weight": "weight", "length": "length", "width": "width", "height": "height"}
    for part in PARTS:
        if fault_of(entered, part):
            return f"Correct the {words[part]}"
        if not entered.text_of(part).strip():
            return f"Type the {words[part]}"
    return "Say if it is dangerous" if entered.dangerous is None else ""


def next_part(entered: Entered) -> Part | None:
    """The first field that is empty or wrong; None when all are right."""
    return next((part for part in PARTS if not entered.text_of(part).strip() or fault_of(entered, part)), None)


def other_unit(weight: Weight | None) -> str:
    """`21.0 kg` for pounds, `46.3 lb` for anything else; empty without a weight."""
    if weight is None:
        return ""
    if weight.unit in {WeightUnit.LB, WeightUnit.OZ}:
        return f"{_one(weight.to(WeightUnit.KG))} kg"
    return f"{_one(weight.lb)} lb"


@dataclass(frozen=True, slots=True)
class Compared:
    """One column: declared, measured, and by how much they differ."""

    head: str
    declared: str = ""
    measured: str = ""
    difference: str = ""
    beyond: str = ""
    """`21.8 %` when it is beyond the tolerance."""


def compare(piece: PieceShown, entered: Entered, rules: PieceRules) -> tuple[Compared, ...]:
    """WHS-3: weight and sides, in the units of the switch."""
    declared, found = measures_of(piece.piece.declared), entered.measures
    kilos, centimetres = (WeightUnit.KG, LengthUnit.CM) if entered.metric else (WeightUnit.LB, LengthUnit.IN)
    tolerance = Fraction(rules.tolerance_percent)
    per_weight = Weight(value=Decimal(1), unit=kilos).lb
    per_side = Length(value=Decimal(1), unit=centimetres).inches
    columns = [
        _compare(f"Weight, {kilos}", declared.weight, found.weight, unit=per_weight, tolerance=tolerance, places=1)
    ]
    for name, before, after in zip(SIDES, declared.sides, found.sides, strict=True):
        head = f"{name.capitalize()}, {centimetres}"
        columns.append(_compare(head, before, after, unit=per_side, tolerance=tolerance, places=2))
    return tuple(columns)


def _compare(
    head: str,
    before: Fraction | None,
    after: Fraction | None,
    *,
    unit: Fraction,
    tolerance: Fraction,
    places: int,
) -> Compared:
    declared = "not said" if before is None else plain_text(before / unit, places)
    measured = "" if after is None else plain_text(after / unit, places)
    if after is None or before is None:
        return Compared(head, declared, measured)
    change = (after - before) / unit
    sign = "+" if change > 0 else ""
    share = abs(after - before) * 100 / before if before else Fraction(0)
    beyond = percent_text(rounded(share, 1)) if share > tolerance else ""
    return Compared(head, declared, measured, f"{sign}{plain_text(change, places)}", beyond)


@dataclass(frozen=True, slots=True)
class Billed:
    """What the piece comes to for the price."""

    room: str = ""
    """`5.4 cubic ft, size weight 55.7 lb`."""
    billable: str = ""
    """`Billable 56 lb`."""


def billed(entered: Entered, rules: PieceRules) -> Billed:
    """BYD-1: volume, dimensional and billable weight by the card it was booked by."""
    measures = entered.measures
    volume = cubic_feet(measures.sides)
    if volume is None:
        return Billed()
    words = f"{_one(volume)} cubic ft"
    if rules.card is None:
        return Billed(words)
    _actual, dimensional, billable = weigh(measures, weighing_of(rules.card))
    if dimensional is not None:
        words = f"{words}, size weight {_one(dimensional)} lb"
    return Billed(words, "" if billable is None else f"Billable {plain_text(billable, 1)} lb")


@dataclass(frozen=True, slots=True)
class Room:
    """One meter: value by limit, and what is left in words."""

    label: str
    share: float = 0.0
    words: str = "not yet"


def room_left(piece: PieceShown, entered: Entered) -> tuple[Room, ...]:
    """LIM-1 to LIM-3: what is left to our limits, of the piece and of its shipment."""
    measures = entered.measures
    known = [side for side in measures.sides if side is not None]
    others = [measures_of(as_measured(one)).weight for one in piece.shipment.pieces if one.number != piece.piece.number]
    total = sum((weight for weight in others if weight is not None), Fraction(0)) + (measures.weight or 0)
    at = f"{piece.piece.number} of {len(piece.shipment.pieces)}"
    return (
        _room("Piece weight", measures.weight, PIECE_LB, "lb"),
        _room("Longest side", max(known) if known else None, SIDE_IN, "in"),
        _room(f"Shipment, {at}", total, SHIPMENT_LB, "lb"),
    )


def _room(label: str, value: Fraction | None, limit: Fraction, unit: str) -> Room:
    if value is None:
        return Room(label)
    left = limit - value
    words = f"{plain_text(left, 1)} {unit} left" if left >= 0 else f"{_up(-left)} {unit} over"
    return Room(label, float(value / limit), words)


@dataclass(frozen=True, slots=True)
class ServiceRoom:
    """A service with limits of its own: does the piece fit, and what would make it."""

    label: str
    limits: str = ""
    """`50 lb, and 62 in L+W+H`; empty where only our limits count."""
    fits: bool | None = None
    """None until it is measured."""
    rooms: tuple[Room, ...] = ()
    advice: str = ""


def services(entered: Entered, rules: PieceRules) -> tuple[ServiceRoom, ...]:
    """BYD-1, BYD-2: every service of the route, the one with the tightest limits first."""
    shown = [_service(entered, card) for card in rules.cards]
    return tuple(sorted(shown, key=lambda one: not one.rooms))


def _service(entered: Entered, card: RateCard) -> ServiceRoom:
    limits, measures = card.limits, entered.measures
    known = [side for side in measures.sides if side is not None]
    sides = known if len(known) == len(SIDES) else []
    checks: list[tuple[Room, Fraction, str]] = []
    words: list[str] = []
    if limits.piece_weight is not None:
        limit = limits.piece_weight.lb
        words.append(f"{plain_text(limit, 1)} lb")
        over = (measures.weight or limit) - limit
        checks.append((_room("Weight", measures.weight, limit, "lb"), over, f"{_up(over)} lb come out"))
    if limits.piece_side is not None:
        limit = limits.piece_side.inches
        words.append(f"{plain_text(limit, 1)} in a side")
        over = max(sides) - limit if sides else Fraction(0)
        longest = max(sides) if sides else None
        checks.append((_room("Longest side", longest, limit, "in"), over, f"the longest side is cut by {_up(over)} in"))
    if limits.piece_sum is not None:
        limit = limits.piece_sum.inches
        words.append(f"{plain_text(limit, 1)} in L+W+H")
        over = sum(sides) - limit if sides else Fraction(0)
        cut = f"the carton is cut down by {ceil(over)} in"
        checks.append((_room("L + W + H", sum(sides, Fraction(0)) if sides else None, limit, "in"), over, cut))
    whole = bool(sides) and measures.weight is not None
    refused = bool(entered.dangerous) and not limits.dangerous
    over_ours = whole and any(one.stops for one in check_measures(measures))
    fits = not refused and not over_ours and not any(over > 0 for _room_, over, _advice in checks)
    advice = " and ".join(text for _room_, over, text in checks if over > 0)
    return ServiceRoom(
        label=card.label,
        limits=", and ".join(words),
        fits=fits if whole else None,
        rooms=tuple(room for room, _over, _advice in checks),
        advice=_advice(advice, refused=refused, over_ours=over_ours, whole=whole),
    )


def _advice(change: str, *, refused: bool, over_ours: bool, whole: bool) -> str:
    if refused:
        return "Takes no dangerous goods."
    if over_ours:
        return "Over our own limits, ask a manager."
    return f"Fits if {change}." if change and whole else ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What recording does to the price, said before it is recorded."""

    what: str
    under: str
    icon: str
    tone: Tone


def verdict(shipment: Shipment, before: Shipment | None, rules: PieceRules | None) -> Verdict:
    """The re-rate in money; `before` is what recording would make of the shipment, None until all is entered."""
    if before is None or rules is None:
        booked = money_text(shipment.booked_price)
        return Verdict(
            f"Booked at {booked}", "The price is worked out again once all is entered.", "receipt", "neutral"
        )
    stops = [one.message for one in before.refusals if one.stops]
    price, booked_price = before.offer.total or before.booked_price, shipment.booked_price
    if Hold.WEIGHT in before.holds and price != booked_price:
        more = price - booked_price
        change = f"{money_text(more)} more" if more.minor > 0 else f"{money_text(-more)} less"
        what = f"Re-rate: {money_text(price)}, was {money_text(booked_price)}. {change}"
        under = f"To a manager: {stops[0]}" if stops else "Held for the customer’s consent."
        return Verdict(what, under, "receipt-text", "warn")
    if stops:
        return Verdict("Held for a manager", stops[0], "shield-user", "mgr")
    if Hold.WEIGHT in before.holds:
        return Verdict("Held for the customer’s consent", "Beyond the tolerance; the price stands.", "receipt", "warn")
    tolerance = percent_text(rules.tolerance_percent)
    return Verdict(f"The price stands: {money_text(price)}", f"Within the tolerance of {tolerance}.", "check", "ok")


def record_words(entered: Entered, piece: PieceShown | None, before: Shipment | None) -> str:
    """What the big button says."""
    lacking = missing(entered, piece)
    if lacking:
        return lacking
    if before is not None and Hold.MANAGER in before.holds:
        return "Record and hold for a manager"
    if before is not None and Hold.WEIGHT in before.holds:
        return "Record and hold for consent"
    return "Record"


def _one(exact: Fraction) -> str:
    """To the tenth, a zero kept: 21.0."""
    text = plain_text(exact, 1)
    return text if "." in text else f"{text}.0"


def _up(exact: Fraction) -> str:
    """To the tenth, never rounded down to nothing."""
    return plain_text(Fraction(ceil(exact * 10), 10), 1)
