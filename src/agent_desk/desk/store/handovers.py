"""Files of unsent work: those this desk writes, and those of other desks that it brings to central."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from agent_desk.desk.store import outbox
from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.database import connect, known_errors
from agent_desk.desk.store.documents import find_setting, keep_setting
from agent_desk.desk.store.folder import DiskFolder
from agent_desk.desk.store.keeping_time import find_time
from agent_desk.desk.store.runner import StoreRunner
from agent_desk.desk.store.session import Session
from agent_desk.desk.usecases.handing_on import Author, BroughtRow, HandedOn, HandoverFile, make_file, read_file
from agent_desk.desk.usecases.ports import Changes, KnownError
from agent_desk.desk.usecases.telling_time import Clock, Reading
from agent_desk.wire.handover_file import MOST_FILE_BYTES, HandoverSummary, TakenIn, file_name

CENTRAL_KEY = "handover_key"
"""Central's public key for files, by its last word."""
MOST_SHOWN = 20
STICKS = ("/media", "/run/media", "/Volumes")
"""Where systems mount what is plugged in."""

Seal = Callable[[str, bytes, bytes], bytes]
"""To a public key: text, context."""
SignerOf = Callable[[UUID], Callable[[bytes], bytes]]
"""The signature of the desk's own key, for the id of the installation."""


@dataclass(frozen=True, slots=True)
class Seals:
    """With what a desk signs and seals."""

    signer_of: SignerOf
    seal: Seal


def keep_central_key(connection: Connection, key: str) -> None:
    keep_setting(connection, CENTRAL_KEY, key)


def write_unsent(connection: Connection, desk: str, at: datetime, clock: Reading, seals: Seals) -> HandoverFile:
    """Everything that waits in the outbox; raises KnownError `handover.no_key` and those of `make_file`."""
    device, key = find_setting(connection, "device"), find_setting(connection, CENTRAL_KEY)
    if device is None or key is None:
        sentence = "This desk has not heard central since it can make such files: save the folder of this desk."
        raise KnownError("handover.no_key", sentence)
    id_ = UUID(device)
    author = Author(desk, id_, at, clock, seals.signer_of(id_), lambda text, context: seals.seal(key, text, context))
    return make_file(author, lambda after, most, room: outbox.list_unsent(connection, after, most, room))


def read_dead_disk(database: Path, key: bytes, desk: str, clock: Clock, seals: Seals) -> HandoverFile:
    """From the database of a desk that does not run, whatever its shape; the disk is only read.

    Raises KnownError `key.wrong`, `store.damaged` and those of `write_unsent`.
    """
    with TemporaryDirectory(prefix="agent-desk-") as folder, known_errors():
        copy = Path(folder) / database.name
        # what was committed last lies beside the database until it is folded in
        for ending in ("", "-wal"):
            source = database.with_name(database.name + ending)
            if source.exists():
                shutil.copyfile(source, copy.with_name(copy.name + ending))
        driver = connect(copy, key)
        try:
            connection = Connection(driver, reads_only=True)
            read = clock.read()
            with connection.begin():
                at = find_time(connection).now(read)
                return write_unsent(connection, desk, at, read, seals)
        finally:
            driver.close()


def save_file(made: HandoverFile, path: Path) -> HandedOn:
    """Whole or absent, under a name of its own in a folder.

    Raises KnownError `handover.exists`, `disk.full` or `disk.refused`.
    """
    if path.is_dir():
        path /= file_name(made.summary.desk, made.summary.written_at)
    if path.exists() and not _is_of(path, made.summary):
        raise KnownError("handover.exists", f"{path.name} is something else: choose another name.")
    return HandedOn(DiskFolder(path.parent).save(path.name, made.as_bytes()), made.summary)


def _is_of(path: Path, summary: HandoverSummary) -> bool:
    try:
        return read_file(_content(path)).summary.device == summary.device
    except KnownError:
        return False


