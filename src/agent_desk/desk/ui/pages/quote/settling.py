"""What stands against the quote, in the page's own places. Free of Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from agent_desk.desk.ui.pages.quote.draft import FIGURES, QuoteDraft
from agent_desk.domain.formats import plain_text
from agent_desk.domain.limits import PIECE_LB, SIDE_IN, blocking_first, measures_of
from agent_desk.domain.refusal import Refusal, Severity
from agent_desk.domain.shipping import Piece

SeverityKey = Literal["blocks", "warns", "needs_manager"]
SEVERITY_KEYS: dict[Severity, SeverityKey] = {
    Severity.BLOCKS: "blocks",
    Severity.MANAGER: "needs_manager",
    Severity.WARNS: "warns",
}
_PLACES = {
    "pieces": "Pieces",
    "origin": "From",
    "destination": "To",
    "deliver_to.place": "Deliver to",
    "deliver_to.region": "Deliver to, region",
    "deliver_to.country": "Deliver to, country",
    "deliver_to.directions": "How to find it",
    "declared_value": "Declared value",
    "insured": "Insurance",
    "goods": "Type of goods",
    "description": "Description",
    "dangerous": "Dangerous goods",
    "customer": "Customer",
    "service": "Service",
}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the cursor goes: a field of the page, or a cell of a piece's row (from 0)."""

    field: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """A way out: `key` says what to do, `words` what it does and costs."""

    key: str
    words: str
    to_manager: bool = False


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing to settle."""

    key: str
    severity: SeverityKey
    place: str
    code: str
    sentence: str
    spot: Spot
    ways: tuple[Way, ...] = ()


def spot_of(field: str, rows: Sequence[int]) -> Spot:
    """Where a refusal's field is on the page."""
    parts = field.split(".")
    if parts[0] == "pieces" and len(parts) == 3 and parts[1].isdecimal():
        number = int(parts[1])
        return Spot(parts[2], rows[number - 1] if number <= len(rows) else None)
    return Spot(field)


def place_words(spot: Spot) -> str:
    """`Piece 3, length`; `Deliver to`."""
    if spot.row is not None:
        return f"Piece {spot.row + 1}, {spot.field}"
    return _PLACES.get(spot.field, spot.field.replace("_", " ").replace(".", ", ").capitalize())


def all_refusals(draft: QuoteDraft, found: Sequence[Refusal]) -> tuple[Refusal, ...]:
    """The rules' refusals and what cannot be read, blocking first; before the first piece only the latter.

    A figure that cannot be read is not also called unknown.
    """
    unreadable = draft.unreadable()
    if not draft.rows:
        return unreadable
    unread = {refusal.field for refusal in unreadable}
    kept = [r for r in found if not (r.field in unread and r.code.endswith("_unknown"))]
    return blocking_first([*unreadable, *kept])


def error_line(piece: Piece, number: int, refusals: Sequence[Refusal]) -> str:
    """The second line of a piece in error: `Length: 6 in over the 120 in limit`."""
    for refusal in _of_piece(number, refusals):
        field = refusal.field.rpartition(".")[2]
        if field not in FIGURES or refusal.severity is not Severity.BLOCKS:
            continue
        measures = measures_of(piece)
        name = field.capitalize()
        if refusal.code == "piece.too_heavy" and measures.weight is not None:
            return f"{name}: {_over(measures.weight - PIECE_LB)} lb over the {PIECE_LB} lb limit"
        side = measures.sides[FIGURES.index(field) - 1]
        if refusal.code == "piece.too_long" and side is not None:
            return f"{name}: {_over(side - SIDE_IN)} in over the {SIDE_IN} in limit"
        return f"{name}: {refusal.message}"
    return ""


def field_states(number: int, refusals: Sequence[Refusal]) -> dict[str, tuple[str, str]]:
    """State and sentence of each cell of a piece that is not as it should be; unknown figures are no fault."""
    states: dict[str, tuple[str, str]] = {}
    for refusal in _of_piece(number, refusals):
        field = refusal.field.rpartition(".")[2]
        if field not in states and not refusal.code.endswith("_unknown"):
            states[field] = ("error" if refusal.stops else "warn", refusal.message)
    return states


def _of_piece(number: int, refusals: Sequence[Refusal]) -> list[Refusal]:
    return [refusal for refusal in refusals if refusal.field.startswith(f"pieces.{number}.")]


def _over(exact: Fraction) -> str:
    shown = plain_text(exact, 1)
    return shown if shown != "0" else "under 0.1"
