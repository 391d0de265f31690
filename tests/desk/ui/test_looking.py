"""What `check` sees, and that it sees nothing wrong in the gallery."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.desk.ui.gallery import boards, draw, main
from agent_desk.desk.ui.looking import check
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.theme import LIGHT, Theme


@pytest.mark.parametrize("height", [768, 696])
def test_nothing_in_the_gallery_is_clipped(themed: Theme, height: int, qtbot: QtBot, qapp: QApplication) -> None:
    assert themed.name in {"light", "dark"}
    for board in boards().values():
        qtbot.addWidget(board)
        board.resize(1366, height)
        board.show()
        qapp.processEvents()
        assert check(board) == []
        board.hide()


def test_clipped_words_and_strays_are_reported(app: QApplication, qtbot: QtBot) -> None:
    assert app is not None
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(300, 200)
    label = QLabel("A sentence that is far too long", window)
    label.setGeometry(0, 0, 40, 20)
    button = ActionButton("Take GYD 30,000 and finish", key="F12")
    button.setParent(window)
    button.setGeometry(0, 30, 60, 36)
    entry = QLineEdit("Public Road, yellow house by koker", window)
    entry.setGeometry(0, 80, 60, 30)
    stray = QLabel("x", window)
    stray.setGeometry(290, 150, 40, 20)
    window.show()
    window.setFocus(Qt.FocusReason.OtherFocusReason)
    assert len(check(window)) == 4


def test_the_gallery_writes_a_picture_of_every_board(app: QApplication, tmp_path: Path) -> None:
    written = draw(tmp_path, LIGHT, app)
    assert sorted(path.name for path in written) == [
        "parts-1-light.png", "parts-2-light.png", "search-light.png", "shell-light.png",
    ]  # fmt: skip
    assert all(path.stat().st_size > 10_000 for path in written)


def test_the_gallery_asks_for_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "folder" in capsys.readouterr().err
