"""The Cart page on a real store, by keyboard alone, with the link down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from agent_desk.desk.ui.looking import check
from agent_desk.desk.ui.pages.cart.page import CartPage
from agent_desk.desk.ui.parts.tiles import TenderTile
from agent_desk.desk.ui.theme import Theme
from agent_desk.desk.usecases.ports import Changes
from agent_desk.domain.money import usd
from agent_desk.domain.people import Role
from agent_desk.domain.selling import OrderState
from tests.desk.ui.pages.counter import Counter
from tests.domain.shop import BARREL, CUSTOMER, FRYER, TAG, TAPE, a_price

GOODS = (BARREL, TAPE, FRYER, TAG, CUSTOMER)
Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


class Till:
    """The page and a pair of hands."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.page = CartPage(counter.context)

    def open(self, height: int = 768) -> None:
        self.counter.show(self.page, "cart", height=height)

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.focus(), key, held)
        self.counter.settle()

    def type(self, text: str) -> None:
        QTest.keyClicks(self.focus(), text)
        self.counter.settle()

    def focus(self) -> QWidget:
        return QApplication.focusWidget() or self.counter.window

    def add(self, text: str) -> None:
        self.press(Key.Key_F3)
        self.type(text)
        self.counter.rest(80)
        self.press(Key.Key_Return)

    def lines(self) -> dict[str, int]:
        return {row.label: row.quantity for row in self.page.left.view.lines.rows()}

    def commit(self) -> str:
        return self.page.commit.text()


@pytest.fixture
def counter(app: QApplication, tmp_path: Path) -> Iterator[Counter]:
    made = Counter(app, tmp_path, GOODS, Role.AGENT)
    yield made
    made.close()


@pytest.fixture
def till(counter: Counter) -> Till:
    made = Till(counter)
    made.open()
    return made


def test_an_empty_cart_says_add_a_line_first_and_goes_there(till: Till) -> None:
    till.page.commit.setFocus()
    assert till.commit() == "Add a line first"
    till.press(Key.Key_F12)
    assert till.focus() is till.page.left.add.entry


def test_a_customers_card_says_whose_cart_it_is(till: Till) -> None:
    till.add("tape")
    assert till.page.scanned(CUSTOMER.number)
    till.counter.settle()
    assert till.page.work.sale is not None
    assert till.page.work.sale.customer_name == CUSTOMER.name
    assert till.lines() == {TAPE.name: 1}


def test_a_name_a_code_and_a_barcode_each_add_a_line(till: Till) -> None:
    till.add("barrel pl")
    till.add(TAPE.code)
    assert till.page.scanned(FRYER.code)
    till.counter.settle()
    assert till.lines() == {BARREL.name: 1, TAPE.name: 1, FRYER.name: 1}
    assert till.focus() is till.page.left.add.entry


def test_the_arrows_choose_among_the_suggestions(till: Till) -> None:
    till.press(Key.Key_F3)
    till.type("p")
    till.counter.rest(80)
    rows = till.page.left.add.finder.rows()
    assert len(rows) > 1
    till.press(Key.Key_Down)
    till.press(Key.Key_Return)
    assert list(till.lines()) == [rows[1].title]


def test_plus_and_minus_count_every_press_and_never_below_one(till: Till) -> None:
    till.add("tape")
    till.page.left.view.setFocus()
    for _ in range(5):
        QTest.keyClick(till.focus(), Key.Key_Plus)  # faster than any answer
    till.counter.settle()
    assert till.lines() == {TAPE.name: 6}
    for _ in range(9):
        QTest.keyClick(till.focus(), Key.Key_Minus)
    till.counter.settle()
    assert till.lines() == {TAPE.name: 1}


def test_the_threshold_is_offered_and_then_given(till: Till) -> None:
    till.add("tape")
    row = till.page.left.view.lines.rows()[0]
    assert "Add 4 more: GYD 1,080 each, saves GYD 600" in [chip.words for chip in row.chips]
    till.page.left.view.setFocus()
    for _ in range(4):
        till.press(Key.Key_Plus)
    assert till.page.left.view.lines.rows()[0].each == "GYD 1,080"


def test_del_takes_the_chosen_line_out(till: Till) -> None:
    till.add("tape")
    till.add("barrel")
    till.page.left.view.setFocus()
    till.press(Key.Key_Up)
    till.press(Key.Key_Delete)
    assert list(till.lines()) == [BARREL.name]


def test_a_sample_beyond_its_share_is_refused_with_what_to_do(till: Till) -> None:
    till.add("luggage")
    till.add("luggage")
    assert till.counter.said() == ["One customer may have 1 of Luggage tag: take 1."]
    assert till.lines() == {TAG.name: 1}


def test_an_unknown_code_says_so_and_changes_nothing(till: Till) -> None:
    assert till.page.scanned("0000000000000")
    till.counter.settle()
    assert "No product has the code 0000000000000" in till.counter.said()[0]
    assert till.lines() == {}


