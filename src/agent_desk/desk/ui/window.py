"""The desk's window at work: the pages a role may open, and what the frame says about the desk."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agent_desk.desk.ui.context import Page, PageContext
from agent_desk.desk.ui.going import Going
from agent_desk.desk.ui.keys import EVERYWHERE
from agent_desk.desk.ui.pages import Pages, read_ahead
from agent_desk.desk.ui.parts.statusline import StatusItem
from agent_desk.desk.ui.revoked import RevokedSheet
from agent_desk.desk.ui.running import Running
from agent_desk.desk.ui.scanner import Scanner
from agent_desk.desk.ui.scans import Scans
from agent_desk.desk.ui.searching import Searching
from agent_desk.desk.ui.shell import Shell
from agent_desk.desk.ui.sign_in import SignInSheet
from agent_desk.desk.usecases import UseCases
from agent_desk.desk.usecases.ports import Changes, KnownError, LinkState
from agent_desk.desk.usecases.signing_in import LOCKED, SignedIn
from agent_desk.domain.formats import rate_text
from agent_desk.domain.people import Staff
from agent_desk.domain.rates import FRESH_FOR
from agent_desk.domain.rights import ROLE_NAMES
from agent_desk.domain.times import COUNTER_ZONE

Log = Callable[..., None]
LOOKS_EVERY_MS = 60_000
TELLS_AFTER_MS = 50
"""The page first, then the frame around it: once for all that changed in so short a time."""
CONFIRMS_AGAIN = (3.0, 8.0)
"""Seconds, somewhere between, so that desks do not all ask at once."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the window is told of its desk, and where it tells what happened."""

    desk: str
    now: Callable[[], datetime]
    """The desk's best estimate of central's time, aware UTC."""
    log: Log
    """`log(event, **values)`; nothing personal, nothing secret."""


