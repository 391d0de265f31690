"""The Measure page on a real store, by keyboard and scanner, with the link down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from agent_desk.desk.ui.looking import check
from agent_desk.desk.ui.pages.measure.page import MeasurePage
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.text import Text
from agent_desk.desk.ui.theme import Theme
from agent_desk.domain.people import Role
from agent_desk.domain.shipping import Hold, Shipment
from tests.desk.ui.pages.counter import Counter
from tests.desk.ui.pages.parcels_waiting import waiting_shipments

Key = Qt.Key
FIRST = "SH-GEO-2-000871-1"


class Bench:
    """The page and a pair of gloves."""

    def __init__(self, counter: Counter, height: int = 768) -> None:
        self.counter = counter
        self.page = MeasurePage(counter.context)
        counter.show(self.page, "measure", height=height)

    def focus(self) -> QWidget:
        return QApplication.focusWidget() or self.counter.window

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.focus(), key)
        self.counter.settle()

    def enter(self, *texts: str) -> None:
        for text in texts:
            QTest.keyClicks(self.focus(), text)
            self.press(Key.Key_Return)
        self.counter.rest(90)

    def answer(self, key: Qt.Key) -> None:
        self.press(key)
        self.counter.rest(90)

    def record_words(self) -> str:
        return self.page.record.text()

    def code(self) -> str:
        return "" if self.page.work.piece is None else self.page.work.piece.code

    def stored(self) -> Shipment:
        found = self.counter.run(self.counter.cases.measuring.find_piece(FIRST))
        assert found is not None
        shipment: Shipment = found.shipment
        return shipment


@pytest.fixture
def counter(app: QApplication, tmp_path: Path) -> Iterator[Counter]:
    made = Counter(app, tmp_path, waiting_shipments(), Role.WAREHOUSE)
    yield made
    made.close()


@pytest.fixture
def bench(counter: Counter) -> Bench:
    return Bench(counter)


def test_without_a_piece_no_figure_and_no_verdict_is_shown(app: QApplication, tmp_path: Path) -> None:
    counter = Counter(app, tmp_path, (), Role.WAREHOUSE)
    page = Bench(counter).page
    texts = [text for card in (page.comparing, page.room) for text in card.findChildren(Text)]
    figures = [text.words() for text in texts if any(letter.isdigit() for letter in text.words())]
    chips = [chip.accessibleName() for chip in page.comparing.findChildren(Chip) if chip.isVisible()]
    said = {text.words() for text in texts}
    counter.close()
    assert (figures, chips) == ([], [])
    assert "No piece here yet" in said


def test_the_oldest_piece_is_on_the_scale_and_its_weight_is_typed_next(bench: Bench) -> None:
    assert bench.focus() is bench.page.weight.entry
    assert bench.code().startswith("SH-GEO-2-0008")
    assert bench.record_words() == "Type the weight"


def test_enter_does_nothing_until_all_is_there_and_goes_to_what_is_missing(bench: Bench) -> None:
    bench.page.scanned(FIRST)
    bench.counter.settle()
    bench.enter("46.3")
    assert bench.focus() is bench.page.sides.fields["length"].entry
    bench.enter("25", "18.5")
    bench.press(Key.Key_Return)
    assert bench.record_words() == "Type the height"
    assert bench.stored().pieces[0].measured is None


def test_a_piece_a_fifth_heavier_is_priced_before_and_held_after_it_is_recorded(bench: Bench) -> None:
    bench.page.scanned(FIRST)
    bench.counter.settle()
    booked = bench.stored().booked_price
    bench.enter("46.3", "25", "18.5", "20")
    assert bench.record_words() == "Say if it is dangerous"
    bench.answer(Key.Key_N)
    assert bench.record_words() == "Record and hold for consent"
    before = bench.page.work.before
    assert before is not None
    assert before.offer.total is not None
    assert before.offer.total.minor > booked.minor
    assert bench.stored().pieces[0].measured is None
    bench.press(Key.Key_Return)
    after = bench.stored()
    assert after.holds == (Hold.WEIGHT,)
    assert after.offer.total == before.offer.total
    assert bench.code() == "SH-GEO-2-000871-2"
    assert bench.focus() is bench.page.weight.entry
    assert bench.counter.said() == [f"{FIRST} recorded, held for consent"]


def test_within_the_tolerance_the_price_stands(bench: Bench) -> None:
    bench.page.scanned(FIRST)
    bench.counter.settle()
    bench.enter("38.5", "24", "18", "20")
    bench.answer(Key.Key_N)
    assert bench.record_words() == "Record"
    bench.press(Key.Key_Return)
    assert bench.stored().holds == ()
    assert bench.counter.said() == [f"{FIRST} recorded"]


def test_a_dangerous_or_damaged_piece_goes_to_a_manager(bench: Bench) -> None:
    bench.page.scanned(FIRST)
    bench.counter.settle()
    bench.enter("38", "24", "18", "20")
    bench.answer(Key.Key_N)
    bench.answer(Key.Key_F8)
    assert bench.record_words() == "Record and hold for a manager"
    bench.answer(Key.Key_F8)
    assert bench.record_words() == "Record"
    bench.page.danger.switch.step()
    bench.counter.rest(90)
    assert bench.record_words() == "Record and hold for a manager"


def test_a_number_typed_by_hand_finds_its_piece(bench: Bench) -> None:
    bench.page.queue.entry.setFocus()
    bench.enter("sh-geo-2-000882-2")
    assert bench.code() == "SH-GEO-2-000882-2"
    assert bench.focus() is bench.page.weight.entry


def test_an_unknown_number_says_so_and_keeps_the_piece(bench: Bench) -> None:
    before = bench.code()
    bench.page.queue.entry.setFocus()
    bench.enter("SH-GEO-9-000001")
    assert bench.code() == before
    assert bench.counter.said() == ["No piece is called SH-GEO-9-000001"]


def test_the_queue_is_walked_by_arrows(bench: Bench) -> None:
    view = bench.page.queue.view
    view.setFocus()
    view.setCurrentIndex(view.rows.index(0))
    bench.press(Key.Key_Down)
    bench.press(Key.Key_Return)
    assert bench.code() == view.rows.rows[1].code


def test_what_is_typed_stays_when_the_shipment_changes_elsewhere(bench: Bench) -> None:
    bench.page.scanned(FIRST)
    bench.counter.settle()
    bench.enter("46.3")
    bench.counter.receive(bench.stored().model_copy(update={"version": 2, "customer_name": "R. Hinds"}))
    assert bench.page.weight.entry.text() == "46.3"
    assert bench.page.work.piece is not None
    assert bench.page.work.piece.shipment.customer_name == "R. Hinds"


def test_a_product_barcode_is_left_to_another_page(bench: Bench) -> None:
    assert not bench.page.scanned("0123456789012")


def test_with_nothing_to_measure_the_cursor_waits_for_a_scan(app: QApplication, tmp_path: Path) -> None:
    counter = Counter(app, tmp_path, (), Role.WAREHOUSE)
    bench = Bench(counter)
    assert bench.focus() is bench.page.queue.entry
    assert bench.record_words() == "Scan or type a piece first"
    counter.close()


@pytest.mark.parametrize("height", [768, 696])
def test_nothing_is_clipped_at_any_stage(themed: Theme, qapp: QApplication, tmp_path: Path, height: int) -> None:
    counter = Counter(qapp, tmp_path, waiting_shipments(), Role.WAREHOUSE)
    bench = Bench(counter, height)
    found = {"start": check(counter.window)}
    bench.page.scanned(FIRST)
    counter.settle()
    bench.enter("46.3", "25", "18.5", "20")
    found["sides"] = check(counter.window)
    bench.answer(Key.Key_N)
    found["re-rate"] = check(counter.window)
    bench.press(Key.Key_Return)
    bench.enter("212.4", "300", "100", "7")
    bench.answer(Key.Key_Y)
    found["over"] = check(counter.window)
    counter.close()
    assert {stage: troubles for stage, troubles in found.items() if troubles} == {}, themed.name


def test_nothing_to_press_is_smaller_than_a_glove_can_hit(bench: Bench) -> None:
    bench.page.scanned(FIRST)
    bench.counter.settle()
    small = [
        (type(widget).__name__, widget.height())
        for widget in bench.page.findChildren(QWidget)
        # the segments of a switch fill its 48 px but for the edge
        if isinstance(widget, QAbstractButton | QLineEdit) and widget.isVisible() and widget.height() < 44
    ]
    assert small == []
