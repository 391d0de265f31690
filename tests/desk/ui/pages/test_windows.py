"""No part of a page shows itself before it lies in its page: it would flash up as a window of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from agent_desk.desk.ui.context import PageContext
from agent_desk.desk.ui.pages.cart.page import CartPage
from agent_desk.desk.ui.pages.measure.page import MeasurePage
from agent_desk.desk.ui.pages.sync.page import SyncPage
from agent_desk.domain.people import Role
from tests.desk.ui.pages.counter import Counter
from tests.desk.ui.pages.parcels_waiting import waiting_shipments
from tests.domain.shop import BARREL, TAPE


class _Windows(QObject):
    """Every widget that was shown as a window."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[QWidget] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(watched)
        return False


@pytest.mark.parametrize(("area", "make"), [("cart", CartPage), ("measure", MeasurePage), ("sync", SyncPage)], ids=str)
def test_a_page_shows_one_window_and_no_other(
    app: QApplication, tmp_path: Path, area: str, make: Callable[[PageContext], Any]
) -> None:
    counter = Counter(app, tmp_path, (BARREL, TAPE, *waiting_shipments()), Role.MANAGER)
    watch = _Windows()
    app.installEventFilter(watch)
    counter.show(make(counter.context), area)
    counter.run(counter.cases.carting.add_product(BARREL.id, 2))
    counter.settle()
    app.removeEventFilter(watch)
    seen = [type(window).__name__ for window in watch.seen if window is not counter.window]
    counter.close()
    assert seen == []
