"""Bringing the database to the newest shape, with a backup before any step."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from agent_desk.desk.store.backups import back_up
from agent_desk.desk.store.database import known_errors, make_engine
from agent_desk.desk.usecases.ports import KnownError

MIGRATIONS = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    # a percent sign in a path is not a placeholder
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def migrate(path: Path, key: bytes) -> Path | None:
    """All missing steps in one commit, or none; answers with the backup made before, None where none was needed.

    Raises KnownError `store.newer` when a newer program wrote the database, `key.wrong` when the key is not its own.
    """
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
