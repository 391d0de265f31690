"""What things cost now: offers for pieces, the exchange rate and its age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from agent_desk.desk.usecases.ports import Reader, Work, stop
from agent_desk.domain.limits import blocking_first, check_request
from agent_desk.domain.money_commands import SetExchangeRate
from agent_desk.domain.price_book import ExchangeRate, TradeRules
from agent_desk.domain.rates import FRESH_FOR, Use, may_use
from agent_desk.domain.rating import compare
from agent_desk.domain.refusal import Refusal, blocks
from agent_desk.domain.shipping import Offer, QuoteRequest
from agent_desk.domain.times import age_text


@dataclass(frozen=True, slots=True)
class RateShown:
    """The exchange rate with its age."""

    id: UUID
    gyd_per_usd: Decimal
    as_of: datetime
    """When central last confirmed it, or when it took effect where the desk never heard."""
    age: timedelta

    @property
    def stale(self) -> bool:
        """Past what it may be online."""
        return self.age > FRESH_FOR

    def may(self, use: Use) -> bool:
        """Whether at that age it still serves for this."""
        return may_use(use, self.age)


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
    return RateShown(rate.id, rate.gyd_per_usd, as_of, reader.now - as_of)


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


def serves(reader: Reader, shown: RateShown, use: Use) -> bool:
    """Whether the rate is young enough; a desk that never heard central has no age to go by."""
    return reader.find_setting("heard_at") is None or shown.may(use)


def get_exchange_rate(reader: Reader, use: Use = Use.SELL) -> ExchangeRate:
    """Raises StoppedError where there is none yet, or none young enough for that use."""
    rate, shown = reader.book().rate_at(reader.now), find_rate(reader)
    if rate is None or shown is None:
        raise stop(blocks("rate.missing", "exchange_rate", "No exchange rate is here yet: sync this desk first."))
    if not serves(reader, shown, use):
        sentence = f"The rate is {age_text(shown.age)} old: sync this desk, or let a manager set one by hand."
        raise stop(blocks("exchange_rate.too_old", "exchange_rate", sentence, "PAY-6"))
    return rate


def set_rate(
    work: Work,
    gyd_per_usd: Decimal,
    source: str,
    *,
    spread_percent: Decimal = Decimal(0),
    effective_at: datetime | None = None,
) -> ExchangeRate:
    """MGR-4: the house's rate by hand, from now on or a later time; it works without a link too."""
    against = []
    if not gyd_per_usd.is_finite() or gyd_per_usd <= 0:
        against.append(blocks("exchange_rate.unreadable", "gyd_per_usd", "Enter how many GYD one USD is, as 209.50."))
    if not source.strip():
        against.append(blocks("exchange_rate.no_source", "source", "Say where the rate is from."))
    if against:
        raise stop(*against)
    id_ = work.new_id()
    work.do(
        SetExchangeRate(
            rate=id_,
            gyd_per_usd=gyd_per_usd,
            effective_at=effective_at or work.now,
            source=source.strip(),
            spread_percent=spread_percent,
        )
    )
    return work.get(ExchangeRate, id_)
