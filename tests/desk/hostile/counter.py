"""A manager's real window over the real store, with the real central behind a link that a test cuts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import httpx
from fastapi import FastAPI
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from agent_desk.desk.assembling import PdfPapers, open_desk
from agent_desk.desk.settings import Settings
from agent_desk.desk.ui.dress import dress
from agent_desk.desk.ui.pages.cart.page import CartPage
from agent_desk.desk.ui.pages.measure.page import MeasurePage
from agent_desk.desk.ui.pages.orders.page import OrdersPage
from agent_desk.desk.ui.pages.quote.page import QuotePage
from agent_desk.desk.ui.pages.sync.page import SyncPage
from agent_desk.desk.ui.running import Running
from agent_desk.desk.ui.scanner import Scanner
from agent_desk.desk.ui.shell import Shell
from agent_desk.desk.ui.sign_in import SignInSheet
from agent_desk.desk.ui.theme import LIGHT
from agent_desk.desk.ui.window import Surroundings, Window
from agent_desk.domain.people import Role
from tests.desk.sync.branch import PASSWORD, Link
from tests.desk.workshop import KEYED, Bench, QuickHasher, SetClock

PAGES = ("quote", "cart", "measure", "orders", "sync")


@dataclass
class Cut(httpx.AsyncBaseTransport):
    """A link that is up or down as `up` says."""

    link: Link
    up: bool = True

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not self.up:
            raise httpx.ConnectError("down", request=request)
        return await self.link.handle_async_request(request)


@dataclass
class Counter:
    """The window and a pair of hands that paste."""

    bench: Bench
    shell: Shell
    window: Window
    running: Running
    line: Cut
    broken: list[BaseException] = field(default_factory=list)
    """What would have become a crash report."""

    @property
    def quote(self) -> QuotePage:
        return cast("QuotePage", self.window.page("quote"))

    @property
    def cart(self) -> CartPage:
        return cast("CartPage", self.window.page("cart"))

    @property
    def measure(self) -> MeasurePage:
        return cast("MeasurePage", self.window.page("measure"))

    @property
    def orders(self) -> OrdersPage:
        return cast("OrdersPage", self.window.page("orders"))

    @property
    def sync(self) -> SyncPage:
        return cast("SyncPage", self.window.page("sync"))

    @property
    def sign_in_sheet(self) -> SignInSheet:
        sheet = self.shell.findChild(SignInSheet)
        assert sheet is not None
        return sheet

    async def rest(self) -> None:
        """Until nothing that was started still runs; what broke fails the test."""
        await asyncio.sleep(0)
        await self.running.finish()
        if self.broken:
            raise self.broken[0]

    async def open(self, page: str) -> None:
        self.window.go(page, None)
        await self.rest()

    async def press(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.shell, key, held)
        await self.rest()


def paste(entry: QLineEdit, text: str) -> str:
    """Puts the text over what the field holds, as from the clipboard; answers with what the field made of it."""
    entry.setFocus()
    entry.selectAll()
    if text:
        entry.insert(text)
    else:
        entry.del_()
    return entry.text()


@asynccontextmanager
async def a_counter(
    app: QApplication, central: FastAPI, folder: Path, clock: SetClock, code: str
) -> AsyncIterator[Counter]:
    """The window open and asking who is there."""
    line = Cut(Link(central))
    settings = Settings("http://127.0.0.1:1", code, folder)
    desk = await open_desk(settings, KEYED, PdfPapers(), QuickHasher(), clock=clock, transport=line, chance=lambda: 0.5)
    dress(app, LIGHT)  # as every window is; text measured before its fonts are there stays measured so
    shell = Shell()
    shell.resize(1366, 768)
    shell.show()
    broken: list[BaseException] = []
    running = Running(shell.notices.put, lambda error: keep(broken, error))
    around = Surroundings(code, clock.now, lambda _event, **_values: None)
    scanner = Scanner(app)
    window = Window(shell, scanner, desk.use_cases, running, around)
    window.ask_who()
    counter = Counter(Bench(desk, clock, folder), shell, window, running, line, broken)
    try:
        yield counter
        await counter.rest()
    finally:
        shell.hide()
        window.leave()
        await running.finish()
        scanner.deleteLater()
        await desk.close()
        shell.deleteLater()


async def sign_in(counter: Counter, role: Role = Role.MANAGER) -> None:
    """As the sheet does, and central has heard of it; every page is made afterwards."""
    await counter.window.sign_in(role.value, PASSWORD)
    await counter.bench.cases.signing_in.confirm()
    for page in PAGES:
        await counter.open(page)


def keep(broken: list[BaseException], error: BaseException) -> str:
    """The number of the report that would have been written."""
    broken.append(error)
    return str(len(broken))
