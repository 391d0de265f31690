"""The SQL that central runs, written down, and run again through the bare driver."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from agent_desk.central.store.database import BINARY, Connection, Database


@dataclass(frozen=True, slots=True)
class Statement:
    query: Any
    values: Any
    many: bool = False


Transaction = list[Statement]


class RecordingDatabase(Database):
    """Central's database, which writes down each transaction's statements; savepoints are left out."""

    def __init__(self, url: str) -> None:
        super().__init__(url, connections=2)
        self._transactions: list[Transaction] = []

    def take(self) -> list[Transaction]:
        """What ran since the last time."""
        taken, self._transactions = self._transactions, []
        return [transaction for transaction in taken if transaction]

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        transaction: Transaction = []
        self._transactions.append(transaction)

        class RecordingCursor(psycopg.Cursor[tuple[Any, ...]]):
            def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
                transaction.append(Statement(query, params))
                return super().execute(query, params, **options)

            def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
                values = list(params_seq)
                transaction.append(Statement(query, values, many=True))
                super().executemany(query, values, **options)

        with super().connection() as connection:
            usual = connection.cursor_factory
            connection.cursor_factory = RecordingCursor
            try:
                yield connection
            finally:
                connection.cursor_factory = usual


def replay(connection: Connection, transactions: Sequence[Transaction]) -> None:
    """Each transaction again, its answers read to the end."""
    for transaction in transactions:
        with connection.transaction(), connection.cursor(binary=BINARY) as cursor:
            for statement in transaction:
                if statement.many:
                    cursor.executemany(statement.query, statement.values)
                    continue
                cursor.execute(statement.query, statement.values)
                if cursor.description is not None:
                    cursor.fetchall()
