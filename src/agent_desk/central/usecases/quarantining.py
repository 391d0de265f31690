"""Keeping what a revoked desk had not sent, for a person: nothing of it is applied here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from agent_desk.central.usecases.ports import AuditEntry, CaseRecord, Device, FitsSignature, Now, Quarantining, Store
from agent_desk.central.usecases.throttling import Throttle
from agent_desk.central.usecases.trouble import KnownError
from agent_desk.wire.canonical import canonical_json
from agent_desk.wire.handing_over import FRESH_FOR, HandedOver, Handover, signed_text
from agent_desk.wire.sync import Envelope

MOST_KEPT = 50_000
MOST_KEPT_BYTES = 2**28
"""Of one desk: more than any desk can have to send."""
REQUESTS_A_MINUTE = 120


class Quarantine:
    """Takes from revoked desks, by their signature; gives nothing out."""

    def __init__(self, store: Store, fits: FitsSignature, now: Now) -> None:
        self._store = store
        self._fits = fits
        self._now = now
        self._forgers = Throttle(now, "quarantine.too_often")
        self._pace = Throttle(now, "quarantine.too_often", REQUESTS_A_MINUTE)

    def take_in(self, handover: Handover, body: bytes, signature: bytes, came_from: str) -> HandedOver:
        """Keeps the commands, each once; what it answers with is durable.

        Raises KnownError `quarantine.refused`, `quarantine.too_often`, `quarantine.full` or `desk.in_use`.
        """
        self._forgers.check((came_from,))
        with self._store.reading() as reading:
            key = reading.find_device_key(handover.device)
        if key is None or not self._fits(key, signature, signed_text(body)):
            self._forgers.count((came_from,))
            sentence = "This desk is not known by a key of its own: ask the operator to save its folder."
            raise KnownError("quarantine.refused", sentence)
        desk = (str(handover.device),)
        self._pace.check(desk)
        self._pace.count(desk)
        now = self._now()
        if abs(now - handover.at) > FRESH_FOR:
            return HandedOver(now=now)
        with self._store.quarantining() as unit:
            device = unit.lock_device(handover.device)
            if device is None or device.active:
                raise KnownError("desk.in_use", "This desk is in use: it syncs as always.")
            _keep(unit, handover, device, now)
        return HandedOver(now=now, taken=tuple(envelope.id for envelope in handover.commands), whole=handover.last)


def _keep(unit: Quarantining, handover: Handover, device: Device, now: datetime) -> None:
    kept, had = keep_commands(unit, device, handover.commands, handover.generation, now)
    if handover.last:
        unit.note_handed_over(handover.device, now)
    outcome = f"{kept} kept, {had} known{', whole' if handover.last else ''}"
    unit.record_audit(device.desk, [AuditEntry(now, None, "desk.hand_over", str(handover.device), outcome)])


def keep_commands(
    unit: Quarantining, device: Device, commands: Sequence[Envelope], generation: int, now: datetime
) -> tuple[int, int]:
    """Keeps each once, with one case a desk; answers with how many are kept and how many central had before.

    Raises KnownError `quarantine.full`.
    """
    assert device.id is not None, "a desk that hands over has its id"
    known = unit.find_commands([envelope.id for envelope in commands])
    # central has had these, and the desk has not heard so
    had = {id_ for id_, stored in known.items() if any((e.id, e.hash) == (id_, stored.hash) for e in commands)}
    fresh = [envelope for envelope in commands if envelope.id not in had]
    rows = [(e.n, e.id, canonical_json(e.model_dump(mode="json"))) for e in fresh]
    count, size = unit.weigh_quarantine(device.id)
    if count + len(rows) > MOST_KEPT or size + sum(len(row[2]) for row in rows) > MOST_KEPT_BYTES:
        raise KnownError("quarantine.full", "Central keeps no more of this desk: ask the operator to save its folder.")
    if rows:
        case = _open_case(unit, device, rows[0][1], now)
        unit.quarantine(device.id, generation, case, now, rows)
    return len(rows), len(had)


def _open_case(unit: Quarantining, device: Device, first: UUID, now: datetime) -> UUID:
    """One case a desk, however many parts it sends."""
    assert device.id is not None, "a desk that signs has its id"
    id_ = uuid5(device.id, "quarantine")
    sentence = f"Desk {device.desk} was revoked with unsent work: look at each action, none was applied."
    unit.open_cases([CaseRecord(id_, "desk.handed_over", sentence, device.desk, device.branch, now, first)])
    return id_
