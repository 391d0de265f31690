"""The keys of the page in front, over the window."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from agent_desk.desk.ui.parts.keycap import KeyCap
from agent_desk.desk.ui.parts.sheet import Sheet
from agent_desk.desk.ui.parts.text import Rule, Text


class KeysOverlay(Sheet):
    """Shows (caption, what it does) pairs under titles, in two columns; `F1` or `Esc` closes it."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, (640, 240), "Keys")
        self._grid = QWidget()
        self._title = Text("Keys", "title")
        self.body.setContentsMargins(20, 16, 20, 16)
        self.body.addWidget(self._title)
        self.body.addWidget(Rule())
        self.body.addWidget(self._grid)
        self.body.addStretch(1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def put(self, title: str, keys: Sequence[tuple[str, str]]) -> None:
        """Shows the keys of another page."""
        self._title.setText(title)
        grid = QWidget()
        lines = QGridLayout(grid)
        lines.setContentsMargins(0, 4, 0, 0)
        lines.setHorizontalSpacing(10)
        lines.setVerticalSpacing(7)
        half = (len(keys) + 1) // 2
        for at, (cap, does) in enumerate(keys):
            row, side = at % half, (at // half) * 2
            lines.addWidget(KeyCap(cap), row, side, Qt.AlignmentFlag.AlignRight)
            lines.addWidget(Text(does, "body", "text_2", elides=True), row, side + 1)
        lines.setColumnStretch(1, 1)
        lines.setColumnStretch(3, 1)
        self.body.replaceWidget(self._grid, grid)
        self._grid.deleteLater()
        self._grid = grid
        self.resize_frame((640, 92 + half * 26))

    def open(self) -> None:
        super().open()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F1:
            self.dismiss()
            event.accept()
            return
        super().keyPressEvent(event)
