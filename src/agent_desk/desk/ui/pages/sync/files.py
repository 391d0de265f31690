"""BYD-13 on the Sync page: what waits here is saved to a stick, what waited on another desk is taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from agent_desk.desk.ui.keys import caption
from agent_desk.desk.ui.pages.sync.brought import BroughtView, brought_views, saved_words, taken_words
from agent_desk.desk.ui.parts.button import ActionButton
from agent_desk.desk.ui.parts.card import Card, across
from agent_desk.desk.ui.parts.chip import Chip
from agent_desk.desk.ui.parts.notices import Notice
from agent_desk.desk.ui.parts.text import Mark, Text
from agent_desk.wire.handover_file import ENDING

if TYPE_CHECKING:
    from agent_desk.desk.ui.context import PageContext

FILES = f"Handover files (*{ENDING})"


class FilesCard(Card):
    """The files that were taken in here, hidden where there are none; `save` and `take` are its two buttons."""

    def __init__(self, context: PageContext) -> None:
        super().__init__((12, 8, 12, 10), 6, name="Files of other desks")
        self._context = context
        self._shown: tuple[BroughtView, ...] = ()
        self.save = ActionButton("Save to USB", key=caption("sync", "save_file"), icon="save", height=32)
        self.take = ActionButton("Take in a file", key=caption("sync", "take_in"), icon="package-open", height=32)
        self.save.clicked.connect(self.ask_where)
        self.take.clicked.connect(self.ask_which)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        self.body.addWidget(Text("Files of other desks", "section"))
        self.body.addLayout(self._lines)
        self.hide()

    def ask_where(self) -> None:
        """Where the file is to go; the stick that is plugged in comes first."""
        dialog = self._dialog("Save what waits")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # what is not a file of this desk is never written over, so nothing needs to be asked
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setDefaultSuffix(ENDING[1:])
        dialog.selectFile(self._context.cases.handing_on.suggest())
        dialog.fileSelected.connect(lambda path: self._context.start(self._write(path)))
        dialog.open()

    def ask_which(self) -> None:
        """Which file another desk has written."""
        dialog = self._dialog("Take in a file of another desk")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setDirectory(self._context.cases.handing_on.suggest().rpartition("/")[0])
        dialog.fileSelected.connect(lambda path: self._context.start(self._take_in(path)))
        dialog.open()

    async def load(self) -> None:
        """Asks again what became of them."""
        views = brought_views(await self._context.cases.handing_on.list_brought(), self._context.now())
        self.setVisible(bool(views))
        if views == self._shown:
            return
        self._shown = views
        while (item := self._lines.takeAt(0)) is not None:
            if (line := item.widget()) is not None:
                line.hide()
                line.deleteLater()
        for view in views:
            self._lines.addWidget(_line(view))

    def _dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self.window(), title)
        dialog.setNameFilter(FILES)
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    async def _write(self, path: str) -> None:
        self._tell(*saved_words(await self._context.cases.handing_on.write(path)))

    async def _take_in(self, path: str) -> None:
        self._tell(*taken_words(await self._context.cases.handing_on.take_in(path)))
        await self.load()

    def _tell(self, what: str, more: str) -> None:
        self._context.notify(Notice(what, more, "ok"))


def _line(view: BroughtView) -> QWidget:
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(Text(view.what, "strong", elides=True))
    words.addWidget(Text(view.under, "caption", "text_2", elides=True))
    line = across(Mark("package-open", "text_2", 18), spacing=10)
    line.addLayout(words, 1)
    line.addWidget(Chip(view.chip, view.icon, view.tone))
    widget = QWidget()
    widget.setLayout(line)
    widget.setAccessibleName(f"{view.what}, {view.under}, {view.chip}")
    return widget
