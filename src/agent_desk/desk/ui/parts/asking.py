"""A question in the page, in place of what it is about: a word to type, a yes or a no."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.field import Entry
from agent_desk.desk.ui.parts.text import Text


@dataclass(frozen=True, slots=True)
class Question:
    """A question in the page: what is asked, the words of yes and of no, what yes does."""

    asks: str
    yes: str
    no: str
    act: Callable[[str], object]
    """Is given what was typed, empty where nothing is asked for."""
    hint: str = ""
    typed: str = ""
    """What stands in the field at first; `hint` empty means no field."""


class Asking(QWidget):
    """A question in place of what it is about; `Enter` is yes, `Esc` is no. Emits `done()` after either."""

    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._question: Question | None = None
        self._asks = Text("", "strong")
        self._entry = Entry(height=32, says="Name")
        self._entry.setFixedWidth(190)
        self._entry.setMaxLength(200)
        self._yes = ActionButton("", "tonal", key="Enter", height=32)
        self._no = ActionButton("", key="Esc", height=32)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addStretch(1)
        for widget in (self._asks, self._entry, self._no, self._yes):
            line.addWidget(widget)
        self._entry.returnPressed.connect(self.agree)
        self._yes.clicked.connect(self.agree)
        self._no.clicked.connect(self.refuse)

    def is_open(self) -> bool:
        return self._question is not None

    def ask(self, question: Question) -> None:
        """Asks, with the cursor where the answer is given."""
        self._question = question
        self._asks.setText(question.asks)
        self._entry.setVisible(bool(question.hint))
        self._entry.setPlaceholderText(question.hint)
        self._entry.setAccessibleName(question.asks)
        self._entry.put(question.typed)
        self._yes.set_words(question.yes)
        self._no.set_words(question.no)
        (self._entry if question.hint else self._yes).setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._entry.selectAll()

    def agree(self) -> None:
        question, self._question = self._question, None
        if question is not None:
            self.done.emit()
            question.act(self._entry.text().strip())

    def refuse(self) -> None:
        if self._question is not None:
            self._question = None
            self.done.emit()
