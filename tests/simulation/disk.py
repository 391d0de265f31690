"""What a desk in memory keeps, and how its documents look with what waits on top."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from agent_desk.desk.usecases.ports import StoppedError
from agent_desk.desk.usecases.replaying import Replayed
from agent_desk.desk.usecases.telling_time import Reading, Timekeeping
from agent_desk.domain.aggregate import A, Aggregate, Command, Ref
from agent_desk.domain.deciding import decide
from agent_desk.domain.decision import Facts, Refused
from agent_desk.domain.people import Staff
from agent_desk.domain.price_book import ExchangeRate, PriceBook, RateCard, TaxTable, TradeRules
from agent_desk.domain.rights import Series, number_text
from agent_desk.wire.canonical import command_hash
from agent_desk.wire.kinds import KINDS
from agent_desk.wire.sync import Cursor, Envelope

PRICE_KINDS: tuple[type[Aggregate], ...] = (RateCard, ExchangeRate, TaxTable, TradeRules)


class DiedError(Exception):
    """The program is gone, in the middle of what it wrote."""


class Mortal:
    """A program that dies just before the commit it was told, with all that it had written of it."""

    dies_in = 0
    """Commits from now; 0: it lives on."""

    def live_on(self) -> None:
        """Before every commit."""
        if self.dies_in:
            self.dies_in -= 1
            if not self.dies_in:
                raise DiedError


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is true around one commit."""

    now: datetime
    read: Reading
    desk: str
    staff: Staff
    new_id: Callable[[], UUID]


@dataclass(frozen=True, slots=True)
class Kept:
    """Central's body of one document."""

    version: int
    text: str


@dataclass(frozen=True, slots=True)
class Scope:
    seq: int | None = None
    """None: to be read from the beginning."""
    boot: int = 0
    live: int = 0
    sum: int = 0
    mismatches: int = 0
    whole: bool = True
    """Whether everything up to there is here."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A command in the outbox, or one that is done with."""

    envelope: Envelope
    command: Command
    happened_at: datetime
    effects: frozenset[Ref]
    state: str = "queued"
    at: dict[str, int] = field(default_factory=dict)
    generation: int = 0
    done_at: datetime | None = None


@dataclass(slots=True)
class Disk:
    """Everything that is kept; values are never changed in place, so a shallow copy is a whole image."""

    device: UUID
    generation: int = 0
    epoch: UUID | None = None
    recounting: bool = False
    revoked: bool = False
    doubted: bool = False
    checked: datetime | None = None
    begun: dict[str, tuple[str, int]] = field(default_factory=dict)
    time: Timekeeping = field(default_factory=Timekeeping)
    base: dict[str, dict[Ref, Kept]] = field(default_factory=dict)
    scopes: dict[str, Scope] = field(default_factory=dict)
    outbox: dict[UUID, Waiting] = field(default_factory=dict)
    done: dict[UUID, Waiting] = field(default_factory=dict)
    notices: dict[UUID, str] = field(default_factory=dict)
    overlay: dict[Ref, Replayed] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    staff: dict[UUID, Staff] = field(default_factory=dict)

    def copy(self) -> Disk:
        return replace(
            self, base=dict(self.base), scopes=dict(self.scopes), outbox=dict(self.outbox), done=dict(self.done),
            notices=dict(self.notices), overlay=dict(self.overlay), counters=dict(self.counters),
            staff=dict(self.staff), begun=dict(self.begun),
        )  # fmt: skip

    def find_base(self, ref: Ref) -> Kept | None:
        found = [rows[ref] for rows in self.base.values() if ref in rows]
        return max(found, key=lambda kept: kept.version, default=None)

    def waiting(self) -> list[Waiting]:
        return sorted((w for w in self.outbox.values() if w.state != "acked"), key=lambda w: w.envelope.n)

    def cursors(self) -> dict[str, Cursor]:
        return {name: (one.seq, one.boot) for name, one in self.scopes.items() if one.seq is not None}


