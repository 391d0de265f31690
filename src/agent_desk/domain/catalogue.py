"""What the shop sells beside shipping."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.measure import Length, Weight
from agent_desk.domain.money import Money
from agent_desk.domain.values import Code, Name, Text, Value, When

Quantity = Annotated[int, Field(ge=1, le=9999)]


class PriceBreak(Value):
    """From so many on, each costs this."""

    quantity: Quantity
    each: Money


class PriceSpan(Value):
    """A price and when it holds; a product keeps its last few."""

    since: When
    until: When | None = None
    each: Money
    breaks: tuple[PriceBreak, ...] = ()
    """By rising quantity."""

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)

    def each_for(self, quantity: int) -> Money:
        return next((b.each for b in reversed(self.breaks) if b.quantity <= quantity), self.each)


class Season(Value):
    """Months of the year in which it can be had, both inclusive; it may run over new year."""

    first_month: Annotated[int, Field(ge=1, le=12)]
    last_month: Annotated[int, Field(ge=1, le=12)]

    def holds(self, at: datetime) -> bool:
        if self.first_month <= self.last_month:
            return self.first_month <= at.month <= self.last_month
        return at.month >= self.first_month or at.month <= self.last_month


class Product(Aggregate):
    kind: ClassVar[str] = "product"

    code: Code
    name: Name
    barcode: Annotated[Text, Field(max_length=40)] = ""
    prices: tuple[PriceSpan, ...]
    """By falling `since`: the newest first."""
    vat: bool = True
    weight: Weight | None = None
    length: Length | None = None
    width: Length | None = None
    height: Length | None = None
    dangerous: bool = False
    season: Season | None = None
    stocked: bool = False
    """Counted at each branch; what is not, such as a service, is sold without a look at the shelf."""
    each_customer: Quantity | None = None
    """The most one customer may have, such as 1 of a free sample."""

    @property
    def measured(self) -> bool:
        return None not in (self.weight, self.length, self.width, self.height)

    def find_price(self, at: datetime) -> PriceSpan | None:
        """The price that holds at that time."""
        return next((span for span in self.prices if span.holds(at)), None)
