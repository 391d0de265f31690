"""Money: a cash sale from the key to the receipt's bytes, and captures at central, each beside its limit."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from uuid import UUID, uuid5

import psycopg
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from agent_desk.central.bootstrap import assemble
from agent_desk.central.gateways.no_cards import NullCardPayments
from agent_desk.central.store.database import Database
from agent_desk.central.usecases.keeping_attempts import save_attempts
from agent_desk.central.usecases.paying import CardDesk
from agent_desk.central.usecases.shaping import stamp_all
from agent_desk.central.usecases.stocking import StockRoom
from agent_desk.central.usecases.working_state import WorkingState
from agent_desk.desk.assembling import PdfPapers
from agent_desk.desk.bootstrap import Counter
from agent_desk.desk.ui.pages.cart.page import CartPage
from agent_desk.domain.money import usd
from agent_desk.domain.paying import Answer, Sight
from agent_desk.domain.payments import STRIPE, AttemptState, PaymentAttempt
from agent_desk.domain.selling import Order
from benchmarks.carting import BareCommit
from benchmarks.measuring import Aim, Figure, Report, Setting, UnmeasuredError, interleave, median, percentile, timed
from benchmarks.replaying import RecordingDatabase, replay
from benchmarks.sales import make_sales
from benchmarks.site import FIRST, Site, a_site, catch_up, list_sellers, open_new
from benchmarks.standing import PaintWatch, calm, play
from benchmarks.stocking import stock

SERVED, BARE, RECORDED = "served", "bare", "recorded"
PART_PAID = usd(1_00)
GIVEN = "1000"
VAT = Decimal(14)


class Counterside:
    """The real cart page: goods, check out and the sum typed before the clock runs, then `F12`."""

    def __init__(self, counter: Counter, bare: BareCommit) -> None:
        assert counter.window is not None, "the desk is open"
        assert counter.desk is not None, "the desk is open"
        self._window = counter.window
        self._cases = counter.desk.use_cases
        self._bare = bare
        self._papers = PdfPapers()

    async def open(self) -> None:
        hits = (await self._cases.searching.search("box", None)).hits
        self._product = next(hit.id for hit in hits if hit.kind == "product" and hit.id is not None)
        self._window.go("cart", None)
        page = self._window.page("cart")
        assert isinstance(page, CartPage), "the page of the cart"
        self._page = page
        self._watch = PaintWatch(page.commit)
        self._receipt = PaintWatch(page.tender.last)

    async def sell(self) -> tuple[float, float]:
        """Milliseconds from the key until the window shows that the receipt lies on the disk, and of the bare work."""
        page = self._page
        await self._cases.carting.add_product(self._product)
        await self._watch.until(lambda: page.commit.text() == "Check out", "check out")
        page.press_commit()
        await self._watch.until(lambda: page.commit.text() == "Type the cash given", "the cash")
        page.tender.given.entry.insert(GIVEN)
        await self._watch.until(lambda: page.work.commit.act == "take", "the button that takes it")
        await calm()
        start = time.perf_counter()
        QTest.keyClick(page, Qt.Key.Key_F12)
        await self._receipt.until(lambda: page.work.last is not None and page.work.last.path != "", "the receipt")
        sold = (time.perf_counter() - start) * 1000
        assert page.work.last is not None, "it was waited for"
        path, number = Path(page.work.last.path), page.work.last.order
        await calm()
        page.work.last = None
        shown = await self._cases.orders.find_order(number)
        if shown is None:
            raise UnmeasuredError(f"{number} is not there")
        return sold, self._work_bare(shown.order, path)

    def _work_bare(self, order: Order, made: Path) -> float:
        """One durable commit, the same receipt drawn and written: nothing else of a sale."""
        if not made.read_bytes().startswith(b"%PDF"):
            raise UnmeasuredError(f"{made} is no receipt")
        start = time.perf_counter()
        self._bare.commit()
        made.with_suffix(".bare.pdf").write_bytes(self._papers.receipt(order, order.tenders[0], None, VAT, 0))
        return (time.perf_counter() - start) * 1000


async def _sell_all(counter: Counter, bare: BareCommit, sales: int) -> tuple[list[float], list[float]]:
    side = Counterside(counter, bare)
    await side.open()
    # the first draws with cold fonts
    await side.sell()
    found = [await side.sell() for _ in range(sales)]
    return [sold for sold, _ in found], [alone for _, alone in found]


class PaysAtOnce(NullCardPayments):
    """A provider that has everybody's money and answers in no time: what is timed is central's own work."""

    def __init__(self) -> None:
        super().__init__()
        self.ready = True

    def look(self, attempt: PaymentAttempt) -> Answer:
        return Sight(attempt.reference, attempt.id, "paid", attempt.amount, charge=f"pi_{attempt.id}")


@dataclass(frozen=True, slots=True)
class Rates:
    ours: float
    bare: float
    """Captures a second."""


async def _order_many(url: str, folder: Path, count: int) -> None:
    """Orders that are paid in part, sent to central."""
    desk = await open_new(url, list_sellers()[0], folder)
    try:
        await catch_up(desk)
        await make_sales(desk, count, cash=PART_PAID)
        await catch_up(desk)
    finally:
        await desk.close()


def _open_attempts(database: Database, now: datetime) -> list[UUID]:
    """For each order that owes something a page that its customer may pay on."""
    with database.reading() as unit:
        orders = [Order.model_validate_json(body) for _, body in unit.list_documents([Order.kind])]
    with database.pushing() as unit:
        state = WorkingState(unit, {}, frozenset(), StockRoom(unit, None, now))
        attempts = [_attempt(order, now) for order in orders if order.due.minor > 0]
        save_attempts(unit, state, attempts, now)
        stamp_all(unit, state.rows())
    return [attempt.id for attempt in attempts]


def _attempt(order: Order, now: datetime) -> PaymentAttempt:
    id_ = uuid5(order.id, "attempt")
    return PaymentAttempt(
        id=id_, version=1, order=order.id, order_number=order.number, branch=order.branch, desk=order.desk, turn=1,
        provider=STRIPE, amount=order.due, receipt=f"{order.tenders[0].receipt}9", asked_at=now, asked_by="Bench",
        staff=order.id, state=AttemptState.PENDING, since=now, submitted_at=now, closes_at=now + timedelta(days=1),
        reference=f"cs_{id_}",
    )  # fmt: skip


def _capture(site: Site, ids: list[UUID], rounds: int) -> Rates:
    """The same captures by central and, recorded, through the bare driver, in turn."""
    with ExitStack() as stack:
        served, recorded = Database(site.url(SERVED)), RecordingDatabase(site.url(RECORDED))
        desks = []
        for database in (served, recorded):
            database.open()
            stack.callback(database.close)
            desks.append(assemble(database, cards=PaysAtOnce()).services.cards)
        bare = stack.enter_context(psycopg.connect(site.url(BARE), autocommit=True))
        found: dict[str, list[float]] = {"ours": [], "bare": []}
        size = len(ids) // rounds
        for at in range(rounds):
            some = ids[at * size : (at + 1) * size]
            recorded.take()
            _work(desks[1], some)
            written = recorded.take()
            ways = {"ours": timed(partial(_work, desks[0], some)), "bare": timed(partial(replay, bare, written))}
            for name, samples in interleave(1, ways).items():
                found[name] += [len(some) / sample * 1000 for sample in samples]
        _check(served, ids[: size * rounds])
    return Rates(median(found["ours"][1:]), median(found["bare"][1:]))


def _work(desk: CardDesk, ids: list[UUID]) -> None:
    for id_ in ids:
        desk.work(str(id_))


def _check(database: Database, ids: list[UUID]) -> None:
    """Whatever is quick but not in the ledger does not count."""
    with database.pushing() as unit:
        ledger = unit.sum_account("provider:stripe").get("USD", 0)
        bodies = [unit.find_document(PaymentAttempt.kind, id_) for id_ in ids]
    captured = [PaymentAttempt.model_validate_json(body) for body in bodies if body is not None]
    wanted = sum(attempt.amount.minor for attempt in captured if attempt.state is AttemptState.CONFIRMED)
    if ledger != wanted or len(captured) != len(ids):
        raise UnmeasuredError(f"the ledger has {ledger} of {wanted}")


def measure(setting: Setting) -> Report:
    sales = setting.pick(100, 10)
    stocked = stock(setting.folder / "desk", products=setting.pick(10_000, 1_000), orders=setting.pick(10_000, 500))
    bare = BareCommit(setting.folder / "bare.db")
    try:
        sold, alone = play(stocked, lambda counter: _sell_all(counter, bare, sales))
    finally:
        bare.close()
    rounds = setting.pick(6, 3)
    with a_site(setting.folder / "site") as site:
        with site.central(FIRST) as url:
            asyncio.run(_order_many(url, setting.folder, rounds * setting.pick(50, 10)))
        database = Database(site.url(FIRST))
        database.open()
        ids = _open_attempts(database, datetime.now(UTC))
        database.close()
        for name in (SERVED, BARE, RECORDED):
            site.copy(name)
        rates = _capture(site, ids, rounds)
    beside = "one bare commit, the same receipt drawn and written"
    return Report(
        (
            Figure(
                "cash sale, from F12 to the receipt's bytes and told, p50",
                median(sold),
                beside,
                median(alone),
                "ms",
                Aim("at most times", 3),
            ),
            Figure(
                "cash sale, from F12 to the receipt's bytes and told, p95", percentile(sold, 0.95), beside,
                percentile(alone, 0.95), "ms",
            ),
            Figure(
                "captures with their ledger entries, one after the other", rates.ours,
                "the same SQL through bare psycopg", rates.bare, "captures/s", Aim("at least times", 0.5),
            ),
        ),
        (f"{sales} sales in the real window; {len(ids)} captures, the provider's own time left out.",),
    )  # fmt: skip