def _content(path: Path) -> bytes:
    """Raises KnownError `handover.unreachable`."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_FILE_BYTES + 1)
    except OSError as error:
        raise KnownError("handover.unreachable", f"{path.name} cannot be read: plug it in again.") from error


class StoreHandovers:
    """Implements `HandingOn`, and the sync's `Shelf`."""

    def __init__(self, runner: StoreRunner, session: Session, seals: Seals, papers: Path) -> None:
        self._runner = runner
        self._session = session
        self._seals = seals
        self._papers = papers
        self.on_taken: Callable[[], None] = lambda: None
        """Called once a file was kept that central is to have."""

    def suggest(self) -> str:
        found = [stick for root in STICKS for stick in sorted(Path(root).glob("*/*" if root != "/Volumes" else "*"))]
        folder = next((stick for stick in found if stick.is_mount()), self._papers)
        return str(folder / file_name(self._session.desk, self._now()))

    async def write(self, path: str) -> HandedOn:
        read = self._session.clock.read()
        at = self._session.time.now(read)

        def job(connection: Connection) -> HandoverFile:
            return write_unsent(connection, self._session.desk, at, read, self._seals)

        made = await self._runner.read(job)
        return await asyncio.to_thread(save_file, made, Path(path))

    async def take_in(self, path: str) -> BroughtRow:
        body = await asyncio.to_thread(_content, Path(path))
        file = await asyncio.to_thread(read_file, body)
        id_ = hashlib.sha256("\n".join(file.parts).encode()).hexdigest()
        now = self._now()
        await self._runner.write(lambda connection, _: _keep(connection, id_, file, now))
        self._tell()
        self.on_taken()
        return next(row for row in await self.list_brought() if row.id == id_)

    async def list_brought(self) -> tuple[BroughtRow, ...]:
        return await self._runner.read(_list_brought)

    async def next_part(self) -> tuple[str, int, str] | None:
        """File, number and line of what central has not answered; the file that was taken in first."""
        return await self._runner.read(_next_part)

    async def note(self, id_: str, number: int, taken: TakenIn) -> None:
        await self._runner.write(lambda connection, _: _note(connection, id_, number, taken))
        self._tell()

    async def note_trouble(self, id_: str, sentence: str, *, final: bool) -> None:
        """Why it does not go on now; where it is `final` it never will."""

        def job(connection: Connection, _: object) -> bool:
            kept = connection.exec_driver_sql("SELECT trouble FROM handover WHERE id = ?", (id_,)).scalar()
            connection.exec_driver_sql("UPDATE handover SET trouble = ? WHERE id = ?", (sentence, id_))
            if final:
                connection.exec_driver_sql("DELETE FROM handover_part WHERE handover = ?", (id_,))
            return final or bool(kept != sentence)

        if await self._runner.write(job):
            self._tell()

    def _now(self) -> datetime:
        return self._session.time.now(self._session.clock.read())

    def _tell(self) -> None:
        self._runner.publish(Changes(frozenset(), "central", waiting=True))


def _keep(connection: Connection, id_: str, file: HandoverFile, now: datetime) -> None:
    fresh = connection.exec_driver_sql(
        "INSERT INTO handover (id, summary, taken_at) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET trouble = ''"
        " WHERE trouble <> '' RETURNING id",
        (id_, file.summary.model_dump_json(), now.isoformat()),
    ).all()
    if fresh:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO handover_part (handover, number, line) VALUES (?, ?, ?)",
            [(id_, number, line) for number, line in enumerate(file.parts)],
        )


def _list_brought(connection: Connection) -> tuple[BroughtRow, ...]:
    rows = connection.exec_driver_sql(
        "SELECT id, summary, taken_at, outcome, trouble, (SELECT count(*) FROM handover_part WHERE handover = id)"
        " FROM handover ORDER BY taken_at DESC, id LIMIT ?",
        (MOST_SHOWN,),
    )
    return tuple(
        BroughtRow(
            id=id_,
            summary=HandoverSummary.model_validate_json(summary),
            taken_at=datetime.fromisoformat(taken_at),
            left=left,
            outcome=None if outcome is None else TakenIn.model_validate_json(outcome),
            trouble=trouble,
        )
        for id_, summary, taken_at, outcome, trouble, left in rows
    )


def _next_part(connection: Connection) -> tuple[str, int, str] | None:
    row = connection.exec_driver_sql(
        "SELECT p.handover, p.number, p.line FROM handover_part p JOIN handover h ON h.id = p.handover"
        " ORDER BY h.taken_at, h.id, p.number LIMIT 1"
    ).first()
    return None if row is None else (row[0], row[1], row[2])


def _note(connection: Connection, id_: str, number: int, taken: TakenIn) -> None:
    removed = connection.exec_driver_sql(
        "DELETE FROM handover_part WHERE handover = ? AND number = ?", (id_, number)
    ).rowcount
    before = connection.exec_driver_sql("SELECT outcome FROM handover WHERE id = ?", (id_,)).scalar()
    if removed:
        whole = taken if before is None else TakenIn.model_validate_json(before).plus(taken)
        connection.exec_driver_sql(
            "UPDATE handover SET outcome = ?, trouble = '' WHERE id = ?", (whole.model_dump_json(), id_)
        )
