"""Central in the simulation: its real use cases on a database in memory, many requests under way at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count, islice
from typing import Any
from unittest.mock import patch
from uuid import UUID

from agent_desk.central.usecases import applying, snapshot_file, snapshotting, sweeping
from agent_desk.central.usecases.closing_days import DayClosing
from agent_desk.central.usecases.keeping_stock import StockKeeping
from agent_desk.central.usecases.mending import mend
from agent_desk.central.usecases.ports import Caller, Device, FeedRow, Filling
from agent_desk.central.usecases.pushing import Pusher
from agent_desk.central.usecases.sampling import save_all
from agent_desk.central.usecases.shaping import document_of, feed_row, left_row, scope_name, stamp_all
from agent_desk.central.usecases.snapshotting import Snapshots
from agent_desk.central.usecases.syncing import Syncer
from agent_desk.central.usecases.trouble import KnownError, TransientError
from agent_desk.domain.aggregate import Aggregate, Command
from agent_desk.domain.commands import AddProduct
from agent_desk.domain.deciding import decide
from agent_desk.domain.decision import Facts, Outcome, State
from agent_desk.wire.kinds import KINDS
from agent_desk.wire.mending import BucketRows, BucketSums
from agent_desk.wire.sync import AckState, SyncAnswer, SyncRequest
from tests.simulation.central_store import Image, MemoryStore, MemoryUnit, pause
from tests.simulation.shop import DESKS, POISON, device_of, enrolled, open_shop
from tests.simulation.tasks import Task

MOST_LINES = 1000
"""Of an answer: a row a line, with much to spare."""
FILES_FROM = 5
"""Live rows from which a scope is offered as a file: few, so that it happens."""

ROWS_OF_A_BLOCK = 3


@dataclass(frozen=True, slots=True)
class Reply:
    """What central says to one request: answers, or why there is none."""

    answers: tuple[SyncAnswer, ...] = ()
    problem: str = ""


class Copy:
    """Implements `Replicas`: a standby that is as old as it is, or away."""

    def __init__(self) -> None:
        self._store: MemoryStore | None = None

    def follow(self, image: Image | None) -> None:
        self._store = None if image is None else MemoryStore(image["meta"]["epoch"], image)

    def is_up(self) -> bool:
        return self._store is not None

    def reading(self) -> AbstractContextManager[MemoryUnit]:
        assert self._store is not None
        return self._store.reading()

    def note_failure(self, error: Exception) -> None:
        """It does not fail here; who may see what is asked of the primary."""


class Central:
    """`tasks` are requests and operators' doings that are not at their end."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self._epochs = count(1)
        self.store = MemoryStore(self._new_epoch())
        self.tasks: list[Task] = []
        self.replicas = Copy()
        self.backups: list[tuple[datetime, Image]] = []
        self.start()
        with self.store.filling() as unit:
            open_shop(unit)
        for desk, staff in DESKS.items():
            self.store.table("device")[device_of(desk)] = enrolled(desk)
            self.sign_in(device_of(desk), staff.id)

    def _new_epoch(self) -> UUID:
        return UUID(int=next(self._epochs) << 64)

    def start(self) -> None:
        """What a process of it makes anew."""
        self.snapshots = Snapshots(self.store, bytes, self.now)
        self.snapshots._building = _OneAtATime(self.store)  # type: ignore[assignment]  # held as locks are here
        pusher = Pusher(self.store, self.now, lambda _: pause())
        self.syncer = Syncer(self.store, pusher, self.snapshots, self.now, self.replicas)
        self.stock = StockKeeping(self.store, self.now, lambda _: pause())
        self.days = DayClosing(self.store, self.now, lambda _: pause())

    # what desks ask

    def begin(self, request: SyncRequest, caller: Caller, *, whole: bool, reply: Callable[[Reply], None]) -> Task:
        """Takes in a request; `reply` is called when there is an answer."""
        syncer = self.syncer

        def work() -> None:
            try:
                bodies = syncer.stream(request, caller) if whole else iter([syncer.sync(request, caller)])
                answers = tuple(SyncAnswer.model_validate_json(body) for body in islice(bodies, MOST_LINES))
                assert len(answers) < MOST_LINES, "L6: an answer does not end"
            except KnownError as error:
                reply(Reply(problem=error.code))
            else:
                reply(Reply(answers))

        return self._under_way(work)

    def fetch(self, scope: str, seq: int, caller: Caller) -> tuple[str, bytes] | None:
        """The file's name and its bytes."""
        try:
            kept, data = self.snapshots.fetch(scope, seq, caller)
        except KnownError:
            return None
        return kept.sha256, data

    # what happens at central itself

    def operate(self, change: Callable[[Filling], None]) -> Task:
        """An operator's transaction, given up where it meets another's."""

        def work() -> None:
            with self.store.filling() as unit:
                change(unit)

        return self._under_way(lambda: _give_up_where_it_meets(work))

    def keep_stock(self, what: str, cart: UUID) -> Task:
        """One of the jobs about goods and books."""
        jobs: dict[str, Callable[[], object]] = {
            "renew": self.stock.renew_leases,
            "reclaim": self.stock.reclaim_leases,
            "show": self.stock.show,
            "close days": self.days.close_due,
            "give back": lambda: self.stock.give_back(str(cart)),
        }

        def work() -> None:
            with suppress(KnownError):
                jobs[what]()

        return self._under_way(work)

    def _under_way(self, work: Callable[[], None]) -> Task:
        task = Task(work)
        self.tasks.append(task)
        return task

    @property
    def runnable(self) -> list[Task]:
        return [task for task in self.tasks if task.waits_for is None or task.waits_for not in self.store.locks]

    def run(self, task: Task, pauses: int) -> None:
        """Lets it go on for so many pauses, or until it waits for another."""
        for _ in range(pauses):
            if task.finished or task not in self.runnable:
                break
            task.resume()
        self.tasks = [task for task in self.tasks if not task.finished]

    def run_all(self) -> None:
        """To the end of everything under way."""
        while self.tasks:
            self.run(self.runnable[0], 1000)

    def crash(self) -> None:
        """What was not committed is gone, and so is every answer not yet sent."""
        for task in self.tasks:
            task.kill()
        self.tasks = []
        self.store.locks.clear()
        self.start()

    def back_up(self) -> None:
        self.backups.append((self.now(), self.store.image()))

    def restore(self, backup: Image) -> None:
        self.crash()
        self.store.restore(backup, self._new_epoch())
        self.start()

    def sign_in(self, device: UUID, staff: UUID) -> None:
        self.store.table("signed_in")[device, staff] = self.now()

    def set_active(self, desk: str, *, active: bool) -> None:
        devices = self.store.table("device")
        devices[device_of(desk)] = replace(devices[device_of(desk)], active=active)

    def device(self, desk: str) -> Device:
        device: Device = self.store.table("device")[device_of(desk)]
        return device

    def find(self, kind: type[Aggregate], id_: UUID) -> Any:
        document = self.store.table("document").get((kind.kind, id_))
        return None if document is None else kind.model_validate_json(document.body)

    def sweep(self, scope: str, share: int) -> Task:
        """The older tombstones of a scope go: all of them, or those of its first half, quarter and so on."""
        until = self.store.table("scope")[scope].seq // share
        return self._under_way(lambda: _give_up_where_it_meets(lambda: sweeping._sweep_scope(self.store, scope, until)))

    def mend(self, asked: BucketSums, caller: Caller) -> BucketRows | None:
        try:
            return BucketRows.model_validate_json(mend(self.store, asked, caller, self.now()).body)
        except KnownError:
            return None


