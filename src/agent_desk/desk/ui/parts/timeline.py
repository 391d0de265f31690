"""What happened, newest or first on top: a node, a line, a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import font
from agent_desk.desk.ui.parts.painting import box, painter_on, put_icon, put_text, text_width
from agent_desk.desk.ui.theme import Tone

ROW = 35


@dataclass(frozen=True, slots=True)
class Event:
    """One event: what, its details, when as words, icon and tone."""

    what: str
    details: str
    at: str
    icon: str
    tone: Tone = "neutral"


class Timeline(QWidget):
    """Events with their nodes on one line; those that do not fit are left out from the end by `at_most`."""

    def __init__(self, events: Sequence[Event] = ()) -> None:
        super().__init__()
        self._events: tuple[Event, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.put(events)

    def put(self, events: Sequence[Event], at_most: int | None = None) -> None:
        """Shows these events, the first `at_most` of them."""
        self._events = tuple(events)[:at_most]
        self.setFixedHeight(max(len(self._events) * ROW, 1))
        self.setAccessibleName(". ".join(f"{event.at}: {event.what}, {event.details}" for event in self._events))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, len(self._events) * ROW)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = painter_on(self)
        painter.setPen(QPen(QColor(worn().border), 2))
        if len(self._events) > 1:
            painter.drawLine(QPointF(12, 12), QPointF(12, (len(self._events) - 1) * ROW + 12))
        for at, event in enumerate(self._events):
            self._draw(painter, event, at * ROW)
        painter.end()

    def _draw(self, painter: QPainter, event: Event, top: float) -> None:
        theme = worn()
        colours = theme.tone(event.tone)
        box(painter, QRectF(1, top + 1, 22, 22), 11, colours.fill or theme.surface, colours.line or theme.border)
        put_icon(painter, event.icon, colours.ink, QPointF(5, top + 5), 14)
        at_width = text_width(event.at, font("caption"))
        room = self.width() - 32 - at_width - 8
        to_right = Qt.AlignmentFlag.AlignRight
        put_text(painter, QRectF(32, top, room, 17), event.what, font("label_strong"), theme.text)
        put_text(painter, QRectF(32, top + 16, self.width() - 32, 15), event.details, font("caption"), theme.text_2)
        put_text(painter, QRectF(0, top, self.width(), 17), event.at, font("caption"), theme.text_2, align=to_right)
