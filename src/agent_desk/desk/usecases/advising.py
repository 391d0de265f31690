"""All a Quote page shows at once: the prices, what stands against them, the room left, what would make it fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent_desk.desk.usecases.ports import Reader
from agent_desk.desk.usecases.pricing import Priced, price
from agent_desk.domain.fitting import Fix, propose
from agent_desk.domain.headroom import Headroom, see_room
from agent_desk.domain.places import find_destination
from agent_desk.domain.price_book import DutyRate
from agent_desk.domain.shipping import Offer, QuoteRequest


@dataclass(frozen=True, slots=True)
class Advice:
    """One request, seen from every side; `service` is the one that the room and the ways out are reckoned for."""

    priced: Priced
    service: str
    room: Headroom | None
    """None where no service goes there."""
    fixes: tuple[Fix, ...]


def advise(reader: Reader, request: QuoteRequest, service: str = "") -> Advice:
    """CTR-3, BYD-1, BYD-2: by the named service, else by the one `pick_service` picks."""
    priced = price(reader, request)
    picked = pick_service(priced.offers, service)
    cards = reader.book().cards_at(priced.at, request.origin, request.destination)
    card = next((card for card in cards if card.service == picked), None)
    if card is None:
        return Advice(priced, picked, None, ())
    room = see_room(request, card, reader.book(), priced.at)
    return Advice(priced, picked, room, propose(request, card, reader.book(), priced.at))


def pick_service(offers: Sequence[Offer], wanted: str = "") -> str:
    """The wanted one where it is offered, else the lowest price, else the first that takes it; empty for none."""
    if any(offer.service == wanted for offer in offers):
        return wanted
    taking = [offer for offer in offers if not offer.refusals] or list(offers)
    known = [(offer.total or offer.least, offer.service) for offer in taking]
    prices = [(price.minor, name) for price, name in known if price is not None]
    return min(prices)[1] if prices else next((offer.service for offer in taking), "")


def list_goods(reader: Reader, destination: str) -> tuple[DutyRate, ...]:
    """The types of goods that the destination's duty table knows."""
    found = find_destination(reader.book().rules_at(reader.now), destination)
    table = None if found is None else reader.book().taxes_at(reader.now, found.country)
    return () if table is None else table.duties
