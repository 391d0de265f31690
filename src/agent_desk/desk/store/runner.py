"""Runs use cases on the store's threads and tells who listens what changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.database import Source
from agent_desk.desk.store.price_books import PriceBooks
from agent_desk.desk.store.reader import Occasion, StoreReader
from agent_desk.desk.store.session import Session
from agent_desk.desk.store.work import StoreWork
from agent_desk.desk.store.worker import Worker
from agent_desk.desk.usecases.ports import Changes, Done, Reader, StoppedError, Work
from agent_desk.domain.decision import Refused

P = ParamSpec("P")
R = TypeVar("R")


class _UndoneError(Exception):
    """Ends the transaction of a trial, whose outcome is known by then."""


class StoreRunner:
    """Implements `Runner`: one thread writes, another reads, the event loop's thread never waits."""

    def __init__(self, path: Path, key: bytes, session: Session) -> None:
        self._session = session
        self._writer = Worker(Source(path, key), "store")
        self._reader = Worker(Source(path, key, reads_only=True), "store-reading")
        self._write_books, self._read_books = PriceBooks(), PriceBooks()
        self._listeners: list[Callable[[Changes], None]] = []

    def reading(self, query: Callable[Concatenate[Reader, P], R]) -> Callable[P, Coroutine[Any, Any, R]]:
        @wraps(query)
        async def run(*args: P.args, **kwargs: P.kwargs) -> R:
            def job(connection: Connection) -> R:
                return query(StoreReader(connection, self._occasion(self._read_books)), *args, **kwargs)

            return await asyncio.wrap_future(self._reader.submit(job))

        return run

    def acting(self, action: Callable[Concatenate[Work, P], R]) -> Callable[P, Coroutine[Any, Any, Done[R] | Refused]]:
        @wraps(action)
        async def run(*args: P.args, **kwargs: P.kwargs) -> Done[R] | Refused:
            def job(connection: Connection) -> tuple[Done[R], Changes]:
                self._session.check_open()
                work = StoreWork(connection, self._occasion(self._write_books))
                value = action(work, *args, **kwargs)
                work.finish()
                changes = Changes(frozenset(work.touched), "here", work.sends)
                return Done(value, tuple(work.warnings)), changes

            # an action that was begun is kept even when whoever asked has gone
            future = self._writer.submit(job)
            try:
                done, changes = await asyncio.shield(asyncio.wrap_future(future))
            except StoppedError as stopped:
                return stopped.refused
            if changes.refs or changes.waiting:
                self.publish(changes)
            return done

        return run

    def trying(self, action: Callable[Concatenate[Work, P], R]) -> Callable[P, Coroutine[Any, Any, Done[R] | Refused]]:
        @wraps(action)
        async def run(*args: P.args, **kwargs: P.kwargs) -> Done[R] | Refused:
            made: list[Done[R]] = []

            def job(connection: Connection) -> None:
                self._session.check_open()
                work = StoreWork(connection, self._occasion(self._write_books))
                value = action(work, *args, **kwargs)
                made.append(Done(value, tuple(work.warnings)))
                raise _UndoneError

            try:
                await asyncio.wrap_future(self._writer.submit(job))
            except StoppedError as stopped:
                return stopped.refused
            except _UndoneError:
                return made[0]
            raise AssertionError

        return run

    async def write(self, job: Callable[[Connection, PriceBooks], R]) -> R:
        """Something of the store's own, such as a page from central, in one commit."""
        return await asyncio.shield(
            asyncio.wrap_future(self._writer.submit(lambda connection: job(connection, self._write_books)))
        )

    async def read(self, job: Callable[[Connection], R]) -> R:
        return await asyncio.wrap_future(self._reader.submit(job))

    def subscribe(self, listener: Callable[[Changes], None]) -> Callable[[], None]:
        self._listeners.append(listener)

        def leave() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return leave

    def publish(self, changes: Changes) -> None:
        """Tells every listener, on the thread of the event loop."""
        for listener in tuple(self._listeners):
            listener(changes)

    def close(self) -> None:
        """Finishes what was begun and closes the database."""
        self._reader.close()
        self._writer.close()

    def _occasion(self, books: PriceBooks) -> Occasion:
        read = self._session.clock.read()
        return Occasion(self._session.time.now(read), read, self._session.staff, self._session.desk, books)
