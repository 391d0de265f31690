"""What things cost now: offers for pieces, the exchange rate and its age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from agent_desk.desk.usecases.ports import Reader, stop
from agent_desk.domain.limits import blocking_first, check_request
from agent_desk.domain.price_book import ExchangeRate, TradeRules
from agent_desk.domain.rating import compare
from agent_desk.domain.refusal import Refusal, blocks
from agent_desk.domain.shipping import Offer, QuoteRequest

RATE_AGES_AFTER = timedelta(minutes=30)
"""PAY-6: an exchange rate is fresh for this long after the desk last heard from central."""


@dataclass(frozen=True, slots=True)
class RateShown:
    """The exchange rate with its age."""

    id: UUID
    gyd_per_usd: Decimal
    as_of: datetime
    """When central last confirmed it, or when it took effect where the desk never heard."""
    stale: bool


@dataclass(frozen=True, slots=True)
class Priced:
    """Every service's offer for one request, and all that stands against it."""

    at: datetime
    offers: tuple[Offer, ...]
    refusals: tuple[Refusal, ...]
    """Blocking ones first."""
    rate: RateShown | None

    def find_offer(self, service: str) -> Offer | None:
        return next((offer for offer in self.offers if offer.service == service), None)

    @property
    def settled(self) -> bool:
        return not any(refusal.stops for refusal in self.refusals)


def find_rate(reader: Reader) -> RateShown | None:
    """The exchange rate in effect; None before the first sync."""
    rate = reader.book().rate_at(reader.now)
    if rate is None:
        return None
    heard = reader.find_setting("heard_at")
    as_of = rate.effective_at if heard is None else max(rate.effective_at, datetime.fromisoformat(heard))
    return RateShown(rate.id, rate.gyd_per_usd, as_of, reader.now - as_of > RATE_AGES_AFTER)


def price(reader: Reader, request: QuoteRequest) -> Priced:
    """CTR-3: every service side by side, with everything to settle at once."""
    at, book = reader.now, reader.book()
    return Priced(
        at=at,
        offers=compare(request, book, at),
        refusals=blocking_first(check_request(request, book, at)),
        rate=find_rate(reader),
    )


def find_trade_rules(reader: Reader) -> TradeRules | None:
    """Origins, destinations, places, goods and promotions in force; None before the first sync."""
    return reader.book().rules_at(reader.now)


def get_exchange_rate(reader: Reader) -> ExchangeRate:
    """Raises StoppedError where there is none yet."""
    rate = reader.book().rate_at(reader.now)
    if rate is None:
        raise stop(blocks("rate.missing", "exchange_rate", "No exchange rate is here yet: sync this desk first."))
    return rate
