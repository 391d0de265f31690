"""Scans are told from typing, and never reach a field."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QStringListModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton, QTableView, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.desk.ui.parts.finder import Finder, Suggestion
from agent_desk.desk.ui.parts.sheet import Sheet
from agent_desk.desk.ui.scanner import GAP_MS, LEAST, BurstDecoder, Scanner, Verdict

printable = st.text(st.characters(codec="ascii", categories=("Lu", "Nd")), min_size=LEAST, max_size=40)


def a_burst(decoder: BurstDecoder, text: str, gap: float, start: float = 0.0) -> Verdict:
    for at, char in enumerate(text):
        decoder.char(char, start + at * gap)
    return decoder.end(start + len(text) * gap)


@given(printable, st.floats(0.0, 29.0))
def test_every_fast_burst_of_six_or_more_is_a_scan(text: str, gap: float) -> None:
    decoder = BurstDecoder()
    assert a_burst(decoder, text, gap) is Verdict.SCANNED
    assert decoder.code == text


@given(printable, st.floats(GAP_MS, 500.0))
def test_nothing_typed_by_hand_is_a_scan(text: str, gap: float) -> None:
    assert a_burst(BurstDecoder(), text, gap) is Verdict.TYPED


@given(st.text(st.characters(codec="ascii", categories=("Lu", "Nd")), max_size=LEAST - 1))
def test_a_short_burst_is_typing(text: str) -> None:
    assert a_burst(BurstDecoder(), text, 5.0) is Verdict.TYPED


def test_a_prefix_makes_a_short_burst_a_scan_and_is_taken_off() -> None:
    decoder = BurstDecoder(prefix="~")
    assert a_burst(decoder, "~AB", 5.0) is Verdict.SCANNED
    assert decoder.code == "AB"


def test_control_characters_are_dropped() -> None:
    decoder = BurstDecoder()
    a_burst(decoder, "SH-\x1d0087\x021", 5.0)
    assert decoder.code == "SH-00871"


def test_the_same_code_again_within_800_ms_is_ignored() -> None:
    decoder = BurstDecoder()
    assert a_burst(decoder, "SH-00871", 5.0, 0.0) is Verdict.SCANNED
    assert a_burst(decoder, "SH-00871", 5.0, 300.0) is Verdict.REPEATED
    assert a_burst(decoder, "SH-00871", 5.0, 2000.0) is Verdict.SCANNED


@given(printable, printable, st.floats(0.0, 29.0), st.floats(GAP_MS + 1, 59.0))
def test_half_a_code_is_never_a_scan(first: str, second: str, gap: float, stall: float) -> None:
    decoder = BurstDecoder()
    for at, char in enumerate(first):
        decoder.char(char, at * gap)
    stalled = (len(first) - 1) * gap + stall
    assert decoder.is_late(stalled)
    decoder.drop()
    assert a_burst(decoder, second, gap, stalled) is Verdict.TYPED
    assert a_burst(decoder, second, gap, stalled + len(second) * gap + 61.0) is Verdict.SCANNED


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def scanner(app: QApplication, clock: Clock) -> Iterator[Scanner]:
    scanner = Scanner(app, clock)
    yield scanner
    scanner.deleteLater()
    QCoreApplication.sendPostedEvents(scanner, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def entry(app: QApplication, qtbot: QtBot) -> QLineEdit:
    entry = QLineEdit("before")
    qtbot.addWidget(entry)
    entry.show()
    entry.activateWindow()
    entry.setFocus()
    qtbot.waitUntil(lambda: app.focusWidget() is entry)
    return entry


def play(entry: QWidget, clock: Clock, text: str, gap: float) -> None:
    for char in text:
        QTest.keyClicks(entry, char)
        clock.now += gap
    QTest.keyClick(entry, Qt.Key.Key_Return)


def test_a_scan_is_told_and_leaves_the_field_as_it_was(scanner: Scanner, entry: QLineEdit, clock: Clock) -> None:
    codes: list[str] = []
    entered: list[bool] = []
    scanner.scanned.connect(codes.append)
    entry.returnPressed.connect(lambda: entered.append(True))
    play(entry, clock, "GEO2-00093", 4.0)
    assert codes == ["GEO2-00093"]
    assert entry.text() == "before"
    assert entered == []


def test_typing_reaches_the_field_whole(scanner: Scanner, entry: QLineEdit, clock: Clock) -> None:
    codes: list[str] = []
    scanner.scanned.connect(codes.append)
    entry.clear()
    play(entry, clock, "indranie", 120.0)
    assert entry.text() == "indranie"
    assert codes == []


def test_a_fast_short_roll_of_keys_reaches_the_field_in_order(scanner: Scanner, entry: QLineEdit, clock: Clock) -> None:
    assert scanner is not None
    entry.clear()
    play(entry, clock, "abc", 4.0)
    assert entry.text() == "abc"


def test_keys_held_back_reach_the_field_when_no_more_come(scanner: Scanner, entry: QLineEdit, qtbot: QtBot) -> None:
    assert scanner is not None
    entry.clear()
    QTest.keyClicks(entry, "xyz")
    qtbot.waitUntil(lambda: entry.text() == "xyz", timeout=1000)
    assert entry.text() == "xyz"


def test_a_quick_press_of_space_still_presses_a_button(scanner: Scanner, qtbot: QtBot) -> None:
    assert scanner is not None
    button = QPushButton("Split in 2")
    qtbot.addWidget(button)
    button.show()
    button.activateWindow()
    button.setFocus()
    with qtbot.waitSignal(button.clicked, timeout=1000) as pressed:
        QTest.keyClick(button, Qt.Key.Key_Space)
    assert pressed.signal_triggered


def test_a_scan_cut_in_two_by_a_busy_window_reaches_the_field_whole(scanner: Scanner, entry: QLineEdit) -> None:
    codes: list[str] = []
    scanner.scanned.connect(codes.append)
    entry.clear()
    for at, char in enumerate("7450010000551", start=1):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_0, Qt.KeyboardModifier.NoModifier, char)
        event.setTimestamp(at * 4)
        QApplication.sendEvent(entry, event)
        if at == 4:
            QTest.qWait(int(GAP_MS) + 20)  # its timer ran out, though no key was late
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert codes == []
    assert entry.text() == "7450010000551"


def test_typing_that_waited_for_a_busy_window_is_no_scan(scanner: Scanner, entry: QLineEdit) -> None:
    codes: list[str] = []
    scanner.scanned.connect(codes.append)
    entry.clear()
    keys = [(Qt.Key.Key_A, char) for char in "indranie"] + [(Qt.Key.Key_Return, "\r")]
    for at, (key, text) in enumerate(keys, start=1):
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)
        event.setTimestamp(at * 120)
        QApplication.sendEvent(entry, event)
    assert entry.text() == "indranie"
    assert codes == []


class Keys(QObject):
    """Keeps what is pressed on whatever it is put on, as a list under a field does."""

    def __init__(self) -> None:
        super().__init__()
        self.pressed: list[str] = []

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            self.pressed.append(event.text())
        return False


@pytest.fixture
def codes(scanner: Scanner) -> list[str]:
    found: list[str] = []
    scanner.scanned.connect(found.append)
    return found


@pytest.fixture
def window(app: QApplication, qtbot: QtBot) -> QWidget:
    """Two fields one above the other, nothing in focus."""
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    for name in ("upper", "lower"):
        entry = QLineEdit()
        entry.setObjectName(name)
        column.addWidget(entry)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: app.activeWindow() is window)
    unfocus(app)
    return window


def unfocus(app: QApplication) -> None:
    focus = app.focusWidget()
    if focus is not None:
        focus.clearFocus()
    assert app.focusWidget() is None


def field(window: QWidget, name: str) -> QLineEdit:
    found = window.findChild(QLineEdit, name)
    assert isinstance(found, QLineEdit)
    return found


def test_a_scan_with_nothing_in_focus_is_told(window: QWidget, codes: list[str], clock: Clock) -> None:
    play(window, clock, "GEO2-00093", 4.0)
    assert codes == ["GEO2-00093"]


def test_a_scan_is_told_wherever_the_focus_went(
    app: QApplication, window: QWidget, codes: list[str], clock: Clock
) -> None:
    upper, lower = field(window, "upper"), field(window, "lower")
    for at, place in enumerate((upper, lower, upper)):
        place.setFocus()
        play(place, clock, f"GEO2-0000{at}", 4.0)
        clock.now += 1000
    unfocus(app)
    play(window, clock, "GEO2-00004", 4.0)
    assert codes == ["GEO2-00000", "GEO2-00001", "GEO2-00002", "GEO2-00004"]
    assert (upper.text(), lower.text()) == ("", "")


def test_a_scan_is_told_after_the_field_in_focus_is_gone(
    app: QApplication, window: QWidget, codes: list[str], clock: Clock
) -> None:
    for name in ("lower", "upper"):
        gone = field(window, name)
        gone.setFocus()
        gone.deleteLater()
        QCoreApplication.sendPostedEvents(gone, QEvent.Type.DeferredDelete.value)
        play(app.focusWidget() or window, clock, f"GEO2-{name}", 4.0)
    assert codes == ["GEO2-lower", "GEO2-upper"]


def test_a_scan_in_a_table_is_told_and_finds_no_row(
    app: QApplication, window: QWidget, codes: list[str], clock: Clock
) -> None:
    table = QTableView()
    model = QStringListModel(["Axe", "GEO"], table)
    table.setModel(model)
    table.setCurrentIndex(model.index(0))
    layout = window.layout()
    assert layout is not None
    layout.addWidget(table)
    table.show()
    table.setFocus()
    assert app.focusWidget() is table
    play(table, clock, "GEO2-00093", 4.0)
    assert codes == ["GEO2-00093"]
    assert table.currentIndex().row() == 0


def test_a_scan_in_a_sheet_and_after_it_is_told(
    app: QApplication, window: QWidget, codes: list[str], clock: Clock
) -> None:
    field(window, "upper").setFocus()
    sheet = Sheet(window, (200, 100), "Anything")
    inside = QLineEdit()
    sheet.body.addWidget(inside)
    sheet.open()
    inside.setFocus()
    play(inside, clock, "GEO2-00093", 4.0)
    sheet.dismiss()
    clock.now += 1000
    assert app.focusWidget() is field(window, "upper")
    play(field(window, "upper"), clock, "GEO2-00094", 4.0)
    assert codes == ["GEO2-00093", "GEO2-00094"]
    assert (inside.text(), field(window, "upper").text()) == ("", "")


def test_a_scan_over_a_list_of_suggestions_picks_none(window: QWidget, codes: list[str], clock: Clock) -> None:
    upper = field(window, "upper")
    upper.setFocus()
    picked: list[str] = []
    finder = Finder(upper, window, "Customers")
    finder.picked.connect(picked.append)
    field(window, "lower").setFocus()
    upper.setFocus()
    finder.put([Suggestion("one", "Indranie", "", "user")])
    assert finder.isVisible()
    play(upper, clock, "GEO2-00093", 4.0)
    assert codes == ["GEO2-00093"]
    assert picked == []


@pytest.mark.qt_log_ignore("does not support raise", "grabbing the keyboard", extend=True)
def test_a_scan_after_a_menu_was_open_is_told(
    app: QApplication, window: QWidget, codes: list[str], clock: Clock, qtbot: QtBot
) -> None:
    upper = field(window, "upper")
    upper.setFocus()
    menu = QMenu(window)
    menu.addAction("Remove")
    menu.popup(window.mapToGlobal(window.rect().center()))
    qtbot.waitUntil(menu.isVisible)
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not menu.isVisible())
    assert app.focusWidget() is upper
    play(upper, clock, "GEO2-00093", 4.0)
    assert codes == ["GEO2-00093"]


def test_a_scan_in_another_window_and_back_is_told(
    app: QApplication, window: QWidget, codes: list[str], clock: Clock, qtbot: QtBot
) -> None:
    field(window, "upper").setFocus()
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: app.activeWindow() is other)
    play(other, clock, "GEO2-00093", 4.0)
    window.activateWindow()
    qtbot.waitUntil(lambda: app.activeWindow() is window)
    clock.now += 1000
    play(app.focusWidget() or window, clock, "GEO2-00094", 4.0)
    assert codes == ["GEO2-00093", "GEO2-00094"]


def test_what_was_put_on_a_field_before_is_told_no_key_of_a_scan_but_the_first(
    window: QWidget, codes: list[str], clock: Clock
) -> None:
    upper, keys = field(window, "upper"), Keys()
    upper.installEventFilter(keys)
    upper.setFocus()
    play(upper, clock, "GEO2-00093", 4.0)
    assert codes == ["GEO2-00093"]
    assert keys.pressed == ["G"]


class Listening(Scanner):
    """Keeps which widgets it heard of."""

    def __init__(self, app: QApplication) -> None:
        self.heard: list[QObject] = []
        super().__init__(app)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.heard.append(watched)
        return super().eventFilter(watched, event)


def test_only_the_focus_is_listened_to(app: QApplication, window: QWidget) -> None:
    scanner = Listening(app)
    upper, lower = field(window, "upper"), field(window, "lower")
    upper.setFocus()
    lower.setFocus()
    scanner.heard.clear()
    for widget in (window, upper, lower):
        widget.repaint()
    assert set(scanner.heard) == {lower}
    scanner.deleteLater()
    QCoreApplication.sendPostedEvents(scanner, QEvent.Type.DeferredDelete.value)
