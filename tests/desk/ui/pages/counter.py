"""A desk for page tests: the real store in a folder, the real use cases, an event loop inside Qt's."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import qasync
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from agent_desk.desk.store.documents import index_refs
from agent_desk.desk.store.handovers import Seals, StoreHandovers
from agent_desk.desk.store.migrating import migrate
from agent_desk.desk.store.runner import StoreRunner
from agent_desk.desk.store.session import Session
from agent_desk.desk.ui.context import PageContext
from agent_desk.desk.ui.keys import Keys
from agent_desk.desk.ui.parts.notices import Notice
from agent_desk.desk.usecases import UseCases
from agent_desk.desk.usecases.ports import Changes, Connection, LinkState
from agent_desk.desk.usecases.telling_time import Reading
from agent_desk.desk.vault.device_key import DeviceKey
from agent_desk.desk.vault.sealing import seal
from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.people import Branch, Role, Staff
from agent_desk.domain.price_book import ExchangeRate
from agent_desk.domain.selling import Order, Tender
from agent_desk.domain.shipping import Quote
from agent_desk.domain.till import Through, Till
from agent_desk.papers.quotes import quote_pdf
from agent_desk.papers.receipts import receipt_pdf
from agent_desk.papers.tills import till_pdf
from agent_desk.sample import load_price_book, stable_id
from agent_desk.wire.canonical import aggregate_bytes

KEY = bytes(range(32))
NOON = datetime(2026, 11, 23, 13, 41, tzinfo=UTC)
PATIENCE = 20.0


@dataclass
class SetClock:
    """A clock that a test moves."""

    at: datetime = NOON

    def read(self) -> Reading:
        return Reading(self.at, int((self.at - NOON) / timedelta(milliseconds=1)) + 1_000_000, "boot")


@dataclass
class SetLink:
    """The sync loop as a test says it is."""

    state: LinkState = field(default_factory=lambda: LinkState(Connection("offline", 0, NOON)))
    tries: int = 0
    listeners: list[Callable[[LinkState], None]] = field(default_factory=list)

    def try_now(self) -> None:
        self.tries += 1

    def subscribe(self, listener: Callable[[LinkState], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def tell(self, state: LinkState) -> None:
        self.state = state
        for listener in tuple(self.listeners):
            listener(state)


class PdfPapers:
    """The papers of the program, as the desk makes them."""

    def receipt(self, order: Order, tender: Tender, branch: Branch | None, vat_percent: Decimal, copy: int) -> bytes:
        return receipt_pdf(order, [tender], "" if branch is None else branch.name, vat_percent=vat_percent, copy=copy)

    def quote(self, quote: Quote, rate: ExchangeRate | None) -> bytes:
        return quote_pdf(
            quote.request, quote.offers, quote.service, rate, number=quote.number, issued_at=quote.saved_at
        )

    def till(self, till: Till, through: Through, branch: Branch | None) -> bytes:
        return till_pdf(till, through, "" if branch is None else branch.name)


@dataclass
class Folder:
    path: Path

    def save(self, name: str, body: bytes) -> str:
        file = self.path / name
        file.write_bytes(body)
        return str(file)


def a_staff(role: Role) -> Staff:
    names = {Role.AGENT: "Shanice Persaud", Role.WAREHOUSE: "Dwayne Fraser", Role.MANAGER: "Marlon Ali"}
    return Staff(id=stable_id("staff", role), version=1, login=role, name=names[role], role=role, branch="GEO")


class Around(QWidget):
    """What of the shell a page feels: its keys, and `Esc` when no layer took it."""

    def __init__(self) -> None:
        super().__init__()
        self.keys = Keys(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.keys.escape()


class Counter:
    """One desk with one page on it."""

    def __init__(self, app: QApplication, folder: Path, documents: Iterable[Aggregate], role: Role) -> None:
        self.clock = SetClock()
        self.link = SetLink()
        self.staff = a_staff(role)
        self.session = Session(self.clock, "GEO-2", self.staff)
        path = folder / "desk.db"
        migrate(path, KEY)
        self.runner = StoreRunner(path, KEY, self.session)
        (folder / "papers").mkdir()
        signing_in: Any = None  # no page signs anybody in
        self.cases = UseCases(
            self.runner,
            signing_in=signing_in,
            papers=PdfPapers(),
            folder=Folder(folder / "papers"),
            link=self.link,
            handing_on=StoreHandovers(
                self.runner, self.session, Seals(lambda id_: DeviceKey(KEY, id_).sign, seal), folder / "handovers"
            ),
        )
        self.loop = qasync.QEventLoop(app)
        # tests press keys between turns of the loop, so it is never started: Qt's events turn it
        asyncio.events._set_running_loop(self.loop)
        self.notices: list[Notice] = []
        self.gone: list[tuple[str, UUID | None]] = []
        self.failures: list[BaseException] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.window = Around()
        self.keys = self.window.keys
        self.context = PageContext(
            self.cases, self.staff, self.start, self.notices.append, self._go, self.keys, lambda: self.clock.at
        )
        book = load_price_book()
        branch = Branch(id=stable_id("branch", "GEO"), version=1, code="GEO", name="Regent Street", country="GY")
        everything = [branch, self.staff, *book.cards, *book.rates, *book.taxes, *book.rules, *documents]
        self.run(self.runner.write(lambda connection, _books: put_base(connection, everything)))

    def start(self, doing: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        """The outcome, waited for."""
        task = self.loop.create_task(doing)
        until = time.monotonic() + PATIENCE
        while not task.done():
            QTest.qWait(1)
            assert time.monotonic() < until, "the store never answered"
        return task.result()

    def show(self, page: Any, area: str, *, height: int = 768) -> None:
        """The page as the shell shows it: rail, top bar and status line are left out of the size."""
        self.page = page
        widget = page.as_widget()
        widget.setParent(self.window)
        self.window.resize(1366 - 81, height - 56 - 29)
        widget.setGeometry(self.window.rect())
        self.window.show()
        self.window.activateWindow()
        self.cases.subscribe(page.changed)
        self.keys.enter(area)
        page.opened(None)
        self.settle()

    def settle(self) -> None:
        """Until nothing runs any more; what failed fails the test."""
        until = time.monotonic() + PATIENCE
        quiet = 0
        while quiet < 3:
            QTest.qWait(4)
            quiet = 0 if self._tasks else quiet + 1
            assert time.monotonic() < until, "the page never came to rest"
        if self.failures:
            raise self.failures.pop()

    def rest(self, milliseconds: int) -> None:
        """Lets timers of the page run out."""
        QTest.qWait(milliseconds)
        self.settle()

    def receive(self, *documents: Aggregate) -> None:
        """Central sent these."""
        self.run(self.runner.write(lambda connection, _books: put_base(connection, documents)))
        self.runner.publish(Changes(frozenset(document.ref for document in documents), "central"))
        self.settle()

    def said(self) -> list[str]:
        return [notice.what for notice in self.notices]

    def close(self) -> None:
        self.settle()
        self.window.close()
        self.settle()  # a page keeps what was typed as it goes
        self.window.deleteLater()
        self.runner.close()
        asyncio.events._set_running_loop(None)
        self.loop.close()

    def _go(self, page: str, at: UUID | None) -> None:
        self.gone.append((page, at))

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.failures.append(error)


def put_base(connection: Any, documents: Iterable[Aggregate]) -> None:
    """What central would have sent."""
    refs = []
    for document in documents:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO base (scope, kind, id, version, body) VALUES (?, ?, ?, ?, ?)",
            ("branch:GEO", document.kind, str(document.id), document.version, aggregate_bytes(document).decode()),
        )
        refs.append(document.ref)
    index_refs(connection, refs)
