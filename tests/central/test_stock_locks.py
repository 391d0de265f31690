"""Goods and locks: two desks at the same shelves, in any order, on the real database."""

from __future__ import annotations

import threading
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from agent_desk.central.bootstrap import Central
from agent_desk.central.usecases.shaping import stamp_all
from agent_desk.central.usecases.stocking import StockRoom
from agent_desk.domain.commands import CheckOut
from agent_desk.domain.totals import totals
from agent_desk.wire.sync import Ack
from tests.central.counter import BOOK, NOW, Counter
from tests.central.shelves import DRILL, KETTLE, applied, checked_out, fill_shelves, line_of, row


@pytest.fixture(autouse=True)
def shelves(central: Central) -> None:
    fill_shelves(central)


def test_desks_that_lock_the_same_shelves_in_any_order_never_meet(
    geo_1: Counter, geo_2: Counter, central: Central, url: str
) -> None:
    """Twelve carts of two goods in two orders, from two desks at once: every one is answered, the sums hold."""
    put_more(central)
    trouble: list[BaseException] = []

    def sell(desk: Counter, first: UUID, second: UUID) -> None:
        try:
            for count in range(1, 7):
                opened = desk.open_cart(count)
                added = [desk.add(opened.cart, DRILL if id_ == DRILL.id else KETTLE) for id_ in (first, second)]
                lines = [line_of(one, "DRILL" if one.product == DRILL.id else "KETTLE") for one in added]
                sums = totals(lines, "", BOOK.rates[0], BOOK, NOW)
                out = CheckOut(cart=opened.cart, cart_version=3, exchange_rate=BOOK.rates[0].id, totals=sums)
                assert applied(desk.push(opened, *added, out))
        except BaseException as error:  # noqa: BLE001 - told to the test's own thread
            trouble.append(error)

    threads = [
        threading.Thread(target=sell, args=(geo_1, DRILL.id, KETTLE.id)),
        threading.Thread(target=sell, args=(geo_2, KETTLE.id, DRILL.id)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert trouble == []
    assert row(url) == (100, 12, 0)
    assert row(url, KETTLE.id) == (100, 12, 0)


def put_more(central: Central) -> None:
    with central.database.pushing() as unit:
        stock = StockRoom(unit, None, central.services.now())
        stock.lock([("GEO", DRILL.id), ("GEO", KETTLE.id)])
        stock.save([shelf.next(on_hand=100) for shelf in stock.shelves])
        stamp_all(unit, stock.rows())


def test_a_transaction_that_the_database_gave_up_on_is_done_again(geo_1: Counter, url: str) -> None:
    """Whoever holds the shelf against the order: one of the two is told 40P01, and comes through the next time."""
    geo_1.push(*checked_out(geo_1))
    pushed = threading.Event()
    acks: list[tuple[Ack, ...]] = []

    def push() -> None:
        acks.append(geo_1.push(*checked_out(geo_1, count=2)))
        pushed.set()

    with psycopg.connect(url) as other:
        # first the shelf, then the desk: against the order, so that the two wait for each other
        other.execute("select 1 from stock where product = %s for update", (DRILL.id,))
        thread = threading.Thread(target=push)
        thread.start()
        wait_for_lock(url)
        try:
            other.execute("select 1 from device where desk = 'GEO-1' for update")
        except errors.DeadlockDetected:
            other.rollback()
        other.rollback()
        thread.join(60)
    assert pushed.is_set()
    assert applied(acks[0])
    assert row(url) == (2, 2, 0)


def wait_for_lock(url: str) -> None:
    """Until somebody waits for a lock."""
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(2000):
            found = connection.execute(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
            ).fetchone()
            if found is not None and found[0] > 0:
                return
            connection.execute("select pg_sleep(0.005)")
    raise AssertionError("nobody waits")
