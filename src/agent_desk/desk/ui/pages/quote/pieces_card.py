"""The pieces grid: a row a piece, all by keyboard."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from agent_desk.desk.ui.pages.quote.draft import FIGURES, QuoteDraft, Units
from agent_desk.desk.ui.pages.quote.piece_row import (
    BILLABLE_WIDE,
    CELLS,
    MARGINS,
    MENU_WIDE,
    NUMBER_WIDE,
    ROW_TALL,
    WIDE,
    PieceRow,
)
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import Card, across
from agent_desk.desk.ui.parts.keycap import KeyCap
from agent_desk.desk.ui.parts.switch import Switch
from agent_desk.desk.ui.parts.text import Rule, Text

PACKINGS = ("Carton", "Barrel 55 gal", "Crate", "Bundle", "Bag", "Suitcase", "Pallet")
TALL = 278
"""Four rows in view."""
_SHORT = {"length": "L", "width": "W", "height": "H"}


class PiecesCard(Card):
    """Every piece of the shipment, and what they come to."""

    edited = Signal(int, str, str)
    focused = Signal(int)
    units_chosen = Signal(str)
    add_wanted = Signal()
    remove_wanted = Signal(int)
    copy_wanted = Signal(int)
    packing_chosen = Signal(int, str)

    def __init__(self) -> None:
        super().__init__((8, 6, 8, 8), 0, name="Pieces")
        self.setMinimumHeight(TALL)
        self._rows: list[PieceRow] = []
        self._current = 0
        self._stop = "contents"
        self._heads: list[Text] = []
        self.units = Switch([(unit.value, unit.value) for unit in Units], Units.IMPERIAL.value, says="Units")
        self.units.chosen.connect(self.units_chosen)
        hint = Text(
            "Size not known? Leave it empty: the price becomes a range", "caption", "text_2", elides=True,
            align=Qt.AlignmentFlag.AlignRight,
        )  # fmt: skip
        top = across(8, Text("Pieces", "section"), hint, self.units, KeyCap("F6"), 4)
        top.setStretch(2, 1)
        self.body.addLayout(top)
        self._head = self._build_head()
        self.body.addWidget(self._head)
        self.body.addWidget(Rule())
        self.body.addWidget(self._build_list(), 1)
        self.body.addWidget(Rule())
        self.body.addSpacing(8)
        self.body.addLayout(self._build_foot())

    def _build_head(self) -> QWidget:
        head = QWidget()
        line = QHBoxLayout(head)
        line.setContentsMargins(*MARGINS)
        line.setSpacing(6)
        to_right = Qt.AlignmentFlag.AlignRight
        number = Text("#", "label", "text_2", align=Qt.AlignmentFlag.AlignHCenter)
        number.setFixedWidth(NUMBER_WIDE)
        line.addWidget(number)
        line.addWidget(Text("Contents", "label", "text_2"), 1)
        for figure in FIGURES:
            title = Text("", "label", "text_2", align=to_right)
            title.setFixedWidth(WIDE[figure])
            self._heads.append(title)
            line.addWidget(title)
        billable = Text("Billable lb", "label", "text_2", align=to_right)
        billable.setFixedWidth(BILLABLE_WIDE)
        line.addWidget(billable)
        line.addSpacing(MENU_WIDE)
        head.setFixedHeight(21)
        return head

    def _build_list(self) -> QScrollArea:
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setMinimumHeight(3 * ROW_TALL)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 4, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._area.setWidget(inside)
        inside.setAutoFillBackground(False)  # the card shows through
        self._area.verticalScrollBar().rangeChanged.connect(self._align_head)
        return self._area

    def _build_foot(self) -> QHBoxLayout:
        self.add = ActionButton("Add piece", "tonal", key="F4", icon="plus", height=32)
        self.add.clicked.connect(self.add_wanted)
        self._count = Text("", "label", "text_2")
        self._weight = Text("", "label", "text_2")
        self._billable = Text("", "strong", align=Qt.AlignmentFlag.AlignRight)
        return across(8, self.add, 8, self._count, 8, self._weight, None, self._billable, 8)

    def rows(self) -> list[PieceRow]:
        return list(self._rows)

    def put(self, draft: QuoteDraft) -> None:
        """Shows the draft's pieces: rows come and go at the end, the others stay as they are."""
        while len(self._rows) > len(draft.pieces):
            gone = self._rows.pop()
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self._rows) < len(draft.pieces):
            self._add_row(len(self._rows))
        for row, piece in zip(self._rows, draft.pieces, strict=True):
            row.put(piece, draft.units)
        self.units.put(draft.units.value)
        titles = [f"Weight {draft.units.weight}", *(f"{_SHORT[f]} {draft.units.length}" for f in FIGURES[1:])]
        for title, words in zip(self._heads, titles, strict=True):
            title.setText(words)
        self.set_current(min(self._current, len(self._rows) - 1))

    def sum(self, count: str, weight: str, billable: str) -> None:
        """Shows what the pieces come to."""
        self._count.setText(count)
        self._weight.setText(weight)
        self._billable.setText(billable)

    def set_current(self, at: int, stop: str | None = None) -> None:
        """Marks a row as the one the drawing shows; Tab enters the grid there."""
        self._current = at
        self._stop = stop or self._stop
        for number, row in enumerate(self._rows):
            row.set_current(number == at)
            row.set_stop(self._stop if number == at else "")

    def go_to(self, at: int, field: str) -> None:
        """Puts the cursor into a cell and shows it."""
        row = self._rows[min(at, len(self._rows) - 1)]
        if field == "menu":
            row.menu.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            cell = row.cells.get(field, row.cells["contents"])
            cell.setFocus(Qt.FocusReason.OtherFocusReason)
            cell.selectAll()
        self._column.activate()
        self._area.ensureWidgetVisible(row, 0, 0)

    def _add_row(self, at: int) -> None:
        row = PieceRow(at)
        row.edited.connect(lambda field, text: self.edited.emit(at, field, text))
        row.entered.connect(lambda field: self._entered(at, field))
        row.moved.connect(lambda field, key: self._moved(at, field, Qt.Key(key)))
        row.menu_wanted.connect(lambda: self._open_menu(at))
        self._rows.append(row)
        self._column.insertWidget(self._column.count() - 1, row)

    def _entered(self, at: int, field: str) -> None:
        self.set_current(at, field)
        self._area.ensureWidgetVisible(self._rows[at], 0, 0)
        self.focused.emit(at)

    def _moved(self, at: int, field: str, key: Qt.Key) -> None:
        order = (*CELLS, "menu")
        place = order.index(field)
        match key:
            case Qt.Key.Key_Up:
                self.go_to(max(at - 1, 0), field)
            case Qt.Key.Key_Down:
                self.go_to(min(at + 1, len(self._rows) - 1), field)
            case Qt.Key.Key_Left:
                self.go_to(at, order[max(place - 1, 0)])
            case Qt.Key.Key_Right:
                self.go_to(at, order[min(place + 1, len(order) - 1)])
            case _ if field != CELLS[-1]:
                self.go_to(at, CELLS[place + 1])
            case _ if at + 1 < len(self._rows):
                self.go_to(at + 1, CELLS[0])
            case _:
                self.add_wanted.emit()

    def _open_menu(self, at: int) -> None:
        menu = self.build_menu(at)
        button = self._rows[at].menu
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def build_menu(self, at: int) -> QMenu:
        """The row's own actions, and how the piece is packed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(f"Actions for piece {at + 1}")
        menu.addAction("Take out", lambda: self.remove_wanted.emit(at))
        menu.addAction("Add one more like it", lambda: self.copy_wanted.emit(at))
        menu.addSeparator()
        for packing in PACKINGS:
            menu.addAction(packing, partial(self.packing_chosen.emit, at, packing))
        return menu

    def _align_head(self, _least: int, most: int) -> None:
        left, top, right, bottom = MARGINS
        bar = self._area.verticalScrollBar().sizeHint().width() if most else 0
        layout = self._head.layout()
        if layout is not None:
            layout.setContentsMargins(left, top, right + bar, bottom)
