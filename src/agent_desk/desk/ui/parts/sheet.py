"""A dialog over the window: a scrim, a frame, the focus kept inside."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.parts.painting import box, faded, painter_on

_SHADOW = 14
_INSET = 4  # inside the round corners


class _Frame(QFrame):
    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        box(painter, QRectF(self.rect()), 12, theme.surface, theme.border)
        painter.end()


class _Inside(QWidget):
    """The opaque ground of a sheet's content, so that typing in it never draws the page below again."""

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_on(self)
        painter.fillRect(event.rect(), QColor(worn().surface))
        painter.end()


class Sheet(QWidget):
    """Covers `over` with a scrim and shows a frame of `size` px in its middle; lay content into `body`.

    `Esc` closes it unless `keeps` (a payment that is not known yet). Focus goes back where it was. What lies below is
    kept as a picture while the sheet is open: typing in the sheet never draws the page again. One that `hides` shows
    nothing of it.
    """

    closed = Signal()

    def __init__(
        self, over: QWidget, size: tuple[int, int], says: str, *, keeps: bool = False, hides: bool = False
    ) -> None:
        super().__init__(over)
        self._over = over
        self._size = QSize(*size)
        self._keeps = keeps
        self._hides = hides
        self._focus_before: QWidget | None = None
        self._below: QPixmap | None = None
        self.setProperty("floats", True)
        self.setAccessibleName(says)
        self.frame = _Frame(self)
        self.frame.setAccessibleName(says)
        inside = _Inside()
        around = QVBoxLayout(self.frame)
        around.setContentsMargins(_INSET, _INSET, _INSET, _INSET)
        around.addWidget(inside)
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(14 - _INSET, 14 - _INSET, 14 - _INSET, 14 - _INSET)
        self.body.setSpacing(8)
        over.installEventFilter(self)
        self.hide()

    @property
    def keeps(self) -> bool:
        """Whether it stays, whatever is pressed."""
        return self._keeps

    def resize_frame(self, size: tuple[int, int]) -> None:
        """Gives the frame another size in px; it never grows over the window."""
        self._size = QSize(*size)
        self._place()

    def open(self) -> None:
        """Shows the sheet and takes the focus; returns at once."""
        if not self.isVisible():
            self._focus_before = QApplication.focusWidget()
            QCoreApplication.sendPostedEvents(
                None, QEvent.Type.LayoutRequest
            )  # what changed just now lies in its place
            self._keep_below(self._over.grab() if self._over.isVisible() and not self._hides else None)
        self.setGeometry(self._over.rect())
        self._place()
        self.show()
        self.raise_()

    def dismiss(self) -> None:
        """Closes the sheet."""
        if self.isVisible():
            self.hide()
            self._keep_below(None)
            if self._focus_before is not None and self._focus_before.isVisible():
                self._focus_before.setFocus()
            self._focus_before = None
            self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._keep_below(None)
            self.setGeometry(self._over.rect())
            self._place()
        return super().eventFilter(watched, event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        stops = [
            child
            for child in self.frame.findChildren(QWidget)
            if child.isVisible() and child.isEnabled() and child.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        if stops:
            focus = QApplication.focusWidget()
            at = stops.index(focus) if focus in stops else -1
            step = 1 if forward else -1
            reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
            stops[(at + step) % len(stops)].setFocus(reason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self._keeps:
            self.dismiss()
        event.accept()  # no key reaches the page below

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._keeps and not self.frame.geometry().contains(event.position().toPoint()):
            self.dismiss()
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = painter_on(self)
        if self._below is not None:
            painter.drawPixmap(0, 0, self._below)
        painter.fillRect(self.rect(), QColor(worn().bg) if self._hides else faded(worn().scrim, 0.47))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 5))
        around = QRectF(self.frame.geometry()).translated(0, 6)
        for step in range(1, _SHADOW + 1):
            painter.drawRoundedRect(around.adjusted(-step, -step, step, step), 12 + step, 12 + step)
        painter.end()

    def _keep_below(self, below: QPixmap | None) -> None:
        self._below = below
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, below is not None)

    def _place(self) -> None:
        size = self._size.boundedTo(QSize(self.width() - 32, self.height() - 32))
        self.frame.resize(size)
        self.frame.move((self.width() - size.width()) // 2, max((self.height() - size.height()) // 2 - 24, 16))
