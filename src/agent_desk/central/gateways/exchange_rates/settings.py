"""Where the feed is and when it is believed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from agent_desk.domain.values import Value


class FeedSettings(Value):
    base_url: str
    timeout_seconds: float = 10
    oldest: timedelta = timedelta(hours=48)
    """The feed is renewed once a day; beyond this it has stopped."""
    widest_percent: Decimal = Decimal(5)
    """How far the house's rate may lie from the feed's before a manager looks."""
