"""A desk's real store in the simulation: SQLCipher in a folder, with an image of its files for every way to end.

A program that is killed leaves what it has written, committed or not. A power cut leaves what was synced: with
`synchronous` FULL that is every commit, with less only what was in the database when it was opened.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch
from uuid import UUID

from agent_desk.desk.store import database, outbox, scopes
from agent_desk.desk.store import work as writing
from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.documents import find_setting, keep_setting
from agent_desk.desk.store.keeping_time import find_time
from agent_desk.desk.store.ledger import DEVICE, EPOCH, StoreLedger
from agent_desk.desk.store.migrating import migrate
from agent_desk.desk.store.price_books import PriceBooks
from agent_desk.desk.store.reader import Occasion as StoreOccasion
from agent_desk.desk.store.reader import StoreReader
from agent_desk.desk.store.work import StoreWork
from agent_desk.desk.usecases.ports import KnownError, StoppedError
from agent_desk.desk.usecases.telling_time import Reading, Timekeeping
from agent_desk.domain.aggregate import A, Ref
from agent_desk.domain.people import Staff
from agent_desk.wire.sync import Cursor, Envelope
from tests.simulation.disk import DiedError, Mortal, Occasion

R = TypeVar("R")
Image = dict[str, bytes]
KEY = bytes(range(32))
MEMORY = Path("/dev/shm")
FULL = 2
"""What `PRAGMA synchronous` answers when every commit is waited for."""
NEVER = datetime.min.replace(tzinfo=UTC)


@cache
def _empty() -> bytes:
    """A migrated database, made once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.db"
        migrate(path, KEY)
        connection = database.connect(path, KEY)
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


class DiskStore(Mortal):
    """Every `act` and `commit` is one transaction of the real store."""

    def __init__(self, device: UUID, desk: str, files: Image | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="simulated-", dir=MEMORY if MEMORY.is_dir() else None))
        self.desk = desk
        self.device = device
        self._left: Image | None = None
        """The files as a program left them that died while it wrote."""
        self._begin(files or {"desk.db": _empty()})
        with self.connection.begin():
            if find_setting(self.connection, DEVICE) is None:
                keep_setting(self.connection, DEVICE, str(device))

    def _begin(self, files: Image) -> None:
        for path in self.folder.iterdir():
            path.unlink()
        for name, body in files.items():
            (self.folder / name).write_bytes(body)
        self.books = PriceBooks()
        self._driver = database.connect(self.folder / "desk.db", KEY)
        self.connection = Connection(self._driver)
        self._synced = self._files()

    def _files(self) -> Image:
        """The database and its log as they lie there, while the program has them open."""
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if not path.name.endswith("-shm")}

    def restart(self, *, power_cut: bool) -> None:
        self.dies_in = 0
        left = self._left or self._files()
        synced = self._driver.execute("PRAGMA synchronous").fetchone()[0] >= FULL
        self._left = None
        self.restore(left if synced or not power_cut else self._synced)

    def image(self) -> Image:
        return self._files()

    def restore(self, image: Image) -> None:
        # closing tidies up, as a program that is killed does not; its files are replaced all the same
        self.connection.close()
        self._begin(image)

    def clone(self) -> DiskStore:
        return DiskStore(self.device, self.desk, self.image())

    def close(self) -> None:
        self.connection.close()
        shutil.rmtree(self.folder)

    def live_on(self) -> None:
        try:
            super().live_on()
        except DiedError:
            self._left = self._files()
            raise

    def _occasion(self, now: datetime, read: Reading, staff: Staff | None) -> StoreOccasion:
        return StoreOccasion(now, read, staff, self.desk, self.books)

    def act(self, occasion: Occasion, action: Callable[[Any], R]) -> R | None:
        try:
            with patch.object(writing, "new_id", lambda _: occasion.new_id()), self.connection.begin():
                work = Work(self.connection, self._occasion(occasion.now, occasion.read, occasion.staff))
                made = action(work)
                work.finish()
                self.live_on()
        except (StoppedError, KnownError):
            return None
        return made

    def commit(self, now: datetime, job: Callable[[Any], R]) -> R:
        with self.connection.begin():
            made = job(StoreLedger(self.connection, now, self.desk, self.books))
            self.live_on()
        return made

    def look(self) -> Look:
        return Look(self.connection, self._occasion(NEVER, Reading(NEVER, 0, ""), None))

    def remember(self, staff: Staff) -> None:
        with self.connection.begin():
            self.connection.exec_driver_sql(
                "INSERT OR REPLACE INTO account (id, login, staff, verifier) VALUES (?, ?, ?, '')",
                (str(staff.id), staff.login, staff.model_dump_json()),
            )
        # who signed in did so long ago
        self._synced = self._files()

    def time(self) -> Timekeeping:
        return find_time(self.connection)

    # what the invariants look at

    def states(self) -> dict[UUID, str]:
        rows = self.connection.exec_driver_sql(
            "SELECT id, state FROM outbox_done UNION ALL SELECT id, state FROM outbox"
        )
        return {UUID(id_): state for id_, state in rows}

    def envelopes(self, ids: Collection[UUID]) -> list[Envelope]:
        return [one for one in outbox.list_unsent(self.connection, 0, 10**6, 10**9) if one.id in ids]

    def count_waiting(self) -> int:
        return outbox.count_waiting(self.connection)

    def count_overlay(self) -> int:
        return int(self.connection.exec_driver_sql("SELECT count(*) FROM overlay").scalar_one())

    def epoch(self) -> UUID | None:
        kept = find_setting(self.connection, EPOCH)
        return None if kept is None else UUID(kept)

    def rows(self, scope: str) -> dict[Ref, tuple[int, str]]:
        rows = self.connection.exec_driver_sql("SELECT kind, id, version, body FROM base WHERE scope = ?", (scope,))
        return {(kind, UUID(id_)): (version, body) for kind, id_, version, body in rows}

    def cursors(self) -> dict[str, Cursor]:
        return scopes.list_cursors(self.connection)

    def scopes(self) -> frozenset[str]:
        return frozenset(name for (name,) in self.connection.exec_driver_sql("SELECT DISTINCT scope FROM base"))

    def lose_row(self, scope: str, at: int) -> None:
        """A row vanishes, and our own sum knows it: what a fault of ours would look like."""
        refs = sorted(self.rows(scope))
        kind, id_ = refs[at % len(refs)]
        with self.connection.begin():
            self.connection.exec_driver_sql(
                "DELETE FROM base WHERE scope = ? AND kind = ? AND id = ?", (scope, kind, str(id_))
            )
            scopes.recount(self.connection, scope)
