"""What is left half done when the window closes is ended while the loop still runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from PySide6.QtWidgets import QApplication

from agent_desk.desk.ui.event_loop import run_on


def test_a_stream_that_nobody_reads_to_its_end_is_closed_within_the_loop(app: QApplication) -> None:
    ends: list[str] = []

    async def stream(name: str) -> AsyncGenerator[int]:
        try:
            yield 1
            yield 2
        finally:
            # fails with another error where no loop runs any more
            await asyncio.sleep(0)
            ends.append(name)

    kept: list[AsyncGenerator[int]] = []

    async def read_one_of_each() -> None:
        kept.append(stream("kept"))
        assert await anext(kept[0]) == 1
        async for number in stream("dropped"):
            assert number == 1
            break
        await asyncio.sleep(0)

    run_on(app, read_one_of_each)
    assert sorted(ends) == ["dropped", "kept"]
