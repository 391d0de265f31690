"""One embedded PostgreSQL for the whole run, a fresh copy of a small central for each test."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import httpx
import psycopg
import pytest
import uvicorn

from agent_desk.central.bootstrap import Central, assemble
from agent_desk.central.store.database import Database
from agent_desk.central.store.embedded import EmbeddedPostgres
from agent_desk.central.store.migrating import migrate
from tests.central.card_shop import Shop, card_shop
from tests.central.counter import Clock, Counter, fill
from tests.central.stripe_sandbox import Sandbox, sandbox


def on(url: str, database: str) -> str:
    """The same server's other database."""
    return url.replace("/postgres?", f"/{database}?")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a server whose `small` database is a central with a branch or two."""
    # not pytest's own folder: another run closes that to the account the server has when tests run as root
    with TemporaryDirectory(prefix="agent-desk-") as folder, EmbeddedPostgres(Path(folder)) as postgres:
        url = postgres.start()
        with psycopg.connect(url, autocommit=True) as connection:
            # what a test loses in a power cut is of no use to anybody
            connection.execute("alter system set fsync = off")
            connection.execute("alter system set synchronous_commit = off")
            connection.execute("select pg_reload_conf()")
            connection.execute("create database small")
        migrate(on(url, "small"))
        database = Database(on(url, "small"), connections=2)
        database.open()
        fill(database)
        database.close()
        yield url


@pytest.fixture
def url(server: str) -> Iterator[str]:
    """A database of the test's own."""
    name = f"t{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name} template small".encode())
    yield on(server, name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)".encode())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def central(url: str, clock: Clock) -> Iterator[Central]:
    database = Database(url)
    database.open()
    yield assemble(database, clock)
    database.close()


@pytest.fixture
def http(central: Central) -> Iterator[httpx.Client]:
    """A client of central on loopback."""
    config = uvicorn.Config(central.app, port=0, log_level="critical", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client:
            yield client
        server.should_exit = True
        thread.join()


@pytest.fixture
def geo_1(central: Central, clock: Clock) -> Counter:
    """Shanice at GEO-1."""
    return Counter.sign_in(central, clock, "shanice", "GEO-1")


@pytest.fixture
def geo_2(central: Central, clock: Clock) -> Counter:
    """Sandra, a manager, at GEO-2."""
    return Counter.sign_in(central, clock, "sandra", "GEO-2")


@pytest.fixture
def stripe(clock: Clock) -> Iterator[Sandbox]:
    """The stand-in for Stripe on loopback."""
    with sandbox(clock) as found:
        yield found


@pytest.fixture
def shop(url: str, clock: Clock, stripe: Sandbox) -> Iterator[Shop]:
    """A counter at a central that takes cards."""
    with card_shop(url, clock, stripe) as found:
        yield found


@pytest.fixture
def naughty() -> list[str]:
    """515 strings that break programs; skipped where the collection is not beside the repository."""
    file = Path(__file__).parents[3] / "shared" / "data" / "hostile" / "naughty_strings.json"
    if not file.is_file():
        pytest.skip("the collection of hostile strings is not on this machine")
    strings: list[str] = json.loads(file.read_text("utf-8"))
    return strings
