"""The Quote page's decisions: what is typed, what it costs, what comes next. Free of Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agent_desk.desk.ui.pages.quote.draft import FIGURES, PieceDraft, QuoteDraft, Typed, Units, place_text
from agent_desk.desk.ui.pages.quote.settling import (
    SEVERITY_KEYS,
    Matter,
    Way,
    all_refusals,
    place_words,
    spot_of,
)
from agent_desk.desk.usecases.advising import Advice
from agent_desk.domain.formats import figure_text, plain_text
from agent_desk.domain.measure import Length, LengthUnit, Weight, WeightUnit
from agent_desk.domain.people import Customer, Role
from agent_desk.domain.places import find_destination
from agent_desk.domain.price_book import Destination, TradeRules
from agent_desk.domain.refusal import Refusal, Severity
from agent_desk.domain.shipping import Offer, Piece, Quote, QuoteRequest
from agent_desk.domain.times import age_text, clock_text

MOST_WAYS = 2
BATTERY_ANSWERS = ("inside the tool", "packed apart")
MOST_ROWS = 20
"""More rows than a shipment may have, so that the rule says so; not without end."""


@dataclass(frozen=True, slots=True)
class Commit:
    """The button at the bottom right: `settles` leads to the first thing to settle instead."""

    words: str
    icon: str
    settles: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What the head line says of the quote: title, chip words, icon and tone."""

    title: str
    words: str
    icon: str
    tone: str


