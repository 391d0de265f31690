"""What a product costs in a cart, and what must be said when it is put there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from agent_desk.domain.catalogue import PriceSpan, Product
from agent_desk.domain.formats import money_text
from agent_desk.domain.limits import PIECE_LB, SIDE_IN
from agent_desk.domain.money import Money
from agent_desk.domain.refusal import Refusal, blocks, warns
from agent_desk.domain.totals import HONOURED

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def honoured_spans(product: Product, at: datetime) -> tuple[PriceSpan, ...]:
    """The price in force then and those that were at some moment in the 24 h before, the newest first."""
    since = at - HONOURED
    held = [s for s in product.prices if s.since <= at and (s.until is None or s.until > since)]
    return tuple(sorted(held, key=lambda s: s.since, reverse=True))


def find_each(product: Product, claimed: Money, quantities: Iterable[int], at: datetime) -> PriceSpan | None:
    """The honoured price by which one of so many costs what was claimed."""
    wanted = tuple(quantities)
    spans = honoured_spans(product, at)
    return next((s for s in spans if any(s.each_for(quantity) == claimed for quantity in wanted)), None)


def refuse_price(product: Product, quantity: int, field: str, at: datetime) -> Refusal:
    """SEC-4: a claimed price that was not in force, with the one that is."""
    span = product.find_price(at)
    if span is None:
        return blocks("product.unpriced", field, f"{product.name} has no price now: leave it out.", "SEC-4")
    each = money_text(span.each_for(quantity), cents=True)
    sentence = f"{product.name} costs {each} each now: agree it with the customer and add it again."
    return blocks("price.differs", field, sentence, "SEC-4")


def refuse_season(product: Product, field: str, at: datetime) -> tuple[Refusal, ...]:
    """EDGE-7: what has a season is sold in it alone."""
    season = product.season
    if season is None or season.holds(at):
        return ()
    first, last = _MONTHS[season.first_month - 1], _MONTHS[season.last_month - 1]
    sentence = f"{product.name} is sold from {first} to {last} only: offer something else."
    return (blocks("product.out_of_season", field, sentence, "EDGE-7"),)


def refuse_share(product: Product, quantity: int, field: str) -> tuple[Refusal, ...]:
    """EDGE-2: a free sample, or what else is limited, goes only so often to one customer."""
    if product.each_customer is None or quantity <= product.each_customer:
        return ()
    sentence = f"One customer may have {product.each_customer} of {product.name}: take {product.each_customer}."
    return (blocks("product.limited", field, sentence, "EDGE-2"),)


def warn_of(product: Product, field: str) -> tuple[Refusal, ...]:
    """EDGE-1, EDGE-3, EDGE-5: what the customer must hear about shipping it; none of it stops the sale."""
    found: list[Refusal] = []
    if not product.measured:
        sentence = f"{product.name} has no weight or size: it must be measured before it ships."
        found.append(warns("product.unmeasured", field, sentence, "EDGE-1"))
    if _too_large(product):
        sentence = f"{product.name} is over the shipping limits: it cannot be shipped, pick-up only."
        found.append(warns("product.over_limits", field, sentence, "EDGE-3"))
    if product.dangerous:
        sentence = f"{product.name} is dangerous goods: not every service takes it."
        found.append(warns("product.dangerous", field, sentence, "EDGE-5"))
    return tuple(found)


def _too_large(product: Product) -> bool:
    sides = (product.length, product.width, product.height)
    if product.weight is not None and product.weight.lb > PIECE_LB:
        return True
    return any(side is not None and side.inches > SIDE_IN for side in sides)
