"""Bringing the database to the newest shape, with a backup before any step."""

from __future__ import annotations

from pathlib import Path

from agent_desk.desk.store.backups import back_up
from agent_desk.desk.store.database import connect, known_errors
from agent_desk.desk.usecases.ports import KnownError

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(path: Path, key: bytes) -> Path | None:
    """All missing steps in one commit, or none; answers with the backup made before, None where none was needed.

    Raises KnownError `store.newer` when a newer program wrote the database, `key.wrong` when the key is not its own.
    """
    steps = list_steps()
    with known_errors():
        present = find_step(path, key)
        if present == steps[-1]:
            return None
        if present is not None and present not in steps:
            raise KnownError("store.newer", "A newer version wrote this desk's database: update this program.")
        backup = None if present is None else back_up(path, key)
        _take_steps(path, key)
    return backup


def list_steps() -> list[str]:
    """The numbers of the steps there are, in order; each is a file `step_0001_what_it_makes.py`."""
    return sorted(file.name.split("_")[1] for file in (MIGRATIONS / "versions").glob("step_*.py"))


def find_step(path: Path, key: bytes) -> str | None:
    """The last step that was taken; None where the database is new. Raises the driver's errors."""
    connection = connect(path, key)
    try:
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone() is None:
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return None if row is None else str(row[0])
    finally:
        connection.close()


def _take_steps(path: Path, key: bytes) -> None:
    """Every step not taken yet, in one commit; raises the driver's errors."""
    # read only here, because most starts have no step to take: the two libraries take longer than showing the window
    import sqlcipher3.dbapi2 as sqlcipher
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine, event
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.pool import NullPool

    engine = create_engine("sqlite://", module=sqlcipher, creator=lambda: connect(path, key), poolclass=NullPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    config = Config()
    # a percent sign in a path is not a placeholder
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        with engine.connect() as connection, connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except DBAPIError as error:
        if error.orig is None:
            raise
        raise error.orig from error
    finally:
        engine.dispose()
