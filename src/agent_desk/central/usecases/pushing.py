"""Taking in what a desk did: every command once, in order, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid5

from agent_desk.central.usecases.applying import Occasion, Parsed, Verdict, apply, park, parse_command
from agent_desk.central.usecases.ports import (
    AuditEntry,
    Caller,
    CaseRecord,
    CommandRecord,
    Device,
    Now,
    Pause,
    Pushing,
    Store,
    StoredCommand,
)
from agent_desk.central.usecases.price_books import PriceBooks
from agent_desk.central.usecases.retrying import again
from agent_desk.central.usecases.sale_time import sale_time
from agent_desk.central.usecases.seeing import SIGNED_IN_FOR, list_scopes
from agent_desk.central.usecases.shaping import stamp_all
from agent_desk.central.usecases.stocking import StockRoom, list_places
from agent_desk.central.usecases.trouble import KnownError, revoked
from agent_desk.central.usecases.working_state import WorkingState
from agent_desk.domain.aggregate import Command
from agent_desk.domain.money_commands import SetExchangeRate
from agent_desk.domain.people import Staff
from agent_desk.domain.price_book import ExchangeRate
from agent_desk.domain.refusal import blocks
from agent_desk.wire.canonical import canonical_json
from agent_desk.wire.handover_file import PartBody
from agent_desk.wire.sync import FINAL, Ack, AckState, Envelope, SyncRequest

IN_ONE_TRANSACTION = 20

ID_REUSED = blocks("command.id_reused", "id", "Another action came under this id before: both are kept for a look.")


Committed = Callable[[Mapping[str, int]], None]
"""Told of the scopes that a commit moved, and how far."""


@dataclass(slots=True)
class _Group:
    """One transaction's worth of commands, and what is known of them."""

    unit: Pushing
    request: SyncRequest
    caller: Caller
    device: Device
    now: datetime
    sent_at: datetime
    """When the commands left their desk: now, or when a file of them was written."""
    numbers: dict[int, StoredCommand]
    ids: dict[UUID, StoredCommand]
    occasion: Occasion
    acks: list[tuple[Ack, tuple[str, ...]]] = field(default_factory=list)
    done: list[tuple[Envelope, Verdict, datetime, bool]] = field(default_factory=list)
    stopped: bool = False


