"""Suggestions under a field while one types: the focus stays in the field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import font
from agent_desk.desk.ui.parts.card import Card
from agent_desk.desk.ui.parts.painting import box, put_icon, put_text

ROW = 40
MOST_ROWS = 7
AnyIndex = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line to take: `key` comes back when it is picked."""

    key: str
    title: str
    detail: str
    icon: str


class SuggestionModel(QAbstractListModel):
    """The suggestions, best first."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[Suggestion, ...] = ()

    def put(self, rows: Sequence[Suggestion]) -> None:
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return f"{row.title}, {row.detail}" if row.detail else row.title
        return row if role == Qt.ItemDataRole.UserRole else None


class _SuggestionDelegate(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        theme, row = worn(), index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            box(painter, area, 6, theme.accent_soft, theme.accent, 1.5)
        put_icon(painter, row.icon, theme.text_2, QPointF(area.left() + 8, area.center().y() - 9), 18)
        words = area.adjusted(34, 4, -8, -4)
        upper = QRectF(words.left(), words.top(), words.width(), 17)
        put_text(painter, upper if row.detail else words, row.title, font("strong"), theme.text)
        lower = QRectF(words.left(), words.top() + 17, words.width(), 15)
        put_text(painter, lower, row.detail, font("caption"), theme.text_2)
        painter.restore()


class Finder(Card):
    """A list under a field; `picked(key)` when one is taken by Enter or a press.

    It lies over the page, never takes the focus, and closes by itself when the field loses it.
    """

    picked = Signal(str)

    def __init__(self, field: QLineEdit, over: QWidget, says: str) -> None:
        super().__init__((4, 4, 4, 4), 0, name=says)
        self._over = over
        self.setParent(over)
        self.setProperty("floats", True)
        self.hide()
        self._field = field
        self._answers = ""
        self._takes_next = False
        self._model = SuggestionModel()
        self._list = QListView()
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setModel(self._model)
        self._list.setItemDelegate(_SuggestionDelegate(self._list))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setAccessibleName(says)
        self._list.clicked.connect(self._pick)
        self.body.addWidget(self._list)
        self.set_edge("border_strong")
        field.installEventFilter(self)

    def rows(self) -> tuple[Suggestion, ...]:
        return self._model.rows

    def is_current(self) -> bool:
        """Whether what is shown answers what is in the field."""
        return self._field.text() == self._answers

    def put(self, rows: Sequence[Suggestion]) -> None:
        """Shows these for what is in the field now, the first one chosen; none closes the list."""
        takes, self._takes_next = self._takes_next, False
        self._answers = self._field.text()
        self._model.put(rows)
        if rows and takes and self._field.hasFocus():
            self._pick(self._model.index(0))
            return
        if not rows or not self._field.hasFocus():
            self.hide()
            if takes and self._field.hasFocus():
                self._field.returnPressed.emit()  # nothing fits, so that Enter was for the field itself
            return
        self._list.setCurrentIndex(self._model.index(0))
        below = self._field.mapTo(self._over, QPoint(0, self._field.height() + 2))
        room = self._over.height() - below.y() - 8
        tall = min(len(rows), MOST_ROWS) * ROW + 10
        self.setGeometry(below.x(), below.y(), max(self._field.width(), 250), min(tall, room))
        self.show()
        self.raise_()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        if event.type() == QEvent.Type.KeyPress and self.isVisible() and isinstance(event, QKeyEvent):
            return self._pressed(event)
        return False

    def _pressed(self, event: QKeyEvent) -> bool:
        at = self._list.currentIndex().row()
        match event.key():
            case Qt.Key.Key_Down | Qt.Key.Key_Up:
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                self._list.setCurrentIndex(self._model.index((at + step) % len(self._model.rows)))
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not self.is_current():
                self._takes_next = True  # what is shown answers an older text: Enter means the best of the next
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._pick(self._list.currentIndex())
            case Qt.Key.Key_Escape:
                self.hide()
            case _:
                self._takes_next = False
                return False
        return True

    def _pick(self, index: QModelIndex) -> None:
        key = self._model.rows[index.row()].key
        self.hide()
        self.picked.emit(key)
