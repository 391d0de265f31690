"""What changes what you may do, said at the top of the page."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.painting import box, painter_on
from agent_desk.desk.ui.parts.text import Mark, Text
from agent_desk.desk.ui.theme import Tone


@dataclass(frozen=True, slots=True)
class BannerSpec:
    """A banner as a value: `key` comes back with a press; `aside` is said at the right, as `Next try in 0:41`."""

    key: str
    what: str
    sentence: str
    icon: str
    tone: Tone = "warn"
    aside: str = ""
    action: str = ""
    cap: str = ""


class Banner(QFrame):
    """One banner; emits `acted(key)`."""

    acted = Signal(str)

    def __init__(self, spec: BannerSpec) -> None:
        super().__init__()
        self._spec = spec
        self.setFixedHeight(42)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._mark = Mark(spec.icon, "text", 20)
        self._what = Text("", "strong")
        self._sentence = Text("", "body", elides=True)
        self._aside = Text("", "label", "text_2")
        self._button = ActionButton(spec.action, key=spec.cap, icon="refresh-cw" if spec.cap == "F5" else "", height=32)
        self._button.clicked.connect(lambda: self.acted.emit(self._spec.key))
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 0, 10, 0)
        line.setSpacing(10)
        line.addWidget(self._mark)
        line.addWidget(self._what)
        line.addWidget(self._sentence, 1)
        line.addWidget(self._aside)
        line.addWidget(self._button)
        self.put(spec)

    def put(self, spec: BannerSpec) -> None:
        """Says something else."""
        self._spec = spec
        self._mark.set_mark(spec.icon, _ink_role(spec.tone))
        self._what.setText(spec.what)
        self._what.set_tone(_ink_role(spec.tone))
        self._sentence.setText(spec.sentence)
        self._aside.setText(spec.aside)
        self._aside.setVisible(bool(spec.aside))
        self._button.set_words(spec.action)
        self._button.setVisible(bool(spec.action))
        self.setAccessibleName(f"{spec.what}. {spec.sentence}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = worn().tone(self._spec.tone)
        painter = painter_on(self)
        box(painter, QRectF(self.rect()), 8, colours.fill, colours.line)
        painter.end()


def _ink_role(tone: Tone) -> str:
    return {"info": "accent", "neutral": "text_2", "plain": "text_2", "outline": "text_2"}.get(tone, tone)
