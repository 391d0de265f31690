"""A desk's real store in the simulation: SQLCipher on a disk, with an image of every file for power cuts."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Collection
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch
from uuid import UUID

from agent_desk.desk.store import work as writing
from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.database import connect
from agent_desk.desk.store.documents import find_setting, keep_setting
from agent_desk.desk.store.keeping_time import find_time
from agent_desk.desk.store.ledger import DEVICE, EPOCH, StoreLedger
from agent_desk.desk.store.migrating import migrate
from agent_desk.desk.store.price_books import PriceBooks
from agent_desk.desk.store.reader import Occasion as StoreOccasion
from agent_desk.desk.store.reader import StoreReader
from agent_desk.desk.store.scopes import recount
from agent_desk.desk.store.work import StoreWork
from agent_desk.desk.usecases.ports import StoppedError
from agent_desk.desk.usecases.telling_time import Reading, Timekeeping
from agent_desk.domain.aggregate import A, Ref
from agent_desk.domain.people import Staff
from agent_desk.wire.sync import Cursor, Envelope
from tests.simulation.disk import Occasion

R = TypeVar("R")
KEY = bytes(range(32))


@cache
def _empty() -> bytes:
    """A migrated database, made once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.db"
        migrate(path, KEY)
        connection = connect(path, KEY)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return path.read_bytes()


class Look(StoreReader):
    """What the counter and the invariants see."""

    def list_all(self, kind: type[A]) -> tuple[A, ...]:
        """With what was made here and central does not have yet."""
        rows = self._connection.exec_driver_sql(
            "SELECT id FROM base WHERE kind = ? UNION SELECT id FROM overlay WHERE kind = ? ORDER BY id",
            (kind.kind, kind.kind),
        ).all()
        found = [self.find(kind, UUID(id_)) for (id_,) in rows]
        return tuple(one for one in found if one is not None)


class Work(Look, StoreWork):
    """The store's own, with the list above."""


class DiskStore:
    """The files are the disk; `image` is what a power cut leaves."""

    def __init__(self, device: UUID, desk: str, files: dict[str, bytes] | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="simulated-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
        self.desk = desk
        self.device = device
        self.books = PriceBooks()
        self._put(files or {"desk.db": _empty()})
        self._open()
        with self.connection.begin():
            if find_setting(self.connection, DEVICE) is None:
                keep_setting(self.connection, DEVICE, str(device))

    def _put(self, files: dict[str, bytes]) -> None:
        for path in self.folder.iterdir():
            path.unlink()
        for name, body in files.items():
            (self.folder / name).write_bytes(body)

    def _open(self) -> None:
        self.connection = Connection(connect(self.folder / "desk.db", KEY))

    def image(self) -> dict[str, bytes]:
        """The database and its log as they lie there, while the program has them open."""
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if not path.name.endswith("-shm")}

    def restore(self, image: dict[str, bytes]) -> None:
        """The program is gone without a word, then these files are what there is."""
        # a close would write the log into the database; the files are replaced all the same
        self.connection.close()
        self.books = PriceBooks()
        self._put(image)
        self._open()

    def cut_power(self) -> None:
        self.restore(self.image())

    def clone(self) -> DiskStore:
        return DiskStore(self.device, self.desk, self.image())

    def close(self) -> None:
        self.connection.close()
        shutil.rmtree(self.folder)

    def _occasion(self, now: datetime, read: Reading, staff: Staff | None) -> StoreOccasion:
        return StoreOccasion(now, read, staff, self.desk, self.books)

    def act(self, occasion: Occasion, action: Callable[[Any], R]) -> R | None:
        try:
            with patch.object(writing, "new_id", lambda _: occasion.new_id()), self.connection.begin():
                work = Work(self.connection, self._occasion(occasion.now, occasion.read, occasion.staff))
                made = action(work)
                work.finish()
        except StoppedError:
            return None
        return made

    def commit(self, now: datetime, job: Callable[[Any], R]) -> R:
        with self.connection.begin():
            return job(StoreLedger(self.connection, now, self.desk, self.books))

    def look(self) -> Look:
        return Look(self.connection, self._occasion(datetime.min, Reading(datetime.min, 0, ""), None))

    def remember(self, staff: Staff) -> None:
        with self.connection.begin():
            self.connection.exec_driver_sql(
                "INSERT OR REPLACE INTO account (id, login, staff, verifier, confirmed_at) VALUES (?, ?, ?, '', '')",
                (str(staff.id), staff.login, staff.model_dump_json()),
            )

    def time(self) -> Timekeeping:
        return find_time(self.connection)

    # what the invariants look at

    def states(self) -> dict[UUID, str]:
        rows = self.connection.exec_driver_sql("SELECT id, state FROM outbox_done UNION ALL SELECT id, state FROM outbox")
        return {UUID(id_): state for id_, state in rows}

    def envelopes(self, ids: Collection[UUID]) -> list[Envelope]:
        rows = self.connection.exec_driver_sql(
            "SELECT n, id, name, by, after, wall, mono, boot, args, hash FROM outbox WHERE state <> 'acked' ORDER BY n"
        ).all()
        return [
            Envelope(
                n=row[0], id=UUID(row[1]), name=row[2], by=UUID(row[3]),
                after=tuple(UUID(id_) for id_ in json.loads(row[4])), wall=datetime.fromisoformat(row[5]),
                mono=row[6], boot=row[7], args=json.loads(row[8]), hash=row[9],
            )
            for row in rows
            if UUID(row[1]) in ids
        ]  # fmt: skip

    def _count(self, sql: str) -> int:
        return int(self.connection.exec_driver_sql(sql).scalar_one())

    def count_waiting(self) -> int:
        return self._count("SELECT count(*) FROM outbox WHERE state <> 'acked'")

    def count_overlay(self) -> int:
        return self._count("SELECT count(*) FROM overlay")

    def epoch(self) -> UUID | None:
        kept = find_setting(self.connection, EPOCH)
        return None if kept is None else UUID(kept)

    def rows(self, scope: str) -> dict[Ref, tuple[int, str]]:
        rows = self.connection.exec_driver_sql("SELECT kind, id, version, body FROM base WHERE scope = ?", (scope,))
        return {(kind, UUID(id_)): (version, body) for kind, id_, version, body in rows}

    def cursors(self) -> dict[str, Cursor]:
        rows = self.connection.exec_driver_sql("SELECT name, seq, boot FROM scope WHERE seq >= 0")
        return {name: (seq, boot) for name, seq, boot in rows}

    def scopes(self) -> frozenset[str]:
        return frozenset(name for (name,) in self.connection.exec_driver_sql("SELECT DISTINCT scope FROM base"))

    def lose_row(self, scope: str, at: int) -> None:
        refs = sorted(self.rows(scope))
        kind, id_ = refs[at % len(refs)]
        with self.connection.begin():
            self.connection.exec_driver_sql(
                "DELETE FROM base WHERE scope = ? AND kind = ? AND id = ?", (scope, kind, str(id_))
            )
            recount(self.connection, scope)


