"""How much room is left, never told by colour alone."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import FontRole
from agent_desk.desk.ui.parts.painting import box, hatch, painter_on
from agent_desk.desk.ui.parts.text import Text

_SCALE = 1000
_LIMIT_AT = 5 / 6  # a sixth of the track is for what lies over the limit


class Meter(QProgressBar):
    """A track with a tick at the limit; what lies over it is hatched.

    `share` is value by limit: 1.0 is just at the limit.
    """

    def __init__(self, share: float = 0.0, says: str = "") -> None:
        super().__init__()
        self.setTextVisible(False)
        self.setRange(0, _SCALE)
        self.setFixedHeight(14)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._share = 0.0
        self.put(share, says)

    def put(self, share: float, says: str = "") -> None:
        """Shows another share; `says` is the phrase for readers, as `Length, 6 inches over`."""
        self._share = max(share, 0.0)
        self.setValue(min(round(self._share * _SCALE), _SCALE))
        self.setAccessibleName(says)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(80, 14)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 14)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        track = QRectF(0, (self.height() - 8) / 2, self.width(), 8)
        limit = track.width() * _LIMIT_AT
        filled = min(self._share * limit, track.width())
        path = QPainterPath()
        path.addRoundedRect(track, 4, 4)
        box(painter, track, 4, theme.sunken)
        painter.save()
        painter.setClipPath(path)
        fill = theme.accent_fill if theme.name == "light" else theme.accent
        painter.fillRect(QRectF(0, track.top(), min(filled, limit), 8), QColor(fill))
        if filled > limit:
            over = QRectF(limit, track.top(), max(filled - limit, 10), 8)
            painter.fillRect(over, QColor(theme.danger_soft))
            hatch(painter, over, theme.danger)
        painter.restore()
        painter.fillRect(QRectF(limit - 1, track.top() - 3, 2, 14), QColor(theme.text))
        painter.end()


class MeterRow(QWidget):
    """Label, meter and what is left in words: `Length`, the track, `6 in over`."""

    def __init__(
        self,
        label: str,
        share: float = 0.0,
        words: str = "",
        *,
        role: FontRole = "label",
        label_width: int = 60,
        words_width: int = 78,
    ) -> None:
        super().__init__()
        self._label = Text(label, role, "text_2")
        self._label.setFixedWidth(label_width)
        self._meter = Meter()
        self._words = Text("", role, "text_2", align=Qt.AlignmentFlag.AlignRight)
        self._words.setFixedWidth(words_width)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self._label)
        line.addWidget(self._meter, 1)
        line.addWidget(self._words)
        self.put(share, words)

    def put(self, share: float, words: str) -> None:
        """Shows another value; `words` says what is left or over."""
        over = share > 1.0
        self._meter.put(share, f"{self._label.words()}, {words}")
        self._words.setText(words)
        self._words.set_tone("danger" if over else "text_2")
        self._words.set_role("label_strong" if over else "label")
