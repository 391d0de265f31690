"""Handing in much that waits: requests that only push, the next on its way before the one before is answered."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

from agent_desk.desk.sync import push
from agent_desk.desk.sync.ports import Clock, Ledger, Ledgers
from agent_desk.wire.sync import Ack, SyncAnswer, SyncRequest

MOST_UNDER_WAY = 3
"""Central takes them in by their numbers, whichever arrives first."""
MOST_REQUESTS = 10_000
"""A central that never comes to an end is not believed."""


@dataclass(frozen=True, slots=True)
class HandedIn:
    sent: int
    refused: int
    waiting: int
    """What central did not take."""


async def hand_in(
    ledgers: Ledgers, ask: Callable[[SyncRequest], AsyncGenerator[SyncAnswer]], clock: Clock, app: str
) -> HandedIn:
    """Sends what waits until nothing more is taken. Raises KnownError."""
    under_way: deque[asyncio.Task[SyncAnswer | None]] = deque()
    sent = refused = beyond = asked = 0
    going_on = True
    try:
        while asked < MOST_REQUESTS:
            while going_on and len(under_way) < MOST_UNDER_WAY:
                request = await ledgers.commit(
                    partial(push.next_request, reading=clock.read(), app=app, push_only=True, beyond=beyond)
                )
                if not request.commands:
                    break
                asked += 1
                beyond = request.commands[-1].n
                under_way.append(asyncio.create_task(_first(ask(request))))
            if not under_way:
                break
            answer = await under_way.popleft()
            settled = await ledgers.commit(partial(_keep, answer=answer, last=not under_way))
            sent, refused = sent + settled.sent, refused + settled.refused
            going_on = going_on and settled.sent > 0 and not (settled.gap or settled.later)
            if not under_way and settled.again and not settled.later:
                # central misses something: from there on once more
                going_on, beyond = settled.sent > 0, 0
    finally:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
    waiting = await ledgers.commit(_put_back)
    return HandedIn(sent, refused, waiting)


async def _first(answers: AsyncGenerator[SyncAnswer]) -> SyncAnswer | None:
    async with aclosing(answers):
        async for answer in answers:
            return answer
    return None


def _keep(ledger: Ledger, answer: SyncAnswer | None, *, last: bool) -> push.Settled:
    """While other requests are under way, what this one left open may be in them."""
    if answer is None:
        return push.Settled()
    settle = push.settle if last else _close
    settled = settle(ledger, answer.acks, answer.expected_n)
    ledger.finish()
    return settled


def _close(ledger: Ledger, acks: Sequence[Ack], _: int) -> push.Settled:
    return push.close_decided(ledger, acks)


def _put_back(ledger: Ledger) -> int:
    ledger.put_back()
    return ledger.count_waiting()
