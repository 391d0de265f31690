"""Who is at the desk: by central's word when it is there, by what this desk remembers when it is not."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from agent_desk.desk.usecases.ports import KnownError
from agent_desk.domain.people import Staff
from agent_desk.domain.times import age_text
from agent_desk.wire.signing_in import Tokens

FREE_TRIES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
LOCKED = "Central was not heard for too long: sign in with the link up, what waits is kept."
PATIENCE = timedelta(seconds=2)
"""How long central is waited for about somebody this desk knows by another password."""


@dataclass(frozen=True, slots=True)
class Account:
    """What this desk remembers of somebody who signed in here before."""

    staff: Staff
    verifier: str
    """An argon2id hash of the password."""
    wrong_tries: int = 0
    wait_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    staff: Staff
    online: bool
    """False when this desk alone vouches for them."""


class Accounts(Protocol):
    """Central's accounts."""

    async def sign_in(self, login: str, password: str) -> Tokens:
        """Raises KnownError `central.unreachable`, `sign_in.refused`, `desk.revoked`, `app.too_old`."""
        ...

    async def sign_out(self, refresh_token: str) -> None:
        """Ends the session there. Raises KnownError `central.unreachable`."""
        ...


class Hasher(Protocol):
    """Passwords to verifiers; slow on purpose."""

    def make(self, password: str) -> str: ...
    def fits(self, password: str, verifier: str) -> bool: ...


class AccountBook(Protocol):
    """The accounts this desk remembers, and who is signed in now."""

    @property
    def staff(self) -> Staff | None: ...
    async def is_locked(self) -> bool:
        """Whether central was silent for longer than this desk may vouch for anybody."""
        ...

    async def find(self, login: str) -> Account | None: ...
    async def keep(self, login: str, account: Account) -> None: ...
    async def begin(self, staff: Staff, tokens: Tokens | None) -> None:
        """From here on this person acts; tokens are kept for the sync."""
        ...

    async def end(self) -> str | None:
        """Nobody acts from here on; answers with the token of the session that ended, where there was one."""
        ...

    def now(self) -> datetime: ...


Aside = Callable[[Callable[[], Any]], Coroutine[Any, Any, Any]]
"""Runs something slow on a thread of its own."""


class SigningIn:
    """EXT-8: sign in, lock, unlock, sign out."""

    def __init__(self, accounts: Accounts, book: AccountBook, hasher: Hasher, aside: Aside) -> None:
        self._accounts = accounts
        self._book = book
        self._hasher = hasher
        self._aside = aside
        self._unconfirmed: tuple[str, str] | None = None
        """Name and password of who unlocked without a link; in memory only, until central has heard them."""

    @property
    def staff(self) -> Staff | None:
        """Who is signed in."""
        return self._book.staff

    async def sign_in(self, login: str, password: str) -> SignedIn:
        """Whoever this desk knows comes in at once, and `confirm` tells central; anybody else central is asked about.

        Raises KnownError: `sign_in.refused`, `sign_in.too_often`, `sign_in.needs_link`, `desk.revoked`, `app.too_old`.
        """
        name = login.strip()
        if (staff := await self._recognise(name, password)) is not None:
            self._unconfirmed = (name, password)
            return SignedIn(staff, online=False)
        patience = (
            None if await self._book.is_locked() or await self._book.find(name) is None else PATIENCE.total_seconds()
        )
        try:
            async with asyncio.timeout(patience):
                tokens = await self._accounts.sign_in(name, password)
        except (KnownError, TimeoutError) as error:
            if isinstance(error, KnownError) and not error.code.startswith("central."):
                raise
            staff = await self._unlock(name, password)
            self._unconfirmed = (name, password)
            return SignedIn(staff, online=False)
        await self._begin(name, password, tokens)
        return SignedIn(tokens.staff, online=True)

    async def is_locked(self) -> bool:
        """Whether only central can let somebody in: it was not heard for too long."""
        return await self._book.is_locked()

    @property
    def unconfirmed(self) -> bool:
        """Whether only this desk vouches for who is signed in."""
        return self._unconfirmed is not None

    async def confirm(self) -> None:
        """Signs in at central whoever unlocked without a link, now that there may be one.

        Raises KnownError: `central.…` when there is none yet; any other means they must sign in anew.
        """
        if self._unconfirmed is None:
            return
        name, password = self._unconfirmed
        try:
            tokens = await self._accounts.sign_in(name, password)
        except KnownError as error:
            if not error.code.startswith("central."):
                self._unconfirmed = None
            raise
        if self._unconfirmed == (name, password):
            await self._begin(name, password, tokens)

    async def _begin(self, name: str, password: str, tokens: Tokens) -> None:
        self._unconfirmed = None
        verifier = await self._aside(lambda: self._hasher.make(password))
        await self._book.keep(name, Account(tokens.staff, verifier))
        await self._book.begin(tokens.staff, tokens)

    async def _recognise(self, login: str, password: str) -> Staff | None:
        """Who it is, where this desk can tell; a wrong password is not counted here, it may be new at central."""
        account = None if await self._book.is_locked() else await self._book.find(login)
        if account is None or (account.wait_until is not None and self._book.now() < account.wait_until):
            return None
        if not await self._aside(lambda: self._hasher.fits(password, account.verifier)):
            return None
        return await self._let_in(login, account)

    async def unlock(self, password: str) -> Staff:
        """F11's way back: the same person, by what this desk remembers.

        Raises KnownError `sign_in.refused`, `sign_in.too_often` or `staff.signed_out`.
        """
        staff = self._book.staff
        if staff is None:
            raise KnownError("staff.signed_out", "Sign in first.")
        return await self._unlock(staff.login, password)

    async def sign_out(self) -> None:
        """Nobody is here any more, and what waits stays; central hears it where it is there."""
        self._unconfirmed = None
        token = await self._book.end()
        if token is not None:
            # a session that central does not hear of now ends there by its age
            with contextlib.suppress(KnownError, TimeoutError):
                async with asyncio.timeout(PATIENCE.total_seconds()):
                    await self._accounts.sign_out(token)

    async def _unlock(self, login: str, password: str) -> Staff:
        if await self._book.is_locked():
            raise KnownError("sign_in.needs_link", LOCKED)
        account = await self._book.find(login)
        if account is None:
            raise KnownError("sign_in.needs_link", "The first sign-in at this desk needs the link: try again online.")
        now = self._book.now()
        if account.wait_until is not None and now < account.wait_until:
            left = account.wait_until - now
            raise KnownError(
                "sign_in.too_often", f"Too many wrong passwords: wait {age_text(left)}.", left.total_seconds()
            )
        if not await self._aside(lambda: self._hasher.fits(password, account.verifier)):
            tries = account.wrong_tries + 1
            await self._book.keep(login, Account(account.staff, account.verifier, tries, _wait_until(tries, now)))
            raise KnownError("sign_in.refused", "The name or the password is wrong: type them again.")
        return await self._let_in(login, account)

    async def _let_in(self, login: str, account: Account) -> Staff:
        if account.wrong_tries:
            await self._book.keep(login, Account(account.staff, account.verifier))
        current = self._book.staff
        if current is None or current.id != account.staff.id:
            await self._book.begin(account.staff, None)
        return account.staff


def _wait_until(tries: int, now: datetime) -> datetime | None:
    """SEC-7: after the free tries each wrong one doubles the wait."""
    over = tries - FREE_TRIES
    return None if over < 0 else now + min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_WAIT)
