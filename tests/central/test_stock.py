"""Goods at central: held once, given back, set aside, counted; what is promised always adds up."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from agent_desk.central.bootstrap import Central, list_jobs, running_jobs
from agent_desk.central.usecases.shaping import stamp_all
from agent_desk.central.usecases.stocking import StockRoom
from agent_desk.domain.commands import CountStock, HandOverGoods, ReceiveGoods, ReleaseCheckout
from agent_desk.domain.selling import Order
from agent_desk.domain.stock import Availability, Bucket, Lease, availability_id, lease_id
from agent_desk.wire.sync import AckState
from tests.central.counter import NOW, Clock, Counter, an_id
from tests.central.shelves import (
    DRILL,
    KETTLE,
    applied,
    cases,
    checked_out,
    fill_shelves,
    held,
    keeping,
    parts,
    placed,
    row,
)


@pytest.fixture(autouse=True)
def shelves(central: Central) -> None:
    fill_shelves(central)


def test_check_out_reserves_and_release_gives_back(geo_1: Counter, url: str) -> None:
    assert applied(geo_1.push(*checked_out(geo_1)))
    geo_1.catch_up()
    assert parts(held(geo_1)) == (0, 1, 0, 0)
    assert row(url) == (2, 1, 0)
    geo_1.push(ReleaseCheckout(cart=an_id("GEO-1", "cart", 1)))
    assert row(url) == (2, 0, 0)


def test_two_desks_sell_the_last_one_and_the_second_is_told(geo_1: Counter, geo_2: Counter, url: str) -> None:
    geo_1.push(*checked_out(geo_1, quantity=2))
    assert applied(geo_2.push(*checked_out(geo_2)))
    geo_2.catch_up()
    assert parts(held(geo_2)) == (0, 0, 0, 1)
    assert geo_2.find(Availability, availability_id("GEO", DRILL.id)).bucket is Bucket.NONE
    assert row(url) == (2, 2, 0)


def test_an_order_keeps_its_goods_until_they_are_handed_over(geo_1: Counter, url: str) -> None:
    assert applied(geo_1.push(*placed(geo_1)))
    assert row(url) == (2, 1, 0)
    order = an_id("GEO-1", "order", 1)
    geo_1.catch_up()
    line = geo_1.find(Order, order).stock[0].line
    assert applied(geo_1.push(HandOverGoods(order=order, line=line, quantity=1)))
    assert row(url) == (1, 0, 0)
    assert cases(url) == []


def test_what_was_sold_without_an_answer_and_is_not_there_becomes_a_case(
    geo_1: Counter, geo_2: Counter, url: str
) -> None:
    geo_1.push(*placed(geo_1))
    acks = geo_2.push(*placed(geo_2, quantity=3))
    assert applied(acks)
    assert acks[-1].case is not None
    geo_2.catch_up()
    order = geo_2.find(Order, an_id("GEO-2", "order", 1))
    assert parts(order.stock[0]) == (0, 1, 0, 2)
    ((kind, sentence),) = cases(url)
    assert kind == "stock.short"
    assert sentence.startswith("GEO-2-000001: 2 of 3 drill is not there")


def test_a_checkout_that_is_over_gives_back_and_before_that_it_waits(
    geo_1: Counter, central: Central, clock: Clock, url: str
) -> None:
    geo_1.push(*checked_out(geo_1))
    cart = str(an_id("GEO-1", "cart", 1))
    keeping(central).give_back(cart)
    assert row(url) == (2, 1, 0)
    clock.pass_(minutes=15)
    keeping(central).give_back(cart)
    keeping(central).give_back(cart)
    assert row(url) == (2, 0, 0)
    geo_1.catch_up()
    assert parts(held(geo_1)) == (0, 0, 1, 0)


def test_the_end_of_a_checkout_is_put_into_the_queue_with_it(geo_1: Counter, url: str) -> None:
    geo_1.push(*checked_out(geo_1))
    with psycopg.connect(url) as connection:
        found = connection.execute("select task_name, args, scheduled_at from procrastinate_jobs").fetchall()
    assert found == [("stock.give_back", {"cart": str(an_id("GEO-1", "cart", 1))}, NOW + timedelta(minutes=15))]


def test_the_queue_gives_back_by_itself(geo_1: Counter, central: Central, clock: Clock, url: str) -> None:
    # both clocks: central's own is moved by hand, the queue's is the database's
    clock.now = datetime.now(UTC) - timedelta(minutes=20)
    geo_1.push(*checked_out(geo_1))
    assert row(url) == (2, 1, 0)
    clock.pass_(minutes=20)
    with running_jobs(url, central):
        for _ in range(600):
            if row(url) == (2, 0, 0):
                break
            threading.Event().wait(0.05)
    assert row(url) == (2, 0, 0)


def test_an_order_of_a_checkout_that_was_given_back_holds_its_goods_again(
    geo_1: Counter, central: Central, clock: Clock, url: str
) -> None:
    *before, order = placed(geo_1)
    geo_1.push(*before)
    sold_at = geo_1.mono
    clock.pass_(minutes=16)
    geo_1.mono += 16 * 60_000
    keeping(central).give_back(str(an_id("GEO-1", "cart", 1)))
    # placed within the quarter of an hour, heard of after it
    ack = geo_1.sync(geo_1.envelope(order, mono=sold_at + 60_000)).acks[0]
    assert (ack.state, ack.case) == (AckState.APPLIED, None)
    assert row(url) == (2, 1, 0)


@pytest.fixture
def leased(geo_1: Counter, central: Central) -> Lease:
    """GEO-1 with a lease of drills, of which 40 are there and 27 were sold this week."""
    with central.database.pushing() as unit:
        stock = StockRoom(unit, None, central.services.now())
        stock.lock([("GEO", DRILL.id)])
        (shelf,) = stock.shelves
        stock.save([shelf.next(on_hand=40)])
        unit.add_sold("GEO", NOW.date(), [(DRILL.id, 27)])
        stamp_all(unit, stock.rows())
    assert keeping(central).renew_leases() == 1
    geo_1.catch_up()
    lease = geo_1.find(Lease, lease_id("GEO-1", DRILL.id))
    assert isinstance(lease, Lease)
    return lease


def test_a_lease_is_sized_by_last_weeks_sales_and_comes_to_its_desk_alone(
    leased: Lease, geo_2: Counter, central: Central, url: str
) -> None:
    assert (leased.quantity, leased.expires_at) == (4, NOW + timedelta(hours=4))
    assert row(url) == (40, 0, 4)
    geo_2.catch_up()
    assert geo_2.find(Lease, leased.id) is None
    # another desk is heard now: it gets one too, the first is left as it is
    assert keeping(central).renew_leases() == 1
    assert row(url) == (40, 0, 6)


def test_a_sale_within_a_leases_time_is_honoured_however_late_it_is_heard_of(
    leased: Lease, geo_1: Counter, clock: Clock, url: str
) -> None:
    sold_at = geo_1.mono + 4 * 3_600_000 - 1
    clock.pass_(hours=4, minutes=5)
    geo_1.mono += 4 * 3_600_000 + 300_000
    envelopes = [geo_1.envelope(command, mono=sold_at) for command in placed(geo_1, quantity=3)]
    assert applied(geo_1.sync(*envelopes).acks)
    geo_1.catch_up()
    assert parts(geo_1.find(Order, an_id("GEO-1", "order", 1)).stock[0]) == (3, 0, 0, 0)
    assert row(url) == (40, 3, 1)
    assert leased.left == 4


def test_a_lease_is_taken_back_ten_minutes_after_its_end(
    leased: Lease, geo_1: Counter, central: Central, clock: Clock, url: str
) -> None:
    clock.pass_(hours=4, minutes=9)
    assert keeping(central).reclaim_leases() == 0
    clock.pass_(minutes=1)
    assert keeping(central).reclaim_leases() == 1
    assert keeping(central).reclaim_leases() == 0
    assert row(url) == (40, 0, 0)
    geo_1.catch_up()
    assert geo_1.find(Lease, leased.id).left == 0


def test_a_desk_that_is_not_heard_of_gets_no_new_lease(leased: Lease, central: Central, clock: Clock) -> None:
    clock.pass_(hours=3)
    assert keeping(central).renew_leases() == 0
    assert leased.left == 4


def test_desks_are_told_at_once_when_the_last_goes_and_of_the_rest_in_turn(
    geo_1: Counter, central: Central, clock: Clock
) -> None:
    def shown(product: UUID) -> Bucket:
        geo_1.catch_up()
        bucket = geo_1.find(Availability, availability_id("GEO", product)).bucket
        assert isinstance(bucket, Bucket)
        return bucket

    assert (shown(DRILL.id), shown(KETTLE.id)) == (Bucket.FEW, Bucket.SOME)
    geo_1.push(*checked_out(geo_1, quantity=2))
    assert shown(DRILL.id) is Bucket.NONE
    geo_2 = Counter.sign_in(central, clock, "sandra", "GEO-2")
    geo_2.push(CountStock(branch="GEO", product=KETTLE.id, counted=3))
    assert shown(KETTLE.id) is Bucket.SOME
    assert keeping(central).show() == 0
    clock.pass_(seconds=25)
    assert keeping(central).show() == 1
    assert shown(KETTLE.id) is Bucket.FEW
    assert keeping(central).show() == 0


def test_facts_about_shelves_are_kept_whoever_says_them(geo_1: Counter, geo_2: Counter, url: str) -> None:
    acks = geo_2.push(
        ReceiveGoods(branch="GEO", product=an_id("new here"), quantity=5),
        CountStock(branch="GEO", product=DRILL.id, counted=1),
    )
    assert applied(acks)
    assert row(url, an_id("new here")) == (5, 0, 0)
    assert row(url) == (1, 0, 0)
    # who may not say it changes nothing, and it is looked into
    (refused,) = geo_1.push(CountStock(branch="GEO", product=DRILL.id, counted=90))
    assert (refused.state, row(url)) == (AckState.APPLIED, (1, 0, 0))
    assert [kind for kind, _ in cases(url)] == ["stock.differs", "stock.not_allowed"]
    with psycopg.connect(url) as connection:
        found = connection.execute("select name, quantity from stock_fact order by quantity").fetchall()
    assert found == [("stock.count/1", 1), ("stock.receive/1", 5), ("stock.count/1", 90)]


@pytest.mark.parametrize(
    "sql",
    [
        "update stock set reserved = 3, on_hand = 2",
        "update stock set on_hand = -1",
        "update stock set reserved = reserved + 1",
        "update stock set leased = leased + 1",
        "delete from reservation",
        "update reservation set quantity = quantity + 1",
    ],
)
def test_the_database_itself_refuses_what_does_not_add_up(sql: str, geo_1: Counter, url: str) -> None:
    geo_1.push(*placed(geo_1))
    with psycopg.connect(url, autocommit=True) as connection, pytest.raises(errors.CheckViolation):
        connection.execute(sql.encode())


def test_central_keeps_its_stock_by_jobs(central: Central) -> None:
    assert {job.name for job in list_jobs(central)} >= {
        "stock.give_back", "stock.renew_leases", "stock.reclaim_leases", "stock.show",
    }  # fmt: skip
