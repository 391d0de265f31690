"""Bringing the database to the newest shape, with a backup before any step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agent_desk.desk.store.backups import back_up
from agent_desk.desk.store.database import connect, known_errors, make_engine
from agent_desk.desk.usecases.ports import KnownError

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    # a percent sign in a path is not a placeholder
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def migrate(path: Path, key: bytes) -> Path | None:
    """All missing steps in one commit, or none; answers with the backup made before, None where none was needed.

    Raises KnownError `store.newer` when a newer program wrote the database, `key.wrong` when the key is not its own.
    """
    if path.exists() and _is_newest(path, key):
        return None
    # read only when there is something to do: it takes as long as a window takes to show
    from alembic import command
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = _config()
    scripts = ScriptDirectory.from_config(config)
    engine = make_engine(path, key)
    backup: Path | None = None
    try:
        with known_errors(), engine.connect() as connection:
            with connection.begin():
                present = MigrationContext.configure(connection).get_current_revision()
            if present == scripts.get_current_head():
                return None
            if present is not None and present not in {script.revision for script in scripts.walk_revisions()}:
                raise KnownError("store.newer", "A newer version wrote this desk's database: update this program.")
            if present is not None:
                backup = back_up(path, key)
            with connection.begin():
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
    finally:
        engine.dispose()
    return backup


def _is_newest(path: Path, key: bytes) -> bool:
    """Whether the last step there is has been taken; steps are files named `step_0001_...`."""
    newest = max(file.name for file in (MIGRATIONS / "versions").glob("step_*.py")).split("_")[1]
    with known_errors():
        connection = connect(path, key)
        try:
            known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
            return bool(known) and connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
                (newest,)
            ]
        finally:
            connection.close()
