"""Goods are promised once: from the desk's lease, else from the shelf, else to be confirmed."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from agent_desk.domain.aggregate import Command
from agent_desk.domain.commands import (
    CheckOut,
    CountStock,
    HandOverGoods,
    PlaceOrder,
    ReceiveGoods,
    ReleaseCheckout,
)
from agent_desk.domain.deciding import decide
from agent_desk.domain.decision import Decided, Facts, Refused
from agent_desk.domain.people import Role
from agent_desk.domain.selling import Cart, CartState, Order
from agent_desk.domain.stock import (
    DESK_STOPS,
    LEASE_LASTS,
    Bucket,
    Lease,
    LineStock,
    Shelf,
    bucket_of,
    lease_id,
    lease_size,
    shelf_id,
)
from agent_desk.domain.stocking import DIFFERS, NOT_ALLOWED, SHORT, give_back
from agent_desk.domain.totals import totals
from tests.domain.shop import BARREL, BOOK, NOW, RATE_NOW, TAPE, Known, a_cart, a_line, a_person, an_id, facts

LAMP = BARREL.model_copy(update={"stocked": True})
CART = a_cart([a_line(LAMP, 2)])


def a_shelf(on_hand: int, **changed: int) -> Shelf:
    return Shelf(id=shelf_id("GEO", LAMP.id), version=1, branch="GEO", product=LAMP.id, on_hand=on_hand).model_copy(
        update=changed
    )


def a_lease(quantity: int, desk: str = "GEO-2", until: datetime = NOW + LEASE_LASTS) -> Lease:
    return Lease(
        id=lease_id(desk, LAMP.id), version=1, device=an_id(desk), desk=desk, branch="GEO", product=LAMP.id,
        quantity=quantity, expires_at=until,
    )  # fmt: skip


def checking_out(cart: Cart = CART) -> CheckOut:
    sums = totals(cart.lines, "", RATE_NOW, BOOK, NOW)
    return CheckOut(cart=cart.id, cart_version=cart.version, exchange_rate=RATE_NOW.id, totals=sums)


def placing(cart: Cart = CART, order: str = "order") -> PlaceOrder:
    sums = totals(cart.lines, "", RATE_NOW, BOOK, NOW)
    return PlaceOrder(order=an_id(order), number="GEO-2-000123", cart=cart.id, totals=sums)


def done(known: Known, *commands: Command, at: datetime = NOW, role: Role = Role.AGENT) -> list[Decided]:
    who = facts(now=at, actor=a_person(role))
    return [known.apply(decide(known, command, who)) for command in commands]


def stock_of(known: Known, cart: Cart = CART) -> LineStock:
    checkout = known.get(Cart, cart.id).checkout
    assert checkout is not None
    (one,) = checkout.stock
    return one


def parts(one: LineStock) -> tuple[int, int, int, int]:
    return (one.leased, one.reserved, one.asked, one.short)


def test_central_reserves_what_is_free_and_says_what_is_not_there() -> None:
    known = Known(LAMP, CART, a_shelf(1))
    done(known, checking_out())
    assert parts(stock_of(known)) == (0, 1, 0, 1)
    assert known.get(Shelf, shelf_id("GEO", LAMP.id)).reserved == 1


def test_a_desk_sells_from_its_lease_and_asks_for_the_rest() -> None:
    known = Known(LAMP, CART, a_lease(1))
    done(known, checking_out())
    assert parts(stock_of(known)) == (1, 0, 1, 0)
    assert known.get(Lease, lease_id("GEO-2", LAMP.id)).left == 0


def test_what_is_not_counted_is_sold_without_a_look_at_the_shelf() -> None:
    known = Known(TAPE, a_cart([a_line(TAPE, 2)]))
    done(known, checking_out(a_cart([a_line(TAPE, 2)])))
    checkout = known.get(Cart, CART.id).checkout
    assert checkout is not None
    assert checkout.stock == ()


def test_a_lease_of_another_desk_or_branch_is_not_ours() -> None:
    elsewhere = a_lease(9).model_copy(update={"branch": "EWR"})
    for lease in (a_lease(9, "GEO-1"), elsewhere):
        known = Known(LAMP, CART, lease)
        done(known, checking_out())
        assert parts(stock_of(known)) == (0, 0, 2, 0)


def test_a_desk_leaves_a_lease_a_minute_before_its_end_and_central_honours_it_until_then() -> None:
    ending = a_lease(2, until=NOW + DESK_STOPS)
    desk, central = Known(LAMP, CART, ending), Known(LAMP, CART, ending, a_shelf(2, leased=2))
    done(desk, checking_out())
    done(central, checking_out())
    assert parts(stock_of(desk)) == (0, 0, 2, 0)
    assert parts(stock_of(central)) == (2, 0, 0, 0)


def test_a_sale_from_a_lease_that_ended_is_confirmed_from_the_shelf_as_far_as_it_goes() -> None:
    known = Known(LAMP, CART, a_lease(2, until=NOW).model_copy(update={"used": 2}), a_shelf(1))
    done(known, checking_out())
    (placed,) = done(known, placing())
    assert parts(known.get(Order, an_id("order")).stock[0]) == (0, 1, 0, 1)
    assert [case.kind for case in placed.cases] == [SHORT]
    assert "1 of 2" in placed.cases[0].sentence


def test_release_gives_back_to_the_lease_and_to_the_shelf() -> None:
    known = Known(LAMP, CART, a_lease(1), a_shelf(9, leased=1))
    before = dict(known.held)
    done(known, checking_out(), ReleaseCheckout(cart=CART.id))
    shelf, lease = known.get(Shelf, shelf_id("GEO", LAMP.id)), known.get(Lease, lease_id("GEO-2", LAMP.id))
    assert (shelf.on_hand, shelf.reserved, shelf.leased, lease.used) == (9, 0, 1, 0)
    assert known.get(Cart, CART.id).lines == before[CART.ref].lines  # type: ignore[attr-defined]


def test_what_a_lapsed_checkout_held_is_asked_for_again_when_it_is_sold() -> None:
    known = Known(LAMP, CART, a_shelf(2))
    done(known, checking_out())
    known.apply(give_back(known, known.get(Cart, CART.id), NOW))
    assert parts(stock_of(known)) == (0, 0, 2, 0)
    assert known.get(Shelf, shelf_id("GEO", LAMP.id)).free == 2
    done(known, placing())
    assert parts(known.get(Order, an_id("order")).stock[0]) == (0, 2, 0, 0)


def test_nothing_is_given_back_twice() -> None:
    known = Known(LAMP, CART, a_shelf(2))
    assert give_back(known, CART, NOW).changes == ()
    done(known, checking_out())
    known.apply(give_back(known, known.get(Cart, CART.id), NOW))
    assert give_back(known, known.get(Cart, CART.id), NOW).changes == ()


def test_what_an_order_holds_does_not_go_back_with_the_time_of_its_checkout() -> None:
    known = Known(LAMP, CART, a_shelf(2))
    done(known, checking_out(), placing())
    assert give_back(known, known.get(Cart, CART.id), NOW).changes == ()
    assert known.get(Shelf, shelf_id("GEO", LAMP.id)).reserved == 2


def test_an_order_placed_without_an_answer_is_to_be_confirmed() -> None:
    known = Known(LAMP, CART)
    done(known, checking_out(), placing())
    assert known.get(Order, an_id("order")).stock[0].unconfirmed == 2


def test_goods_received_counted_and_handed_over_are_facts() -> None:
    known = Known(LAMP, CART, a_shelf(0))
    done(known, ReceiveGoods(branch="GEO", product=LAMP.id, quantity=3), role=Role.WAREHOUSE)
    done(known, checking_out(), placing())
    line = CART.lines[0].id
    (first,) = done(known, HandOverGoods(order=an_id("order"), line=line, quantity=1))
    shelf = known.get(Shelf, shelf_id("GEO", LAMP.id))
    assert (shelf.on_hand, shelf.reserved, first.cases) == (2, 1, ())
    (second,) = done(known, HandOverGoods(order=an_id("order"), line=line, quantity=3))
    shelf = known.get(Shelf, shelf_id("GEO", LAMP.id))
    assert (shelf.on_hand, shelf.reserved) == (0, 0)
    assert [case.kind for case in second.cases] == [DIFFERS]


def test_a_count_is_kept_and_a_difference_becomes_a_case() -> None:
    known = Known(LAMP, CART, a_shelf(5, reserved=2))
    count = CountStock(branch="GEO", product=LAMP.id, counted=4)
    (same,) = done(known, count.model_copy(update={"counted": 5}), role=Role.WAREHOUSE)
    assert same == Decided(())
    (less,) = done(known, count, role=Role.WAREHOUSE)
    assert [case.kind for case in less.cases] == [DIFFERS]
    assert known.get(Shelf, shelf_id("GEO", LAMP.id)).on_hand == 4
    (missing,) = done(known, count.model_copy(update={"counted": 1}), role=Role.WAREHOUSE)
    assert [case.kind for case in missing.cases] == [DIFFERS, SHORT]
    assert known.get(Shelf, shelf_id("GEO", LAMP.id)).free == 0


def test_who_may_not_say_so_changes_nothing_and_is_looked_into() -> None:
    known = Known(LAMP, CART, a_shelf(5))
    done(known, checking_out(), placing())
    stranger = facts(actor=a_person(branch="EWR"))
    for command in (
        ReceiveGoods(branch="GEO", product=LAMP.id, quantity=3),
        CountStock(branch="GEO", product=LAMP.id, counted=1),
        HandOverGoods(order=an_id("order"), line=CART.lines[0].id, quantity=1),
    ):
        outcome = decide(known, command, stranger)
        assert isinstance(outcome, Decided)
        assert outcome.changes == ()
        assert [case.kind for case in outcome.cases] == [NOT_ALLOWED]


def test_what_nobody_knows_becomes_a_case() -> None:
    for order, line in (("nowhere", CART.lines[0].id), ("order", an_id("no line"))):
        known = Known(LAMP, CART, a_shelf(5))
        done(known, checking_out(), placing())
        (outcome,) = done(known, HandOverGoods(order=an_id(order), line=line, quantity=1))
        assert outcome.changes == ()
        assert [case.kind for case in outcome.cases] == [DIFFERS]


def test_a_desk_passes_facts_on_and_marks_what_left() -> None:
    known = Known(LAMP, CART)
    assert done(known, ReceiveGoods(branch="GEO", product=LAMP.id, quantity=3), role=Role.WAREHOUSE) == [Decided(())]
    assert done(known, CountStock(branch="GEO", product=LAMP.id, counted=3), role=Role.WAREHOUSE) == [Decided(())]
    done(known, checking_out(), placing(), HandOverGoods(order=an_id("order"), line=CART.lines[0].id, quantity=1))
    assert known.get(Order, an_id("order")).stock[0].handed == 1


def test_buckets_are_coarse() -> None:
    assert [bucket_of(n) for n in (0, 1, 3, 4, 9, 10)] == [
        Bucket.NONE, Bucket.FEW, Bucket.FEW, Bucket.SOME, Bucket.SOME, Bucket.MANY,
    ]  # fmt: skip


@given(sold=st.integers(0, 10_000), desks=st.integers(0, 50), free=st.integers(0, 10_000))
def test_leases_never_set_aside_more_than_half_of_what_is_free(sold: int, desks: int, free: int) -> None:
    size = lease_size(sold, desks, free)
    assert 0 <= size * desks * 2 <= free or size == 0
    assert size == 0 or sold > 0


def test_a_lease_is_twice_a_desks_share_of_what_sells_in_its_time() -> None:
    # 54 sold in 54 hours are four in four hours: two for each of two desks, and as many again
    assert lease_size(54, 2, 100) == 4
    assert lease_size(1, 2, 100) == 1
    assert lease_size(54, 2, 7) == 1


class Branch(RuleBasedStateMachine):
    """Central, two desks with leases, three carts: any commands in any order."""

    desks = st.sampled_from(("GEO-1", "GEO-2"))
    carts = st.integers(0, 2)

    def __init__(self) -> None:
        super().__init__()
        leases = [a_lease(2, "GEO-1"), a_lease(1, "GEO-2")]
        self.carts_ = [CART.model_copy(update={"id": an_id(f"cart {n}")}) for n in range(3)]
        self.known = Known(LAMP, a_shelf(6, leased=3), *leases, *self.carts_)
        self.now = NOW
        self.orders = 0

    def say(self, command: Command, desk: str, role: Role = Role.AGENT) -> None:
        who: Facts = facts(now=self.now, actor=a_person(role), desk=desk)
        outcome = decide(self.known, command, who)
        if not isinstance(outcome, Refused):
            self.known.apply(outcome)

    @rule(desk=desks, n=carts, quantity=st.integers(1, 4))
    def check_out(self, desk: str, n: int, quantity: int) -> None:
        cart = self.known.get(Cart, self.carts_[n].id)
        if cart.state is CartState.OPEN:
            cart = cart.model_copy(update={"lines": (a_line(LAMP, quantity),)})
            self.known.held[cart.ref] = cart
            self.say(checking_out(cart), desk)

    @rule(desk=desks, n=carts)
    def release(self, desk: str, n: int) -> None:
        self.say(ReleaseCheckout(cart=self.carts_[n].id), desk)

    @rule(n=carts)
    def lapse(self, n: int) -> None:
        self.known.apply(give_back(self.known, self.known.get(Cart, self.carts_[n].id), self.now))

    @rule(desk=desks, n=carts)
    def place(self, desk: str, n: int) -> None:
        self.orders += 1
        placed = placing(self.known.get(Cart, self.carts_[n].id), f"order {self.orders}")
        self.say(placed.model_copy(update={"number": f"{desk}-{self.orders:06d}"}), desk)

    @rule(quantity=st.integers(1, 3))
    def receive(self, quantity: int) -> None:
        self.say(ReceiveGoods(branch="GEO", product=LAMP.id, quantity=quantity), "GEO-1", Role.WAREHOUSE)

    @rule(counted=st.integers(0, 9))
    def count(self, counted: int) -> None:
        self.say(CountStock(branch="GEO", product=LAMP.id, counted=counted), "GEO-1", Role.WAREHOUSE)

    @rule(n=st.integers(1, 9), quantity=st.integers(1, 4))
    def hand(self, n: int, quantity: int) -> None:
        order = self.known.find(Order, an_id(f"order {n}"))
        if order is not None:
            self.say(HandOverGoods(order=order.id, line=order.lines[0].id, quantity=quantity), "GEO-1")

    @rule(minutes=st.sampled_from((1, 14, 60)))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def nothing_is_promised_twice(self) -> None:
        shelf = self.known.get(Shelf, shelf_id("GEO", LAMP.id))
        leases = [self.known.get(Lease, lease_id(desk, LAMP.id)) for desk in ("GEO-1", "GEO-2")]
        checkouts = [c for n in self.carts_ if (c := self.known.get(Cart, n.id)).state is CartState.CHECKOUT]
        held = sum(one.held for cart in checkouts if cart.checkout for one in cart.checkout.stock)
        held += sum(one.held for order in self._orders() for one in order.stock)
        assert min(shelf.on_hand, shelf.reserved, shelf.leased, shelf.free) >= 0
        assert shelf.reserved == held
        assert shelf.leased == sum(lease.left for lease in leases)
        assert all(0 <= lease.used <= lease.quantity for lease in leases)

    @invariant()
    def the_parts_of_a_line_make_it_up(self) -> None:
        for order in self._orders():
            for line, one in zip(order.lines, order.stock, strict=True):
                assert one.leased + one.reserved + one.unconfirmed == line.quantity

    def _orders(self) -> list[Order]:
        return [one for one in self.known.held.values() if isinstance(one, Order)]


Branch.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestBranch = Branch.TestCase
