"""Connections and transactions, with their time-outs, and the one translator of the driver's errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import IsolationLevel
from psycopg_pool import ConnectionPool, PoolTimeout

from agent_desk.central.store.accounts import AccountsUnit
from agent_desk.central.store.pushing import PushingUnit
from agent_desk.central.store.quarantining import QuarantineUnit
from agent_desk.central.store.reading import ReadingUnit
from agent_desk.central.store.together import TogetherUnit
from agent_desk.central.store.translating import translated, unavailable
from agent_desk.central.store.upkeep import UpkeepUnit

Connection = psycopg.Connection[tuple[Any, ...]]

CONNECTIONS = 20
WAITING = 80
"""LIM-10: with the connections, at most 100 queries at once."""
LIMITS = {
    "statement_timeout": 5_000,
    "lock_timeout": 2_000,
    "idle_in_transaction_session_timeout": 5_000,
    "transaction_timeout": 10_000,
}
"""Milliseconds. LIM-10: 10 s a transaction; servers before 17 do not know the last one."""
FILLING_MS = 300_000

# as text, the driver would send every document in hexadecimal
BINARY = True


class FillingUnit(PushingUnit, AccountsUnit):
    """Everything a transaction may do."""


class Database:
    """PostgreSQL by URL; open it once, close it at the end."""

    def __init__(self, url: str, connections: int = CONNECTIONS, patience: float = 5) -> None:
        self.url = url
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            url,
            min_size=2,
            max_size=connections,
            max_waiting=WAITING,
            timeout=patience,
            configure=_set_limits,
            check=ConnectionPool.check_connection,
            open=False,
            name="central",
        )

    def open(self, *, wait: bool = True) -> None:
        """Raises KnownError when the server does not answer, and it is waited for."""
        try:
            self._pool.open(wait=wait, timeout=15)
        except PoolTimeout as error:
            self._pool.close()
            raise unavailable() from error

    def close(self) -> None:
        self._pool.close()

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection outside any transaction; the driver's errors come out as ours."""
        with translated(), self._pool.connection() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[ReadingUnit]:
        """One snapshot: what it reads is of one instant."""
        with self.connection() as connection, _reading(connection) as unit:
            yield unit

    @contextmanager
    def surveying(self) -> Iterator[ReadingUnit]:
        """As `reading`, with more time."""
        with self._patient() as connection, _reading(connection) as unit:
            yield unit

    @contextmanager
    def pushing(self, *, together: bool = False) -> Iterator[PushingUnit]:
        # read committed with row locks: under repeatable read the scope counters would abort every second writer
        with self.connection() as connection, connection.transaction(), connection.cursor(binary=BINARY) as cursor:
            yield TogetherUnit(cursor) if together else PushingUnit(cursor)

    @contextmanager
    def accounts(self) -> Iterator[AccountsUnit]:
        with self.connection() as connection, connection.transaction(), connection.cursor(binary=BINARY) as cursor:
            yield AccountsUnit(cursor)

    @contextmanager
    def quarantining(self) -> Iterator[QuarantineUnit]:
        with self.connection() as connection, connection.transaction(), connection.cursor(binary=BINARY) as cursor:
            yield QuarantineUnit(cursor)

    @contextmanager
    def upkeep(self) -> Iterator[UpkeepUnit]:
        with self.connection() as connection, connection.transaction(), connection.cursor(binary=BINARY) as cursor:
            yield UpkeepUnit(cursor)

    @contextmanager
    def filling(self) -> Iterator[FillingUnit]:
        """The operator's own work, which may take longer than a desk's."""
        with self._patient() as connection, connection.transaction(), connection.cursor(binary=BINARY) as cursor:
            yield FillingUnit(cursor)

    @contextmanager
    def _patient(self) -> Iterator[Connection]:
        with self.connection() as connection:
            _set_limits(connection, dict.fromkeys(LIMITS, FILLING_MS))
            try:
                yield connection
            finally:
                if not connection.closed:
                    _set_limits(connection)


@contextmanager
def _reading(connection: Connection) -> Iterator[ReadingUnit]:
    # said by the driver as the transaction begins, not in a statement of its own
    connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True
    try:
        with connection.transaction(), connection.cursor(binary=BINARY) as cursor:
            yield ReadingUnit(cursor)
    finally:
        if not connection.closed:
            connection.isolation_level = connection.read_only = None


def _set_limits(connection: Connection, limits: Mapping[str, int] = LIMITS) -> None:
    for name, value in limits.items():
        if name != "transaction_timeout" or connection.info.server_version >= 170_000:
            connection.execute("select set_config(%s, %s, false)", (name, str(value)))
    connection.execute("select set_config('timezone', 'UTC', false)")
    connection.commit()
