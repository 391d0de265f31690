"""Central's commands a second over real HTTP from several desks, beside the same SQL through the bare driver."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from copy import deepcopy
from pathlib import Path

import psycopg
import zstandard
from fastapi.security import HTTPAuthorizationCredentials

from agent_desk.central.api.bodies import parsed
from agent_desk.central.api.services import Services
from agent_desk.central.bootstrap import assemble
from agent_desk.wire.sync import SyncRequest
from benchmarks.measuring import Aim, Figure, Report, Setting, UnmeasuredError, interleave, median
from benchmarks.replaying import RecordingDatabase, Transaction, replay
from benchmarks.sales import COMMANDS_OF_A_SALE, Queue, Sender, make_sales
from benchmarks.site import FIRST, Site, a_site, catch_up, list_sellers, open_new

IN_A_BATCH = 100
SERVED, BARE, RECORDED = "served", "bare", "recorded"


def at_once(jobs: Sequence[Callable[[], object]]) -> float:
    """Seconds from the start of all to the end of the last, each on its own thread; raises what one raised."""
    with ThreadPoolExecutor(len(jobs)) as threads:
        start = time.perf_counter()
        running = [threads.submit(job) for job in jobs]
        for one in running:
            one.result()
        return time.perf_counter() - start


class Rig:
    """The desks' queues over three copies of one database: central serves one, the others record and replay."""

    def __init__(self, url: str, site: Site, queues: list[Queue], stack: ExitStack) -> None:
        self._queues = queues
        self._recorded = deepcopy(queues)
        self._senders = [Sender(url, queue.token) for queue in queues]
        for sender in self._senders:
            stack.callback(sender.close)
        self._bare = [stack.enter_context(psycopg.connect(site.url(BARE), autocommit=True)) for _ in queues]
        self._database = RecordingDatabase(site.url(RECORDED))
        self._database.open()
        stack.callback(self._database.close)
        self._services: Services = assemble(self._database).services
        self._at = 0

    def round(self, batches: int, size: int) -> dict[str, Callable[[], float]]:
        """The next commands of every desk as two ways to time: commands a second."""
        spans = [(self._at + n * size, self._at + (n + 1) * size) for n in range(batches)]
        self._at = spans[-1][1]
        recorded = [self._record(queue, spans) for queue in self._recorded]
        count = len(self._queues) * batches * size

        def ours() -> float:
            # central lets go of a line that was idle while the round was recorded
            for sender in self._senders:
                sender.close()
            senders = zip(self._senders, self._queues, strict=True)
            return count / at_once([lambda s=s, q=q: _push(s, q, spans) for s, q in senders])  # type: ignore[misc]

        def bare() -> float:
            played = zip(self._bare, recorded, strict=True)
            return count / at_once([lambda c=c, t=t: replay(c, t) for c, t in played])  # type: ignore[misc]

        return {"ours": ours, "bare": bare}

    def _record(self, queue: Queue, spans: Sequence[tuple[int, int]]) -> list[Transaction]:
        self._database.take()
        for start, end in spans:
            caller = self._services.identify(HTTPAuthorizationCredentials(scheme="Bearer", credentials=queue.token))
            request = parsed(SyncRequest, _unfolded(queue, start, end))
            queue.hear(self._services.syncer.sync(request, caller), end - start)
        return self._database.take()


def _unfolded(queue: Queue, start: int, end: int) -> bytes:
    body = queue.body(start, end)
    return body if body.startswith(b"{") else zstandard.decompress(body)


def _push(sender: Sender, queue: Queue, spans: Sequence[tuple[int, int]]) -> None:
    for start, end in spans:
        queue.hear(sender.send(queue.body(start, end)), end - start)


async def _sell_everywhere(url: str, folder: Path, sales: int) -> list[Queue]:
    queues = []
    for shelf, seller in enumerate(list_sellers()):
        desk = await open_new(url, seller, folder)
        try:
            await catch_up(desk)
            queues.append(await make_sales(desk, sales, shelf))
        finally:
            await desk.close()
    return queues


def measure(setting: Setting) -> Report:
    rounds, batches, singles = setting.pick(4, 2), setting.pick(2, 1), setting.pick(40, 10)
    wanted = rounds * (batches * IN_A_BATCH + singles)
    with a_site(setting.folder) as site, ExitStack() as stack:
        with site.central(FIRST) as url:
            queues = asyncio.run(_sell_everywhere(url, setting.folder, -(-wanted // COMMANDS_OF_A_SALE)))
        if min(len(queue.commands) for queue in queues) < wanted:
            raise UnmeasuredError("the desks made too few commands")
        for name in (SERVED, BARE, RECORDED):
            site.copy(name)
        url = stack.enter_context(site.central(SERVED))
        rig = Rig(url, site, queues, stack)
        many = _rates(rig, rounds, batches, IN_A_BATCH)
        one = _rates(rig, rounds, singles, 1)
    beside = "the same SQL through bare psycopg"
    half = Aim("at least times", 0.5)
    desks = len(queues)
    return Report(
        (
            Figure(
                f"central, {desks} desks, {IN_A_BATCH} commands a request", many[0], beside, many[1], "commands/s", half
            ),
            Figure(f"central, {desks} desks, one command a request", one[0], beside, one[1], "commands/s", half),
        ),
        (f"whole sales of {COMMANDS_OF_A_SALE} commands; sign-in, feed and answer of each request included.",),
    )


def _rates(rig: Rig, rounds: int, batches: int, size: int) -> tuple[float, float]:
    """Commands a second, ours and bare, the first round left out."""
    found: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(rounds):
        for name, samples in interleave(1, rig.round(batches, size)).items():
            found[name] += samples
    return median(found["ours"][1:]), median(found["bare"][1:])
