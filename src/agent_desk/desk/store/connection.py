"""One connection to the local database, with the few questions the store asks of it.

Named and behaving as SQLAlchemy's, which migrations use: reading that library takes longer than showing the window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

Row = tuple[Any, ...]


class Result:
    """What a statement answered; rows are read as they are asked for."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    @property
    def rowcount(self) -> int:
        """How many rows a write touched."""
        count: int = self._cursor.rowcount
        return count

    def __iter__(self) -> Iterator[Row]:
        return iter(self._cursor)

    def all(self) -> list[Row]:
        rows: list[Row] = self._cursor.fetchall()
        return rows

    def first(self) -> Row | None:
        """The first row, the others let go."""
        row: Row | None = self._cursor.fetchone()
        self._cursor.close()
        return row

    def one(self) -> Row:
        """The first row; LookupError where there is none."""
        row = self.first()
        if row is None:
            raise LookupError("no row")
        return row

    def scalar(self) -> Any:
        """The first value of the first row, else None."""
        row = self.first()
        return None if row is None else row[0]

    def scalar_one(self) -> Any:
        """The first value of the first row; LookupError where there is none."""
        return self.one()[0]


class Connection:
    """Begins, keeps or undoes one transaction after another; a reading one writes nothing."""

    def __init__(self, driver: Any, *, reads_only: bool = False) -> None:
        self._driver = driver
        # a write begins at once: no lock is upgraded later
        self._begin = "BEGIN" if reads_only else "BEGIN IMMEDIATE"
        if reads_only:
            driver.execute("PRAGMA query_only = ON")

    @contextmanager
    def begin(self) -> Iterator[None]:
        """One transaction: kept at the end of the block, undone when it raises."""
        self._driver.execute(self._begin)
        try:
            yield
            self._driver.execute("COMMIT")
        except BaseException:
            # a failing disk may have undone it already
            if self._driver.in_transaction:
                self._driver.execute("ROLLBACK")
            raise

    def exec_driver_sql(self, sql: str, values: Sequence[Any] = ()) -> Result:
        """Runs a statement with a tuple of values, or once for each tuple of a list."""
        if isinstance(values, list):
            return Result(self._driver.executemany(sql, values))
        return Result(self._driver.execute(sql, values))

    def close(self) -> None:
        self._driver.close()