class QuoteState:
    """A draft, the newest advice on it, and the quote it was saved as."""

    def __init__(self, role: Role = Role.AGENT) -> None:
        self._may_allow = role in {Role.MANAGER, Role.ADMINISTRATOR}
        self.draft = QuoteDraft()
        self.rules: TradeRules | None = None
        self.advice: Advice | None = None
        self.saved: Quote | None = None
        self.row = 0
        """The row the drawing shows."""
        self._request: tuple[tuple[QuoteDraft, TradeRules | None], QuoteRequest] | None = None
        self._refusals: tuple[tuple[QuoteDraft, Advice | None], tuple[Refusal, ...]] | None = None

    @property
    def destination(self) -> Destination | None:
        return find_destination(self.rules, self.draft.destination)

    @property
    def request(self) -> QuoteRequest:
        """What is asked for, built once for each draft."""
        key = (self.draft, self.rules)
        if self._request is None or any(one is not other for one, other in zip(self._request[0], key, strict=True)):
            country = "GY" if self.destination is None else self.destination.country
            self._request = (key, self.draft.to_request(country))
        return self._request[1]

    def piece_of(self, row: int) -> tuple[int, Piece] | None:
        """The number and the piece of a row; None for a blank one."""
        rows = self.draft.rows
        return (rows.index(row) + 1, self.request.pieces[rows.index(row)]) if row in rows else None

    @property
    def customer_id(self) -> UUID | None:
        return None if self.draft.customer is None else self.draft.customer.id

    @property
    def service(self) -> str:
        return "" if self.advice is None else self.advice.service

    @property
    def offer(self) -> Offer | None:
        return None if self.advice is None else self.advice.priced.find_offer(self.advice.service)

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """All that stands against it, the chosen service's own reason among it; worked out once for each advice."""
        key = (self.draft, self.advice)
        if self._refusals is None or any(one is not other for one, other in zip(self._refusals[0], key, strict=True)):
            self._refusals = (key, self._all_refusals())
        return self._refusals[1]

    def _all_refusals(self) -> tuple[Refusal, ...]:
        found = () if self.advice is None else self.advice.priced.refusals
        own = self.offer.refusals[:1] if self.offer is not None and self.draft.rows else ()
        return all_refusals(self.draft, (*found, *own))

    @property
    def stops(self) -> int:
        """How much must be settled first; a manager's own quote needs no other manager."""
        allowed = {Severity.WARNS, Severity.MANAGER} if self._may_allow else {Severity.WARNS}
        return sum(refusal.severity not in allowed for refusal in self.refusals)

    @property
    def is_saved(self) -> bool:
        return self.saved is not None and self.draft.saved == self.saved.id

    def type(self, draft: QuoteDraft) -> bool:
        """Something was typed or chosen; False where nothing changed."""
        if draft == self.draft:
            return False
        self.draft = draft
        self.row = min(self.row, len(draft.pieces) - 1)
        return True

    def settle_route(self) -> None:
        """Origin and destination where none was chosen or the chosen one is gone: the first of the list."""
        if self.rules is None:
            return
        origins = [one.code for one in self.rules.origins]
        destinations = [one.code for one in self.rules.destinations if not one.restricted]
        if self.draft.origin not in origins and origins:
            self.draft = self.draft.model_copy(update={"origin": origins[0]})
        known = [one.code for one in self.rules.destinations]
        if self.draft.destination not in known and destinations:
            self.draft = self.draft.model_copy(update={"destination": destinations[0]})

    def clear(self) -> QuoteDraft:
        """An empty page for the next customer, on the same route; answers with what was there."""
        before = self.draft
        kept = {"origin": before.origin, "destination": before.destination, "units": before.units}
        self.draft = QuoteDraft(**kept)
        self.saved = None
        self.row = 0
        return before

    def add_piece(self, like: PieceDraft | None = None) -> int:
        """One more row at the end; the row where typing goes on. A blank last row is that row already."""
        pieces = self.draft.pieces
        if like is None and pieces[-1].is_blank:
            return len(pieces) - 1
        if len(pieces) < MOST_ROWS:
            self.draft = self.draft.changed(pieces=(*pieces, like or PieceDraft()))
        return len(self.draft.pieces) - 1

    def remove_piece(self, at: int) -> None:
        pieces = self.draft.pieces
        left = (*pieces[:at], *pieces[at + 1 :]) or (PieceDraft(),)
        self.draft = self.draft.changed(pieces=left)
        self.row = min(self.row, len(left) - 1)

    def edit_piece(self, at: int, field: str, text: str) -> None:
        """What was typed into a cell, with what a bare number means now."""
        value: object = Typed(text=text, units=self.draft.units) if field in FIGURES else text
        self.draft = self.draft.with_piece(at, self.draft.pieces[at].model_copy(update={field: value}))

    def matters(self) -> tuple[Matter, ...]:
        """BYD-2: everything to settle, blocking first, each with its ways out."""
        return tuple(self._matter(at, refusal) for at, refusal in enumerate(self.refusals))

    def _matter(self, at: int, refusal: Refusal) -> Matter:
        spot = spot_of(refusal.field, self.draft.rows)
        return Matter(
            key=f"{at}:{refusal.code}:{refusal.field}",
            severity=SEVERITY_KEYS[refusal.severity],
            place=place_words(spot),
            code=refusal.code,
            sentence=refusal.message,
            spot=spot,
            ways=tuple(self._ways(refusal, spot.row)),
        )

    def _ways(self, refusal: Refusal, row: int | None) -> list[Way]:
        if refusal.code == "goods.battery_unclear":
            return [Way(f"battery:{row}:{answer}", answer.capitalize()) for answer in BATTERY_ANSWERS]
        if refusal.code == "address.regionless":
            name = self.request.deliver_to.place.casefold().strip()
            places = () if self.destination is None else self.destination.places
            regions = sorted({place.region for place in places if place.name.casefold() == name})
            return [Way(f"region:{region}", f"Region {region}") for region in regions[:MOST_WAYS]]
        if refusal.code == "insurance.worthless":
            return [Way("uninsure", "Take it out")]
        if refusal.code in {"goods.dangerous", "goods.restricted"}:
            return [Way("special", "Special quote", to_manager=True)]
        if self.advice is None:
            return []
        number = None if row is None else self.draft.rows.index(row) + 1
        fitting = [
            Way(f"fix:{at}", fix.label, to_manager=fix.kind == "special")
            for at, fix in enumerate(self.advice.fixes)
            if fix.code == refusal.code and fix.piece in {None, number}
        ]
        own = [way for way in fitting if not way.to_manager]
        special = [way for way in fitting if way.to_manager]
        return [*own[: MOST_WAYS - len(special[:1])], *special[:1]]

    def take_way(self, key: str) -> bool:
        """Does what a way out says; False where a manager must be asked for it."""
        kind, _, rest = key.partition(":")
        match kind:
            case "battery":
                row, _, answer = rest.partition(":")
                piece = self.draft.pieces[int(row)]
                packing = f"{piece.packing}, {answer}" if piece.packing else answer.capitalize()
                self.draft = self.draft.with_piece(int(row), piece.model_copy(update={"packing": packing}))
            case "region":
                address = self.request.deliver_to.model_copy(update={"region": int(rest)})
                self.draft = self.draft.changed(place=place_text(address))
            case "uninsure":
                self.draft = self.draft.changed(insured=False)
            case "fix" if self.advice is not None:
                fix = self.advice.fixes[int(rest)]
                if fix.kind == "special":
                    return False
                pieces = pieces_after(self.draft, fix.request_after.pieces)
                service = fix.service if fix.kind == "service" else self.draft.service
                self.draft = self.draft.changed(pieces=pieces, service=service)
            case _:
                return False
        return True

    def commit(self, now: datetime) -> Commit:
        """What the commit button says and does."""
        stops = self.stops
        if not self.draft.rows and not stops:
            return Commit("Add a piece first", "package", settles=True)
        if stops:
            return Commit(f"Settle {stops}, then to cart", "shopping-cart", settles=True)
        if self.offer is None:
            return Commit("No service goes there", "ban", settles=True)
        if self.offer.total is None:
            return Commit("Measure first, then to cart", "ruler", settles=True)
        if self.is_saved and self.saved is not None and now > self.saved.valid_until:
            return Commit("Price again, then to cart", "refresh-cw", settles=False)
        return Commit("Book and add to cart", "shopping-cart", settles=False)

    def standing(self, now: datetime) -> Standing:
        """LIM-9: a draft, or how long the saved quote still holds."""
        if not self.is_saved or self.saved is None:
            return Standing("New quote", "Draft, kept on this desk", "hard-drive", "neutral")
        left = self.saved.valid_until - now
        if left.total_seconds() <= 0:
            return Standing("Quote", f"Expired at {clock_text(self.saved.valid_until)}", "triangle-alert", "warn")
        return Standing("Quote", f"Valid, {age_text(left)} left", "timer", "ok")

    def load(self, quote: Quote, customer: Customer | None, *, again: bool) -> None:
        """Shows a saved quote; `again` begins a new one of the same pieces."""
        request = quote.request
        ways = request.deliver_to.directions
        self.draft = QuoteDraft(
            customer=customer,
            origin=request.origin,
            destination=request.destination,
            place=place_text(request.deliver_to),
            directions=ways,
            goods=request.goods,
            declared_value=figure_text(request.declared_value) if request.declared_value.minor else "",
            description=request.description,
            insured=request.insured,
            dangerous=request.dangerous,
            pieces=tuple(draft_of(piece) for piece in request.pieces) or (PieceDraft(),),
            service=quote.service,
            saved=None if again else quote.id,
        )
        self.saved = None if again else quote
        self.row = 0

    def keep_saved(self, quote: Quote) -> None:
        """What is on the page is saved as this quote."""
        self.saved = quote
        self.draft = self.draft.model_copy(update={"saved": quote.id, "service": quote.service})


