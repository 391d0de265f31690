"""Actual, dimensional and billable weight of a piece."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from agent_desk.domain.limits import PIECE_LB, SIDE_IN, SIDES, Measures, measures_of
from agent_desk.domain.measure import IN_INCHES, IN_LB, Length, LengthUnit, Weight, WeightUnit
from agent_desk.domain.price_book import RateCard, Rounding
from agent_desk.domain.shipping import BillablePiece, Piece
from agent_desk.domain.values import rounded

CUBIC_INCHES_PER_FOOT = 1728
LIGHTEST_LB_PER_CUBIC_FOOT = 3
"""Pillows: the lightest goods that a range of prices reckons with."""
_PLACES = 6
_CM = IN_INCHES[LengthUnit.CM]
_KG = IN_LB[WeightUnit.KG]


@dataclass(frozen=True, slots=True)
class Weighing:
    """How a rate card weighs a piece."""

    divisor: Fraction
    metric: bool = False
    side_rounding: Rounding = Rounding.EXACT
    step: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Span:
    """What pieces weigh for the price, from least to most billable pounds."""

    least: Fraction
    most: Fraction
    candidates: tuple[Fraction, ...]
    """The weights at which the base can be least or most: both ends, and both sides of each break between."""
    fullest: tuple[Piece, ...]
    decides: str
    """What is unknown; empty when nothing is."""

    @property
    def known(self) -> bool:
        return not self.decides


def weighing_of(card: RateCard) -> Weighing:
    """How this card weighs."""
    return Weighing(Fraction(card.divisor), card.metric, card.side_rounding, Fraction(card.weight_step))


def dimensional_lb(sides: tuple[Fraction, Fraction, Fraction], way: Weighing) -> Fraction:
    """Pounds for the room a piece takes; `sides` in inches."""
    if way.metric:
        rounded_sides = [_round_side(side / _CM, way.side_rounding) for side in sides]
        return rounded_sides[0] * rounded_sides[1] * rounded_sides[2] / way.divisor * _KG
    if way.side_rounding is not Rounding.EXACT:
        sides = (
            _round_side(sides[0], way.side_rounding),
            _round_side(sides[1], way.side_rounding),
            _round_side(sides[2], way.side_rounding),
        )
    # one fraction made instead of four: a file of pieces is weighed twice as fast
    length, by_length = sides[0].as_integer_ratio()
    width, by_width = sides[1].as_integer_ratio()
    height, by_height = sides[2].as_integer_ratio()
    divisor, by_divisor = way.divisor.as_integer_ratio()
    return Fraction(length * width * height * by_divisor, by_length * by_width * by_height * divisor)


def billable_lb(actual: Fraction, dimensional: Fraction, step: Fraction) -> Fraction:
    """The greater of both, up to the next step."""
    greater = max(actual, dimensional)
    return Fraction(ceil(greater)) if step.as_integer_ratio() == (1, 1) else ceil(greater / step) * step


def weigh(measures: Measures, way: Weighing) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    """Actual, dimensional and billable pounds; a weight or side of 0 or less counts as unknown."""
    actual = measures.weight if measures.weight is not None and measures.weight.numerator > 0 else None
    length, width, height = measures.sides
    dimensional = None
    if length is not None and width is not None and height is not None:
        smallest = min(length.numerator, width.numerator, height.numerator)
        dimensional = dimensional_lb((length, width, height), way) if smallest > 0 else None
    if actual is None or dimensional is None:
        return actual, dimensional, None
    return actual, dimensional, billable_lb(actual, dimensional, way.step)


def billable(piece: Piece, card: RateCard) -> BillablePiece:
    """What a piece weighs for the price of this card, and what governs it."""
    actual, dimensional, result = weigh(measures_of(piece), weighing_of(card))
    unknown = [word for word, known in (("weight", actual), ("size", dimensional)) if known is None]
    governed = f"{' and '.join(unknown)} unknown"
    if actual is not None and dimensional is not None:
        governed = "size" if dimensional > actual else "weight"
    return BillablePiece(
        actual_lb=pounds(actual),
        dimensional_lb=pounds(dimensional),
        billable_lb=pounds(result),
        governed_by=governed,
    )


def pounds(exact: Fraction | None) -> Decimal | None:
    """Pounds to be kept, to a millionth; prices are made from the exact figure."""
    return None if exact is None else rounded(exact, _PLACES).normalize() + 0


def cubic_feet(sides: tuple[Fraction | None, Fraction | None, Fraction | None]) -> Fraction | None:
    """The room a piece takes."""
    length, width, height = sides
    if length is None or width is None or height is None:
        return None
    return length * width * height / CUBIC_INCHES_PER_FOOT


def break_price(card: RateCard, weight: Fraction) -> Decimal:
    """US dollars a pound at so many billable pounds: the last break that begins at or below it, compared exactly."""
    fitting = [one for one in card.breaks if Fraction(one.from_lb) <= weight]
    return (fitting[-1] if fitting else card.breaks[0]).usd_per_lb


def find_span(pieces: tuple[Piece, ...], card: RateCard) -> Span:
    """BYD-9: what the pieces weigh at least and at most on this card."""
    way = weighing_of(card)
    least = most = Fraction(0)
    fullest: list[Piece] = []
    decides: list[str] = []
    for number, piece in enumerate(pieces, 1):
        actual, dimensional, known = weigh(measures_of(piece), way)
        if known is not None:
            least, most = least + known, most + known
            fullest.append(piece)
            continue
        unknown = [word for word, one in (("weight", actual), ("size", dimensional)) if one is None]
        decides.append(f"{' and '.join(unknown)} of piece {number}")
        heaviest = actual if actual is not None else _heaviest(card)
        roomiest = dimensional if dimensional is not None else _roomiest(heaviest, card, way)
        least += max(way.step, billable_lb(actual or Fraction(0), dimensional or Fraction(0), way.step))
        most += billable_lb(heaviest, roomiest, way.step)
        fullest.append(_fill(piece, card))
    turns = {ceil(Fraction(one.from_lb) / way.step) * way.step for one in card.breaks}
    inside = {weight for turn in turns for weight in (turn - way.step, turn) if least < weight < most}
    said = ", ".join(decides)
    return Span(least, most, tuple(sorted(inside | {least, most})), tuple(fullest), said[:1].upper() + said[1:200])


def _heaviest(card: RateCard) -> Fraction:
    return PIECE_LB if card.limits.piece_weight is None else min(PIECE_LB, card.limits.piece_weight.lb)


def _roomiest(weight: Fraction, card: RateCard, way: Weighing) -> Fraction:
    """The most dimensional pounds of something so heavy, unless it is lighter than pillows."""
    volume = min(weight * CUBIC_INCHES_PER_FOOT / LIGHTEST_LB_PER_CUBIC_FOOT, SIDE_IN**3)
    if card.limits.piece_sum is not None:
        volume = min(volume, (card.limits.piece_sum.inches / 3) ** 3)
    if way.metric:
        return volume / _CM**3 / way.divisor * _KG
    return volume / way.divisor


def _fill(piece: Piece, card: RateCard) -> Piece:
    """The piece as it meets the most surcharges that the service's own limits leave."""
    limits = card.limits
    weight = piece.weight or limits.piece_weight or Weight(value=Decimal(int(PIECE_LB)))
    side = limits.piece_side or limits.piece_sum or Length(value=Decimal(int(SIDE_IN)))
    sides = {name: known or side for name, known in zip(SIDES, piece.sides, strict=True)}
    return piece.model_copy(update={"weight": weight, **sides})


def _round_side(side: Fraction, how: Rounding) -> Fraction:
    if how is Rounding.EXACT:
        return side
    return Fraction(ceil(side)) if how is Rounding.UP else Fraction(floor(side + Fraction(1, 2)))
