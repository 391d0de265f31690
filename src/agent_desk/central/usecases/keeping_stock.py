"""What central does with goods by itself: giving back, setting aside, taking back, telling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import groupby
from uuid import UUID

from agent_desk.central.usecases.ports import AuditEntry, Deferred, Now, Pause, Pushing, Store
from agent_desk.central.usecases.retrying import again
from agent_desk.central.usecases.shaping import stamp_all
from agent_desk.central.usecases.stock_ports import Place
from agent_desk.central.usecases.stocking import GIVE_BACK, StockRoom
from agent_desk.central.usecases.working_state import WorkingState
from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.checking_out import locked_until
from agent_desk.domain.leasing import Holder, reclaim, renew
from agent_desk.domain.selling import Cart, CartState
from agent_desk.domain.stock import RECLAIMED_AFTER, SHOWN_AT_MOST_EACH, Lease, Shelf, lease_id, shelf_id
from agent_desk.domain.stocking import give_back

FAST_MOVERS = 50
"""Products of a branch of which its desks get leases."""
SOLD_WITHIN = timedelta(days=7)
HEARD_WITHIN = timedelta(hours=1)
"""A desk that is away cannot learn of a new lease: it keeps the old one to its end."""
AT_ONCE = 200
CHAIN = "central"
"""Of the audit: what nobody at a desk did."""

Changes = Sequence[Aggregate]


class StockKeeping:
    """Each step is one short transaction; done again, it finds nothing to do."""

    def __init__(self, store: Store, now: Now, pause: Pause) -> None:
        self._store = store
        self._now = now
        self._pause = pause

    def give_back(self, cart: str) -> None:
        """CTR-6: ends what a checkout holds once its time is over; before that it is put off."""
        again(lambda _: self._give_back(UUID(cart)), self._pause)

    def renew_leases(self) -> int:
        """Sets aside what each desk that is heard may need next; answers with how many leases are new."""
        now = self._now()
        with self._store.pushing() as unit:
            desks = unit.list_heard(now - HEARD_WITHIN)
            branches = {branch for _, branch in desks}
            sold = {b: unit.list_sold(b, (now - SOLD_WITHIN).date(), FAST_MOVERS) for b in branches}
        count = 0
        for device, branch in desks:
            beside = sum(1 for _, other in desks if other == branch)
            count += again(
                lambda _, d=device, b=branch, n=beside: self._renew(d, b, dict(sold[b]), n),  # type: ignore[misc]
                self._pause,
            )
        return count

    def reclaim_leases(self) -> int:
        """Takes back what is left of leases that ended; answers with how many."""
        with self._store.pushing() as unit:
            ended = unit.list_ended(self._now() - RECLAIMED_AFTER)
        count = 0
        for device, places in groupby(ended, key=lambda one: one[0]):
            wanted = [(branch, product) for _, branch, product in places]
            count += again(lambda _, d=device, w=wanted: self._reclaim(d, w), self._pause)  # type: ignore[misc]
        return count

    def show(self) -> int:
        """SYN-10: tells desks what has changed since they were last told; answers with how many shelves."""
        count = 0
        while shown := again(lambda _: self._show(), self._pause):
            count += shown
        return count

    def _give_back(self, id_: UUID) -> None:
        now = self._now()
        with self._store.pushing() as unit:
            ref = (Cart.kind, id_)
            stock = StockRoom(unit, None, now)
            state = WorkingState(unit, unit.lock_documents([ref]), frozenset({ref}), stock)
            cart = state.find(Cart, id_)
            if cart is None or cart.state is not CartState.CHECKOUT or cart.checkout is None:
                return
            until = locked_until(cart.checkout)
            if now < until:
                unit.defer([Deferred(GIVE_BACK, {"cart": str(id_)}, until)])
                return
            stock.lock((cart.branch, one.product) for one in cart.checkout.stock)
            changes = give_back(state, cart, now).changes
            if changes:
                state.save(changes)
                unit.record_audit(CHAIN, [AuditEntry(now, None, GIVE_BACK, str(id_), "applied")])
                stamp_all(unit, state.rows())

    def _renew(self, device: UUID, branch: str, sold: dict[UUID, int], desks: int) -> int:
        def decide(stock: StockRoom, desk: str) -> Changes:
            found: list[Aggregate] = []
            for shelf in stock.shelves:
                lease = stock.find((Lease.kind, lease_id(desk, shelf.product)))
                assert not isinstance(lease, Shelf), "asked for by its kind"
                if lease is not None and lease.branch != branch:
                    continue
                week = sold[shelf.product]
                found += (
                    renew(lease, shelf, Holder(device, desk), sold_last_week=week, desks=desks, now=self._now()) or ()
                )
            return found

        return self._with_desk(device, [(branch, product) for product in sold], decide)

    def _reclaim(self, device: UUID, places: Sequence[Place]) -> int:
        def decide(stock: StockRoom, desk: str) -> Changes:
            found: list[Aggregate] = []
            for branch, product in places:
                lease = stock.find((Lease.kind, lease_id(desk, product)))
                shelf = stock.find((Shelf.kind, shelf_id(branch, product)))
                if isinstance(lease, Lease) and isinstance(shelf, Shelf):
                    found += reclaim(lease, shelf, self._now()) or ()
            return found

        return self._with_desk(device, places, decide)

    def _with_desk(self, device: UUID, places: Sequence[Place], decide: Callable[[StockRoom, str], Changes]) -> int:
        """The device is locked first, as when it pushes; answers with how many leases changed."""
        with self._store.pushing() as unit:
            known = unit.lock_device(device)
            if known is None or not known.active:
                return 0
            stock = StockRoom(unit, device, self._now())
            stock.lock(places)
            changes = decide(stock, known.desk)
            self._save(unit, stock, changes)
        return sum(isinstance(one, Lease) for one in changes)

    def _show(self) -> int:
        now = self._now()
        with self._store.pushing() as unit:
            places = unit.list_stale(now - SHOWN_AT_MOST_EACH, AT_ONCE)
            stock = StockRoom(unit, None, now)
            stock.lock(places)
            stock.show()
            stamp_all(unit, stock.rows())
        return len(places)

    def _save(self, unit: Pushing, stock: StockRoom, changes: Changes) -> None:
        if changes:
            stock.save(stock.part(changes)[0])
            stamp_all(unit, stock.rows())
