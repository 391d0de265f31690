"""What the window starts, and how it leaves."""

from __future__ import annotations

import asyncio

from agent_desk.desk.ui.parts.notices import Notice
from agent_desk.desk.ui.running import Running
from agent_desk.desk.usecases.ports import KnownError


def a_runner(notices: list[Notice]) -> Running:
    return Running(notices.append, lambda _error: "7F2A")


def test_leaving_finishes_what_is_done_here_and_drops_what_waits_for_central() -> None:
    done: list[str] = []

    async def here() -> None:
        await asyncio.sleep(0)
        done.append("here")

    async def abroad() -> None:
        await asyncio.Event().wait()

    async def story() -> None:
        running = a_runner([])
        running.start(here())
        running.start(abroad(), abroad=True)
        await asyncio.wait_for(running.finish(), 5)

    asyncio.run(story())
    assert done == ["here"]


def test_what_the_world_refuses_is_said_with_what_to_do() -> None:
    notices: list[Notice] = []

    async def refused() -> None:
        raise KnownError("disk.full", "The disk is full: make room, then try again.")

    async def story() -> None:
        running = a_runner(notices)
        running.start(refused())
        await running.finish()

    asyncio.run(story())
    assert [(notice.what, notice.details) for notice in notices] == [("The disk is full", "Make room, then try again.")]
