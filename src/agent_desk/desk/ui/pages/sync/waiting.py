"""What waits to be sent, in chains: an action that follows another is indented."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStackedWidget, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import font
from agent_desk.desk.ui.pages.sync.state import WaitingView
from agent_desk.desk.ui.parts.card import Card, across
from agent_desk.desk.ui.parts.chip import Chip, ChipSpec, chip_size, draw_chip
from agent_desk.desk.ui.parts.painting import box, put_icon, put_text
from agent_desk.desk.ui.parts.text import Rule, Text
from agent_desk.desk.ui.parts.waiting import EmptyState

Index = QModelIndex | QPersistentModelIndex

ROW = Qt.ItemDataRole.UserRole
_TALL = 41
_INDENT = 18
_RIGHT = Qt.AlignmentFlag.AlignRight


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[WaitingView, ...] = ()

    def put(self, rows: Sequence[WaitingView]) -> None:
        if tuple(rows) != self.rows:
            self.beginResetModel()
            self.rows = tuple(rows)
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return row.phrase
        return row if role == ROW else None


class _Painter(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(400, _TALL)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, theme = index.data(ROW), worn()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(theme.hover))
            painter.fillRect(QRectF(0, area.top(), 4, area.height() - 1), QColor(theme.accent))
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), QColor(theme.divider))
        spec = ChipSpec(row.chip, row.chip_icon, row.chip_tone)
        size = chip_size(spec)
        right = area.right() - 12
        draw_chip(painter, QRectF(right - size.width(), area.center().y() - 11, size.width(), 22), spec)
        when = QRectF(area.right() - 188, area.top(), 80, area.height())
        put_text(painter, when, row.at, font("label"), theme.text_2, align=_RIGHT)
        money = QRectF(area.right() - 300, area.top(), 144, area.height())
        put_text(painter, money, row.money, font("strong"), theme.text, align=_RIGHT)
        left = area.left() + (_INDENT if row.indented else 0)
        place = QRectF(left, area.top(), 25, area.height())
        put_text(painter, place, str(row.place), font("label"), theme.text_3, align=_RIGHT)
        put_icon(painter, row.icon, theme.text_2, QPointF(left + 39, area.center().y() - 9), 18)
        words = left + 65
        room = money.left() + 30 - words
        put_text(painter, QRectF(words, area.top() + 4, room, 18), row.what, font("strong"), theme.text)
        put_text(painter, QRectF(words, area.top() + 21, room, 16), row.subject, font("caption"), theme.text_2)
        view = self.parent()
        if option.state & QStyle.StateFlag.State_Selected and isinstance(view, QListView) and view.hasFocus():
            box(painter, area.adjusted(1, 1, -1, -2), 4, "", theme.focus, 2)
        painter.restore()


class WaitingCard(Card):
    """The chains, how many there are, how old the oldest is."""

    def __init__(self) -> None:
        super().__init__((1, 10, 1, 8), 0, name="Waiting to be sent")
        self._oldest = Text("", "label", "text_2")
        self._count = Chip("0", "hourglass", "neutral")
        self.rows = _Model()
        self.view = QListView()
        self.view.setModel(self.rows)
        self.view.setItemDelegate(_Painter(self.view))
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setUniformItemSizes(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setAccessibleName("Waiting to be sent")
        self._more = Text("", "label", "text_2")
        head = across(Text("Waiting to be sent", "section"), None, self._oldest, self._count, spacing=8)
        head.setContentsMargins(11, 0, 11, 0)
        foot = across(
            self._more, None, Text("One stuck action never holds up the rest", "caption", "text_2"), spacing=8
        )
        foot.setContentsMargins(11, 0, 11, 0)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(
            EmptyState("circle-check", "Nothing waits", "Everything that was done here is at central.")
        )
        self.body.addLayout(head)
        self.body.addSpacing(9)
        self.body.addWidget(Rule())
        self.body.addWidget(self._stack, 1)
        self.body.addSpacing(6)
        self.body.addLayout(foot)

    def put(self, rows: Sequence[WaitingView], in_all: int, oldest: str) -> None:
        self.rows.put(rows)
        self._oldest.setText(oldest)
        self._count.show_state(str(in_all), "hourglass", "neutral", f"{in_all} waiting")
        self._stack.setCurrentIndex(0 if rows else 1)
        more = in_all - len(rows)
        self._more.setText(f"{more} more" if more > 0 else "")
