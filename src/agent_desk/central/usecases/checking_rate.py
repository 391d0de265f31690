"""PAY-6: whether the rate in force agrees with the world's."""

from __future__ import annotations

from decimal import Decimal

from agent_desk.central.usecases.ports import Now, RateOpinion, RateOpinions, Store
from agent_desk.central.usecases.price_books import PriceBooks
from agent_desk.domain.rates import mid_of


def check_rate(store: Store, books: PriceBooks, opinions: RateOpinions, now: Now) -> RateOpinion | None:
    """What the feed says of the rate in force; None where there is none."""
    at = now()
    with store.reading() as unit:
        rate = books.current(unit).rate_at(at)
        spread = None if rate is None else unit.find_spread(rate.id)
    if rate is None:
        return None
    # what the house takes on top is no disagreement; asked between transactions, never inside one
    return opinions.check(mid_of(rate.gyd_per_usd, spread or Decimal(0)), at)
