"""Which scopes a desk may see: rights decide, not the desk."""

from __future__ import annotations

from datetime import datetime, timedelta

from agent_desk.central.usecases.ports import Caller, Device, Reading
from agent_desk.domain.people import Branch, Role, Staff
from agent_desk.wire.scopes import CATALOGUE, PRICES, availability_scope, branch_scope, desk_scope, user_scope

SIGNED_IN_FOR = timedelta(days=30)
"""How long somebody who signed in on a desk may work there without the link."""
ALL_BRANCHES = frozenset({Role.MANAGER, Role.ADMINISTRATOR})


def list_scopes(unit: Reading, caller: Caller, device: Device, staff: Staff, now: datetime) -> tuple[str, ...]:
    """In the order they are sent: what lets people work first, the catalogue late."""
    users = unit.list_signed_in(caller.device, now - SIGNED_IN_FOR) | {caller.staff}
    branches = {device.branch}
    if staff.role in ALL_BRANCHES:
        documents = unit.list_documents([Branch.kind])
        branches |= {Branch.model_validate_json(body).code for _, body in documents}
    return (
        *sorted(user_scope(user) for user in users),
        desk_scope(caller.device),
        PRICES,
        *sorted(branch_scope(branch) for branch in branches),
        CATALOGUE,
        availability_scope(device.branch),
    )
