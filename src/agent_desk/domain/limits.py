"""LIM-1 to LIM-11: what may be sent, checked all at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil

from agent_desk.domain.email_address import MOST_CHARACTERS, is_email
from agent_desk.domain.money import Currency
from agent_desk.domain.people import Address
from agent_desk.domain.places import GUYANA, find_destination, find_origin, find_place
from agent_desk.domain.price_book import Destination, Mode, PriceBook, TradeRules
from agent_desk.domain.refusal import Refusal, Severity
from agent_desk.domain.rule_table import refusal
from agent_desk.domain.shipping import Piece, QuoteRequest

PIECE_LB = Fraction(200)
SHIPMENT_LB = Fraction(500)
SIDE_IN = Fraction(120)
MOST_PIECES = 10
FILE_BYTES = 10_485_760
QUOTE_LASTS = timedelta(hours=24)
"""LIM-9."""

SIDES = ("length", "width", "height")
_ORDER = (Severity.BLOCKS, Severity.MANAGER, Severity.WARNS)
_BATTERY_WORDS = ("battery", "batteries", "lithium", "cordless", "power bank", "powerbank")
_BATTERY_ANSWERS = ("inside the tool", "packed apart")
SPECIAL_CODES = frozenset(
    {"piece.too_heavy", "piece.too_long", "shipment.too_heavy", "shipment.too_many_pieces",
     "goods.dangerous", "goods.restricted"},
)  # fmt: skip
"""EDGE-6: what a manager may still allow."""


@dataclass(frozen=True, slots=True)
class Measures:
    """A piece's exact figures, in pounds and inches; None where unknown."""

    weight: Fraction | None
    sides: tuple[Fraction | None, Fraction | None, Fraction | None]


def measures_of(piece: Piece) -> Measures:
    """The exact figures of a piece."""
    length, width, height = (None if side is None else side.inches for side in piece.sides)
    return Measures(None if piece.weight is None else piece.weight.lb, (length, width, height))


def check_measures(measures: Measures, path: str = "", *, to_ship: bool = False) -> list[Refusal]:
    """LIM-1, LIM-3, EDGE-1: what stands against one piece's figures; unknown ones block when it is to ship."""
    found: list[Refusal] = []
    weight = measures.weight
    if weight is None:
        found.append(refusal("piece.unweighed" if to_ship else "piece.weight_unknown", path + "weight"))
    elif weight > PIECE_LB:
        words = {"weight": _upward(weight), "over": _upward(weight - PIECE_LB)}
        found.append(refusal("piece.too_heavy", path + "weight", **words))
    elif weight <= 0:
        code = "piece.weightless" if weight == 0 else "piece.negative_weight"
        found.append(refusal(code, path + "weight"))
    unknown = False
    for name, side in zip(SIDES, measures.sides, strict=True):
        if side is None:
            if not unknown:
                unknown = True
                found.append(refusal("piece.unmeasured" if to_ship else "piece.size_unknown", path + name))
        elif side > SIDE_IN:
            parts = ceil(side / SIDE_IN)
            words = {"side": _upward(side), "parts": str(parts), "part": _upward(side / parts)}
            found.append(refusal("piece.too_long", path + name, **words))
        elif side <= 0:
            found.append(refusal("piece.flat" if side == 0 else "piece.negative_side", path + name))
    return found


def check_piece(piece: Piece, number: int = 1, *, to_ship: bool = False) -> tuple[Refusal, ...]:
    """What stands against one piece, at `pieces.<number>`."""
    path = f"pieces.{number}."
    found = check_measures(measures_of(piece), path, to_ship=to_ship)
    words = f"{piece.contents} {piece.packing}".casefold()
    if any(word in words for word in _BATTERY_WORDS) and not any(answer in words for answer in _BATTERY_ANSWERS):
        found.append(refusal("goods.battery_unclear", path + "contents"))
    return blocking_first(found)


def check_totals(count: int, weight: Fraction) -> list[Refusal]:
    """LIM-2, LIM-4: what stands against a shipment of so many pieces and pounds of actual weight."""
    found: list[Refusal] = []
    if count == 0:
        found.append(refusal("shipment.empty"))
    elif count > MOST_PIECES:
        found.append(refusal("shipment.too_many_pieces", count=count))
    if weight > SHIPMENT_LB:
        found.append(refusal("shipment.too_heavy", weight=_upward(weight), over=_upward(weight - SHIPMENT_LB)))
    return found


def check_pieces(pieces: Sequence[Piece], *, to_ship: bool = False) -> tuple[Refusal, ...]:
    """LIM-1 to LIM-4 over all pieces, blocking first."""
    found = [one for number, piece in enumerate(pieces, 1) for one in check_piece(piece, number, to_ship=to_ship)]
    weights = [measures_of(piece).weight for piece in pieces]
    known = sum((weight for weight in weights if weight is not None and weight > 0), Fraction(0))
    return blocking_first(found + check_totals(len(pieces), known))


