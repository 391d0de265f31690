"""The Till page on a real store, by keyboard, with the link down: float, blind count, compare, close, report."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from agent_desk.desk.ui.amounts import read_amount
from agent_desk.desk.ui.looking import check
from agent_desk.desk.ui.pages.till.page import TillPage
from agent_desk.desk.ui.pages.till.state import SLOTS
from agent_desk.domain.money import Currency, gyd, usd
from agent_desk.domain.people import Role
from agent_desk.domain.till import TillState
from tests.desk.ui.pages.counter import Counter

Key = Qt.Key


class Bench:
    """The page and a pair of hands."""

    def __init__(self, counter: Counter, height: int = 768) -> None:
        self.counter = counter
        self.page = TillPage(counter.context)
        counter.show(self.page, "till", height=height)

    def focus(self) -> QWidget:
        return QApplication.focusWidget() or self.counter.window

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.focus(), key)
        self.counter.settle()

    def count(self, *figures: str) -> None:
        """From the note in which the cursor is, `Enter` after each."""
        for figure in figures:
            QTest.keyClicks(self.focus(), figure)
            self.press(Key.Key_Return)

    def open(self) -> None:
        """USD 100.00 and GYD 30,000."""
        self.press(Key.Key_F5)
        self.count("1")
        self.press(Key.Key_F6)
        self.count("6")
        self.press(Key.Key_F12)

    def words(self) -> str:
        shown = [
            label.accessibleName() or label.text() for label in self.page.findChildren(QLabel) if label.isVisible()
        ]
        return " | ".join(shown)


@pytest.fixture
def counter(app: QApplication, tmp_path: Path) -> Iterator[Counter]:
    made = Counter(app, tmp_path, (), Role.AGENT)
    yield made
    made.close()


@pytest.fixture
def bench(counter: Counter) -> Bench:
    return Bench(counter)


def test_a_shift_by_keyboard_from_the_float_to_the_report(bench: Bench) -> None:
    counter, page = bench.counter, bench.page
    assert page.commit.text() == "Open till"
    bench.open()
    assert counter.said() == ["T-GEO-2-000001 is open"]
    assert page.commit.text() == "Commit count"
    done = counter.run(counter.cases.tilling.pay_out(usd(3_00), "taxi"))
    assert done.value.moves
    counter.settle()
    bench.press(Key.Key_F5)
    bench.count("", "1", "2", "", "", "7")
    bench.press(Key.Key_F6)
    bench.count("5", "2", "1")
    assert "expected" not in bench.words().lower().replace("the expected amount stays hidden", "")
    bench.press(Key.Key_F12)
    assert page.commit.text() == "Close till"
    words = bench.words()
    for part in ("97.00", "30,000", "Even", "Cash USD, 0.00, Even"):
        assert part in words, words
    bench.press(Key.Key_F12)
    assert counter.said()[-1] == "T-GEO-2-000001 is closed"
    assert page.commit.text() == "Open till"
    bench.press(Key.Key_F10)
    assert counter.said()[-1] == "Report of T-GEO-2-000001 made"
    with pypdfium2.PdfDocument(counter.notices[-1].path) as document:
        read = document[0].get_textpage().get_text_bounded()
    for part in ("T-GEO-2-000001", "taxi", "USD even and GYD even", "97.00"):
        assert part in read, read


def test_over_and_short_take_a_reason_and_are_shown_to_a_manager(bench: Bench) -> None:
    counter, page = bench.counter, bench.page
    bench.open()
    bench.press(Key.Key_F5)
    bench.count("1", "", "", "", "1")
    bench.press(Key.Key_F6)
    bench.count("5", "2")
    bench.press(Key.Key_F12)
    words = bench.words()
    for part in ("+5.00", "−1,000", "Over", "Short", "Your manager sees this close."):
        assert part in words, words
    bench.press(Key.Key_F12)
    assert "unknown is an answer" in counter.said()[-1]
    page.why.reason.step()
    page.why.note.put("gave change in the wrong notes")
    bench.press(Key.Key_F12)
    row = counter.run(counter.cases.tilling.list_tills())[0]
    assert row.state is TillState.CLOSED


def test_a_recount_begins_blind_again(bench: Bench) -> None:
    bench.open()
    bench.press(Key.Key_F5)
    bench.count("2")
    bench.press(Key.Key_F12)
    assert "Over" in bench.words()
    bench.press(Key.Key_F7)
    assert bench.page.commit.text() == "Commit count"
    assert "Over" not in bench.words()
    assert all(bench.page.work.tally.text(slot) == "" for slots in SLOTS.values() for slot in slots)


def test_a_figure_that_cannot_be_read_is_red_and_is_gone_to(bench: Bench) -> None:
    bench.press(Key.Key_F5)
    bench.count("ten")
    bench.press(Key.Key_F12)
    assert bench.counter.said() == ["A row cannot be read"]
    assert bench.focus() is bench.page.usd.entries[SLOTS[Currency.USD][0]]
    assert bench.page.usd.entries[SLOTS[Currency.USD][0]].state == "error"


def test_cash_is_paid_in_and_out_from_the_page(bench: Bench) -> None:
    bench.open()
    moves = bench.page.blind.moves
    moves.amount.put("20")
    moves.reason.put("")
    moves.keep.click()
    bench.counter.settle()
    assert bench.counter.said()[-1] == "Say what it is for."
    moves.reason.put("taxi, receipt kept")
    moves.keep.click()
    bench.counter.settle()
    assert bench.counter.said()[-1] == "USD 20.00 paid out"
    assert "USD 20.00, taxi, receipt kept" in bench.words()
    assert moves.amount.text() == ""


@pytest.mark.parametrize("height", [768, 696])
def test_nothing_is_clipped_in_any_step(app: QApplication, tmp_path: Path, height: int) -> None:
    counter = Counter(app, tmp_path, (), Role.AGENT)
    bench = Bench(counter, height)
    assert check(counter.window) == []
    bench.open()
    for n in range(4):
        counter.run(counter.cases.tilling.pay_in(gyd(5_000_00), f"change from bank {n}"))
    counter.settle()
    assert check(counter.window) == []
    bench.press(Key.Key_F12)
    assert check(counter.window) == []
    counter.close()


def test_amounts_are_read_as_they_are_written() -> None:
    assert [read_amount(text) for text in ("", "1.50", "1,059.21", "190")] == [0, 1_50, 1_059_21, 190_00]
    assert [read_amount(text) for text in ("x", "-1", "1.005", "NaN", "1e30")] == [None] * 5


def test_a_figure_entered_again_counts_as_a_change(bench: Bench) -> None:
    bench.open()
    bench.press(Key.Key_F5)
    bench.count("4")
    bench.press(Key.Key_F5)
    bench.count("5")
    assert bench.page.work.tally.total(Currency.USD) == usd(500_00)
    assert bench.page.work.tally.changes == 1


def test_a_manager_sets_the_rate_by_hand(app: QApplication, tmp_path: Path) -> None:
    counter = Counter(app, tmp_path, (), Role.MANAGER)
    bench = Bench(counter)
    part = bench.page.open_card.rate
    assert part.isVisible()
    assert check(counter.window) == []
    part.rate.put("2O9")
    part.keep.click()
    counter.settle()
    assert counter.said()[-1] == "The rate cannot be read"
    part.rate.put("211.50")
    part.spread.put("1.5")
    part.source.put("Republic Bank, board")
    part.keep.click()
    counter.settle()
    assert counter.said()[-1] == "USD 1 = GYD 211.50 from now on"
    assert counter.run(counter.cases.pricing.find_rate()).gyd_per_usd == Decimal("211.50")
    assert part.rate.text() == ""
    counter.close()


def test_an_agent_is_not_offered_the_rate(bench: Bench) -> None:
    assert not bench.page.open_card.rate.isVisible()
