"""Central's database in memory: transactions that overlap, wait for each other's locks and commit in any order.

It models what PostgreSQL promises under READ COMMITTED: a statement sees what is committed and its own writes; rows,
unique keys and scope counters stay locked until the end; who closes a circle of waiting gives way.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from agent_desk.central.store.upkeep import SNAPSHOTS_KEPT
from agent_desk.central.usecases.ports import (
    AuditEntry,
    CaseRecord,
    CommandRecord,
    Deferred,
    Device,
    DocumentRow,
    FeedRow,
    Filling,
    Head,
    Quarantining,
    Rights,
    StoredCommand,
    Upkeep,
)
from agent_desk.central.usecases.snapshot_file import Snapshot
from agent_desk.central.usecases.trouble import HandleTakenError, KnownError, TransientError
from agent_desk.domain.aggregate import Ref
from agent_desk.wire.canonical import SUM_MODULUS, bucket_of
from tests.simulation.money_tables import MoneyTables
from tests.simulation.tasks import Task

Table = dict[Any, Any]
Image = dict[str, Table]
_GONE = object()


class MemoryStore:
    """Implements `Store`."""

    def __init__(self, epoch: UUID, tables: Image | None = None) -> None:
        self.tables: Image = tables or {"meta": {"epoch": epoch}}
        self.locks: dict[Hashable, object] = {}
        """By what is locked: who holds it."""
        self.listeners: list[Callable[[MemoryUnit], None]] = []
        """Told of each commit just before it."""
        self.after: list[Callable[[MemoryUnit], None]] = []
        """And just after it."""
        self.sequences: dict[str, int] = {}
        """Of a feed that numbers its rows when they are written: only a mutant uses them."""

    def table(self, name: str) -> Table:
        return self.tables.setdefault(name, {})

    def image(self) -> Image:
        """Everything committed; rows are never changed in place."""
        return {name: dict(table) for name, table in self.tables.items()}

    def restore(self, image: Image, epoch: UUID) -> None:
        """As if from a backup: another life begins."""
        self.tables = {name: dict(table) for name, table in image.items()}
        self.tables["meta"] = {"epoch": epoch}
        self.locks.clear()

    @contextmanager
    def reading(self) -> Iterator[MemoryUnit]:
        # nothing else runs meanwhile, so this is one snapshot
        yield MemoryUnit(self)

    @contextmanager
    def pushing(self, *, together: bool = False) -> Iterator[Filling]:
        unit = MemoryUnit(self, together=together)
        pause()
        try:
            yield cast("Filling", unit)
            pause()
            unit.commit()
        finally:
            unit.release()
        pause()

    accounts = filling = pushing
    surveying = reading

    @contextmanager
    def upkeep(self) -> Iterator[Upkeep]:
        with self.pushing() as unit:
            yield cast("Upkeep", unit)

    @contextmanager
    def quarantining(self) -> Iterator[Quarantining]:
        with self.pushing() as unit:
            yield cast("Quarantining", unit)


def pause(waits_for: Hashable | None = None) -> None:
    """Lets others run, where somebody decides about it."""
    if Task.current is not None:
        Task.current.pause(waits_for)


class MemoryUnit(MoneyTables):
    """Implements the questions and writes of a transaction."""

    def __init__(self, store: MemoryStore, *, together: bool = False) -> None:
        self.store = store
        self.together = together
        self.writes: Image = {}
        self.waits_for: Hashable | None = None
        self.stamped: list[str] = []
        self.late: list[tuple[str, int, int, int]] = []

    # rows and locks

    def get(self, table: str, key: Any) -> Any:
        written = self.writes.get(table, {}).get(key)
        if written is None:
            return self.store.table(table).get(key)
        return None if written is _GONE else written

    def put(self, table: str, key: Any, value: Any) -> None:
        self.writes.setdefault(table, {})[key] = value

    def delete(self, table: str, key: Any) -> None:
        self.put(table, key, _GONE)

    def items(self, table: str) -> dict[Any, Any]:
        kept = {**self.store.table(table), **self.writes.get(table, {})}
        return {key: value for key, value in kept.items() if value is not _GONE}

    def lock(self, key: Hashable) -> None:
        """Held to the end of the transaction; TransientError for whoever closes a circle."""
        pause()
        while (owner := self.store.locks.get(key)) is not None and owner is not self:
            self.waits_for = key
            while owner is not None:
                if owner is self:
                    self.waits_for = None
                    raise TransientError("deadlock")
                waits_for = owner.waits_for if isinstance(owner, MemoryUnit) else None
                owner = None if waits_for is None else self.store.locks.get(waits_for)
            try:
                pause(key)
            finally:
                self.waits_for = None
        self.store.locks[key] = self

    def commit(self) -> None:
        for listener in self.store.listeners:
            listener(self)
        for name, written in self.writes.items():
            table = self.store.table(name)
            for key, value in written.items():
                if value is _GONE:
                    table.pop(key, None)
                else:
                    table[key] = value
        heads = self.store.table("scope")
        for scope, seq, live, total in self.late:
            head = heads.get(scope, Head())
            heads[scope] = Head(max(head.seq, seq), head.floor, head.live + live, (head.sum + total) % SUM_MODULUS)
        for listener in self.store.after:
            listener(self)

    def release(self) -> None:
        for key in [key for key, owner in self.store.locks.items() if owner is self]:
            del self.store.locks[key]

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        before = {name: dict(table) for name, table in self.writes.items()}
        try:
            yield
        except (TransientError, KnownError):
            raise
        except Exception as error:
            if self.together:
                raise TransientError("together") from error
            self.writes = before
            raise

    # questions

    def epoch(self) -> UUID:
        epoch: UUID = self.store.tables["meta"]["epoch"]
        return epoch

    def find_device(self, id_: UUID) -> Device | None:
        device: Device | None = self.get("device", id_)
        return device

    def find_device_key(self, id_: UUID) -> bytes | None:
        key: bytes | None = self.get("device key", id_)
        return key

    def find_document(self, kind: str, id_: UUID) -> bytes | None:
        document = self.get("document", (kind, id_))
        return None if document is None else document.body

    def find_by_handle(self, kind: str, handle: str) -> bytes | None:
        id_ = self.get("handle", (kind, handle))
        return None if id_ is None else self.find_document(kind, id_)

    def list_documents(self, kinds: Sequence[str]) -> list[tuple[str, bytes]]:
        found = sorted(key for key in self.items("document") if key[0] in kinds)
        return [(key[0], self.get("document", key).body) for key in found]

    def list_heads(self, scopes: Iterable[str]) -> dict[str, Head]:
        return {scope: head for scope in scopes if (head := self.get("scope", scope)) is not None}

    def list_rows(self, scope: str, after: int, most: int) -> list[FeedRow]:
        rows = [row for row in self.items(f"row {scope}").values() if row.seq > after]
        rows.sort(key=lambda row: (row.seq, row.kind, row.id))
        return rows[:most]

    def find_highest(self, series: Mapping[str, tuple[str, str]]) -> dict[str, int]:
        used = [*self.items("handle"), *(("receipt", cash.receipt) for cash in self.items("cash").values())]
        found: dict[str, int] = {}
        for name, (kind, prefix) in series.items():
            counts = [int(h[len(prefix) :]) for k, h in used if k == kind and h.startswith(prefix)]
            if counts:
                found[name] = max(counts)
        return found

    def sum_buckets(self, scope: str) -> dict[int, tuple[int, int]]:
        sums: dict[int, tuple[int, int]] = {}
        for row in self.list_rows(scope, 0, 10**6):
            if row.op == "u":
                live, total = sums.get(bucket_of(str(row.id)), (0, 0))
                sums[bucket_of(str(row.id))] = (live + 1, (total + row.share) % SUM_MODULUS)
        return sums

    def list_bucket(self, scope: str, bucket: int) -> list[FeedRow]:
        return [row for row in self.list_rows(scope, 0, 10**6) if row.op == "u" and bucket_of(str(row.id)) == bucket]

    def list_large(self, least: int) -> dict[str, Head]:
        return {scope: head for scope, head in self.items("scope").items() if head.live >= least}

    def find_snapshot(self, scope: str, seq: int | None = None) -> Snapshot | None:
        found = [at for name, at in self.items("snapshot") if name == scope and seq in {None, at}]
        return self.get("snapshot", (scope, max(found)))[0] if found else None

    def read_snapshot(self, scope: str, seq: int) -> bytes:
        data: bytes = self.get("snapshot", (scope, seq))[1]
        return data

    def find_built_at(self, scope: str) -> datetime | None:
        newest = self.find_snapshot(scope)
        return None if newest is None else self.get("snapshot", (scope, newest.seq))[2]

    def save_snapshot(self, made: Snapshot, data: bytes, now: datetime) -> None:
        self.put("snapshot", (made.scope, made.seq), (made, data, now))
        kept = sorted(at for name, at in self.items("snapshot") if name == made.scope)
        for seq in kept[:-SNAPSHOTS_KEPT]:
            self.delete("snapshot", (made.scope, seq))

    def list_signed_in(self, device: UUID, since: datetime) -> frozenset[UUID]:
        return frozenset(s for (d, s), at in self.items("signed_in").items() if d == device and at >= since)

    def is_signed_in(self, session: UUID) -> bool:  # noqa: ARG002 - sessions have tests of their own
        return True

    def list_rights(self, sessions: Sequence[UUID]) -> dict[UUID, Rights]:  # noqa: ARG002 - as above
        return {}

    # writes

    def lock_device(self, id_: UUID) -> Device | None:
        self.lock(("device", id_))
        return self.find_device(id_)

    def lock_documents(self, refs: Sequence[Ref]) -> dict[Ref, bytes]:
        found: dict[Ref, bytes] = {}
        for ref in sorted(set(refs)):
            if self.get("document", ref) is not None:
                self.lock(("document", ref))
            body = self.find_document(*ref)
            if body is not None:
                found[ref] = body
        return found

    def save_documents(self, rows: Sequence[DocumentRow]) -> None:
        for row in rows:
            self.lock(("document", (row.kind, row.id)))
            present = self.get("document", (row.kind, row.id))
            if present is not None and present.version >= row.version:
                raise TransientError("version")
            if row.handle is not None:
                self.lock(("handle", row.kind, row.handle))
                if self.get("handle", (row.kind, row.handle)) not in {None, row.id}:
                    raise HandleTakenError
                self.put("handle", (row.kind, row.handle), row.id)
            self.put("document", (row.kind, row.id), row)

    def delete_document(self, ref: Ref) -> None:
        self.delete("document", ref)

    def count_open(self, kind: str, owner: str) -> int:
        rows = self.items("document").values()
        return sum(1 for row in rows if row.kind == kind and row.owner == owner and row.open)

    def find_results(self, device: UUID, generation: int, ns: Sequence[int]) -> dict[int, StoredCommand]:
        found = {n: self.get("command", (device, generation, n)) for n in ns}
        return {n: StoredCommand(c.id, c.hash, c.ack) for n, c in found.items() if c is not None}

    def find_commands(self, ids: Sequence[UUID]) -> dict[UUID, StoredCommand]:
        found: dict[UUID, StoredCommand] = {}
        for id_ in ids:
            first = self.get("command_id", id_)
            if first is not None:
                record = self.get("command", first)
                found[id_] = StoredCommand(id_, record.hash, record.ack)
        return found

    def add_trouble(self, id_: UUID, what: str) -> int:  # noqa: ARG002 - what it was is for people
        self.lock(("trouble", id_))
        tries: int = (self.get("trouble", id_) or 0) + 1
        self.put("trouble", id_, tries)
        return tries

    def open_cases(self, cases: Sequence[CaseRecord]) -> None:
        for case in cases:
            if self.get("case", case.id) is None:
                self.put("case", case.id, case)

    def write_held(self) -> None:
        """Nothing is held back here, but what it means for who fails is: see `savepoint`."""

    def defer(self, jobs: Sequence[Deferred]) -> None:
        """No job of today changes what desks see."""

    def remove_gone(self, scope: str, until: int, most: int) -> int:
        self.lock(("scope", scope))
        dead = [row for row in self.list_rows(scope, 0, 10**6) if row.op != "u" and row.seq <= until][:most]
        for row in dead:
            self.delete(f"row {scope}", (row.kind, row.id))
        if dead:
            head = self.get("scope", scope)
            self.put("scope", scope, replace(head, floor=max(head.floor, dead[-1].seq)))
        return len(dead)

    def forget_marks(self, scope: str, seq: int) -> None:
        """When to sweep is the simulation's to say."""

    def record_audit(self, chain: str, entries: Sequence[AuditEntry]) -> None:
        self.lock(("audit", chain))
        self.put("audit", chain, (self.get("audit", chain) or 0) + len(entries))

    def stamp(self, scope: str, rows: Sequence[FeedRow]) -> int:
        live, total = self.shares(scope, rows)
        self.lock(("scope", scope))
        head = self.get("scope", scope) or Head()
        head = Head(head.seq + 1, head.floor, head.live + live, (head.sum + total) % SUM_MODULUS)
        self.put("scope", scope, head)
        self.write_rows(scope, rows, head.seq)
        return head.seq

    def shares(self, scope: str, rows: Sequence[FeedRow]) -> tuple[int, int]:
        """By how much the rows change how many there are and what they sum up to."""
        live = total = 0
        for row in rows:
            present = self.get(f"row {scope}", (row.kind, row.id))
            if present is not None and present.op == "u":
                live, total = live - 1, total - present.share
            if row.op == "u":
                live, total = live + 1, total + row.share
        return live, total

    def write_rows(self, scope: str, rows: Sequence[FeedRow], seq: int) -> None:
        self.stamped.append(scope)
        for row in rows:
            self.put(f"row {scope}", (row.kind, row.id), replace(row, seq=seq))

    def record_commands(self, device: UUID, generation: int, at: datetime, done: Sequence[CommandRecord]) -> None:  # noqa: ARG002
        for one in done:
            key = (device, generation, one.n)
            assert self.get("command", key) is None, "a number is used once"
            self.put("command", key, one)
        for one in done:
            if not one.fresh:
                continue
            self.lock(("command_id", one.id))
            if self.get("command_id", one.id) is not None:
                raise TransientError("command_id")
            self.put("command_id", one.id, (device, generation, one.n))

    def save_device(self, device: Device, seen_at: datetime) -> None:
        self.put("device", device.id, device)
        self.put("heard", device.id, seen_at)

    def note_effect(self, command: UUID) -> None:
        """For the invariants: this command changed something, in this very transaction."""
        self.put("effect", command, (self.get("effect", command) or 0) + 1)
