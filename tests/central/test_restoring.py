"""A restored database, and a standby that took over, say that they are another life of themselves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import psycopg
import pytest

from agent_desk.central.bootstrap import assemble
from agent_desk.central.store.database import Database
from agent_desk.central.store.migrating import migrate
from agent_desk.central.store.restoring import begin_another_life, find_tool
from agent_desk.central.usecases.trouble import KnownError
from tests.central.conftest import on
from tests.central.counter import Clock, Counter


def run(*args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "agent_desk.central", *args]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def epoch(url: str) -> object:
    with psycopg.connect(url) as connection:
        return connection.execute("select epoch from server_meta").fetchone()


@pytest.fixture
def dump(url: str, geo_1: Counter) -> Iterator[Path]:
    """Of a central with a sale."""
    geo_1.push(*geo_1.sale())
    with TemporaryDirectory(prefix="agent-desk-") as folder:
        file = Path(folder) / "central.dump"
        subprocess.run([find_tool("pg_dump"), "--dbname", url, "--format", "custom", "--file", str(file)], check=True)
        yield file


@pytest.fixture
def empty(server: str) -> Iterator[str]:
    name = f"t{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    migrate(on(server, name))
    yield on(server, name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)".encode())


def test_the_command_gives_a_new_epoch_and_says_it(url: str) -> None:
    before = epoch(url)
    done = run("--database-url", url, "--new-epoch")
    assert (done.returncode, done.stderr) == (0, "")
    assert epoch(url) != before
    assert str(epoch(url)[0]) in done.stdout  # type: ignore[index]  # a row


def test_a_restored_central_asks_its_desks_for_what_came_after_the_backup(
    dump: Path, empty: str, url: str, geo_1: Counter, clock: Clock
) -> None:
    after = geo_1.sale(2)
    geo_1.push(*after)
    done = run("--database-url", empty, "--restore", str(dump))
    assert (done.returncode, done.stderr) == (0, "")
    assert epoch(empty) != epoch(url)
    database = Database(empty)
    database.open()
    restored = assemble(database, clock)
    geo_1.central = restored
    answer = geo_1.sync()
    assert (answer.resend_after, answer.expected_n) == (5, 6)
    assert all(patch.reset for patch in answer.patches)
    geo_1.n = 5
    assert {ack.state.value for ack in geo_1.push(*after)} == {"applied"}
    database.close()


def test_nothing_is_restored_over_a_central_that_is_there(dump: Path, url: str) -> None:
    before = epoch(url)
    with pytest.raises(KnownError, match=r"restore\.not_empty"):
        begin_another_life(url, dump)
    assert epoch(url) == before


def test_a_file_that_is_no_dump_leaves_the_database_as_it_is(empty: str, tmp_path: Path) -> None:
    (tmp_path / "no.dump").write_text("hello")
    before = epoch(empty)
    with pytest.raises(KnownError, match=r"restore\.failed"):
        begin_another_life(empty, tmp_path / "no.dump")
    assert epoch(empty) == before
