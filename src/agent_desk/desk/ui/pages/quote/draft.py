"""What is being typed on the Quote page, kept exactly as typed. Free of Qt."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum
from typing import Literal
from uuid import UUID

from agent_desk.domain.formats import plain_text
from agent_desk.domain.measure import Length, LengthUnit, Weight, WeightUnit, parse_length, parse_weight
from agent_desk.domain.money import MOST_MINOR, Money, usd
from agent_desk.domain.people import Address, Customer
from agent_desk.domain.refusal import Refusal, blocks
from agent_desk.domain.rule_table import refusal
from agent_desk.domain.shipping import Piece, QuoteRequest
from agent_desk.domain.values import Value, storable

Figure = Literal["weight", "length", "width", "height"]
FIGURES: tuple[Figure, ...] = ("weight", "length", "width", "height")
_AMOUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,11})(?:\.(\d{0,2}))?")
_REGION = re.compile(r"(.*?)[\s,]*\bregion\s*(10|[1-9])\s*", re.IGNORECASE)


class Units(StrEnum):
    """What a bare number means."""

    IMPERIAL = "lb, in"
    METRIC = "kg, cm"

    @property
    def weight(self) -> WeightUnit:
        return WeightUnit.LB if self is Units.IMPERIAL else WeightUnit.KG

    @property
    def length(self) -> LengthUnit:
        return LengthUnit.IN if self is Units.IMPERIAL else LengthUnit.CM

    @property
    def other(self) -> Units:
        return Units.METRIC if self is Units.IMPERIAL else Units.IMPERIAL


class Typed(Value):
    """A figure as it was typed, with what a bare number meant then."""

    text: str = ""
    units: Units = Units.IMPERIAL

    def weight(self) -> Weight | None:
        return parse_weight(self.text, self.units.weight)

    def length(self) -> Length | None:
        return parse_length(self.text, self.units.length)

    def shown(self, figure: Figure, units: Units) -> str:
        """As typed in its own units, else converted to one decimal; the typed one stays exact underneath."""
        if units is self.units:
            return self.text
        if figure == "weight":
            weight = self.weight()
            return self.text if weight is None else plain_text(weight.to(units.weight), 1).replace(",", "")
        length = self.length()
        return self.text if length is None else plain_text(length.to(units.length), 1).replace(",", "")


class PieceDraft(Value):
    """One row of the pieces grid."""

    contents: str = ""
    packing: str = ""
    weight: Typed = Typed()
    length: Typed = Typed()
    width: Typed = Typed()
    height: Typed = Typed()

    @property
    def is_blank(self) -> bool:
        return not any((self.contents.strip(), *(self.figure(figure).text.strip() for figure in FIGURES)))

    def figure(self, figure: Figure) -> Typed:
        return {"weight": self.weight, "length": self.length, "width": self.width, "height": self.height}[figure]

    def to_piece(self) -> Piece:
        return Piece(
            contents=storable(self.contents).strip()[:200],
            packing=storable(self.packing)[:200],
            weight=self.weight.weight(),
            length=self.length.length(),
            width=self.width.length(),
            height=self.height.length(),
        )


class _RowsMemo:
    """The rows of the pieces asked about last: a page asks many times about the same ones."""

    def __init__(self) -> None:
        self._last: tuple[tuple[PieceDraft, ...], tuple[int, ...]] = ((), ())

    def of(self, pieces: tuple[PieceDraft, ...]) -> tuple[int, ...]:
        if self._last[0] is not pieces:
            self._last = (pieces, tuple(at for at, piece in enumerate(pieces) if not piece.is_blank))
        return self._last[1]


_ROWS = _RowsMemo()


class QuoteDraft(Value):
    """Everything on the page that a person typed or chose; a crash loses none of it."""

    customer: Customer | None = None
    origin: str = ""
    destination: str = ""
    place: str = ""
    """Place and region as typed: `Charity, Region 2`."""
    directions: str = ""
    goods: str = "household"
    declared_value: str = ""
    description: str = ""
    insured: bool = False
    dangerous: bool = False
    units: Units = Units.IMPERIAL
    pieces: tuple[PieceDraft, ...] = (PieceDraft(),)
    service: str = ""
    """The chosen one; empty lets the page take the lowest price."""
    saved: UUID | None = None
    """The quote this was saved as, while nothing was changed since."""

    @property
    def is_blank(self) -> bool:
        typed = (self.place, self.directions, self.declared_value, self.description)
        return self.customer is None and not any(typed) and all(piece.is_blank for piece in self.pieces)

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows that are pieces: piece n of the request is row `rows[n - 1]`."""
        return _ROWS.of(self.pieces)

    def with_piece(self, at: int, piece: PieceDraft) -> QuoteDraft:
        return self.changed(pieces=(*self.pieces[:at], piece, *self.pieces[at + 1 :]))

    def changed(self, **fields: object) -> QuoteDraft:
        """The draft with other fields: no longer what was saved, unless `saved` is among them."""
        return self.model_copy(update={"saved": None, **fields})

    def with_customer(self, customer: Customer) -> QuoteDraft:
        """The customer's own address where none was typed yet."""
        found = self.changed(customer=customer)
        if self.place or self.directions:
            return found
        address = customer.address
        ways = ", ".join(part for part in (address.line, address.directions) if part)
        return found.changed(place=place_text(address), directions=ways)

    def to_request(self, country: str) -> QuoteRequest:
        """What is asked for; what cannot be read is left out, see `unreadable`."""
        percent = Decimal(0) if self.customer is None else self.customer.discount_percent
        return QuoteRequest(
            origin=self.origin or "-",
            destination=self.destination or "-",
            deliver_to=address_of(self.place, self.directions, country),
            goods=self.goods or "-",
            description=storable(self.description).strip()[:2000],
            declared_value=parse_dollars(self.declared_value) or usd(0),
            insured=self.insured,
            dangerous=self.dangerous,
            pieces=tuple(self.pieces[at].to_piece() for at in self.rows),
            discount_percent=percent,
        )

    def unreadable(self) -> tuple[Refusal, ...]:
        """What was typed and is no figure, piece by piece."""
        found: list[Refusal] = []
        for number, at in enumerate(self.rows, 1):
            piece = self.pieces[at]
            for figure in FIGURES:
                typed = piece.figure(figure)
                read = typed.weight() if figure == "weight" else typed.length()
                if typed.text.strip() and read is None:
                    code = "piece.unreadable_weight" if figure == "weight" else "piece.unreadable_side"
                    found.append(refusal(code, f"pieces.{number}.{figure}"))
        if self.declared_value.strip() and parse_dollars(self.declared_value) is None:
            sentence = "Write the value as an amount in US dollars, such as 1,450.00."
            found.append(blocks("declared_value.unreadable", "declared_value", sentence, "LIM-11"))
        return tuple(found)


def parse_dollars(text: str) -> Money | None:
    """`1,450`, `1450.5`; None where it is no amount."""
    if not text.isascii():
        return None
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        return None
    minor = int(match[1].replace(",", "")) * 100 + int((match[2] or "").ljust(2, "0"))
    return usd(minor) if minor <= MOST_MINOR else None


def place_text(address: Address) -> str:
    """`Charity, Region 2`."""
    parts = [address.place] if address.place else []
    return ", ".join([*parts, f"Region {address.region}"] if address.region else parts)


def address_of(place: str, directions: str, country: str) -> Address:
    """The address in what was typed; the region is read off the end of the place."""
    match = _REGION.fullmatch(place.strip())
    name, region = (match[1], int(match[2])) if match else (place, None)
    return Address(
        country=country or "-",
        region=region,
        place=storable(name).strip()[:200],
        directions=storable(directions).strip()[:2000],
    )