def check_request(request: QuoteRequest, book: PriceBook, at: datetime) -> tuple[Refusal, ...]:
    """Everything that stands against sending this, blocking first."""
    rules = book.rules_at(at)
    found = [*check_pieces(request.pieces), *_check_route(request, rules), *_check_goods(request, book, rules, at)]
    return blocking_first(found)


def check_address(address: Address, destination: Destination | None = None) -> tuple[Refusal, ...]:
    """EDGE-11: no postcode, street or number is demanded; Guyana's place names repeat, so its region is."""
    found: list[Refusal] = []
    if destination is not None and address.country != destination.country:
        words = {"country": address.country, "wanted": destination.country}
        found.append(refusal("address.other_country", **words))
    if address.country == GUYANA and address.region is None:
        found.append(refusal("address.regionless"))
    if not address.place.strip():
        found.append(refusal("address.placeless"))
    elif destination is not None and destination.places and find_place(destination, address) is None:
        found.append(refusal("address.unlisted", place=address.place))
    if not address.line.strip() and not address.directions.strip():
        found.append(refusal("address.hard_to_find"))
    return blocking_first(found)


def check_email(text: str, field: str = "email") -> tuple[Refusal, ...]:
    """LIM-6: what stands against an e-mail address; none given is no fault."""
    if len(text) > MOST_CHARACTERS:
        return (refusal("email.too_long", field), refusal("email.malformed", field))
    return () if not text or is_email(text) else (refusal("email.malformed", field),)


def check_file(size: int, head: bytes) -> tuple[Refusal, ...]:
    """LIM-5: what stands against a file of so many bytes that begins with `head` (16 bytes are enough)."""
    if size == 0:
        return (refusal("file.empty"),)
    found: list[Refusal] = []
    if size > FILE_BYTES:
        found.append(refusal("file.too_large", size=_upward(Fraction(size, 1_048_576))))
    if find_file_type(head) is None:
        found.append(refusal("file.not_allowed"))
    return tuple(found)


def find_file_type(head: bytes) -> str | None:
    """The media type that a file's first bytes tell, of those that are kept."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    return "application/pdf" if head.startswith(b"%PDF-") else None


def check_bookings(count: int, limit: int) -> tuple[Refusal, ...]:
    """LIM-7: an agent's open bookings before one more."""
    return () if count < limit else (refusal("agent.booked_out", count=count, limit=limit),)


def blocking_first(refusals: Iterable[Refusal]) -> tuple[Refusal, ...]:
    """The same refusals, what blocks before what a manager decides before what warns."""
    return tuple(sorted(refusals, key=lambda one: _ORDER.index(one.severity)))


def _check_route(request: QuoteRequest, rules: TradeRules | None) -> list[Refusal]:
    found: list[Refusal] = []
    if find_origin(rules, request.origin) is None:
        found.append(refusal("origin.unknown"))
    destination = find_destination(rules, request.destination)
    if destination is None:
        found.append(refusal("destination.unknown"))
    elif destination.restricted:
        found.append(refusal("destination.restricted", why=destination.restricted))
    return [*found, *check_address(request.deliver_to, destination)]


def _check_goods(request: QuoteRequest, book: PriceBook, rules: TradeRules | None, at: datetime) -> list[Refusal]:
    found = _check_value(request)
    if request.dangerous:
        found.append(refusal("goods.dangerous"))
    if not request.description.strip() and not any(piece.contents.strip() for piece in request.pieces):
        found.append(refusal("goods.undescribed"))
    destination = find_destination(rules, request.destination)
    if destination is not None:
        taxes = book.taxes_at(at, destination.country)
        if taxes is None:
            found.append(refusal("taxes.unknown", country=destination.country))
        elif all(duty.goods != request.goods for duty in taxes.duties):
            found.append(refusal("goods.unknown"))
    return found + check_goods_rules(request, rules, None)


def _check_value(request: QuoteRequest) -> list[Refusal]:
    found: list[Refusal] = []
    if request.declared_value.currency is not Currency.USD:
        found.append(refusal("declared_value.not_usd"))
    if request.declared_value.minor < 0:
        found.append(refusal("declared_value.negative"))
    elif request.insured and request.declared_value.minor == 0:
        found.append(refusal("insurance.worthless"))
    return found


def check_goods_rules(request: QuoteRequest, rules: TradeRules | None, mode: Mode | None) -> list[Refusal]:
    """EDGE-13: the goods rules of one way of going, or with None those of every way."""
    return [
        refusal("goods.forbidden" if rule.forbidden else "goods.restricted", why=rule.sentence)
        for rule in (() if rules is None else rules.goods)
        if rule.goods == request.goods and rule.mode is mode and rule.destination in {None, request.destination}
    ]


def _upward(exact: Fraction) -> str:
    """A figure above 0 for a sentence, never rounded down to its limit: exact to six places, else up to two."""
    numerator, denominator = exact.as_integer_ratio()
    if denominator == 1:
        return str(numerator)
    places = next((p for p in range(1, 7) if 10**p % denominator == 0), 2)
    whole, part = divmod(-(-numerator * 10**places // denominator), 10**places)
    return f"{whole}.{part:0{places}}".rstrip("0").rstrip(".")
