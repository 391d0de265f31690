"""Search over everything: groups of hits, each saying why it matched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.fonts import font
from agent_desk.desk.ui.parts.chip import ChipSpec, FilterChip, chip_size, draw_chip
from agent_desk.desk.ui.parts.field import Entry
from agent_desk.desk.ui.parts.keycap import KeyCap, cap_size, draw_cap
from agent_desk.desk.ui.parts.painting import box, put_icon, put_line, put_text, text_width
from agent_desk.desk.ui.parts.sheet import Sheet
from agent_desk.desk.ui.parts.text import Mark, Rule, Text

Index = QModelIndex | QPersistentModelIndex

_HIT_ROLE = Qt.ItemDataRole.UserRole
_CHOOSABLE = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_HEAD = 24
_HIT = 52


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing found: `matched` are the (start, end) parts of the title that matched, `why` says it in words."""

    key: str
    icon: str
    title: str
    why: str
    matched: tuple[tuple[int, int], ...] = ()
    chips: tuple[ChipSpec, ...] = ()
    aside: str = ""
    cap: str = ""


@dataclass(frozen=True, slots=True)
class HitGroup:
    """Hits of one kind under a head, `note` beside it (`4, best 2 shown`)."""

    key: str
    title: str
    note: str
    hits: tuple[Hit, ...]


