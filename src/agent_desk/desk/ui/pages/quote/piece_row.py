"""One row of the pieces grid."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.desk.ui.dress import worn
from agent_desk.desk.ui.pages.quote.draft import FIGURES, PieceDraft, Units
from agent_desk.desk.ui.parts.button import IconButton
from agent_desk.desk.ui.parts.field import Entry, FieldState
from agent_desk.desk.ui.parts.painting import box, painter_on
from agent_desk.desk.ui.parts.text import Mark, Text

ROW_TALL = 40
CELLS = ("contents", *FIGURES)
WIDE = {"weight": 66, "length": 56, "width": 56, "height": 56}
NUMBER_WIDE, BILLABLE_WIDE, MENU_WIDE = 22, 72, 24
MARGINS = (8, 0, 6, 0)
_STATES: dict[str, FieldState] = {"error": "error", "warn": "warn"}


class PieceRow(QFrame):
    """Contents, weight, three sides, billable weight; what is wrong is said under the contents.

    Emits `edited(field, text)` while one types, `entered(field)` when the focus comes, `moved(field, key)` for the
    keys that lead to another cell, `menu_wanted()` for the row's own actions.
    """

    edited = Signal(str, str)
    entered = Signal(str)
    moved = Signal(str, int)
    menu_wanted = Signal()

    def __init__(self, row: int) -> None:
        super().__init__()
        self._current = False
        self.setFixedHeight(ROW_TALL)
        self._number = Text(str(row + 1), "medium", "text_2", align=Qt.AlignmentFlag.AlignHCenter)
        self._number.setFixedWidth(NUMBER_WIDE)
        self.cells: dict[str, Entry] = {}
        line = QHBoxLayout(self)
        line.setContentsMargins(*MARGINS)
        line.setSpacing(6)
        line.addWidget(self._number)
        line.addWidget(self._build_contents(row), 1)
        for figure in FIGURES:
            entry = Entry(right=True, height=30, role="strong", says=f"Piece {row + 1}, {figure}")
            entry.setFixedWidth(WIDE[figure])
            entry.setTextMargins(-4, 0, -4, 0)
            entry.setMaxLength(40)
            self._watch(figure, entry)
            line.addWidget(entry)
        line.addWidget(self._build_billable())
        self.menu = IconButton("ellipsis-vertical", f"Actions for piece {row + 1}", size=24)
        self.menu.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.menu.clicked.connect(self.menu_wanted)
        self.menu.installEventFilter(self)
        line.addWidget(self.menu)

    def _build_contents(self, row: int) -> QWidget:
        contents = Entry(height=19, role="strong", says=f"Piece {row + 1}, contents", hint="What is in it")
        contents.setProperty("bare", True)
        contents.setTextMargins(-2, 0, 0, 0)
        contents.setMaxLength(200)
        self._watch("contents", contents)
        self._error_mark = Mark("circle-alert", "danger", 12)
        self._under = Text("", "caption", "text_2", elides=True)
        under = QHBoxLayout()
        under.setContentsMargins(0, 0, 0, 0)
        under.setSpacing(4)
        under.addWidget(self._error_mark)
        under.addWidget(self._under, 1)
        self._error_mark.hide()
        cell = QWidget()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 2, 0, 3)
        column.setSpacing(0)
        column.addWidget(contents)
        column.addLayout(under)
        return cell

    def _build_billable(self) -> QWidget:
        to_right = Qt.AlignmentFlag.AlignRight
        self._billable = Text("", "strong", align=to_right)
        self._governed = Text("", "caption", "text_2", align=to_right, elides=True)
        cell = QWidget()
        cell.setFixedWidth(BILLABLE_WIDE)
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 3, 0, 4)
        column.setSpacing(0)
        column.addWidget(self._billable)
        column.addWidget(self._governed)
        return cell

    def put(self, piece: PieceDraft, units: Units) -> None:
        """Shows what is typed; a cell that is being typed in is left alone where it says the same."""
        self.cells["contents"].put(piece.contents)
        for figure in FIGURES:
            self.cells[figure].put(piece.figure(figure).shown(figure, units))

    def say(self, under: str, error: str, states: Mapping[str, tuple[str, str]]) -> None:
        """Shows what is wrong: the fields in colour, the sentence under the contents."""
        self._error_mark.setVisible(bool(error))
        self._under.set_role("caption_strong" if error else "caption")
        self._under.set_tone("danger" if error else "text_2")
        self._under.setText(error or under)
        for name, entry in self.cells.items():
            state, why = states.get(name, ("", ""))
            if name == "contents":
                entry.setAccessibleDescription(why)
            else:
                entry.set_state(_STATES.get(state, ""), why)

    def bill(self, billable: str, governed: str) -> None:
        """Shows what the piece weighs for the price."""
        self._billable.setText(billable)
        self._governed.setText(governed)

    def set_current(self, current: bool) -> None:
        """Marks the row the drawing shows."""
        if current != self._current:
            self._current = current
            self._number.set_tone("accent" if current else "text_2")
            self.update()

    def set_stop(self, name: str) -> None:
        """Makes one cell the place where Tab enters the grid; empty for none."""
        for cell, entry in self.cells.items():
            entry.setFocusPolicy(Qt.FocusPolicy.StrongFocus if cell == name else Qt.FocusPolicy.ClickFocus)

    def _watch(self, name: str, entry: Entry) -> None:
        entry.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        entry.textEdited.connect(lambda text: self.edited.emit(name, text))
        entry.installEventFilter(self)
        self.cells[name] = entry

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and isinstance(watched, Entry):
            self.update()
            if event.gotFocus():
                self.entered.emit(self._name_of(watched))
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._pressed(watched, event)
        return False

    def _pressed(self, watched: QObject, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            return False
        if watched is self.menu:
            if key in {Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Down}:
                self.moved.emit("menu", int(key))
                return True
            return False
        if not isinstance(watched, Entry):
            return False
        leads = key in {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}
        at_end = key == Qt.Key.Key_Right and watched.cursorPosition() == len(watched.text())
        at_start = key == Qt.Key.Key_Left and watched.cursorPosition() == 0
        if leads or at_end or at_start:
            self.moved.emit(self._name_of(watched), int(key))
            return True
        return False

    def _name_of(self, entry: Entry) -> str:
        return next(name for name, cell in self.cells.items() if cell is entry)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = worn()
        painter = painter_on(self)
        if self._current:
            painter.fillRect(self.rect(), QColor(theme.hover))
            painter.fillRect(QRectF(0, 0, 3, self.height()), QColor(theme.accent))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), QColor(theme.divider))
        contents = self.cells["contents"]
        if contents.hasFocus():  # a bare entry has no edge of its own
            parent = contents.parentWidget()
            assert parent is not None
            box(painter, QRectF(parent.geometry()).adjusted(-5, 2, 2, -3), 6, theme.input, theme.focus, 2)
        painter.end()
