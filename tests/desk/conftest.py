"""The real central, on a database of its own, shared by the tests of the desk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import psycopg
import pytest

from agent_desk.central.bootstrap import Central, opened, running_database
from agent_desk.central.settings import Settings
from agent_desk.central.store.migrating import migrate
from agent_desk.central.usecases.payment_ports import CardPayments
from agent_desk.central.usecases.sampling import save_all
from agent_desk.domain.people import Role
from tests.desk.sync.branch import CHEAP_HASH
from tests.desk.workshop import SetClock, a_staff, shop


@pytest.fixture(scope="session")
def central_url() -> Iterator[str]:
    # not pytest's own folder: another run closes that to the account the server has when tests run as root
    with TemporaryDirectory(prefix="agent-desk-") as folder, running_database(Settings(data=Path(folder))) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            # what a test loses in a power cut is of no use to anybody
            connection.execute("alter system set fsync = off")
            connection.execute("alter system set synchronous_commit = off")
            connection.execute("select pg_reload_conf()")
        yield url


@pytest.fixture(scope="session")
def central_clock() -> SetClock:
    return SetClock()


@pytest.fixture
def new_central(central_url: str, central_clock: SetClock) -> Iterator[Central]:
    """One that no desk has spoken to yet."""
    with fresh_central(central_url, central_clock) as running:
        yield running


@contextmanager
def fresh_central(
    central_url: str, central_clock: SetClock, cards: CardPayments | None = None, mmg: CardPayments | None = None
) -> Iterator[Central]:
    """On a database of its own, which goes with it."""
    name = f"t{uuid4().hex}"
    with psycopg.connect(central_url, autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    url = central_url.replace("/postgres?", f"/{name}?")
    migrate(url)
    with opened(url, central_clock.now, cards=cards, mmg=mmg) as running:
        fill(running)
        yield running
    with psycopg.connect(central_url, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)".encode())


def fill(central: Central) -> None:
    """A branch with four people and many desks."""
    with central.database.filling() as unit:
        for role in Role:
            unit.save_password_hash(a_staff(role).id, CHEAP_HASH)
        for number in range(1, 400):
            unit.enrol_desk(f"GEO-{number}", "GEO", None)
        save_all(unit, shop())


@pytest.fixture(scope="session")
def central(central_url: str, central_clock: SetClock) -> Iterator[Central]:
    """A branch with four people and twenty desks; every test takes desks of its own."""
    with opened(central_url, central_clock.now) as running:
        fill(running)
        yield running
