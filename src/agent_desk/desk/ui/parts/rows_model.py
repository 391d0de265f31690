"""Rows of a long list, fetched page by page as they come into view."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from agent_desk.desk.ui.fonts import FontRole

PAGE = 100
_KEPT_PAGES = 24

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, width in px (0 takes what is left), side, type and colour role of its cells."""

    title: str
    width: int = 0
    right: bool = False
    role: FontRole = "body"
    tone: str = "text"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows; empty role and tone are those of its column."""

    words: str
    icon: str = ""
    tone: str = ""
    role: FontRole | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row and the key it is known by."""

    key: str
    cells: tuple[Cell, ...]


class PagedRows(QAbstractTableModel):
    """A table of `count` rows of which only the pages in view are held.

    Emits `page_wanted(page)` for a page of `PAGE` rows that is shown and not held, or held from before `renew`;
    answer with `fill(page, rows)`.
    """

    page_wanted = Signal(int)
    filled = Signal(int)

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._count = 0
        self._pages: dict[int, tuple[Row, ...]] = {}
        self._stale: set[int] = set()
        self._asked: set[int] = set()

    def renew(self, count: int) -> None:
        """There are `count` rows now and any may have changed; what is shown stays until the new page is there."""
        self._asked.clear()
        self._stale = set(self._pages)
        if count > self._count:
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._count = count
            self.endInsertRows()
        elif count < self._count:
            self.beginRemoveRows(QModelIndex(), count, self._count - 1)
            self._count = count
            self.endRemoveRows()
        self._tell(0, self._count - 1)

    def clear(self) -> None:
        """Other rows come: nothing held is shown any more."""
        self.beginResetModel()
        self._count = 0
        self._pages.clear()
        self._stale.clear()
        self._asked.clear()
        self.endResetModel()

    def fill(self, page: int, rows: Sequence[Row]) -> None:
        """The rows of a page, as asked for."""
        self._pages.pop(page, None)
        self._pages[page] = tuple(rows)
        self._stale.discard(page)
        self._asked.discard(page)
        while len(self._pages) > _KEPT_PAGES:
            self._pages.pop(next(iter(self._pages)))
        self._tell(page * PAGE, min((page + 1) * PAGE, self._count) - 1)
        self.filled.emit(page)

    def row(self, at: int) -> Row | None:
        """The row at that place, None while it is not here."""
        page = self._pages.get(at // PAGE, ())
        return page[at % PAGE] if 0 <= at < self._count and at % PAGE < len(page) else None

    def place_of(self, key: str) -> int:
        """Where the row of that key is among those held, -1 for none."""
        for page, rows in self._pages.items():
            for at, row in enumerate(rows):
                if row.key == key and page * PAGE + at < self._count:
                    return page * PAGE + at
        return -1

    def cell(self, at: int, column: int) -> Cell | None:
        """The cell there, asking for its page where it is not held or may have changed."""
        page = at // PAGE
        if page not in self._asked and (page not in self._pages or page in self._stale):
            self._asked.add(page)
            self.page_wanted.emit(page)
        row = self.row(at)
        return row.cells[column] if row is not None and column < len(row.cells) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            cell = self.cell(index.row(), index.column())
            return cell.words if cell is not None else ""
        if role == Qt.ItemDataRole.ToolTipRole:
            row = self.row(index.row())
            return row.cells[index.column()].words if row and index.column() < len(row.cells) else None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def _tell(self, first: int, last: int) -> None:
        if self._count and last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))
