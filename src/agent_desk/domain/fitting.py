"""BYD-2: what would make it fit, each way with its price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Literal

from agent_desk.domain.formats import money_text, plain_text
from agent_desk.domain.limits import (
    MOST_PIECES,
    PIECE_LB,
    SIDE_IN,
    SIDES,
    SPECIAL_CODES,
    check_measures,
    check_pieces,
    measures_of,
)
from agent_desk.domain.measure import IN_LB, Length, Weight, WeightUnit
from agent_desk.domain.money import Money
from agent_desk.domain.price_book import PriceBook, RateCard
from agent_desk.domain.rating import compare, rate
from agent_desk.domain.shipping import Offer, Piece, QuoteRequest
from agent_desk.domain.values import Value, rounded


class Fix(Value):
    """One way out of a refusal, a key press away."""

    kind: Literal["split", "move", "service", "special"]
    code: str
    """The refusal it answers."""
    piece: int | None
    """Counted from 1; None for the whole shipment."""
    label: str
    """`Split in 2, +USD 7.13`, `Move 12 lb to piece 2`."""
    service: str
    """The service after it."""
    request_after: QuoteRequest
    price_delta: Money | None
    """Of shipping, before duty and VAT; None when either price is unknown."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be made to fit, and what it costs as it stands."""

    request: QuoteRequest
    card: RateCard
    book: PriceBook
    at: datetime
    now: Offer

    def fix(self, kind: Literal["split", "move"], code: str, piece: int, label: str, after: tuple[Piece, ...]) -> Fix:
        """The fix with its price in its label, unless it costs nothing or nobody knows."""
        changed = self.request.model_copy(update={"pieces": after})
        delta = _delta(self.now, rate(changed, self.card, self.book, self.at))
        if delta is not None and delta.minor:
            label = f"{label}, {'+' if delta.minor > 0 else ''}{money_text(delta)}"
        return Fix(
            kind=kind,
            code=code,
            piece=piece,
            label=label,
            service=self.card.service,
            request_after=changed,
            price_delta=delta,
        )


def propose(request: QuoteRequest, card: RateCard, book: PriceBook, at: datetime) -> tuple[Fix, ...]:
    """Ways to make the pieces fit our limits and the service's own, in the order of the pieces."""
    asked = _Asked(request, card, book, at, rate(request, card, book, at))
    fixes: list[Fix] = []
    for number, piece in enumerate(request.pieces, 1):
        for code in dict.fromkeys(one.code for one in check_measures(measures_of(piece))):
            if code == "piece.too_long":
                fixes += _split(asked, number, _parts_by_side(piece), code)
            elif code == "piece.too_heavy":
                fixes += _move(asked, number)
                fixes += _split(asked, number, _parts_by_weight(piece), code)
    if asked.now.refusals:
        fixes += _other_services(asked)
    return (*fixes, *_special(request, card))


def split_piece(piece: Piece, parts: int) -> tuple[Piece, ...]:
    """So many equal pieces along the longest side; together exactly as heavy, none shorter than its share."""
    sides = {name: side for name, side in zip(SIDES, piece.sides, strict=True) if side is not None}
    changed: dict[str, object] = {}
    if sides:
        longest = max(sides, key=lambda name: sides[name].inches)
        share = _ceiling(Fraction(sides[longest].value) / parts)
        changed[longest] = Length(value=share, unit=sides[longest].unit)
    return tuple(piece.model_copy(update={**changed, "weight": weight}) for weight in _split_weight(piece, parts))


def _split_weight(piece: Piece, parts: int) -> list[Weight | None]:
    if piece.weight is None:
        return [None] * parts
    unit = piece.weight.unit
    share = rounded(Fraction(piece.weight.value) / parts, 6).normalize() + 0
    last = piece.weight.value - share * (parts - 1)
    return [Weight(value=value, unit=unit) for value in [share] * (parts - 1) + [last]]


def _parts_by_side(piece: Piece) -> int:
    return max(ceil(side / SIDE_IN) for side in measures_of(piece).sides if side is not None)


def _parts_by_weight(piece: Piece) -> int:
    return ceil((measures_of(piece).weight or PIECE_LB) / PIECE_LB)


def _split(asked: _Asked, number: int, parts: int, code: str) -> list[Fix]:
    pieces = asked.request.pieces
    split = split_piece(pieces[number - 1], parts)
    after = (*pieces[: number - 1], *split, *pieces[number:])
    cured = all(one.code != code for piece in split for one in check_measures(measures_of(piece)))
    if not cured or len(after) > MOST_PIECES:
        return []
    return [asked.fix("split", code, number, f"Split in {parts}", after)]


def _move(asked: _Asked, number: int) -> list[Fix]:
    """The weight over the limit to the piece with the most room for it."""
    pieces = asked.request.pieces
    rooms = {
        other: PIECE_LB - weight
        for other, piece in enumerate(pieces, 1)
        if other != number and (weight := measures_of(piece).weight) is not None and weight > 0
    }
    roomiest = max(rooms, key=lambda other: rooms[other], default=None)
    taken = pieces[number - 1].weight
    if roomiest is None or taken is None or rooms[roomiest] < taken.lb - PIECE_LB:
        return []
    moved = _ceiling((taken.lb - PIECE_LB) / IN_LB[taken.unit])
    after = list(pieces)
    after[number - 1] = _heavier(pieces[number - 1], -moved, taken.unit)
    after[roomiest - 1] = _heavier(pieces[roomiest - 1], moved, taken.unit)
    if any(one.code == "piece.too_heavy" for one in check_measures(measures_of(after[roomiest - 1]))):
        return []
    label = f"Move {plain_text(moved, 2)} {taken.unit} to piece {roomiest}"
    return [asked.fix("move", "piece.too_heavy", number, label, tuple(after))]


def _heavier(piece: Piece, by: Decimal, unit: WeightUnit) -> Piece:
    """The piece and so much more; exact where its weight has the same unit."""
    weight = piece.weight
    assert weight is not None
    added = by if weight.unit is unit else rounded(Fraction(by) * IN_LB[unit] / IN_LB[weight.unit], 9)
    return piece.model_copy(update={"weight": Weight(value=weight.value + added, unit=weight.unit)})


def _ceiling(exact: Fraction) -> Decimal:
    return Decimal(ceil(exact * 1_000_000)).scaleb(-6).normalize() + 0


def _other_services(asked: _Asked) -> list[Fix]:
    fixes = []
    for offer in compare(asked.request, asked.book, asked.at):
        if offer.service == asked.now.service or offer.refusals:
            continue
        fix = Fix(
            kind="service",
            code=asked.now.refusals[0].code,
            piece=None,
            label=offer.label if offer.total is None else f"{offer.label}, {money_text(offer.total)}",
            service=offer.service,
            request_after=asked.request,
            price_delta=_delta(asked.now, offer),
        )
        fixes.append(fix)
    return fixes


def _special(request: QuoteRequest, card: RateCard) -> list[Fix]:
    """EDGE-6: what a manager may still allow."""
    return [
        Fix(
            kind="special",
            code=one.code,
            piece=_piece_of(one.field),
            label="Special quote",
            service=card.service,
            request_after=request,
            price_delta=None,
        )
        for one in check_pieces(request.pieces)
        if one.code in SPECIAL_CODES
    ]


def _delta(before: Offer, after: Offer) -> Money | None:
    if before.shipping is None or after.shipping is None:
        return None
    return after.shipping - before.shipping


def _piece_of(field: str) -> int | None:
    parts = field.split(".")
    return int(parts[1]) if parts[0] == "pieces" and len(parts) > 1 else None
