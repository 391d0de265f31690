"""Long lists hold only what is in view."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from agent_desk.desk.ui.parts.rows import RowsView
from agent_desk.desk.ui.parts.rows_model import PAGE, Cell, Column, PagedRows, Row

pytestmark = pytest.mark.usefixtures("app")


def some_rows(page: int, prefix: str = "row") -> list[Row]:
    return [Row(f"{prefix}-{at}", (Cell(f"{prefix} {at}"),)) for at in range(page * PAGE, (page + 1) * PAGE)]


@pytest.fixture
def model() -> PagedRows:
    return PagedRows([Column("Order")])


def test_a_page_is_asked_for_once_when_it_is_shown(model: PagedRows) -> None:
    wanted: list[int] = []
    model.page_wanted.connect(wanted.append)
    model.renew(50_000)
    assert model.cell(40_250, 0) is None
    assert model.cell(40_251, 0) is None
    assert wanted == [402]


def test_rows_stay_in_view_while_newer_ones_are_fetched(model: PagedRows) -> None:
    model.renew(PAGE)
    model.fill(0, some_rows(0))
    wanted: list[int] = []
    model.page_wanted.connect(wanted.append)
    model.renew(PAGE)
    cell = model.cell(3, 0)
    assert cell is not None
    assert cell.words == "row 3"
    assert wanted == [0]


def test_only_a_few_pages_are_held(model: PagedRows) -> None:
    model.renew(100 * PAGE)
    for page in range(60):
        model.fill(page, some_rows(page))
    assert model.row(0) is None
    assert model.row(59 * PAGE) is not None


def test_fewer_rows_take_the_last_ones_away(model: PagedRows) -> None:
    model.renew(PAGE)
    model.fill(0, some_rows(0))
    model.renew(10)
    assert (model.rowCount(), model.row(10)) == (10, None)


def test_the_keyboard_chooses_a_row_and_enter_opens_it(model: PagedRows, qtbot: QtBot) -> None:
    model.page_wanted.connect(lambda page: model.fill(page, some_rows(page)))
    model.renew(PAGE)
    view = RowsView(model, "Orders")
    model.setParent(view)
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    opened: list[str] = []
    view.opened.connect(opened.append)
    view.choose_first()
    with qtbot.waitSignal(view.chosen, timeout=1000) as told:
        QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert told.args == ["row-1"]
    assert opened == ["row-1"]


def test_the_chosen_row_is_followed_when_it_moves(model: PagedRows, qtbot: QtBot) -> None:
    model.renew(PAGE)
    model.fill(0, some_rows(0))
    view = RowsView(model, "Orders")
    model.setParent(view)
    qtbot.addWidget(view)
    view.choose("row-4")
    model.renew(PAGE)
    model.fill(0, [Row("new", (Cell("new"),)), *some_rows(0)[:-1]])
    assert view.currentIndex().row() == 5
    assert view.key() == "row-4"


def test_a_reader_hears_the_words_of_a_cell(model: PagedRows) -> None:
    model.renew(PAGE)
    model.fill(0, some_rows(0))
    assert model.data(model.index(2, 0), Qt.ItemDataRole.AccessibleTextRole) == "row 2"
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Order"
