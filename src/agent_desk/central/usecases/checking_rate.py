"""PAY-6: whether the rate in force agrees with the world's."""

from __future__ import annotations

from agent_desk.central.usecases.ports import Now, RateOpinion, RateOpinions, Store
from agent_desk.central.usecases.price_books import PriceBooks


def check_rate(store: Store, books: PriceBooks, opinions: RateOpinions, now: Now) -> RateOpinion | None:
    """What the feed says of the rate in force; None where there is none."""
    at = now()
    with store.reading() as unit:
        rate = books.current(unit).rate_at(at)
    # asked between transactions, never inside one
    return None if rate is None else opinions.check(rate.gyd_per_usd, at)
