"""A person at the real window of a desk that speaks to a real central."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from agent_desk.central.bootstrap import Central
from agent_desk.desk.bootstrap import Counter, Options, open_counter
from agent_desk.desk.ui.event_loop import run_on
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.sheet import Sheet
from agent_desk.desk.ui.parts.text import Text
from agent_desk.desk.ui.parts.topbar import Person
from agent_desk.domain.money import gyd
from tests.desk.sync.branch import PASSWORD
from tests.desk.ui.patience import until
from tests.desk.workshop import BARREL, done
from tests.fakes.served import Door


@dataclass
class At:
    """A counter, and a person's hands at it."""

    counter: Counter
    door: Door
    central: Central

    @property
    def cases(self) -> Any:
        assert self.counter.desk is not None
        return self.counter.desk.use_cases

    def sheet(self, kind: type[Sheet]) -> Any:
        """The sheet of a kind that is seen now."""
        return next((one for one in self.counter.shell.findChildren(kind) if one.isVisible()), None)

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.counter.shell, key)

    def type(self, text: str) -> None:
        focus = QApplication.focusWidget()
        assert isinstance(focus, QLineEdit), focus
        # key by key it would be as quick as a scan
        focus.insert(text)
        QTest.keyClick(focus, Qt.Key.Key_Return)

    def said(self, sheet: QWidget) -> str:
        return " ".join(text.text() for text in sheet.findChildren(Text) if text.isVisible())

    def chips(self, page: QWidget) -> list[str]:
        return [chip.text() for chip in page.findChildren(Chip) if chip.isVisible()]

    def person(self) -> str:
        return self.counter.shell.findChildren(Person)[0].accessibleName()

    async def is_up(self) -> None:
        desk = self.counter.desk
        assert desk is not None
        await until(lambda: desk.loop.state.connection.state == "online")

    def cut(self) -> int:
        """Central is gone; answers with its port."""
        port = self.door.port
        self.door.close()
        return port

    async def sell(self) -> None:
        cart = done(await self.cases.carting.add_product(BARREL.id, 2)).cart.id
        done(await self.cases.tendering.check_out(cart))
        done(await self.cases.tendering.take_cash(cart, gyd(60_000_00)))

    async def is_sent(self) -> None:
        async with asyncio.timeout(60):
            while await self.waiting():  # noqa: ASYNC110 - sending has no event of its own
                await asyncio.sleep(0.02)

    async def waiting(self) -> int:
        return int(await self.cases.sync.count_waiting())


Story = Callable[[At], Coroutine[Any, Any, None]]


def play_at(app: QApplication, central: Central, folder: Path, story: Story) -> None:
    """Opens the window of desk GEO-9 at that central, signed in as its agent, and plays the story in it."""

    async def run(door: Door) -> None:
        url = f"http://127.0.0.1:{door.port}"
        options = Options(url, "GEO-9", folder, passphrase="told by nobody", login="agent", password=PASSWORD)
        async with open_counter(app, options) as counter:
            at = At(counter, door, central)
            counter.shell.activateWindow()
            try:
                await at.is_up()
                await story(at)
            finally:
                at.door.close()

    run_on(app, lambda: run(Door(central)))