def pieces_after(draft: QuoteDraft, after: Sequence[Piece]) -> tuple[PieceDraft, ...]:
    """The rows for the pieces of a way out; those it leaves alone stay as typed."""
    before = [draft.pieces[at] for at in draft.rows]
    rows: list[PieceDraft] = []
    for piece in after:
        kept = next((one for one in before if one.to_piece() == piece), None)
        if kept is not None:
            before.remove(kept)
        rows.append(kept or draft_of(piece))
    return tuple(rows) or (PieceDraft(),)


def draft_of(piece: Piece) -> PieceDraft:
    """A piece as if it had been typed."""
    return PieceDraft(
        contents=piece.contents,
        packing=piece.packing,
        weight=_typed_weight(piece.weight),
        length=_typed_length(piece.length),
        width=_typed_length(piece.width),
        height=_typed_length(piece.height),
    )


def _typed_weight(weight: Weight | None) -> Typed:
    if weight is None:
        return Typed()
    figure = plain_text(weight.value, 9).replace(",", "")
    match weight.unit:
        case WeightUnit.LB:
            return Typed(text=figure, units=Units.IMPERIAL)
        case WeightUnit.KG:
            return Typed(text=figure, units=Units.METRIC)
    return Typed(text=f"{figure} {weight.unit}")


def _typed_length(length: Length | None) -> Typed:
    if length is None:
        return Typed()
    figure = plain_text(length.value, 9).replace(",", "")
    match length.unit:
        case LengthUnit.IN:
            return Typed(text=figure, units=Units.IMPERIAL)
        case LengthUnit.CM:
            return Typed(text=figure, units=Units.METRIC)
    return Typed(text=f"{figure} {length.unit}")
