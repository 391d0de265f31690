"""Copies of the database, encrypted with the same key."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from agent_desk.desk.store.database import connect, known_errors

KEPT = 3


def back_up(path: Path, key: bytes) -> Path:
    """A whole copy beside the database; the last three are kept."""
    folder = path.parent / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    made = folder / f"{path.stem}-{stamp}{path.suffix}"
    part = made.with_suffix(".part")
    part.unlink(missing_ok=True)
    with known_errors():
        source, target = connect(path, key), connect(part, key)
        try:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
        finally:
            target.close()
            source.close()
    part.chmod(0o600)
    with part.open("rb+") as copy:
        os.fsync(copy.fileno())
    part.replace(made)
    for old in list_backups(path)[KEPT:]:
        old.unlink()
    return made


def list_backups(path: Path) -> list[Path]:
    """The newest first."""
    return sorted((path.parent / "backups").glob(f"{path.stem}-*{path.suffix}"), reverse=True)
