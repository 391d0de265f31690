"""The surfaces things lie on."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.parts.painting import box, painter_on
from agent_desk.desk.ui.theme import Tone


class Card(QFrame):
    """A white card with a painted edge and an upright layout `body`.

    `margins` are left, top, right, bottom in px. `edge` names a colour role drawn 2 px wide (a stable scale, a
    selected card) instead of the quiet edge.
    """

    def __init__(
        self, margins: tuple[int, int, int, int] = (12, 12, 12, 12), spacing: int = 8, *, name: str = ""
    ) -> None:
        super().__init__()
        self._edge = ""
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(*margins)
        self.body.setSpacing(spacing)
        self.setAccessibleName(name)

    def set_edge(self, role: str) -> None:
        """Marks the card with a 2 px edge of that colour role; an empty role takes the mark off."""
        self._edge = role
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        edge = theme.role(self._edge) if self._edge else theme.border
        box(painter, QRectF(self.rect()), 8, theme.surface, edge, 2 if self._edge else 1)
        painter.end()


class Panel(QFrame):
    """A tinted box inside a card; a tone gives fill and edge, `bar` a 4 px side bar, `dashed` a broken edge."""

    def __init__(
        self,
        tone: Tone = "neutral",
        margins: tuple[int, int, int, int] = (12, 8, 12, 8),
        spacing: int = 8,
        *,
        across: bool = False,
        bar: bool = False,
        dashed: bool = False,
        radius: int = 6,
    ) -> None:
        super().__init__()
        self._tone: Tone = tone
        self._bar = bar
        self._dashed = dashed
        self._radius = radius
        self.body: QBoxLayout = QHBoxLayout(self) if across else QVBoxLayout(self)
        self.body.setContentsMargins(*margins)
        self.body.setSpacing(spacing)

    def set_tone(self, tone: Tone) -> None:
        self._tone = tone
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = worn().tone(self._tone)
        painter = painter_on(self)
        area = QRectF(self.rect())
        box(painter, area, self._radius, colours.fill, "" if self._dashed else colours.line)
        if self._dashed:
            painter.setPen(QPen(QColor(colours.ink), 1, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), self._radius, self._radius)
        if self._bar:
            path = QPainterPath()
            path.addRoundedRect(area, self._radius, self._radius)
            painter.setClipPath(path)
            painter.fillRect(QRectF(0, 0, 4, area.height()), QColor(colours.ink))
        painter.end()


def across(*children: QWidget | int | None, spacing: int = 8) -> QHBoxLayout:
    """A line of widgets; a number is a gap in px, None is the stretch."""
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(spacing)
    for child in children:
        if child is None:
            line.addStretch(1)
        elif isinstance(child, int):
            line.addSpacing(child)
        else:
            line.addWidget(child)
    return line
