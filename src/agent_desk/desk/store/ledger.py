"""The way to and from central, within one commit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid4

from agent_desk.desk.store import outbox, scopes
from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.documents import find_setting, has_conflicts, hold_shown, index_refs, keep_setting
from agent_desk.desk.store.filling import fill
from agent_desk.desk.store.keeping_time import keep_heard, keep_time
from agent_desk.desk.store.price_books import PriceBooks
from agent_desk.desk.store.rebasing import rebase
from agent_desk.desk.store.runner import StoreRunner
from agent_desk.desk.store.session import Session
from agent_desk.desk.usecases.ports import Changes
from agent_desk.desk.usecases.standing_at_central import OwnSum, Position
from agent_desk.desk.usecases.telling_time import Timekeeping
from agent_desk.domain.aggregate import Ref
from agent_desk.domain.rights import Series
from agent_desk.wire.live_rows import LiveRow
from agent_desk.wire.sync import Ack, Cursor, Envelope, Row

R = TypeVar("R")
DEVICE, GENERATION, EPOCH = "device", "generation", "epoch"
CHECKED, RECOUNTING, REVOKED = "checked_at", "recounting", "revoked"
DOUBTED = "doubted"
"""Central was restored: what it once had of this desk it may have lost, until all that was sent again is there."""


def find_device(connection: Connection) -> UUID:
    """The id of this installation, made once."""
    kept = find_setting(connection, DEVICE)
    if kept is not None:
        return UUID(kept)
    made = uuid4()
    keep_setting(connection, DEVICE, str(made))
    return made


def find_revoked(connection: Connection) -> bool:
    """Whether central has taken this desk out of use, as far as it has heard."""
    return find_setting(connection, REVOKED) is not None


class StoreLedger:
    """Implements the sync's `Ledger` within a transaction."""

    def __init__(self, connection: Connection, now: datetime, desk: str, books: PriceBooks) -> None:
        self._connection = connection
        self._now = now
        self._desk = desk
        self._books = books
        self.touched: set[Ref] = set()
        self._settled: set[Ref] = set()
        """What is shown and listed of it is right already."""
        self._misfits: bool | None = None
        """Whether something that waits does not fit what it lies on; None before anybody asked."""
        self.sends = False

    @property
    def changed(self) -> frozenset[Ref]:
        """Everything that may look different after the commit."""
        return frozenset(self.touched | self._settled)

    def position(self) -> Position:
        epoch = find_setting(self._connection, EPOCH)
        return Position(
            find_device(self._connection),
            self._generation,
            None if epoch is None else UUID(epoch),
            scopes.list_cursors(self._connection),
        )

    @property
    def _generation(self) -> int:
        return int(find_setting(self._connection, GENERATION) or 0)

    def count_waiting(self) -> int:
        return outbox.count_waiting(self._connection)

    def lowest_waiting(self) -> int | None:
        return outbox.lowest_waiting(self._connection)

    def take(self, most: int, most_bytes: int, beyond: int = 0) -> tuple[Envelope, ...]:
        return outbox.take(self._connection, most, most_bytes, beyond)

    def list_unsent(self, after: int, most: int, most_bytes: int) -> tuple[Envelope, ...]:
        return outbox.list_unsent(self._connection, after, most, most_bytes)

    def note_revoked(self, *, revoked: bool) -> None:
        keep_setting(self._connection, REVOKED, "1" if revoked else None)

    def accept(self, ack: Ack) -> None:
        refs = outbox.accept(self._connection, ack)
        self.sends = True
        if self._misfits is None:
            self._misfits = has_conflicts(self._connection)
        # it is shown as before until the feed brings it, but for what did not fit: nobody needs to look at that now
        if self._misfits:
            self.touched |= refs
        else:
            self._settled |= refs

    def close(self, ack: Ack) -> None:
        self.touched |= outbox.close(self._connection, ack, self._generation, self._now)
        self.sends = True

    def put_back(self) -> None:
        outbox.put_back(self._connection)

    def send_again(self, first: int) -> int:
        count, refs = outbox.send_again(self._connection, first, self._generation)
        self._wait_again(refs)
        self.sends = self.sends or count > 0
        return count

    def send_all_again(self, first: int) -> int:
        if not outbox.is_older(self._connection, self._generation):
            outbox.doubt_acked(self._connection)
            return self.send_again(first)
        count, refs = outbox.send_all_again(self._connection, first, self._generation)
        self._count_anew()
        self._wait_again(refs)
        self.sends = True
        keep_setting(self._connection, DOUBTED, None)
        return count

    def _wait_again(self, refs: set[Ref]) -> None:
        """What was done may have made them, and is not central's for now: it stays in view."""
        hold_shown(self._connection, refs)
        self.touched |= refs

    def renumber(self, first: int) -> None:
        outbox.renumber(self._connection, first)

    def last_given(self) -> int:
        return outbox.last_given(self._connection)

    def is_recounting(self) -> bool:
        return find_setting(self._connection, RECOUNTING) is not None

    def raise_counters(self, counts: Mapping[Series, int]) -> None:
        outbox.raise_counters(self._connection, {series.name: count for series, count in counts.items()})
        keep_setting(self._connection, RECOUNTING, None)

    def begin_generation(self) -> None:
        if find_setting(self._connection, DOUBTED) is None:
            outbox.begin_generation(self._connection)
        else:
            # it may have lost any of it to the other desk that counted so; what it has, it knows by its id
            self._wait_again(outbox.send_all_again(self._connection, 1, self._generation)[1])
            self.sends = True
            keep_setting(self._connection, DOUBTED, None)
        self._count_anew()

    def _count_anew(self) -> None:
        keep_setting(self._connection, GENERATION, str(self._generation + 1))
        keep_setting(self._connection, RECOUNTING, "1")

    def keep_epoch(self, epoch: UUID) -> None:
        if find_setting(self._connection, EPOCH) is not None:
            keep_setting(self._connection, DOUBTED, "1")
        keep_setting(self._connection, EPOCH, str(epoch))

    def forget_cursor(self, scope: str) -> None:
        scopes.forget_cursor(self._connection, scope)

    def keep_scopes(self, names: Sequence[str]) -> None:
        self.touched |= scopes.keep_scopes(self._connection, names)

    def drop_scope(self, scope: str) -> None:
        self.touched |= scopes.drop_scope(self._connection, scope)

    def read_rows(self, scope: str, rows: Sequence[Row]) -> None:
        self.touched |= scopes.read_rows(self._connection, scope, rows)

    def fill(self, scope: str, rows: Sequence[LiveRow]) -> None:
        if self.touched or not fill(self._connection, scope, rows):
            self.read_rows(scope, [row.as_row() for row in rows])
        else:
            self._settled.update([(row.kind, row.id) for row in rows])

    def count_blocks(self, scope: str, file: str) -> int:
        return scopes.count_blocks(self._connection, scope, file)

    def note_blocks(self, scope: str, file: str, count: int) -> None:
        scopes.note_blocks(self._connection, scope, file, count)

    def move_cursor(self, scope: str, cursor: Cursor, *, whole: bool = True) -> None:
        scopes.move_cursor(self._connection, scope, cursor, whole=whole)

    def find_sum(self, scope: str) -> OwnSum | None:
        return scopes.find_sum(self._connection, scope)

    def recount(self, scope: str) -> OwnSum:
        return scopes.recount(self._connection, scope)

    def sum_buckets(self, scope: str) -> tuple[str, ...]:
        return scopes.sum_buckets(self._connection, scope)

    def replace_buckets(self, scope: str, buckets: Sequence[int], rows: Sequence[Row]) -> None:
        self.touched |= scopes.drop_buckets(self._connection, scope, buckets)
        self.read_rows(scope, rows)

    def find_checked(self) -> datetime | None:
        kept = find_setting(self._connection, CHECKED)
        return None if kept is None else datetime.fromisoformat(kept)

    def note_checked(self) -> None:
        keep_setting(self._connection, CHECKED, self._now.isoformat())

    def note_mismatch(self, scope: str, *, agreed: bool) -> None:
        scopes.note_mismatch(self._connection, scope, agreed=agreed)

    def hear(self, central: Timekeeping) -> None:
        keep_time(self._connection, central)
        keep_heard(self._connection, self._now)

    def finish(self) -> None:
        positions = scopes.list_positions(self._connection)
        doubted = find_setting(self._connection, DOUBTED) is not None
        self.touched |= outbox.absorb(self._connection, positions, self._generation, self._now, forgets=not doubted)
        if doubted and self.count_waiting() == 0:
            # all that was sent again is known to be ours there
            keep_setting(self._connection, DOUBTED, None)
        if self.touched:
            index_refs(self._connection, rebase(self._connection, self.touched, self._desk, self._books))


class StoreLedgers:
    """Implements the sync's `Ledgers` on the store's thread."""

    def __init__(self, runner: StoreRunner, session: Session) -> None:
        self._runner = runner
        self._session = session

    async def commit(self, job: Callable[[StoreLedger], R]) -> R:
        def write(connection: Connection, books: PriceBooks) -> tuple[R, Changes]:
            now = self._session.time.now(self._session.clock.read())
            ledger = StoreLedger(connection, now, self._session.desk, books)
            outcome = job(ledger)
            return outcome, Changes(ledger.changed, "central", ledger.sends)

        outcome, changes = await self._runner.write(write)
        if changes.refs or changes.waiting:
            self._runner.publish(changes)
        return outcome
