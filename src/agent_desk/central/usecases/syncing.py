"""One round trip: commands up, then answers and rows down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from agent_desk.central.usecases.answering import answer_bytes
from agent_desk.central.usecases.down_casting import down_cast_ack, is_served
from agent_desk.central.usecases.pacing import Pace
from agent_desk.central.usecases.ports import Caller, Head, Now, Replicas, Store
from agent_desk.central.usecases.pulling import Page, Replica, pull
from agent_desk.central.usecases.pushing import Pusher
from agent_desk.central.usecases.snapshotting import Snapshots, is_quicker
from agent_desk.central.usecases.trouble import KnownError, TransientError, too_old
from agent_desk.wire.sync import PROTOCOL, SCHEMA, Ack, SyncAnswer, SyncRequest


class Syncer:
    """Push and pull for one desk at a time."""

    def __init__(
        self, store: Store, pusher: Pusher, snapshots: Snapshots, now: Now, replicas: Replicas | None = None
    ) -> None:
        self._store = store
        self._replicas = replicas
        self._pusher = pusher
        self._snapshots = snapshots
        self._now = now
        self._pace = Pace()

    def sync(self, request: SyncRequest, caller: Caller) -> bytes:
        """One `SyncAnswer`: what became of the commands, and the next page of rows."""
        acks = self._begin(request, caller)
        return self._answer(request, caller, acks, offering=True)[0]

    def stream(self, request: SyncRequest, caller: Caller) -> Iterator[bytes]:
        """As `sync`, then page after page until the desk has everything: a `SyncAnswer` a line.

        The commands are taken in before the first line is asked for.
        """
        acks = self._begin(request, caller)
        return self._lines(request, caller, acks)

    def _lines(self, request: SyncRequest, caller: Caller, acks: tuple[Ack, ...]) -> Iterator[bytes]:
        more = True
        while more:
            text, page = self._answer(request, caller, acks, offering=False)
            yield text + b"\n"
            acks, more = (), page.more
            # what another life of the database gave is forgotten, also where this page had no room for it
            before = {} if page.resend_after is not None else request.cursors
            cursors = {**before, **page.cursors}
            request = request.model_copy(update={"cursors": cursors, "epoch": None, "commands": (), "recount": False})

    def _begin(self, request: SyncRequest, caller: Caller) -> tuple[Ack, ...]:
        if request.device != caller.device:
            raise KnownError("device.not_yours", "This token belongs to another desk: sign in on this one.")
        old = request.protocol != PROTOCOL or not is_served(request.schema_)
        # what an old desk has sold is taken in all the same
        if old and not request.push_only:
            raise too_old()
        acks = self._pusher.push(request, caller) if request.commands else ()
        return acks if old else tuple(down_cast_ack(ack, request.schema_) for ack in acks)

    def _answer(
        self, request: SyncRequest, caller: Caller, acks: tuple[Ack, ...], *, offering: bool
    ) -> tuple[bytes, Page]:
        now = self._now()
        as_file = is_quicker if offering and request.schema_ == SCHEMA else _never
        epoch, page = self._pull(request, caller, now, as_file, least_positions(acks))
        offers = {scope: self._snapshots.offer(scope, head) for scope, head in page.files.items()}
        answer = SyncAnswer(
            epoch=epoch,
            now=now,
            acks=acks,
            more=page.more,
            scopes=page.scopes,
            snapshots=offers,
            sums=page.sums,
            resend_after=page.resend_after,
            numbers=page.numbers,
            expected_n=page.expected_n,
            poll_seconds=self._pace.heard(request.device, now),
        )
        return answer_bytes(answer, page.patches), page

    def _pull(
        self,
        request: SyncRequest,
        caller: Caller,
        now: datetime,
        as_file: Callable[[Head], bool],
        least: dict[str, int],
    ) -> tuple[UUID, Page]:
        """From the replica as far as it goes; without it when it fails."""
        if self._replicas is not None and not request.push_only and self._replicas.is_up():
            try:
                with self._store.reading() as unit, self._replicas.reading() as copy:
                    replica = Replica(copy, least)
                    return unit.epoch(), pull(unit, request, caller, now, as_file=as_file, replica=replica)
            except (KnownError, TransientError) as error:
                self._replicas.note_failure(error)
        with self._store.reading() as unit:
            return unit.epoch(), pull(unit, request, caller, now, as_file=as_file)


def least_positions(acks: Sequence[Ack]) -> dict[str, int]:
    """The position of each scope at which a desk can see what it has just done."""
    least: dict[str, int] = {}
    for ack in acks:
        for scope, seq in ack.at.items():
            least[scope] = max(seq, least.get(scope, 0))
    return least


def _never(_: Head) -> bool:
    return False
