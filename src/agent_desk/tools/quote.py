"""`agent-desk quote`: a JSON request in, every service's price with its explanation out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, BinaryIO, TextIO

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent_desk.domain.fitting import Fix, propose
from agent_desk.domain.limits import QUOTE_LASTS, check_request
from agent_desk.domain.measure import Length, Weight, parse_length, parse_weight
from agent_desk.domain.money import Currency, Money, convert, usd, whole_dollars
from agent_desk.domain.people import Address
from agent_desk.domain.price_book import ExchangeRate, PriceBook
from agent_desk.domain.rating import compare
from agent_desk.domain.refusal import Refusal
from agent_desk.domain.shipping import BillablePiece, Offer, Piece, QuoteRequest, Step
from agent_desk.domain.values import Code, Name, Note, When, half_up
from agent_desk.sample import load_price_book
from agent_desk.tools.rows import Unusable

Json = dict[str, Any]
MOST_BYTES = 1 << 20


class AskedPiece(BaseModel):
    """A piece as it is written in a request: `12.5 kg`, `24 in`; null or left out where unknown."""

    model_config = ConfigDict(extra="forbid")

    contents: Name = ""
    packing: Name = ""
    weight: str | None = None
    length: str | None = None
    width: str | None = None
    height: str | None = None


class Asked(BaseModel):
    """The JSON that `agent-desk quote` reads."""

    model_config = ConfigDict(extra="forbid")

    origin: Code
    destination: Code
    deliver_to: Address = Address()
    goods: Code = "household"
    description: Note = ""
    declared_value_usd: Annotated[Decimal, Field(ge=0, le=10_000_000, max_digits=12, decimal_places=2)] = Decimal(0)
    insured: bool = False
    dangerous: bool = False
    discount_percent: Annotated[Decimal, Field(ge=0, le=100)] = Decimal(0)
    service: str | None = None
    """The chosen one, for the PDF; else the cheapest."""
    at: When | None = None
    """The time whose prices hold; else now."""
    pieces: Annotated[list[AskedPiece], Field(max_length=100)]


def quote_file(stream: BinaryIO, out: TextIO, pdf: Path | None, book_path: Path | None) -> int:
    """Writes the answer to a request, and the PDF where one is asked for; 0 when it can go, else 1."""
    asked = read_asked(stream.read(MOST_BYTES + 1))
    request = to_request(asked)
    book = _book(book_path)
    at = asked.at or datetime.now(UTC)
    answer = quote(request, book, at)
    json.dump(answer, out, indent=2)
    out.write("\n")
    if pdf is not None:
        # reportlab is slow to import and only paper needs it
        from agent_desk.papers.quotes import quote_pdf

        offers = compare(request, book, at)
        pdf.write_bytes(
            quote_pdf(request, offers, choose(asked, offers), book.rate_at(at), number="", issued_at=at),
        )
    return 0 if answer["accepted"] else 1


def _book(path: Path | None) -> PriceBook:
    try:
        return load_price_book(path)
    except ValueError as error:
        raise Unusable(f"{path} is not a price book: {str(error).splitlines()[0]}.") from error


def read_asked(content: bytes) -> Asked:
    """The request in a file; raises Unusable with a sentence."""
    if len(content) > MOST_BYTES:
        raise Unusable("The request is longer than 1 MB. A quote has at most 100 pieces.")
    try:
        return Asked.model_validate_json(content.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Unusable(f"This is not a request for a quote: {where + ': ' if where else ''}{first['msg']}.") from error


def to_request(asked: Asked) -> QuoteRequest:
    """The request in the words of the domain; raises Unusable for a figure that cannot be read."""
    return QuoteRequest(
        origin=asked.origin,
        destination=asked.destination,
        deliver_to=asked.deliver_to,
        goods=asked.goods,
        description=asked.description,
        declared_value=usd(half_up(asked.declared_value_usd * 100)),
        insured=asked.insured,
        dangerous=asked.dangerous,
        discount_percent=asked.discount_percent,
        pieces=tuple(_piece(number, piece) for number, piece in enumerate(asked.pieces, 1)),
    )


def quote(request: QuoteRequest, book: PriceBook, at: datetime) -> Json:
    """Everything that stands against it, every service's price step by step, and what would make it fit."""
    refusals = check_request(request, book, at)
    offers = compare(request, book, at)
    rate = book.rate_at(at)
    ways = [
        (card.service, fix)
        for card in book.cards_at(at, request.origin, request.destination)
        for fix in propose(request, card, book, at)
        if fix.kind in {"split", "move"}
    ]
    return {
        "at": at.isoformat(),
        "valid_until": (at + QUOTE_LASTS).isoformat(),
        "accepted": is_accepted(refusals, offers),
        "refusals": [_refusal(one) for one in refusals],
        "exchange_rate": None if rate is None else _rate(rate),
        "services": [_offer(offer, rate) for offer in offers],
        "fixes": [_fix(service, fix) for service, fix in ways],
    }


