"""Prices and rules as dated data: what a quote is made from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.measure import Length, Weight
from agent_desk.domain.money import Money, usd
from agent_desk.domain.till import Cash
from agent_desk.domain.values import Code, ExactDecimal, Id, Name, Value, When

Percent = Annotated[ExactDecimal, Field(ge=0, le=1000)]


class Mode(StrEnum):
    AIR = "air"
    OCEAN = "ocean"


class Rounding(StrEnum):
    """How a figure is brought to its step."""

    UP = "up"
    NEAREST = "nearest"
    EXACT = "exact"


class ServiceLimits(Value):
    """What one service takes, inside the outer wall; None where only the wall counts."""

    piece_weight: Weight | None = None
    piece_side: Length | None = None
    piece_sum: Length | None = None
    """Length + width + height."""
    dangerous: bool = False
    """True when the service takes dangerous goods."""


class WeightBreak(Value):
    """From so many billable pounds on, a pound costs this."""

    from_lb: Annotated[ExactDecimal, Field(ge=0, le=100_000)]
    usd_per_lb: Annotated[ExactDecimal, Field(ge=0, le=10_000)]


class PieceSurcharge(Value):
    """A fixed sum for each piece beyond a threshold; thresholds that are None do not count."""

    code: Code
    """`oversize`, `overweight` or `dangerous`."""
    label: Name
    over_weight: Weight | None = None
    over_side: Length | None = None
    each: Money


class RateCard(Aggregate):
    """What one service costs between two branches; a new price is a new card with a later `valid_from`."""

    kind: ClassVar[str] = "rate_card"

    service: Code
    """`air_express`, `air_economy` or `ocean`."""
    label: Name
    mode: Mode
    origin: Code
    destination: Code
    """The destination's code: GEO, LTM (Lethem), ..."""
    valid_from: When
    valid_until: When | None = None
    days_least: Annotated[int, Field(ge=0, le=365)]
    days_most: Annotated[int, Field(ge=0, le=365)]
    divisor: Annotated[ExactDecimal, Field(gt=0, le=100_000)]
    """Volume by dimensional weight: in³/lb when `metric` is false, else cm³/kg."""
    metric: bool = False
    side_rounding: Rounding = Rounding.EXACT
    """Sides to whole inches (or centimetres when metric) before the volume."""
    weight_step: Annotated[ExactDecimal, Field(gt=0, le=100)] = Decimal(1)
    """Billable pounds are rounded up to a multiple of this."""
    breaks: Annotated[tuple[WeightBreak, ...], Field(min_length=1)]
    """By rising `from_lb`, the first from 0; the break of the shipment's billable weight prices every pound."""
    minimum: Money
    fuel_percent: Percent
    handling_each: Money
    """For each piece."""
    insurance_percent: Percent
    """Of the declared value."""
    insurance_minimum: Money
    surcharges: tuple[PieceSurcharge, ...] = ()
    remote: Money
    """Added once when the delivery place is remote."""
    limits: ServiceLimits = ServiceLimits()

    def holds(self, at: datetime) -> bool:
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


class ExchangeRate(Aggregate):
    """How many Guyanese dollars the house gives or takes for one US dollar, from a time on."""

    kind: ClassVar[str] = "exchange_rate"

    gyd_per_usd: Annotated[ExactDecimal, Field(gt=0, le=100_000)]
    effective_at: When
    source: Name


class DutyRate(Value):
    goods: Code
    """The kind of goods: `household`, `electronics`, ..."""
    label: Name
    percent: Percent


class TaxTable(Aggregate):
    """Duty and VAT of one country from a day on; an estimate, with its source."""

    kind: ClassVar[str] = "tax_table"

    country: Code
    valid_from: date
    duties: tuple[DutyRate, ...]
    vat_percent: Percent
    source: Name


class GoodsRule(Value):
    """What may not go, or not by every way."""

    goods: Code
    destination: Code | None = None
    """None: everywhere."""
    mode: Mode | None = None
    forbidden: bool
    """False: allowed after a manager has looked at it."""
    sentence: Name


class Place(Value):
    """A place that parcels are delivered to; names repeat, so the region belongs to it."""

    region: Annotated[int, Field(ge=1, le=10)]
    name: Name
    remote: bool = False


class Destination(Value):
    code: Code
    label: Name
    country: Code
    restricted: Name = ""
    """Why nothing goes there now; empty when it does."""
    places: tuple[Place, ...] = ()


class TradeRules(Aggregate):
    """Destinations, places, goods and promotions in force from a day on."""

    kind: ClassVar[str] = "trade_rules"

    valid_from: date
    origins: tuple[Destination, ...]
    destinations: tuple[Destination, ...]
    goods: tuple[GoodsRule, ...]
    promotions: tuple[Promotion, ...] = ()
    weight_tolerance_percent: Percent = Decimal(10)
    """Measured against declared: beyond it a shipment is re-rated and held."""
    refund_limit: Money = usd(100_00)
    """What an agent may give back of one order without a manager."""
    over_short_limit: Cash = Cash(usd_minor=2_00, gyd_minor=400_00)
    """A till that is over or short by more, in either currency, is shown to a manager."""
    offline_cash_ceiling: Money | None = None
    """Without the link: how much cash one desk may take that central does not know of, in US dollars; None: any."""


class Promotion(Value):
    """A code that takes a share off the products of a cart."""

    code: Code
    percent: Percent
    since: When
    until: When


@dataclass(frozen=True, slots=True)
class PriceBook:
    """Every dated price and rule there is; each question names its time."""

    cards: tuple[RateCard, ...]
    rates: tuple[ExchangeRate, ...]
    taxes: tuple[TaxTable, ...]
    rules: tuple[TradeRules, ...]

    def cards_at(self, at: datetime, origin: str, destination: str) -> tuple[RateCard, ...]:
        """The cards in force between two places, one a service, fastest first."""
        fitting = [c for c in self.cards if c.holds(at) and c.origin == origin and c.destination == destination]
        newest = {c.service: c for c in sorted(fitting, key=lambda c: c.valid_from)}
        return tuple(sorted(newest.values(), key=lambda c: (c.days_most, c.service)))

    def rate_at(self, at: datetime) -> ExchangeRate | None:
        """The newest rate in effect by then."""
        # of two that begin together, every desk takes the same
        return max((r for r in self.rates if r.effective_at <= at), key=lambda r: (r.effective_at, r.id), default=None)

    def with_rate(self, rate: ExchangeRate) -> PriceBook:
        """The same prices with one more rate."""
        return replace(self, rates=(*self.rates, rate))

    def find_rate(self, id_: Id) -> ExchangeRate | None:
        return next((r for r in self.rates if r.id == id_), None)

    def find_card(self, id_: Id) -> RateCard | None:
        return next((c for c in self.cards if c.id == id_), None)

    def taxes_at(self, at: datetime, country: str) -> TaxTable | None:
        fitting = [t for t in self.taxes if t.country == country and t.valid_from <= at.date()]
        return max(fitting, key=lambda t: t.valid_from, default=None)

    def rules_at(self, at: datetime) -> TradeRules | None:
        return max((r for r in self.rules if r.valid_from <= at.date()), key=lambda r: r.valid_from, default=None)


TradeRules.model_rebuild()
