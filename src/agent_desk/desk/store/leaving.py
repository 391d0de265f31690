"""A desk that leaves: everything of it goes from this machine, and a mark says so."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

MARK = "revoked.json"
_OURS = {"backups": ("*.db", "*.part"), "papers": ("*.pdf", "*.part"), "reports": ("*.txt",)}
"""Folders of a desk, and what the program puts there; what people put there is theirs."""


@dataclass(frozen=True, slots=True)
class Farewell:
    """What is left of a desk; nothing personal."""

    desk: str
    handed: int
    """How many unsent actions central keeps."""

    @property
    def sentence(self) -> str:
        what = "1 unsent action was" if self.handed == 1 else f"{self.handed} unsent actions were"
        return f"Desk {self.desk} was taken out of use. {what} handed over to central. Its data was removed from here."


def mark(folder: Path, farewell: Farewell) -> None:
    """From here on the desk is gone, whatever happens to this process; whole on the disk, or absent."""
    part = folder / f"{MARK}.part"
    with part.open("w", encoding="utf-8") as file:
        json.dump(asdict(farewell), file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / MARK)
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def find_mark(folder: Path) -> Farewell | None:
    """The mark of a desk that has left."""
    path = folder / MARK
    return Farewell(**json.loads(path.read_text("utf-8"))) if path.exists() else None


def remove_data(database: Path) -> None:
    """Removes the database, its copies, papers and reports, however often it is begun; nothing but our own files."""
    folder = database.parent
    for path in _ours(database):
        path.unlink(missing_ok=True)
    for name in _OURS:
        # what somebody else put there stays
        with suppress(OSError):
            (folder / name).rmdir()


def _ours(database: Path) -> Iterator[Path]:
    folder = database.parent
    yield from (database.with_name(f"{database.name}{ending}") for ending in ("", "-wal", "-shm", "-journal"))
    yield from (folder / name for name in ("key.salt", "key.part", f"{MARK}.part"))
    for name, patterns in _OURS.items():
        for pattern in patterns:
            yield from sorted((folder / name).glob(pattern))
