"""The Quote page as a person drives it: the real store, the real use cases, the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from agent_desk.desk.store.documents import keep_setting
from agent_desk.desk.ui.dress import dress
from agent_desk.desk.ui.keys import Keys
from agent_desk.desk.ui.looking import check
from agent_desk.desk.ui.pages.quote.draft import Typed
from agent_desk.desk.ui.pages.quote.page import QuotePage
from agent_desk.desk.ui.theme import DARK, LIGHT
from agent_desk.domain.money import usd
from agent_desk.domain.people import Role
from agent_desk.sample import load_price_book
from tests.desk.ui.pages.counter import Counter, put_base
from tests.desk.ui.pages.neighbours import people, products
from tests.desk.ui.pages.test_quote_state import ROWS

GOOD = (("Barrel, food", "118.0", "24", "24", "36"), ("Carton, clothes", "46.5", "24", "18", "20"))
INDRANIE = UUID(int=100)


@pytest.fixture
def counter(app: QApplication, tmp_path: Path) -> Iterator[Counter]:
    found = Counter(app, tmp_path, [*people(), *products()], Role.AGENT)
    heard = (found.clock.at - timedelta(minutes=20)).isoformat()
    found.run(found.runner.write(lambda connection, _books: keep_setting(connection, "heard_at", heard)))
    yield found
    found.window.hide()  # a page that goes keeps its draft first
    found.close()


@pytest.fixture
def page(counter: Counter) -> QuotePage:
    made = QuotePage(counter.context)
    counter.show(made, "quote")
    return made


def focus() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def type_rows(counter: Counter, page: QuotePage, rows: tuple[tuple[str, ...], ...]) -> None:
    """By keyboard alone: Enter leads from cell to cell, and from the last one to a new row."""
    page.pieces.go_to(0, "contents")
    for at, row in enumerate(rows):
        for place, text in enumerate(row):
            QTest.keyClicks(focus(), text)
            if (at, place) != (len(rows) - 1, len(row) - 1):
                QTest.keyClick(focus(), Qt.Key.Key_Return)
    counter.settle()


def fill(counter: Counter, page: QuotePage, rows: tuple[tuple[str, ...], ...] = GOOD) -> None:
    page.choosing.pick_customer(INDRANIE)
    counter.settle()
    type_rows(counter, page, rows)


def press(page: QuotePage, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    window = page.window()
    QTest.keyClick(window, key, held)
    QApplication.processEvents()


def test_typing_starts_in_the_customer_with_one_blank_piece(counter: Counter, page: QuotePage) -> None:
    assert counter.notices == []
    assert focus() is page.customer.entry
    assert len(page.pieces.rows()) == 1
    assert page.price.commit.text() == "Add a piece first"
    assert page.number.words() == "Q-GEO-2-000001"


def test_a_customer_is_found_while_typing_and_the_pieces_are_priced(counter: Counter, page: QuotePage) -> None:
    QTest.keyClicks(page.customer.entry, "indranie 4471")
    counter.settle()
    assert [row.title for row in page.customer.finder.rows()] == ["Indranie Persaud", "Add “indranie 4471”"]
    QTest.keyClick(page.customer.entry, Qt.Key.Key_Return)
    counter.settle()
    assert page.state.draft.place == "Charity, Region 2"
    type_rows(counter, page, ROWS)
    page.goods.value.setFocus()
    QTest.keyClicks(focus(), "1,450.00")
    page.goods.insured.click()
    counter.settle()
    assert page.state.offer is not None
    assert page.state.offer.total == usd(105921)
    assert page.price.commit.text() == "Settle 2, then to cart"
    assert [card.offer.usd for card in page.price.cards()] == ["", "USD 2,111.20", "USD 1,059.21"]


def test_f9_goes_to_the_first_thing_to_settle_and_f7_walks_them(counter: Counter, page: QuotePage) -> None:
    fill(counter, page, ROWS)
    page.price.commit.setFocus()
    press(page, Qt.Key.Key_F9)
    assert focus() is page.pieces.rows()[2].cells["length"]
    press(page, Qt.Key.Key_F7)
    press(page, Qt.Key.Key_F7)
    assert focus() is page.pieces.rows()[3].cells["weight"]


def test_enter_in_the_last_cell_adds_a_piece_and_tab_leaves_the_grid(counter: Counter, page: QuotePage) -> None:
    type_rows(counter, page, GOOD[:1])
    QTest.keyClick(focus(), Qt.Key.Key_Return)
    assert len(page.pieces.rows()) == 2
    assert focus() is page.pieces.rows()[1].cells["contents"]
    QTest.keyClick(focus(), Qt.Key.Key_Up)
    assert focus() is page.pieces.rows()[0].cells["contents"]
    QTest.keyClick(focus(), Qt.Key.Key_Tab)
    assert focus() is page.pieces.add


def test_f6_shows_kilograms_and_keeps_the_pounds_exact(counter: Counter, page: QuotePage) -> None:
    type_rows(counter, page, GOOD[:1])
    press(page, Qt.Key.Key_F6)
    counter.settle()
    cells = page.pieces.rows()[0].cells
    assert (cells["weight"].text(), cells["length"].text()) == ("53.5", "61")
    press(page, Qt.Key.Key_F6)
    counter.settle()
    assert cells["weight"].text() == "118.0"
    assert str(page.state.request.pieces[0].weight) == "118 lb"


def test_saved_it_is_valid_for_a_day_and_f10_tells_the_path_of_the_pdf(counter: Counter, page: QuotePage) -> None:
    fill(counter, page)
    press(page, Qt.Key.Key_F8)
    counter.settle()
    assert counter.said() == ["Quote Q-GEO-2-000001 saved"]
    assert page.standing.spec.words == "Valid, 24 h 00 left"
    assert page.title.words() == "Quote"
    press(page, Qt.Key.Key_F10)
    counter.settle()
    path = Path(counter.notices[-1].path)
    assert path.read_bytes().startswith(b"%PDF")
    assert page.number.words() == "Q-GEO-2-000001", "printing saves no second quote"
    page.change(page.state.draft.changed(description="Something else"))
    counter.settle()
    assert page.standing.spec.words == "Draft, kept on this desk"


def test_f9_books_into_the_cart_and_begins_with_the_next_customer(counter: Counter, page: QuotePage) -> None:
    fill(counter, page)
    assert page.price.commit.text() == "Book and add to cart"
    press(page, Qt.Key.Key_F9)
    press(page, Qt.Key.Key_F9)
    counter.settle()
    shown = counter.run(counter.cases.carting.find_current_cart())
    assert [line.line.label for line in shown.lines] == ["Ocean to Georgetown, Guyana"]
    assert shown.cart.customer_name == "Indranie Persaud"
    assert page.state.draft.is_blank
    assert focus() is page.customer.entry
    assert counter.run(counter.cases.drafting.find_draft("quote")) is None or page.state.draft.is_blank


def test_f9_right_after_the_last_figure_books_what_was_typed(counter: Counter, page: QuotePage) -> None:
    page.choosing.pick_customer(INDRANIE)
    counter.settle()
    type_rows(counter, page, (GOOD[0][:-1],))
    assert page.price.commit.text() == "Measure first, then to cart"
    QTest.keyClick(focus(), Qt.Key.Key_Return)
    assert focus() is page.pieces.rows()[0].cells["height"]
    QTest.keyClicks(focus(), GOOD[0][-1])
    QTest.keyClick(page.window(), Qt.Key.Key_F9)  # quicker than the price
    counter.settle()
    shown = counter.run(counter.cases.carting.find_current_cart())
    assert [line.line.label for line in shown.lines] == ["Ocean to Georgetown, Guyana"]
    assert page.state.draft.is_blank


def test_a_price_asked_for_twice_is_that_of_the_newest_draft(counter: Counter, page: QuotePage) -> None:
    type_rows(counter, page, GOOD[:1])
    page.asking.refresh()  # news from central asks for a price as well
    page.change(page.state.draft.with_piece(0, page.state.draft.pieces[0].model_copy(update={"weight": Typed()})))
    assert page.asking.is_pricing
    counter.settle()
    assert not page.asking.is_pricing
    assert page.state.offer is not None
    assert page.state.offer.total is None, "the weight is not known any more"


def test_an_expired_quote_is_priced_again_and_the_difference_shown(counter: Counter, page: QuotePage) -> None:
    fill(counter, page)
    press(page, Qt.Key.Key_F8)
    counter.settle()
    ocean = next(card for card in load_price_book().cards if card.service == "ocean" and card.destination == "GEO")
    dearer = ocean.model_copy(
        update={
            "id": UUID(int=77), "valid_from": counter.clock.at,
            "breaks": tuple(one.model_copy(update={"usd_per_lb": one.usd_per_lb + 1}) for one in ocean.breaks),
        }
    )  # fmt: skip
    counter.run(counter.runner.write(lambda connection, _books: put_base(connection, [dearer])))
    counter.clock.at += timedelta(hours=25)
    page.show_state()
    assert page.standing.spec.words.startswith("Expired at")
    press(page, Qt.Key.Key_F9)
    counter.settle()
    assert page.shows_steps()
    said = [text.words() for text in page.steps.findChildren(type(page.title)) if text.words()]
    assert "Expired: priced again" in said
    assert "Base" in said
    assert counter.run(counter.cases.carting.find_current_cart()) is None, (
        "nothing is booked before the customer agrees"
    )
    press(page, Qt.Key.Key_F9)
    counter.settle()
    shown = counter.run(counter.cases.carting.find_current_cart())
    assert len(shown.lines) == 1


def test_what_was_typed_is_there_again_after_a_crash(counter: Counter, page: QuotePage) -> None:
    fill(counter, page)
    counter.rest(300)
    window = QWidget()
    fresh = QuotePage(replace(counter.context, keys=Keys(window)))  # nothing of the first was ever closed
    counter.settle()
    assert fresh.state.draft == page.state.draft
    assert fresh.pieces.rows()[1].cells["weight"].text() == "46.5"
    assert fresh.price.commit.text() == "Book and add to cart"
    fresh.deleteLater()
    window.deleteLater()


def test_explain_shows_every_step_and_esc_closes_it(counter: Counter, page: QuotePage) -> None:
    fill(counter, page)
    page.price.explain.click()
    assert page.shows_steps()
    said = [text.words() for text in page.steps.findChildren(type(page.title))]
    assert "178 lb × 0.70" in said or any("lb ×" in words for words in said)
    QTest.keyClick(focus(), Qt.Key.Key_Escape)
    assert not page.shows_steps()


def test_a_special_quote_goes_to_a_manager(counter: Counter, page: QuotePage) -> None:
    fill(counter, page, ROWS[2:3])
    matter = page.state.matters()[0]
    special = next(way for way in matter.ways if way.to_manager)
    page.settle.fixed.emit(matter.key, special.key)
    counter.settle()
    assert counter.said() == ["Q-GEO-2-000001 sent to a manager"]
    row = counter.run(counter.cases.quoting.find_quote("Q-GEO-2-000001"))
    assert row.state == "special_asked"


def test_a_new_customer_is_added_after_those_who_may_be_the_same(counter: Counter, page: QuotePage) -> None:
    QTest.keyClicks(page.customer.entry, "Indrani Persaud")
    counter.settle()
    last = page.customer.finder.rows()[-1]
    assert last.title == "Add “Indrani Persaud”"
    page.customer.finder.picked.emit(last.key)
    counter.settle()
    assert focus() is page.form.phone.entry
    QTest.keyClicks(focus(), "+592 623 4471")
    counter.settle()
    assert any("phone" in button.text() for button in page.form.findChildren(type(page.pieces.add)))
    assert check(counter.window) == []
    QTest.keyClick(focus(), Qt.Key.Key_Return)
    counter.settle()
    assert page.state.draft.customer is not None
    assert page.state.draft.customer.number == "K-GEO-2-000001"
    assert not page.form.isVisible()


def test_a_nameless_customer_is_refused_in_its_field(counter: Counter, page: QuotePage) -> None:
    page.open_form("", edit=False)
    QTest.keyClick(page.form.email.entry, Qt.Key.Key_Return)
    counter.settle()
    assert page.form.name.entry.state == "error"
    assert focus() is page.form.name.entry


def test_alt_digits_choose_a_service_and_one_that_does_not_fit_says_why(counter: Counter, page: QuotePage) -> None:
    fill(counter, page)
    press(page, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    counter.settle()
    assert page.state.service == "air_economy"
    press(page, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    counter.settle()
    assert page.state.service == "air_economy"
    assert counter.said() == ["Not by this service"]


def test_clearing_can_be_taken_back(counter: Counter, page: QuotePage) -> None:
    fill(counter, page)
    before = page.state.draft
    press(page, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    counter.settle()
    assert page.state.draft.is_blank
    act = counter.notices[-1].undo
    assert act is not None
    act()
    counter.settle()
    assert page.state.draft == before


def test_a_scanned_account_fills_the_customer_in_and_a_product_is_not_for_this_page(
    counter: Counter, page: QuotePage
) -> None:
    assert page.scanned("GY-09371")
    assert not page.scanned("5901234123457")
    counter.settle()
    assert page.state.draft.customer is not None
    assert page.state.draft.customer.name == "Roxanne Hinds"


def test_the_last_time_can_be_repeated(counter: Counter, page: QuotePage) -> None:
    fill(counter, page)
    press(page, Qt.Key.Key_F9)
    counter.settle()
    page.choosing.pick_customer(INDRANIE)
    counter.settle()
    assert page.last.row is not None
    page.last.repeated.emit()
    counter.settle()
    assert [piece.contents for piece in page.state.draft.pieces] == ["Barrel, food", "Carton, clothes"]
    assert page.state.draft.saved is None


def test_every_field_and_button_has_a_name_for_readers(counter: Counter, page: QuotePage) -> None:
    fill(counter, page, ROWS)
    nameless = [
        widget
        for widget in page.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    ]  # fmt: skip
    assert nameless == []


@pytest.mark.parametrize("height", [768, 696])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("rows", [(), ROWS], ids=["empty", "full"])
def test_nothing_is_clipped(
    qapp: QApplication, counter: Counter, theme: object, height: int, rows: tuple[tuple[str, ...], ...]
) -> None:
    dress(qapp, theme)  # type: ignore[arg-type]
    page = QuotePage(counter.context)
    counter.show(page, "quote", height=height)
    if rows:
        fill(counter, page, rows)
        page.route.directions.entry.setFocus()
        counter.settle()
    assert check(counter.window) == []