class Window(QObject):
    """Joins the frame, the pages and the use cases; decides nothing about the business.

    What is in it is one person's. Emits `left(who)` when they have gone: with the `SignedIn` who took their place, or
    None where nobody has yet; the next person begins with a window of their own.
    """

    left = Signal(object)

    def __init__(
        self, shell: Shell, scanner: Scanner, cases: UseCases, running: Running, surroundings: Surroundings
    ) -> None:
        super().__init__(shell)
        self._shell = shell
        self._cases = cases
        self._running = running
        self._around = surroundings
        self._pages: Pages | None = None
        self._holders: dict[str, QVBoxLayout] = {}
        self._missed: dict[str, list[Changes]] = {}
        self._at: dict[str, UUID] = {}
        self._said: tuple[str, int] = ("", 0)
        self._confirming = False
        self._link_up = asyncio.Event()
        self._login = ""
        self._sheet = SignInSheet(shell, surroundings.desk)
        self._sheet.given.connect(lambda login, password: running.start(self.sign_in(login, password), abroad=True))
        self._revoked = RevokedSheet(shell)
        self._going = Going(shell, cases, surroundings.desk, running.start, surroundings.log)
        self._going.signed_out.connect(lambda: self.left.emit(None))
        self._going.other_asked.connect(self._ask_anew)
        shell.keys.bind(EVERYWHERE, "lock", self._going.lock)
        shell.rail.lock_asked.connect(self._going.lock)
        shell.top.leave_asked.connect(self._going.ask)
        self._scans: Scans | None = None
        scanner.scanned.connect(self._scanned)
        shell.page_opened.connect(self._opened)
        shell.status.set_desk(f"Desk {surroundings.desk}")
        shell.status.set_items([StatusItem("scan-barcode", "Scanner ready")])
        self._ways_out = [cases.subscribe(self._changed), cases.sync.link.subscribe(self._linked)]
        self._linked(cases.sync.link.state)
        self._telling = QTimer(self, singleShot=True, interval=TELLS_AFTER_MS)
        self._telling.timeout.connect(lambda: running.start(self._tell()))
        self._locking = QTimer(self, interval=LOOKS_EVERY_MS)
        self._locking.timeout.connect(lambda: running.start(self.look_whether_locked()))
        self._locking.start()

    async def look_whether_locked(self) -> None:
        """A desk that has not heard central for too long lets nobody go on until central lets them in."""
        if self._revoked.isVisible() or self._cases.signing_in.staff is None:
            return
        if await self._cases.signing_in.is_locked():
            self._ask_anew(LOCKED)

    def ask_who(self) -> None:
        """Shows the sign-in over the window."""
        self._shell.keys.block(True)
        self._sheet.open()

    def _ask_anew(self, why: str) -> None:
        self.ask_who()
        if why:
            self._sheet.refuse(why)

    async def sign_in(self, login: str, password: str) -> None:
        """Lets somebody in, or says why not."""
        signing = self._cases.signing_in.sign_in(login, password)
        if not self._login or login.strip() == self._login:
            await self.welcome(signing)
            return
        try:
            who = await signing
        except KnownError as error:
            self._sheet.refuse(error.message)
        else:
            self.left.emit(who)

    async def welcome(self, signing: Awaitable[SignedIn]) -> None:
        """As `sign_in`, where it may have begun before there was a window."""
        try:
            who = await signing
        except KnownError as error:
            self._ask_anew(error.message)
            return
        self._sheet.dismiss()
        self._going.open_again()
        self._around.log("staff.signed_in", role=who.staff.role.value, online=who.online)
        await self._let_in(who.staff)
        if not who.online:
            self._begin_confirming()

    def say_revoked(self, sentence: str) -> None:
        """Covers the window; nothing is done on this desk any more."""
        self._sheet.dismiss()
        self._shell.keys.block(True)
        self._revoked.put(sentence)

    def _use_again(self) -> None:
        """It was a mistake: whoever was here goes on."""
        self._revoked.dismiss()
        if self._cases.signing_in.staff is None:
            self.ask_who()
        else:
            self._going.unblock()

    def leave(self) -> None:
        """Nothing is heard after this."""
        self._locking.stop()
        self._telling.stop()
        for way_out in self._ways_out:
            way_out()

    def page(self, key: str) -> QWidget:
        """The page of that key, made where nobody has opened it yet; raises KeyError for an unknown one."""
        if self._pages is None:
            raise KeyError(key)
        return self._pages[key].as_widget()

    async def _let_in(self, staff: Staff) -> None:
        if self._pages is not None:
            return
        self._login = staff.login
        self._shell.top.set_person(staff.name, ROLE_NAMES[staff.role].capitalize())
        context = PageContext(
            cases=self._cases,
            staff=staff,
            start=self._running.start,
            notify=self._shell.notices.put,
            go=self.go,
            keys=self._shell.keys,
            now=self._around.now,
        )
        pages = self._pages = Pages(staff.role, context, self._hold)
        self._scans = Scans(self._shell, context, pages, Searching(self._shell, context, pages))
        for entry in pages.entries():
            holder = QWidget()
            self._holders[entry.key] = QVBoxLayout(holder)
            self._holders[entry.key].setContentsMargins(0, 0, 0, 0)
            self._shell.add_page(entry.key, entry.title, entry.icon, holder)
        self._running.start(self._tell())
        # what was just laid out is painted within two turns of the loop
        for _ in range(2):
            await asyncio.sleep(0)
        self._around.log("desk.usable")
        self._running.start(self._make_the_rest(pages))

    def _hold(self, key: str, page: Page) -> None:
        self._holders[key].addWidget(page.as_widget())

    async def _make_the_rest(self, pages: Pages) -> None:
        """The pages nobody has opened yet, one by one, so that the first look at each is quick too."""
        for key in pages:
            await read_ahead(key)
            _ = pages[key]

    def go(self, key: str, at: UUID | None) -> None:
        """Opens a page, at one thing where one is named."""
        if at is not None:
            self._at[key] = at
        self._shell.open_page(key)

    def _opened(self, key: str) -> None:
        page = None if self._pages is None else self._pages.get(key)
        if page is not None:
            self._catch_up(key)
            page.opened(self._at.pop(key, None))
            self._around.log("page.opened", page=key)

    def _catch_up(self, key: str) -> None:
        """Tells the page in front what changed; the others hear it when they come to the front, all at once."""
        missed = self._missed.pop(key, [])
        if missed and self._pages is not None:
            refs = frozenset(ref for changes in missed for ref in changes.refs)
            waiting = any(changes.waiting for changes in missed)
            self._pages[key].changed(Changes(refs, missed[-1].by, waiting))

    def _scanned(self, code: str) -> None:
        if self._scans is not None:
            self._scans.take(code)

    def _changed(self, changes: Changes) -> None:
        self._around.log("changed", by=changes.by, kinds=sorted({kind for kind, _ in changes.refs}))
        for key in () if self._pages is None else self._pages.made():
            self._missed.setdefault(key, []).append(changes)
        self._catch_up(self._shell.current_key())
        if changes.by == "here":
            self._shell.status.set_saved(f"Saved on this desk {self._around.now().astimezone(COUNTER_ZONE):%H:%M:%S}")
        if not self._telling.isActive():
            self._telling.start()

    async def _tell(self) -> None:
        """Rate, badges: what the frame shows of the store."""
        if self._cases.signing_in.staff is None:
            return
        rate = await self._cases.pricing.find_rate()
        if rate is not None:
            self._shell.top.set_rate(rate_text(rate.gyd_per_usd), rate.as_of, FRESH_FOR, self._around.now)
        branch = await self._cases.sync.find_branch()
        if branch is not None:
            self._shell.status.set_desk(f"Desk {self._around.desk}, {branch.name}")
        self._shell.top.set_till(await self._cases.tilling.say_till())
        cart = await self._cases.carting.find_current_cart()
        self._shell.set_badge("cart", "lines", 0 if cart is None else len(cart.cart.lines))
        status = await self._cases.sync.get_status()
        refused = len(status.notices) + len(status.losses)
        self._shell.set_badge("sync", "refused" if refused else "waiting", refused or status.waiting_in_all)
        state = self._cases.sync.link.state.connection.state
        self._shell.top.pill.put(state, status.waiting_in_all)

    def _linked(self, link: LinkState) -> None:
        connection = link.connection
        self._shell.top.pill.put(connection.state, connection.waiting)
        said = (connection.state, connection.waiting)
        if said != self._said:
            self._said = said
            self._around.log("sync.state", state=connection.state, waiting=connection.waiting)
        if connection.state == "revoked":
            self.say_revoked(link.trouble)
        elif self._revoked.isVisible():
            self._use_again()
        if connection.state in {"online", "sending"}:
            self._link_up.set()

    def _begin_confirming(self) -> None:
        if self._cases.signing_in.unconfirmed and not self._confirming:
            self._confirming = True
            self._running.start(self._confirm(), abroad=True)

    async def _confirm(self) -> None:
        """Central hears who unlocked without a link: as soon as there is one, and now and then it is tried."""
        try:
            while self._cases.signing_in.unconfirmed:
                self._link_up.clear()
                try:
                    await self._cases.signing_in.confirm()
                except KnownError as error:
                    if error.code == "desk.revoked":  # the sync says so
                        return
                    if not error.code.startswith("central."):
                        self._ask_anew(error.message)
                        return
                    rest = max(error.retry_after or 0.0, random.uniform(*CONFIRMS_AGAIN))  # noqa: S311  # only spreads desks in time
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(rest):
                            await self._link_up.wait()
        finally:
            self._confirming = False
