"""A real standby of the embedded PostgreSQL, whose replay a test holds and lets go."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

import psycopg

from agent_desk.central.store.restoring import find_tool


class Standby:
    def __init__(self, primary: str, host: str) -> None:
        parts = urlsplit(primary)
        self.url = parts._replace(query=f"host={host}").geturl()
        self._primary = primary

    def hold(self) -> None:
        """What happens from now on is not seen here."""
        self._ask("select pg_wal_replay_pause()")
        while self._ask("select pg_get_wal_replay_pause_state()") != "paused":
            time.sleep(0.01)

    def let_go(self) -> None:
        self._ask("select pg_wal_replay_resume()")

    def catch_up(self) -> None:
        """Until everything that the primary has is seen here."""
        with psycopg.connect(self._primary) as connection:
            row = connection.execute("select pg_current_wal_insert_lsn()::text").fetchone()
        assert row is not None
        until = time.monotonic() + 60
        while self._ask("select coalesce(pg_last_wal_replay_lsn() >= %s::pg_lsn, false)", row[0]) is not True:
            assert time.monotonic() < until, "the standby does not follow"
            time.sleep(0.01)

    def _ask(self, sql: str, *args: object) -> object:
        with psycopg.connect(self.url, autocommit=True) as connection:
            row = connection.execute(sql.encode(), args).fetchone()
        return None if row is None else row[0]


@contextmanager
def a_standby(primary: str) -> Iterator[Standby]:
    """Of the server that this URL leads to; stopped and gone with the block."""
    host = parse_qs(urlsplit(primary).query)["host"][0]
    # the database does not run as root
    account = "pgserver" if os.name == "posix" and os.geteuid() == 0 else None
    with TemporaryDirectory(prefix="agent-desk-") as name:
        folder = Path(name)
        if account is not None:
            shutil.chown(folder, account)
        data = folder / "data"
        backup = ["--host", host, "--username", "postgres", "--pgdata", str(data), "-R", "--checkpoint", "fast"]
        run(account, folder, "pg_basebackup", *backup)
        settings = f"-k {folder} -c listen_addresses='' -c max_standby_streaming_delay=1s"
        log = str(folder / "log")
        run(account, folder, "pg_ctl", "--pgdata", str(data), "--wait", "-l", log, "-o", settings, "start")
        try:
            yield Standby(primary, str(folder))
        finally:
            run(account, folder, "pg_ctl", "--pgdata", str(data), "--wait", "-m", "immediate", "stop")


def run(account: str | None, folder: Path, tool: str, *args: str) -> None:
    # what the server says must not hold our pipes open: it goes to a file
    with (folder.parent / f"{folder.name}.out").open("wb") as out:
        subprocess.run([find_tool(tool), *args], check=True, user=account, cwd=folder, stdout=out, stderr=out)
    Path(out.name).unlink()
