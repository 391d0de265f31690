"""Who may sign in where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from agent_desk.central.store import auditing
from agent_desk.central.store.reading import ReadingUnit
from agent_desk.central.usecases.ports import AuditEntry, Device, Session

LOCK_DESK = """
select desk, id, branch, generation, status = 'active', last_n, last_at from device where desk = %s for update
"""
LOCK_SESSION = """
select id, staff, device, token, parent, rotated_at, expires_at, ended_at is not null
from session where token = %s or parent = %s for update
"""


class AccountsUnit(ReadingUnit):
    """Writes within the transaction of its cursor."""

    def lock_desk(self, desk: str) -> Device | None:
        row = self._one(LOCK_DESK, desk)
        return None if row is None else Device(*row)

    def enrol_desk(self, desk: str, branch: str, device: UUID | None) -> None:
        """A new desk, or the computer of one that waited for it."""
        self._run(
            "insert into device (desk, branch, id) values (%s, %s, %s)"
            " on conflict (desk) do update set id = coalesce(device.id, excluded.id)",
            (desk, branch, device),
        )

    def keep_device_key(self, id_: UUID, key: bytes) -> None:
        self._run("update device set key = %s where id = %s", (key, id_))

    def revoke_desk(self, desk: str, at: datetime, why: str) -> None:
        """Its requests are refused from the commit on, and its sessions are over."""
        self._run("update device set status = 'revoked' where desk = %s", (desk,))
        self._run(
            "update session set ended_at = %s, ended_why = %s where ended_at is null"
            " and device = (select id from device where desk = %s)",
            (at, why, desk),
        )

    def record_sign_in(self, device: UUID, staff: UUID, at: datetime) -> None:
        self._run(
            "insert into device_staff values (%s, %s, %s)"
            " on conflict (device, staff) do update set signed_in_at = excluded.signed_in_at",
            (device, staff, at),
        )

    def find_password_hash(self, staff: UUID) -> str | None:
        row = self._one("select password_hash from staff_credential where staff = %s", staff)
        return None if row is None else str(row[0])

    def save_password_hash(self, staff: UUID, password_hash: str) -> None:
        self._run(
            "insert into staff_credential values (%s, %s)"
            " on conflict (staff) do update set password_hash = excluded.password_hash",
            (staff, password_hash),
        )

    def add_session(self, session: Session) -> None:
        self._run(
            "insert into session (id, staff, device, token, parent, rotated_at, expires_at)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            (
                session.id,
                session.staff,
                session.device,
                session.token,
                session.parent,
                session.rotated_at,
                session.expires_at,
            ),
        )

    def lock_session(self, token: bytes) -> Session | None:
        """The session whose present or last refresh token has this hash."""
        row = self._one(LOCK_SESSION, token, token)
        return None if row is None else Session(*row)

    def rotate_session(self, session: Session) -> None:
        self._run("insert into session_token select token, id from session where id = %s", (session.id,))
        self._run(
            "update session set token = %s, parent = %s, rotated_at = %s where id = %s",
            (session.token, session.parent, session.rotated_at, session.id),
        )

    def end_session(self, session: UUID, at: datetime, why: str) -> None:
        self._run(
            "update session set ended_at = %s, ended_why = %s where id = %s and ended_at is null", (at, why, session)
        )

    def find_spent(self, token: bytes) -> UUID | None:
        """The session that used up this refresh token."""
        row = self._one("select session from session_token where token = %s", token)
        return None if row is None else row[0]

    def record_audit(self, chain: str, entries: Sequence[AuditEntry]) -> None:
        auditing.append(self._cursor, chain, entries)
