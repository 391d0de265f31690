"""Papers on the disk: each whole or absent."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

from agent_desk.desk.usecases.ports import KnownError


class DiskFolder:
    """Implements `PaperFolder`; only this user may read it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, name: str, body: bytes) -> str:
        safe = re.sub(r"[^A-Za-z0-9._-]", "_", name).lstrip(".")[:120] or "paper"
        path, part = self._folder / safe, self._folder / f"{safe}.part"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise KnownError("disk.full", "The disk is full: free some space, then print again.") from error
            raise KnownError("disk.refused", "The papers folder cannot be written: ask the administrator.") from error
        return str(path)
