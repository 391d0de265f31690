"""Shelves and leases of one transaction: locked in order, decided on by the domain, written with what they owe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from agent_desk.central.usecases.ports import Deferred, FeedRow, Pushing
from agent_desk.central.usecases.shaping import document_of, feed_row, scope_name
from agent_desk.central.usecases.stock_ports import Place, ReservationRow, ShelfRow, StockFact
from agent_desk.domain.aggregate import Aggregate, Command, Ref
from agent_desk.domain.checking_out import locked_until
from agent_desk.domain.commands import (
    AddProduct,
    CheckOut,
    CountStock,
    HandOverGoods,
    PlaceOrder,
    ReceiveGoods,
    ReleaseCheckout,
    ShelfFact,
)
from agent_desk.domain.decision import State
from agent_desk.domain.people import Staff
from agent_desk.domain.selling import Cart, CartState, Order
from agent_desk.domain.stock import (
    Availability,
    Lease,
    LineStock,
    Shelf,
    availability_id,
    bucket_of,
    is_due,
    shelf_id,
)
from agent_desk.wire.sync import Envelope

STOCK_KINDS = frozenset({Shelf.kind, Lease.kind})
GIVE_BACK = "stock.give_back"
"""The job that ends a checkout's hold on its goods."""


class StockRoom:
    """What the decisions of one transaction know of goods."""

    def __init__(self, unit: Pushing, device: UUID | None, now: datetime) -> None:
        self._unit = unit
        self._device = device
        self._now = now
        self._shelves: dict[Ref, ShelfRow] = {}
        self._leases: dict[Ref, Lease] = {}
        self._rows: dict[str, dict[Ref, FeedRow]] = {}

    def lock(self, places: Iterable[Place]) -> None:
        """Locks shelves in the order of branch and product; only what is locked is found."""
        wanted = sorted(set(places))
        if not wanted:
            return
        for branch, product in wanted:
            empty = Shelf(id=shelf_id(branch, product), branch=branch, product=product)
            self._shelves[empty.ref] = ShelfRow(empty)
        self._shelves |= {row.shelf.ref: row for row in self._unit.lock_shelves(wanted)}
        if self._device is not None:
            leases = self._unit.list_leases(self._device, sorted({product for _, product in wanted}))
            self._leases = {lease.ref: lease for lease in leases}

    def find(self, ref: Ref) -> Shelf | Lease | None:
        row = self._shelves.get(ref)
        return self._leases.get(ref) if row is None else row.shelf

    @property
    def shelves(self) -> tuple[Shelf, ...]:
        return tuple(row.shelf for row in self._shelves.values())

    def part(self, changes: Sequence[Aggregate]) -> tuple[list[Shelf | Lease], list[Aggregate]]:
        """What is kept here of these changes, and the others."""
        goods = [one for one in changes if isinstance(one, Shelf | Lease)]
        return goods, [one for one in changes if not isinstance(one, Shelf | Lease)]

    def save(
        self, goods: Sequence[Shelf | Lease], others: Sequence[tuple[Aggregate | None, Aggregate]] = ()
    ) -> tuple[str, ...]:
        """Writes shelves, leases and what is held for carts and orders; the scopes in which it will be seen."""
        shelves = [self._shown(one) for one in goods if isinstance(one, Shelf)]
        leases = [one for one in goods if isinstance(one, Lease)]
        seen = {scope for _, scope in map(self._tell, leases)} | self._write(shelves)
        if leases:
            self._unit.save_leases(leases)
            self._leases |= {lease.ref: lease for lease in leases}
        held = [self._hold(before, after) for before, after in others]
        if goods or any(held):
            self._unit.check_stock()
        return tuple(seen)

    def show(self) -> tuple[str, ...]:
        """Tells desks of every locked shelf of which they do not know the present state."""
        return tuple(self._write([self._shown(row.shelf) for row in self._shelves.values() if row.stale]))

    def rows(self) -> dict[str, list[FeedRow]]:
        """What is to be stamped, by scope."""
        return {scope: list(rows.values()) for scope, rows in self._rows.items()}

    def _write(self, rows: Sequence[ShelfRow]) -> set[str]:
        if not rows:
            return set()
        fresh = [self._shelves[row.shelf.ref].shelf.version == 0 for row in rows]
        self._unit.save_shelves(rows, fresh)
        scopes = set[str]()
        for row in rows:
            if row.shown_version != self._shelves[row.shelf.ref].shown_version:
                scopes.add(self._tell(_availability(row))[1])
            self._shelves[row.shelf.ref] = row
        return scopes

    def _shown(self, shelf: Shelf) -> ShelfRow:
        """The shelf with what desks are told of it from now on."""
        before, bucket = self._shelves[shelf.ref], bucket_of(shelf.free)
        if not is_due(bucket, before.shown, before.shown_at, self._now):
            return ShelfRow(shelf, before.shown, before.shown_at, before.shown_version)
        return ShelfRow(shelf, bucket, self._now, before.shown_version + 1)

    def _tell(self, aggregate: Availability | Lease) -> tuple[Ref, str]:
        scope = scope_name(aggregate)
        self._rows.setdefault(scope, {})[aggregate.ref] = feed_row(document_of(aggregate))
        return aggregate.ref, scope

    def _hold(self, before: Aggregate | None, after: Aggregate) -> bool:
        """Keeps what is held for a cart or an order; False where that is as it was."""
        held = _held(after)
        if held == _held(before):
            return False
        assert isinstance(after, Cart | Order), "nothing else holds goods"
        until = locked_until(after.checkout) if isinstance(after, Cart) and after.checkout is not None else None
        rows = [ReservationRow(one.line, after.branch, one.product, one.held, until) for one in held if one.held]
        self._unit.replace_reservations(after.id, rows)
        if rows and until is not None:
            self._unit.defer([Deferred(GIVE_BACK, {"cart": str(after.id)}, until)])
        if isinstance(after, Order) and before is None:
            sold = [(one.product, one.leased + one.reserved + one.unconfirmed) for one in after.stock]
            self._unit.add_sold(after.branch, after.placed_at.date(), sold)
        return True


