"""What lies on the shelves, what of it is promised, and what a desk may promise by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID, uuid5

from pydantic import Field

from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.values import Code, Id, Value, When

Count = Annotated[int, Field(ge=0, le=10_000_000)]

LEASE_LASTS = timedelta(hours=4)
DESK_STOPS = timedelta(minutes=1)
"""Before a lease ends the desk leaves it alone, so that a clock a little off never oversells."""
RECLAIMED_AFTER = timedelta(minutes=10)
"""After a lease has ended central takes back what is left, so that what was sold in time has come in."""
OPEN_HOURS_A_WEEK = 54
"""Nine hours on six days, by which a week's sales become those of a lease's time."""


class Bucket(StrEnum):
    """How many can be had, as coarse as a desk needs it."""

    NONE = "0"
    FEW = "1-3"
    SOME = "4-9"
    MANY = "10+"


def bucket_of(free: int) -> Bucket:
    if free <= 0:
        return Bucket.NONE
    return Bucket.FEW if free <= 3 else Bucket.SOME if free <= 9 else Bucket.MANY


def shelf_id(branch: str, product: UUID) -> UUID:
    return uuid5(product, f"shelf {branch}")


def lease_id(desk: str, product: UUID) -> UUID:
    return uuid5(product, f"lease {desk}")


def availability_id(branch: str, product: UUID) -> UUID:
    return uuid5(product, f"availability {branch}")


class Shelf(Aggregate):
    """One product at one branch; known to central alone, a desk sees its `Availability`."""

    kind: ClassVar[str] = "shelf"

    branch: Code
    product: Id
    on_hand: Count = 0
    reserved: Count = 0
    """Held for carts in checkout, and for orders until they are handed over."""
    leased: Count = 0
    """Set aside for desks and not used by them yet."""

    @property
    def free(self) -> int:
        """What can still be promised; never below zero."""
        return self.on_hand - self.reserved - self.leased


class Availability(Aggregate):
    """What a desk is told of a shelf."""

    kind: ClassVar[str] = "availability"

    branch: Code
    product: Id
    bucket: Bucket


class Lease(Aggregate):
    """So many of a product that one desk may sell without asking, for a time."""

    kind: ClassVar[str] = "lease"

    device: Id
    desk: Code
    branch: Code
    product: Id
    quantity: Count
    used: Count = 0
    expires_at: When

    @property
    def left(self) -> int:
        return self.quantity - self.used

    def left_at(self, now: datetime, *, at_central: bool) -> int:
        """What may be sold then: a desk stops a little before, central honours what was sold until the end."""
        ends = self.expires_at if at_central else self.expires_at - DESK_STOPS
        return self.left if now < ends else 0


class LineStock(Value):
    """Where the goods of one line come from; the four parts make up its quantity."""

    line: Id
    product: Id
    leased: Count = 0
    """From the desk's own lease."""
    reserved: Count = 0
    """From the shelf, by central."""
    asked: Count = 0
    """Nobody has answered yet: to be confirmed."""
    short: Count = 0
    """Central has answered: not there."""
    handed: Count = 0
    """So many are with the customer."""

    @property
    def held(self) -> int:
        """Promised and not yet handed over."""
        return max(0, self.leased + self.reserved - self.handed)

    @property
    def unconfirmed(self) -> int:
        return self.asked + self.short


SHOWN_AT_MOST_EACH = timedelta(seconds=25)
"""Between two looks at one shelf, so that with five seconds of a job's delay none is older than thirty."""


def is_due(bucket: Bucket, shown: Bucket | None, shown_at: datetime | None, now: datetime) -> bool:
    """SYN-10: whether desks are told now: of the last one going or the first one coming at once, of others in turn."""
    if bucket is shown:
        return False
    crossing = shown is None or Bucket.NONE in {bucket, shown}
    return crossing or shown_at is None or now - shown_at >= SHOWN_AT_MOST_EACH


def lease_size(sold_last_week: int, desks: int, free: int) -> int:
    """What one of so many desks gets: twice its share of what sells in a lease's time, rounded up.

    Never more than its even share of half of what is free, so that most can be sold by whoever asks first.
    """
    if sold_last_week <= 0 or desks <= 0 or free <= 0:
        return 0
    hours = int(LEASE_LASTS.total_seconds()) // 3600
    wanted = -(-2 * sold_last_week * hours // (OPEN_HOURS_A_WEEK * desks))
    return min(wanted, free // (2 * desks))
