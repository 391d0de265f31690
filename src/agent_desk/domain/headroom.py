"""BYD-1: measured once, everything seen: weights, room, limits and what is left, each service's fit."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from agent_desk.domain.limits import MOST_PIECES, PIECE_LB, SHIPMENT_LB, SIDE_IN, measures_of
from agent_desk.domain.price_book import PriceBook, RateCard
from agent_desk.domain.rating import check_fit, check_service
from agent_desk.domain.refusal import Refusal
from agent_desk.domain.shipping import BillablePiece, Piece, QuoteRequest
from agent_desk.domain.values import ExactDecimal, Value
from agent_desk.domain.weighing import billable, cubic_feet, pounds


class PieceRoom(Value):
    """What a piece weighs and takes, and what is left to the limits; below 0 is over, None unknown."""

    weights: BillablePiece
    cubic_feet: ExactDecimal | None
    weight_left_lb: ExactDecimal | None
    side_left_in: ExactDecimal | None
    """Of the longest side."""


class ServiceFit(Value):
    """Which pieces a service takes by its own limits."""

    service: str
    label: str
    fits: tuple[int, ...]
    refusals: tuple[Refusal, ...]
    sentence: str
    """`Takes all 4 pieces`, `Only piece 2 fits 50 lb, 62 in L+W+H`."""


class Headroom(Value):
    """A shipment against every limit at once."""

    pieces: tuple[PieceRoom, ...]
    pieces_left: int
    actual_lb: ExactDecimal
    """Of the pieces that are weighed."""
    weight_left_lb: ExactDecimal
    billable_lb: ExactDecimal | None
    cubic_feet: ExactDecimal | None
    services: tuple[ServiceFit, ...]


def see_room(request: QuoteRequest, card: RateCard, book: PriceBook, at: datetime) -> Headroom:
    """BYD-1: everything about the pieces; billable weights by `card`, fits of every service of the route."""
    rooms = tuple(_see_piece(piece, card) for piece in request.pieces)
    weights = [measures_of(piece).weight for piece in request.pieces]
    actual = sum((weight for weight in weights if weight is not None), Fraction(0))
    volumes = [cubic_feet(measures_of(piece).sides) for piece in request.pieces]
    billables = [room.weights.billable_lb for room in rooms]
    cards = book.cards_at(at, request.origin, request.destination)
    return Headroom(
        pieces=rooms,
        pieces_left=MOST_PIECES - len(rooms),
        actual_lb=_kept(actual),
        weight_left_lb=_kept(SHIPMENT_LB - actual),
        billable_lb=_total([None if one is None else Fraction(one) for one in billables]),
        cubic_feet=_total(volumes),
        services=tuple(_see_fit(request, one, book, at) for one in cards),
    )


def _see_piece(piece: Piece, card: RateCard) -> PieceRoom:
    measures = measures_of(piece)
    known = [side for side in measures.sides if side is not None]
    return PieceRoom(
        weights=billable(piece, card),
        cubic_feet=pounds(cubic_feet(measures.sides)),
        weight_left_lb=None if measures.weight is None else _kept(PIECE_LB - measures.weight),
        side_left_in=_kept(SIDE_IN - max(known)) if known else None,
    )


def _see_fit(request: QuoteRequest, card: RateCard, book: PriceBook, at: datetime) -> ServiceFit:
    fits = tuple(
        number for number, piece in enumerate(request.pieces, 1) if not check_fit(measures_of(piece), card, "")
    )
    refusals = check_service(request, card, book, at)
    return ServiceFit(
        service=card.service,
        label=card.label,
        fits=fits,
        refusals=refusals,
        sentence=_sentence(fits, refusals, request, card),
    )


def _sentence(fits: tuple[int, ...], refusals: tuple[Refusal, ...], request: QuoteRequest, card: RateCard) -> str:
    whole = [one.message for one in refusals if not one.field.startswith("pieces.")]
    if whole:
        return whole[0]
    count = len(request.pieces)
    if len(fits) == count:
        return f"Takes all {count} pieces" if count != 1 else "Takes the piece"
    limits = _limits_text(card)
    if not fits:
        return f"No piece fits {limits}"
    named = ", ".join(str(number) for number in fits)
    return f"Only piece {named} fits {limits}" if len(fits) == 1 else f"Only pieces {named} fit {limits}"


def _limits_text(card: RateCard) -> str:
    limits = card.limits
    parts = [
        None if limits.piece_weight is None else str(limits.piece_weight),
        None if limits.piece_side is None else f"{limits.piece_side} a side",
        None if limits.piece_sum is None else f"{limits.piece_sum} L+W+H",
    ]
    return ", ".join(part for part in parts if part is not None)


def _kept(exact: Fraction) -> ExactDecimal:
    kept = pounds(exact)
    assert kept is not None
    return kept


def _total(parts: list[Fraction | None]) -> ExactDecimal | None:
    known = [part for part in parts if part is not None]
    return pounds(sum(known, Fraction(0))) if known and len(known) == len(parts) else None
