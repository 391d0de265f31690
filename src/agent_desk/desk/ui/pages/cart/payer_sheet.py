"""Whose phone MMG asks: seven digits, then Enter."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import across
from agent_desk.desk.ui.parts.field import Field
from agent_desk.desk.ui.parts.sheet import Sheet
from agent_desk.desk.ui.parts.text import Text
from agent_desk.domain.payments import account_of

SIZE = (420, 210)
WRONG = "Type seven digits, such as 611 2233."


class PayerSheet(Sheet):
    """Emits `typed(digits)` once they can be an account, and closes."""

    typed = Signal(str)

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, SIZE, "MMG number")
        self.field = Field("The customer's MMG number")
        self._says = Text("", "label", "text_2", wraps=True)
        self.ask = ActionButton("Ask the phone", "primary", key="Enter", icon="smartphone", height=40)
        self._no = ActionButton("Close", key="Esc", height=40)
        self.body.addWidget(Text("Pay by MMG", "title"))
        self.body.addWidget(self.field)
        self.body.addWidget(self._says)
        self.body.addStretch(1)
        self.body.addLayout(across(self._no, None, self.ask))
        self.field.entered.connect(self._submit)
        self.ask.clicked.connect(self._submit)
        self._no.clicked.connect(self.dismiss)

    def open(self) -> None:
        """Empty: the next customer has another phone."""
        self.field.put("")
        self._say("They approve it on their phone with their PIN.", "text_2")
        super().open()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def _submit(self) -> None:
        account = account_of(self.field.text())
        if not account:
            self._say(WRONG, "danger")
            return
        self.dismiss()
        self.typed.emit(account)

    def _say(self, words: str, tone: str) -> None:
        self._says.setText(words)
        self._says.set_tone(tone)
