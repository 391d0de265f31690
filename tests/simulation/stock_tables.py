"""Shelves, leases and reservations of central's database in memory."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from agent_desk.central.usecases.stock_ports import Place, ReservationRow, ShelfRow, StockFact
from agent_desk.central.usecases.trouble import TransientError
from agent_desk.domain.stock import Lease


class StockTables(ABC):
    """Implements `Stocking` on the tables of a transaction."""

    @abstractmethod
    def get(self, table: str, key: Any) -> Any:
        """One row as this transaction sees it; None where there is none."""

    @abstractmethod
    def put(self, table: str, key: Any, value: Any) -> None:
        """Writes a row."""

    @abstractmethod
    def items(self, table: str) -> dict[Any, Any]:
        """A whole table as this transaction sees it."""

    @abstractmethod
    def lock(self, key: Hashable) -> None:
        """Held to the end of the transaction."""

    def lock_shelves(self, places: Sequence[Place]) -> list[ShelfRow]:
        found: list[ShelfRow] = []
        for place in sorted(set(places)):
            if self.get("shelf", place) is not None:
                self.lock(("shelf", place))
                found.append(self.get("shelf", place))
        return found

    def list_leases(self, device: UUID, products: Sequence[UUID]) -> list[Lease]:
        found = [self.get("lease", (device, product)) for product in products]
        return [lease for lease in found if lease is not None]

    def save_shelves(self, rows: Sequence[ShelfRow], fresh: Sequence[bool]) -> None:
        for row, new in zip(rows, fresh, strict=True):
            place = (row.shelf.branch, row.shelf.product)
            if new:
                self.lock(("shelf", place))
                if self.get("shelf", place) is not None:
                    raise TransientError("stock")
            self.put("shelf", place, row)

    def check_stock(self) -> None:  # noqa: B027 - nothing is to be done
        """What it would find is looked for by the invariants, whether it is asked or not."""

    def save_leases(self, leases: Sequence[Lease]) -> None:
        for lease in leases:
            self.put("lease", (lease.device, lease.product), lease)

    def replace_reservations(self, holder: UUID, rows: Sequence[ReservationRow]) -> None:
        self.put("reservation", holder, tuple(rows))

    def add_sold(self, location: str, sold_on: date, sold: Sequence[tuple[UUID, int]]) -> None:
        for product, count in sold:
            key = (location, sold_on, product)
            self.lock(("sold", key))
            self.put("sold", key, (self.get("sold", key) or 0) + count)

    def record_stock_fact(self, fact: StockFact) -> None:
        self.put("stock fact", fact.command, fact)

    def list_stale(self, shown_before: datetime, most: int) -> list[Place]:
        stale = [(place, row.shown_at) for place, row in sorted(self.items("shelf").items()) if row.stale]
        return [place for place, at in stale if at is None or at <= shown_before][:most]

    def list_heard(self, since: datetime) -> list[tuple[UUID, str]]:
        devices = sorted(self.items("device").values(), key=lambda device: device.desk)
        heard = self.items("heard")
        return [(d.id, d.branch) for d in devices if d.active and d.id in heard and heard[d.id] >= since]

    def list_ended(self, before: datetime) -> list[tuple[UUID, str, UUID]]:
        leases = [lease for _, lease in sorted(self.items("lease").items())]
        return [(one.device, one.branch, one.product) for one in leases if one.left and one.expires_at <= before]

    def list_sold(self, location: str, since: date, most: int) -> list[tuple[UUID, int]]:
        counts: dict[UUID, int] = {}
        for (place, day, product), count in self.items("sold").items():
            if place == location and day >= since:
                counts[product] = counts.get(product, 0) + count
        return sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:most]
