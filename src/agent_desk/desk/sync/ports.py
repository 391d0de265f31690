"""What the sync needs of the store and of the network."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from agent_desk.desk.usecases.standing_at_central import OwnSum, Position
from agent_desk.desk.usecases.telling_time import Reading, Timekeeping
from agent_desk.domain.rights import Series
from agent_desk.wire.handing_over import HandedOver, Handover
from agent_desk.wire.live_rows import LiveRow
from agent_desk.wire.mending import BucketRows, BucketSums
from agent_desk.wire.signing_in import Tokens
from agent_desk.wire.sync import Ack, Cursor, Envelope, Row, SnapshotOffer, SyncAnswer, SyncRequest

R = TypeVar("R")


class Ledger(Protocol):
    """The way to and from central, within one commit."""

    def position(self) -> Position: ...
    def count_waiting(self) -> int: ...
    def lowest_waiting(self) -> int | None: ...
    def take(self, most: int, most_bytes: int, beyond: int = 0) -> tuple[Envelope, ...]:
        """The next commands in order after number `beyond`, marked as under way."""
        ...

    def list_unsent(self, after: int, most: int, most_bytes: int) -> tuple[Envelope, ...]:
        """What waits beyond a number, in order; it stays as it is."""
        ...

    def note_revoked(self, *, revoked: bool) -> None:
        """Keeps that central has taken this desk out of use, or that it was a mistake."""
        ...

    def accept(self, ack: Ack) -> None:
        """Applied at central: shown on top until the feed brings it."""
        ...

    def close(self, ack: Ack) -> None:
        """Refused or parked: taken off the shown documents, with a notice for a person."""
        ...

    def put_back(self) -> None:
        """What was under way waits again."""
        ...

    def send_again(self, first: int) -> int:
        """Everything from this number on waits again, however often it was sent; answers with how many."""
        ...

    def send_all_again(self, first: int) -> int:
        """As `send_again`, with what was done in earlier generations; all in a new one where there is any."""
        ...

    def renumber(self, first: int) -> None:
        """What waits is counted from here on, in the same order; ids stay."""
        ...

    def begin_generation(self) -> None:
        """Another computer has our numbers: count anew, and ask central how far the others went."""
        ...

    def last_given(self) -> int:
        """The highest number that a command was given here."""
        ...

    def is_recounting(self) -> bool:
        """Whether central is to say how far the numbers went that people see."""
        ...

    def raise_counters(self, counts: Mapping[Series, int]) -> None:
        """Numbers people see go on beyond these."""
        ...

    def keep_epoch(self, epoch: UUID) -> None: ...
    def forget_cursor(self, scope: str) -> None:
        """The scope is read from its beginning next; until then its rows stay in view."""
        ...

    def keep_scopes(self, scopes: Sequence[str]) -> None:
        """Only these may be seen here: central's rows of others go, what waits to be sent never does."""
        ...

    def drop_scope(self, scope: str) -> None:
        """Central's rows of it go, and its cursor; what waits to be sent never does."""
        ...

    def read_rows(self, scope: str, rows: Sequence[Row]) -> None: ...
    def fill(self, scope: str, rows: Sequence[LiveRow]) -> None:
        """As `read_rows`; quicker where none of them is here yet."""
        ...

    def count_blocks(self, scope: str, file: str) -> int:
        """How many blocks of this snapshot, named by its hash, are kept; 0 once the scope was dropped."""
        ...

    def note_blocks(self, scope: str, file: str, count: int) -> None: ...
    def move_cursor(self, scope: str, cursor: Cursor, *, whole: bool = True) -> None:
        """A page that is not `whole` ends before the scope does: what was changed since may lie beyond it."""
        ...

    def find_sum(self, scope: str) -> OwnSum | None: ...
    def recount(self, scope: str) -> OwnSum:
        """The sum from the rows themselves, kept."""
        ...

    def sum_buckets(self, scope: str) -> tuple[str, ...]:
        """What is really here of a scope, by bucket."""
        ...

    def replace_buckets(self, scope: str, buckets: Sequence[int], rows: Sequence[Row]) -> None:
        """Puts these rows in the place of everything the buckets held."""
        ...

    def note_mismatch(self, scope: str, *, agreed: bool) -> None: ...
    def find_checked(self) -> datetime | None:
        """When everything was counted last."""
        ...

    def note_checked(self) -> None: ...
    def hear(self, central: Timekeeping) -> None:
        """Keeps what is known of central's clock."""
        ...

    def finish(self) -> None:
        """Drops overlays that the feed has caught up with, and shows everything touched anew."""
        ...


class Ledgers(Protocol):
    """Runs work on the ledger in one commit, on the store's thread, and tells who listens."""

    async def commit(self, job: Callable[[Ledger], R]) -> R: ...


class Central(Protocol):
    """Central over the network. Every call raises KnownError.

    `central.unreachable`, `central.busy` (with `retry_after`), `token.expired`, `token.invalid`, `desk.revoked`,
    `desk.forked`, `app.too_old`, `request.invalid`.
    """

    @property
    def received_bytes(self) -> int:
        """What came over the line since this desk was started."""
        ...

    def sync(self, request: SyncRequest, access_token: str, *, whole: bool) -> AsyncGenerator[SyncAnswer]:
        """One answer, which may offer snapshots; with `whole` one page after another until nothing is left.

        Each may be kept by itself.
        """
        ...

    def snapshot(self, offer: SnapshotOffer, access_token: str, first: int) -> AsyncGenerator[tuple[LiveRow, ...]]:
        """The rows of each block from number `first` on, checked against the offer block by block.

        `snapshot.gone` and `snapshot.damaged` too: another offer is to be asked for.
        """
        ...

    async def mend(self, held: BucketSums, access_token: str) -> BucketRows: ...
    async def refresh(self, refresh_token: str) -> Tokens: ...
    async def hand_over(self, handover: Handover) -> HandedOver:
        """Signed with the desk's own key. Raises `desk.in_use` and `quarantine.*` too."""
        ...


class Signer(Protocol):
    """The desk's own key."""

    @property
    def public(self) -> str:
        """Its public half, in hexadecimal."""
        ...

    def sign(self, text: bytes) -> bytes: ...


class Socket(Protocol):
    """An open line; every call raises KnownError `central.unreachable` once it is closed."""

    async def send(self, text: str) -> None: ...
    async def receive(self) -> str | bytes: ...


class Sockets(Protocol):
    def open(self, access_token: str) -> AbstractAsyncContextManager[Socket]:
        """A line to central, closed with the block; raises KnownError, with central's own code where it spoke."""
        ...


class TokenKeeper(Protocol):
    """The session with central."""

    @property
    def access_token(self) -> str | None:
        """None when there is none that still holds."""
        ...

    @property
    def refresh_token(self) -> str | None: ...
    async def put(self, tokens: Tokens) -> None: ...
    async def forget(self, *, whole: bool) -> None:
        """The access token, or the whole session."""
        ...


class Clock(Protocol):
    def read(self) -> Reading: ...
