"""What this desk is told before it starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    central_url: str
    """https, or http on this machine."""
    desk: str
    """This desk's code, such as GEO-2."""
    folder: Path
    """For database, papers, backups."""
    passphrase: str = ""
    """Where the machine has no keyring."""

    offline_for: timedelta = timedelta(days=7)
    """Without a word of central for longer than this, only central lets somebody in."""

    @property
    def database(self) -> Path:
        return self.folder / "desk.db"

    @property
    def papers(self) -> Path:
        return self.folder / "papers"
