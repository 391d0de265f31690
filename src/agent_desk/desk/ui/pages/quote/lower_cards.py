"""Under the pieces: the drawing with its meters, what is to settle, and how a price was made."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from agent_desk.desk.ui.pages.quote.settling import Matter
from agent_desk.desk.ui.pages.quote.view import BoxPicture, Room
from agent_desk.desk.ui.parts.box_drawing import BoxDrawing
from agent_desk.desk.ui.parts.box_drawing import Piece as DrawnPiece
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import Card, across
from agent_desk.desk.ui.parts.chip import SEVERITIES, Chip, Severity, counted_severity
from agent_desk.desk.ui.parts.keycap import KeyCap
from agent_desk.desk.ui.parts.meter import MeterRow
from agent_desk.desk.ui.parts.refusals import Fix, RefusalItem, RefusalList
from agent_desk.desk.ui.parts.text import Mark, Rule, Text
from agent_desk.domain.limits import SIDE_IN

_SEVERITIES: tuple[Severity, ...] = ("blocks", "needs_manager", "warns")


class DrawingCard(Card):
    """BYD-1: the focused piece to scale, and the room left."""

    def __init__(self) -> None:
        super().__init__((12, 9, 12, 8), 0, name="Piece to scale")
        self._title = Text("Piece 1 to scale", "section")
        self._drawing = BoxDrawing()
        self._drawing.setMinimumSize(160, 90)
        self._rows = [MeterRow(label) for label in ("Length", "Weight", "Shipment")]
        self.body.addWidget(self._title)
        self.body.addWidget(self._drawing, 1)
        self.body.addSpacing(6)
        for row in self._rows:
            self.body.addWidget(row)

    def put(self, number: int, picture: BoxPicture | None, rooms: Sequence[Room]) -> None:
        """Shows a piece by its row number, from 1."""
        self._title.setText(f"Piece {number} to scale")
        limit = float(SIDE_IN)
        drawn = (
            None
            if picture is None
            else DrawnPiece(
                length=picture.length,
                width=picture.width,
                height=picture.height,
                side_limit=limit,
                length_words=picture.length_words,
                limit_words=f"side limit {SIDE_IN} in",
                over_words=picture.over,
            )
        )
        self._drawing.put(drawn)
        for row, room in zip(self._rows, rooms, strict=True):
            row.put(room.share, room.words)


class SettleCard(Card):
    """BYD-2: everything to settle, blocking first. Emits `fixed(matter, way)` and `visited(matter)`."""

    fixed = Signal(str, str)
    visited = Signal(str)

    def __init__(self, cap: str) -> None:
        super().__init__((12, 9, 8, 8), 2, name="To settle")
        self._chips: dict[Severity, Chip] = {}
        head = across(Text("To settle", "section"), None, spacing=6)
        for severity in _SEVERITIES:
            words, icon, tone = SEVERITIES[severity]
            self._chips[severity] = Chip(words, icon, tone)
            head.addWidget(self._chips[severity])
        self._cap = KeyCap(cap)
        head.addWidget(self._cap)
        head.addSpacing(4)
        self.list = RefusalList()
        self.list.fixed.connect(self.fixed)
        self.list.visited.connect(self.visited)
        self._empty = self._build_empty()
        self.body.addLayout(head)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self.list, 1)
        self.put((), "", "")

    def _build_empty(self) -> QWidget:
        self._icon = Mark("circle-check", "ok", 28)
        self._what = Text("", "strong", align=Qt.AlignmentFlag.AlignHCenter)
        self._sentence = Text("", "caption", "text_2", wraps=True, align=Qt.AlignmentFlag.AlignHCenter)
        face = QWidget()
        column = QVBoxLayout(face)
        column.setContentsMargins(16, 0, 16, 24)
        column.setSpacing(6)
        column.addStretch(1)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._what)
        column.addWidget(self._sentence)
        column.addStretch(1)
        return face

    def put(self, matters: Sequence[Matter], what: str, sentence: str, *, ready: bool = False) -> None:
        """Shows what is to settle; with nothing, `what` and `sentence` say how it stands."""
        items = [
            RefusalItem(
                key=matter.key,
                severity=matter.severity,
                place=matter.place,
                code=matter.code,
                sentence=matter.sentence,
                fixes=tuple(Fix(w.key, w.words, "mgr" if w.to_manager else "secondary") for w in matter.ways),
            )
            for matter in matters
        ]
        self.list.put(items)
        self.list.setVisible(bool(items))
        self._empty.setVisible(not items)
        self._cap.setVisible(bool(items))
        self._icon.set_mark("circle-check" if ready else "package-open", "ok" if ready else "text_2")
        self._what.setText(what)
        self._sentence.setText(sentence)
        for severity, chip in self._chips.items():
            count = sum(matter.severity == severity for matter in matters)
            _words, icon, tone = SEVERITIES[severity]
            chip.show_state(counted_severity(severity, count), icon, tone)
            chip.setVisible(bool(count))


class StepsCard(Card):
    """BYD-3: a table of steps in place of the drawing; Esc or the button closes it. Emits `left()`."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__((14, 9, 10, 8), 4, name="Price, step by step")
        self._title = Text("", "section")
        self._note = Text("", "caption", "text_2", elides=True)
        close = ActionButton("Close", "quiet", key="Esc", height=28)
        close.clicked.connect(self.left)
        self.close_button = close
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.addLayout(across(self._title, None, close))
        self.body.addWidget(self._note)
        self.body.addWidget(Rule())
        self.body.addWidget(self._area, 1)

    def put(self, title: str, note: str, heads: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
        """Shows a table: the first two columns are words, the others figures; the last line is the sum."""
        self._title.setText(title)
        self._note.setText(note)
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 4, 10, 4)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(5)
        for at, words in enumerate(heads):
            grid.addWidget(Text(words, "label", "text_3", align=_side(at)), 0, at)
        for row, line in enumerate(lines, 1):
            last = row == len(lines)
            for at, words in enumerate(line):
                role = "strong" if last else "body"
                tone = "text" if at != 1 else "text_2"
                grid.addWidget(Text(words, role, tone, align=_side(at), elides=at == 1), row, at)  # type: ignore[arg-type]
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(len(lines) + 1, 1)
        self._area.setWidget(inside)
        inside.setAutoFillBackground(False)  # the card shows through


def _side(at: int) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignLeft if at < 2 else Qt.AlignmentFlag.AlignRight


class PriceLineRow(QWidget):
    """One step in the price card: label, working, amount."""

    def __init__(self, label: str, working: str, amount: str, tone: str, *, strong: bool) -> None:
        super().__init__()
        role = "strong" if strong else "body"
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(7)
        line.addWidget(Text(label, role))  # type: ignore[arg-type]
        line.addWidget(Text(working, "caption", "text_2", elides=True), 1)
        line.addWidget(Text(amount, role, tone, align=Qt.AlignmentFlag.AlignRight))  # type: ignore[arg-type]
        self.setFixedHeight(21)
        self.setAccessibleName(f"{label}, {working}, USD {amount}" if working else f"{label}, USD {amount}")
