"""The encrypted file: keys, migrations, backups, papers, one program at a time."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from agent_desk.desk.store import migrating
from agent_desk.desk.store.backups import KEPT, back_up, list_backups
from agent_desk.desk.store.database import Source, connect
from agent_desk.desk.store.folder import DiskFolder
from agent_desk.desk.store.migrating import migrate
from agent_desk.desk.store.sequential_ids import new_id
from agent_desk.desk.store.worker import Worker
from agent_desk.desk.sync.drainer import DrainerLock
from agent_desk.desk.usecases.ports import KnownError
from tests.desk.workshop import NOON, TAPE, a_desk, done, run

KEY = bytes(range(32))


def test_nothing_in_the_file_can_be_read_without_the_key(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            done(await bench.cases.customers.add_customer("Roxanne Hinds", phone="+592 611 2208"))

    run(story())
    for file in tmp_path.glob("desk.db*"):
        assert b"Roxanne" not in file.read_bytes()
    with closing(sqlite3.connect(tmp_path / "desk.db")) as plain, pytest.raises(sqlite3.DatabaseError):
        plain.execute("select * from setting")
    with pytest.raises(KnownError) as refused:
        migrate(tmp_path / "desk.db", os.urandom(32))
    assert refused.value.code == "key.wrong"


def test_a_key_of_the_wrong_length_is_our_bug(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        connect(tmp_path / "desk.db", b"short")


def test_a_migration_backs_up_first_and_keeps_every_row(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    assert migrate(path, KEY) is None
    database = connect(path, KEY)
    database.execute("INSERT INTO setting (key, value) VALUES ('kept', 'yes')")
    # as an older program would have left it
    database.execute("UPDATE alembic_version SET version_num = '0000'")
    database.close()
    with pytest.raises(KnownError) as newer:
        migrate(path, KEY)
    assert newer.value.code == "store.newer"
    copy = back_up(path, KEY)
    kept = connect(copy, KEY)
    assert kept.execute("SELECT value FROM setting WHERE key = 'kept'").fetchone() == ("yes",)
    kept.close()


def test_the_next_step_runs_on_a_stored_database_after_a_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "desk.db"
    migrate(path, KEY)
    database = connect(path, KEY)
    database.execute("INSERT INTO draft (page, body, saved_at) VALUES ('quote', '{}', 'now')")
    database.close()
    ours = Path(migrating.__file__).parent / "migrations"
    theirs = tmp_path / "migrations"
    (theirs / "versions").mkdir(parents=True)
    steps = sorted((ours / "versions").glob("step_*.py"))
    for file in (ours / "env.py", ours / "script.py.mako", *steps):
        (theirs / file.relative_to(ours)).write_text(file.read_text())
    newest = steps[-1].name.split("_")[1]
    (theirs / "versions" / "step_9999_next.py").write_text(
        f'from alembic import op\nrevision = "9999"\ndown_revision = "{newest}"\n'
        'def upgrade() -> None:\n    op.execute("ALTER TABLE draft ADD COLUMN by TEXT")\n'
    )
    monkeypatch.setattr(migrating, "MIGRATIONS", theirs)
    backup = migrate(path, KEY)
    assert backup is not None
    database = connect(path, KEY)
    assert database.execute("SELECT page, by FROM draft").fetchone() == ("quote", None)
    database.close()
    assert list_backups(path) == [backup]


def test_only_the_last_backups_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    migrate(path, KEY)
    made = [back_up(path, KEY) for _ in range(KEPT + 2)]
    assert list_backups(path) == made[:1:-1]


def test_a_desk_is_open_once(tmp_path: Path) -> None:
    first, second = DrainerLock(tmp_path / "lock"), DrainerLock(tmp_path / "lock")
    first.take()
    with pytest.raises(KnownError) as refused:
        second.take()
    assert refused.value.code == "desk.already_open"
    first.release()
    second.take()
    second.release()


def test_a_job_that_fails_leaves_nothing_and_the_worker_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    migrate(path, KEY)
    worker = Worker(Source(path, KEY), "store")

    def fail(connection: object) -> None:
        connection.exec_driver_sql("INSERT INTO setting (key, value) VALUES ('a', 'b')")  # type: ignore[attr-defined]
        raise KeyError("our bug")

    with pytest.raises(KeyError):
        worker.submit(fail).result()
    assert worker.submit(lambda c: c.exec_driver_sql("SELECT count(*) FROM setting").scalar()).result() == 0
    worker.close()
    worker.close()
    with pytest.raises(KnownError) as refused:
        worker.submit(lambda _: None)
    assert refused.value.code == "store.closed"


def test_the_reading_thread_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    migrate(path, KEY)
    worker = Worker(Source(path, KEY, reads_only=True), "reading")
    with pytest.raises(KnownError) as refused:
        worker.submit(lambda c: c.exec_driver_sql("DELETE FROM setting")).result()
    assert refused.value.code == "disk.refused"
    worker.close()


def test_papers_are_whole_private_and_inside_their_folder(tmp_path: Path) -> None:
    folder = DiskFolder(tmp_path / "papers")
    path = Path(folder.save("../../receipt R/1.pdf", b"paper"))
    assert path.parent == tmp_path / "papers"
    assert path.read_bytes() == b"paper"
    assert path.stat().st_mode & 0o077 == 0
    (tmp_path / "file").write_text("")
    with pytest.raises(KnownError) as refused:
        DiskFolder(tmp_path / "file").save("a.pdf", b"")
    assert refused.value.code == "disk.refused"


def test_ids_sort_by_their_time() -> None:
    from datetime import timedelta

    ids = [new_id(NOON + timedelta(milliseconds=at)) for at in range(50)]
    assert ids == sorted(ids)
    assert {one.version for one in ids} == {7}
    assert TAPE.id not in ids
