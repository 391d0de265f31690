"""Where a scan goes, whichever page is in front."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.desk.ui.pages import pages_for
from agent_desk.desk.ui.scans import page_for
from agent_desk.desk.ui.shell import Shell
from agent_desk.desk.usecases.scanning import CodeKind
from agent_desk.domain.people import Role


@pytest.mark.parametrize(
    ("kind", "front", "role", "page"),
    [
        ("product", "quote", Role.AGENT, "cart"),
        ("product", "cart", Role.AGENT, "cart"),
        ("product", "sync", Role.MANAGER, "cart"),
        ("product", "measure", Role.WAREHOUSE, None),
        ("shipment", "quote", Role.AGENT, "orders"),
        ("shipment", "orders", Role.WAREHOUSE, "measure"),
        ("shipment", "measure", Role.MANAGER, "measure"),
        ("shipment", "cart", Role.MANAGER, "orders"),
        ("quote", "orders", Role.AGENT, "quote"),
        ("quote", "cart", Role.AGENT, "cart"),
        ("customer", "orders", Role.AGENT, "quote"),
        ("customer", "cart", Role.AGENT, "cart"),
        ("order", "quote", Role.AGENT, "orders"),
        (None, "quote", Role.AGENT, None),
    ],
)
def test_a_scan_goes_to_the_page_that_has_a_use_for_it(
    kind: CodeKind | None, front: str, role: Role, page: str | None
) -> None:
    pages = {entry.key: entry for entry in pages_for(role)}
    assert page_for(kind, front, pages, role) == page


def test_the_search_says_whether_it_is_open(app: QApplication, qtbot: QtBot) -> None:
    assert app is not None
    shell = Shell()
    qtbot.addWidget(shell)
    shell.add_page("quote", "Quote", "calculator", QWidget())
    shell.show()
    assert not shell.is_searching()
    shell.open_search()
    assert shell.is_searching()
    assert shell.keys.is_blocked
    shell.palette_sheet.dismiss()
    assert not shell.is_searching()
