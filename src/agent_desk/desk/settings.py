"""What this desk is told before it starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from agent_desk.desk.usecases.ports import KnownError


@dataclass(frozen=True, slots=True)
class Settings:
    central_url: str
    """AGENT_DESK_CENTRAL: https, or http on this machine."""
    desk: str
    """AGENT_DESK_CODE: such as GEO-2."""
    folder: Path
    """AGENT_DESK_FOLDER: database, papers, backups."""
    passphrase: str = ""
    """AGENT_DESK_PASSPHRASE: where the machine has no keyring."""

    @property
    def database(self) -> Path:
        return self.folder / "desk.db"

    @property
    def papers(self) -> Path:
        return self.folder / "papers"


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises KnownError `settings.missing`."""
    desk = environment.get("AGENT_DESK_CODE", "").strip()
    if not desk:
        raise KnownError("settings.missing", "Set AGENT_DESK_CODE to this desk's code, such as GEO-2.")
    folder = environment.get("AGENT_DESK_FOLDER")
    return Settings(
        central_url=environment.get("AGENT_DESK_CENTRAL", "http://127.0.0.1:8710"),
        desk=desk,
        folder=Path(folder) if folder else user_data_path("agent-desk", appauthor=False) / desk,
        passphrase=environment.get("AGENT_DESK_PASSPHRASE", ""),
    )
