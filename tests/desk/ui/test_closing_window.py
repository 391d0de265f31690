"""A window that is closed ends its desk, however early and whatever hangs."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from agent_desk.desk.bootstrap import Counter, Options
from agent_desk.desk.ui.event_loop import run_on

STUCK = """
import time
from agent_desk.desk.bootstrap import leave_in_time

def waits_for_ever():
    time.sleep(60)

leave_in_time(0.1)
waits_for_ever()
"""


def test_a_window_that_is_closed_before_it_was_ever_painted_ends_the_desk(app: QApplication, tmp_path: Path) -> None:
    async def close() -> None:
        counter = Counter(app, Options("http://127.0.0.1:9", "GEO-9", tmp_path))
        counter.shell.setUpdatesEnabled(False)
        running = asyncio.ensure_future(counter.run())
        while not counter.shell.isVisible():  # noqa: ASYNC110 - Qt shows it, and tells asyncio nothing of it
            await asyncio.sleep(0)
        counter.shell.close()
        await asyncio.wait_for(running, 20)
        counter.shell.deleteLater()

    app.setQuitOnLastWindowClosed(False)  # as the program does
    run_on(app, close)
    assert list(tmp_path.iterdir()) == []


def test_a_desk_that_cannot_leave_says_where_it_stands_and_is_ended() -> None:
    ended = subprocess.run([sys.executable, "-c", STUCK], capture_output=True, text=True, check=False, timeout=50)
    assert ended.returncode == 1
    assert "waits_for_ever" in ended.stderr
