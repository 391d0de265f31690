"""Leaving the desk for a while, or for somebody else."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from agent_desk.desk.ui.keys import EVERYWHERE, caption
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import across
from agent_desk.desk.ui.parts.field import Field
from agent_desk.desk.ui.parts.sheet import Sheet
from agent_desk.desk.ui.parts.text import Mark, Text
from agent_desk.desk.ui.signing_out import Leaving


class LeavingSheet(Sheet):
    """Emits `lock_chosen()` or `out_chosen()`; `Esc` stays."""

    lock_chosen = Signal()
    out_chosen = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, (470, 290), "Leave this desk")
        self._title = Text("", "title")
        self._mark = Mark("circle-check", "ok", 20)
        self._waits = Text("", wraps=True)
        self._needs = Text("", tone="warn", wraps=True)
        self.lock = ActionButton("Lock", "primary", key=caption(EVERYWHERE, "lock"), icon="lock", height=40)
        self.out = ActionButton("Sign out", icon="user", height=40)
        self.lock.clicked.connect(self.lock_chosen)
        self.out.clicked.connect(self.out_chosen)
        said = across(self._mark, self._waits, spacing=10)
        said.setStretch(1, 1)
        self.body.setContentsMargins(24, 22, 24, 22)
        self.body.addWidget(self._title)
        self.body.addSpacing(6)
        self.body.addLayout(said)
        self.body.addWidget(self._needs)
        self.body.addStretch(1)
        self.body.addLayout(across(self.out, None, self.lock, spacing=8))

    def put(self, name: str, leaving: Leaving) -> None:
        """Says what is still here."""
        self._title.setText(name)
        self._mark.set_mark("triangle-alert" if leaving.warns else "circle-check", "warn" if leaving.warns else "ok")
        self._waits.setText(leaving.waits)
        self._needs.setText(leaving.needs)
        self._needs.setVisible(bool(leaving.needs))
        self.out.set_words(leaving.out)
        self.out.set_kind("danger" if leaving.warns else "secondary")
        self.out.set_busy("")
        self.setAccessibleDescription(f"{leaving.waits} {leaving.needs}".strip())

    def open(self) -> None:
        super().open()
        self.lock.setFocus()


class LockSheet(Sheet):
    """Emits `given(password)`, or `other_asked()` for somebody else; stays and shows nothing of what lies below."""

    given = Signal(str)
    other_asked = Signal()

    def __init__(self, over: QWidget, desk: str) -> None:
        super().__init__(over, (380, 330), "Desk locked", keeps=True, hides=True)
        self._desk = desk
        self._who = Text("", wraps=True)
        self._password = Field("Password", with_message=True)
        self._password.entry.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.entry.setMaxLength(256)
        self._button = ActionButton("Unlock", "primary", key="Enter", height=44, stretch_key=True)
        self.other = ActionButton("Somebody else", "quiet", icon="user")
        self.body.setContentsMargins(24, 22, 24, 22)
        self.body.addLayout(across(Mark("lock", "accent", 20), Text("Locked", "title"), None, spacing=8))
        self.body.addWidget(self._who)
        self.body.addSpacing(4)
        self.body.addWidget(self._password)
        self.body.addStretch(1)
        self.body.addWidget(self._button)
        self.body.addWidget(self.other)
        self._password.entered.connect(self._give)
        self._button.clicked.connect(self._give)
        self.other.clicked.connect(self.other_asked)

    def lock(self, name: str) -> None:
        """Covers the window until `dismiss()`."""
        self._who.setText(f"{name} works on desk {self._desk}. What waits goes on being sent.")
        self._password.put("")
        self._password.set_state("")
        self._button.set_busy("")
        self.open()
        self._password.setFocus()

    def refuse(self, sentence: str) -> None:
        """Says why not, and waits for another try."""
        self._button.set_busy("")
        self._password.put("")
        self._password.set_state("error", sentence)
        self._password.setFocus()

    def _give(self) -> None:
        password = self._password.entry.text()
        if not password:
            self._password.set_state("error", "Type the password.")
            return
        self._password.set_state("")
        self._button.set_busy("Unlocking")
        self.given.emit(password)
