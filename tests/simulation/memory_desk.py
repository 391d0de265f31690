"""A desk's store in memory: the sync's `Ledger` and the counter's writes, each job one commit.

It says in a few lines what the store on disk says in SQL; the same runs on the store on disk show whether both agree.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from agent_desk.desk.usecases.ports import StoppedError
from agent_desk.desk.usecases.replaying import Pending, Replayed, replay
from agent_desk.desk.usecases.standing_at_central import OwnSum, Position
from agent_desk.desk.usecases.telling_time import Timekeeping
from agent_desk.domain.aggregate import Ref
from agent_desk.domain.decision import Facts
from agent_desk.domain.people import Staff
from agent_desk.domain.rights import Series
from agent_desk.wire.canonical import BUCKETS, SUM_MODULUS, bucket_of, canonical_json, row_hash
from agent_desk.wire.kinds import KINDS
from agent_desk.wire.live_rows import LiveRow
from agent_desk.wire.sync import Ack, Cursor, Envelope, Row
from tests.simulation.disk import Base, Disk, Kept, Look, MemoryWork, Mortal, Occasion, Scope, Waiting

R = TypeVar("R")
KEPT_FOR = timedelta(days=14)


class MemoryLedger:
    """Implements `Ledger`."""

    def __init__(self, disk: Disk, now: datetime, desk: str) -> None:
        self._disk = disk
        self._now = now
        self._desk = desk
        self._touched: set[Ref] = set()

    def position(self) -> Position:
        return Position(self._disk.device, self._disk.generation, self._disk.epoch, self._disk.cursors())

    def count_waiting(self) -> int:
        return len(self._disk.waiting())

    def lowest_waiting(self) -> int | None:
        return min((waiting.envelope.n for waiting in self._disk.waiting()), default=None)

    def take(self, most: int, most_bytes: int, beyond: int = 0) -> tuple[Envelope, ...]:  # noqa: ARG002 - none here is long
        taken = [one for one in self._disk.waiting() if one.envelope.n > beyond][:most]
        self._disk.outbox |= {one.envelope.id: replace(one, state="inflight") for one in taken}
        return tuple(one.envelope for one in taken)

    def list_unsent(self, after: int, most: int, most_bytes: int) -> tuple[Envelope, ...]:  # noqa: ARG002
        return tuple(one.envelope for one in self._disk.waiting() if one.envelope.n > after)[:most]

    def note_revoked(self, *, revoked: bool) -> None:
        self._disk.revoked = revoked

    def accept(self, ack: Ack) -> None:
        waiting = self._disk.outbox.get(ack.id)
        if waiting is not None:
            self._disk.outbox[ack.id] = replace(waiting, state="acked", at=ack.at)
            self._touched |= waiting.effects

    def close(self, ack: Ack) -> None:
        waiting = self._disk.outbox.get(ack.id)
        if waiting is not None:
            self._touched |= waiting.effects
            self._disk.notices.setdefault(ack.id, ack.state.value)
            self._finish(waiting, ack.state.value)

    def _finish(self, waiting: Waiting, state: str) -> None:
        del self._disk.outbox[waiting.envelope.id]
        generation = self._disk.generation
        self._disk.done[waiting.envelope.id] = replace(waiting, state=state, generation=generation, done_at=self._now)

    def put_back(self) -> None:
        self._disk.outbox |= {
            id_: replace(one, state="queued") for id_, one in self._disk.outbox.items() if one.state == "inflight"
        }

    def send_again(self, first: int) -> int:
        disk = self._disk
        lost = [w for w in disk.done.values() if w.generation == disk.generation and w.envelope.n >= first]
        acked = [w for w in disk.outbox.values() if w.state == "acked" and w.envelope.n >= first]
        self._queue_again((*lost, *acked))
        self._hold_shown(lost)
        return len(lost) + len(acked)

    def _hold_shown(self, lost: Iterable[Waiting]) -> None:
        look = Look(self._disk)
        for ref in {ref for waiting in lost for ref in waiting.effects}:
            shown = look.find(KINDS[ref[0]], ref[1]) if ref[0] in KINDS else None
            if shown is not None:
                self._disk.overlay.setdefault(ref, Replayed(shown))
            self._touched.add(ref)

    def _queue_again(self, done: Iterable[Waiting]) -> None:
        for waiting in done:
            self._disk.done.pop(waiting.envelope.id, None)
            self._disk.outbox[waiting.envelope.id] = replace(waiting, state="queued", at={})

    def send_all_again(self, first: int) -> int:
        disk = self._disk
        if all(one.generation == disk.generation for one in disk.done.values()):
            self._queue_again([one for one in disk.outbox.values() if one.state == "acked"])
            return self.send_again(first)
        return self._begin_generation(
            [one for one in disk.done.values() if one.generation < disk.generation or one.envelope.n >= first]
        )

    def renumber(self, first: int) -> None:
        self._count_anew(self._disk.waiting(), first)

    def _count_anew(self, in_order: Sequence[Waiting], first: int) -> None:
        disk = self._disk
        for n, waiting in enumerate(in_order, first):
            envelope = waiting.envelope.model_copy(update={"n": n})
            disk.outbox[envelope.id] = replace(disk.outbox[envelope.id], envelope=envelope)
        disk.counters["command"] = first + len(in_order) - 1

    def last_given(self) -> int:
        return self._disk.counters.get("command", 0)

    def is_recounting(self) -> bool:
        return self._disk.recounting

    def raise_counters(self, counts: Mapping[Series, int]) -> None:
        for series, count in counts.items():
            self._disk.counters[series.name] = max(count, self._disk.counters.get(series.name, 0))
        self._disk.recounting = False

    def begin_generation(self) -> None:
        self._begin_generation(list(self._disk.done.values()) if self._disk.doubted else [])

    def _begin_generation(self, lost: list[Waiting]) -> int:
        disk = self._disk
        lost.sort(key=lambda one: (one.generation, one.envelope.n))
        in_order = [*lost, *sorted(disk.outbox.values(), key=lambda one: one.envelope.n)]
        self._queue_again(in_order)
        self._count_anew(in_order, 1)
        self._hold_shown(lost)
        disk.doubted = False
        disk.generation += 1
        disk.recounting = True
        return len(lost)

    def keep_epoch(self, epoch: UUID) -> None:
        self._disk.doubted = self._disk.doubted or self._disk.epoch is not None
        self._disk.epoch = epoch

    def forget_cursor(self, scope: str) -> None:
        if scope in self._disk.scopes:
            self._disk.scopes[scope] = replace(self._disk.scopes[scope], seq=None, boot=0)

    def keep_scopes(self, scopes: Sequence[str]) -> None:
        for scope in (self._disk.base.keys() | self._disk.scopes.keys()) - set(scopes):
            self._touched |= self._disk.base.pop(scope, {}).keys()
            self._disk.scopes.pop(scope, None)
        for scope in scopes:
            self._disk.scopes.setdefault(scope, Scope())

    def drop_scope(self, scope: str) -> None:
        self._touched |= self._disk.base.pop(scope, {}).keys()
        self._disk.begun.pop(scope, None)
        if scope in self._disk.scopes:
            self._disk.scopes[scope] = Scope(mismatches=self._disk.scopes[scope].mismatches)

    def read_rows(self, scope: str, rows: Sequence[Row]) -> None:
        disk = self._disk
        kept = disk.base[scope] = dict(disk.base.get(scope, {}))
        standing = disk.scopes.get(scope, Scope())
        live, total = standing.live, standing.sum
        for row in rows:
            ref = (row.kind, row.id)
            present = kept.pop(ref, None)
            if present is not None:
                live, total = live - 1, total - row_hash(*ref, present.version)
            if row.op == "u":
                kept[ref] = Kept(row.version, canonical_json(row.body).decode())
                live, total = live + 1, total + row_hash(*ref, row.version)
            self._touched.add(ref)
        disk.scopes[scope] = replace(standing, live=live, sum=total % SUM_MODULUS)

    def fill(self, scope: str, rows: Sequence[LiveRow]) -> None:
        self.read_rows(scope, [row.as_row() for row in rows])

    def count_blocks(self, scope: str, file: str) -> int:
        begun, count = self._disk.begun.get(scope, ("", 0))
        return count if begun == file else 0

    def note_blocks(self, scope: str, file: str, count: int) -> None:
        self._disk.begun[scope] = (file, count)

    def move_cursor(self, scope: str, cursor: Cursor, *, whole: bool = True) -> None:
        standing = self._disk.scopes.get(scope, Scope())
        self._disk.scopes[scope] = replace(standing, seq=cursor[0], boot=cursor[1], whole=whole)

    def find_sum(self, scope: str) -> OwnSum | None:
        one = self._disk.scopes.get(scope)
        return None if one is None or one.seq is None else OwnSum(one.seq, one.live, f"{one.sum:016x}", one.mismatches)

    def recount(self, scope: str) -> OwnSum:
        rows = self._disk.base.get(scope, {})
        total = sum(row_hash(*ref, kept.version) for ref, kept in rows.items()) % SUM_MODULUS
        self._disk.scopes[scope] = replace(self._disk.scopes[scope], live=len(rows), sum=total)
        found = self.find_sum(scope)
        assert found is not None
        return found

    def sum_buckets(self, scope: str) -> tuple[str, ...]:
        sums = [0] * BUCKETS
        for ref, kept in self._disk.base.get(scope, {}).items():
            sums[bucket_of(str(ref[1]))] += row_hash(*ref, kept.version)
        return tuple(f"{total % SUM_MODULUS:016x}" for total in sums)

    def replace_buckets(self, scope: str, buckets: Sequence[int], rows: Sequence[Row]) -> None:
        kept = self._disk.base.get(scope, {})
        gone = {ref for ref in kept if bucket_of(str(ref[1])) in buckets}
        self._disk.base[scope] = {ref: one for ref, one in kept.items() if ref not in gone}
        self._touched |= gone
        self.recount(scope)
        self.read_rows(scope, rows)

    def find_checked(self) -> datetime | None:
        return self._disk.checked

    def note_checked(self) -> None:
        self._disk.checked = self._now

    def note_mismatch(self, scope: str, *, agreed: bool) -> None:
        one = self._disk.scopes[scope]
        self._disk.scopes[scope] = replace(one, mismatches=0 if agreed else one.mismatches + 1)

    def hear(self, central: Timekeeping) -> None:
        self._disk.time = central

    def finish(self) -> None:
        disk = self._disk
        positions = {s: -1 if one.seq is None or not one.whole else one.seq for s, one in disk.scopes.items()}
        acked = [waiting for waiting in disk.outbox.values() if waiting.state == "acked"]
        for waiting in acked:
            if all(scope not in positions or positions[scope] >= seq for scope, seq in waiting.at.items()):
                self._touched |= waiting.effects
                self._finish(waiting, "applied")
        if acked and not disk.doubted:
            old = [id_ for id_, one in disk.done.items() if one.done_at and one.done_at < self._now - KEPT_FOR]
            for id_ in old:
                del disk.done[id_]
        disk.doubted = disk.doubted and bool(disk.waiting())
        if self._touched:
            self._rebase()

    def _rebase(self) -> None:
        disk = self._disk
        refs, commands = _closure(disk, self._touched)
        look = Look(disk)
        pending = [Pending(one.command, self._facts(look, one), one.state == "acked") for one in commands]
        replayed = replay(pending, frozenset(refs), Base(disk), look)
        for ref in refs:
            disk.overlay.pop(ref, None)
        disk.overlay |= replayed

    def _facts(self, look: Look, waiting: Waiting) -> Facts | None:
        by = waiting.envelope.by
        staff = look.find(Staff, by) or self._disk.staff.get(by)
        return None if staff is None else Facts(waiting.happened_at, staff, self._desk, look.book())


def _closure(disk: Disk, touched: set[Ref]) -> tuple[set[Ref], list[Waiting]]:
    """These documents with all that waiting commands bind to them, and those commands in order."""
    refs, found = set(touched), dict[UUID, Waiting]()
    grown = True
    while grown:
        grown = False
        for id_, waiting in disk.outbox.items():
            if id_ not in found and not refs.isdisjoint(waiting.effects):
                found[id_] = waiting
                refs |= waiting.effects
                grown = True
    return refs, sorted(found.values(), key=lambda waiting: waiting.envelope.n)


class MemoryStore(Mortal):
    """A desk's disk; `disk` is what the last commit left."""

    def __init__(self, device: UUID, desk: str) -> None:
        self.disk = Disk(device)
        self.before = self.disk
        """What the commit before the last one left: a power cut takes the last where it is not waited for."""
        self.desk = desk

    def act(self, occasion: Occasion, action: Callable[[Any], R]) -> R | None:
        """What somebody does at the counter; None where the desk itself refused it."""
        changed = self.disk.copy()
        try:
            made = action(MemoryWork(changed, occasion))
        except StoppedError:
            return None
        self.live_on()
        self.before, self.disk = self.disk, changed
        return made

    def commit(self, now: datetime, job: Callable[[Any], R]) -> R:
        changed = self.disk.copy()
        made = job(MemoryLedger(changed, now, self.desk))
        self.live_on()
        self.before, self.disk = self.disk, changed
        return made

    def look(self) -> Any:
        return Look(self.disk)

    def remember(self, staff: Staff) -> None:
        self.disk.staff = {**self.disk.staff, staff.id: staff}

    def time(self) -> Timekeeping:
        return self.disk.time

    # what the invariants look at

    def restart(self, *, power_cut: bool) -> None:  # noqa: ARG002 - every commit is waited for
        self.dies_in = 0

    def image(self) -> Disk:
        return self.disk

    def restore(self, image: Disk) -> None:
        self.disk = image.copy()

    def clone(self) -> MemoryStore:
        twin = MemoryStore(self.disk.device, self.desk)
        twin.restore(self.disk)
        return twin

    def states(self) -> dict[UUID, str]:
        """How each command this disk still knows stands."""
        return {id_: one.state for kept in (self.disk.done, self.disk.outbox) for id_, one in kept.items()}

    def envelopes(self, ids: Collection[UUID]) -> list[Envelope]:
        """Those of the outbox among these, in order."""
        return [w.envelope for w in self.disk.waiting() if w.envelope.id in ids]

    def count_waiting(self) -> int:
        return len(self.disk.waiting())

    def count_overlay(self) -> int:
        return len(self.disk.overlay)

    def epoch(self) -> UUID | None:
        return self.disk.epoch

    def rows(self, scope: str) -> dict[Ref, tuple[int, str]]:
        return {ref: (kept.version, kept.text) for ref, kept in self.disk.base.get(scope, {}).items()}

    def cursors(self) -> dict[str, Cursor]:
        return self.disk.cursors()

    def scopes(self) -> frozenset[str]:
        return frozenset(scope for scope, rows in self.disk.base.items() if rows)

    def lose_row(self, scope: str, at: int) -> None:
        """A row vanishes, and our own sum knows it: what a fault of ours would look like."""
        changed = self.disk.copy()
        rows = changed.base[scope] = dict(changed.base[scope])
        ref = sorted(rows)[at % len(rows)]
        gone, one = rows.pop(ref), changed.scopes[scope]
        total = (one.sum - row_hash(*ref, gone.version)) % SUM_MODULUS
        changed.scopes[scope] = replace(one, live=one.live - 1, sum=total)
        self.disk = changed

    def close(self) -> None:
        """Nothing to let go."""
