"""Puts the desk together, but for its window."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx

from agent_desk.desk.settings import Settings
from agent_desk.desk.store.accounts import StoreAccounts, find_refresh_token
from agent_desk.desk.store.folder import DiskFolder
from agent_desk.desk.store.keeping_time import find_time
from agent_desk.desk.store.ledger import StoreLedgers, find_device
from agent_desk.desk.store.machine_clock import MachineClock
from agent_desk.desk.store.migrating import migrate
from agent_desk.desk.store.runner import StoreRunner
from agent_desk.desk.store.session import Session
from agent_desk.desk.sync.drainer import DrainerLock
from agent_desk.desk.sync.http_central import HttpCentral, make_client, make_context
from agent_desk.desk.sync.listening import Listening
from agent_desk.desk.sync.loop import SyncLoop
from agent_desk.desk.sync.ports import Sockets
from agent_desk.desk.sync.web_sockets import WebSockets
from agent_desk.desk.usecases import UseCases
from agent_desk.desk.usecases.ports import Changes, Papers
from agent_desk.desk.usecases.signing_in import Hasher, SigningIn
from agent_desk.desk.usecases.telling_time import Clock, Timekeeping
from agent_desk.desk.vault.keys import Vault
from agent_desk.domain.people import Branch
from agent_desk.domain.price_book import ExchangeRate
from agent_desk.domain.selling import Order, Tender
from agent_desk.domain.shipping import Quote


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

    async def close(self) -> None:
        """Ends the connection, finishes what was begun, closes the database."""
        await self.client.aclose()
        await asyncio.to_thread(self.runner.close)
        self.lock.release()


class PdfPapers:
    """Implements `Papers`; the PDF library is read when the first paper is made."""

    def receipt(self, order: Order, tender: Tender, branch: Branch | None, vat_percent: Decimal) -> bytes:
        from agent_desk.papers.receipts import receipt_pdf

        name = order.branch if branch is None else branch.name
        return receipt_pdf(order, [tender], name, vat_percent=vat_percent)

    def quote(self, quote: Quote, rate: ExchangeRate | None) -> bytes:
        from agent_desk.papers.quotes import quote_pdf

        return quote_pdf(
            quote.request, quote.offers, quote.service, rate, number=quote.number, issued_at=quote.saved_at
        )


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

    Raises KnownError: `desk.already_open`, `vault.locked`, `key.wrong`, `store.newer`, `disk.refused`.
    """
    machine = clock or MachineClock()
    lock, key = await asyncio.to_thread(_prepare, settings, vault)
    session = Session(machine, settings.desk)
    runner = StoreRunner(settings.database, key, session)
    try:
        device, refresh, session.time = await runner.write(
            lambda connection, _: (find_device(connection), find_refresh_token(connection), find_time(connection))
        )
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
    return _assemble(settings, papers, hasher, runner, session, device, refresh, client, listening, lock, chance, app)


def _prepare(settings: Settings, vault: Vault) -> tuple[DrainerLock, bytes]:
    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = DrainerLock(settings.folder / "desk.lock")
    lock.take()
    try:
        key = vault.get_key()
        migrate(settings.database, key)
    except BaseException:
        lock.release()
        raise
    return lock, key


def _assemble(  # noqa: PLR0917 - the parts of one desk, each once
    settings: Settings,
    papers: Papers,
    hasher: Hasher,
    runner: StoreRunner,
    session: Session,
    device: UUID,
    refresh: str | None,
    client: httpx.AsyncClient,
    listening: Listening | None,
    lock: DrainerLock,
    chance: Callable[[], float],
    app: str,
) -> Desk:
    accounts = StoreAccounts(runner, session, refresh)
    central = HttpCentral(client, device, settings.desk)

    def keep_time(time: Timekeeping) -> None:
        session.time = time

    loop = SyncLoop(
        ledgers=StoreLedgers(runner, session),
        central=central,
        tokens=accounts,
        clock=session.clock,
        time=session.time,
        keep_time=keep_time,
        chance=chance,
        app=app,
        listening=listening,
    )

    def wake(changes: Changes) -> None:
        if changes.by == "here" and changes.waiting:
            loop.try_now()

    runner.subscribe(wake)
    accounts.on_session = loop.try_now

    async def aside(slow: Callable[[], Any]) -> Any:
        return await asyncio.to_thread(slow)

    use_cases = UseCases(
        runner,
        signing_in=SigningIn(central, accounts, hasher, aside),
        papers=papers,
        folder=DiskFolder(settings.papers),
        link=loop,
    )
    return Desk(use_cases, runner, accounts, loop, session, client, lock)
