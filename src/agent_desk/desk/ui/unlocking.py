"""Asks for the passphrase of the desk's data, where the machine has no keyring."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.field import Field
from agent_desk.desk.ui.parts.sheet import Sheet
from agent_desk.desk.ui.parts.text import Text


class PassphraseSheet(Sheet):
    """Emits `given(passphrase)`."""

    given = Signal(str)

    def __init__(self, over: QWidget, sentence: str) -> None:
        super().__init__(over, (380, 260), "Unlock this desk", keeps=True)
        self._passphrase = Field("Passphrase", with_message=True)
        self._passphrase.entry.setEchoMode(QLineEdit.EchoMode.Password)
        self._passphrase.entry.setMaxLength(256)
        button = ActionButton("Unlock", "primary", key="Enter", height=44, stretch_key=True)
        self.body.setContentsMargins(24, 22, 24, 22)
        self.body.addWidget(Text("Unlock this desk", "title"))
        self.body.addWidget(Text("This machine has no keyring, so the data is locked by a passphrase.", wraps=True))
        self.body.addWidget(self._passphrase)
        self.body.addStretch(1)
        self.body.addWidget(button)
        if sentence:
            self._passphrase.set_state("error", sentence)
        self._passphrase.entered.connect(self._give)
        button.clicked.connect(self._give)

    def open(self) -> None:
        super().open()
        self._passphrase.setFocus()

    def _give(self) -> None:
        text = self._passphrase.entry.text()
        if text:
            self.given.emit(text)
        else:
            self._passphrase.set_state("error", "Type the passphrase.")


async def ask_passphrase(over: QWidget, sentence: str, ended: asyncio.Future[None]) -> str:
    """What was typed; empty when the desk ended meanwhile. `sentence` says why the last one was refused."""
    answer: asyncio.Future[str] = asyncio.get_event_loop().create_future()
    sheet = PassphraseSheet(over, sentence)

    def give(text: str) -> None:
        if not answer.done():
            answer.set_result(text)

    def give_up(_ended: asyncio.Future[None]) -> None:
        give("")

    sheet.given.connect(give)
    ended.add_done_callback(give_up)
    sheet.open()
    passphrase = await answer
    ended.remove_done_callback(give_up)
    sheet.dismiss()
    sheet.deleteLater()
    return passphrase
