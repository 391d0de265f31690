"""Several central processes on one database tell each other what moved: NOTIFY and LISTEN, each on its own connection.

What is lost here is found by looking at the heads of the feed, so nothing is waited for and nothing is tried twice.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Mapping
from uuid import uuid4

import psycopg
import structlog

CHANNEL = "feed"
BATCH_SECONDS = 0.05
"""One NOTIFY takes in what is announced meanwhile: each takes a lock that every commit of the database waits for."""
MOST_TEXT = 7_000
"""Bytes; a notification has at most 8,000."""
STILL_THERE_SECONDS = 15.0
"""A connection that heard nothing for so long is asked whether it still is one."""
AGAIN_SECONDS = 2.0
KEEP_ALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "connect_timeout": 5}

Heard = Callable[[Mapping[str, int] | None], None]
log = structlog.get_logger("central")


class Announcements:
    """Implements `Announcer` with two threads."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._name = uuid4().hex
        self._moved = threading.Condition()
        self._heads: dict[str, int] = {}
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, heard: Heard) -> None:
        self._stopping.clear()
        self._threads = [
            threading.Thread(target=self._tell, name="announcing", daemon=True),
            threading.Thread(target=self._listen, args=(heard,), name="listening", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        with self._moved:
            self._moved.notify()
        for thread in self._threads:
            thread.join(10)
        self._threads = []

    def announce(self, heads: Mapping[str, int]) -> None:
        if not self._threads:
            return
        with self._moved:
            for scope, head in heads.items():
                self._heads[scope] = max(head, self._heads.get(scope, 0))
            self._moved.notify()

    def _tell(self) -> None:
        connection: psycopg.Connection | None = None
        while True:
            with self._moved:
                self._moved.wait_for(lambda: self._heads or self._stopping.is_set())
            if self._stopping.wait(BATCH_SECONDS):
                break
            with self._moved:
                heads, self._heads = self._heads, {}
            try:
                connection = connection or self._connect()
                connection.execute("select pg_notify(%s, %s)", (CHANNEL, self._text(heads)))
            except psycopg.Error as error:
                log.warning("not announced", reason=type(error).__name__)
                _close(connection)
                connection = None
                self._stopping.wait(AGAIN_SECONDS)
        _close(connection)

    def _text(self, heads: Mapping[str, int]) -> str:
        text = json.dumps({"from": self._name, "heads": heads})
        return text if len(text.encode()) <= MOST_TEXT else json.dumps({"from": self._name, "heads": None})

    def _listen(self, heard: Heard) -> None:
        connection: psycopg.Connection | None = None
        while not self._stopping.is_set():
            try:
                if connection is None:
                    connection = self._connect()
                    connection.execute(f"listen {CHANNEL}".encode())
                    # whatever was said while nobody listened
                    heard(None)
                self._hear(connection, heard)
            except psycopg.Error as error:
                log.warning("not listening", reason=type(error).__name__)
                _close(connection)
                connection = None
                self._stopping.wait(AGAIN_SECONDS)
        _close(connection)

    def _hear(self, connection: psycopg.Connection, heard: Heard) -> None:
        silent = 0.0
        while not self._stopping.is_set():
            for notice in connection.notifies(timeout=0.5, stop_after=1):
                silent = 0.0
                said = json.loads(notice.payload)
                if said["from"] != self._name:
                    heard(said["heads"])
            silent += 0.5
            if silent >= STILL_THERE_SECONDS:
                connection.execute("select 1")
                silent = 0.0

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self._url, autocommit=True, **KEEP_ALIVE)  # type: ignore[arg-type]  # the driver's own


def _close(connection: psycopg.Connection | None) -> None:
    if connection is not None:
        with contextlib.suppress(psycopg.Error):
            connection.close()
