"""Puts the desk together, but for its window."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from agent_desk.desk.settings import Settings
from agent_desk.desk.store.accounts import StoreAccounts, find_refresh_token
from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.folder import DiskFolder
from agent_desk.desk.store.handovers import Seals, StoreHandovers, read_dead_disk, save_file
from agent_desk.desk.store.keeping_time import find_time
from agent_desk.desk.store.leaving import Farewell, find_mark, mark, remove_data
from agent_desk.desk.store.ledger import StoreLedgers, find_device, find_revoked
from agent_desk.desk.store.machine_clock import MachineClock
from agent_desk.desk.store.migrating import migrate
from agent_desk.desk.store.runner import StoreRunner
from agent_desk.desk.store.session import Session
from agent_desk.desk.sync.bringing import bring
from agent_desk.desk.sync.drainer import DrainerLock
from agent_desk.desk.sync.handing_over import Revocation
from agent_desk.desk.sync.http_central import HttpCentral, make_client, make_context
from agent_desk.desk.sync.listening import Listening
from agent_desk.desk.sync.loop import SyncLoop
from agent_desk.desk.sync.ports import Sockets
from agent_desk.desk.sync.web_sockets import WebSockets
from agent_desk.desk.usecases import UseCases
from agent_desk.desk.usecases.handing_on import BroughtRow, HandedOn
from agent_desk.desk.usecases.ports import Changes, KnownError, Papers
from agent_desk.desk.usecases.signing_in import Hasher, SigningIn
from agent_desk.desk.usecases.telling_time import Clock, Timekeeping
from agent_desk.desk.vault.device_key import DeviceKey
from agent_desk.desk.vault.keys import Vault
from agent_desk.desk.vault.passwords import ArgonHasher
from agent_desk.desk.vault.sealing import seal
from agent_desk.domain.people import Branch
from agent_desk.domain.price_book import ExchangeRate
from agent_desk.domain.selling import Order, Tender
from agent_desk.domain.shipping import Quote
from agent_desk.domain.till import Through, Till
from agent_desk.wire.signing_in import Tokens


@dataclass(slots=True)
class Desk:
    """What `open_desk` made, and how to leave it."""

    use_cases: UseCases
    runner: StoreRunner
    accounts: StoreAccounts
    loop: SyncLoop
    session: Session
    client: httpx.AsyncClient
    lock: DrainerLock
    revocation: Revocation
    settings: Settings
    vault: Vault

    async def leave(self) -> str:
        """Once central keeps what waited: everything of this desk goes; answers with what is to be said."""
        farewell = Farewell(self.settings.desk, self.revocation.handed.result())
        await asyncio.to_thread(mark, self.settings.folder, farewell)
        await asyncio.to_thread(self.runner.close)
        await asyncio.to_thread(finish_leaving, self.settings, self.vault)
        return farewell.sentence

    async def close(self) -> None:
        """Ends the connection, finishes what was begun, closes the database."""
        await self.client.aclose()
        await asyncio.to_thread(self.runner.close)
        self.lock.release()


def finish_leaving(settings: Settings, vault: Vault) -> None:
    """The key first: without it whatever is left of the data is noise. May be broken off anywhere, and begun again."""
    try:
        # a keyring that is locked now is asked again at every start
        with contextlib.suppress(KnownError):
            vault.drop_key()
    finally:
        remove_data(settings.database)


def _seals(key: bytes) -> Seals:
    return Seals(lambda device: DeviceKey(key, device).sign, seal)


def save_unsent(settings: Settings, vault: Vault, to: Path) -> HandedOn:
    """BYD-13: what waits on a desk that does not run, from its folder alone, which is only read.

    Raises KnownError `handover.*`, `desk.already_open`, `vault.locked`, `key.wrong`, `store.damaged`, `disk.*`.
    """
    if not settings.database.exists():
        # asked first: a vault makes a key for a desk that has none
        raise KnownError("handover.no_desk", f"There is no desk in {settings.folder}: name its folder with --data.")
    lock = DrainerLock(settings.folder / "desk.lock")
    # nothing runs on a disk that cannot be written
    with contextlib.suppress(OSError):
        lock.take()
    try:
        key = vault.get_key()
        made = read_dead_disk(settings.database, key, settings.desk, MachineClock(), _seals(key))
    finally:
        lock.release()
    return save_file(made, to)


async def bring_file(settings: Settings, vault: Vault, file: Path, patience: float = 60.0) -> BroughtRow:
    """Takes a file in on this desk, and brings it to central at once where there is a link and a session.

    Raises KnownError as `open_desk`, and `handover.*`.
    """
    desk = await open_desk(settings, vault, PdfPapers(), ArgonHasher())
    try:
        row = await desk.use_cases.handing_on.take_in(str(file))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await desk.loop.round()
        return next(one for one in await desk.use_cases.handing_on.list_brought() if one.id == row.id)
    finally:
        await desk.close()


class _Hearing:
    """Central's accounts; a desk without a session hears there that it was revoked."""

    def __init__(self, central: HttpCentral, hear: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._central = central
        self._hear = hear

    async def sign_in(self, login: str, password: str) -> Tokens:
        try:
            return await self._central.sign_in(login, password)
        except KnownError as error:
            if error.code == "desk.revoked":
                await self._hear()
            raise

    async def sign_out(self, refresh_token: str) -> None:
        await self._central.sign_out(refresh_token)


class PdfPapers:
    """Implements `Papers`; the PDF library is read when the first paper is made."""

    def receipt(self, order: Order, tender: Tender, branch: Branch | None, vat_percent: Decimal, copy: int) -> bytes:
        from agent_desk.papers.receipts import receipt_pdf

        name = order.branch if branch is None else branch.name
        return receipt_pdf(order, [tender], name, vat_percent=vat_percent, copy=copy)

    def quote(self, quote: Quote, rate: ExchangeRate | None) -> bytes:
        from agent_desk.papers.quotes import quote_pdf

        return quote_pdf(
            quote.request, quote.offers, quote.service, rate, number=quote.number, issued_at=quote.saved_at
        )

    def till(self, till: Till, through: Through, branch: Branch | None) -> bytes:
        from agent_desk.papers.tills import till_pdf

        return till_pdf(till, through, till.branch if branch is None else branch.name)


async def open_desk(
    settings: Settings,
    vault: Vault,
    papers: Papers,
    hasher: Hasher,
    *,
    clock: Clock | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    sockets: Sockets | None = None,
    chance: Callable[[], float] = random.random,
    app: str = "0.1.0",
) -> Desk:
    """Opens the store off the event loop's thread; `desk.loop.run()` is left to the caller to start.

    With a `transport` of its own it hears of changes by asking alone, unless it is given `sockets` too.

    Raises KnownError: `desk.already_open`, `vault.locked`, `key.wrong`, `store.newer`, `disk.refused`,
    `desk.left` where it was revoked and has nothing any more.
    """
    machine = clock or MachineClock()
    lock, key = await asyncio.to_thread(_prepare, settings, vault)
    session = Session(machine, settings.desk)
    runner = StoreRunner(settings.database, key, session)
    try:
        kept = await runner.write(lambda connection, _: _read_kept(connection))
        url = settings.central_url
        context = await asyncio.to_thread(make_context, url)
        client = await asyncio.to_thread(make_client, url, transport, context)
    except BaseException:
        await asyncio.to_thread(runner.close)
        lock.release()
        raise
    if sockets is None and transport is None:
        sockets = WebSockets(url, context)
    listening = None if sockets is None else Listening(sockets, session.clock, chance)
    session.time = kept.time
    return _assemble(settings, vault, papers, hasher, runner, session, kept, key, client, listening, lock, chance, app)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the store remembers of the desk itself."""

    device: UUID
    refresh: str | None
    time: Timekeeping
    revoked: bool


def _read_kept(connection: Connection) -> _Kept:
    return _Kept(
        find_device(connection), find_refresh_token(connection), find_time(connection), find_revoked(connection)
    )


def _prepare(settings: Settings, vault: Vault) -> tuple[DrainerLock, bytes]:
    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = DrainerLock(settings.folder / "desk.lock")
    lock.take()
    try:
        _refuse_to_return(settings, vault)
        key = vault.get_key()
        migrate(settings.database, key)
    except BaseException:
        lock.release()
        raise
    return lock, key


def _refuse_to_return(settings: Settings, vault: Vault) -> None:
    """A desk that has left does not come back; what it could not finish is finished now."""
    farewell = find_mark(settings.folder)
    if farewell is not None:
        finish_leaving(settings, vault)
        raise KnownError("desk.left", farewell.sentence)


async def _aside(slow: Callable[[], Any]) -> Any:
    return await asyncio.to_thread(slow)


def _assemble(  # noqa: PLR0917 - the parts of one desk, each once
    settings: Settings,
    vault: Vault,
    papers: Papers,
    hasher: Hasher,
    runner: StoreRunner,
    session: Session,
    kept: _Kept,
    key: bytes,
    client: httpx.AsyncClient,
    listening: Listening | None,
    lock: DrainerLock,
    chance: Callable[[], float],
    app: str,
) -> Desk:
    accounts = StoreAccounts(runner, session, kept.refresh, settings.offline_for)
    central = HttpCentral(client, kept.device, settings.desk, DeviceKey(key, kept.device))
    ledgers = StoreLedgers(runner, session)

    revocation = Revocation(ledgers, central, session.seal, accounts.now, heard=kept.revoked)

    def keep_time(time: Timekeeping) -> None:
        session.time = time

    handovers = StoreHandovers(runner, session, _seals(key), settings.folder / "handovers")
    loop = SyncLoop(
        ledgers=ledgers,
        central=central,
        tokens=accounts,
        clock=session.clock,
        time=session.time,
        keep_time=keep_time,
        chance=chance,
        app=app,
        listening=listening,
        revocation=revocation,
        errand=lambda token: bring(handovers, central, token),
    )
    handovers.on_taken = loop.try_now

    async def hear() -> None:
        await revocation.hear()
        loop.try_now()

    def wake(changes: Changes) -> None:
        if changes.by == "here" and changes.waiting:
            loop.try_soon()

    runner.subscribe(wake)
    accounts.on_session = loop.try_now

    use_cases = UseCases(
        runner,
        signing_in=SigningIn(_Hearing(central, hear), accounts, hasher, _aside),
        papers=papers,
        folder=DiskFolder(settings.papers),
        link=loop,
        handing_on=handovers,
    )
    return Desk(use_cases, runner, accounts, loop, session, client, lock, revocation, settings, vault)
