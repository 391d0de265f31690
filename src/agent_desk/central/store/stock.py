"""Shelves, leases and reservations within a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from datetime import date, datetime
from uuid import UUID

from agent_desk.central.store.reading import ReadingUnit
from agent_desk.central.usecases.stock_ports import Place, ReservationRow, ShelfRow, StockFact
from agent_desk.central.usecases.trouble import TransientError
from agent_desk.domain.stock import Bucket, Lease, Shelf, lease_id, shelf_id

LOCK = """
select s.location, s.product, s.version, s.on_hand, s.reserved, s.leased, s.shown, s.shown_at, s.shown_version
from stock s join unnest(%s::text[], %s::uuid[]) as w(location, product)
    on s.location = w.location and s.product = w.product
order by s.location, s.product for update of s
"""
ROWS = """
select * from unnest(%s::text[], %s::uuid[], %s::int[], %s::int[], %s::int[], %s::int[], %s::text[],
    %s::timestamptz[], %s::int[], %s::bool[])
    as t(location, product, version, on_hand, reserved, leased, shown, shown_at, shown_version, stale)
"""
INSERT = f"insert into stock {ROWS} on conflict do nothing"
UPDATE = f"""
update stock s set version = t.version, on_hand = t.on_hand, reserved = t.reserved, leased = t.leased,
    shown = t.shown, shown_at = t.shown_at, shown_version = t.shown_version, stale = t.stale
from ({ROWS}) t where s.location = t.location and s.product = t.product
"""  # noqa: S608 - the texts are our own
SAVE_LEASES = """
insert into lease (device, product, location, version, quantity, used, expires_at)
select * from unnest(%s::uuid[], %s::uuid[], %s::text[], %s::int[], %s::int[], %s::int[], %s::timestamptz[])
on conflict (device, product) do update set location = excluded.location, version = excluded.version,
    quantity = excluded.quantity, used = excluded.used, expires_at = excluded.expires_at
"""


class StockUnit(ReadingUnit):
    """Implements `Stocking` within the transaction of its cursor."""

    def lock_shelves(self, places: Sequence[Place]) -> list[ShelfRow]:
        """Those that exist, locked in the order of branch and product."""
        wanted = sorted(set(places))
        rows = self._all(LOCK, [location for location, _ in wanted], [product for _, product in wanted])
        return [
            ShelfRow(
                Shelf(
                    id=shelf_id(location, product), version=version, branch=location, product=product,
                    on_hand=on_hand, reserved=reserved, leased=leased,
                ),
                None if shown is None else Bucket(shown), shown_at, shown_version,
            )
            for location, product, version, on_hand, reserved, leased, shown, shown_at, shown_version in rows
        ]  # fmt: skip

    def list_leases(self, device: UUID, products: Sequence[UUID]) -> list[Lease]:
        rows = self._all(
            "select l.product, d.desk, l.location, l.version, l.quantity, l.used, l.expires_at from lease l"
            " join device d on d.id = l.device where l.device = %s and l.product = any(%s::uuid[])",
            device,
            list(products),
        )
        return [
            Lease(
                id=lease_id(desk, product), version=version, device=device, desk=desk, branch=location,
                product=product, quantity=quantity, used=used, expires_at=expires_at,
            )
            for product, desk, location, version, quantity, used, expires_at in rows
        ]  # fmt: skip

    def save_shelves(self, rows: Sequence[ShelfRow], fresh: Sequence[bool]) -> None:
        """Raises TransientError where a fresh one is there already."""
        for sql, wanted in ((INSERT, True), (UPDATE, False)):
            some = [row for row, new in zip(rows, fresh, strict=True) if new is wanted]
            if some and self._run(sql, _columns(some)).rowcount != len(some):
                raise TransientError("stock")

    def save_leases(self, leases: Sequence[Lease]) -> None:
        columns = [
            [lease.device for lease in leases],
            [lease.product for lease in leases],
            [lease.branch for lease in leases],
            [lease.version for lease in leases],
            [lease.quantity for lease in leases],
            [lease.used for lease in leases],
            [lease.expires_at for lease in leases],
        ]
        self._run(SAVE_LEASES, columns)

    def replace_reservations(self, holder: UUID, rows: Sequence[ReservationRow]) -> None:
        self._run("delete from reservation where holder = %s", (holder,))
        if rows:
            self._cursor.executemany(
                "insert into reservation (holder, line, location, product, quantity, until)"
                " values (%s, %s, %s, %s, %s, %s)",
                [(holder, *astuple(row)) for row in rows],
            )

    def add_sold(self, location: str, sold_on: date, sold: Sequence[tuple[UUID, int]]) -> None:
        self._run(
            "insert into stock_sold (location, product, sold_on, quantity)"
            " select %s, t.product, %s, t.quantity from unnest(%s::uuid[], %s::int[]) as t(product, quantity)"
            " order by t.product on conflict (location, sold_on, product)"
            " do update set quantity = stock_sold.quantity + excluded.quantity",
            (location, sold_on, [product for product, _ in sold], [quantity for _, quantity in sold]),
        )

    def record_stock_fact(self, fact: StockFact) -> None:
        self._run("insert into stock_fact values (%s, %s, %s, %s, %s, %s, %s)", astuple(fact))

    def check_stock(self) -> None:
        """Asks the database now, not at the commit, whether what is promised adds up."""
        self._run("set constraints all immediate")
        self._run("set constraints all deferred")

    def list_stale(self, shown_before: datetime, most: int) -> list[Place]:
        """Shelves of which desks must be told anew and were last told before then."""
        return [
            (location, product)
            for location, product in self._all(
                "select location, product from stock where stale and shown_at <= %s order by shown_at limit %s",
                shown_before,
                most,
            )
        ]

    def list_heard(self, since: datetime) -> list[tuple[UUID, str]]:
        """The devices in use that were heard from since then, each with its branch."""
        rows = self._all(
            "select d.id, d.branch from device d where d.status = 'active' and d.id is not null and ("
            " d.seen_at >= %s or exists (select 1 from session s"
            " where s.device = d.id and s.ended_at is null and s.rotated_at >= %s)) order by d.id",
            since,
            since,
        )
        return [(id_, branch) for id_, branch in rows]

    def list_ended(self, before: datetime) -> list[tuple[UUID, str, UUID]]:
        """Device, branch and product of leases with something left that ended before then."""
        rows = self._all(
            "select device, location, product from lease where used < quantity and expires_at <= %s"
            " order by device, location, product",
            before,
        )
        return [(device, location, product) for device, location, product in rows]

    def list_sold(self, location: str, since: date, most: int) -> list[tuple[UUID, int]]:
        """What sold best since that day, and how many of it."""
        rows = self._all(
            "select product, sum(quantity) from stock_sold where location = %s and sold_on >= %s"
            " group by product order by sum(quantity) desc, product limit %s",
            location,
            since,
            most,
        )
        return [(product, int(quantity)) for product, quantity in rows]


def _columns(rows: Sequence[ShelfRow]) -> list[list[object]]:
    return [
        [row.shelf.branch for row in rows],
        [row.shelf.product for row in rows],
        [row.shelf.version for row in rows],
        [row.shelf.on_hand for row in rows],
        [row.shelf.reserved for row in rows],
        [row.shelf.leased for row in rows],
        [None if row.shown is None else row.shown.value for row in rows],
        [row.shown_at for row in rows],
        [row.shown_version for row in rows],
        [row.stale for row in rows],
    ]
