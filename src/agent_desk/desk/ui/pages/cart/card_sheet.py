"""The sheet of a payment by card or MMG: what the customer scans at the left, how it stands at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.pages.cart.card import CardButton, CardStep, CardView, Said
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import across
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.painting import box, painter_on
from agent_desk.desk.ui.parts.qr import SIDE, QrCode
from agent_desk.desk.ui.parts.sheet import Sheet
from agent_desk.desk.ui.parts.text import Mark, Rule, Text
from agent_desk.desk.ui.parts.timeline import Event, Timeline

if TYPE_CHECKING:
    from agent_desk.desk.ui.theme import Tone

SIZE = (880, 548)
_MIDDLE = Qt.AlignmentFlag.AlignHCenter
_KEYS = {
    Qt.Key.Key_Escape: "Esc",
    Qt.Key.Key_F5: "F5",
    Qt.Key.Key_F6: "F6",
    Qt.Key.Key_F7: "F7",
    Qt.Key.Key_F10: "F10",
    Qt.Key.Key_Return: "Enter",
    Qt.Key.Key_Enter: "Enter",
}
_NODES: dict[str, tuple[str, Tone]] = {
    "done": ("check", "ok"),
    "now": ("loader-circle", "info"),
    "doubt": ("circle-question-mark", "warn"),
    "failed": ("x", "danger"),
    "ahead": ("circle", "outline"),
}


def _ink(tone: Tone) -> str:
    return {"info": "accent", "neutral": "text_2", "plain": "text_2", "outline": "text_2"}.get(tone, tone)


class _Banner(QFrame):
    """What the agent has to know now, in two lines or three."""

    def __init__(self) -> None:
        super().__init__()
        self._tone: Tone = "info"
        self._mark = Mark("info", "accent", 22)
        self._what = Text("", "strong")
        self._more = Text("", "body", wraps=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._what)
        words.addWidget(self._more)
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 10, 14, 12)
        line.setSpacing(12)
        line.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)

    def put(self, said: Said) -> None:
        self._tone = said.tone
        self._mark.set_mark(said.icon, _ink(said.tone))
        self._what.setText(said.words)
        self._what.set_tone(_ink(said.tone) if said.tone not in {"info", "neutral"} else "text")
        self._more.setText(said.more)
        self.setAccessibleName(f"{said.words}. {said.more}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = worn().tone(self._tone)
        painter = painter_on(self)
        box(painter, QRectF(self.rect()), 8, colours.fill, colours.line)
        painter.end()


class CardSheet(Sheet):
    """Emits `acted(act)` for whatever its buttons and keys say; it never closes by itself."""

    acted = Signal(str)

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, SIZE, "Payment", keeps=True)
        self._view: CardView | None = None
        self._mark = Mark("wallet", "accent", 22)
        self._title = Text("", "title")
        self._chip = Chip("", "", "info", tall=28)
        self._number = Text("", "label", "text_2")
        self._usd = Text("", "money_xl", align=_MIDDLE)
        self._gyd = Text("", "label", "text_2", align=_MIDDLE)
        self.code = QrCode()
        self._under_mark = Mark("timer", "text_2", 16)
        self._under = Text("", "label")
        self._banner = _Banner()
        self._steps = Timeline()
        self._blocked = Text("", "label", "danger", wraps=True)
        self.left, self.middle = ActionButton("", height=44), ActionButton("", height=44)
        self.right = ActionButton("", "primary", height=44)
        self._lay()
        for button in (self.left, self.middle, self.right):
            button.clicked.connect(lambda _on=False, button=button: self._press(button))

    def put(self, view: CardView) -> None:
        """Shows how it stands; what was typed nowhere cannot be lost."""
        if view == self._view:
            return
        self._view = view
        self._chip.show_state(view.chip.words, view.chip.icon, view.chip.tone)
        self._mark.set_mark(view.title.icon, _ink(view.title.tone))
        self._title.setText(view.title.words)
        self._number.setText(view.number)
        self._usd.setText(view.usd)
        self._gyd.setText(view.gyd)
        veil = None if view.veil is None else (view.veil.icon, view.veil.words, view.veil.tone)
        self.code.put(view.url, veil)
        self._under_mark.set_mark(view.under.icon, _ink(view.under.tone))
        self._under.setText(view.under.words)
        self._under.set_tone(_ink(view.under.tone))
        self._banner.put(view.banner)
        self._steps.put([_event(step) for step in view.steps])
        self._blocked.setText(view.blocked)
        self._blocked.setVisible(bool(view.blocked))
        for button, said in ((self.left, view.left), (self.middle, view.middle), (self.right, view.right)):
            _dress(button, said)
        self.setAccessibleDescription(f"{view.usd}, {view.chip.words}. {view.banner.words}. {view.banner.more}")

    def open(self) -> None:
        super().open()
        self.right.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = None if self._view is None else self._view.act_of(_KEYS.get(Qt.Key(event.key()), ""))
        if act is not None and not event.isAutoRepeat():
            self.acted.emit(act)
        event.accept()

    def _press(self, button: ActionButton) -> None:
        view = self._view
        if view is None:
            return
        said = {self.left: view.left, self.middle: view.middle, self.right: view.right}[button]
        if said is not None:
            self.acted.emit(said.act)

    def _lay(self) -> None:
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        head = across(self._mark, self._title, self._chip, None, self._number)
        head.setContentsMargins(18, 10, 18, 10)
        head.setSpacing(12)
        code = QVBoxLayout()
        code.setContentsMargins(16, 14, 16, 10)
        code.setSpacing(4)
        code.addWidget(self._usd)
        code.addWidget(self._gyd)
        code.addSpacing(6)
        code.addWidget(self.code, 0, _MIDDLE)
        code.addLayout(across(None, self._under_mark, self._under, None, spacing=6))
        code.addStretch(1)
        at_left = QWidget()
        at_left.setFixedWidth(SIDE + 64)
        at_left.setLayout(code)
        state = QVBoxLayout()
        state.setContentsMargins(22, 16, 20, 12)
        state.setSpacing(14)
        state.addWidget(self._banner)
        state.addWidget(self._steps)
        state.addStretch(1)
        state.addWidget(self._blocked)
        middle = across(at_left, Rule(upright=True), spacing=0)
        middle.addLayout(state, 1)
        foot = across(self.left, None, self.middle, self.right, spacing=8)
        foot.setContentsMargins(18, 12, 18, 12)
        self.body.addLayout(head)
        self.body.addWidget(Rule())
        self.body.addLayout(middle, 1)
        self.body.addWidget(Rule())
        self.body.addLayout(foot)


def _event(step: CardStep) -> Event:
    icon, tone = _NODES[step.state]
    return Event(step.what, step.details, step.at, icon, tone)


def _dress(button: ActionButton, said: CardButton | None) -> None:
    button.setVisible(said is not None)
    if said is not None:
        button.set_words(said.words)
        button.set_icon(said.icon)
        button.set_key(said.key)
