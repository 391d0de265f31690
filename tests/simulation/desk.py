"""A desk in the simulation: a machine with clocks that are wrong, a disk, and a program that may die at any moment."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar
from uuid import UUID

from agent_desk.central.usecases.ports import Caller
from agent_desk.desk.sync import check, fill, live, push
from agent_desk.desk.sync.keeping import keep_answer, recover
from agent_desk.desk.usecases.telling_time import Reading, Timekeeping
from agent_desk.domain.aggregate import Ref
from agent_desk.domain.people import Staff
from agent_desk.wire.live_rows import read_live_rows
from agent_desk.wire.mending import BucketRows, BucketSums
from agent_desk.wire.sync import Cursor, Envelope, SnapshotOffer, SyncAnswer, SyncRequest
from tests.simulation.central import Reply
from tests.simulation.disk import Occasion

R = TypeVar("R")


class Store(Protocol):
    """A desk's disk, in memory or a real one; every call of `act` and `commit` is one commit."""

    dies_in: int
    """How many commits on the program dies; 0: it lives on."""

    def act(self, occasion: Occasion, action: Callable[[Any], R]) -> R | None: ...
    def commit(self, now: datetime, job: Callable[[Any], R]) -> R: ...
    def look(self) -> Any: ...
    def remember(self, staff: Staff) -> None: ...
    def time(self) -> Timekeeping: ...
    def restart(self, *, power_cut: bool) -> None:
        """The program is gone without a word, and begins again with what is on the disk."""
        ...

    def image(self) -> Any: ...
    def restore(self, image: Any) -> None: ...
    def clone(self) -> Store: ...
    def states(self) -> dict[UUID, str]: ...
    def envelopes(self, ids: Collection[UUID]) -> list[Envelope]: ...
    def count_waiting(self) -> int: ...
    def count_overlay(self) -> int: ...
    def epoch(self) -> UUID | None: ...
    def rows(self, scope: str) -> dict[Ref, tuple[int, str]]: ...
    def cursors(self) -> dict[str, Cursor]: ...
    def scopes(self) -> frozenset[str]: ...
    def lose_row(self, scope: str, at: int) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that is under way, as the program remembers it."""

    attempt: int
    request: SyncRequest
    sent: Reading


@dataclass(slots=True)
class Download:
    """A file of which some rows are kept."""

    scope: str
    offer: SnapshotOffer
    lines: list[bytes]
    number: int
    """Of the next block."""


class Desk:
    """`asked`, `offers` and `download` are gone when the program dies; `store` is what stays."""

    def __init__(self, code: str, label: str, store: Store, staff: Staff, clock: Callable[[], datetime]) -> None:
        self.code = code
        self.label = label
        self.store = store
        self.caller_staff = staff
        self.clock = clock
        self.off = timedelta(0)
        self.boots = 1
        self.booted_at = clock()
        self.attempts = 0
        self.images: list[Any] = []
        self.files: set[tuple[str, int]] = set()
        """Scopes that came as a file, and where the file ended."""
        self.start()

    def start(self) -> None:
        """The program begins, with what is on the disk alone."""
        self.asked: Asked | None = None
        self.offers: dict[str, SnapshotOffer] = {}
        self.mending: list[str] = []
        self.download: Download | None = None
        self.offered_none = False
        self.trouble = ""
        self.again = False
        self.time = self.store.time()

    @property
    def fetches(self) -> bool:
        """Whether something is to be fetched beside the rows."""
        return bool(self.offers or self.download or self.mending)

    def crash(self) -> None:
        """The program is gone, and begins again."""
        self.store.restart(power_cut=False)
        self.start()

    def reboot(self) -> None:
        """The power was cut; the steady clock begins anew, under another name."""
        self.store.restart(power_cut=True)
        self.boots += 1
        self.booted_at = self.clock()
        self.start()

    # clocks

    @property
    def boot(self) -> str:
        return f"{self.label} {self.boots}"

    def read(self) -> Reading:
        now = self.clock()
        return Reading(now + self.off, int((now - self.booted_at) / timedelta(milliseconds=1)), self.boot)

    def now(self) -> datetime:
        return self.time.now(self.read())

    # the counter

    @property
    def staff(self) -> Staff:
        known: Staff = self.store.look().find(Staff, self.caller_staff.id) or self.caller_staff
        return known

    def act(self, new_id: Callable[[], UUID], action: Callable[[Any], R]) -> R | None:
        return self.store.act(Occasion(self.now(), self.read(), self.code, self.staff, new_id), action)

    # the sync

    def caller(self, device: UUID) -> Caller:
        return Caller(self.caller_staff.id, device, UUID(int=0))

    def commit(self, job: Callable[[Any], R]) -> R:
        return self.store.commit(self.now(), job)

    def ask(self, most_rows: int, *, push_only: bool) -> SyncRequest:
        assert self.asked is None
        sent = self.read()
        request = self.commit(lambda ledger: push.next_request(ledger, sent, "simulated"))
        request = request.model_copy(update={"most_rows": most_rows, "push_only": push_only})
        self.attempts += 1
        self.asked = Asked(self.attempts, request, sent)
        self.download, self.offers, self.mending = None, {}, []
        return request

    def hear(self, reply: Reply, attempt: int, lines: int) -> bool:
        """Keeps the first `lines` of what came; False when it is not what was asked for last."""
        asked = self.asked
        if asked is None or asked.attempt != attempt:
            return False
        self.asked, self.again = None, False
        self.trouble = reply.problem
        for answer in reply.answers[:lines]:
            self._keep(asked, answer)
        if reply.problem or lines < len(reply.answers):
            self.commit(lambda ledger: recover(ledger, reply.problem or "central.unreachable"))
        return True

    def _keep(self, asked: Asked, answer: SyncAnswer) -> None:
        self.time = self.time.hear(answer.now, asked.sent, self.read())
        reading = self.read()
        kept = self.commit(lambda ledger: keep_answer(ledger, asked.request, answer, self.time, reading))
        self.again = kept.again
        self.mending = list(kept.checked.mending)
        self.offers = dict(answer.snapshots)
        self.offered_none = not answer.snapshots

    def give_up(self) -> None:
        """No answer came in time."""
        if self.asked is not None:
            self.asked = None
            self.commit(lambda ledger: recover(ledger, "central.unreachable"))

    def hear_news(self, news: live.News) -> None:
        """What the open line brings; never while a page or a file is under way."""
        if self.asked is None and not self.fetches:
            self.commit(lambda ledger: live.keep(ledger, (news,)))

    def mend(self, ask: Callable[[BucketSums], BucketRows | None]) -> None:
        """The next scope that differs: its sums by bucket, then the buckets that differ."""
        scope = self.mending.pop()
        held = self.commit(lambda ledger: check.sums_of(ledger, scope))
        said = None if held is None else ask(held)
        if said is not None:
            self.commit(lambda ledger: check.mend(ledger, said))

    def begin_download(self, scope: str, file: tuple[str, bytes] | None) -> None:
        """Goes on after the blocks that are here already."""
        offer = self.offers.pop(scope)
        # every block is proved by its own hash: of another file none is kept
        if file is None or file[0] != offer.sha256:
            self.commit(lambda ledger: recover(ledger, "snapshot.gone"))
            return
        number = self.commit(lambda ledger: fill.count_kept(ledger, scope, offer))
        self.download = Download(scope, offer, file[1].splitlines()[1:], number)

    def go_on_with_download(self, blocks: int) -> None:
        """Keeps so many blocks of it."""
        for _ in range(blocks):
            if self.download is not None:
                self._keep_block(self.download)

    def _keep_block(self, download: Download) -> None:
        number = download.number
        begin = sum(block.rows for block in download.offer.blocks[:number])
        rows = read_live_rows(download.lines[begin : begin + download.offer.blocks[number].rows])
        self.commit(lambda ledger: fill.keep_block(ledger, download.scope, download.offer, number, rows))
        download.number += 1
        if download.number == len(download.offer.blocks):
            self.files.add((download.scope, download.offer.seq))
            self.download = None
