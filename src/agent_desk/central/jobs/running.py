"""The queue's runner: what central does later and by itself, in whichever of its processes is free."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import structlog
from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

AT_ONCE = 2
"""So that a long job does not hold up the short ones."""
MOST_TRIES = 8
AGAIN_SECONDS = 5.0
"""After the database went away."""
KEPT_HOURS = 24 * 30
"""Of what failed for good."""
SWEEP = "* * * * * 30"

log = structlog.get_logger("central")


@dataclass(frozen=True, slots=True)
class Job:
    """A name and what runs under it: whenever it is deferred, with its arguments, or by a clock of its own."""

    name: str
    run: Callable[..., object]
    cron: str = ""
    """Minute to day of the week, then the second: `* * * * * */30` is each half minute. Empty: when deferred."""


class JobRunner:
    """A thread that takes up jobs while the block runs; one in each of central's processes is right."""

    def __init__(self, url: str, jobs: Sequence[Job]) -> None:
        self._url = url
        self._jobs = tuple(jobs)
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._work: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._loop is not None, "the thread has begun"
        assert self._work is not None, "the thread has begun"
        self._loop.call_soon_threadsafe(self._work.cancel)
        self._thread.join(15)

    def _run(self) -> None:
        # the driver needs this kind of loop, which is not the usual one everywhere
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            self._loop = runner.get_loop()
            self._work = self._loop.create_task(self._keep_working())
            self._ready.set()
            runner.run(_ended(self._work))

    async def _keep_working(self) -> None:
        """A worker ends when the database goes away: the next begins when it is back."""
        while True:
            try:
                await self._work_once()
            except ConnectorException as error:
                log.warning("jobs wait for the database", reason=type(error.__cause__ or error).__name__)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _work_once(self) -> None:
        app = make_app(self._url, self._jobs)
        async with app.open_async():
            await app.run_worker_async(
                concurrency=AT_ONCE,
                delete_jobs="successful",
                install_signal_handlers=False,
                shutdown_graceful_timeout=10,
            )


def make_app(url: str, jobs: Sequence[Job]) -> App:
    """The library's application with our jobs and its own sweep."""
    app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=3, timeout=10))
    for job in jobs:
        if job.cron:
            # nothing piles up while every process is busy: one that waits is enough
            task = app.task(name=job.name, queueing_lock=job.name)(_without_time(job.run))
            app.periodic(cron=job.cron)(task)
        else:
            app.task(name=job.name, retry=RetryStrategy(max_attempts=MOST_TRIES, exponential_wait=2))(job.run)
    app.periodic(cron=SWEEP)(app.task(name="sweep", queueing_lock="sweep", pass_context=True)(_sweep))
    return app


def _without_time(run: Callable[[], object]) -> Callable[[int], object]:
    def run_at(timestamp: int) -> object:  # noqa: ARG001 - the library names the moment, our clock counts
        return run()

    return run_at


async def _sweep(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - the library names the moment
    """Takes up again what a killed process had begun, and forgets what failed long ago."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        if job.queueing_lock is None:
            await manager.retry_job(job)
        else:
            # its clock puts the next turn, which may wait already: two may not wait at once
            await manager.finish_job(job, Status.FAILED, delete_job=True)
    await manager.delete_old_jobs(nb_hours=KEPT_HOURS, include_failed=True, include_aborted=True)


async def _ended(work: asyncio.Task[None]) -> None:
    await asyncio.wait([work])
