"""One order paid by USD cash, GYD cash and card, typed into the real window; and what is then found nowhere."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import zxingcpp

from agent_desk.domain.people import Role
from agent_desk.drill.books import Books
from agent_desk.services import SANDBOX_KEYS, Services
from tests.journeys.books import words
from tests.journeys.desks import PASSPHRASE, Desk, opened
from tests.journeys.screen import Screen, wait_until
from tests.journeys.test_till import TENDER, check_out_a_barrel, open_till
from tests.journeys.traces import in_files, in_memory

pytestmark = [pytest.mark.screen, pytest.mark.slow]

CARD = "4242424242424242"
KEYS = dict(SANDBOX_KEYS)
SHEET = (240, 80, 1130, 640)


@pytest.fixture
def screen() -> Iterator[Screen]:
    with Screen() as one:
        yield one


def test_three_tenders_pay_one_order_and_no_card_number_or_key_is_left_anywhere(tmp_path: Path, screen: Screen) -> None:
    counter = tmp_path / "GEO-2"
    with Services(tmp_path) as services:
        with opened(screen, counter, services.url, "GEO-2", Role.AGENT) as desk:
            desk.wait_for("sync.state", state="online", within=120)
            open_till(screen, desk)
            pay_in_cash(screen, desk)
            books = Books(tmp_path / "central")
            wait_until(lambda: len(_order(books).get("tenders", ())) == 2, "both payments at central", 60)
            pay_by_card(screen, books)
            with screen.changing("the next customer"):
                screen.press("Return")
            receipt = _order(books)["tenders"][2]["receipt"]
            paper = counter / "papers" / f"receipt-{receipt}.pdf"
            wait_until(paper.exists, "the receipt")
            order = _order(books)
            assert_books(books, order)
            assert "Card" in words(paper)
            central = services.central.pid
            assert central is not None
            nowhere = {"card number": CARD}
            desk_may_not = {**nowhere, **KEYS}
            assert in_memory(desk.pid, desk_may_not) == []
            assert in_memory(central, nowhere) == []
            assert in_memory(central, KEYS) != [], "the search works: central itself must know its keys"
        files_may_not = {**desk_may_not, "passphrase": PASSPHRASE, "customer": "Indranie Persaud"}
        assert in_files(counter, files_may_not) == []
    # central's own database is not encrypted: it holds customers, but no card and no key
    assert in_files(tmp_path, desk_may_not) == []


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "some.log").write_bytes(b"paid with " + CARD.encode())
    (tmp_path / "qt.bin").write_bytes(CARD.encode("utf-16-le"))
    assert in_files(tmp_path, {"card": CARD}) == ["card in deep/some.log", "card in qt.bin"]
    code = f"kept = {CARD[:8]!r} + {CARD[8:]!r}; print('ready', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        assert in_memory(child.pid, {"card": CARD, "other": "never said 8412"}) == [
            f"card in the memory of {child.pid}"
        ]
        child.kill()


def pay_in_cash(screen: Screen, desk: Desk) -> None:
    """A barrel: USD 20, then GYD 5,000 of it."""
    check_out_a_barrel(screen, desk)
    for key, typed in (("F5", "20"), ("F6", "5000")):
        with screen.changing("what is still to pay", TENDER):
            screen.press(key)
            screen.type(typed)
        with desk.changing("order"):
            screen.press("F12")
        screen.rest(TENDER)


def pay_by_card(screen: Screen, books: Books) -> None:
    """The customer reads the code off the screen and pays on their own phone."""
    with screen.changing("the sheet"):
        screen.press("F7")
    seen: list[str] = []

    def scanned() -> bool:
        seen[:] = [code.text for code in zxingcpp.read_barcodes(screen.look())]
        return bool(seen)

    wait_until(scanned, "a code on the screen", 60)
    with screen.changing("that it is paid", SHEET, within=60):
        assert httpx.post(seen[0], data={"number": CARD}, trust_env=False).status_code == 303
        wait_until(lambda: _order(books)["state"] == "paid", "the order paid at central", 60)


def _order(books: Books) -> dict[str, Any]:
    orders = list(books.orders().values())
    return orders[0] if orders else {}


def assert_books(books: Books, order: dict[str, Any]) -> None:
    """Ledger, till and provider agree to the cent."""
    usd, gyd, card = order["tenders"]
    total = order["totals"]["total"]["minor"]
    assert [one["kind"] for one in (usd, gyd, card)] == ["cash", "cash", "card"]
    assert usd["applied"]["minor"] + gyd["applied"]["minor"] + card["applied"]["minor"] == total
    assert books.account("provider:stripe") == {"USD": card["applied"]["minor"]}
    assert books.account(f"order:{order['id']}") == {"USD": -total}
    (till,) = books.tills()
    assert books.account(f"till:{till['id']}") == {"USD": 100_00 + 20_00, "GYD": 30_000_00 + 5_000_00}
    assert books.unbalanced() == []
    assert books.troubles() == []
