"""WHS-3, WHS-4: what the warehouse found, beside what was declared."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.commands import RecordMeasurement
from agent_desk.domain.decision import Case, Decided, Facts, Outcome, State
from agent_desk.domain.limits import Measures, blocking_first, check_pieces, measures_of
from agent_desk.domain.people import MEASURERS
from agent_desk.domain.price_book import PriceBook, RateCard
from agent_desk.domain.rating import check_service, rate
from agent_desk.domain.refusal import Refusal
from agent_desk.domain.rights import refuse_role
from agent_desk.domain.rule_table import refusal
from agent_desk.domain.selling import Order
from agent_desk.domain.shipping import Hold, Measurement, Offer, Piece, Shipment, ShipmentPiece, ShipmentState
from agent_desk.domain.weighing import weigh, weighing_of

UNKNOWN_SHIPMENT = "measurement.unknown_shipment"
UNKNOWN_PIECE = "measurement.unknown_piece"
NOT_ALLOWED = "measurement.not_allowed"
CANCELLED = "measurement.of_cancelled"
ORDER_UNMARKED = "measurement.order_unmarked"


def record_measurement(state: State, command: RecordMeasurement, facts: Facts) -> Outcome:
    """Keeps a measurement, re-rates and holds beyond the tolerance; a fact, so what does not fit becomes a case."""
    shipment = state.find(Shipment, command.shipment)
    if shipment is None:
        return _case(UNKNOWN_SHIPMENT, f"A piece of shipment {command.shipment} was measured, but nobody knows it.")
    if refuse_role(facts, MEASURERS):
        sentence = f"{facts.actor.login} measured {shipment.number} without the right to: weigh it again."
        return _case(NOT_ALLOWED, sentence)
    if all(piece.number != command.piece for piece in shipment.pieces):
        return _case(
            UNKNOWN_PIECE, f"Piece {command.piece} of {shipment.number} was measured, but it has no such piece."
        )
    measured = _with_measurement(shipment, command, facts)
    cases: list[Case] = []
    if shipment.state is ShipmentState.CANCELLED:
        cases.append(Case(CANCELLED, f"{shipment.number} was measured after it was cancelled: find the piece."))
    order, order_cases = _mark(state, measured, command)
    changes: tuple[Aggregate, ...] = (measured,) if order is None else (measured, order)
    return Decided(changes, warnings=measured.refusals, cases=(*cases, *order_cases))


def beyond_tolerance(piece: ShipmentPiece, card: RateCard | None, tolerance: Decimal) -> bool:
    """WHS-3: whether actual or billable weight differs from what was declared by more than so many per cent."""
    if piece.measured is None:
        return False
    declared, found = measures_of(piece.declared), measures_of(as_measured(piece))
    return any(
        _differs(before, after, Fraction(tolerance))
        for before, after in zip(_weights(declared, card), _weights(found, card), strict=True)
    )


def as_measured(piece: ShipmentPiece) -> Piece:
    """The piece with what was measured in place of what was declared."""
    found = piece.measured
    if found is None:
        return piece.declared
    figures = {"weight": found.weight, "length": found.length, "width": found.width, "height": found.height}
    return piece.declared.model_copy(update=figures)


def _weights(measures: Measures, card: RateCard | None) -> tuple[Fraction | None, Fraction | None]:
    return measures.weight, None if card is None else weigh(measures, weighing_of(card))[2]


def _differs(before: Fraction | None, after: Fraction | None, tolerance: Fraction) -> bool:
    if after is None:
        return before is not None
    return before is None or abs(after - before) * 100 > before * tolerance


def _with_measurement(shipment: Shipment, command: RecordMeasurement, facts: Facts) -> Shipment:
    measurement = Measurement(
        weight=command.weight,
        length=command.length,
        width=command.width,
        height=command.height,
        dangerous=command.dangerous,
        damaged=command.damaged,
        measured_at=facts.now,
        measured_by=facts.actor.name,
    )
    pieces = tuple(
        piece.model_copy(update={"measured": measurement}) if piece.number == command.piece else piece
        for piece in shipment.pieces
    )
    found = [piece.measured for piece in pieces if piece.measured is not None]
    dangerous = shipment.request.dangerous or any(one.dangerous for one in found)
    request = shipment.request.model_copy(
        update={"pieces": tuple(as_measured(piece) for piece in pieces), "dangerous": dangerous},
    )
    changed = shipment.model_copy(update={"pieces": pieces, "request": request})
    return _judge(changed, facts).model_copy(update={"version": shipment.version + 1})


def _judge(shipment: Shipment, facts: Facts) -> Shipment:
    """Re-rated where it must be, with the holds and refusals that follow."""
    card = facts.book.find_card(shipment.offer.card_id)
    rules = facts.book.rules_at(facts.now)
    tolerance = Decimal(10) if rules is None else rules.weight_tolerance_percent
    refusals = _refusals(shipment, card, facts)
    beyond = any(beyond_tolerance(piece, card, tolerance) for piece in shipment.pieces)
    holds: list[Hold] = [Hold.WEIGHT] if beyond else []
    if any(one.stops for one in refusals):
        holds.append(Hold.MANAGER)
    changed = {"holds": tuple(holds), "refusals": refusals, "offer": _offer(shipment, card, facts.book, beyond=beyond)}
    return shipment.model_copy(update=changed)


def _offer(shipment: Shipment, card: RateCard | None, book: PriceBook, *, beyond: bool) -> Offer:
    """What holds now: re-rated by the card and day of the booking when beyond the tolerance, else as booked."""
    if card is None or not (beyond or shipment.offer.total != shipment.booked_price):
        return shipment.offer
    pieces = tuple(as_measured(piece) if beyond else piece.declared for piece in shipment.pieces)
    offer = rate(shipment.request.model_copy(update={"pieces": pieces}), card, book, shipment.booked_at)
    return shipment.offer if offer.total is None else offer


def _refusals(shipment: Shipment, card: RateCard | None, facts: Facts) -> tuple[Refusal, ...]:
    """WHS-4: limits of the measured pieces, the service's own, dangerous and damaged ones."""
    request = shipment.request
    found = list(check_pieces(request.pieces))
    if card is not None:
        found += check_service(request, card, facts.book, facts.now)
    for piece in shipment.pieces:
        if piece.measured is not None and piece.measured.dangerous:
            found.append(refusal("goods.dangerous", f"pieces.{piece.number}.dangerous"))
        if piece.measured is not None and piece.measured.damaged:
            found.append(refusal("piece.damaged", f"pieces.{piece.number}.damaged"))
    return blocking_first(found)


def _mark(state: State, shipment: Shipment, command: RecordMeasurement) -> tuple[Order | None, list[Case]]:
    """The order with its hold shown, where that changed."""
    order = None if command.order is None else state.find(Order, command.order)
    ours = order is not None and any(line.subject == shipment.id for line in order.lines)
    if order is None or not ours:
        missed = shipment.order is not None or command.order is not None
        sentence = f"{shipment.number} is held, but its order was not found to show it."
        return None, [Case(ORDER_UNMARKED, sentence)] if missed and shipment.holds else []
    others = [state.find(Shipment, line.subject) for line in order.lines if line.subject != shipment.id]
    held = bool(shipment.holds) or any(other is not None and other.holds for other in others)
    return (None if held == order.held else order.next(held=held)), []


def _case(kind: str, sentence: str) -> Decided:
    return Decided((), cases=(Case(kind, sentence),))
