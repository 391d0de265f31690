"""Where things go: destinations and the places they are delivered to."""

from __future__ import annotations

from agent_desk.domain.people import Address
from agent_desk.domain.price_book import Destination, Place, TradeRules

GUYANA = "GY"


def find_destination(rules: TradeRules | None, code: str) -> Destination | None:
    """The destination of that code."""
    return None if rules is None else next((d for d in rules.destinations if d.code == code), None)


def find_origin(rules: TradeRules | None, code: str) -> Destination | None:
    """The origin of that code."""
    return None if rules is None else next((d for d in rules.origins if d.code == code), None)


def find_place(destination: Destination | None, address: Address) -> Place | None:
    """EDGE-11: the listed place of an address; names repeat, so only with its region."""
    if destination is None:
        return None
    wanted = _plain(address.place)
    return next((p for p in destination.places if p.region == address.region and _plain(p.name) == wanted), None)


def search_places(destination: Destination, text: str) -> tuple[Place, ...]:
    """The places whose name begins with or holds `text`, beginners first."""
    wanted = _plain(text)
    fitting = [place for place in destination.places if wanted in _plain(place.name)]
    return tuple(sorted(fitting, key=lambda p: (not _plain(p.name).startswith(wanted), p.name, p.region)))


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