def test_a_shipment_label_is_left_to_another_page(till: Till) -> None:
    assert not till.page.scanned("SH-GEO-2-000871-1")


def test_a_promotion_is_taken_by_its_code_and_an_unknown_one_refused(till: Till) -> None:
    till.add("barrel")
    cart = till.page.work.sale
    assert cart is not None
    till.page.left.promotion.setFocus()
    till.type("no such code")
    till.press(Key.Key_Return)
    till.press(Key.Key_F3)
    assert len(till.counter.said()) == 1
    assert "No promotion of this code runs now" in till.counter.said()[0]
    assert till.page.left.promotion.property("state") == "error"
    till.page.left.promotion.setFocus()
    till.page.left.promotion.selectAll()
    till.type("mash10")
    till.press(Key.Key_Return)
    assert till.page.work.sale is not None
    assert till.page.work.sale.promotion == "MASH10"
    assert till.page.left.promotion.property("state") == ""
    for sale in (cart, till.page.work.sale):  # the cart as it was may be shown once more before the answer has come
        till.page.left.put(sale)
    assert till.page.left.promotion.property("state") == ""


def test_a_cart_is_held_under_a_name_and_recalled(till: Till) -> None:
    till.add("barrel")
    till.press(Key.Key_H, CTRL)
    till.type("R. Ramnarine")
    till.press(Key.Key_Return)
    assert till.lines() == {}
    assert till.focus() is till.page.left.add.entry
    till.press(Key.Key_L, CTRL)
    assert till.lines() == {BARREL.name: 1}


def test_escape_keeps_the_cart_that_was_to_be_held(till: Till) -> None:
    till.add("barrel")
    till.press(Key.Key_H, CTRL)
    till.press(Key.Key_Escape)
    assert till.lines() == {BARREL.name: 1}
    assert not till.page.head.asking.is_open()


def test_of_several_held_carts_the_first_is_ready_to_be_chosen(till: Till) -> None:
    for text in ("barrel", "tape"):
        till.add(text)
        till.press(Key.Key_H, CTRL)
        till.press(Key.Key_Return)
    till.press(Key.Key_L, CTRL)
    till.press(Key.Key_Return)
    assert till.lines() == {TAPE.name: 1}


def test_clear_asks_before_it_takes_every_line_out(till: Till) -> None:
    till.add("barrel")
    till.add("tape")
    till.press(Key.Key_Delete, CTRL)
    assert len(till.lines()) == 2
    commits: list[Changes] = []
    till.counter.cases.subscribe(commits.append)
    till.press(Key.Key_Return)
    assert till.lines() == {}
    assert len(commits) == 1


def test_check_out_locks_prices_and_puts_the_cursor_where_cash_is_typed(till: Till) -> None:
    till.add("barrel")
    till.press(Key.Key_F12)
    assert till.page.head.findChildren(QWidget)[0].text() == "Checkout"  # type: ignore[attr-defined]
    assert till.focus() is till.page.tender.given.entry
    assert till.commit() == "Type the cash given"


def test_release_asks_in_place_and_opens_the_cart_again(till: Till) -> None:
    till.add("barrel")
    till.press(Key.Key_F12)
    till.press(Key.Key_Escape)
    assert till.page.head.asking.is_open()
    till.press(Key.Key_Return)
    assert till.commit() == "Check out"
    assert till.focus() is till.page.left.add.entry


def test_when_the_lock_ends_the_button_says_check_out_again(till: Till) -> None:
    till.add("barrel")
    till.press(Key.Key_F12)
    till.counter.clock.at += timedelta(minutes=16)
    till.page.lock.ended.emit()
    till.counter.settle()
    assert till.commit() == "Check out again"
    till.press(Key.Key_F12)
    assert till.commit() == "Type the cash given"


def test_cash_in_gyd_with_change_in_usd_is_one_commit_and_a_receipt(till: Till) -> None:
    till.add("barrel")
    till.press(Key.Key_F12)
    till.press(Key.Key_F6)
    till.type("20,000")
    till.page.tender.given.change_asked.emit("USD")
    assert till.commit() == "Take GYD 20,000 and finish"
    till.press(Key.Key_F12)
    last = till.page.work.last
    assert last is not None
    assert last.change == "USD 16.60 back, USD drawer"
    assert Path(last.path).read_bytes().startswith(b"%PDF")
    status = till.counter.run(till.counter.cases.sync.get_status())
    assert [row.what for row in status.waiting[-2:]] == ["Place order", "Take cash"]
    assert status.cash_at_risk == usd(79_09)
    assert till.lines() == {}
    assert till.focus() is till.page.left.add.entry


