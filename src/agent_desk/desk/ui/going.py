"""Whoever is at the desk goes: for a while behind a lock, or for good."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from agent_desk.desk.ui.parts.sheet import Sheet
from agent_desk.desk.usecases.ports import KnownError

if TYPE_CHECKING:
    from agent_desk.desk.ui.leaving import LeavingSheet, LockSheet
    from agent_desk.desk.ui.shell import Shell
    from agent_desk.desk.usecases import UseCases


class Going(QObject):
    """The two sheets are made when they are first asked for.

    Emits `signed_out()` once nobody is here any more; `other_asked(sentence)` when somebody is to sign in over what is
    open, with why the password alone did not do, or empty.
    """

    signed_out = Signal()
    other_asked = Signal(str)

    def __init__(
        self,
        shell: Shell,
        cases: UseCases,
        desk: str,
        start: Callable[[Coroutine[Any, Any, None]], None],
        log: Callable[..., None],
    ) -> None:
        super().__init__(shell)
        self._shell = shell
        self._cases = cases
        self._desk = desk
        self._start = start
        self._log = log

    @cached_property
    def leaving(self) -> LeavingSheet:
        from agent_desk.desk.ui.leaving import LeavingSheet

        sheet = LeavingSheet(self._shell)
        sheet.lock_chosen.connect(self.lock)
        sheet.out_chosen.connect(self._sign_out)
        return sheet

    @cached_property
    def locked(self) -> LockSheet:
        from agent_desk.desk.ui.leaving import LockSheet

        sheet = LockSheet(self._shell, self._desk)
        sheet.given.connect(lambda password: self._start(self._unlock(password)))
        sheet.other_asked.connect(lambda: self.other_asked.emit(""))
        return sheet

    def lock(self) -> None:
        """Covers the window at once; what waits goes on being sent."""
        staff = self._cases.signing_in.staff
        if staff is None or any(sheet.keeps and sheet.isVisible() for sheet in self._shell.findChildren(Sheet)):
            return
        if "leaving" in self.__dict__:
            self.leaving.dismiss()
        self.locked.lock(staff.name)
        self._shell.keys.block(True)
        self._log("desk.locked")

    def ask(self) -> None:
        """Says what is still here before anybody signs out."""
        self._start(self._ask())

    def open_again(self) -> None:
        """Whoever was here goes on; what lay open below the lock still does."""
        if "locked" in self.__dict__ and self.locked.isVisible():
            self.locked.dismiss()
            self._log("desk.unlocked")
        self.unblock()

    def unblock(self) -> None:
        """The keys of the page work again, unless something still lies over it."""
        self._shell.keys.block(any(sheet.isVisible() for sheet in self._shell.findChildren(Sheet)))

    async def _ask(self) -> None:
        from agent_desk.desk.ui.signing_out import leaving_of

        staff = self._cases.signing_in.staff
        if staff is None:
            return
        self.leaving.put(staff.name, leaving_of(await self._cases.sync.get_status()))
        self._shell.open_layer(self.leaving)

    def _sign_out(self) -> None:
        self.leaving.out.set_busy("Signing out")
        self._start(self._go())

    async def _go(self) -> None:
        await self._cases.signing_in.sign_out()
        self._log("staff.signed_out")
        self.signed_out.emit()

    async def _unlock(self, password: str) -> None:
        try:
            await self._cases.signing_in.unlock(password)
        except KnownError as error:
            if error.code == "sign_in.needs_link":
                self.other_asked.emit(error.message)
            else:
                self.locked.refuse(error.message)
            return
        self.open_again()