class HitModel(QAbstractListModel):
    """Heads and hits in one list; heads cannot be chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: list[HitGroup | Hit] = []

    def put(self, groups: Sequence[HitGroup]) -> None:
        """Shows other groups."""
        self.beginResetModel()
        self._entries = []
        for group in groups:
            if group.hits:
                self._entries += [group, *group.hits]
        self.endResetModel()

    def entry(self, at: int) -> HitGroup | Hit | None:
        return self._entries[at] if 0 <= at < len(self._entries) else None

    def hit_rows(self) -> list[int]:
        """The rows that can be chosen."""
        return [at for at, entry in enumerate(self._entries) if isinstance(entry, Hit)]

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entry(index.row())
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(100, _HIT if isinstance(entry, Hit) else _HEAD)
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole} and entry is not None:
            return f"{entry.title}, {entry.why}" if isinstance(entry, Hit) else f"{entry.title}, {entry.note}"
        return entry if role == _HIT_ROLE else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return _CHOOSABLE if isinstance(self.entry(index.row()), Hit) else Qt.ItemFlag.NoItemFlags


class _HitDelegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(_HIT_ROLE)
        area = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(entry, Hit):
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            self._draw_hit(painter, area.adjusted(1, 2, -1, -2), entry, chosen=chosen)
        elif isinstance(entry, HitGroup):
            theme = worn()
            put_text(painter, area.adjusted(14, 2, 0, 0), entry.title, font("caption_strong"), theme.text_2)
            at = 14 + text_width(entry.title, font("caption_strong")) + 8
            put_text(painter, area.adjusted(at, 2, 0, 0), entry.note, font("caption"), theme.text_3)
        painter.restore()

    @staticmethod
    def _draw_hit(painter: QPainter, area: QRectF, hit: Hit, *, chosen: bool) -> None:
        theme = worn()
        if chosen:
            box(painter, area, 6, theme.accent_soft, theme.accent, 2)
        put_icon(painter, hit.icon, theme.accent if chosen else theme.text_2, area.topLeft() + QPointF(13, 14), 20)
        right = area.right() - 12
        cap = "Enter" if chosen else hit.cap
        if cap:
            size = cap_size(cap)
            right -= size.width()
            draw_cap(painter, QRectF(right, area.center().y() - 9, size.width(), 18), cap)
            right -= 14
        if hit.aside:
            wide = text_width(hit.aside, font("label")) + 1
            right -= wide
            put_text(painter, QRectF(right, area.top(), wide, area.height()), hit.aside, font("label"), theme.text_2)
            right -= 12
        for chip in reversed(hit.chips):
            size = chip_size(chip)
            right -= size.width()
            draw_chip(painter, QRectF(right, area.center().y() - 11, size.width(), 22), chip)
            right -= 6
        left = area.left() + 44
        draw_matched(painter, QRectF(left, area.top() + 6, right - left, 18), hit.title, hit.matched)
        put_text(painter, QRectF(left, area.top() + 25, right - left, 15), hit.why, font("caption"), theme.text_2)


def draw_matched(painter: QPainter, area: QRectF, text: str, matched: Sequence[tuple[int, int]]) -> None:
    """One line of text with the matched parts in bold."""
    theme = worn()
    at, left = 0, area.left()
    painter.save()
    painter.setClipRect(area)
    for start, end in [*sorted(matched), (len(text), len(text))]:
        for part, face in ((text[at:start], font("body")), (text[start:end], font("strong"))):
            if part:
                put_line(painter, QPointF(left, area.top()), part, face, theme.text)
                left += text_width(part, face)
        at = max(at, end)
    painter.restore()


class Palette(Sheet):
    """The search dialog.

    Emits `typed(text)` as one types, `opened(key)` on Enter, `used(key)` on Ctrl Enter (use it in the page below),
    `filtered(group key)` when a filter is pressed (empty for everything). `Alt 2` opens the second hit.
    """

    typed = Signal(str)
    opened = Signal(str)
    used = Signal(str)
    filtered = Signal(str)

    def __init__(self, over: QWidget, hint: str = "Find or scan: name, phone, waybill, product") -> None:
        super().__init__(over, (838, 598), "Search")
        self.entry = Entry(height=48, role="entry_l", says="Search", hint=hint)
        self.entry.setTextMargins(26, 0, 46, 0)
        self.entry.textEdited.connect(self.typed)
        Mark("search", "text_2", 18).setParent(self.entry)
        cap = KeyCap("Esc")
        cap.setParent(self.entry)
        self._cap = cap
        for child, spot in ((self.entry.findChild(Mark), 10), (cap, 774)):
            if child is not None:
                child.move(spot, 15)
        self._chips: dict[str, FilterChip] = {}
        self._filters = QHBoxLayout()
        self._filters.setSpacing(6)
        self._found = Text("", "caption", "text_2")
        self._model = HitModel()
        self._list = QListView()
        self._list.setModel(self._model)
        self._list.setItemDelegate(_HitDelegate(self._list))
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setAccessibleName("Found")
        self._list.clicked.connect(lambda index: self._open(index.row()))
        for at in range(9):
            nth = QShortcut(QKeySequence(f"Alt+{at + 1}"), self)
            nth.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            nth.activated.connect(lambda at=at: self._open_nth(at))
        self._lay()

    def open(self) -> None:
        super().open()
        self.entry.selectAll()
        self.entry.setFocus()

    def put(self, groups: Sequence[HitGroup], found: str) -> None:
        """Shows what was found; `found` says how much, how fast and where, as `9 found in 6 ms, on this desk`."""
        self._model.put(groups)
        self._found.setText(found)
        rows = self._model.hit_rows()
        if rows:
            self._list.setCurrentIndex(self._model.index(rows[0], 0))

    def set_filters(self, filters: Sequence[tuple[str, str, int | None]], current: str = "") -> None:
        """Shows the filters as (key, words, count)."""
        self._chips.clear()
        while (taken := self._filters.takeAt(0)) is not None:
            widget = taken.widget()
            if widget is not None:
                widget.deleteLater()
        for key, words, count in filters:
            chip = FilterChip(words, count, tall=28)
            chip.setAutoExclusive(True)
            chip.setChecked(key == current)
            chip.clicked.connect(lambda _on=False, key=key: self.filtered.emit(key))
            self._filters.addWidget(chip)
            self._chips[key] = chip

    def set_counts(self, counts: Mapping[str, int | None], current: str) -> None:
        """Changes the counts of the filters that are shown and which one is on."""
        for key, chip in self._chips.items():
            chip.set_count(counts.get(key))
            chip.setChecked(key == current)

    def chosen(self) -> Hit | None:
        """The hit that Enter would open."""
        entry = self._model.entry(self._list.currentIndex().row())
        return entry if isinstance(entry, Hit) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = event.key(), event.modifiers()
        if key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self._step(1 if key == Qt.Key.Key_Down else -1)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open(self._list.currentIndex().row(), use=bool(held & Qt.KeyboardModifier.ControlModifier))
        else:
            super().keyPressEvent(event)

    def _open_nth(self, at: int) -> None:
        rows = self._model.hit_rows()
        if at < len(rows):
            self._open(rows[at])

    def _step(self, by: int) -> None:
        rows = self._model.hit_rows()
        if rows:
            now = self._list.currentIndex().row()
            at = rows.index(now) if now in rows else -1
            self._list.setCurrentIndex(self._model.index(rows[max(0, min(at + by, len(rows) - 1))], 0))

    def _open(self, row: int, *, use: bool = False) -> None:
        entry = self._model.entry(row)
        if isinstance(entry, Hit):
            self.dismiss()
            (self.used if use else self.opened).emit(entry.key)

    def _lay(self) -> None:
        head = QHBoxLayout()
        head.addLayout(self._filters)
        head.addStretch(1)
        head.addWidget(self._found)
        foot = QHBoxLayout()
        foot.setSpacing(6)
        for caps, words in ((("Up", "Down"), "choose"), (("Enter",), "open"), (("Ctrl Enter",), "use in this page")):
            for cap in caps:
                foot.addWidget(KeyCap(cap))
            foot.addWidget(Text(words, "caption", "text_2"))
            foot.addSpacing(2)
        foot.addStretch(1)
        foot.addWidget(Text("A scan goes straight to its page", "caption", "text_2"))
        self.body.addWidget(self.entry)
        self.body.addLayout(head)
        self.body.addWidget(Rule())
        self.body.addWidget(self._list, 1)
        self.body.addWidget(Rule())
        self.body.addLayout(foot)