class _OneAtATime:
    """A process's lock: a thread that was held at a pause would keep a real one."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def __enter__(self) -> None:
        while Task.current is not None and self in self._store.locks:
            pause(self)
        if Task.current is not None:
            self._store.locks[self] = None

    def __exit__(self, *_: object) -> None:
        self._store.locks.pop(self, None)


def _give_up_where_it_meets(work: Callable[[], object]) -> None:
    with suppress(TransientError):
        work()


def save(unit: Filling, before: Aggregate, after: Aggregate) -> None:
    """One aggregate changed by an operator, in the scope it was in and the one it is in."""
    document = document_of(after)
    unit.save_documents([document])
    rows: dict[str, list[FeedRow]] = {scope_name(after): [feed_row(document)]}
    if scope_name(before) != scope_name(after):
        rows[scope_name(before)] = [left_row(document)]
    stamp_all(unit, rows)


def change(kind: type[Aggregate], id_: UUID, **changed: Any) -> Callable[[Filling], None]:
    """An operator's change of some fields of one aggregate."""

    def work(unit: Filling) -> None:
        body = unit.lock_documents([(kind.kind, id_)]).get((kind.kind, id_))
        if body is not None:
            before = KINDS[kind.kind].model_validate_json(body)
            save(unit, before, before.next(**changed))

    return work


def save_new(aggregate: Aggregate) -> Callable[[Filling], None]:
    return lambda unit: save_all(unit, [aggregate])


def remove(kind: type[Aggregate], id_: UUID) -> Callable[[Filling], None]:
    """An operator's deletion: the row stays as a tombstone."""

    def work(unit: Filling) -> None:
        body = unit.lock_documents([(kind.kind, id_)]).get((kind.kind, id_))
        if body is not None:
            gone = document_of(KINDS[kind.kind].model_validate_json(body))
            assert isinstance(unit, MemoryUnit)
            unit.delete_document((kind.kind, id_))
            row = FeedRow(gone.kind, gone.id, gone.version + 1, "d", None, 0)
            unit.stamp(scope_name(KINDS[kind.kind].model_validate_json(body)), [row])

    return work


@contextmanager
def instrumented() -> Iterator[None]:
    """Around every run: effects are counted where they happen, poison is poisonous, files are small."""
    apply_ = applying._apply

    def counted(occasion: Any, envelope: Any, *more: Any) -> applying.Verdict:
        verdict = apply_(occasion, envelope, *more)
        if verdict.ack.state is AckState.APPLIED:
            occasion.unit.note_effect(envelope.id)
        return verdict

    def poisonous(state: State, command: Command, facts: Facts) -> Outcome:
        if isinstance(command, AddProduct) and command.product == POISON.id:
            raise ZeroDivisionError
        return decide(state, command, facts)

    with (
        patch.object(applying, "_apply", counted),
        patch(f"{applying.__name__}.decide", poisonous),
        patch.object(snapshotting, "LEAST_LIVE", FILES_FROM),
        patch.object(snapshot_file, "ROWS_OF_A_BLOCK", ROWS_OF_A_BLOCK),
    ):
        yield
