"""Enter over a list of suggestions that has not caught up with the typing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.desk.ui.parts.finder import Finder, Suggestion


class _Desk:
    """A field with a finder under it, and what each of them said."""

    def __init__(self, qtbot: QtBot) -> None:
        self.page = QWidget()
        self.page.resize(600, 400)
        self.field = QLineEdit(self.page)
        self.picked: list[str] = []
        self.entered: list[str] = []
        self.finder = Finder(self.field, self.page, "Products that fit")
        self.finder.picked.connect(self.picked.append)
        self.field.returnPressed.connect(lambda: self.entered.append(self.field.text()))
        qtbot.addWidget(self.page)
        self.page.show()
        qtbot.waitExposed(self.page)
        self.field.setFocus()
        qtbot.waitUntil(self.field.hasFocus)

    def type_ahead(self) -> None:
        """Suggestions for `ta` are shown while `tape` and Enter are typed already."""
        self.field.setText("ta")
        self.finder.put([Suggestion("tag", "Luggage tag", "", "package")])
        self.field.setText("tape")
        QTest.keyClick(self.field, Qt.Key.Key_Return)


def test_enter_takes_the_best_hit_for_what_is_typed_not_for_what_is_shown(qtbot: QtBot) -> None:
    desk = _Desk(qtbot)
    desk.type_ahead()
    assert desk.picked == []
    desk.finder.put([Suggestion("tape", "Packing tape", "", "package")])
    assert desk.picked == ["tape"]


def test_enter_is_the_fields_own_where_nothing_fits_what_is_typed(qtbot: QtBot) -> None:
    desk = _Desk(qtbot)
    desk.type_ahead()
    desk.finder.put([])
    assert (desk.picked, desk.entered) == ([], ["tape"])
