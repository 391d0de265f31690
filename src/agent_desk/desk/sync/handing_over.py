"""What a desk does once it is revoked: nothing more is done here, and what waits goes to central for a person."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial

from agent_desk.desk.sync.ports import Central, Ledger, Ledgers
from agent_desk.desk.sync.push import ROOM_FOR_COMMANDS
from agent_desk.desk.usecases.ports import KnownError
from agent_desk.wire.handing_over import Handover
from agent_desk.wire.sync import MOST_COMMANDS

MOST_REQUESTS = 1000
"""A central that never comes to an end is not believed."""
HANDING_OVER = "This desk was taken out of use: its work is being handed over."


async def hand_over(ledgers: Ledgers, central: Central, now: datetime) -> int:
    """Sends everything that waits, then that it was all; answers with how much it was. Raises KnownError.

    Nothing changes here: it may be broken off anywhere, and begun again.
    """
    after = handed = 0
    for _ in range(MOST_REQUESTS):
        request = await ledgers.commit(partial(_next_part, after=after, now=now))
        answer = await central.hand_over(request)
        # from the second time on by central's own clock, should ours be off
        now = answer.now
        if request.last:
            if answer.whole:
                return handed
        elif {envelope.id for envelope in request.commands} <= set(answer.taken):
            after = request.commands[-1].n
            handed += len(request.commands)
    raise KnownError("central.endless", "Central never comes to an end: it is tried again later.", 60)


def _next_part(ledger: Ledger, after: int, now: datetime) -> Handover:
    position = ledger.position()
    commands = ledger.list_unsent(after, MOST_COMMANDS, ROOM_FOR_COMMANDS)
    return Handover(
        device=position.device, generation=position.generation, at=now, commands=commands, last=not commands
    )


class Revocation:
    """Whether this desk was revoked, and how far its leaving is."""

    def __init__(
        self,
        ledgers: Ledgers,
        central: Central,
        seal: Callable[[bool], None],
        now: Callable[[], datetime],
        *,
        heard: bool,
    ) -> None:
        self._ledgers = ledgers
        self._central = central
        self._seal = seal
        self._now = now
        self.heard = heard
        self.handed: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        """How many actions central keeps now; done when all are, and the data may go."""
        seal(heard)

    async def hear(self) -> None:
        """Central said so: nothing is done on this desk any more, also after it was started again."""
        await self._note(heard=True)

    async def attempt(self) -> str:
        """Hands over what waits; answers with a sentence for the person at the desk."""
        await self.hear()
        if self.handed.done():
            return HANDING_OVER
        try:
            handed = await hand_over(self._ledgers, self._central, self._now())
        except KnownError as error:
            if error.code == "desk.in_use":
                await self._note(heard=False)
            return error.message
        self.handed.set_result(handed)
        return HANDING_OVER

    async def _note(self, *, heard: bool) -> None:
        # first of all: what was begun before is in the outbox by the time it is read, and nothing comes after it
        self._seal(heard)
        self.heard = heard
        await self._ledgers.commit(lambda ledger: ledger.note_revoked(revoked=heard))
