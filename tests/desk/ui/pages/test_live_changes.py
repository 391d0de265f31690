"""What comes from elsewhere while somebody types: the field is theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from agent_desk.desk.ui.context import PageContext
from agent_desk.desk.ui.looking import check
from agent_desk.desk.ui.pages.cart.page import CartPage
from agent_desk.desk.ui.pages.measure.page import MeasurePage
from agent_desk.desk.ui.pages.orders.page import OrdersPage
from agent_desk.desk.ui.pages.quote.page import QuotePage
from agent_desk.desk.ui.pages.sync.page import SyncPage
from agent_desk.desk.ui.parts.page_view import PageView
from agent_desk.desk.usecases.rows import QuoteRow
from agent_desk.domain.losing import Loss, line_field
from agent_desk.domain.people import Role
from agent_desk.domain.shipping import QuoteState
from tests.desk.ui.pages.counter import Counter
from tests.desk.ui.pages.parcels_waiting import waiting_shipments
from tests.domain.shop import BARREL, BOOK, NOW, TAPE, an_id

FRAME_WIDE, FRAME_TALL = 57, 84
"""Of a narrow window: what rail, top bar and status line take."""


def test_a_newer_rate_leaves_what_is_being_typed_alone(app: QApplication, tmp_path: Path) -> None:
    counter = Counter(app, tmp_path, (), Role.AGENT)
    page = QuotePage(counter.context)
    counter.show(page, "quote")
    page.pieces.go_to(0, "contents")
    entry = app.focusWidget()
    assert isinstance(entry, QLineEdit)
    QTest.keyClicks(entry, "Books and")
    entry.setCursorPosition(5)
    rate = BOOK.rates[0]
    counter.receive(rate.model_copy(update={"version": rate.version + 1, "gyd_per_usd": rate.gyd_per_usd + 1}))
    kept = (entry.text(), entry.cursorPosition(), app.focusWidget() is entry)
    counter.close()
    assert kept == ("Books and", 5, True)


def test_a_line_another_desk_changed_leaves_the_cash_being_typed_alone(app: QApplication, tmp_path: Path) -> None:
    counter = Counter(app, tmp_path, (BARREL, TAPE), Role.AGENT)
    page = CartPage(counter.context)
    counter.show(page, "cart")
    cart = counter.run(counter.cases.carting.add_product(BARREL.id, 1)).value.cart
    counter.settle()
    page.press_commit()
    counter.settle()
    entry = page.tender.given.entry
    QTest.keyClicks(entry, "300")
    locked = counter.run(counter.cases.carting.get_cart(cart.id)).cart
    counter.receive(locked.model_copy(update={"version": locked.version + 5, "held_as": "Roxanne"}))
    counter.receive(TAPE.model_copy(update={"version": TAPE.version + 1, "name": "Packing tape, 4 in"}))
    kept = (entry.text(), app.focusWidget() is entry)
    counter.clock.at += timedelta(seconds=1)
    counter.close()
    assert kept == ("300", True)


def test_a_line_that_another_desk_changed_is_tinted_for_a_moment(app: QApplication, tmp_path: Path) -> None:
    counter = Counter(app, tmp_path, (BARREL, TAPE), Role.AGENT)
    page = CartPage(counter.context)
    counter.show(page, "cart")
    counter.run(counter.cases.carting.add_product(TAPE.id, 1))
    cart = counter.run(counter.cases.carting.add_product(BARREL.id, 1)).value.cart
    counter.settle()
    tape, barrel = (line.id for line in cart.lines)
    view = page.left.view
    before = [view.is_tinted(line) for line in (tape, barrel)]
    changed = tuple(line.model_copy(update={"quantity": 4}) if line.id == barrel else line for line in cart.lines)
    forget_outbox(counter)
    counter.receive(cart.model_copy(update={"version": cart.version + 1, "lines": changed}))
    now = [view.is_tinted(line) for line in (tape, barrel)]
    shown = [row.quantity for row in view.lines.rows()]
    counter.rest(1_300)
    after = [view.is_tinted(line) for line in (tape, barrel)]
    counter.close()
    assert (before, now, after, shown) == ([False, False], [False, True], [False, False], [1, 4])


def test_a_quantity_that_was_replaced_unseen_asks_on_its_row_and_is_put_back(app: QApplication, tmp_path: Path) -> None:
    counter = Counter(app, tmp_path, (BARREL, TAPE), Role.AGENT)
    page = CartPage(counter.context)
    counter.show(page, "cart")
    cart = counter.run(counter.cases.carting.add_product(BARREL.id, 2)).value.cart
    counter.settle()
    (line,) = cart.lines
    loss = Loss(
        field=line_field(line.id),
        label=line.label,
        value=2,
        instead=3,
        by="Roxanne Hinds at GEO-1",
        at=counter.clock.at,
    )
    lines = (line.model_copy(update={"quantity": 3}),)
    forget_outbox(counter)
    counter.receive(cart.model_copy(update={"version": cart.version + 1, "lines": lines, "losses": (loss,)}))
    (row,) = page.left.view.lines.rows()
    troubles = check(counter.window)
    QTest.keyClick(counter.window, Qt.Key.Key_K, Qt.KeyboardModifier.AltModifier)
    counter.settle()
    (back,) = page.left.view.lines.rows()
    kept = counter.run(counter.cases.carting.get_cart(cart.id)).cart
    counter.close()
    assert row.chips[0].words == "Changed by Roxanne Hinds at GEO-1: 3. Keep 2?"
    assert (troubles, row.quantity, back.quantity, back.yours, kept.losses) == ([], 3, 2, None, ())


def forget_outbox(counter: Counter) -> None:
    """Central has everything; what it sends from here on is what stands."""

    def job(connection: Any, _books: object) -> None:
        for table in ("outbox", "effect", "overlay"):
            connection.exec_driver_sql(f"DELETE FROM {table}")

    counter.run(counter.runner.write(job))


def test_the_last_time_gives_way_before_the_page_must_be_scrolled(app: QApplication, tmp_path: Path) -> None:
    counter = Counter(app, tmp_path, (), Role.AGENT)
    page = QuotePage(counter.context)
    view = PageView(page)
    view.setParent(counter.window)
    view.resize(1285, 664)
    counter.window.show()
    counter.settle()
    said, asked = NOW - timedelta(days=1), QuoteState.SPECIAL_ASKED
    page.last.put(QuoteRow(an_id("q"), "Q-GEO-2-000001", None, "", said, said, "ocean", "GEO", 1, None, asked))
    counter.settle()
    scrolled, shown = view.verticalScrollBar().maximum(), page.last.isVisibleTo(page)
    view.resize(1285, 690)
    counter.settle()
    shown_then = page.last.isVisibleTo(page)
    counter.close()
    assert (scrolled, shown, shown_then) == (0, False, True)


@pytest.mark.parametrize(
    ("area", "make"),
    [("quote", QuotePage), ("cart", CartPage), ("measure", MeasurePage), ("orders", OrdersPage), ("sync", SyncPage)],
    ids=str,
)
def test_nothing_is_clipped_in_a_window_of_1280_by_720(
    app: QApplication, tmp_path: Path, area: str, make: Callable[[PageContext], Any]
) -> None:
    counter = Counter(app, tmp_path, (BARREL, TAPE, *waiting_shipments()), Role.MANAGER)
    page = make(counter.context)
    counter.show(page, area)
    counter.run(counter.cases.carting.add_product(BARREL.id, 2))
    counter.window.resize(1280 - FRAME_WIDE, 720 - FRAME_TALL)
    page.setGeometry(counter.window.rect())
    counter.settle()
    troubles = check(counter.window)
    counter.close()
    assert troubles == []
