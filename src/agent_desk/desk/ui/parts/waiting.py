"""What stands where there is nothing yet."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.painting import box, painter_on
from agent_desk.desk.ui.parts.text import Mark, Text

AFTER_MS = 150


class Skeleton(QWidget):
    """Grey bars in the shape of rows, drawn only once 150 ms have passed with nothing to show."""

    def __init__(self, rows: int = 3, row_height: int = 44) -> None:
        super().__init__()
        self._rows = rows
        self._row_height = row_height
        self._late = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._late.timeout.connect(self.update)
        self.setFixedHeight(rows * row_height)
        self.setAccessibleName("Loading")

    def sizeHint(self) -> QSize:
        return QSize(240, self._rows * self._row_height)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._late.start()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._late.isActive():
            return
        fill = worn().sunken
        painter = painter_on(self)
        wide = self.width()
        for row in range(self._rows):
            top = row * self._row_height
            box(painter, QRectF(0, top, 36, 36), 6, fill)
            box(painter, QRectF(46, top + 3, wide * (0.48 if row % 2 == 0 else 0.4), 10), 5, fill)
            box(painter, QRectF(46, top + 23, wide * (0.34 if row % 2 == 0 else 0.45), 8), 4, fill)
            box(painter, QRectF(wide - 44, top + 13, 44, 10), 5, fill)
        painter.end()


class EmptyState(QWidget):
    """An icon, one sentence, one action with its key; emits `acted()`."""

    acted = Signal()

    def __init__(self, icon: str, what: str, sentence: str, action: str = "", *, cap: str = "", mark: str = "") -> None:
        super().__init__()
        self._what = Text(what, "strong", align=Qt.AlignmentFlag.AlignHCenter)
        self._sentence = Text(sentence, "caption", "text_2", wraps=True, align=Qt.AlignmentFlag.AlignHCenter)
        self._button = ActionButton(action, "tonal", key=cap, icon=mark, height=32)
        self._button.clicked.connect(self.acted)
        if not action:
            self._button.hide()  # showing it before it has a parent would flash it as a window
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(6)
        column.addStretch(1)
        middle = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(Mark(icon, "text_2", 36), 0, middle)
        column.addWidget(self._what)
        column.addWidget(self._sentence)
        column.addWidget(self._button, 0, middle)
        column.addStretch(1)
        self.setAccessibleName(f"{what}. {sentence}")

    def put(self, what: str, sentence: str, action: str = "") -> None:
        """Says something else, as when filters hide everything."""
        self._what.setText(what)
        self._sentence.setText(sentence)
        self._button.set_words(action)
        self._button.setVisible(bool(action))
        self.setAccessibleName(f"{what}. {sentence}")
