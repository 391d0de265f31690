"""The first sale, typed by keyboard into the real windows of two desks on real screens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from agent_desk.domain.people import Role
from agent_desk.drill.books import Books
from agent_desk.drill.relay import Relay
from agent_desk.services import Services
from tests.journeys.books import barcodes, receipts, words
from tests.journeys.desks import Desk, opened
from tests.journeys.screen import Screen, wait_until

pytestmark = [pytest.mark.screen, pytest.mark.slow]

BARREL = "7450010000551"
SEEN_WITHIN = 2.0


@pytest.fixture
def screen() -> Iterator[Screen]:
    with Screen() as one:
        yield one


@pytest.fixture
def other_screen() -> Iterator[Screen]:
    with Screen() as one:
        yield one


def test_a_sale_without_a_link_reaches_central_once_and_the_other_desk_at_once(
    tmp_path: Path, screen: Screen, other_screen: Screen
) -> None:
    with Services(tmp_path) as services, Relay(services.port) as relay:
        linked, counter, other = f"http://127.0.0.1:{relay.port}", tmp_path / "GEO-2", tmp_path / "GEO-1"
        with opened(screen, counter, linked, "GEO-2", Role.WAREHOUSE) as desk:
            desk.wait_for("sync.state", state="online", within=120)
        with opened(screen, counter, linked, "GEO-2", Role.AGENT) as desk:
            desk.wait_for("sync.state", state="online", within=120)
            relay.cut()
            desk.wait_for("sync.state", state="offline", times=2)
            sell(screen, desk)
        ((receipt, number),) = receipts(counter / "papers").items()
        said = words(counter / "papers" / f"receipt-{receipt}.pdf")
        assert barcodes(counter / "papers" / f"receipt-{receipt}.pdf") == [number]
        assert "GYD 60,000" in said
        assert "Change" in said
        books = Books(tmp_path / "central")
        assert books.orders() == {}
        with opened(other_screen, other, services.url, "GEO-1", Role.MANAGER) as second:
            second.wait_for("sync.state", state="online", within=120)
            with opened(screen, counter, linked, "GEO-2", Role.WAREHOUSE) as desk:
                measure(screen, desk)
                relay.mend()
                wait_until(lambda: number in books.orders(), "the order at central", 60)
                wait_until(lambda: bool(books.shipments()[0]["holds"]), "the measurement at central", 60)
            assert_sold_once(books, receipt, number)
            assert_seen_soon(second, books.received_at("order.place/1"))
            services.central.stop()
            review(other_screen, second, number)


def sell(screen: Screen, desk: Desk) -> None:
    """An agent: quote, booking, product, hold, recall, cash in GYD with change in USD, receipt."""
    screen.rest()
    with screen.changing("the customers found"):
        screen.press("F2")
        screen.type("Indranie")
    with screen.changing("the customer on the page"):
        screen.press("Return")
    for cell in ("Carton, school books", "38", "20", "16"):
        screen.type(cell)
        screen.press("Return")
    with screen.changing("the price"):
        screen.type("14")
    with desk.changing("shipment"):
        screen.press("F9")
    screen.press("ctrl+2")
    desk.wait_for("page.opened", page="cart")
    screen.rest()
    with screen.changing("the products found"):
        screen.press("F3")
        screen.type("Packing tape")
    with desk.changing("cart"):
        screen.press("Return")
    screen.rest()
    with desk.changing("cart"):
        screen.scan(BARREL)
    screen.rest()
    with screen.changing("the question for a name"):
        screen.press("ctrl+h")
    with desk.changing("cart"):
        screen.press("Return")
    screen.rest()
    with desk.changing("cart"):
        screen.press("ctrl+l")
    screen.rest()
    with desk.changing("cart"):
        screen.press("F12")
    screen.rest()
    with screen.changing("the change due"):
        screen.press("F6")
        screen.type("60000")
    with screen.changing("the change in US dollars"):
        screen.press("Tab", "Right")
    with desk.changing("order"):
        screen.press("F12")
    wait_until(lambda: any((desk.folder / "papers").glob("receipt-*.pdf")), "the receipt")
    screen.rest()


def measure(screen: Screen, desk: Desk) -> None:
    """The warehouse: 46 lb where 38 were declared."""
    desk.wait_for("page.opened", page="measure")
    screen.rest()
    for entered in ("46", "20", "16", "14"):
        screen.type(entered)
        screen.press("Return")
        screen.rest()
    with screen.changing("what the measurement brings"):
        screen.press("n")
    with desk.changing("shipment"):
        screen.press("Return")
    screen.rest()


def assert_sold_once(books: Books, receipt: str, number: str) -> None:
    """Central holds one paid order, re-rated, and nothing was applied twice."""
    orders, (shipment,) = books.orders(), books.shipments()
    assert list(orders) == [number]
    assert orders[number]["state"] == "paid"
    assert orders[number]["tenders"][0]["given"]["currency"] == "GYD"
    assert orders[number]["tenders"][0]["change"]["currency"] == "USD"
    assert books.cash() == {receipt: number}
    assert books.troubles() == []
    assert "weight" in shipment["holds"]
    assert shipment["offer"]["total"]["minor"] > shipment["booked_price"]["minor"]


def assert_seen_soon(second: Desk, received_at: datetime) -> None:
    """The other desk showed it within two seconds of central taking it in."""
    wait_until(lambda: bool(orders_pulled(second)), "the order on the second desk", 10)
    seen_at = datetime.fromisoformat(orders_pulled(second)[0])
    assert (seen_at - received_at).total_seconds() <= SEEN_WITHIN


def orders_pulled(desk: Desk) -> list[str]:
    return [event["at"] for event in desk.events("changed", by="central") if "order" in event["kinds"]]


def review(screen: Screen, desk: Desk, number: str) -> None:
    """The manager, without a link: opens the order and prints its receipt again."""
    wait_until(lambda: desk.events("sync.state")[-1]["state"] == "offline", "the link gone")
    with screen.changing("the orders"):
        screen.press("ctrl+4")
    desk.wait_for("page.opened", page="orders")
    with screen.changing("the order opened"):
        screen.press("Return")
    screen.press("F8")
    wait_until(lambda: any((desk.folder / "papers").glob("receipt-*.pdf")), "the receipt at the second desk")
    assert list(receipts(desk.folder / "papers").values()) == [number]
