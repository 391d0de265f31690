"""The pieces that wait to be measured, the oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import font
from agent_desk.desk.ui.parts.card import Card, across
from agent_desk.desk.ui.parts.chip import Chip, ChipSpec, chip_size, draw_chip
from agent_desk.desk.ui.parts.field import Entry
from agent_desk.desk.ui.parts.painting import box, painter_on, put_icon, put_text
from agent_desk.desk.ui.parts.text import Text
from agent_desk.desk.usecases.measuring import PieceShown, Queue

Index = QModelIndex | QPersistentModelIndex

ROW = Qt.ItemDataRole.UserRole
_TALL = 60


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A piece as shown; `chip` says what is special about it."""

    code: str
    contents: str
    chip: ChipSpec | None = None


def queue_rows(queue: Queue, now: PieceShown | None) -> tuple[QueueRow, ...]:
    """The waiting pieces; the one on the scale first, where it is not among them."""
    shown = list(queue.pieces)
    if now is not None and all(one.code != now.code for one in shown):
        shown.insert(0, now)
    return tuple(_row(one, is_now=now is not None and one.code == now.code) for one in shown)


def _row(piece: PieceShown, *, is_now: bool) -> QueueRow:
    declared = piece.piece.declared
    chip = None
    if is_now:
        chip = ChipSpec("Now", "scale", "info")
    elif piece.shipment.holds:
        chip = ChipSpec("Held", "pause", "warn")
    elif declared.weight is None or None in declared.sides:
        chip = ChipSpec("No size", "ruler", "warn")
    contents = declared.contents or declared.packing or piece.shipment.customer_name or "Contents not said"
    return QueueRow(piece.code, contents, chip)


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[QueueRow, ...] = ()

    def put(self, rows: Sequence[QueueRow]) -> None:
        if tuple(rows) != self.rows:
            self.beginResetModel()
            self.rows = tuple(rows)
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            chip = "" if row.chip is None else f", {row.chip.words}"
            return f"{row.code}, {row.contents}{chip}"
        return row if role == ROW else None


class _Painter(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, _TALL)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, theme = index.data(ROW), worn()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect).adjusted(0, 1, -1, -1)
        now = row.chip is not None and row.chip.words == "Now"
        if now:
            box(painter, area, 8, theme.accent_soft, theme.accent, 2)
        elif option.state & QStyle.StateFlag.State_Selected:
            box(painter, area, 8, theme.hover, theme.focus if self._focused() else theme.border, 2)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            box(painter, area, 8, theme.hover)
        left, right = area.left() + 12, area.right() - 10
        put_text(painter, QRectF(left, area.top() + 9, right - left, 18), row.code, font("code"), theme.text)
        if row.chip is not None:
            size = chip_size(row.chip)
            right -= size.width()
            draw_chip(painter, QRectF(right, area.bottom() - 28, size.width(), 22), row.chip)
            right -= 6
        put_text(painter, QRectF(left, area.top() + 31, right - left, 17), row.contents, font("label"), theme.text_2)
        painter.restore()

    def _focused(self) -> bool:
        view = self.parent()
        return isinstance(view, QListView) and view.hasFocus()


class QueueView(QListView):
    """The waiting pieces; emits `picked(code)` on Enter or a press."""

    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.rows = _Model()
        self.setModel(self.rows)
        self.setItemDelegate(_Painter(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setSpacing(1)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName("Waiting to be measured")
        self.clicked.connect(self._pick)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self._pick(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _pick(self, index: QModelIndex) -> None:
        self.picked.emit(self.rows.rows[index.row()].code)


class PieceEntry(Entry):
    """Where a piece is scanned or its number typed."""

    def __init__(self) -> None:
        super().__init__(height=48, role="wbody", says="Scan or type a piece", hint="Scan or type a piece")
        self.setTextMargins(30, 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = painter_on(self)
        put_icon(painter, "scan-barcode", worn().text_2, QPointF(11, 14), 20)
        painter.end()


class QueueCard(Card):
    """The left column: how many wait, where to type, which."""

    picked = Signal(str)
    entered = Signal(str)

    def __init__(self) -> None:
        super().__init__((10, 10, 10, 10), 8, name="Waiting")
        self.setFixedWidth(244)
        self._count = Chip("0", "layers", "neutral", tall=28)
        self.entry = PieceEntry()
        self.view = QueueView()
        self._more = Text("", "label", "text_2")
        title = across(Text("Waiting", "wstrong"), None, self._count)
        title.setContentsMargins(2, 0, 0, 0)
        self.body.addLayout(title)
        self.body.addWidget(self.entry)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self._more)
        self.view.picked.connect(self.picked)
        self.entry.returnPressed.connect(lambda: self.entered.emit(self.entry.text()))

    def put(self, queue: Queue, now: PieceShown | None, oldest: str) -> None:
        """Shows the queue; `oldest` is how long the first one waits."""
        self._count.show_state(str(queue.waiting), "layers", "neutral", f"{queue.waiting} waiting")
        self.view.rows.put(queue_rows(queue, now))
        more = queue.waiting - len(queue.pieces)
        words = f"{more} more" if more > 0 else ""
        aged = f"oldest {oldest}" if oldest and queue.waiting else ""
        self._more.setText(", ".join(part for part in (words, aged) if part) or "Nothing waits")