def _held(aggregate: Aggregate | None) -> tuple[LineStock, ...]:
    if isinstance(aggregate, Order):
        return aggregate.stock
    if isinstance(aggregate, Cart) and aggregate.state is CartState.CHECKOUT and aggregate.checkout is not None:
        return aggregate.checkout.stock
    return ()


def _availability(row: ShelfRow) -> Availability:
    assert row.shown is not None, "it was just told"
    shelf = row.shelf
    return Availability(
        id=availability_id(shelf.branch, shelf.product),
        version=row.shown_version,
        branch=shelf.branch,
        product=shelf.product,
        bucket=row.shown,
    )


def list_places(commands: Sequence[tuple[UUID, Command]], state: State) -> list[Place]:
    """Every shelf that these commands may look at, each named with who did it: all of them are locked at once."""
    carts = {c.cart: by for by, c in commands if isinstance(c, CheckOut | PlaceOrder | ReleaseCheckout)}
    places = [(c.branch, c.product) for _, c in commands if isinstance(c, ShelfFact)]
    for id_, by in carts.items():
        cart, actor = state.find(Cart, id_), state.find(Staff, by)
        branch = cart.branch if cart is not None else "" if actor is None else actor.branch
        places += [(branch, product) for product in _products(cart)]
        added = [c.product for _, c in commands if isinstance(c, AddProduct) and c.cart == id_]
        places += [(branch, product) for product in added]
    for _, command in commands:
        order = state.find(Order, command.order) if isinstance(command, HandOverGoods) else None
        if order is not None:
            places += [(order.branch, one.product) for one in order.stock]
    return places


def _products(cart: Cart | None) -> Iterable[UUID]:
    if cart is None:
        return ()
    held = () if cart.checkout is None else cart.checkout.stock
    return (*(line.subject for line in cart.lines if line.what == "product"), *(one.product for one in held))


def stock_fact_of(command: Command, envelope: Envelope, at: datetime, state: State) -> StockFact | None:
    """The record of what somebody said of a shelf; None where the command says nothing of one."""

    def fact(branch: str, product: UUID, quantity: int) -> StockFact:
        return StockFact(envelope.id, command.name, branch, product, quantity, at, envelope.by)

    if isinstance(command, ReceiveGoods):
        return fact(command.branch, command.product, command.quantity)
    if isinstance(command, CountStock):
        return fact(command.branch, command.product, command.counted)
    if isinstance(command, HandOverGoods):
        order = state.find(Order, command.order)
        handed = next((one for one in order.stock if one.line == command.line), None) if order is not None else None
        return None if order is None or handed is None else fact(order.branch, handed.product, command.quantity)
    return None
