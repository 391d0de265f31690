"""Only one process of this machine sends what waits: a lock of the operating system, gone when the process is."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

from agent_desk.desk.usecases.ports import KnownError


class DrainerLock:
    """Held until `release` or the end of the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    def take(self) -> None:
        """Raises KnownError `desk.already_open`."""
        file = self._path.open("ab")
        try:
            _lock(file)
        except OSError as error:
            file.close()
            raise KnownError("desk.already_open", "This desk is open in another window: use that one.") from error
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
