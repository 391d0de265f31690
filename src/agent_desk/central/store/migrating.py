"""Bringing a database to the newest shape."""

from __future__ import annotations

import secrets
from importlib import resources
from typing import Any
from uuid import UUID, uuid4

import psycopg

from agent_desk.central.store import queueing

LOCK = 7_270_001
"""Of the advisory lock, so that two programs starting together migrate once."""


def list_migrations() -> list[tuple[int, str]]:
    """Number and SQL of each, in order."""
    folder = resources.files("agent_desk.central.store") / "migrations"
    files = sorted((file.name, file) for file in folder.iterdir() if file.name.endswith(".sql"))
    return [(int(name[:4]), file.read_text("utf-8")) for name, file in files]


def migrate(url: str, until: int | None = None) -> int:
    """Runs what the database has not seen yet, each in its own commit; answers with the newest number."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s)", (LOCK,))
        connection.execute("set client_min_messages = warning")
        connection.execute(
            "create table if not exists schema_version (number integer primary key, at timestamptz default now())"
        )
        done: set[int] = {number for (number,) in connection.execute("select number from schema_version").fetchall()}
        for number, sql in list_migrations():
            if number in done or (until is not None and number > until):
                continue
            with connection.transaction():
                connection.execute(sql.encode())
                connection.execute("insert into schema_version (number) values (%s)", (number,))
            done.add(number)
        _migrate_queue(connection)
        connection.execute(
            "insert into server_meta (epoch, signing_key) values (%s, %s) on conflict do nothing",
            (uuid4(), secrets.token_bytes(32)),
        )
    return max(done)


def _migrate_queue(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    """The queue library's tables change with the library, by its own steps."""
    connection.execute("create table if not exists queue_version (name text primary key, at timestamptz default now())")
    done = {name for (name,) in connection.execute("select name from queue_version").fetchall()}
    for name, sql in queueing.list_migrations():
        if name not in done:
            with connection.transaction():
                connection.execute(sql)
                connection.execute("insert into queue_version (name) values (%s)", (name,))


def new_epoch(url: str) -> UUID:
    """Says that this database is another life of itself, after it was restored from a backup."""
    epoch = uuid4()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("update server_meta set epoch = %s", (epoch,))
    return epoch
