"""The search over everything, wired to the real store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from agent_desk.desk.ui.context import PageContext
from agent_desk.desk.ui.dress import dress
from agent_desk.desk.ui.looking import check
from agent_desk.desk.ui.pages.orders.page import OrdersPage
from agent_desk.desk.ui.pages.quote.page import QuotePage
from agent_desk.desk.ui.parts.palette import HitGroup
from agent_desk.desk.ui.searching import Searching, groups_of
from agent_desk.desk.ui.shell import Shell
from agent_desk.desk.ui.theme import DARK, LIGHT
from agent_desk.desk.usecases.searching import Group
from agent_desk.domain.people import Role
from tests.desk.ui.pages.counter import NOON, Counter
from tests.desk.ui.pages.neighbours import people, products
from tests.desk.ui.pages.past_orders import past_orders

INDRANIE = UUID(int=100)


class Desk:
    """A shell with two pages and the search."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.shell = Shell()
        self.gone: list[tuple[str, UUID | None]] = []
        context: PageContext = replace(counter.context, keys=self.shell.keys, go=self._go)
        self.quote = QuotePage(context)
        self.orders = OrdersPage(context)
        self.shell.add_page("quote", "Quote", "calculator", self.quote)
        self.shell.add_page("orders", "Orders", "clipboard-list", self.orders)
        self.searching = Searching(self.shell, context, {"quote": self.quote, "orders": self.orders})
        self.shell.resize(1366, 768)
        self.shell.show()
        counter.settle()

    def _go(self, key: str, at: UUID | None) -> None:
        self.gone.append((key, at))
        self.shell.open_page(key)

    def find(self, text: str) -> list[str]:
        """Ctrl K, the text typed; what is shown as lines of text."""
        QTest.keyClick(self.shell, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        self.shell.palette_sheet.entry.clear()
        QTest.keyClicks(self.shell.palette_sheet.entry, text)
        self.counter.settle()
        found = self.searching._found
        return picture(groups_of(found, None, ("quote", "orders")))

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.shell.palette_sheet.entry, key, held)
        self.counter.settle()


def picture(groups: list[HitGroup]) -> list[str]:
    """Hits as lines, what matched between stars."""
    lines: list[str] = []
    for group in groups:
        lines.append(f"{group.title} {group.note}")
        for hit in group.hits:
            title = hit.title
            for start, end in sorted(hit.matched, reverse=True):
                title = f"{title[:start]}*{title[start:end]}*{title[end:]}"
            parts = (title, hit.why, *(chip.words for chip in hit.chips), hit.aside)
            lines.append("  " + " | ".join(part for part in parts if part))
    return lines


@pytest.fixture
def desk(app: QApplication, tmp_path: Path) -> Iterator[Desk]:
    counter = Counter(app, tmp_path, [*people(), *products(), *past_orders(30, NOON)], Role.AGENT)
    found = Desk(counter)
    yield found
    found.shell.hide()
    counter.settle()
    found.shell.deleteLater()
    counter.close()


def test_hits_stand_in_groups_and_say_why_they_matched(desk: Desk) -> None:
    assert desk.find("persad 4471") == [
        "Customers 2",
        "  Indranie *Persaud*, +592 623 *4471* | Sounds like “persad”, and phone ends in 4471 | Best match | GY-10482",
        "  Navin *Persad*, +592 447 1902 | Name as typed, and 4471 is inside the phone | GY-08821",
        "Actions 2",
        "  New quote for Indranie *Persaud* | Fills in the customer",
        "  Add a customer called “persad 4471” | First look: 2 above may be the same | Check first",
    ]


def test_orders_and_products_are_found_beside_people(desk: Desk) -> None:
    lines = desk.find("persaud")
    heads = [line for line in lines if not line.startswith("  ")]
    assert heads == ["Customers 3", "Orders 20, best 4 shown", "Products 1", "Actions 2"]
    assert any("Persaud*'s pepper sauce" in line for line in lines)
    assert "Add a customer called" in lines[-1], "adding somebody comes last"


def test_enter_opens_and_alt_digits_open_the_others(desk: Desk) -> None:
    desk.find("indranie 4471")
    desk.press(Qt.Key.Key_Return)
    assert desk.gone == [("quote", INDRANIE)]
    assert not desk.shell.palette_sheet.isVisible()
    lines = desk.find("GEO-2-000007")
    assert "Orders 2" in lines, "the order and its waybill"
    desk.press(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert desk.gone[-1] == ("orders", UUID(int=500_023))


def test_ctrl_enter_uses_the_customer_in_the_quote_below(desk: Desk) -> None:
    desk.find("roxanne")
    desk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert desk.gone == [("quote", UUID(int=103))]


def test_a_filter_shows_one_group_whole(desk: Desk) -> None:
    desk.find("persaud")
    desk.shell.palette_sheet.filtered.emit("orders")
    desk.counter.settle()
    assert {hit.group for hit in desk.searching._found.hits} == {Group.ORDERS}
    assert len(desk.searching._found.hits) == 20


def test_nothing_found_offers_three_things_to_do(desk: Desk) -> None:
    assert desk.find("xyzzyx") == [
        "Actions 3",
        "  Add a customer called “xyzzyx” | Nobody here is called that",
        "  New quote | Begin without a customer",
        "  Ask central for news | It may not have come to this desk yet",
    ]
    desk.press(Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert desk.counter.link.tries == 1


def test_adding_from_the_search_opens_the_form_with_the_name(desk: Desk) -> None:
    desk.find("Xavier Quill")
    desk.press(Qt.Key.Key_Return)
    assert desk.quote.form.isVisible()
    assert desk.quote.form.name.text() == "Xavier Quill"


def test_an_empty_search_lists_the_pages(desk: Desk) -> None:
    lines = desk.find("")
    assert lines == [
        "Actions 2",
        "  Open Quote | A page of the rail",
        "  Open Orders | A page of the rail",
    ]


def test_a_scan_nobody_knows_opens_the_search_with_its_text(desk: Desk) -> None:
    desk.searching.find("5901234123457")
    desk.counter.settle()
    assert desk.shell.palette_sheet.isVisible()
    assert desk.searching._found.text == "5901234123457"


def test_while_one_question_is_under_way_only_the_newest_waits(desk: Desk) -> None:
    asked: list[str] = []
    inner = desk.counter.cases.searching.search

    async def listen(text: str, only: Group | None = None) -> object:
        asked.append(text)
        return await inner(text, only)

    desk.counter.cases.searching.search = listen  # type: ignore[assignment]  # listened to, not replaced
    desk.find("persaud")
    assert asked[-1] == "persaud"
    assert desk.searching._found.text == "persaud"


def test_the_filters_are_the_same_widgets_from_key_to_key(desk: Desk) -> None:
    desk.find("p")
    before = list(desk.shell.palette_sheet._chips.values())
    desk.find("pe")
    assert list(desk.shell.palette_sheet._chips.values()) == before


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("text", ["persad 4471", "xyzzyx", ""])
def test_nothing_is_clipped(qapp: QApplication, desk: Desk, theme: object, text: str) -> None:
    dress(qapp, theme)  # type: ignore[arg-type]
    desk.find(text)
    assert check(desk.shell) == []