def test_two_tenders_pay_one_order_and_each_is_kept_at_once(till: Till) -> None:
    till.add("barrel")
    till.press(Key.Key_F12)
    till.press(Key.Key_F5)
    till.type("50")
    assert till.commit() == "Take USD 50.00"
    till.press(Key.Key_F12)
    sale = till.page.work.sale
    assert sale is not None
    assert sale.order is not None
    assert sale.order.state is OrderState.PART_PAID
    assert sale.due == usd(29_09)
    till.press(Key.Key_F6)
    till.type("6080")
    till.press(Key.Key_Return)
    shown = till.counter.run(till.counter.cases.orders.get_order(sale.order.id))
    assert shown.order.state is OrderState.PAID
    assert len(shown.order.tenders) == 2


def test_a_part_paid_order_can_be_left_and_taken_up_again(till: Till) -> None:
    till.add("barrel")
    till.press(Key.Key_F12)
    till.press(Key.Key_F5)
    till.type("50")
    till.press(Key.Key_F12)
    sale = till.page.work.sale
    assert sale is not None
    assert sale.order is not None
    till.press(Key.Key_Escape)
    till.press(Key.Key_Return)
    assert till.commit() == "Add a line first"
    till.page.opened(sale.order.id)
    till.counter.settle()
    assert till.commit() == "Type the cash given"
    assert till.page.work.sale is not None
    assert till.page.work.sale.due == usd(29_09)


def test_a_free_cart_is_finished_without_money(till: Till) -> None:
    till.add("luggage")
    till.press(Key.Key_F12)
    assert till.commit() == "Nothing to pay, finish"
    till.press(Key.Key_F12)
    assert till.commit() == "Add a line first"
    assert "is placed" in till.counter.said()[-1]


def test_a_tender_that_is_not_there_says_so_on_its_tile_and_to_its_key(till: Till) -> None:
    tiles = {tile.text(): tile for tile in till.page.tender.tiles.findChildren(TenderTile)}
    assert tiles["Card"].accessibleName() == "Card, not set up, key F7"
    assert tiles["MMG"].accessibleName() == "MMG, not set up, key F8"
    assert tiles["Account"].accessibleName() == "Account, not set up"
    assert tiles["Cash GYD"].accessibleName() == "Cash GYD, GYD drawer, key F6"
    till.press(Key.Key_F7)
    assert till.counter.said() == ["No card can be taken: not set up"]
    till.press(Key.Key_F8)
    tiles["Account"].click()
    assert till.counter.said()[1:] == ["No MMG can be taken: not set up", "Account is not set up at this desk"]


def test_a_refused_check_out_shows_the_old_and_the_new_price_and_a_way_out(till: Till) -> None:
    till.add("tape")
    now = till.counter.clock.at
    dearer = TAPE.model_copy(
        update={
            "version": 2,
            "prices": (
                a_price(TAPE.prices[0].each.times(2), now - timedelta(days=2)),
                TAPE.prices[0].model_copy(update={"until": now - timedelta(days=2)}),
            ),
        }
    )
    till.counter.receive(dearer)
    till.press(Key.Key_F12)
    chips = [chip.words for chip in till.page.left.view.lines.rows()[0].chips]
    assert "Was GYD 1,200, now GYD 2,400" in chips
    assert [item.code for item in till.page.tender.refusals.items()] == ["price.differs"]
    till.page.tender.refusals.rows()[0].buttons()[0].click()
    till.counter.settle()
    assert till.page.left.view.lines.rows()[0].each == "GYD 2,400"
    till.press(Key.Key_F12)
    assert till.commit() == "Type the cash given"


def test_the_customer_of_a_search_becomes_the_customer_of_the_cart(till: Till) -> None:
    till.add("barrel")
    till.page.opened(CUSTOMER.id)
    till.counter.settle()
    assert till.page.work.sale is not None
    assert till.page.work.sale.customer_name == CUSTOMER.name


@pytest.mark.parametrize("height", [768, 696])
def test_nothing_is_clipped_at_any_stage(themed: Theme, qapp: QApplication, tmp_path: Path, height: int) -> None:
    counter = Counter(qapp, tmp_path, GOODS, Role.AGENT)
    till = Till(counter)
    till.open(height)
    found = {"empty": check(counter.window)}
    for text in ("barrel", "tape", "fryer", "luggage"):
        till.add(text)
    counter.rest(20)
    found["open"] = check(counter.window)
    till.press(Key.Key_H, CTRL)
    counter.rest(20)
    found["hold"] = check(counter.window)
    till.press(Key.Key_Escape)
    till.press(Key.Key_F12)
    till.press(Key.Key_F5)
    till.type("50")
    counter.rest(20)
    found["given"] = check(counter.window)
    till.press(Key.Key_F12)
    counter.rest(20)
    found["part paid"] = check(counter.window)
    till.press(Key.Key_F6)
    till.type("90,000")
    counter.rest(20)
    found["change"] = check(counter.window)
    till.press(Key.Key_F12)
    counter.rest(20)
    found["paid"] = check(counter.window)
    counter.close()
    assert {stage: troubles for stage, troubles in found.items() if troubles} == {}, themed.name