class Pusher:
    """Takes in commands with central's own prices, rights and clock."""

    def __init__(self, store: Store, now: Now, pause: Pause, committed: Committed = lambda _heads: None) -> None:
        self._store = store
        self._now = now
        self._pause = pause
        self._committed = committed
        self._books = PriceBooks()

    def push(self, request: SyncRequest, caller: Caller) -> tuple[Ack, ...]:
        """What became of each command, by rising number; stops at a gap and at what must be sent again.

        Raises KnownError `desk.revoked` or `desk.forked`.
        """
        commands = sorted(request.commands, key=lambda envelope: envelope.n)
        return self._push_all(commands, lambda unit, part: self._push_part(unit, request, part, caller))

    def adopt(self, body: PartBody, bringer: Caller) -> tuple[tuple[Ack, ...], int]:
        """As `push`, for a desk that cannot send itself; answers also with how many were known by their ids before.

        The others take the numbers that central waits for: those they had at that desk, unless the desk was copied or
        central restored since. A desk that comes back after all and has other numbers then learns that it was forked,
        counts anew, and is known by its ids. Raises KnownError `desk.revoked`.
        """
        caller = Caller(bringer.staff, body.device, bringer.session)
        commands = sorted(body.commands, key=lambda envelope: envelope.n)
        known: set[UUID] = set()

        def adopt_part(unit: Pushing, part: Sequence[Envelope]) -> tuple[list[Ack], bool]:
            device = unit.lock_device(body.device)
            if device is None or not device.active:
                raise revoked()
            stored = unit.find_commands([envelope.id for envelope in part])
            had = {e.id: stored[e.id].ack for e in part if e.id in stored and stored[e.id].hash == e.hash}
            known.update(had)
            before = [Ack.model_validate_json(ack) for ack in had.values()]
            fresh = [envelope for envelope in part if envelope.id not in had]
            if not fresh:
                return before, False
            numbered = [e.model_copy(update={"n": device.last_n + at}) for at, e in enumerate(fresh, 1)]
            request = SyncRequest(
                app="handover", device=body.device, generation=device.generation, clock=body.clock, push_only=True
            )
            done, stopped = self._push_part(unit, request, numbered, caller, sent_at=body.at)
            return [*before, *done], stopped

        return self._push_all(commands, adopt_part), len(known)

    def _push_all(
        self, commands: Sequence[Envelope], push_part: Callable[[Pushing, Sequence[Envelope]], tuple[list[Ack], bool]]
    ) -> tuple[Ack, ...]:
        acks: list[Ack] = []
        for start in range(0, len(commands), IN_ONE_TRANSACTION):
            part = commands[start : start + IN_ONE_TRANSACTION]

            def attempt(together: bool, part: Sequence[Envelope] = part) -> tuple[list[Ack], bool]:
                with self._store.pushing(together=together) as unit:
                    return push_part(unit, part)

            done, stopped = again(attempt, self._pause)
            acks += done
            # after the commit, never within it: a transaction that notifies holds a lock of the whole database
            self._committed({scope: seq for ack in done for scope, seq in ack.at.items()})
            if stopped:
                break
        return tuple(acks)

    def _push_part(
        self,
        unit: Pushing,
        request: SyncRequest,
        part: Sequence[Envelope],
        caller: Caller,
        sent_at: datetime | None = None,
    ) -> tuple[list[Ack], bool]:
        parsed = [(envelope, parse_command(envelope)) for envelope in part]
        group = self._begin(unit, request, parsed, caller, sent_at)
        for envelope, command in parsed:
            _take(group, envelope, command)
            if group.stopped:
                break
        return _finish(group), group.stopped

    def _begin(
        self,
        unit: Pushing,
        request: SyncRequest,
        parsed: Sequence[tuple[Envelope, Parsed]],
        caller: Caller,
        sent_at: datetime | None,
    ) -> _Group:
        part = [envelope for envelope, _ in parsed]
        device = enter(unit.lock_device(caller.device), request)
        now = self._now()
        left_at = now if sent_at is None else min(sent_at, now)
        # who may have worked at a dead desk is asked of the days it was alive
        since = now if sent_at is None else min([left_at, *(envelope.at or left_at for envelope in part)])
        numbers = unit.find_results(caller.device, device.generation, [envelope.n for envelope in part])
        wanted = {envelope.id for envelope in part} | {id_ for envelope in part for id_ in envelope.after}
        ids = unit.find_commands(sorted(wanted))
        fresh = [(e, c) for e, c in parsed if e.n > device.last_n and e.id not in ids and isinstance(c, Command)]
        refs = frozenset(ref for _, command in fresh for ref in command.writes())
        # an agent's own row is locked too, so that open bookings are counted by one desk at a time
        staff = frozenset((Staff.kind, e.by) for e in part) if parsed else frozenset()
        stock = StockRoom(unit, caller.device, now)
        state = WorkingState(unit, unit.lock_documents(sorted(refs | staff)), refs | staff, stock)
        stock.lock(list_places([(e.by, c) for e, c in fresh], state))
        occasion = Occasion(
            unit=unit,
            state=state,
            device=device,
            book=self._books.current(unit),
            now=now,
            actors=unit.list_signed_in(caller.device, since - SIGNED_IN_FOR) | {caller.staff},
            visible=lambda: _visible(unit, state, caller, device, now),
            applied=lambda id_: id_ in ids and Ack.model_validate_json(ids[id_].ack).state is AckState.APPLIED,
        )
        return _Group(unit, request, caller, device, now, left_at, numbers, ids, occasion)


def enter(device: Device | None, request: SyncRequest) -> Device:
    """The device as it may push; a desk that was copied starts a later generation from number 1.

    It may be later by several where central was restored to a time before them.
    """
    if device is None or not device.active:
        raise revoked()
    if request.generation == device.generation:
        return device
    if request.generation > device.generation:
        return replace(device, generation=request.generation, last_n=0)
    raise forked()


def forked() -> KnownError:
    return KnownError("desk.forked", "Another computer works as this desk: this one starts a new generation.")


def _visible(unit: Pushing, state: WorkingState, caller: Caller, device: Device, now: datetime) -> frozenset[str]:
    staff = state.find(Staff, caller.staff)
    return frozenset() if staff is None else frozenset(list_scopes(unit, caller, device, staff, now))


