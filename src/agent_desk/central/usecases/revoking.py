"""Taking a desk out of use: from then on central takes nothing from it but what it hands over."""

from __future__ import annotations

from datetime import datetime

from agent_desk.central.usecases.ports import AuditEntry, Store
from agent_desk.central.usecases.signing_in import CHAIN
from agent_desk.central.usecases.trouble import KnownError


def revoke(store: Store, desk: str, now: datetime) -> str:
    """SEC-3: ends the desk's sessions and tokens at once, however often it is said; answers with what was done.

    Raises KnownError `desk.unknown`.
    """
    with store.accounts() as unit:
        device = unit.lock_desk(desk)
        if device is None:
            raise KnownError("desk.unknown", f"There is no desk {desk[:40]}: look at its code again.")
        if not device.active:
            return f"Desk {desk} was revoked before."
        unit.revoke_desk(desk, now, "the desk was revoked")
        unit.record_audit(CHAIN, [AuditEntry(now, None, "desk.revoke", desk, "done")])
    if device.id is None:
        return f"Desk {desk} is revoked; no computer was ever it."
    return f"Desk {desk} is revoked. When it is heard next it hands over what it had not sent, and removes its data."
