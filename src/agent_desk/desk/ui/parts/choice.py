"""A choice from a list, in a labelled field."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QStyledItemDelegate, QVBoxLayout, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import font
from agent_desk.desk.ui.parts.painting import box, painter_on, put_icon, put_text
from agent_desk.desk.ui.parts.text import Text, plain_tip


class ChoiceBox(QComboBox):
    """The bare box of a choice; `Alt Down` opens it."""

    def __init__(self, says: str, height: int = 32) -> None:
        super().__init__()
        self.setFont(font("body"))
        self.setFixedHeight(height)
        self.setAccessibleName(says)
        self.setAccessibleDescription(says)  # some systems read the chosen words as the name
        self.setItemDelegate(QStyledItemDelegate(self))  # the default one ignores the height of the style sheet
        self.setMinimumContentsLength(4)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        area = QRectF(self.rect())
        if self.isEnabled():
            focused = self.hasFocus()
            edge = theme.focus if focused else theme.border_strong
            box(painter, area, 6, theme.input, edge, 2 if focused else 1)
        else:
            box(painter, area, 6, theme.sunken, theme.border)
        ink = theme.text if self.isEnabled() else theme.text_2
        put_text(painter, area.adjusted(10, 0, -26, 0), self.currentText(), self.font(), ink)
        put_icon(painter, "chevron-down", theme.text_2, QPointF(self.width() - 23, (self.height() - 16) / 2), 16)
        painter.end()


class Choice(QWidget):
    """A labelled choice of (key, words) pairs; emits `chosen(key)` when a person chooses."""

    chosen = Signal(str)

    def __init__(
        self, label: str, options: Sequence[tuple[str, str]] = (), current: str = "", height: int = 32
    ) -> None:
        super().__init__()
        self.label = Text(label, "label", "text_2")
        if not label:
            self.label.hide()  # showing it before it has a parent would flash it as a window
        self.box = ChoiceBox(label, height)
        self.label.setBuddy(self.box)
        self.setFocusProxy(self.box)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.label)
        column.addWidget(self.box)
        self.set_options(options, current)
        self.box.activated.connect(lambda at: self.chosen.emit(self.box.itemData(at)))

    def set_options(self, options: Sequence[tuple[str, str]], current: str = "") -> None:
        """Shows other options; `current` is the key that is chosen, none where it is unknown."""
        self.box.clear()
        for key, words in options:
            self.box.addItem(words, key)
        self.put(current)

    def put(self, key: str) -> None:
        """Chooses from code, without a signal."""
        self.box.setCurrentIndex(self.box.findData(key))
        self.box.setToolTip(plain_tip(self.box.currentText()))

    def key(self) -> str:
        """The chosen key, empty for none."""
        data = self.box.currentData()
        return data if isinstance(data, str) else ""
