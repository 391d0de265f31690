"""Central's own accounts: who signs in where, and for how long."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from agent_desk.central.usecases.ports import (
    AccessTokens,
    Accounts,
    AuditEntry,
    Caller,
    Device,
    Now,
    Passwords,
    Session,
    Store,
)
from agent_desk.central.usecases.throttling import Throttle
from agent_desk.central.usecases.trouble import KnownError, revoked
from agent_desk.domain.people import Role, Staff
from agent_desk.wire.signing_in import SignIn, Tokens

ACCESS_SECONDS = 600
SESSION_LASTS = timedelta(days=30)
REPLY_LOST_WITHIN = timedelta(seconds=30)
"""A desk whose answer got lost may show the token before once more within this time."""
CHAIN = "accounts"
DESK_CODE = re.compile(r"[A-Z0-9]{2,10}-[0-9]{1,4}")
ENROLLERS = frozenset({Role.MANAGER, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class _Known:
    staff: Staff
    device: Device


class SigningIn:
    """Sign in, refresh, sign out, and who a token speaks for."""

    def __init__(  # noqa: PLR0917 - what accounts need of the world, each once
        self,
        store: Store,
        passwords: Passwords,
        tokens: AccessTokens,
        now: Now,
        pepper: bytes,
        handover_key: str | None = None,
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._tokens = tokens
        self._now = now
        self._pepper = pepper
        self._handover_key = handover_key
        self._throttle = Throttle(now)
        self._nobody: str | None = None

    def sign_in(self, request: SignIn, came_from: str) -> Tokens:
        """Raises KnownError `sign_in.*`, `desk.*` or `branch.not_yours`."""
        keys = (f"login {request.login.casefold()}", f"from {came_from}")
        self._throttle.check(keys)
        staff = self._authenticate(request)
        if staff is None:
            self._throttle.count(keys)
            raise KnownError("sign_in.refused", "Login and password do not fit: type them again.")
        self._throttle.succeeded(keys)
        now = self._now()
        with self._store.accounts() as unit:
            device = _enter_desk(unit, request, staff)
            unit.record_sign_in(request.device, staff.id, now)
            token = secrets.token_urlsafe(32)
            session = Session(uuid4(), staff.id, request.device, _hash(token), None, now, now + SESSION_LASTS)
            unit.add_session(session)
            unit.record_audit(CHAIN, [AuditEntry(now, staff.id, "sign_in", device.desk, "done")])
        return self._issue(session, token, _Known(staff, device), now)

    def refresh(self, token: str) -> Tokens:
        """A new pair for an old one; a spent token ends its session, because somebody copied it.

        Raises KnownError `session.ended` or `desk.revoked`.
        """
        now = self._now()
        shown = _hash(token)
        with self._store.accounts() as unit:
            session = unit.lock_session(shown)
            if session is not None and _is_revoked(unit, session.device):
                raise revoked()
            if session is None:
                stolen = unit.find_spent(shown)
                if stolen is not None:
                    _end_stolen(unit, stolen, now)
            elif session.token != shown and now - session.rotated_at > REPLY_LOST_WITHIN:
                _end_stolen(unit, session.id, now)
                session = None
            known = None if session is None or session.ended or session.expires_at <= now else _known(unit, session)
            if session is not None and known is not None:
                # made from the one before, so that the answer to a repeated request is the same
                token = hashlib.sha256(self._pepper + b"refresh" + token.encode()).hexdigest()
                if session.token == shown:
                    session = replace(session, token=_hash(token), parent=shown, rotated_at=now)
                    unit.rotate_session(session)
        if session is None or known is None:
            raise KnownError("session.ended", "This session has ended: sign in again, unsent work is kept.")
        return self._issue(session, token, known, now)

    def sign_out(self, token: str) -> None:
        """Ends the session of a refresh token; of an unknown one, nothing."""
        now = self._now()
        with self._store.accounts() as unit:
            session = unit.lock_session(_hash(token))
            if session is not None and not session.ended:
                unit.end_session(session.id, now, "signed out")
                unit.record_audit(CHAIN, [AuditEntry(now, session.staff, "sign_out", str(session.device), "done")])

    def identify(self, access_token: str) -> Caller:
        """Whom the token speaks for, right now; raises KnownError `token.*` or `desk.revoked`."""
        caller = self._tokens.read(access_token, self._now())
        with self._store.reading() as unit:
            device = unit.find_device(caller.device)
            body = unit.find_document(Staff.kind, caller.staff)
            signed_in = unit.is_signed_in(caller.session)
        if device is not None and not device.active:
            raise revoked()
        if device is None or body is None or not signed_in or not Staff.model_validate_json(body).active:
            raise KnownError("token.invalid", "This session has ended: sign in again.")
        return caller

    def _authenticate(self, request: SignIn) -> Staff | None:
        with self._store.reading() as unit:
            body = unit.find_by_handle(Staff.kind, request.login)
        staff = None if body is None else Staff.model_validate_json(body)
        password_hash = None
        if staff is not None:
            with self._store.accounts() as accounts:
                password_hash = accounts.find_password_hash(staff.id)
        if staff is None or password_hash is None:
            self._compare_with_nobody(request.password)
            return None
        return staff if self._passwords.matches(password_hash, request.password) and staff.active else None

    def _compare_with_nobody(self, password: str) -> None:
        """An unknown login takes as long as a known one."""
        if self._nobody is None:
            self._nobody = self._passwords.hash(secrets.token_urlsafe(16))
        self._passwords.matches(self._nobody, password)

    def _issue(self, session: Session, token: str, known: _Known, now: datetime) -> Tokens:
        caller = Caller(session.staff, session.device, session.id)
        return Tokens(
            access_token=self._tokens.issue(caller, now, ACCESS_SECONDS),
            access_seconds=ACCESS_SECONDS,
            refresh_token=token,
            staff=known.staff,
            branch=known.device.branch,
            desk=known.device.desk,
            handover_key=self._handover_key,
        )


def _enter_desk(unit: Accounts, request: SignIn, staff: Staff) -> Device:
    """The desk this computer is, or becomes now."""
    mine = unit.find_device(request.device)
    if mine is not None and mine.desk != request.desk:
        raise KnownError("desk.differs", f"This computer is desk {mine.desk}: sign in as that.")
    device = unit.lock_desk(request.desk)
    if device is None:
        branch = request.desk.partition("-")[0]
        if staff.role not in ENROLLERS or not DESK_CODE.fullmatch(request.desk) or branch != staff.branch:
            raise KnownError("desk.unknown", f"There is no desk {request.desk[:40]}: a manager signs in on it first.")
        unit.enrol_desk(request.desk, branch, request.device)
    elif device.id is None:
        unit.enrol_desk(request.desk, device.branch, request.device)
    elif device.id != request.device:
        raise KnownError("desk.taken", f"Desk {device.desk} is another computer: give this one its own code.")
    entered = unit.find_device(request.device)
    assert entered is not None, "it was enrolled above"
    if not entered.active:
        raise revoked()
    if entered.branch != staff.branch and staff.role not in ENROLLERS:
        raise KnownError("branch.not_yours", f"Your branch is {staff.branch}: sign in on a desk there.")
    _keep_key(unit, request)
    return entered


def _keep_key(unit: Accounts, request: SignIn) -> None:
    """The first key a desk shows is its own for ever: another one is another computer."""
    if request.device_key is None:
        return
    shown, kept = bytes.fromhex(request.device_key), unit.find_device_key(request.device)
    if kept is None:
        unit.keep_device_key(request.device, shown)
    elif kept != shown:
        raise KnownError("desk.differs", f"Desk {request.desk[:40]} is another computer: give this one its own code.")


def _known(unit: Accounts, session: Session) -> _Known | None:
    body = unit.find_document(Staff.kind, session.staff)
    device = unit.find_device(session.device)
    if body is None or device is None or not device.active:
        return None
    staff = Staff.model_validate_json(body)
    return _Known(staff, device) if staff.active else None


def _is_revoked(unit: Accounts, device: UUID) -> bool:
    found = unit.find_device(device)
    return found is not None and not found.active


def _end_stolen(unit: Accounts, session: UUID, now: datetime) -> None:
    unit.end_session(session, now, "a spent token was shown")
    unit.record_audit(CHAIN, [AuditEntry(now, None, "session.stolen", str(session), "ended")])


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
