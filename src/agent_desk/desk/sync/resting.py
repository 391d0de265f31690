"""The time between two rounds: it ends by itself, or sooner when somebody asks."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from agent_desk.desk.sync.ports import Clock


class Rest:
    """On the event loop's thread; by the steady clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked = False
        self._stirred = asyncio.Event()
        self._until = self._quiet_until = 0

    def begin_round(self) -> None:
        """Whoever asked is being served."""
        self._asked = False

    def end(self) -> None:
        """At once; during a round, another follows it."""
        self._asked = True
        self._stirred.set()

    def within(self, seconds: float, *, busy: bool) -> None:
        """Also where a round is under way (`busy`), which may have begun too early for what is wanted."""
        if seconds <= 0 or busy:
            self.end()
        else:
            self.at_most(seconds)

    def at_most(self, seconds: float) -> None:
        """No longer than this from now on."""
        self._until = min(self._until, self._mono + int(seconds * 1000))
        self._stirred.set()

    def exactly(self, seconds: float) -> None:
        """Neither shorter nor longer, unless somebody asks."""
        self._until = self._quiet_until = self._mono + int(seconds * 1000)
        self._stirred.set()

    async def wait(
        self, seconds: float, settles_in: Callable[[int], float | None], look: Callable[[float], None]
    ) -> None:
        """Until the time is up or somebody asks; `look` is called whenever something shown may have come round."""
        self._until = max(self._mono + int(seconds * 1000), self._quiet_until)
        while not self._asked:
            self._stirred.clear()
            left = (self._until - self._mono) / 1000
            if left <= 0:
                return
            settles = settles_in(self._mono)
            nap = left if settles is None else min(left, settles + 0.01)
            # not wait_for: on Python 3.11 it loses a cancellation that comes together with the wake
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(nap):
                    await self._stirred.wait()
            look((self._until - self._mono) / 1000)

    @property
    def _mono(self) -> int:
        return self._clock.read().mono


async def wait_watched(
    asking: asyncio.Future[float], silent: asyncio.Event, patience: float, doubt: Callable[[], None]
) -> float | None:
    """What comes of `asking`; None when it was given up because of `silent`. `doubt` is called once it takes long."""
    silence = asyncio.ensure_future(silent.wait())
    either: set[asyncio.Future[Any]] = {asking, silence}
    try:
        done, _ = await asyncio.wait(either, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            doubt()
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        return asking.result() if asking.done() else None
    finally:
        for one in either:
            one.cancel()
        await asyncio.gather(*either, return_exceptions=True)
