"""The one table of keys."""

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.desk.ui.keys import KEYS, Keys, caption


@pytest.fixture
def window(app: QApplication, qtbot: QtBot) -> QWidget:
    assert app is not None
    window = QWidget()
    field = QLineEdit()
    QVBoxLayout(window).addWidget(field)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    field.setFocus()
    return window


def test_no_area_uses_a_key_twice() -> None:
    used = Counter((key.area, key.sequence) for key in KEYS)
    assert [pair for pair, times in used.items() if times > 1] == []


@pytest.mark.parametrize("key", KEYS, ids=lambda key: f"{key.area} {key.action}")
def test_every_key_is_one_the_keyboard_has(key: object) -> None:
    sequence = getattr(key, "sequence", "")
    assert QKeySequence(sequence).count() == 1
    assert QKeySequence(sequence).toString() == sequence


def test_a_caption_is_written_as_on_a_key_cap() -> None:
    assert caption("everywhere", "search") == "Ctrl K"
    assert caption("cart", "more") == "+"


def test_an_action_without_a_key_is_an_error(window: QWidget) -> None:
    with pytest.raises(KeyError):
        Keys(window).bind("quote", "dance", list)


def test_a_key_works_only_while_its_area_is_in_front(window: QWidget) -> None:
    keys, pressed = Keys(window), []
    keys.bind("quote", "settle", lambda: pressed.append("quote"))
    keys.bind("sync", "second_fix", lambda: pressed.append("sync"))
    keys.enter("sync")
    QTest.keyClick(window, Qt.Key.Key_F7)
    keys.enter("quote")
    QTest.keyClick(window, Qt.Key.Key_F7)
    assert pressed == ["sync", "quote"]


def test_no_key_reaches_a_page_under_a_layer(window: QWidget) -> None:
    keys, pressed = Keys(window), []
    keys.bind("quote", "save", lambda: pressed.append("quote"))
    keys.enter("quote")
    keys.block(True)
    QTest.keyClick(window, Qt.Key.Key_F8)
    keys.block(False)
    assert pressed == []


def test_the_keys_in_front_are_those_that_are_bound(window: QWidget) -> None:
    keys = Keys(window)
    keys.bind("everywhere", "help", list)
    keys.bind("quote", "save", list)
    keys.bind("cart", "recall", list)
    keys.enter("quote")
    assert [key.action for key in keys.in_front()] == ["save", "help"]


def test_a_key_that_a_part_takes_itself_is_shown_too(window: QWidget) -> None:
    keys = Keys(window)
    keys.bind("everywhere", "help", list)
    keys.take("cart", "more", "fewer")
    keys.enter("cart")
    assert [key.caption for key in keys.in_front()] == ["+", "-", "F1"]
    keys.enter("quote")
    assert [key.caption for key in keys.in_front()] == ["F1"]


def test_escape_asks_only_the_area_in_front_and_never_under_a_layer(window: QWidget) -> None:
    keys, asked = Keys(window), []

    def release() -> bool:
        asked.append("release")
        return True

    keys.on_escape("cart", "release", release)
    keys.enter("quote")
    assert not keys.escape()
    keys.enter("cart")
    keys.block(True)
    assert not keys.escape()
    keys.block(False)
    assert keys.escape()
    assert asked == ["release"]


def test_the_same_key_cannot_be_bound_twice(window: QWidget) -> None:
    keys = Keys(window)
    keys.bind("quote", "save", list)
    with pytest.raises(ValueError, match="bound already"):
        keys.bind("quote", "save", list)
