"""The Measure page: the queue, the weight and the sides, what it costs, the room left; one button bottom right."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.desk.ui.keys import caption, key_for
from agent_desk.desk.ui.pages.measure.comparing import CompareCard
from agent_desk.desk.ui.pages.measure.queue import QueueCard
from agent_desk.desk.ui.pages.measure.room import WIDE, DangerCard, RoomCard
from agent_desk.desk.ui.pages.measure.scale import SidesCard, WeightCard
from agent_desk.desk.ui.pages.measure.state import (
    PARTS,
    Part,
    billed,
    compare,
    next_part,
    record_words,
    room_left,
    services,
    verdict,
)
from agent_desk.desk.ui.pages.measure.working import MeasureWork, Told
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import across
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.notices import Notice
from agent_desk.desk.ui.parts.switch import Switch
from agent_desk.desk.ui.parts.text import Text
from agent_desk.domain.formats import percent_text
from agent_desk.domain.rights import Series
from agent_desk.domain.times import age_text

if TYPE_CHECKING:
    from agent_desk.desk.ui.context import PageContext
    from agent_desk.desk.usecases.ports import Changes

SHORT_BELOW = 640
"""Of the page, in px: the window is below 740."""
PREVIEW_AFTER_MS = 60
_MODES = {"air_express": "plane", "air_economy": "plane", "ocean": "ship"}


class MeasurePage(QWidget):
    """One piece at a time: scan, weight, sides, question, Enter."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self.setAccessibleName("Measure")
        self.work = MeasureWork(context.cases, self._tell, self._show)
        self._number = Text("Measure", "code_title")
        self._piece = Text("", "wbody", "text_2")
        self._route = Chip("", "plane", "outline", tall=28)
        self._customer = Chip("", "user", "outline", tall=28)
        self.units = Switch((("lb", "lb, in"), ("kg", "kg, cm")), "lb", tall=48, says="Units")
        self.queue = QueueCard()
        self.weight = WeightCard()
        self.sides = SidesCard()
        self.comparing = CompareCard()
        self.room = RoomCard()
        self.danger = DangerCard()
        self.damaged = ActionButton("Damaged", key=caption("measure", "damaged"), icon="package-x", height=64)
        self.record = ActionButton(
            "Scan or type a piece first",
            "primary",
            key=caption("measure", "record"),
            icon="check",
            height=64,
            stretch_key=True,
        )
        self._rest = QTimer(self, singleShot=True, interval=PREVIEW_AFTER_MS)
        self._lay()
        self._connect()

    def as_widget(self) -> QWidget:
        return self

    def opened(self, at: UUID | None) -> None:
        """The page came to the front; the cursor is where a piece is scanned, or where its weight is typed."""
        self._context.start(self._open(at))

    def changed(self, changes: Changes) -> None:
        """Something was committed or pulled; the page queries again if it shows it."""
        if changes.touches("shipment", "rate_card", "trade_rules"):
            self._context.start(self.work.load())

    def scanned(self, code: str) -> bool:
        """A piece or a waybill comes onto the scale."""
        if not code.strip().upper().startswith(Series.SHIPMENT):
            return False
        self._context.start(self._find(code))
        return True

    def press_record(self) -> None:
        """Records; where something is missing, goes there instead."""
        if self.work.missing:
            self._go_on()
        else:
            self._context.start(self._record())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        asked = self.danger.switch.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        yes, no = key_for("measure", "yes").is_in(event), key_for("measure", "no").is_in(event)
        if key_for("measure", "record").is_in(event):
            self.press_record()
        elif asked and (yes or no):
            self._answer(yes)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.weight.set_short(self.height() < SHORT_BELOW)

    def _show(self) -> None:
        """Shows what is on the scale now."""
        work = self.work
        piece, entered, rules = work.piece, work.entered, work.rules
        self._show_head()
        oldest = ""
        if work.queue.pieces:
            booked = min(one.shipment.booked_at for one in work.queue.pieces)
            oldest = age_text(self._context.now() - booked)
        self.queue.put(work.queue, piece, oldest)
        self.weight.put(entered)
        self.sides.put(entered)
        self.danger.put(entered.dangerous)
        self.units.put("kg" if entered.metric else "lb")
        self.damaged.set_words("Damaged, noted" if entered.damaged else "Damaged")
        self.damaged.set_kind("danger" if entered.damaged else "secondary")
        self.record.set_words(record_words(entered, piece, work.before))
        if piece is not None and rules is not None:
            tolerance = f"Tolerance {percent_text(rules.tolerance_percent)}"
            self.comparing.put(compare(piece, entered, rules), billed(entered, rules), tolerance)
            self.comparing.put_verdict(verdict(piece.shipment, work.before, rules))
            self.room.put(room_left(piece, entered), services(entered, rules))
        else:
            self.comparing.clear()
            self.room.put((), ())

    def _show_head(self) -> None:
        piece, rules = self.work.piece, self.work.rules
        self._number.setText("Measure" if piece is None else piece.shipment.number)
        self._piece.setVisible(piece is not None)
        self._route.setVisible(piece is not None)
        self._customer.setVisible(piece is not None)
        if piece is None or rules is None:
            return
        shipment = piece.shipment
        again = ", measured before" if piece.piece.measured is not None else ""
        self._piece.setText(f"piece {piece.piece.number} of {len(shipment.pieces)}{again}")
        route = f"{shipment.offer.label}, {rules.origin} to {rules.destination}"
        self._route.show_state(route, _MODES.get(shipment.service, "package"), "outline")
        self._customer.show_state(shipment.customer_name[:32] or "Walk-in", "user", "outline")

    async def _open(self, at: UUID | None) -> None:
        await self.work.load()
        wanted = next((one for one in self.work.queue.pieces if one.shipment.id == at), None)
        if wanted is not None:
            await self.work.choose(wanted.code)
        # who is already typing the weight keeps the cursor there
        if not (self.weight.entry.hasFocus() and self.weight.entry.text()):
            self._go_on()

    async def _find(self, code: str) -> None:
        if await self.work.find(code):
            self.queue.entry.put("")
            self._go_on()

    async def _record(self) -> None:
        self.record.set_busy("Saving")
        try:
            if await self.work.record():
                self._go_on()
        finally:
            self.record.set_busy("")

    def _go_on(self) -> None:
        """The cursor goes to what is still missing."""
        reason = Qt.FocusReason.ShortcutFocusReason
        if self.work.piece is None:
            self.queue.entry.setFocus(reason)
            return
        part = next_part(self.work.entered)
        if part is None:
            if self.work.entered.dangerous is None:
                self.danger.focus_first()
            else:
                self.record.setFocus(reason)
            return
        entry = self.weight.entry if part == "weight" else self.sides.fields[part].entry
        entry.setFocus(reason)
        entry.selectAll()

    def _typed(self, part: str, text: str) -> None:
        self.work.type(cast("Part", part), text)
        self._rest.start()

    def _entered(self, part: str) -> None:
        """Enter in a field: the one after it, and once all is there, the record."""
        after = PARTS[PARTS.index(cast("Part", part)) + 1 :]
        waiting = [one for one in after if not self.work.entered.text_of(one).strip()]
        if waiting and part in PARTS:
            self.sides.fields[waiting[0]].entry.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.press_record()

    def _settle(self, part: str) -> None:
        """A field was left: a unit typed into it becomes its own."""
        before = self.work.entered
        self.work.edit(before.settled(cast("Part", part)))
        if self.work.entered != before:
            self._rest.start()

    def _answer(self, dangerous: bool) -> None:
        self.work.edit(replace(self.work.entered, dangerous=dangerous))
        self._rest.start()

    def _damage(self) -> None:
        self.work.edit(replace(self.work.entered, damaged=not self.work.entered.damaged))
        self._rest.start()

    def _tell(self, what: str, details: str, told: Told) -> None:
        self._context.notify(Notice(what, details, told))

    def _start(self, doing: Coroutine[Any, Any, Any]) -> None:
        self._context.start(doing)

    def _connect(self) -> None:
        work = self.work
        self._rest.timeout.connect(lambda: self._start(work.preview()))
        self.queue.entered.connect(lambda code: self._start(self._find(code)))
        self.queue.picked.connect(lambda code: self._start(self._find(code)))
        self.weight.typed.connect(lambda text: self._typed("weight", text))
        self.weight.entered.connect(lambda: self._entered("weight"))
        self.weight.settled.connect(lambda: self._settle("weight"))
        self.sides.settled.connect(self._settle)
        self.sides.typed.connect(self._typed)
        self.sides.entered.connect(self._entered)
        self.danger.answered.connect(self._answer)
        self.units.chosen.connect(lambda key: work.edit(replace(work.entered, metric=key == "kg")))
        self.damaged.clicked.connect(self._damage)
        self.record.clicked.connect(self.press_record)
        self._context.keys.bind("measure", "damaged", self._damage)
        self._context.keys.take("measure", "record", "yes", "no")

    def _lay(self) -> None:
        head = across(self._number, self._piece, self._route, self._customer, None, self.units, spacing=12)
        middle = QVBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self.weight, 1)
        middle.addWidget(self.sides)
        middle.addWidget(self.comparing)
        side = QWidget()
        side.setFixedWidth(WIDE)
        right = QVBoxLayout(side)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(8)
        right.addWidget(self.room, 1)
        right.addWidget(self.danger)
        columns = QHBoxLayout()
        columns.setSpacing(8)
        columns.addWidget(self.queue)
        columns.addLayout(middle, 1)
        columns.addWidget(side)
        lower = across(self.damaged, self.record, spacing=10)
        lower.setStretch(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 10, 14, 12)
        whole.setSpacing(8)
        whole.addLayout(head)
        whole.addLayout(columns, 1)
        whole.addLayout(lower)
