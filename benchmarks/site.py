"""A real central on a real PostgreSQL, with copies of its database, and desks that have synced with it once."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it comes with the embedded database, without types
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from agent_desk.central.gateways.passwords import ArgonPasswords
from agent_desk.central.store.database import Database
from agent_desk.central.store.embedded import EmbeddedPostgres
from agent_desk.central.store.migrating import migrate
from agent_desk.central.usecases.sampling import load_sample
from agent_desk.desk.assembling import Desk, PdfPapers, open_desk
from agent_desk.desk.settings import Settings
from agent_desk.desk.vault.keys import MemoryVault
from agent_desk.desk.vault.passwords import ArgonHasher
from agent_desk.resources import resource_path
from agent_desk.sample import load_price_book
from agent_desk.services import Service, free_port
from benchmarks.measuring import UnmeasuredError

FIRST = "first"


@dataclass(frozen=True, slots=True)
class Seller:
    """Somebody of the sample at a desk of their own."""

    login: str
    password: str
    desk: str


def list_sellers() -> list[Seller]:
    """Four people who may sell, each at another desk; those beyond the sample's are enrolled as they sign in."""
    people = json.loads(resource_path("sample/people.json").read_text("utf-8"))
    passwords = {one["login"]: one["password"] for one in people["staff"]}
    places = (("shanice", "GEO-1"), ("sandra", "GEO-2"), ("keisha", "GEO-3"), ("marcus", "EWR-1"))
    return [Seller(login, passwords[login], desk) for login, desk in places]


@dataclass(frozen=True, slots=True)
class Served:
    """A central that listens."""

    url: str
    pid: int


def load_all(database: Database) -> None:
    """The sample: people, prices, 10 000 products and what lies on the shelves."""
    load_sample(database, ArgonPasswords(), load_price_book())


def database_seconds(folder: str) -> float:
    """Of a processor, used by every PostgreSQL process that works in a folder whose name holds this."""
    found = 0.0
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.name().startswith("postgres") and folder in process.cwd():
                times = process.cpu_times()
                found += times.user + times.system
    return found


class Site:
    """A PostgreSQL server; `FIRST` holds what was loaded, other databases are copies of it as it stands."""

    def __init__(self, server: str, folder: Path) -> None:
        self._server = server
        self._folder = folder

    def url(self, name: str) -> str:
        return make_conninfo(self._server, dbname=name)

    def fill(self, load: Callable[[Database], None] = load_all) -> None:
        self._run(sql.SQL("create database {}").format(sql.Identifier(FIRST)))
        migrate(self.url(FIRST))
        database = Database(self.url(FIRST))
        database.open()
        try:
            load(database)
        finally:
            database.close()
        with psycopg.connect(self.url(FIRST), autocommit=True) as connection:
            connection.execute("analyze")

    def copy(self, name: str) -> None:
        """Nobody may be connected to `FIRST` meanwhile."""
        self._run(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(FIRST)))

    @contextmanager
    def central(self, name: str, process: str = "") -> Iterator[str]:
        """The URL of a central that serves this database, in a process of its own until the end of the block.

        Several may serve one database; `process` tells them apart.
        """
        with self.serving(name, process) as served:
            yield served.url

    @contextmanager
    def serving(self, name: str, process: str = "") -> Iterator[Served]:
        """As `central`, with its process."""
        port = free_port()
        told = ["--port", str(port), "--database-url", self.url(name)]
        service = Service(f"central-{name}{process}", ["agent_desk.central", *told], self._folder)
        service.start()
        assert service.pid is not None, "it was started"
        try:
            yield Served(f"http://127.0.0.1:{port}", service.pid)
        finally:
            service.stop()

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def a_site(folder: Path, load: Callable[[Database], None] = load_all) -> Iterator[Site]:
    """A server with the sample or what `load` puts there, gone with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    with EmbeddedPostgres(folder / "postgres") as postgres:
        site = Site(postgres.start(), folder)
        site.fill(load)
        yield site


async def open_new(url: str, seller: Seller, folder: Path) -> Desk:
    """A desk with an empty encrypted store, signed in with central's word."""
    settings = Settings(url, seller.desk, folder / seller.desk)
    desk = await open_desk(settings, MemoryVault(), PdfPapers(), ArgonHasher())
    await desk.use_cases.signing_in.sign_in(seller.login, seller.password)
    await desk.use_cases.signing_in.confirm()
    return desk


async def catch_up(desk: Desk) -> None:
    """One round of the real loop: it asks until central has nothing more to say."""
    await desk.loop.round()
    trouble = desk.loop.state.trouble
    if trouble:
        raise UnmeasuredError(f"the desk could not sync: {trouble}")
