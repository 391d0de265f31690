"""The Till page: count blind, compare, close; nothing of what should be there is in it before the count is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from agent_desk.desk.ui.keys import caption
from agent_desk.desk.ui.pages.till.aside import CURRENCIES, BlindCard, CompareCard, OpenCard, WhyCard
from agent_desk.desk.ui.pages.till.drawer import DrawerCard
from agent_desk.desk.ui.pages.till.state import Slot, Stage, commit_words, head_words
from agent_desk.desk.ui.pages.till.working import TillWork, Told
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import across
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.notices import Notice
from agent_desk.desk.ui.parts.text import Text
from agent_desk.desk.ui.theme import Tone
from agent_desk.domain.money import Currency
from agent_desk.domain.rates import RATE_SETTERS
from agent_desk.domain.till import TillState
from agent_desk.domain.times import day_text, time_text

if TYPE_CHECKING:
    from agent_desk.desk.ui.context import PageContext
    from agent_desk.desk.usecases.ports import Changes

ASIDE_WIDE = 500
STEPS: tuple[tuple[Stage, str], ...] = (("counting", "Count, blind"), ("compared", "Compare"))
ICONS: dict[Stage, str] = {"none": "lock-open", "counting": "lock", "compared": "lock"}


class TillPage(QWidget):
    """CTR-8: three steps, each kept before the next is shown."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self.setAccessibleName("Till")
        self.work = TillWork(context.cases, self._tell, self._show, context.now)
        self._title = Text("Till", "title")
        self._since = Text("", "label", "text_2")
        self._steps = [Chip(f"{at} {words}", "", "neutral", tall=28) for at, (_, words) in enumerate(STEPS, 1)]
        self._last_step = Chip("3 Close", "", "neutral", tall=28)
        self.usd = DrawerCard(Currency.USD, 1, caption("till", "usd"))
        self.gyd = DrawerCard(Currency.GYD, 2, caption("till", "gyd"))
        self.open_card = OpenCard()
        self.open_card.rate.setVisible(context.staff.role in RATE_SETTERS)
        self.blind = BlindCard()
        self.comparing = CompareCard()
        self.why = WhyCard()
        self.recount = ActionButton("Recount", key=caption("till", "recount"), icon="rotate-ccw", height=44)
        self.report = ActionButton("Report", key=caption("till", "report"), icon="printer", height=44)
        self.commit = ActionButton(
            "Open till", "primary", key=caption("till", "commit"), icon="lock-open", height=44, stretch_key=True
        )
        self._aside = QStackedWidget()
        self._lay()
        self._connect()

    def as_widget(self) -> QWidget:
        return self

    def opened(self, _at: UUID | None) -> None:
        """The page came to the front; the cursor is in the first note."""
        self._context.start(self._open())

    def changed(self, changes: Changes) -> None:
        """Something was committed or pulled; the page queries again if it shows it."""
        if changes.touches("till", "order", "exchange_rate", "trade_rules") or changes.waiting:
            self._context.start(self.work.load())

    def scanned(self, _code: str) -> bool:
        """A scan means nothing here."""
        return False

    def press_commit(self) -> None:
        self.work.reason, self.work.note = self.why.chosen(), self.why.note.text()
        self._context.start(self._commit())

    def drawer(self, currency: Currency) -> DrawerCard:
        return self.usd if currency is Currency.USD else self.gyd

    async def _open(self) -> None:
        await self.work.load()
        self._go_on()

    async def _commit(self) -> None:
        self.commit.set_busy("Saving")
        try:
            done = await self.work.commit()
        finally:
            self.commit.set_busy("")
        wrong = self.work.tally.wrong
        if not done and wrong is not None:
            self.drawer(wrong[0]).go(wrong)
        elif done:
            self._go_on()

    async def _print(self) -> None:
        paper = await self.work.report()
        if paper is not None:
            self._context.notify(Notice(f"Report of {paper.number} made", paper.path, path=paper.path, icon="printer"))

    async def _move(self, out: bool, currency: str, amount: str, reason: str) -> None:
        if await self.work.move(out=out, currency=CURRENCIES[currency], amount=amount, reason=reason):
            self.blind.moves.clear()

    async def _set_rate(self) -> None:
        part = self.open_card.rate
        if await self.work.set_rate(part.figures, part.source.text()):
            part.clear()

    def _go_on(self) -> None:
        """The cursor goes to what is next."""
        if self.work.stage == "compared":
            self.why.focus_first()
        else:
            self.usd.go_first()

    def _recount(self) -> None:
        self.work.recount()
        if self.work.stage == "counting":
            self.usd.go_first()

    def _show(self) -> None:
        work, stage = self.work, self.work.stage
        till = None if work.till is None else work.till.till
        now = self._context.now()
        self._title.setText(head_words(till, stage))
        since = "" if till is None else f"{day_text(now)}, shift since {time_text(till.opened_at, now)}"
        self._since.setText(since)
        at = {"none": -1, "counting": 0, "compared": 1}[stage]
        for n, (chip, (_, words)) in enumerate(zip(self._steps, STEPS, strict=True)):
            done, here = n < at, n == at
            chip.show_state(words if done else f"{n + 1} {words}", "check" if done else "", _tone(done=done, here=here))
            chip.setVisible(stage != "none")
        self._last_step.setVisible(stage != "none")
        for drawer in (self.usd, self.gyd):
            drawer.put(work.tally, locked=stage == "compared")
        self._aside.setCurrentIndex(at + 1)
        self.open_card.put(work.past, work.rate, now)
        if work.till is not None:
            self.blind.put(work.till, now)
        if work.compared is not None and stage == "compared":
            self.comparing.put(work.compared)
            self.why.put(work.compared, self.why.chosen())
        self.recount.setVisible(stage == "compared")
        can_report = stage == "compared" or any(row.state is TillState.CLOSED for row in work.past)
        self.report.set_not_now("" if can_report else "There is nothing to report yet: count the drawers first.")
        self.commit.set_words(commit_words(stage))
        self.commit.set_icon(ICONS[stage])

    def _tell(self, what: str, details: str, told: Told) -> None:
        self._context.notify(Notice(what, details, told))

    def _typed(self, slot: Slot, text: str) -> None:
        self.work.enter(slot, text)

    def _connect(self) -> None:
        for drawer in (self.usd, self.gyd):
            drawer.typed.connect(self._typed)
            drawer.left.connect(self.work.settle)
        self.usd.done.connect(self.gyd.go_first)
        self.gyd.done.connect(lambda: self.commit.setFocus(Qt.FocusReason.TabFocusReason))
        self.blind.moves.asked.connect(lambda *said: self._context.start(self._move(*said)))
        self.open_card.rate.wanted.connect(lambda: self._context.start(self._set_rate()))
        self.comparing.mix_up_opened.connect(self._look_at_sale)
        self.commit.clicked.connect(self.press_commit)
        self.recount.clicked.connect(self._recount)
        self.report.clicked.connect(lambda: self._context.start(self._print()))
        self.report.refused.connect(lambda why: self._tell(why, "", "warn"))
        keys = self._context.keys
        keys.bind("till", "usd", self.usd.go_first)
        keys.bind("till", "gyd", self.gyd.go_first)
        keys.bind("till", "recount", self._recount)
        keys.bind("till", "report", self.report.click)
        keys.bind("till", "commit", self.commit.click)
        keys.take("till", "next_note")

    def _look_at_sale(self) -> None:
        found = None if self.work.compared is None else self.work.compared.mix_up
        if found is not None:
            self._context.go("orders", found.order)

    def _lay(self) -> None:
        head = across(self._title, self._since, None, *self._steps, self._last_step, spacing=10)
        counted = QWidget()
        column = QVBoxLayout(counted)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.comparing)
        column.addWidget(self.why, 1)
        for part in (self.open_card, self.blind, counted):
            self._aside.addWidget(part)
        lower = across(self.recount, self.report, self.commit, spacing=8)
        lower.setStretch(2, 1)
        side = QWidget()
        side.setFixedWidth(ASIDE_WIDE)
        right = QVBoxLayout(side)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(8)
        right.addWidget(self._aside, 1)
        right.addLayout(lower)
        columns = QHBoxLayout()
        columns.setSpacing(8)
        columns.addWidget(self.usd, 1)
        columns.addWidget(self.gyd, 1)
        columns.addWidget(side)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 10, 14, 12)
        whole.setSpacing(8)
        whole.addLayout(head)
        whole.addLayout(columns, 1)


def _tone(*, done: bool, here: bool) -> Tone:
    if done:
        return "ok"
    return "info" if here else "neutral"