def is_accepted(refusals: tuple[Refusal, ...], offers: tuple[Offer, ...]) -> bool:
    """True when nothing stops it and at least one service has a price."""
    return not any(one.stops for one in refusals) and any(offer.total is not None for offer in offers)


def choose(asked: Asked, offers: tuple[Offer, ...]) -> str:
    """The service that was asked for, else the cheapest at least; raises Unusable when there is none."""
    if asked.service is not None:
        if all(offer.service != asked.service for offer in offers):
            raise Unusable(f"No service {asked.service} from {asked.origin} to {asked.destination}.")
        return asked.service
    prices = [(offer.total or offer.least, offer.service) for offer in offers]
    priced = [(price.minor, service) for price, service in prices if price is not None]
    if not priced:
        raise Unusable("No service has a price for this, so there is nothing to print.")
    return min(priced)[1]


def _piece(number: int, piece: AskedPiece) -> Piece:
    return Piece(
        contents=piece.contents,
        packing=piece.packing,
        weight=_weight(number, piece.weight),
        length=_length(number, "length", piece.length),
        width=_length(number, "width", piece.width),
        height=_length(number, "height", piece.height),
    )


def _weight(number: int, text: str | None) -> Weight | None:
    if text is None or not text.strip():
        return None
    weight = parse_weight(text)
    if weight is None:
        raise Unusable(f"pieces.{number}.weight: write {text!r} as a number with lb, oz, kg or g.")
    return weight


def _length(number: int, side: str, text: str | None) -> Length | None:
    if text is None or not text.strip():
        return None
    length = parse_length(text)
    if length is None:
        raise Unusable(f"pieces.{number}.{side}: write {text!r} as a number with in, ft, cm, mm or m.")
    return length


def _offer(offer: Offer, rate: ExchangeRate | None) -> Json:
    return {
        "service": offer.service,
        "label": offer.label,
        "rate_card": str(offer.card_id),
        "days": [offer.days_least, offer.days_most],
        "offered": not offer.refusals,
        "refusals": [_refusal(one) for one in offer.refusals],
        "pieces": [_weights(piece) for piece in offer.pieces],
        "billable_lb": _text(offer.billable_lb),
        "steps": [_step(step) for step in offer.steps],
        "shipping_usd": _amount(offer.shipping),
        "total_usd": _amount(offer.total),
        "total_gyd": _gyd(offer.total, rate),
        "least_usd": _amount(offer.least),
        "most_usd": _amount(offer.most),
        "unknown": offer.unknown,
    }


def _weights(piece: BillablePiece) -> Json:
    return {
        "actual_lb": _text(piece.actual_lb),
        "dimensional_lb": _text(piece.dimensional_lb),
        "billable_lb": _text(piece.billable_lb),
        "governed_by": piece.governed_by,
    }


def _step(step: Step) -> Json:
    return {
        "code": step.code,
        "label": step.label,
        "working": step.working,
        "exact_usd": step.exact,
        "amount_usd": _amount(step.amount),
    }


def _fix(service: str, fix: Fix) -> Json:
    return {
        "code": fix.code,
        "piece": fix.piece,
        "service": service,
        "label": fix.label,
        "price_delta_usd": _amount(fix.price_delta),
    }


def _refusal(one: Refusal) -> Json:
    return one.model_dump(mode="json", include={"code", "rule", "field", "severity", "message"})


def _rate(rate: ExchangeRate) -> Json:
    return {
        "gyd_per_usd": str(rate.gyd_per_usd),
        "effective_at": rate.effective_at.isoformat(),
        "source": rate.source,
    }


def _gyd(total: Money | None, rate: ExchangeRate | None) -> str | None:
    if total is None or rate is None:
        return None
    return str(whole_dollars(convert(total, Currency.GYD, rate.gyd_per_usd)).amount)


def _amount(money: Money | None) -> str | None:
    return None if money is None else str(money.amount)


def _text(figure: Decimal | None) -> str | None:
    return None if figure is None else f"{figure:f}"
