"""How long a price lock still holds."""

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import FontRole
from agent_desk.desk.ui.parts.painting import painter_on, put_icon
from agent_desk.desk.ui.parts.text import Text
from agent_desk.domain.times import countdown_text

LOW = timedelta(minutes=3)
_ANNOUNCED = (timedelta(minutes=3), timedelta(minutes=1), timedelta(0))


class LockRing(QWidget):
    """A ring that empties around a lock; `share` is what is left, 0 to 1. Amber when low."""

    def __init__(self, share: float = 1.0, size: int = 42) -> None:
        super().__init__()
        self._share = share
        self._low = False
        self._open = False
        self.setFixedSize(size, size)
        self.setAccessibleName("Price lock")

    def put(self, share: float, *, low: bool = False, locked: bool = True) -> None:
        """Shows what is left; not `locked` shows an open lock and an empty ring."""
        self._share = min(max(share, 0.0), 1.0) if locked else 0.0
        self._low = low
        self._open = not locked
        self.setAccessibleName("Prices locked" if locked else "Prices not locked")
        self.update()

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        ink = theme.text_3 if self._open else theme.warn if self._low else theme.accent
        painter = painter_on(self)
        ring = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        painter.setPen(QPen(QColor(theme.sunken), 4))
        painter.drawEllipse(ring)
        painter.setPen(QPen(QColor(ink), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        if self._share > 0:
            painter.drawArc(ring, 90 * 16, -round(360 * 16 * self._share))
        corner = QPointF((self.width() - 18) / 2, (self.height() - 18) / 2)
        put_icon(painter, "lock-open" if self._open else "lock", ink, corner, 18)
        painter.end()


class Countdown(Text):
    """Counts down to an instant of a monotonic clock, once a second.

    Emits `low` once under three minutes and `ended` once at zero; both, and one minute, are announced to readers.
    `clock` gives seconds and never goes back.
    """

    low = Signal()
    ended = Signal()
    ticked = Signal(float)

    def __init__(self, clock: Callable[[], float], role: FontRole = "money_l") -> None:
        super().__init__("", role, align=Qt.AlignmentFlag.AlignRight)
        self._clock = clock
        self._until: float | None = None
        self._last = timedelta.max
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self.tick)

    def start(self, until: float) -> None:
        """Counts down to `until`, in seconds of the clock."""
        self._until = until
        self._last = timedelta.max
        self._timer.start()
        self.tick()

    def stop(self) -> None:
        """Ends the count and shows nothing."""
        self._until = None
        self._timer.stop()
        self.setText("")

    def left(self) -> timedelta:
        """What is left, zero where nothing is counted."""
        return timedelta(seconds=max((self._until or 0.0) - self._clock(), 0.0))

    def tick(self) -> None:
        """Shows what is left now."""
        if self._until is None:
            return
        left, before = self.left(), self._last
        self._last = left
        self.setText(countdown_text(left))
        self.set_tone("warn" if left < LOW else "text")
        self.ticked.emit(left.total_seconds())
        if any(left <= at < before for at in _ANNOUNCED):
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        if left < LOW <= before:
            self.low.emit()
        if left <= timedelta(0) < before:
            self._timer.stop()
            self.ended.emit()
