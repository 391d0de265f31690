"""What a desk still does when central finds it too old: it hands in what waits, and reads nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial

from agent_desk.desk.sync import push
from agent_desk.desk.sync.ports import Clock, Ledger, Ledgers
from agent_desk.wire.sync import SyncAnswer, SyncRequest

MOST_REQUESTS = 1000
"""A central that never comes to an end is not believed."""


async def hand_in(
    ledgers: Ledgers, ask: Callable[[SyncRequest], AsyncIterator[SyncAnswer]], clock: Clock, app: str
) -> int:
    """Sends what waits until nothing more is taken; answers with how much still waits. Raises KnownError."""
    for _ in range(MOST_REQUESTS):
        request = await ledgers.commit(partial(push.next_request, reading=clock.read(), app=app, push_only=True))
        more = False
        if request.commands:
            async for answer in ask(request):
                settled = await ledgers.commit(partial(_keep, answer=answer))
                more = (settled.sent > 0 or settled.again) and not settled.later
        if not more:
            break
    return await ledgers.commit(lambda ledger: ledger.count_waiting())


def _keep(ledger: Ledger, answer: SyncAnswer) -> push.Settled:
    settled = push.settle(ledger, answer.acks, answer.expected_n)
    ledger.finish()
    return settled
