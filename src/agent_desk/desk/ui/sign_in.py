"""Who is at the desk: name and password over the whole window."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.field import Field
from agent_desk.desk.ui.parts.sheet import Sheet
from agent_desk.desk.ui.parts.text import Text


class SignInSheet(Sheet):
    """Emits `given(login, password)`; stays until `dismiss()`, whatever is pressed."""

    given = Signal(str, str)

    def __init__(self, over: QWidget, desk: str) -> None:
        super().__init__(over, (380, 330), "Sign in", keeps=True)
        self._login = Field("Name")
        self._password = Field("Password", with_message=True)
        self._password.entry.setEchoMode(QLineEdit.EchoMode.Password)
        self._login.entry.setMaxLength(40)
        self._password.entry.setMaxLength(256)
        self._button = ActionButton("Sign in", "primary", key="Enter", height=44, stretch_key=True)
        self.body.setContentsMargins(24, 22, 24, 22)
        self.body.addWidget(Text("Sign in", "title"))
        self.body.addWidget(Text(f"Desk {desk}. Without a link, whoever signed in here before still can.", wraps=True))
        self.body.addSpacing(4)
        self.body.addWidget(self._login)
        self.body.addWidget(self._password)
        self.body.addStretch(1)
        self.body.addWidget(self._button)
        self._login.entered.connect(self._password.setFocus)
        self._password.entered.connect(self._give)
        self._button.clicked.connect(self._give)

    def open(self) -> None:
        super().open()
        self._button.set_busy("")
        (self._password if self._login.text() else self._login).setFocus()

    def refuse(self, sentence: str) -> None:
        """Says why not, and waits for another try."""
        self._button.set_busy("")
        self._password.put("")
        self._password.set_state("error", sentence)
        self._password.setFocus()

    def _give(self) -> None:
        if not self._login.text():
            self._login.setFocus()
            return
        password = self._password.entry.text()
        if not password:
            self._password.set_state("error", "Type the password.")
            self._password.setFocus()
            return
        self._password.set_state("")
        self._button.set_busy("Signing in")
        self.given.emit(self._login.text(), password)
