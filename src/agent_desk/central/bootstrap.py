"""Central put together: the one place where everything is made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from fastapi import FastAPI

from agent_desk.central.api.app import make_app
from agent_desk.central.api.services import Services
from agent_desk.central.gateways.access_tokens import JwtAccessTokens
from agent_desk.central.gateways.compressing import compress_snapshot
from agent_desk.central.gateways.device_signatures import fits_signature
from agent_desk.central.gateways.exchange_rates.gateway import FeedRateChecks
from agent_desk.central.gateways.exchange_rates.proxy import FeedProxy
from agent_desk.central.gateways.exchange_rates.settings import FeedSettings
from agent_desk.central.gateways.passwords import ArgonPasswords
from agent_desk.central.jobs.housekeeping import Housekeeping
from agent_desk.central.jobs.running import Job, JobRunner
from agent_desk.central.jobs.watching_rate import RateWatch
from agent_desk.central.settings import Settings
from agent_desk.central.store.database import Database
from agent_desk.central.store.embedded import EmbeddedPostgres
from agent_desk.central.store.giving_way import give_way
from agent_desk.central.store.migrating import migrate
from agent_desk.central.usecases.keeping_stock import StockKeeping
from agent_desk.central.usecases.ports import Now
from agent_desk.central.usecases.pushing import Pusher
from agent_desk.central.usecases.quarantining import Quarantine
from agent_desk.central.usecases.signing_in import SigningIn
from agent_desk.central.usecases.snapshotting import Snapshots
from agent_desk.central.usecases.stocking import GIVE_BACK
from agent_desk.central.usecases.syncing import Syncer


@dataclass(frozen=True, slots=True)
class Central:
    """A central that can be served; `database` must be open."""

    app: FastAPI
    database: Database
    services: Services
    passwords: ArgonPasswords


def utc_now() -> datetime:
    return datetime.now(UTC)


def assemble(database: Database, now: Now = utc_now) -> Central:
    """Every part around an open, migrated database."""
    with database.reading() as unit:
        key = unit.signing_key()
    snapshots = Snapshots(database, compress_snapshot)
    passwords = ArgonPasswords()
    signing_in = SigningIn(database, passwords, JwtAccessTokens(key), now, pepper=key)
    quarantine = Quarantine(database, fits_signature, now)
    syncer = Syncer(database, Pusher(database, now, give_way), snapshots, now)

    def check_ready() -> None:
        with database.reading() as unit:
            unit.epoch()

    services = Services(signing_in, syncer, snapshots, quarantine, database, now, check_ready)
    return Central(make_app(services), database, services, passwords)


@contextmanager
def running_database(settings: Settings) -> Iterator[str]:
    """The URL of a migrated database: the operator's own, or an embedded one that stops with the block."""
    with ExitStack() as stack:
        if settings.database_url is not None:
            url = settings.database_url
        else:
            url = stack.enter_context(EmbeddedPostgres(settings.data)).start()
        migrate(url)
        yield url


@contextmanager
def opened(url: str, now: Now = utc_now) -> Iterator[Central]:
    """Central on a migrated database, closed with the block."""
    database = Database(url)
    database.open()
    try:
        yield assemble(database, now)
    finally:
        database.close()


@contextmanager
def watching_rate(feed: str, central: Central) -> Iterator[RateWatch]:
    """A watch over the exchange rate, stopped with the block."""
    settings = FeedSettings(base_url=feed)
    with httpx.Client() as client:
        checks = FeedRateChecks(settings, FeedProxy(settings, client))
        with RateWatch(central.database, checks, central.services.now) as watch:
            yield watch


def housekeeping(central: Central) -> Housekeeping:
    """What central does by itself, for as long as the block lasts."""
    return Housekeeping(central.database, central.services.now)


def list_jobs(central: Central) -> tuple[Job, ...]:
    """What central does later and by itself."""
    stock = StockKeeping(central.database, central.services.now, give_way)
    return (
        Job(GIVE_BACK, stock.give_back),
        Job("stock.renew_leases", stock.renew_leases, cron="*/5 * * * * 0"),
        Job("stock.reclaim_leases", stock.reclaim_leases, cron="* * * * * 15"),
        Job("stock.show", stock.show, cron="* * * * * */5"),
    )


@contextmanager
def running_jobs(url: str, central: Central) -> Iterator[JobRunner]:
    """The queue's runner, stopped with the block."""
    with JobRunner(url, list_jobs(central)) as runner:
        yield runner
