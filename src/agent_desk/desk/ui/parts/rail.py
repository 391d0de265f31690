"""The left rail: the pages one may open."""

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QVBoxLayout

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import font
from agent_desk.desk.ui.parts.painting import box, painter_on, put_icon, put_text, text_width
from agent_desk.desk.ui.theme import Theme

BadgeKind = Literal["lines", "waiting", "refused"]

WIDE, NARROW = 80, 56
_SAYS: dict[BadgeKind, str] = {"lines": "lines", "waiting": "waiting for you", "refused": "refused"}


class RailItem(QAbstractButton):
    """A page of the rail with its Ctrl digit and a numbered badge; what is no page may have a key beside its name."""

    def __init__(self, title: str, icon: str, digit: str, cap: str = "") -> None:
        super().__init__()
        self._icon = icon
        self._words = f"{title}  {cap}" if cap else title
        self._cap = cap
        self._digit = digit
        self._kind: BadgeKind = "lines"
        self._number = 0
        self._narrow = False
        self.setText(title)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(58)
        self._name()

    def set_badge(self, kind: BadgeKind, number: int) -> None:
        """Shows a number; zero takes the badge off."""
        self._kind = kind
        self._number = number
        self._name()
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self.setToolTip(self.text() if narrow else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(64, 58)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        area = QRectF(self.rect())
        if self.isChecked():
            box(painter, area, 6, theme.rail_sel)
        elif self.underMouse():
            box(painter, area, 6, "", theme.rail_sel)
        if self.hasFocus():
            box(painter, area, 6, "", theme.rail_on, 2)
        ink = theme.rail_on if self.isChecked() else theme.rail_text
        middle = area.center().x()
        if self._digit:
            put_text(painter, QRectF(5, 4, 14, 14), self._digit, font("caption_strong"), ink)
        put_icon(painter, self._icon, ink, QPointF(middle - 11, 18 if self._narrow else 8), 22)
        if not self._narrow:
            role = font("label_strong" if self.isChecked() else "label")
            words = QRectF(0, 34, area.width(), 18)
            put_text(painter, words, self._words, role, ink, align=Qt.AlignmentFlag.AlignHCenter)
        if self._number:
            self._draw_badge(painter, theme)
        painter.end()

    def _draw_badge(self, painter: QPainter, theme: Theme) -> None:
        fill, ink = {
            "lines": (theme.accent_fill, theme.on_accent),
            "waiting": (theme.brand, theme.on_brand),
            "refused": (theme.danger_fill, theme.on_danger),
        }[self._kind]
        words = str(self._number) if self._number < 100 else "99+"
        wide = max(text_width(words, font("caption_strong")) + 10, 18)
        area = QRectF(self.width() - wide - 5, 3, wide, 18)
        box(painter, area, 9, fill)
        put_text(painter, area, words, font("caption_strong"), ink, align=Qt.AlignmentFlag.AlignHCenter)

    def _name(self) -> None:
        badge = f", {self._number} {_SAYS[self._kind]}" if self._number else ""
        key = f", key {self._cap}" if self._cap else ""
        self.setAccessibleName(f"{self.text()}{key}{badge}")


class Rail(QFrame):
    """The pages in their order, at the foot the lock with its key; emits `chosen(key)` and `lock_asked()`."""

    chosen = Signal(str)
    lock_asked = Signal()

    def __init__(self, lock_cap: str = "F11") -> None:
        super().__init__()
        self._items: dict[str, RailItem] = {}
        self._group = QButtonGroup(self)
        self.setFixedWidth(WIDE)
        self.setAccessibleName("Pages")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 60, 8, 10)
        self._column.setSpacing(4)
        self._column.addStretch(1)
        self._lock = RailItem("Lock", "lock", "", lock_cap)
        self._lock.setCheckable(False)
        self._lock.clicked.connect(self.lock_asked)
        self._column.addWidget(self._lock)

    def add(self, key: str, title: str, icon: str) -> int:
        """Adds a page at the end; its digit, from 1."""
        digit = len(self._items) + 1
        item = RailItem(title, icon, str(digit) if digit < 10 else "")
        item.clicked.connect(lambda: self.chosen.emit(key))
        self._items[key] = item
        self._group.addButton(item)
        self._column.insertWidget(digit - 1, item)
        return digit

    def put(self, key: str) -> None:
        """Marks the current page."""
        self._items[key].setChecked(True)
        self.update()

    def set_badge(self, key: str, kind: BadgeKind, number: int) -> None:
        """Shows a number on a page; zero takes it off."""
        self._items[key].set_badge(kind, number)

    def set_narrow(self, narrow: bool) -> None:
        """Icons only, 56 px."""
        self.setFixedWidth(NARROW if narrow else WIDE)
        for item in (*self._items.values(), self._lock):
            item.set_narrow(narrow)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        painter.fillRect(self.rect(), QColor(theme.rail_bg))
        left = self.width() / 2 - 13
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.brand))
        head = [QPointF(left, 13), QPointF(left + 28, 27), QPointF(left, 41), QPointF(left + 6, 27)]
        painter.drawPolygon(QPolygonF(head))
        painter.setPen(QPen(QColor(theme.rail_on), 2))
        painter.drawLine(QPointF(left, 45), QPointF(left + 29, 45))
        for item in self._items.values():
            if item.isChecked():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(theme.brand))
                painter.drawRoundedRect(QRectF(-4, item.y() + 14, 8, 30), 4, 4)
        painter.end()
