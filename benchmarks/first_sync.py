"""A new desk's first sync into its encrypted store, beside the same bytes fetched and thrown away."""

from __future__ import annotations

import asyncio
import http.client
import json
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import zstandard

from agent_desk.desk.assembling import Desk
from agent_desk.desk.store.ledger import StoreLedgers
from agent_desk.desk.sync import push
from agent_desk.domain.catalogue import Product
from agent_desk.drill.relay import Relay
from benchmarks.measuring import Aim, Figure, Report, Setting, UnmeasuredError, median
from benchmarks.site import FIRST, Seller, a_site, catch_up, list_sellers, open_new

PRODUCTS = 10_000
ROUND_TRIP_SECONDS = 0.3
BITS_PER_SECOND = 2_000_000


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came over the wire, and how long that took."""

    ms: float
    size: int


class Fetching:
    """The requests of a first sync, whose answers are read and thrown away."""

    def __init__(self, url: str, body: bytes, token: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "zstd"}
        self._body = body
        answer = zstandard.ZstdDecompressor().decompressobj().decompress(self._ask("POST", "/v1/sync", body))
        self._files = [offer["url"] for offer in json.loads(answer)["snapshots"].values()]
        if not self._files:
            raise UnmeasuredError("central offered no file of the catalogue")

    def fetch(self) -> Fetched:
        start = time.perf_counter()
        size = len(self._ask("POST", "/v1/sync", self._body))
        size += sum(len(self._ask("GET", file)) for file in self._files)
        return Fetched((time.perf_counter() - start) * 1000, size)

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        self._connection.request(method, path, body, {**self._headers, "Content-Type": "application/json"})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != http.client.OK:
            raise UnmeasuredError(f"central answered {answer.status} to {path}")
        return content


async def _first_request(desk: Desk) -> bytes:
    """What a new desk asks first."""
    ledgers = StoreLedgers(desk.runner, desk.session)
    reading = desk.session.clock.read()
    request = await ledgers.commit(lambda ledger: push.next_request(ledger, reading, "0.1.0"))
    return request.model_copy(update={"epoch": None, "cursors": {}}).model_dump_json(by_alias=True).encode()


async def _sync_new(url: str, seller: Seller, folder: Path) -> tuple[float, Fetched]:
    desk = await open_new(url, seller, folder)
    try:
        body = await _first_request(desk)
        start = time.perf_counter()
        await catch_up(desk)
        took = (time.perf_counter() - start) * 1000
        kept = await desk.runner.read(
            lambda connection: connection.exec_driver_sql(
                "SELECT count(*) FROM base WHERE kind = ?", (Product.kind,)
            ).scalar_one()
        )
        if kept != PRODUCTS:
            raise UnmeasuredError(f"{kept} products came instead of {PRODUCTS}")
        token = desk.accounts.access_token
        assert token is not None, "the desk has just signed in"
        fetching = Fetching(url, body, token)
        try:
            return took, fetching.fetch()
        finally:
            fetching.close()
    finally:
        await desk.close()


class Ways:
    """Ours and the bare bytes over one line, a new desk a round; the first desk of all is left out."""

    def __init__(self) -> None:
        self.took: list[float] = []
        self.fetched: list[Fetched] = []

    def go(self, url: str, seller: Seller, folder: Path) -> None:
        ours, bare = asyncio.run(_sync_new(url, seller, folder))
        self.took.append(ours)
        self.fetched.append(bare)

    def figure(self, line: str) -> Figure:
        size = self.fetched[-1].size / 1000
        return Figure(
            f"first sync, {PRODUCTS:,} products, encrypted, {line}",
            median(self.took),
            f"the same {size:.0f} KB fetched over it, thrown away",
            median([one.ms for one in self.fetched]),
            "ms",
            Aim("at most times", 2),
        )


def measure(setting: Setting) -> Report:
    rounds = setting.pick(5, 2)
    manager = next(seller for seller in list_sellers() if seller.login == "sandra")
    sellers = (Seller(manager.login, manager.password, f"GEO-{10 + number}") for number in count())
    first, near, far = Ways(), Ways(), Ways()
    with a_site(setting.folder) as site, site.central(FIRST) as url:
        # the first desk also waits while central makes the file
        first.go(url, next(sellers), setting.folder)
        port = urlsplit(url).port
        assert port is not None, "central says its port"
        with Relay(port, round_trip_seconds=ROUND_TRIP_SECONDS, bits_per_second=BITS_PER_SECOND) as line:
            for _ in range(rounds):
                near.go(url, next(sellers), setting.folder)
                far.go(f"http://127.0.0.1:{line.port}", next(sellers), setting.folder)
    return Report(
        (far.figure("300 ms and 2 Mbit/s away"), near.figure("on loopback")),
        (f"the first desk of all, on loopback, for which central makes the file: {first.took[0]:.0f} ms.",),
    )
