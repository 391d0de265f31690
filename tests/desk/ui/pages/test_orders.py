"""The Orders page on the real store, the link down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from agent_desk.desk.store.documents import keep_setting
from agent_desk.desk.ui.dress import dress
from agent_desk.desk.ui.looking import check
from agent_desk.desk.ui.pages.orders.page import OrdersPage
from agent_desk.desk.ui.pages.orders.words import cells_of, offline_words, text_picture
from agent_desk.desk.ui.parts.text import Text
from agent_desk.desk.ui.theme import DARK, LIGHT
from agent_desk.desk.usecases.ports import Connection, Done, LinkState
from agent_desk.desk.usecases.rows import OrderChip
from agent_desk.domain.people import Role
from tests.desk.ui.pages.counter import NOON, Counter
from tests.desk.ui.pages.neighbours import people, products
from tests.desk.ui.pages.past_orders import past_orders

COUNT = 250


@pytest.fixture
def counter(app: QApplication, tmp_path: Path) -> Iterator[Counter]:
    found = Counter(app, tmp_path, [*people(), *products(), *past_orders(COUNT, NOON)], Role.MANAGER)
    heard = (found.clock.at - timedelta(minutes=87)).isoformat()
    found.run(found.runner.write(lambda connection, _books: keep_setting(connection, "heard_at", heard)))
    yield found
    found.window.hide()
    found.close()


@pytest.fixture
def page(counter: Counter) -> OrdersPage:
    made = OrdersPage(counter.context)
    counter.show(made, "orders")
    return made


def said(page: OrdersPage) -> list[str]:
    return [text.words() for text in page.detail.findChildren(Text) if text.isVisible() and text.words()]


def test_the_newest_stand_on_top_each_with_its_state_and_money(counter: Counter, page: OrdersPage) -> None:
    rows = counter.run(counter.cases.orders.list_orders(None, 0, 4)).rows
    assert text_picture([cells_of(row, counter.clock.at) for row in rows]) == [
        "GEO-2-000250 | 09:18 | Indranie Persaud | Linden | 2 | 35.00 | [package] Booked | [circle-check] Paid",
        "GEO-2-000249 | 08:55 | Kwame Thomas | Charity | 2 | 114.19 | [package] Booked | [circle-dashed] Part paid",
        (
            "GEO-2-000248 | 08:32 | Roxanne Hinds | New Amsterdam | 2 | 193.38 | [pause] Held, consent | "
            "[circle-check] Paid"
        ),
        "GEO-2-000247 | 08:09 | Rajesh Ramnarine | Rose Hall | 2 | 272.57 | [package] Booked | [circle-check] Paid",
    ]
    assert page.list.model.rowCount() == COUNT
    assert page.list.model.data(page.list.model.index(0, 0)) == "GEO-2-000250"


def test_rows_further_down_are_fetched_when_they_come_into_view(counter: Counter, page: OrdersPage) -> None:
    assert page.list.model.row(240) is None
    page.list.view.scrollToBottom()
    counter.settle()
    last = page.list.model.row(COUNT - 1)
    assert last is not None
    assert last.cells[0].words == "GEO-2-000001"


def test_the_arrows_show_the_order_after_a_rest(counter: Counter, page: OrdersPage) -> None:
    assert QApplication.focusWidget() is page.list.view
    QTest.keyClick(page.list.view, Qt.Key.Key_Down)
    QTest.keyClick(page.list.view, Qt.Key.Key_Down)
    counter.rest(150)
    assert page.detail.shown is not None
    assert page.detail.shown.order.number == "GEO-2-000248"
    words = said(page)
    assert "Roxanne Hinds, New Amsterdam" in words
    assert "46.3 lb, 25 × 18.5 × 20" in words
    assert words[words.index("Paid for certain") + 1] == "USD 193.38"
    assert words[words.index("At risk until sent") + 1] == "USD 0.00"


def test_filters_count_and_narrow(counter: Counter, page: OrdersPage) -> None:
    counts = counter.run(counter.cases.orders.count_chips(""))
    assert counts[OrderChip.HELD] == 7
    page.list.filtered.emit(OrderChip.HELD)
    counter.settle()
    assert page.list.model.rowCount() == counts[OrderChip.HELD]
    states = {row.cells[6].words for at in range(7) if (row := page.list.model.row(at)) is not None}
    assert states == {"Held, consent"}


def test_f3_finds_by_name_and_nothing_found_offers_to_clear_the_filters(counter: Counter, page: OrdersPage) -> None:
    QTest.keyClick(page.window(), Qt.Key.Key_F3)
    assert QApplication.focusWidget() is page.list.search.entry
    QTest.keyClicks(page.list.search.entry, "hinds")
    counter.rest(120)
    names = {row.cells[2].words for at in range(20) if (row := page.list.model.row(at)) is not None}
    assert names == {"Roxanne Hinds"}
    QTest.keyClicks(page.list.search.entry, "zzqx")
    counter.rest(120)
    assert page.list.model.rowCount() == 0
    page.list.cleared.emit()
    counter.settle()
    assert page.list.model.rowCount() == COUNT


def test_offline_the_banner_says_since_when_and_how_old_and_f5_tries(counter: Counter, page: OrdersPage) -> None:
    assert page.banner.isVisible()
    now = counter.clock.at
    assert offline_words(counter.link.state, now - timedelta(minutes=87), now) == (
        "Offline since 09:41",
        "You see orders as of 08:14, 1 h 27 ago. Changes made here are kept and sent later.",
    )
    QTest.keyClick(page.window(), Qt.Key.Key_F5)
    counter.settle()
    assert counter.link.tries == 1
    counter.link.tell(LinkState(Connection("online")))
    counter.settle()
    assert not page.banner.isVisible()


def test_what_was_sold_here_and_not_sent_is_marked_and_at_risk(counter: Counter, page: OrdersPage) -> None:
    order = counter.run(sell(counter))
    counter.settle()
    first = page.list.model.row(0)
    assert first is not None
    assert first.cells[0].icon == "hourglass"
    page.open_order(order)
    counter.settle()
    words = said(page)
    assert words[words.index("Paid for certain") + 1] == "USD 0.00"
    assert words[words.index("At risk until sent") + 1] == "USD 10.26"
    page.list.filtered.emit(OrderChip.WAITING)
    counter.settle()
    assert page.list.model.rowCount() == 1


async def sell(counter: Counter) -> UUID:
    """A carton over the counter, paid in cash, while nobody answers."""
    added = await counter.cases.carting.add_product(products()[1].id, 1)
    assert isinstance(added, Done)
    await counter.cases.tendering.check_out(added.value.cart.id)
    placed = await counter.cases.tendering.place_order(added.value.cart.id)
    assert isinstance(placed, Done)
    order = placed.value
    await counter.cases.tendering.take_cash(order.id, order.totals.total)
    return order.id


def test_f8_prints_the_receipt_again_and_tells_its_path(counter: Counter, page: OrdersPage) -> None:
    page.open_order(UUID(int=500_000))
    counter.settle()
    QTest.keyClick(page.window(), Qt.Key.Key_F8)
    counter.settle()
    notice = counter.notices[-1]
    assert notice.what == "Receipt R-GEO-2-000250"
    assert Path(notice.path).read_bytes().startswith(b"%PDF")
    assert notice.action == "Open"
    QTest.keyClick(page.window(), Qt.Key.Key_F8)
    counter.settle()
    again = counter.notices[-1]
    assert again.what == "Receipt R-GEO-2-000250 copy 1"
    with pypdfium2.PdfDocument(again.path) as paper:
        assert "COPY 1" in paper[0].get_textpage().get_text_bounded()


def test_f8_leads_to_the_payment_that_is_still_open(counter: Counter, page: OrdersPage) -> None:
    page.open_order(UUID(int=500_001))
    counter.settle()
    assert page.detail.main.text() == "Take payment"
    QTest.keyClick(page.window(), Qt.Key.Key_F8)
    assert counter.gone == [("cart", UUID(int=500_001))]


def test_a_scanned_waybill_opens_its_order(counter: Counter, page: OrdersPage) -> None:
    assert page.scanned("GEO-2-000100")
    counter.settle()
    assert page.detail.shown is not None
    assert page.detail.shown.order.number == "GEO-2-000100"
    assert page.scanned("SH-GEO-2-000017")
    counter.settle()
    assert page.detail.shown.order.number == "GEO-2-000017"
    assert not page.scanned("5901234123457")


def test_each_tab_shows_its_part_whole(counter: Counter, page: OrdersPage) -> None:
    page.open_order(UUID(int=500_002))
    counter.settle()
    seen = {}
    for _ in range(5):
        page.detail.tabs.step()
        QApplication.processEvents()
        seen[page.detail.tabs.key()] = said(page)
    assert "Payments" not in seen["timeline"]
    assert "Timeline" not in seen["pieces"]
    assert "2" in seen["pieces"]
    assert "Printed again, a receipt is marked COPY" in seen["documents"]


@pytest.mark.parametrize("height", [768, 696])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_nothing_is_clipped(qapp: QApplication, counter: Counter, theme: object, height: int) -> None:
    dress(qapp, theme)  # type: ignore[arg-type]
    page = OrdersPage(counter.context)
    counter.show(page, "orders", height=height)
    page.open_order(UUID(int=500_002))
    counter.settle()
    assert check(counter.window) == []


def test_cash_goes_back_from_the_order_at_its_rate(counter: Counter, page: OrdersPage) -> None:
    shown = page.detail.shown
    assert shown is not None
    QTest.keyClick(page.list.view, Qt.Key.Key_F7)
    counter.settle()
    part = page.detail.refunding
    assert part.isVisible()
    assert check(counter.window) == []
    part.amount.put("9,999")
    part.changed.emit()
    counter.settle()
    assert any("can be given back: enter no more" in words for words in said(page))
    part.amount.put("1.00")
    part.currency.put("GYD")
    part.changed.emit()
    counter.settle()
    assert any(words.startswith("GYD ") and "out of the drawer" in words for words in said(page)), said(page)
    part.keep.click()
    counter.settle()
    assert counter.said()[-1] == "Say why it is given back."
    part.reason.put("one was torn")
    part.keep.click()
    counter.settle()
    assert counter.said()[-1].startswith("Give back GYD ")
    assert not part.isVisible()
    fresh = counter.run(counter.cases.orders.get_order(shown.order.id))
    assert [refund.amount.minor for refund in fresh.order.refunds] == [100]
    assert fresh.timeline[0].kind in {"refunded", "waiting"}


def test_an_agent_asks_a_manager_for_more_than_they_may_give(app: QApplication, tmp_path: Path) -> None:
    counter = Counter(app, tmp_path, [*people(), *products(), *past_orders(6, NOON)], Role.AGENT)
    page = OrdersPage(counter.context)
    counter.show(page, "orders")
    rows = counter.run(counter.cases.orders.list_orders(None, 0, 6)).rows
    orders = [counter.run(counter.cases.orders.get_order(row.id)).order for row in rows]
    large = next(order for order in orders if order.paid.minor > 100_00)
    page.open_order(large.id)
    counter.settle()
    page.detail.refund.click()
    counter.settle()
    part = page.detail.refunding
    assert part.keep.text() == "Ask a manager"
    part.reason.put("came too late")
    part.keep.click()
    counter.settle()
    assert counter.said()[-1] == "Sent to a manager"
    counter.window.hide()
    counter.close()
