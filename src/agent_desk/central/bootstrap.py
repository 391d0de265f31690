"""Central put together: the one place where everything is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import httpx
from fastapi import FastAPI

from agent_desk.central.api.app import make_app
from agent_desk.central.api.live_lines import Live
from agent_desk.central.api.services import Services
from agent_desk.central.gateways.access_tokens import JwtAccessTokens
from agent_desk.central.gateways.compressing import compress_snapshot
from agent_desk.central.gateways.device_signatures import fits_signature
from agent_desk.central.gateways.exchange_rates.gateway import FeedRateChecks
from agent_desk.central.gateways.exchange_rates.proxy import FeedProxy
from agent_desk.central.gateways.exchange_rates.settings import FeedSettings
from agent_desk.central.gateways.handover_key import HandoverKey
from agent_desk.central.gateways.mmg.gateway import MmgPayments
from agent_desk.central.gateways.mmg.proxy import MmgProxy
from agent_desk.central.gateways.mmg.settings import read_mmg
from agent_desk.central.gateways.no_cards import NullCardPayments
from agent_desk.central.gateways.passwords import ArgonPasswords
from agent_desk.central.gateways.stripe_cards.settings import read_stripe
from agent_desk.central.jobs.housekeeping import EACH_MINUTE, keep_house
from agent_desk.central.jobs.running import Job, JobRunner
from agent_desk.central.jobs.watching_rate import RateWatch
from agent_desk.central.settings import Settings
from agent_desk.central.store.announcing import Announcements
from agent_desk.central.store.database import Database
from agent_desk.central.store.embedded import EmbeddedPostgres
from agent_desk.central.store.giving_way import give_way
from agent_desk.central.store.migrating import migrate
from agent_desk.central.store.replica import ReplicaDatabase
from agent_desk.central.store.turns import DatabaseTurns
from agent_desk.central.usecases.closing_days import DayClosing
from agent_desk.central.usecases.keeping_attempts import WORK
from agent_desk.central.usecases.keeping_stock import StockKeeping
from agent_desk.central.usecases.paying import WORK_EVENT, CardDesk
from agent_desk.central.usecases.payment_ports import CardPayments
from agent_desk.central.usecases.ports import Now
from agent_desk.central.usecases.pushing import Pusher
from agent_desk.central.usecases.quarantining import Quarantine
from agent_desk.central.usecases.signing_in import SigningIn
from agent_desk.central.usecases.snapshotting import Snapshots
from agent_desk.central.usecases.stocking import GIVE_BACK
from agent_desk.central.usecases.syncing import Syncer
from agent_desk.central.usecases.taking_in import TakingIn
from agent_desk.central.usecases.trouble import KnownError
from agent_desk.domain.payments import MMG


@dataclass(frozen=True, slots=True)
class Central:
    """A central that can be served; `database` must be open."""

    app: FastAPI
    database: Database
    services: Services
    passwords: ArgonPasswords


def make_cards(settings: Settings, environment: Mapping[str, str]) -> CardPayments:
    """Stripe where its keys are given; nobody otherwise."""
    stripe = read_stripe(environment, settings.stripe_url, settings.thanks_url)
    if stripe is None:
        return NullCardPayments()
    # the SDK is large: a central without keys does not read it
    from agent_desk.central.gateways.stripe_cards.gateway import StripeCardPayments
    from agent_desk.central.gateways.stripe_cards.proxy import StripeProxy

    return StripeCardPayments(stripe, StripeProxy(stripe))


def make_mmg(environment: Mapping[str, str]) -> CardPayments | None:
    """MMG where it is set up; raises KnownError `mmg.settings` where it is set up by half."""
    try:
        settings = read_mmg(environment)
    except ValueError as error:
        raise KnownError("mmg.settings", str(error)) from error
    return None if settings is None else MmgPayments(settings, MmgProxy(settings), utc_now)


def utc_now() -> datetime:
    return datetime.now(UTC)


def assemble(
    database: Database,
    now: Now = utc_now,
    replica: ReplicaDatabase | None = None,
    cards: CardPayments | None = None,
    mmg: CardPayments | None = None,
) -> Central:
    """Every part around an open, migrated database."""
    with database.reading() as unit:
        key = unit.signing_key()
    snapshots = Snapshots(database, compress_snapshot, now)
    passwords = ArgonPasswords()
    handover_key = HandoverKey(key)
    signing_in = SigningIn(database, passwords, JwtAccessTokens(key), now, key, handover_key.public)
    quarantine = Quarantine(database, fits_signature, now)
    live = Live(database, Announcements(database.url), now)
    pusher = Pusher(database, now, give_way, live.committed)
    syncer = Syncer(database, pusher, snapshots, now, replica)
    taking_in = TakingIn(database, pusher, fits_signature, handover_key.open, now)

    def check_ready() -> None:
        with database.reading() as unit:
            unit.epoch()

    turns = DatabaseTurns(database)
    providers = (cards or NullCardPayments(), mmg or NullCardPayments(MMG, "MMG"))
    card_desk = CardDesk(database, providers, now, give_way, live.committed)
    services = Services(
        signing_in, syncer, snapshots, quarantine, taking_in, database, turns, now, check_ready, live, card_desk
    )
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
def opened(
    url: str,
    now: Now = utc_now,
    replica_url: str | None = None,
    cards: CardPayments | None = None,
    mmg: CardPayments | None = None,
) -> Iterator[Central]:
    """Central on a migrated database, closed with the block."""
    with ExitStack() as stack:
        database = Database(url)
        database.open()
        stack.callback(database.close)
        replica = None
        if replica_url is not None:
            replica = ReplicaDatabase(replica_url)
            replica.open()
            stack.callback(replica.close)
        yield assemble(database, now, replica, cards, mmg)


@contextmanager
def watching_rate(feed: str, central: Central) -> Iterator[RateWatch]:
    """A watch over the exchange rate, stopped with the block."""
    settings = FeedSettings(base_url=feed)
    with httpx.Client() as client:
        checks = FeedRateChecks(settings, FeedProxy(settings, client))
        with RateWatch(central.database, checks, central.services.now) as watch:
            yield watch


def list_jobs(central: Central) -> tuple[Job, ...]:
    """What central does later and by itself."""
    services = central.services
    stock = StockKeeping(central.database, services.now, give_way)
    cards = services.cards
    return (
        Job("house.keep", partial(keep_house, services.store, services.snapshots, services.now), EACH_MINUTE),
        Job(GIVE_BACK, stock.give_back),
        Job("stock.renew_leases", stock.renew_leases, cron="*/5 * * * * 0"),
        Job("stock.reclaim_leases", stock.reclaim_leases, cron="* * * * * 15"),
        Job(WORK, cards.work),
        Job(WORK_EVENT, cards.work_event),
        Job("payment.work_due", cards.work_due, cron="* * * * * */2"),
        Job("stock.show", stock.show, cron="* * * * * */5"),
        Job("ledger.close_days", DayClosing(central.database, services.now, give_way).close_due, cron="7 * * * *"),
    )


@contextmanager
def running_jobs(url: str, central: Central) -> Iterator[JobRunner]:
    """The queue's runner, stopped with the block."""
    central.services.cards.declare()
    with JobRunner(url, list_jobs(central)) as runner:
        yield runner
