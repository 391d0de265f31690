"""What the use cases ask of the database and of the libraries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from agent_desk.central.usecases.ledger_ports import Booking
from agent_desk.central.usecases.payment_ports import Paying
from agent_desk.central.usecases.snapshot_file import Snapshot
from agent_desk.central.usecases.stock_ports import Stocking
from agent_desk.domain.aggregate import Ref

Now = Callable[[], datetime]
"""Central's clock, aware UTC."""
Pause = Callable[[int], None]
"""Waits before a transaction is tried again that gave way so many times already."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom an access token speaks for; a desk's own claims never count."""

    staff: UUID
    device: UUID
    session: UUID


@dataclass(frozen=True, slots=True)
class Device:
    """A desk as central knows it."""

    desk: str
    id: UUID | None
    branch: str
    generation: int
    active: bool
    last_n: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """An aggregate as it is stored."""

    kind: str
    id: UUID
    version: int
    branch: str
    body: bytes
    handle: str | None = None
    """Its number, code or login."""
    owner: str | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A row of a scope's feed; `seq` is 0 until it is stamped."""

    kind: str
    id: UUID
    version: int
    op: str
    body: bytes | None
    share: int
    """`row_hash` of a live row as a signed 64-bit number, 0 of a dead one."""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """Where a scope stands."""

    seq: int = 0
    floor: int = 0
    live: int = 0
    sum: int = 0


@dataclass(frozen=True, slots=True)
class StoredCommand:
    """What became of a command, under the number it first came with."""

    id: UUID
    hash: str
    ack: bytes


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """A command that is done with."""

    n: int
    id: UUID
    name: str
    hash: str
    staff: UUID
    state: str
    ack: bytes
    envelope: bytes | None
    """Kept when it was not applied, so that a person can look at it."""
    occurred_at: datetime
    fresh: bool
    """False when its id came before under another number."""


@dataclass(frozen=True, slots=True)
class CaseRecord:
    id: UUID
    kind: str
    sentence: str
    subject: str
    branch: str
    opened_at: datetime
    command: UUID


@dataclass(frozen=True, slots=True)
class AuditEntry:
    at: datetime
    actor: UUID | None
    action: str
    subject: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """A job to be done later; None: at once."""

    name: str
    args: Mapping[str, str]
    run_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    id: UUID
    staff: UUID
    device: UUID
    token: bytes
    """SHA-256 of the refresh token that is good now."""
    parent: bytes | None
    """SHA-256 of the one it was made from."""
    rotated_at: datetime
    expires_at: datetime
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Rights:
    """What the scopes of a session follow from, to be compared with what it was before."""

    active: bool
    """Whether its desk is in use."""
    mark: str


class Reading(Protocol):
    """Questions any transaction may ask."""

    def epoch(self) -> UUID: ...
    def find_device(self, id_: UUID) -> Device | None: ...
    def find_device_key(self, id_: UUID) -> bytes | None: ...
    def find_document(self, kind: str, id_: UUID) -> bytes | None: ...
    def find_by_handle(self, kind: str, handle: str) -> bytes | None: ...
    def list_documents(self, kinds: Sequence[str]) -> list[tuple[str, bytes]]: ...
    def find_highest(self, series: Mapping[str, tuple[str, str]]) -> dict[str, int]:
        """By name of a series, given by kind and what stands before its count: the highest count there is."""
        ...

    def find_spread(self, rate: UUID) -> Decimal | None:
        """How far a rate lies above what its source says, in per cent; None where nobody said."""
        ...

    def list_heads(self, scopes: Iterable[str]) -> dict[str, Head]: ...
    def list_rows(self, scope: str, after: int, most: int) -> list[FeedRow]: ...
    def sum_buckets(self, scope: str) -> dict[int, tuple[int, int]]: ...
    def list_bucket(self, scope: str, bucket: int) -> list[FeedRow]: ...
    def list_large(self, least: int) -> dict[str, Head]:
        """The scopes with at least so many live rows."""
        ...

    def find_snapshot(self, scope: str, seq: int | None = None) -> Snapshot | None:
        """The newest file of a scope, or the one of that position."""
        ...

    def find_built_at(self, scope: str) -> datetime | None: ...
    def read_snapshot(self, scope: str, seq: int) -> bytes: ...
    def list_signed_in(self, device: UUID, since: datetime) -> frozenset[UUID]: ...
    def is_signed_in(self, session: UUID) -> bool: ...
    def list_rights(self, sessions: Sequence[UUID]) -> dict[UUID, Rights]: ...


class Pushing(Reading, Stocking, Booking, Paying, Protocol):
    """One write transaction; its scope counters are bumped last."""

    def savepoint(self) -> AbstractContextManager[object]: ...
    def lock_device(self, id_: UUID) -> Device | None: ...
    def lock_documents(self, refs: Sequence[Ref]) -> dict[Ref, bytes]: ...
    def save_documents(self, rows: Sequence[DocumentRow]) -> None: ...
    def count_open(self, kind: str, owner: str) -> int: ...
    def find_results(self, device: UUID, generation: int, ns: Sequence[int]) -> dict[int, StoredCommand]: ...
    def find_commands(self, ids: Sequence[UUID]) -> dict[UUID, StoredCommand]: ...
    def add_trouble(self, id_: UUID, what: str) -> int: ...
    def open_cases(self, cases: Sequence[CaseRecord]) -> None: ...
    def write_held(self) -> None:
        """What a unit that writes together has held back; before anything that relies on it."""
        ...

    def record_audit(self, chain: str, entries: Sequence[AuditEntry]) -> None: ...
    def defer(self, jobs: Sequence[Deferred]) -> None:
        """They run after the commit, and only if there is one."""
        ...

    def stamp(self, scope: str, rows: Sequence[FeedRow]) -> int: ...
    def record_commands(self, device: UUID, generation: int, at: datetime, done: Sequence[CommandRecord]) -> None: ...
    def save_device(self, device: Device, seen_at: datetime) -> None: ...


