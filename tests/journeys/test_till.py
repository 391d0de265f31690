"""A shift in the real window, by keyboard: float, a sale for cash, cash paid out, blind count, close, report, books."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_desk.domain.people import Role
from agent_desk.drill.books import Books
from agent_desk.services import Services
from tests.journeys.books import words
from tests.journeys.desks import Desk, opened
from tests.journeys.screen import Screen, wait_until

pytestmark = [pytest.mark.screen, pytest.mark.slow]

BARREL = "7450010000551"
"""GYD 14,500.00 each, with 14 % of VAT GYD 16,530."""

TENDER = (900, 420, 1400, 860)
"""Of the Cart page, under the countdown, which never rests."""


@pytest.fixture
def screen() -> Iterator[Screen]:
    with Screen() as one:
        yield one


def test_a_shift_ends_with_its_drawers_its_report_and_the_books_in_agreement(tmp_path: Path, screen: Screen) -> None:
    with Services(tmp_path) as services:
        with opened(screen, tmp_path / "GEO-2", services.url, "GEO-2", Role.AGENT) as desk:
            desk.wait_for("sync.state", state="online", within=120)
            open_till(screen, desk)
            sell(screen, desk)
            pay_out(screen, desk)
            close_till(screen, desk)
            report = tmp_path / "GEO-2" / "papers" / "till-T-GEO-2-000001.pdf"
            wait_until(report.exists, "the report")
            books = Books(tmp_path / "central")
            wait_until(
                lambda: bool(books.tills()) and books.tills()[0]["closing"] is not None, "the close at central", 60
            )
        said = words(report)
        for part in ("T-GEO-2-000001", "taxi", "Cash taken, 1 sale", "USD 5.00 over and GYD even", "Change mix-up"):
            assert part in said, said
        (till,) = books.tills()
        assert till["closing"]["over_short"] == {"usd_minor": 5_00, "gyd_minor": 0}
        assert till["closing"]["expected"] == {"usd_minor": 97_00, "gyd_minor": 46_530_00}
        assert books.unbalanced() == []
        assert books.account(f"till:{till['id']}") == {}
        assert books.account("over_short:GEO") == {"USD": -5_00}
        # the counted drawers went to the safe, from where the float had come
        assert books.account("safe:GEO") == {"USD": 2_00, "GYD": 16_530_00}
        assert books.account("paid_out:GEO") == {"USD": 3_00}
        assert books.troubles() == []


def count(screen: Screen, *figures: str) -> None:
    """From the note in which the cursor is, `Enter` after each."""
    for figure in figures:
        if figure:
            screen.type(figure)
        screen.press("Return")


def open_till(screen: Screen, desk: Desk) -> None:
    """USD 100.00 and GYD 30,000."""
    screen.press("ctrl+5")
    desk.wait_for("page.opened", page="till")
    screen.rest()
    screen.press("F5")
    count(screen, "1")
    screen.press("F6")
    count(screen, "6")
    with desk.changing("till"):
        screen.press("F12")
    screen.rest()


def check_out_a_barrel(screen: Screen, desk: Desk) -> None:
    """For GYD 16,530."""
    screen.press("ctrl+2")
    desk.wait_for("page.opened", page="cart")
    screen.rest()
    with desk.changing("cart"):
        screen.scan(BARREL)
    screen.rest()
    with desk.changing("cart"):
        screen.press("F12")
    screen.rest(TENDER)


def sell(screen: Screen, desk: Desk) -> None:
    """A barrel, paid with GYD 20,000."""
    check_out_a_barrel(screen, desk)
    with screen.changing("the change due", TENDER):
        screen.press("F6")
        screen.type("20000")
    with desk.changing("order"):
        screen.press("F12")
    screen.rest()


def pay_out(screen: Screen, desk: Desk) -> None:
    """USD 3.00 for a taxi."""
    screen.press("ctrl+5")
    desk.wait_for("page.opened", page="till", times=2)
    screen.rest()
    with screen.changing("the next area"):
        screen.press("ctrl+Tab", "ctrl+Tab", "Tab", "Tab")
    screen.type("3")
    screen.press("Return")
    screen.type("taxi")
    with desk.changing("till"):
        screen.press("Return")
    screen.rest()


def close_till(screen: Screen, desk: Desk) -> None:
    """USD 102.00, which is five too many, and GYD 46,530, which is right."""
    screen.press("F5")
    count(screen, "", "1", "2", "", "1", "7")
    screen.press("F6")
    count(screen, "9", "", "1", "1", "", "", "1", "10")
    with desk.changing("till"):
        screen.press("F12")
    screen.rest()
    with screen.changing("the reason"):
        screen.press("space")
    with desk.changing("till"):
        screen.press("F12")
    screen.rest()
    screen.press("F10")