@lru_cache(maxsize=20_000)
def parse(kind: str, text: str) -> Aggregate:
    return KINDS[kind].model_validate_json(text)


@lru_cache(maxsize=2_000)
def _book(texts: tuple[tuple[str, str], ...]) -> PriceBook:
    def of(kind: type[A]) -> tuple[A, ...]:
        return tuple(kind.model_validate_json(text) for found, text in texts if found == kind.kind)

    return PriceBook(cards=of(RateCard), rates=of(ExchangeRate), taxes=of(TaxTable), rules=of(TradeRules))


@dataclass(frozen=True, slots=True)
class Base:
    """Central's truth as a decision's state."""

    disk: Disk

    def find(self, kind: type[A], id_: UUID) -> A | None:
        kept = self.disk.find_base((kind.kind, id_))
        found = None if kept is None else parse(kind.kind, kept.text)
        return found if isinstance(found, kind) else None


class Look:
    """Documents as the desk sees them."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk

    def find(self, kind: type[A], id_: UUID) -> A | None:
        shown = self.disk.overlay.get((kind.kind, id_))
        if shown is not None:
            return shown.aggregate if isinstance(shown.aggregate, kind) else None
        return Base(self.disk).find(kind, id_)

    def list_all(self, kind: type[A]) -> list[A]:
        ids = {ref[1] for rows in self.disk.base.values() for ref in rows if ref[0] == kind.kind}
        ids |= {ref[1] for ref in self.disk.overlay if ref[0] == kind.kind}
        found = [self.find(kind, id_) for id_ in sorted(ids)]
        return [one for one in found if one is not None]

    def book(self) -> PriceBook:
        kinds = {kind.kind for kind in PRICE_KINDS}
        texts = [(r[0], kept.text) for rows in self.disk.base.values() for r, kept in rows.items() if r[0] in kinds]
        return _book(tuple(sorted(texts)))


class MemoryWork(Look):
    """What the counter does, within one commit."""

    def __init__(self, disk: Disk, occasion: Occasion) -> None:
        super().__init__(disk)
        self.occasion = occasion

    def next_number(self, series: Series) -> str:
        return number_text(series, self.occasion.desk, self._count(series.name))

    def _count(self, series: str) -> int:
        self.disk.counters[series] = self.disk.counters.get(series, 0) + 1
        return self.disk.counters[series]

    def do(self, command: Command) -> None:
        disk, occasion = self.disk, self.occasion
        outcome = decide(self, command, Facts(occasion.now, occasion.staff, occasion.desk, self.book()))
        if isinstance(outcome, Refused):
            raise StoppedError(outcome)
        after = self._creators(command)
        disk.overlay |= {aggregate.ref: Replayed(aggregate) for aggregate in outcome.changes}
        args = command.model_dump(mode="json")
        read = occasion.read
        envelope = Envelope.model_validate(
            {
                "n": self._count("command"), "id": occasion.new_id(), "name": command.name, "by": occasion.staff.id,
                "after": after, "wall": read.wall, "mono": read.mono, "boot": read.boot, "at": occasion.now,
                "args": args, "hash": command_hash(command.name, args),
            }
        )  # fmt: skip
        effects = frozenset((*(one.ref for one in outcome.changes), *command.writes()))
        disk.outbox[envelope.id] = Waiting(envelope, command, occasion.now, effects)

    def _creators(self, command: Command) -> tuple[UUID, ...]:
        found: dict[UUID, None] = {}
        in_order = sorted(self.disk.outbox.values(), key=lambda waiting: waiting.envelope.n)
        for ref in command.writes():
            if self.disk.find_base(ref) is None:
                found.update(dict.fromkeys([w.envelope.id for w in in_order if ref in w.effects][:1]))
        return tuple(found)[:20]

    def finish(self) -> None:
        """Nothing is listed here."""
