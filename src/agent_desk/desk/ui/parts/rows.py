"""A long list as a table: one row chosen, the keyboard first."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import font
from agent_desk.desk.ui.parts.painting import box, put_icon, put_text
from agent_desk.desk.ui.parts.rows_model import PagedRows

CHOSEN_AFTER_MS = 80
ROW_HEIGHT = 33
_INSET = 12


class _RowDelegate(QStyledItemDelegate):
    """Draws cells: icon and words, the chosen row with a bar, rows not here yet as grey bars."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        model = index.model()
        if not isinstance(model, PagedRows):
            return
        theme = worn()
        area = QRectF(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(area, QColor(theme.accent_soft))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(theme.hover))
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), QColor(theme.divider))
        if chosen and index.column() == 0:
            painter.fillRect(QRectF(area.left(), area.top(), 4, area.height() - 1), QColor(theme.accent))
        self._draw_cell(painter, area, model, index.row(), index.column())
        painter.restore()

    @staticmethod
    def _draw_cell(painter: QPainter, area: QRectF, model: PagedRows, row: int, at: int) -> None:
        theme = worn()
        column = model.columns[at]
        cell = model.cell(row, at)
        room = area.adjusted(_INSET if at == 0 else 8, 0, -8 if column.right else -2, 0)
        if cell is None:
            box(painter, QRectF(room.left(), room.center().y() - 4, room.width() * 0.6, 8), 4, theme.sunken)
            return
        ink = theme.role(cell.tone or column.tone)
        if cell.icon:
            put_icon(painter, cell.icon, ink, QPointF(room.left(), room.center().y() - 8), 16)
            room.adjust(21, 0, 0, 0)
        align = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
        put_text(painter, room, cell.words, font(cell.role or column.role), ink, align=align)


class RowsView(QTableView):
    """A table on paged rows.

    Emits `chosen(key)` 80 ms after the selection rests on a row, and `opened(key)` on Enter or a double click.
    """

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, model: PagedRows, says: str, row_height: int = ROW_HEIGHT) -> None:
        super().__init__()
        self._rows = model
        self._key = ""
        self.setModel(model)
        self.setItemDelegate(_RowDelegate(self))
        self.setAccessibleName(says)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(row_height)
        head = self.horizontalHeader()
        head.setFont(font("label"))
        head.setFixedHeight(32)
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setMinimumSectionSize(20)
        self._rest = QTimer(self, singleShot=True, interval=CHOSEN_AFTER_MS)
        self._rest.timeout.connect(self._tell)
        self.selectionModel().currentRowChanged.connect(lambda _now, _before: self._rest.start())
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        model.filled.connect(self._follow)

    def key(self) -> str:
        """The key of the chosen row, empty for none."""
        row = self._rows.row(self.currentIndex().row())
        return row.key if row is not None else ""

    def choose(self, key: str) -> None:
        """Chooses a row that is held; one that is not is chosen once it is."""
        self._key = key
        # a row on which the selection rested before is not chosen any more
        self._rest.stop()
        self._follow()

    def choose_first(self) -> None:
        """Chooses the first row where there is one."""
        if self._rows.rowCount():
            self.selectRow(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_columns()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.choose_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open(self.currentIndex().row())
            return
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
            return
        super().keyPressEvent(event)

    def _open(self, at: int) -> None:
        row = self._rows.row(at)
        if row is not None:
            self._rest.stop()
            self._key = row.key
            self.opened.emit(row.key)

    def _tell(self) -> None:
        key = self.key()
        if key and key != self._key:
            self._key = key
            self.chosen.emit(key)

    def _follow(self, _page: int = 0) -> None:
        if not self._key:
            return
        at = self._rows.place_of(self._key)
        if at >= 0 and at != self.currentIndex().row():
            self.setCurrentIndex(self._rows.index(at, 0))

    def _lay_columns(self) -> None:
        columns = self._rows.columns
        free = self.viewport().width() - sum(column.width for column in columns)
        open_columns = [at for at, column in enumerate(columns) if not column.width]
        for at, column in enumerate(columns):
            share = max(free // len(open_columns), 60) if not column.width else column.width
            self.setColumnWidth(at, share)