class Accounts(Reading, Protocol):
    """One transaction about who may sign in where."""

    def lock_desk(self, desk: str) -> Device | None: ...
    def enrol_desk(self, desk: str, branch: str, device: UUID | None) -> None: ...
    def keep_device_key(self, id_: UUID, key: bytes) -> None: ...
    def revoke_desk(self, desk: str, at: datetime, why: str) -> None: ...
    def record_sign_in(self, device: UUID, staff: UUID, at: datetime) -> None: ...
    def find_password_hash(self, staff: UUID) -> str | None: ...
    def save_password_hash(self, staff: UUID, password_hash: str) -> None: ...
    def add_session(self, session: Session) -> None: ...
    def lock_session(self, token: bytes) -> Session | None: ...
    def rotate_session(self, session: Session) -> None: ...
    def end_session(self, session: UUID, at: datetime, why: str) -> None: ...
    def find_spent(self, token: bytes) -> UUID | None: ...
    def record_audit(self, chain: str, entries: Sequence[AuditEntry]) -> None: ...


class Quarantining(Pushing, Protocol):
    """One transaction that keeps what a revoked desk hands over."""

    def weigh_quarantine(self, device: UUID) -> tuple[int, int]:
        """How many commands of it are kept, and how many bytes."""
        ...

    def quarantine(
        self, device: UUID, generation: int, case: UUID, at: datetime, commands: Sequence[tuple[int, UUID, bytes]]
    ) -> None: ...
    def note_handed_over(self, device: UUID, at: datetime) -> None: ...


class Upkeep(Reading, Protocol):
    """One transaction of what central does by itself."""

    def claim(self, task: str, now: datetime, every: timedelta) -> bool:
        """True for one of all processes once in that time, by their clocks."""
        ...

    def mark_heads(self, now: datetime) -> None:
        """Notes where every scope stands that has moved since it was noted last."""
        ...

    def list_marked(self, before: datetime) -> dict[str, int]:
        """Where each scope stood at its last mark before that time."""
        ...

    def save_snapshot(self, made: Snapshot, data: bytes, now: datetime) -> None:
        """Keeps the file; of those before it only the last, for desks that are fetching it."""
        ...

    def forget_marks(self, scope: str, seq: int) -> None: ...
    def remove_gone(self, scope: str, until: int, most: int) -> int:
        """Removes tombstones up to a position, the oldest first, and raises the scope's floor; answers how many."""
        ...


class Filling(Pushing, Accounts, Protocol):
    """A transaction that may do everything: the operator's own loading of data."""


class Store(Protocol):
    """The database; every transaction is one `with`, committed when it ends well."""

    def reading(self) -> AbstractContextManager[Reading]:
        """One snapshot, read only."""
        ...

    def surveying(self) -> AbstractContextManager[Reading]:
        """As `reading`, for work that takes longer than a desk may wait."""
        ...

    def pushing(self, *, together: bool = False) -> AbstractContextManager[Pushing]:
        """One that writes together holds documents, cash and cases back, and cannot undo one command alone.

        It raises TransientError where it would have to.
        """
        ...

    def accounts(self) -> AbstractContextManager[Accounts]: ...
    def quarantining(self) -> AbstractContextManager[Quarantining]: ...
    def filling(self) -> AbstractContextManager[Filling]: ...
    def upkeep(self) -> AbstractContextManager[Upkeep]: ...


class Replicas(Protocol):
    """A copy of the database to read from, which may be behind, or away."""

    def is_up(self) -> bool:
        """False for a while after it failed."""
        ...

    def reading(self) -> AbstractContextManager[Reading]: ...
    def note_failure(self, error: Exception) -> None:
        """Of a request that used it; some are not its fault."""
        ...


class Turns(Protocol):
    def wait(self, device: UUID, generation: int, first: int) -> None:
        """Until the device's commands before `first` are taken in; not for ever, and not when too many wait."""
        ...


class Passwords(Protocol):
    def hash(self, password: str) -> str: ...
    def matches(self, password_hash: str, password: str) -> bool: ...


FitsSignature = Callable[[bytes, bytes, bytes], bool]
"""Whether the owner of a public key signed this: key, signature, text."""


OpensSeal = Callable[[bytes, bytes], bytes | None]
"""What was sealed for this central: sealed, context; None for anything else."""


class AccessTokens(Protocol):
    def issue(self, caller: Caller, now: datetime, seconds: int) -> str: ...
    def read(self, token: str, now: datetime) -> Caller:
        """Raises KnownError `token.expired` or `token.invalid`."""
        ...


class RateOpinion(Protocol):
    """What a feed says of the house's rate; `agrees` is None when the feed cannot be used."""

    @property
    def agrees(self) -> bool | None: ...
    @property
    def sentence(self) -> str: ...


class RateOpinions(Protocol):
    def check(self, house: Decimal, now: datetime) -> RateOpinion: ...


class Announcer(Protocol):
    """The other processes of this central, on the same database."""

    def start(self, heard: Callable[[Mapping[str, int] | None], None]) -> None:
        """Begins to listen; `heard` is called on another thread, with heads, or None when some may have been missed."""
        ...

    def stop(self) -> None: ...
    def announce(self, heads: Mapping[str, int]) -> None:
        """Tells the others, a moment later and together with what comes meanwhile; returns at once."""
        ...


class Compressor(Protocol):
    def __call__(self, data: bytes, /) -> bytes: ...
