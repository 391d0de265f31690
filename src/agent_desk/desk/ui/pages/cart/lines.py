"""The lines of a cart: painted rows that keep still, changed by keys or by a press."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import font
from agent_desk.desk.ui.keys import key_for
from agent_desk.desk.ui.pages.cart.sale import LineRow
from agent_desk.desk.ui.parts.chip import ChipSpec, chip_size, draw_chip
from agent_desk.desk.ui.parts.painting import box, painter_on, put_icon, put_text, text_width

Index = QModelIndex | QPersistentModelIndex

ROW = Qt.ItemDataRole.UserRole
TALL, LOW = 75, 54
TINT_MS = 1_200
_QUANTITY, _EACH, _TOTAL, _OUT = 289, 141, 35, 17
"""Columns, in px from the right edge: two middles are of quantity and the cross, two ends of the sums."""
_STEPS = QSize(92, 30)
_RIGHT = Qt.AlignmentFlag.AlignRight
_MIDDLE = Qt.AlignmentFlag.AlignHCenter


class LinesModel(QAbstractListModel):
    """The rows as a list; the same rows again change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[LineRow, ...] = ()

    def rows(self) -> tuple[LineRow, ...]:
        return self._rows

    def put(self, rows: Sequence[LineRow]) -> None:
        """Shows these rows; where only values changed, only these are painted again."""
        after = tuple(rows)
        if [row.id for row in after] != [row.id for row in self._rows] or _heights(after) != _heights(self._rows):
            self.beginResetModel()
            self._rows = after
            self.endResetModel()
            return
        before, self._rows = self._rows, after
        for at, (old, new) in enumerate(zip(before, after, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(at), self.index(at))

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return row.phrase
        return None


def _heights(rows: Sequence[LineRow]) -> list[bool]:
    return [bool(row.chips) for row in rows]


def row_of(index: Index) -> LineRow:
    row = index.data(ROW)
    assert isinstance(row, LineRow)
    return row


def steps_area(row: QRectF) -> QRectF:
    """Where minus, quantity and plus are in a row."""
    return QRectF(row.right() - _QUANTITY - _STEPS.width() / 2, row.top() + 9, _STEPS.width(), _STEPS.height())


def out_area(row: QRectF) -> QRectF:
    """Where the cross is that takes a line out."""
    return QRectF(row.right() - _OUT - 14, row.top() + 11, 28, 28)


def _yours_area(row: QRectF, line: LineRow) -> QRectF:
    """Where the chip is that puts a replaced quantity back."""
    chip = line.chips[0]
    size = chip_size(ChipSpec(chip.words, chip.icon, chip.tone))
    return QRectF(row.left() + 60, row.top() + 47, size.width(), size.height())


class _Painter(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(400, TALL if row_of(index).chips else LOW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, theme = row_of(index), worn()
        area = QRectF(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        view = self.parent()
        if isinstance(view, LinesView) and view.is_tinted(row.id):
            painter.fillRect(area, QColor(theme.accent_soft))
        elif chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(theme.hover))
        if chosen:
            painter.fillRect(QRectF(0, area.top(), 4, area.height() - 1), QColor(theme.accent))
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), QColor(theme.divider))
        _draw_words(painter, area, row)
        _draw_sums(painter, area, row)
        if row.steps:
            _draw_steps(painter, steps_area(area), row)
        if row.removable:
            put_icon(painter, "x", theme.text_2, out_area(area).topLeft() + QPointF(5, 5), 18)
        painter.restore()


def _draw_words(painter: QPainter, area: QRectF, row: LineRow) -> None:
    theme = worn()
    left, top = area.left() + 12, area.top()
    box(painter, QRectF(left, top + 7, 36, 36), 6, theme.accent_soft)
    put_icon(painter, row.icon, theme.accent, QPointF(left + 8, top + 15), 20)
    at = left + 48
    room = area.right() - _QUANTITY - _STEPS.width() / 2 - 12 - at
    kind = text_width(row.kind, font("caption_strong"))
    put_text(painter, QRectF(at, top + 9, kind + 1, 18), row.kind, font("caption_strong"), theme.text_3)
    named = QRectF(at + kind + 8, top + 9, room - kind - 8, 18)
    put_text(painter, named, row.label, font("strong"), theme.text)
    put_text(painter, QRectF(at, top + 26, room, 16), row.detail, font("caption"), theme.text_2)
    for chip in row.chips:
        spec = ChipSpec(chip.words, chip.icon, chip.tone)
        size = chip_size(spec)
        if at + size.width() > area.right() - 12:
            break
        draw_chip(painter, QRectF(at, top + 47, size.width(), size.height()), spec)
        at += size.width() + 6


def _draw_sums(painter: QPainter, area: QRectF, row: LineRow) -> None:
    theme, top = worn(), area.top()
    each = QRectF(area.right() - _EACH - 130, top + 15, 130, 20)
    put_text(painter, each, row.each, font("body"), theme.text_2, align=_RIGHT)
    total = QRectF(area.right() - _TOTAL - 110, top + (8 if row.total_under else 15), 110, 20)
    put_text(painter, total, row.total, font("strong"), theme.text, align=_RIGHT)
    under = QRectF(total.left(), top + 26, total.width(), 16)
    put_text(painter, under, row.total_under, font("caption"), theme.text_2, align=_RIGHT)
    if not row.steps:
        count = QRectF(area.right() - _QUANTITY - 46, top + 15, 92, 20)
        put_text(painter, count, str(row.quantity), font("strong"), theme.text, align=_MIDDLE)


def _draw_steps(painter: QPainter, area: QRectF, row: LineRow) -> None:
    theme = worn()
    box(painter, area, 6, theme.input, theme.border_strong)
    for at in (area.left() + 30, area.right() - 30):
        painter.fillRect(QRectF(at, area.top() + 1, 1, area.height() - 2), QColor(theme.divider))
    less = theme.text_3 if row.quantity <= 1 else theme.text_2
    put_icon(painter, "minus", less, area.topLeft() + QPointF(7, 7), 16)
    put_icon(painter, "plus", theme.text_2, QPointF(area.right() - 23, area.top() + 7), 16)
    put_text(painter, area, str(row.quantity), font("strong"), theme.text, align=_MIDDLE)


class LinesView(QListView):
    """The lines; emits what was asked for, and changes nothing itself."""

    stepped = Signal(UUID, int)
    """A line, and how many more of it."""
    taken_out = Signal(UUID)

    def __init__(self) -> None:
        super().__init__()
        self.lines = LinesModel()
        self.setModel(self.lines)
        self.setItemDelegate(_Painter(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setAccessibleName("Lines of the cart")
        self._tinted: frozenset[UUID] = frozenset()
        self._elsewhere = False
        self._fading = QTimer(self, singleShot=True, interval=TINT_MS)
        self._fading.timeout.connect(self._fade)

    def expect_elsewhere(self) -> None:
        """What is shown next was changed by somebody else."""
        self._elsewhere = True

    def is_tinted(self, line: UUID) -> bool:
        """Whether another desk changed the line just now."""
        return line in self._tinted

    def _fade(self) -> None:
        self._tinted = frozenset()
        self.viewport().update()

    def _tint(self, before: dict[UUID, tuple[object, ...]], rows: Sequence[LineRow]) -> None:
        """Marks what somebody else changed or added, for a moment."""
        changed = frozenset(row.id for row in rows if before.get(row.id) != row.values)
        if self._elsewhere and before and changed:
            self._tinted = changed
            self._fading.start()
        self._elsewhere = False

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        # no row changes its height without a reset: the list is not laid out again, as a list view would
        QAbstractItemView.dataChanged(self, first, last, roles)

    def put(self, rows: Sequence[LineRow]) -> None:
        """Shows these rows; the chosen line stays chosen, a new last one becomes it."""
        before = [row.id for row in self.lines.rows()]
        self._tint({row.id: row.values for row in self.lines.rows()}, rows)
        chosen = self.chosen()
        self.lines.put(rows)
        after = [row.id for row in rows]
        if not after or (after == before and self.currentIndex().isValid()):
            return
        if after == before:
            self.choose(after[-1] if chosen is None else chosen.id)
            return
        grown = len(after) > len(before) and after[-1] not in before and bool(before or self.hasFocus())
        kept = chosen.id if chosen is not None and not grown else after[-1]
        self.choose(kept if kept in after else after[-1])

    def chosen(self) -> LineRow | None:
        index = self.currentIndex()
        return row_of(index) if index.isValid() else None

    def choose(self, id_: UUID) -> None:
        """Puts the cursor on a line."""
        for at, row in enumerate(self.lines.rows()):
            if row.id == id_:
                self.setCurrentIndex(self.lines.index(at))
                self.scrollTo(self.lines.index(at))

    def step(self, by: int) -> None:
        """One more or one less of the chosen line; never none of it."""
        row = self.chosen()
        if row is not None and row.steps and row.quantity + by >= 1:
            self.stepped.emit(row.id, by)

    def take_out(self) -> None:
        """Takes the chosen line out."""
        row = self.chosen()
        if row is not None and row.removable:
            self.taken_out.emit(row.id)

    def keep_yours(self) -> None:
        """Puts back what another desk wrote over unseen: of the chosen line, else of the first such one."""
        chosen = self.chosen()
        rows = [row for row in (chosen, *self.lines.rows()) if row is not None and row.yours is not None]
        if rows and rows[0].yours is not None:
            self.stepped.emit(rows[0].id, rows[0].yours - rows[0].quantity)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if key_for("cart", "more").is_in(event) or event.key() == Qt.Key.Key_Equal:  # the same key without Shift
            self.step(1)
        elif key_for("cart", "fewer").is_in(event):
            self.step(-1)
        elif key_for("cart", "take_out").is_in(event):
            self.take_out()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return
        area, at, row = QRectF(self.visualRect(index)), event.position(), row_of(index)
        if row.removable and out_area(area).contains(at):
            self.taken_out.emit(row.id)
        elif row.yours is not None and _yours_area(area, row).contains(at):
            self.stepped.emit(row.id, row.yours - row.quantity)
        elif row.steps and steps_area(area).contains(at):
            offset = at.x() - steps_area(area).left()
            if offset < 31 or offset > _STEPS.width() - 31:
                self.step(-1 if offset < 31 else 1)


class LinesHead(QWidget):
    """What the columns are, over them."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(18)
        self.setAccessibleName("Line, quantity, each, total")

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = painter_on(self)
        ink, face, wide = worn().text_2, font("label"), float(self.width())
        put_text(painter, QRectF(12, 0, 200, 16), "Line", face, ink)
        put_text(painter, QRectF(wide - _QUANTITY - 50, 0, 100, 16), "Quantity", face, ink, align=_MIDDLE)
        put_text(painter, QRectF(wide - _EACH - 100, 0, 100, 16), "Each", face, ink, align=_RIGHT)
        put_text(painter, QRectF(wide - _TOTAL - 100, 0, 100, 16), "Total", face, ink, align=_RIGHT)
        painter.fillRect(QRectF(0, 17, wide, 1), QColor(worn().divider))
        painter.end()
