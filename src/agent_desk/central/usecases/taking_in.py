"""BYD-13: taking in what a dead desk had not sent, brought by another desk as a file."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid5

from agent_desk.central.usecases.ports import (
    AuditEntry,
    Caller,
    CaseRecord,
    Device,
    FitsSignature,
    Now,
    OpensSeal,
    Quarantining,
    Store,
)
from agent_desk.central.usecases.pushing import Pusher
from agent_desk.central.usecases.quarantining import keep_commands
from agent_desk.central.usecases.trouble import KnownError, busy
from agent_desk.wire.handover_file import (
    MOST_SENTENCES,
    PartBody,
    SealedPart,
    TakenIn,
    seal_context,
    signed_part,
    unfolded,
)
from agent_desk.wire.sync import FINAL, Ack, AckState

UNREADABLE = "This file was made for another central, or is damaged: keep it, and ask the operator."
FOREIGN = "Central does not know the desk that this file comes from: keep it, and ask the operator."


class TakingIn:
    """Takes a part from any desk that is signed in, and acts on it as if the dead desk had sent it itself."""

    def __init__(self, store: Store, pusher: Pusher, fits: FitsSignature, opens: OpensSeal, now: Now) -> None:
        self._store = store
        self._pusher = pusher
        self._fits = fits
        self._opens = opens
        self._now = now

    def take_in(self, part: SealedPart, bringer: Caller) -> TakenIn:
        """Each command once in effect, whoever brings it; what this answers with is durable.

        Raises KnownError `handover.unknown`, `handover.unreadable`, `quarantine.full` or `central.busy`.
        """
        with self._store.reading() as reading:
            key = reading.find_device_key(part.device)
            device = reading.find_device(part.device)
        if (
            key is None
            or device is None
            or not self._fits(key, bytes.fromhex(part.signature), signed_part(part.sealed))
        ):
            raise KnownError("handover.unknown", FOREIGN)
        body = self._open(part)
        if not device.active:
            return self._keep_aside(body, bringer)
        acks, known = self._pusher.adopt(body, bringer)
        # a number that follows may have had its effect, too: the whole part comes again
        if any(ack.state not in FINAL for ack in acks):
            raise busy()
        return self._note(bringer, device, acks, known)

    def _open(self, part: SealedPart) -> PartBody:
        try:
            plain = self._opens(b64decode(part.sealed, validate=True), seal_context(part.device))
            body = None if plain is None else unfolded(plain)
        except (binascii.Error, ValueError):
            body = None
        if body is None or body.device != part.device:
            raise KnownError("handover.unreadable", UNREADABLE)
        return body

    def _keep_aside(self, body: PartBody, bringer: Caller) -> TakenIn:
        now = self._now()
        with self._store.quarantining() as unit:
            device = unit.lock_device(body.device)
            assert device is not None, "its key was found above"
            kept, had = keep_commands(unit, device, body.commands, device.generation, now)
            _audit(unit, device, bringer, now, f"{kept} kept, {had} known")
        return TakenIn(now=now, quarantined=kept, known=had)

    def _note(self, bringer: Caller, device: Device, acks: Sequence[Ack], known: int) -> TakenIn:
        """Nobody sits at that desk to read why: what is refused becomes a case for a person, once."""
        now = self._now()
        states = Counter(ack.state for ack in acks)
        against = [ack for ack in acks if ack.refusals]
        refused = [_case(ack, device, now) for ack in against if ack.state is AckState.REFUSED]
        taken = TakenIn(
            now=now,
            applied=states[AckState.APPLIED],
            refused=states[AckState.REFUSED],
            parked=states[AckState.PARKED],
            known=known,
            sentences=tuple(ack.refusals[0].message for ack in against[:MOST_SENTENCES]),
        )
        with self._store.quarantining() as unit:
            unit.open_cases(refused)
            outcome = f"{taken.applied} applied, {taken.refused} refused, {taken.parked} parked, {known} known"
            _audit(unit, device, bringer, now, outcome)
        return taken


def _case(ack: Ack, device: Device, now: datetime) -> CaseRecord:
    sentence = f"Brought by file from desk {device.desk} and refused: {ack.refusals[0].message}"
    return CaseRecord(uuid5(ack.id, "handover"), "handover.refused", sentence, device.desk, device.branch, now, ack.id)


def _audit(unit: Quarantining, device: Device, bringer: Caller, now: datetime, outcome: str) -> None:
    unit.record_audit(device.desk, [AuditEntry(now, bringer.staff, "desk.take_in", str(bringer.device), outcome)])
