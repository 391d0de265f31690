"""Opening the encrypted database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

from agent_desk.desk.store.connection import Connection
from agent_desk.desk.usecases.ports import KnownError

KEY_BYTES = 32
_TROUBLE = {
    "file is not a database": ("key.wrong", "The key does not open this desk's database: ask the administrator."),
    "database or disk is full": ("disk.full", "The disk is full: free some space, nothing was lost."),
    "disk i/o error": ("disk.refused", "The disk does not answer: nothing was kept, try again."),
    "malformed": ("store.damaged", "The database is damaged: keep its folder, ask the administrator."),
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


@dataclass(frozen=True, slots=True)
class Source:
    """Where connections come from: the database and how it is opened."""

    path: Path
    key: bytes
    reads_only: bool = False

    def connect(self) -> Connection:
        """A connection that lives until it is closed; raises the driver's errors."""
        return Connection(connect(self.path, self.key), reads_only=self.reads_only)


@contextmanager
def known_errors() -> Iterator[None]:
    """Turns what the database says of the world into KnownError; our own bugs pass."""
    try:
        yield
    except sqlcipher.DatabaseError as error:
        said = str(error).lower()
        for words, (code, sentence) in _TROUBLE.items():
            if words in said:
                raise KnownError(code, sentence) from error
        raise
