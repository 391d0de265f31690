"""Opening the encrypted database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from agent_desk.desk.usecases.ports import KnownError

if TYPE_CHECKING:
    from collections.abc import Iterator
from contextlib import contextmanager

KEY_BYTES = 32
_TROUBLE = {
    "file is not a database": ("key.wrong", "The key does not open this desk's database: ask the administrator."),
    "database or disk is full": ("disk.full", "The disk is full: free some space, nothing was lost."),
    "disk i/o error": ("disk.refused", "The disk does not answer: nothing was kept, try again."),
    "malformed": ("store.damaged", "The database is damaged: start the desk again to use its last backup."),
    "readonly": ("disk.refused", "The disk does not let this desk write: ask the administrator."),
    "unable to open": ("disk.refused", "The folder of this desk cannot be written: ask the administrator."),
}


def connect(path: Path, key: bytes) -> Any:
    """A bare connection to the database at `path`, which is made where there is none."""
    if len(key) != KEY_BYTES:
        message = f"a key has {KEY_BYTES} bytes"
        raise ValueError(message)
    connection = sqlcipher.connect(str(path), isolation_level=None, timeout=5, check_same_thread=False)
    # the key is ours and hexadecimal; PRAGMA takes no parameters
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -32000")
    return connection


def make_engine(path: Path, key: bytes, *, reads_only: bool = False) -> Engine:
    """Writes begin at once (no lock is upgraded later); a reading engine cannot write."""
    engine = create_engine("sqlite://", module=sqlcipher, creator=lambda: connect(path, key), poolclass=NullPool)

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")

    def only_read(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA query_only = ON")

    event.listen(engine, "begin", begin)
    if reads_only:
        event.listen(engine, "connect", only_read)
    return engine


@contextmanager
def known_errors() -> Iterator[None]:
    """Turns what the database says of the world into KnownError; our own bugs pass."""
    try:
        yield
    except (DBAPIError, sqlcipher.DatabaseError) as error:
        said = str(error).lower()
        for words, (code, sentence) in _TROUBLE.items():
            if words in said:
                raise KnownError(code, sentence) from error
        raise