def _take(group: _Group, envelope: Envelope, command: Parsed) -> None:
    """One command: a repeated one is answered as before, a new one is decided on."""
    if envelope.n <= group.device.last_n:
        group.acks.append((_answer_again(group, envelope), ()))
        return
    if envelope.n != group.device.last_n + 1:
        group.acks.append((Ack(n=envelope.n, id=envelope.id, state=AckState.GAP), ()))
        group.stopped = True
        return
    known = group.ids.get(envelope.id)
    at = sale_time(envelope, group.request.clock, group.sent_at, group.device.last_at)
    if known is None:
        verdict = apply(group.occasion, envelope, command, at)
    elif known.hash == envelope.hash:
        verdict = Verdict(Ack.model_validate_json(known.ack).model_copy(update={"n": envelope.n}))
    else:
        verdict = park(group.occasion, envelope, (ID_REUSED,))
    group.acks.append((verdict.ack, verdict.scopes))
    if verdict.ack.state not in FINAL:
        group.stopped = True
        return
    if isinstance(command, SetExchangeRate) and verdict.ack.state is AckState.APPLIED:
        # what follows was sold at it
        rate = group.occasion.state.find(ExchangeRate, command.rate)
        if rate is not None and group.occasion.book.find_rate(rate.id) is None:
            group.occasion = replace(group.occasion, book=group.occasion.book.with_rate(rate))
    group.done.append((envelope, verdict, at, known is None))
    stored = StoredCommand(envelope.id, envelope.hash, _bytes(verdict.ack))
    group.numbers[envelope.n] = stored
    if known is None:
        group.ids[envelope.id] = stored
    group.device = replace(group.device, last_n=envelope.n, last_at=at)


def _answer_again(group: _Group, envelope: Envelope) -> Ack:
    stored = group.numbers.get(envelope.n)
    if stored is None:
        # older than what is kept of each command: that it was done with is all we know
        return Ack(n=envelope.n, id=envelope.id, state=AckState.APPLIED)
    if stored.id != envelope.id:
        raise forked()
    if stored.hash == envelope.hash:
        return Ack.model_validate_json(stored.ack)
    case = uuid5(envelope.id, "altered")
    sentence = ID_REUSED.message
    record = CaseRecord(case, ID_REUSED.code, sentence, group.device.desk, group.device.branch, group.now, envelope.id)
    group.unit.open_cases([record])
    return Ack(n=envelope.n, id=envelope.id, state=AckState.PARKED, refusals=(ID_REUSED,), case=case)


def _finish(group: _Group) -> list[Ack]:
    """Writes what is left: audit, device, and last of all the feed with the answers that cite it."""
    unit, device = group.unit, group.device
    unit.write_held()
    if group.done:
        unit.record_audit(device.desk, [_audit(group, e, v, at) for e, v, at, _ in group.done])
    unit.save_device(device, group.now)
    at = stamp_all(unit, group.occasion.state.rows())
    acks = {ack.n: _positioned(ack, scopes, at) for ack, scopes in group.acks}
    records = [_record(group, e, acks[e.n], at_, fresh=fresh) for e, _, at_, fresh in group.done]
    if records:
        assert device.id is not None, "a device that pushes has its id"
        unit.record_commands(device.id, device.generation, group.now, records)
    return [_positioned(ack, scopes, at) for ack, scopes in group.acks]


def _positioned(ack: Ack, scopes: tuple[str, ...], at: dict[str, int]) -> Ack:
    return ack.model_copy(update={"at": {scope: at[scope] for scope in scopes}}) if scopes else ack


def _record(group: _Group, envelope: Envelope, ack: Ack, at: datetime, *, fresh: bool) -> CommandRecord:
    applied = ack.state is AckState.APPLIED
    return CommandRecord(
        n=envelope.n,
        id=envelope.id,
        name=envelope.name,
        hash=envelope.hash,
        staff=group.caller.staff,
        state=ack.state.value,
        ack=_bytes(ack),
        envelope=None if applied else canonical_json(envelope.model_dump(mode="json")),
        occurred_at=at,
        fresh=fresh,
    )


def _audit(group: _Group, envelope: Envelope, verdict: Verdict, at: datetime) -> AuditEntry:
    trusted = envelope.by in group.occasion.actors
    codes = "".join(f" {refusal.code}" for refusal in verdict.ack.refusals)
    return AuditEntry(
        at=at,
        actor=envelope.by if trusted else group.caller.staff,
        action=envelope.name,
        subject=str(envelope.id),
        outcome=f"{verdict.ack.state.value}{codes}",
    )


def _bytes(ack: Ack) -> bytes:
    return ack.model_dump_json().encode()
