"""From a keystroke in the search to the painted hits, over many products."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass

import sqlcipher3.dbapi2 as sqlcipher
from PySide6.QtCore import QSortFilterProxyModel, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListView, QTableView, QWidget

from agent_desk.desk.bootstrap import Counter
from agent_desk.desk.store.database import connect
from agent_desk.desk.store.words import match_all
from benchmarks.measuring import Aim, Figure, Report, Setting, median, percentile
from benchmarks.standing import PaintWatch, calm, play
from benchmarks.stocking import Stocked, stock

TYPED = ("kettle", "boot mens", "rice 10 kg", "lamp", "steel", "phone case", "toy truck", "paint white")
FRAMES = 33.0
"""ms: two frames of a screen of 60 a second."""
SHOWN = 50
HAND = 0.05
"""Seconds between keys: quicker ones are taken for a scanner's and held back until it is known."""


@dataclass(slots=True)
class Samples:
    """Milliseconds of each keystroke, by way."""

    ours: list[float]
    bare: list[float]
    proxy: list[float]


def keystrokes(texts: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    """Every text as it stands after each key, and whether it begins a new one."""
    for text in texts:
        for at in range(1, len(text) + 1):
            yield text[:at], at == 1


class BareSearch:
    """The bare FTS5 question for fifty rows, and the paint of an empty table."""

    def __init__(self, stocked: Stocked) -> None:
        self._connection: sqlcipher.Connection = connect(stocked.folder / "desk.db", stocked.key)
        self._table = QTableView()
        self._table.resize(838, 598)
        self._table.show()
        self._watch = PaintWatch(self._table.viewport())

    async def ask(self, text: str) -> float:
        start = time.perf_counter()
        found = self._connection.execute(
            "SELECT name FROM product_row WHERE rid IN"
            f" (SELECT rowid FROM find_product WHERE find_product MATCH ? LIMIT {SHOWN})",
            (match_all(text),),
        ).fetchall()
        await paint(self._table.viewport(), self._watch)
        assert len(found) <= SHOWN
        return (time.perf_counter() - start) * 1000

    def names(self) -> list[str]:
        return [name for (name,) in self._connection.execute("SELECT name FROM product_row")]

    def close(self) -> None:
        self._table.close()
        self._table.deleteLater()
        self._connection.close()


class ProxySearch:
    """Qt's own way: every row an item, filtered by a proxy model under a table."""

    def __init__(self, names: list[str]) -> None:
        start = time.perf_counter()
        self._model = QStandardItemModel()
        self._model.appendColumn([QStandardItem(name) for name in names])
        self._proxy = QSortFilterProxyModel()
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._proxy.setSourceModel(self._model)
        self._table = QTableView()
        self._table.setModel(self._proxy)
        self._table.resize(838, 598)
        self._table.show()
        self._watch = PaintWatch(self._table.viewport())
        self.load_ms = (time.perf_counter() - start) * 1000

    async def ask(self, text: str) -> float:
        start = time.perf_counter()
        self._proxy.setFilterFixedString(text)
        await paint(self._table.viewport(), self._watch)
        return (time.perf_counter() - start) * 1000

    def close(self) -> None:
        self._table.close()
        self._table.deleteLater()


async def paint(widget: QWidget, watch: PaintWatch) -> None:
    """Until the widget was painted once more."""
    before = watch.count
    widget.update()
    await watch.until(lambda: watch.count > before, "a paint of the table")


class OurSearch:
    """The search of the real window: a key pressed in its field, until its hits are painted."""

    def __init__(self, counter: Counter) -> None:
        counter.shell.open_search()
        self._palette = counter.shell.palette_sheet
        hits = self._palette.findChild(QListView)
        assert hits is not None, "the search has a list of hits"
        self._watch = PaintWatch(hits.viewport())
        self._answers = 0
        self._painted_before = 0
        hits.model().modelReset.connect(self._answered)

    async def begin(self) -> None:
        """An empty field, at rest."""
        self._palette.entry.clear()
        self._palette.typed.emit("")
        await calm()

    async def ask(self, text: str) -> float:
        before = self._answers
        start = time.perf_counter()
        QTest.keyClicks(self._palette.entry, text[-1])
        await self._watch.until(
            lambda: self._answers > before and self._watch.count > self._painted_before, f"the hits of “{text}”"
        )
        return (time.perf_counter() - start) * 1000

    def _answered(self) -> None:
        self._answers += 1
        self._painted_before = self._watch.count


async def _measure(counter: Counter, stocked: Stocked, texts: tuple[str, ...], rounds: int) -> tuple[Samples, float]:
    ours, bare = OurSearch(counter), BareSearch(stocked)
    proxy = ProxySearch(bare.names())
    samples = Samples([], [], [])
    try:
        for turn in range(rounds):
            for text, begins in keystrokes(texts):
                if begins:
                    await ours.begin()
                samples.ours.append(await ours.ask(text))
                samples.bare.append(await bare.ask(text))
                # it takes seconds a word: once is enough
                if turn == 0:
                    samples.proxy.append(await proxy.ask(text))
                await asyncio.sleep(HAND)
    finally:
        bare.close()
        proxy.close()
    return samples, proxy.load_ms


def measure(setting: Setting) -> Report:
    products = setting.pick(100_000, 10_000)
    stocked = stock(setting.folder / "desk", products=products, orders=setting.pick(10_000, 500))
    texts = TYPED if not setting.quick else TYPED[:3]
    samples, load_ms = play(stocked, lambda counter: _measure(counter, stocked, texts, setting.pick(3, 1)))
    bare = "bare FTS5 question, an empty table painted"
    what = f"keystroke to painted hits, {products:,} products"
    ours = samples.ours
    return Report(
        (
            Figure(f"{what}, p50", median(ours), bare, median(samples.bare), "ms"),
            Figure(
                f"{what}, p95",
                percentile(ours, 0.95),
                bare,
                percentile(samples.bare, 0.95),
                "ms",
                Aim("at most", FRAMES),
            ),
            Figure(f"{what}, worst", max(ours), bare, max(samples.bare), "ms"),
            Figure(
                f"{what}, p95",
                percentile(ours, 0.95),
                "QSortFilterProxyModel over QStandardItemModel",
                percentile(samples.proxy, 0.95),
                "ms",
                Aim("at most times", 1.0),
            ),
        ),
        (f"{len(ours)} keystrokes; the proxy model took {load_ms:.0f} ms to load.",),
    )
