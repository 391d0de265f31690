"""Whether the feed agrees with the house's rate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from agent_desk.central.gateways.exchange_rates.mapper import FeedError, mid_rate
from agent_desk.central.gateways.exchange_rates.proxy import FeedProxy
from agent_desk.central.gateways.exchange_rates.settings import FeedSettings
from agent_desk.domain.rates import Stated, follow


@dataclass(frozen=True, slots=True)
class RateCheck:
    """`agrees` is None when the feed cannot be used; `sentence` says what was found."""

    agrees: bool | None
    sentence: str


class FeedRateChecks:
    """Compares the house's sell rate with the feed's mid rate."""

    def __init__(self, settings: FeedSettings, proxy: FeedProxy) -> None:
        self._settings = settings
        self._proxy = proxy
        self._known: Stated | None = None

    def check(self, house: Decimal, now: datetime) -> RateCheck:
        """Against the newest word of the feed: one that it repeats, or that is older than the last, is no news."""
        try:
            self._known = found = follow(self._known, mid_rate(self._proxy.latest()), now)
        except FeedError as reason:
            return RateCheck(None, f"The rate feed cannot be used: {reason}.")
        if found.age(now) > self._settings.oldest:
            return RateCheck(None, f"The rate feed stopped on {found.stated_at:%d %b}.")
        apart = abs(house - found.gyd_per_usd) / found.gyd_per_usd * 100
        if apart > self._settings.widest_percent:
            return RateCheck(
                agrees=False,
                sentence=f"The house's rate {house:.2f} is {apart:.1f} % from the feed's {found.gyd_per_usd}.",
            )
        return RateCheck(agrees=True, sentence=f"Within {apart:.1f} % of the feed's {found.gyd_per_usd}.")
