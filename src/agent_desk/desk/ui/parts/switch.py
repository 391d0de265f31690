"""One of a few, or yes and no."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QRadioButton, QSizePolicy, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import font
from agent_desk.desk.ui.parts.painting import box, painter_on, put_icon, put_text, text_width


class _Segment(QRadioButton):
    def __init__(self, words: str, tall: int) -> None:
        super().__init__(words)
        self.setFont(font("label_strong" if tall < 44 else "wbody"))
        self.setFixedHeight(tall - 4)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(words)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(text_width(self.text(), self.font()) + 24, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(text_width(self.text(), self.font()) + 8, self.height())

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        area = QRectF(self.rect())
        if self.isChecked():
            box(painter, area, 5, theme.input, theme.border_strong)
        elif self.underMouse():
            box(painter, area, 5, theme.hover)
        if self.hasFocus():
            box(painter, area, 5, "", theme.focus, 2)
        ink = theme.text if self.isChecked() else theme.text_2
        put_text(painter, area, self.text(), self.font(), ink, align=Qt.AlignmentFlag.AlignHCenter)
        painter.end()


class Switch(QWidget):
    """Segments of which one is on; emits `chosen(key)` when a person chooses. 32 px high, 48 in the warehouse.

    With an empty `current` none is on: a question that is not answered yet.
    """

    chosen = Signal(str)

    def __init__(
        self,
        options: Sequence[tuple[str, str]],
        current: str = "",
        *,
        tall: int = 32,
        says: str = "",
        even: bool = False,
    ) -> None:
        super().__init__()
        self._keys: list[str] = []
        self._group = QButtonGroup(self)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(2, 2, 2, 2)
        self._line.setSpacing(0)
        self._even = even
        self._tall = tall
        self.setFixedHeight(tall)
        self.setAccessibleName(says)
        self.setSizePolicy(QSizePolicy.Policy.Expanding if even else QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._group.idClicked.connect(lambda at: self.chosen.emit(self._keys[at]))
        self.set_options(options, current)

    def set_options(self, options: Sequence[tuple[str, str]], current: str = "") -> None:
        """Shows other segments."""
        for button in self._group.buttons():
            self._group.removeButton(button)
            button.deleteLater()
        self._keys = [key for key, _words in options]
        for at, (_key, words) in enumerate(options):
            segment = _Segment(words, self._tall)
            self._group.addButton(segment, at)
            self._line.addWidget(segment, 1 if self._even else 0)
        self.put(current)

    def put(self, key: str) -> None:
        """Turns a segment on from code, without a signal."""
        if key in self._keys:
            self._group.button(self._keys.index(key)).setChecked(True)
        elif (on := self._group.checkedButton()) is not None:
            self._group.setExclusive(False)
            on.setChecked(False)
            self._group.setExclusive(True)
        self._stop_at_the_one_that_is_on()

    def _stop_at_the_one_that_is_on(self) -> None:
        """Qt lets Tab into the segment that a person chose last, also where another was put on since."""
        stop = self._group.checkedButton() or self._group.button(0)
        for segment in self._group.buttons():
            policy = Qt.FocusPolicy.StrongFocus if segment is stop else Qt.FocusPolicy.ClickFocus
            segment.setFocusPolicy(policy)

    def key(self) -> str:
        """The key that is on, empty for none."""
        at = self._group.checkedId()
        return self._keys[at] if at >= 0 else ""

    def step(self) -> None:
        """Chooses the next segment, as a key does."""
        at = (self._group.checkedId() + 1) % len(self._keys)
        self._group.button(at).setChecked(True)
        self.chosen.emit(self._keys[at])

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        box(painter, QRectF(self.rect()), 6, theme.sunken, theme.border)
        painter.end()


class Tick(QCheckBox):
    """A box to tick."""

    def __init__(self, words: str, *, checked: bool = False) -> None:
        super().__init__(words)
        self.setFont(font("body"))
        self.setChecked(checked)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setMinimumHeight(28)

    def sizeHint(self) -> QSize:
        return QSize(28 + text_width(self.text(), self.font()) + 4, 28)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        top = (self.height() - 18) / 2
        area = QRectF(1, top, 18, 18)
        if self.isChecked():
            box(painter, area, 4, theme.accent_fill)
            put_icon(painter, "check", theme.on_accent, QPointF(3, top + 2), 14)
        else:
            box(painter, area, 4, theme.hover if self.underMouse() else theme.input, theme.border_strong, 1.5)
        if self.hasFocus():
            box(painter, QRectF(self.rect()), 5, "", theme.focus, 2)
        put_text(painter, QRectF(26, 0, self.width() - 26, self.height()), self.text(), self.font(), theme.text)
        painter.end()


class Round(QRadioButton):
    """A round to choose one of several."""

    def __init__(self, words: str, *, checked: bool = False) -> None:
        super().__init__(words)
        self.setFont(font("body"))
        self.setChecked(checked)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setMinimumHeight(28)

    def sizeHint(self) -> QSize:
        return QSize(28 + text_width(self.text(), self.font()) + 4, 28)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        middle = QPointF(10, self.height() / 2)
        area = QRectF(middle.x() - 9, middle.y() - 9, 18, 18)
        on = self.isChecked()
        box(painter, area, 9, theme.input, theme.accent if on else theme.border_strong, 1.75)
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent))
            painter.drawEllipse(middle, 4.5, 4.5)
        if self.hasFocus():
            box(painter, QRectF(self.rect()), 5, "", theme.focus, 2)
        put_text(painter, QRectF(26, 0, self.width() - 26, self.height()), self.text(), self.font(), theme.text)
        painter.end()
