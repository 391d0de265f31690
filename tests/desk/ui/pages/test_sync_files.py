"""Saving what waits to a file, and taking one in, on the Sync page by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit

from agent_desk.central.gateways.handover_key import HandoverKey
from agent_desk.desk.store.handovers import StoreHandovers, keep_central_key
from agent_desk.desk.store.ledger import find_device
from agent_desk.desk.ui.looking import check
from agent_desk.desk.ui.pages.sync.page import SyncPage
from agent_desk.domain.money import gyd
from agent_desk.domain.people import Role
from agent_desk.wire.handover_file import TakenIn
from tests.desk.ui.pages.counter import NOON, Counter
from tests.domain.shop import BARREL, TAPE


@pytest.fixture
def counter(app: QApplication, tmp_path: Path) -> Iterator[Counter]:
    made = Counter(app, tmp_path, (BARREL, TAPE), Role.AGENT)
    public = HandoverKey(b"k" * 32).public
    made.run(made.runner.write(lambda connection, _books: keep_central_key(connection, public)))
    made.run(made.runner.write(lambda connection, _books: find_device(connection)))
    yield made
    made.close()


def a_page(counter: Counter) -> SyncPage:
    page = SyncPage(counter.context)
    counter.show(page, "sync")
    return page


def sell(counter: Counter) -> None:
    cart = counter.run(counter.cases.carting.add_product(BARREL.id, 2)).value.cart.id
    counter.run(counter.cases.tendering.check_out(cart))
    counter.run(counter.cases.tendering.take_cash(cart, gyd(60_000_00)))
    counter.settle()


def asked(counter: Counter, key: Qt.Key) -> QFileDialog:
    """The dialog that a key opens."""
    counter.window.activateWindow()
    counter.settle()
    QTest.keyClick(counter.window, key)
    return next(one for one in counter.window.findChildren(QFileDialog) if one.isVisible())


def choose(counter: Counter, key: Qt.Key, path: Path) -> None:
    """Presses the key, types a path into the dialog and agrees."""
    dialog = asked(counter, key)
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    assert name is not None
    name.setText(str(path))
    QTest.keyClick(name, Qt.Key.Key_Return)
    counter.settle()


def words(page: SyncPage) -> str:
    return " ".join(label.text() for label in page.files.findChildren(QLabel) if label.isVisible())


def test_what_waits_is_saved_taken_in_and_followed_to_central(counter: Counter, tmp_path: Path) -> None:
    sell(counter)
    page = a_page(counter)
    assert not page.files.isVisible()
    file = tmp_path / "stick" / "unsent.handover"
    file.parent.mkdir()
    choose(counter, Qt.Key.Key_F8, file)
    assert file.exists(), counter.notices
    actions = counter.run(counter.cases.sync.count_waiting())
    assert counter.said() == [f"{actions} actions saved"]
    choose(counter, Qt.Key.Key_F9, file)
    assert counter.said()[-1] == "File of desk GEO-2 taken in"
    assert f"Desk GEO-2: {actions} actions, USD " in words(page)
    assert check(counter.window) == []
    row = counter.run(counter.cases.handing_on.list_brought())[0]
    taken = TakenIn(now=NOON, applied=4, refused=1, known=1, sentences=("Sold out: take it out.",))
    shelf = counter.cases.handing_on
    assert isinstance(shelf, StoreHandovers)
    counter.run(shelf.note(row.id, 0, taken))
    counter.settle()
    assert "4 taken, 1 refused; 1 had come before. Sold out: take it out." in words(page)
    assert check(counter.window) == []


def test_whoever_thinks_better_of_it_changes_nothing(counter: Counter) -> None:
    page = a_page(counter)
    for key in (Qt.Key.Key_F8, Qt.Key.Key_F9):
        asked(counter, key).reject()
        counter.settle()
    assert (counter.said(), page.files.isVisible()) == ([], False)
