"""What the use cases ask of the database about goods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from agent_desk.domain.stock import Bucket, Lease, Shelf, bucket_of

Place = tuple[str, UUID]
"""A branch and a product."""


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """A shelf as it is stored."""

    shelf: Shelf
    """Its version is 0 where nothing was ever there."""
    shown: Bucket | None = None
    """What desks were last told of it."""
    shown_at: datetime | None = None
    shown_version: int = 0

    @property
    def stale(self) -> bool:
        """Whether desks must be told anew."""
        return self.shown is not bucket_of(self.shelf.free)


@dataclass(frozen=True, slots=True)
class ReservationRow:
    """So many held for one line of a cart in checkout or of an order."""

    line: UUID
    location: str
    product: UUID
    quantity: int
    until: datetime | None
    """None for an order."""


@dataclass(frozen=True, slots=True)
class StockFact:
    """What somebody said of a shelf."""

    command: UUID
    name: str
    location: str
    product: UUID
    quantity: int
    said_at: datetime
    said_by: UUID


class Stocking(Protocol):
    """Goods within one transaction; a shelf that is locked keeps its leases and reservations still too."""

    def lock_shelves(self, places: Sequence[Place]) -> list[ShelfRow]:
        """Those that exist, locked in the order of branch and product."""
        ...

    def list_leases(self, device: UUID, products: Sequence[UUID]) -> list[Lease]: ...
    def save_shelves(self, rows: Sequence[ShelfRow], fresh: Sequence[bool]) -> None:
        """Raises TransientError where a fresh one is there already."""
        ...

    def save_leases(self, leases: Sequence[Lease]) -> None: ...
    def replace_reservations(self, holder: UUID, rows: Sequence[ReservationRow]) -> None: ...
    def add_sold(self, location: str, sold_on: date, sold: Sequence[tuple[UUID, int]]) -> None: ...
    def record_stock_fact(self, fact: StockFact) -> None: ...

    def check_stock(self) -> None:
        """Asks the database now, not at the commit, whether what is promised adds up."""
        ...

    def list_stale(self, shown_before: datetime, most: int) -> list[Place]:
        """Shelves of which desks must be told anew and were last told before then."""
        ...

    def list_heard(self, since: datetime) -> list[tuple[UUID, str]]:
        """The devices in use that were heard from since then, each with its branch."""
        ...

    def list_ended(self, before: datetime) -> list[tuple[UUID, str, UUID]]:
        """Device, branch and product of leases with something left that ended before then."""
        ...

    def list_sold(self, location: str, since: date, most: int) -> list[tuple[UUID, int]]:
        """What sold best since that day, and how many of it."""
        ...
