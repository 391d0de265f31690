"""SYN-6: promising goods once: from the desk's lease, else from the shelf, else to be confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.catalogue import Product
from agent_desk.domain.commands import CountStock, HandOverGoods, ReceiveGoods
from agent_desk.domain.decision import Case, Decided, Facts, State
from agent_desk.domain.people import MEASURERS
from agent_desk.domain.rights import refuse_branch, refuse_role
from agent_desk.domain.selling import Cart, CartLine, CartState, Order
from agent_desk.domain.stock import Lease, LineStock, Shelf, lease_id, shelf_id

SHORT = "stock.short"
DIFFERS = "stock.differs"
NOT_ALLOWED = "stock.not_allowed"


class Room:
    """The shelves and leases of one branch while one command is decided; `changes` are their new states.

    Only central has shelves. A desk without them promises from its lease and asks for the rest.
    """

    def __init__(self, state: State, branch: str, desk: str, now: datetime) -> None:
        self._state = state
        self._branch = branch
        self._desk = desk
        self._now = now
        self._shelves: dict[UUID, Shelf] = {}
        self._leases: dict[UUID, Lease] = {}

    @property
    def changes(self) -> tuple[Aggregate, ...]:
        return (*self._shelves.values(), *self._leases.values())

    def hold(self, lines: Iterable[CartLine]) -> tuple[LineStock, ...]:
        """Promises what can be promised of every line that is counted goods."""
        return tuple(
            self._take(LineStock(line=line.id, product=line.subject, asked=line.quantity))
            for line in lines
            if line.what == "product" and is_stocked(self._state, line.subject)
        )

    def confirm(self, held: Iterable[LineStock]) -> tuple[LineStock, ...]:
        """What was held stays so; what was not is asked for once more."""
        return tuple(self._take(one) if one.unconfirmed else one for one in held)

    def give_back(self, held: Iterable[LineStock]) -> tuple[LineStock, ...]:
        """To the lease where it still runs, else to the shelf; what was held is asked for again."""
        return tuple(self._give_back(one) for one in held)

    def _take(self, wanted: LineStock) -> LineStock:
        shelf, lease = self._shelf(wanted.product), self._lease(wanted.product)
        rest = wanted.unconfirmed
        left = 0 if lease is None else lease.left_at(self._now, at_central=shelf is not None)
        # central's shelf counts what desks were given: a lease that it took back has nothing left
        from_lease = min(rest, left)
        if lease is not None and from_lease:
            self._leases[wanted.product] = lease.next(used=lease.used + from_lease)
        rest -= from_lease
        if shelf is None:
            return _changed(wanted, leased=wanted.leased + from_lease, asked=rest, short=0)
        from_shelf = min(rest, shelf.free)
        rest -= from_shelf
        if from_lease or from_shelf:
            self._shelves[wanted.product] = shelf.next(
                reserved=shelf.reserved + from_lease + from_shelf, leased=shelf.leased - from_lease
            )
        reserved = wanted.reserved + from_shelf
        return _changed(wanted, leased=wanted.leased + from_lease, reserved=reserved, asked=0, short=rest)

    def _give_back(self, held: LineStock) -> LineStock:
        shelf, lease = self._shelf(held.product), self._lease(held.product)
        running = lease is not None and self._now < lease.expires_at
        # a lease that was renewed since has counted anew, and takes back no more than it has given
        to_lease = min(held.leased, lease.used) if lease is not None and running else 0
        if lease is not None and to_lease:
            self._leases[held.product] = lease.next(used=lease.used - to_lease)
        if shelf is not None and held.held:
            self._shelves[held.product] = shelf.next(
                reserved=shelf.reserved - held.held, leased=shelf.leased + to_lease
            )
        return _changed(held, leased=0, reserved=0, asked=held.held + held.unconfirmed, short=0)

    def _shelf(self, product: UUID) -> Shelf | None:
        return self._shelves.get(product) or self._state.find(Shelf, shelf_id(self._branch, product))

    def _lease(self, product: UUID) -> Lease | None:
        lease = self._leases.get(product) or self._state.find(Lease, lease_id(self._desk, product))
        return lease if lease is not None and lease.branch == self._branch else None


def _changed(line: LineStock, **parts: int) -> LineStock:
    return line.model_copy(update=parts)


def is_stocked(state: State, product: UUID) -> bool:
    """Whether the product is counted; what is not is sold without a look at the shelf."""
    found = state.find(Product, product)
    return found is not None and found.stocked


def give_back(state: State, cart: Cart, now: datetime) -> Decided:
    """CTR-6: the time of a checkout is over: its goods are free again, its prices are judged when it is used.

    Of a cart that became an order nothing is given back: its goods are the order's now.
    """
    checkout = cart.checkout
    if checkout is None or cart.state is not CartState.CHECKOUT or not any(one.held for one in checkout.stock):
        return Decided(())
    # to the shelf: a lease that has room again is filled up when it is renewed
    room = Room(state, cart.branch, "", now)
    stock = room.give_back(checkout.stock)
    lapsed = cart.next(checkout=checkout.model_copy(update={"stock": stock}))
    return Decided((lapsed, *room.changes))


def short_cases(order: Order) -> tuple[Case, ...]:
    """One case for each line that central could not find in full."""
    labels = {line.id: line for line in order.lines}
    return tuple(
        Case(
            SHORT,
            f"{order.number}: {one.short} of {labels[one.line].quantity} {labels[one.line].label[:80]} is not there:"
            " offer another, order it, or give the money back.",
        )
        for one in order.stock
        if one.short
    )


def receive_goods(state: State, command: ReceiveGoods, facts: Facts) -> Decided:
    """I12: goods that came are there; a desk only passes it on."""
    cases = _unallowed(facts, command.branch, f"{command.quantity} received")
    shelf = state.find(Shelf, shelf_id(command.branch, command.product))
    if shelf is None or cases:
        return Decided((), cases=cases)
    return Decided((shelf.next(on_hand=shelf.on_hand + command.quantity),))


def count_stock(state: State, command: CountStock, facts: Facts) -> Decided:
    """I12: what was counted is there; what differs, or is promised and missing, becomes a case."""
    cases = _unallowed(facts, command.branch, f"{command.counted} counted")
    shelf = state.find(Shelf, shelf_id(command.branch, command.product))
    if shelf is None or cases:
        return Decided((), cases=cases)
    product = state.find(Product, command.product)
    name = f"{command.product if product is None else product.name[:80]} at {command.branch}"
    if command.counted != shelf.on_hand:
        sentence = f"{name}: {command.counted} counted, {shelf.on_hand} in the books: find out why."
        cases = (Case(DIFFERS, sentence),)
    promised = shelf.reserved + shelf.leased
    if command.counted < promised:
        sentence = f"{name}: {promised - command.counted} promised and not there: offer another, or order it."
        cases += (Case(SHORT, sentence),)
    # what is promised stays in the books until somebody settles the case
    on_hand = max(command.counted, promised)
    return Decided(() if on_hand == shelf.on_hand else (shelf.next(on_hand=on_hand),), cases=cases)


def hand_over(state: State, command: HandOverGoods, facts: Facts) -> Decided:
    """I12: what the customer took is gone from the shelf; more than was held for them becomes a case."""
    order = state.find(Order, command.order)
    if order is None:
        return Decided((), cases=(Case(DIFFERS, "Goods were handed over for an order that nobody knows: find it."),))
    handed = next((one for one in order.stock if one.line == command.line), None)
    if handed is None:
        sentence = f"{order.number}: goods were handed over that are not in it: count the shelf."
        return Decided((), cases=(Case(DIFFERS, sentence),))
    if refuse_branch(order.branch, facts):
        sentence = f"{facts.actor.login} handed goods of {order.number} over at another branch: count the shelf."
        return Decided((), cases=(Case(NOT_ALLOWED, sentence),))
    stock = tuple(
        one.model_copy(update={"handed": one.handed + command.quantity}) if one.line == command.line else one
        for one in order.stock
    )
    marked = order.next(stock=stock)
    shelf = state.find(Shelf, shelf_id(order.branch, handed.product))
    if shelf is None:
        return Decided((marked,))
    from_held = min(command.quantity, handed.held)
    beyond = command.quantity - from_held
    cases: tuple[Case, ...] = ()
    if beyond:
        sentence = f"{order.number}: {beyond} more handed over than was held for it: count the shelf."
        cases = (Case(DIFFERS, sentence),)
    # what the books do not have cannot leave them: the count that the case asks for puts them right
    gone = from_held + min(beyond, shelf.free)
    left = shelf.next(on_hand=shelf.on_hand - gone, reserved=shelf.reserved - from_held)
    return Decided((marked, left), cases=cases)


def _unallowed(facts: Facts, branch: str, what: str) -> tuple[Case, ...]:
    if not refuse_role(facts, MEASURERS) and not refuse_branch(branch, facts):
        return ()
    return (Case(NOT_ALLOWED, f"{facts.actor.login} had no right to say this of {branch}: {what}. Count it again."),)
