"""The frame: pages, layers, heights."""

import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.desk.ui.looking import check
from agent_desk.desk.ui.parts.banner import Banner, BannerSpec
from agent_desk.desk.ui.parts.card import Card
from agent_desk.desk.ui.parts.field import Entry
from agent_desk.desk.ui.parts.notices import Notice
from agent_desk.desk.ui.parts.palette import Hit, HitGroup
from agent_desk.desk.ui.parts.sheet import Sheet
from agent_desk.desk.ui.parts.text import Text
from agent_desk.desk.ui.shell import Shell


def a_page() -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    for name in ("first", "second"):
        card = Card(name=name)
        field = QLineEdit()
        field.setObjectName(name)
        card.body.addWidget(field)
        column.addWidget(card)
    return page


@pytest.fixture
def shell(app: QApplication, qtbot: QtBot) -> Shell:
    shell = Shell()
    qtbot.addWidget(shell)
    shell.add_page("quote", "Quote", "calculator", a_page())
    shell.add_page("cart", "Cart", "shopping-cart", a_page())
    shell.resize(1366, 768)
    shell.show()
    shell.activateWindow()
    qtbot.waitUntil(lambda: app.activeWindow() is shell)
    return shell


def field(shell: Shell, name: str) -> QLineEdit:
    found = shell.page(shell.current_key()).findChild(QLineEdit, name)
    assert found is not None
    return found


def beside(shell: Shell, name: str, more: QWidget) -> None:
    card = field(shell, name).parentWidget()
    assert isinstance(card, Card)
    card.body.addWidget(more)


