"""Over the whole window: this desk was taken out of use."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from agent_desk.desk.ui.parts.sheet import Sheet
from agent_desk.desk.ui.parts.text import Text


class RevokedSheet(Sheet):
    """Stays, whatever is pressed; says how far the desk's leaving is."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, (420, 240), "Desk revoked", keeps=True)
        self._sentence = Text("", wraps=True)
        self.body.setContentsMargins(24, 22, 24, 22)
        self.body.addWidget(Text("Desk revoked", "title"))
        self.body.addWidget(self._sentence)
        self.body.addWidget(Text("Close this window, and ask a manager what comes next.", wraps=True))
        self.body.addStretch(1)

    def put(self, sentence: str) -> None:
        """Says it, over the window."""
        self._sentence.setText(sentence)
        self.setAccessibleDescription(sentence)
        if not self.isVisible():
            self.open()
