"""The accounts this desk remembers, and the session with central."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.documents import find_setting, keep_setting
from agent_desk.desk.store.handovers import keep_central_key
from agent_desk.desk.store.keeping_time import find_heard, keep_heard
from agent_desk.desk.store.runner import StoreRunner
from agent_desk.desk.store.session import Session
from agent_desk.desk.usecases.signing_in import Account
from agent_desk.domain.people import Staff
from agent_desk.wire.signing_in import Tokens

REFRESH = "refresh_token"
EARLY_MS = 30_000
"""An access token is given up this long before it ends."""


class StoreAccounts:
    """Implements `AccountBook` and the sync's `TokenKeeper`."""

    def __init__(
        self, runner: StoreRunner, session: Session, refresh_token: str | None, offline_for: timedelta
    ) -> None:
        self._runner = runner
        self._session = session
        self._refresh = refresh_token
        self._offline_for = offline_for
        self._access: str | None = None
        self._ends_at = 0
        self.on_session: Callable[[], None] = lambda: None
        """Called after somebody signed in with central's word, or signed out."""

    @property
    def staff(self) -> Staff | None:
        return self._session.staff

    def now(self) -> datetime:
        return self._session.time.now(self._session.clock.read())

    async def is_locked(self) -> bool:
        heard = await self._runner.read(find_heard)
        return heard is not None and self.now() - heard > self._offline_for

    async def find(self, login: str) -> Account | None:
        row = await self._runner.read(
            lambda connection: connection.exec_driver_sql(
                "SELECT staff, verifier, wrong_tries, wait_until FROM account WHERE login = ?", (login.casefold(),)
            ).first()
        )
        if row is None:
            return None
        wait_until = None if row[3] is None else datetime.fromisoformat(row[3])
        return Account(Staff.model_validate_json(row[0]), row[1], row[2], wait_until)

    async def keep(self, login: str, account: Account) -> None:
        wait_until = None if account.wait_until is None else account.wait_until.isoformat()
        staff = account.staff

        def job(connection: Connection, _: object) -> None:
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO account (login, id, staff, verifier, wrong_tries, wait_until)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    login.casefold(), str(staff.id), staff.model_dump_json(), account.verifier, account.wrong_tries,
                    wait_until,
                ),
            )  # fmt: skip

        await self._runner.write(job)

    async def begin(self, staff: Staff, tokens: Tokens | None) -> None:
        self._session.staff = staff
        if tokens is not None:
            await self._runner.write(lambda connection, _: keep_heard(connection, self.now()))
            await self.put(tokens)
            self.on_session()
        # else the desk's last session goes on: what waits must not wait for a sign-in, each command names who did it,
        # and central asks whether that person may, and ever signed in at this desk

    async def end(self) -> str | None:
        self._session.staff = None
        ended = self._refresh
        await self.forget(whole=True)
        self.on_session()
        return ended

    @property
    def access_token(self) -> str | None:
        return self._access if self._session.clock.read().mono < self._ends_at else None

    @property
    def refresh_token(self) -> str | None:
        return self._refresh

    async def put(self, tokens: Tokens) -> None:
        await self._keep_refresh(tokens.refresh_token, tokens.handover_key)
        self._access = tokens.access_token
        self._ends_at = self._session.clock.read().mono + tokens.access_seconds * 1000 - EARLY_MS

    async def forget(self, *, whole: bool) -> None:
        self._access = None
        if whole and self._refresh is not None:
            await self._keep_refresh(None)

    async def _keep_refresh(self, token: str | None, handover_key: str | None = None) -> None:
        def job(connection: Connection, _: object) -> None:
            keep_setting(connection, REFRESH, token)
            if handover_key is not None:
                keep_central_key(connection, handover_key)

        await self._runner.write(job)
        self._refresh = token


def find_refresh_token(connection: Connection) -> str | None:
    return find_setting(connection, REFRESH)
