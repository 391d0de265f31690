"""Who may listen to what: the same rights as in a page, looked at again while the line is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from agent_desk.central.usecases.fanning_out import News
from agent_desk.central.usecases.feeding import read_delta
from agent_desk.central.usecases.ports import Caller, Head, Now, Reading, Rights, Store
from agent_desk.central.usecases.seeing import list_scopes
from agent_desk.central.usecases.trouble import KnownError
from agent_desk.domain.people import Staff
from agent_desk.wire.live import Hello
from agent_desk.wire.sync import OLDEST_SCHEMA, PROTOCOL, SCHEMA


@dataclass(frozen=True, slots=True)
class Joined:
    """What a line listens to from here on."""

    epoch: UUID
    heads: dict[str, int]
    missed: tuple[News, ...]
    """What the desk had not read, of the scopes where that is little."""
    in_shape: bool
    """Whether rows look to it as they do here; if not it is only told to ask for a page, which is shaped for it."""
    rights: Rights | None
    """What its scopes follow from; when it changes they are worked out again."""


def join(store: Store, hello: Hello, caller: Caller, now: Now) -> Joined:
    """Raises KnownError `device.not_yours`, `app.too_old`, `desk.revoked` or `token.invalid`."""
    if hello.device != caller.device:
        raise KnownError("device.not_yours", "This token belongs to another desk: sign in on this one.")
    if hello.protocol != PROTOCOL or not OLDEST_SCHEMA <= hello.schema_ <= SCHEMA:
        raise KnownError("app.too_old", "This desk and central are too far apart: update the desk.")
    with store.reading() as unit:
        epoch = unit.epoch()
        heads = _heads(unit, caller, now)
        same_life = hello.epoch == epoch
        missed = [
            read_delta(unit, scope, hello.cursors[scope][0], head)
            for scope, head in heads.items()
            if same_life and 0 < hello.cursors.get(scope, (0, 0))[0] < head.seq
        ]
        rights = unit.list_rights([caller.session]).get(caller.session)
    return Joined(
        epoch, {scope: head.seq for scope, head in heads.items()}, tuple(missed), hello.schema_ == SCHEMA, rights
    )


def rejoin(store: Store, caller: Caller, now: Now) -> dict[str, int]:
    """The scopes as they follow from the rights of now, and where they stand; raises as `join`."""
    with store.reading() as unit:
        return {scope: head.seq for scope, head in _heads(unit, caller, now).items()}


def list_rights(store: Store, sessions: list[UUID]) -> Mapping[UUID, Rights]:
    """What the scopes of each session follow from; a session that has ended is left out."""
    with store.reading() as unit:
        return unit.list_rights(sessions)


def _heads(unit: Reading, caller: Caller, now: Now) -> dict[str, Head]:
    device = unit.find_device(caller.device)
    if device is None or not device.active:
        raise KnownError("desk.revoked", "This desk was taken out of use: ask a manager.")
    body = unit.find_document(Staff.kind, caller.staff)
    staff = None if body is None else Staff.model_validate_json(body)
    if staff is None or not staff.active or not unit.is_signed_in(caller.session):
        raise KnownError("token.invalid", "This session has ended: sign in again.")
    scopes = list_scopes(unit, caller, device, staff, now())
    heads = unit.list_heads(scopes)
    return {scope: heads.get(scope, Head()) for scope in scopes}
