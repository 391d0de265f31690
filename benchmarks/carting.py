"""A change to the cart, from the key to durable and painted, beside one bare durable commit."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from agent_desk.desk.bootstrap import Counter
from agent_desk.desk.ui.pages.cart.page import CartPage
from agent_desk.desk.usecases.ports import Changes
from benchmarks.measuring import Aim, Figure, Report, Setting, median, percentile
from benchmarks.standing import PaintWatch, calm, play
from benchmarks.stocking import stock

LINES = 5
ROW_BYTES = 600


class BareCommit:
    """One row, one commit, on the disk when it returns: WAL, synchronous FULL, no encryption."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("CREATE TABLE fact (n INTEGER PRIMARY KEY, body TEXT NOT NULL)")
        self._body = "x" * ROW_BYTES

    def commit(self) -> float:
        start = time.perf_counter()
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("INSERT INTO fact (body) VALUES (?)", (self._body,))
        self._connection.execute("COMMIT")
        return (time.perf_counter() - start) * 1000

    def close(self) -> None:
        self._connection.close()


class Cart:
    """The real cart page with a few lines, a key pressed on one of them."""

    def __init__(self, counter: Counter) -> None:
        assert counter.window is not None, "the desk is open"
        self._window = counter.window
        self._durable_at = 0.0
        self._painted_before = 0
        assert counter.desk is not None, "the desk is open"
        self._cases = counter.desk.use_cases
        self._cases.subscribe(self._committed)

    async def fill(self) -> None:
        """Opens the page with lines in the cart."""
        cases = self._cases
        hits = (await cases.searching.search("box", None)).hits
        products = [hit.id for hit in hits if hit.kind == "product" and hit.id is not None][:LINES]
        for product in products:
            await cases.carting.add_product(product)
        self._window.go("cart", None)
        page = self._window.page("cart")
        assert isinstance(page, CartPage), "the page of the cart"
        self._view = page.left.view
        self._watch = PaintWatch(self._view.viewport())
        await self._watch.until(lambda: len(self._view.lines.rows()) == len(products), "the lines of the cart")
        self._view.choose(self._view.lines.rows()[0].id)
        self._view.setFocus()
        self._view.lines.dataChanged.connect(self._shown)
        self._view.lines.modelReset.connect(self._shown)
        await calm()

    async def change(self, key: Qt.Key) -> tuple[float, float]:
        """Milliseconds from the key to durable, and to the new quantity painted."""
        quantity = self._quantity()
        start = time.perf_counter()
        QTest.keyClick(self._view, key)
        await self._watch.until(
            lambda: self._quantity() != quantity and self._watch.count > self._painted_before,
            "the new quantity painted",
        )
        return (self._durable_at - start) * 1000, (time.perf_counter() - start) * 1000

    def _shown(self) -> None:
        self._painted_before = self._watch.count

    def _quantity(self) -> int:
        return self._view.lines.rows()[0].quantity

    def _committed(self, changes: Changes) -> None:
        if changes.by == "here":
            self._durable_at = time.perf_counter()


async def _measure(counter: Counter, bare: BareCommit, rounds: int) -> tuple[list[float], list[float], list[float]]:
    cart = Cart(counter)
    await cart.fill()
    durable: list[float] = []
    painted: list[float] = []
    commits: list[float] = []
    for turn in range(rounds):
        until_durable, until_painted = await cart.change(Qt.Key.Key_Plus if turn % 20 < 10 else Qt.Key.Key_Minus)
        durable.append(until_durable)
        painted.append(until_painted)
        await asyncio.sleep(0.05)
        commits.append(bare.commit())
    return durable, painted, commits


def measure(setting: Setting) -> Report:
    stocked = stock(setting.folder / "desk", products=setting.pick(10_000, 1_000), orders=setting.pick(10_000, 500))
    bare = BareCommit(setting.folder / "bare.db")
    rounds = setting.pick(300, 40)
    try:
        durable, painted, commits = play(stocked, lambda counter: _measure(counter, bare, rounds))
    finally:
        bare.close()
    beside, once = "one bare SQLite commit, WAL, FULL", median(commits)
    return Report(
        (
            Figure("cart change durable, p50", median(durable), beside, once, "ms"),
            Figure(
                "cart change durable and painted, p50", median(painted), beside, once, "ms", Aim("at most times", 10)
            ),
            Figure(
                "cart change durable and painted, p95",
                percentile(painted, 0.95),
                beside,
                percentile(commits, 0.95),
                "ms",
            ),
        ),
        (f"{rounds} changes to a cart of {LINES} lines; bare commit p95 {percentile(commits, 0.95):.2f} ms.",),
    )
