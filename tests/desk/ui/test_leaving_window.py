"""The real window when whoever works at it goes: behind the lock, or for somebody else; by a real central over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from agent_desk.central.bootstrap import Central
from agent_desk.desk.ui.leaving import LeavingSheet, LockSheet
from agent_desk.desk.ui.looking import check
from agent_desk.desk.ui.sign_in import SignInSheet
from tests.desk.sync.branch import PASSWORD, at_central
from tests.desk.ui.patience import until
from tests.desk.ui.person import At, Story, play_at
from tests.fakes.served import Door


@pytest.fixture
def play(app: QApplication, new_central: Central, tmp_path: Path) -> Callable[[Story], None]:
    return lambda story: play_at(app, new_central, tmp_path, story)


def test_f11_hides_everything_until_the_same_person_types_the_password(play: Callable[[Story], None]) -> None:
    async def story(at: At) -> None:
        at.counter.shell.open_page("cart")
        at.press(Qt.Key.Key_F11)
        lock = at.sheet(LockSheet)
        assert check(at.counter.shell) == []
        shown = lock.grab().toImage()
        assert len({shown.pixelColor(x, 5).name() for x in range(0, shown.width(), 7)}) == 1
        at.press(Qt.Key.Key_Escape)
        at.press(Qt.Key.Key_F11)
        assert at.sheet(LockSheet) is lock
        at.type("essequibo")
        await until(lambda: "wrong" in at.said(lock))
        at.type(PASSWORD)
        await until(lambda: not lock.isVisible())
        assert (at.counter.shell.current_key(), at.counter.shell.keys.is_blocked) == ("cart", False)

    play(story)


def test_a_locked_desk_goes_on_sending(play: Callable[[Story], None]) -> None:
    async def story(at: At) -> None:
        at.press(Qt.Key.Key_F11)
        await at.sell()
        await at.is_sent()
        assert at.sheet(LockSheet) is not None

    play(story)


def test_who_signs_out_reads_what_is_unsent_and_the_next_person_sends_it(play: Callable[[Story], None]) -> None:
    async def story(at: At) -> None:
        port = at.cut()
        await at.sell()
        unsent = await at.waiting()
        assert unsent >= 4
        before = at.counter.shell
        before.top.leave_asked.emit()
        await until(lambda: at.sheet(LeavingSheet) is not None)
        leaving = at.sheet(LeavingSheet)
        assert f"{unsent} actions are not at central yet, with USD 158.19 in cash." in at.said(leaving)
        assert check(before) == []
        QTest.keyClick(leaving, Qt.Key.Key_Escape)
        assert not leaving.isVisible()
        before.top.leave_asked.emit()
        await until(lambda: at.sheet(LeavingSheet) is not None)
        leaving.out.click()
        await until(lambda: at.counter.shell is not before and at.sheet(SignInSheet) is not None)
        assert at.cases.signing_in.staff is None
        at.door = Door(at.central, port)
        at.counter.shell.activateWindow()
        at.type("manager")
        at.type(PASSWORD)
        await until(lambda: at.sheet(SignInSheet) is None)
        assert at.person() == "Sandra Bovell, Manager, sign out"
        await at.is_sent()
        assert at_central(at.central, "select count(*), count(distinct staff) from command") == [(unsent, 1)]
        sellers = "select distinct taken_by from cash_received"
        agent = at_central(at.central, "select id from document where kind = 'staff' and handle = 'agent'")
        assert at_central(at.central, sellers) == agent

    play(story)


def test_somebody_else_takes_over_a_locked_desk(play: Callable[[Story], None]) -> None:
    async def story(at: At) -> None:
        at.press(Qt.Key.Key_F11)
        before = at.counter.shell
        at.sheet(LockSheet).other.click()
        at.type("manager")
        at.type(PASSWORD)
        await until(lambda: at.counter.shell is not before and at.person().startswith("Sandra Bovell"))
        assert at.sheet(SignInSheet) is None
        # it is another window, and a moment passes until the keys go to it
        at.counter.shell.activateWindow()
        await until(lambda: QApplication.activeWindow() is at.counter.shell)
        at.press(Qt.Key.Key_F11)
        at.type(PASSWORD)
        await until(lambda: at.sheet(LockSheet) is None)
        at.counter.shell.open_page("sync")
        assert check(at.counter.shell) == []

    play(story)


def test_signing_out_ends_the_session_at_central_too(play: Callable[[Story], None]) -> None:
    async def story(at: At) -> None:
        before = at.counter.shell
        before.top.leave_asked.emit()
        await until(lambda: at.sheet(LeavingSheet) is not None)
        assert "Everything that was done here is at central." in at.said(at.sheet(LeavingSheet))
        at.sheet(LeavingSheet).out.click()
        await until(lambda: at.counter.shell is not before)
        assert at_central(at.central, "select ended_why from session") == [("signed out",)]

    play(story)