def test_a_digit_of_the_rail_opens_its_page(shell: Shell) -> None:
    opened: list[str] = []
    shell.page_opened.connect(opened.append)
    QTest.keyClick(shell, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert (opened, shell.current_key()) == (["cart"], "cart")


def test_search_opens_over_any_page_and_gives_the_focus_back(shell: Shell, app: QApplication) -> None:
    before = field(shell, "first")
    before.setFocus()
    QTest.keyClick(shell, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert shell.palette_sheet.isVisible()
    assert app.focusWidget() is shell.palette_sheet.entry
    QTest.keyClick(shell.palette_sheet.entry, Qt.Key.Key_Escape)
    assert not shell.palette_sheet.isVisible()
    assert app.focusWidget() is before


def test_no_page_key_works_under_the_search(shell: Shell) -> None:
    pressed: list[bool] = []
    shell.keys.bind("quote", "save", lambda: pressed.append(True))
    shell.open_search()
    QTest.keyClick(shell.palette_sheet.entry, Qt.Key.Key_F8)
    shell.palette_sheet.dismiss()
    QTest.keyClick(shell, Qt.Key.Key_F8)
    assert pressed == [True]


def test_the_search_is_driven_by_the_keyboard(shell: Shell) -> None:
    palette = shell.palette_sheet
    hits = tuple(Hit(f"h{at}", "user", f"Customer {at}", "Name as typed") for at in range(3))
    palette.put([HitGroup("customers", "Customers", "3", hits)], "3 found")
    told: list[tuple[str, str]] = []
    palette.opened.connect(lambda key: told.append(("opened", key)))
    palette.used.connect(lambda key: told.append(("used", key)))
    shell.open_search()
    QTest.keyClick(palette.entry, Qt.Key.Key_Down)
    QTest.keyClick(palette.entry, Qt.Key.Key_Return)
    shell.open_search()
    QTest.keyClick(palette.entry, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shell.open_search()
    QTest.keyClick(palette.entry, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert told == [("opened", "h1"), ("used", "h1"), ("opened", "h2")]


def test_tab_stays_inside_a_layer(shell: Shell, app: QApplication) -> None:
    shell.open_search()
    for _ in range(5):
        QTest.keyClick(app.focusWidget() or shell, Qt.Key.Key_Tab)
        focus = app.focusWidget()
        assert focus is not None
        assert shell.palette_sheet.isAncestorOf(focus)


def test_the_keys_of_the_page_are_shown_on_f1_and_leave_on_f1(shell: Shell) -> None:
    QTest.keyClick(shell, Qt.Key.Key_F1)
    assert shell.keys_overlay.isVisible()
    words = [text.words() for text in shell.keys_overlay.findChildren(Text)]
    assert {"Keys, quote", "Open Cart", "Search, commands"} <= set(words)
    QTest.keyClick(shell.keys_overlay, Qt.Key.Key_F1)
    assert not shell.keys_overlay.isVisible()


def test_ctrl_tab_goes_round_the_areas_of_the_page(shell: Shell, app: QApplication) -> None:
    field(shell, "first").setFocus()
    names = []
    for _ in range(2):
        shell.next_area()
        focus = app.focusWidget()
        names.append(focus.objectName() if focus else "")
    assert names == ["second", "first"]


def test_escape_closes_the_newest_notice_then_leaves_the_field(shell: Shell, app: QApplication) -> None:
    entry = field(shell, "first")
    entry.setText("kept")
    entry.setFocus()
    shell.notices.put(Notice("Saved"))
    QTest.keyClick(entry, Qt.Key.Key_Escape)
    assert (shell.notices.shown(), app.focusWidget()) == ([], entry)
    QTest.keyClick(entry, Qt.Key.Key_Escape)
    assert app.focusWidget() is not entry
    assert entry.text() == "kept"


def test_escape_asks_the_page_only_when_no_notice_is_open(shell: Shell) -> None:
    asked: list[str] = []

    def release() -> bool:
        asked.append("release")
        return True

    shell.keys.on_escape("quote", "clear", release)
    shell.notices.put(Notice("Saved"))
    QTest.keyClick(field(shell, "first"), Qt.Key.Key_Escape)
    assert asked == []
    QTest.keyClick(field(shell, "first"), Qt.Key.Key_Escape)
    assert asked == ["release"]


def test_ctrl_z_takes_back_what_a_notice_offers_where_nothing_was_typed(shell: Shell) -> None:
    entry = Entry()
    beside(shell, "first", entry)
    entry.setFocus()
    undone: list[str] = []
    shell.notices.put(Notice("Cleared", undo=lambda: undone.append("cleared")))
    QTest.keyClicks(entry, "typed")
    QTest.keyClick(entry, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (entry.text(), undone) == ("", [])
    QTest.keyClick(entry, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == ["cleared"]
    assert shell.notices.shown() == []


def test_a_long_notice_is_read_to_its_end(shell: Shell) -> None:
    shell.notices.put(
        Notice("The first sign-in at this desk needs the link", "Try again when the desk is online. " * 4)
    )
    shell.show()
    assert check(shell.notices) == []
    assert shell.notices.height() > 60


def test_at_most_two_banners_are_shown(shell: Shell) -> None:
    shell.set_banners([BannerSpec(str(at), "Offline", "Cash sales go on.", "wifi-off") for at in range(3)])
    assert len([banner for banner in shell.findChildren(Banner) if banner.isVisible()]) == 2
    shell.set_banners([])
    assert [banner for banner in shell.findChildren(Banner) if banner.isVisible()] == []


def test_below_740_px_pages_are_told_to_go_short(shell: Shell) -> None:
    told: list[bool] = []
    shell.shortened.connect(told.append)
    shell.resize(1366, 696)
    shell.resize(1366, 768)
    assert told == [True, False]


def test_a_narrow_window_has_a_narrow_rail(shell: Shell) -> None:
    shell.resize(1280, 768)
    assert shell.rail.width() == 56
    shell.resize(1366, 768)
    assert shell.rail.width() == 80


def test_a_window_too_small_for_a_page_scrolls_to_where_the_cursor_goes(shell: Shell, app: QApplication) -> None:
    field(shell, "second").setMinimumHeight(700)
    low = QLineEdit()
    beside(shell, "second", low)
    shell.resize(1024, 600)
    app.processEvents()
    assert low.visibleRegion().isEmpty()
    low.setFocus()
    app.processEvents()
    assert not low.visibleRegion().isEmpty()


def test_a_badge_is_read_with_its_number(shell: Shell) -> None:
    shell.set_badge("cart", "lines", 5)
    names = [child.accessibleName() for child in shell.rail.findChildren(QWidget)]
    assert "Cart, 5 lines" in names


def test_the_frame_brings_in_nothing_heavy() -> None:
    program = (
        "import sys; before = set(sys.modules); import agent_desk.desk.ui.shell;"
        "roots = {name.split('.')[0] for name in set(sys.modules) - before};"
        "print(*sorted(root for root in roots if root not in sys.stdlib_module_names and not root.startswith('_')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    parts_of_qt = {"PySide6", "shiboken6", "shibokensupport", "signature_bootstrap"}
    assert set(done.stdout.split()) - parts_of_qt == {"agent_desk"}


def test_a_layer_of_a_page_blocks_the_keys_until_it_is_closed(shell: Shell) -> None:
    pressed: list[bool] = []
    shell.keys.bind("quote", "save", lambda: pressed.append(True))
    sheet = Sheet(shell, (300, 200), "Recall")
    for _ in range(2):
        shell.open_layer(sheet)
        QTest.keyClick(shell, Qt.Key.Key_F8)
        sheet.dismiss()
    assert pressed == []
    QTest.keyClick(shell, Qt.Key.Key_F8)
    assert pressed == [True]
