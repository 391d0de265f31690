"""The Sync page: what was refused first, then what waits; at the right what is certain and what may be done."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.desk.ui.keys import caption
from agent_desk.desk.ui.pages.sync.aside import AllowedCard, FirstCard, LastCard, RiskCard
from agent_desk.desk.ui.pages.sync.files import FilesCard
from agent_desk.desk.ui.pages.sync.refused import RefusedCard
from agent_desk.desk.ui.pages.sync.state import (
    RefusedView,
    allowed_of,
    banner_of,
    held_views,
    last_sync,
    oldest_words,
    progress_views,
    refused_views,
    risk_of,
    waiting_views,
)
from agent_desk.desk.ui.pages.sync.waiting import WaitingCard
from agent_desk.desk.ui.parts.banner import Banner, BannerSpec
from agent_desk.desk.ui.parts.card import across
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.notices import Notice
from agent_desk.desk.ui.parts.text import Text
from agent_desk.desk.usecases.ports import Done
from agent_desk.domain.decision import Refused

if TYPE_CHECKING:
    from agent_desk.desk.ui.context import PageContext
    from agent_desk.desk.usecases.ports import Changes, LinkState
    from agent_desk.desk.usecases.rows import LossRow
    from agent_desk.desk.usecases.syncing_status import SyncShown

RIGHT_WIDE = 420
TICK_MS = 1000
MOST_WAITING = 100
ASK_AGAIN = timedelta(seconds=20)


class SyncPage(QWidget):
    """SYN-7: nothing here clears or deletes; it is corrected, or withdrawn with a reason."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self.setAccessibleName("Sync")
        self._shown: SyncShown | None = None
        self._link: LinkState = context.cases.sync.link.state
        self._asked_at = context.now()
        self.banner = Banner(BannerSpec("try", "", "", "wifi-off", action="Try now", cap=caption("sync", "try_now")))
        self.first = FirstCard()
        self.refused = RefusedCard()
        self.waiting = WaitingCard()
        self.files = FilesCard(context)
        self.last = LastCard()
        self.risk = RiskCard()
        self.allowed = AllowedCard()
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._turn)
        self._lay()
        self.banner.acted.connect(lambda _key: self.try_now())
        self.refused.opened.connect(self._open)
        self.refused.withdrawn.connect(self._leave)
        leave = context.cases.sync.link.subscribe(self._linked)
        self.destroyed.connect(leave)
        context.keys.bind("sync", "try_now", self.try_now)
        context.keys.bind("sync", "first_fix", self._first_fix)
        context.keys.bind("sync", "second_fix", self._second_fix)
        context.keys.bind("sync", "save_file", self.files.ask_where)
        context.keys.bind("sync", "take_in", self.files.ask_which)

    def as_widget(self) -> QWidget:
        return self

    def opened(self, _at: UUID | None) -> None:
        """The page came to the front; focus goes to what needs somebody."""
        self._context.start(self._load())
        row = self.refused.row()
        (self.waiting.view if row is None else row).setFocus()

    def changed(self, changes: Changes) -> None:
        """Something was committed or pulled; the page queries again if it shows it."""
        if changes.waiting or changes.by == "central":
            self._context.start(self._load())

    def scanned(self, _code: str) -> bool:
        """A scan means nothing here."""
        return False

    def try_now(self) -> None:
        """Asks central at once."""
        self._context.cases.sync.link.try_now()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        asking = next((row.asking for row in self.refused.rows() if row.asking.is_open()), None)
        if event.key() == Qt.Key.Key_Escape and asking is not None:
            asking.refuse()
        else:
            super().keyPressEvent(event)

    async def _load(self) -> None:
        self._asked_at = self._context.now()
        self._shown = await self._context.cases.sync.get_status(MOST_WAITING)
        self._show()
        await self.files.load()

    async def _withdraw(self, notice: int, reason: str) -> None:
        outcome = await self._context.cases.sync.settle_notice(notice, reason)
        if isinstance(outcome, Done):
            self._context.notify(Notice("Withdrawn", reason or "It stays in the records", "ok"))
        await self._load()

    async def _settle(self, loss: LossRow, *, back: bool) -> None:
        sync = self._context.cases.sync
        outcome = await (sync.restore_loss if back else sync.settle_loss)(*loss.ref, loss.field)
        if isinstance(outcome, Refused):
            self._context.notify(Notice("Not done", outcome.refusals[0].message, "danger", "octagon-x"))
        elif back:
            self._context.notify(Notice(f"{loss.label} put back", loss.lost, "ok"))
        await self._load()

    def _linked(self, link: LinkState) -> None:
        before, self._link = self._link, link
        if not self.isVisible():
            return
        self._show()
        if link.connection.state != before.connection.state:  # what was being sent waits again
            self._context.start(self._load())

    def _turn(self) -> None:
        """Once a second: ages and the countdown; now and then the store is asked too."""
        if self._context.now() - self._asked_at > ASK_AGAIN:
            self._context.start(self._load())
        else:
            self._show()

    def _show(self) -> None:
        shown, link, now = self._shown, self._link, self._context.now()
        if shown is None:
            return
        said = banner_of(link, shown, now)
        self.banner.setVisible(said is not None)
        if said is not None:
            action = "Try now" if said.can_try else ""
            cap = caption("sync", "try_now")
            self.banner.put(BannerSpec("try", said.what, said.sentence, said.icon, said.tone, said.aside, action, cap))
        steps = progress_views(link)
        self.first.setVisible(bool(steps))
        self.first.put(steps, can_start=link.can_start)
        self.refused.put(refused_views(shown), room=2)
        self.waiting.put(waiting_views(link, shown, now), shown.waiting_in_all, oldest_words(shown, now))
        self.last.put(last_sync(link, shown, now))
        self.risk.put(risk_of(shown))
        self.allowed.put(allowed_of(link, shown))
        self.allowed.put_held(held_views(shown, now))

    def _find(self, key: str) -> RefusedView | None:
        return next((row.view for row in self.refused.rows() if row.view.key == key), None)

    def _open(self, key: str) -> None:
        view = self._find(key)
        if view is not None and view.loss is not None:
            self._context.start(self._settle(view.loss, back=True))
        elif view is not None and view.page:
            self._context.go(view.page, view.at)

    def _leave(self, key: str, reason: str) -> None:
        view = self._find(key)
        if view is not None and view.loss is not None:
            self._context.start(self._settle(view.loss, back=False))
        elif view is not None:
            self._context.start(self._withdraw(view.notice, reason))

    def _first_fix(self) -> None:
        row = self.refused.row()
        if row is not None:
            self._open(row.view.key)

    def _second_fix(self) -> None:
        row = self.refused.row()
        if row is not None:
            row.ask()

    def _lay(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.first)
        left.addWidget(self.files)
        left.addWidget(self.refused)
        left.addWidget(self.waiting, 1)
        side = QWidget()
        side.setFixedWidth(RIGHT_WIDE)
        right = QVBoxLayout(side)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(8)
        right.addWidget(self.last)
        right.addWidget(self.risk)
        right.addWidget(self.allowed, 1)
        columns = QHBoxLayout()
        columns.setSpacing(8)
        columns.addLayout(left, 1)
        columns.addWidget(side)
        safe = Chip("Every action is saved here first", "hard-drive", "ok")
        head = across(Text("Sync", "title"), safe, None, self.files.take, self.files.save, spacing=12)
        head.setContentsMargins(0, 4, 0, 4)
        self.banner.hide()
        self.first.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 10, 14, 12)
        whole.setSpacing(8)
        whole.addLayout(head)
        whole.addWidget(self.banner)
        whole.addLayout(columns, 1)
