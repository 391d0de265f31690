"""A real desk, with its encrypted store, its loop and its open line: `python -m benchmarks.rivals.ours FOLDER`."""

from __future__ import annotations

import asyncio
import contextlib
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from agent_desk.desk.assembling import Desk, PdfPapers, open_desk
from agent_desk.desk.settings import Settings
from agent_desk.desk.store.connection import Connection
from agent_desk.desk.usecases.customers import add_customer
from agent_desk.desk.usecases.ports import Changes, Done, Work
from agent_desk.desk.vault.keys import MemoryVault
from agent_desk.desk.vault.passwords import ArgonHasher
from agent_desk.domain.catalogue import Product
from agent_desk.domain.people import Address, Customer
from agent_desk.domain.selling import Order
from benchmarks.rivals.documents import LOGIN, PASSWORD, Content
from benchmarks.rivals.talking import Spoken, serve

AT_ONCE = 500
"""Commands of one commit, where ten thousand are made for the benchmark."""
TRIES_EVERY = 0.05
VERBS = ("open", "sync", "content", "listen", "change", "hear", "make", "push", "edit", "found", "close")


class OurDesk:
    """Verbs for `serve`; the loop runs only while a verb does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._vault = MemoryVault()
        self._runner = asyncio.Runner()
        self._desk: Desk | None = None
        self._running: asyncio.Future[None] | None = None

    @property
    def desk(self) -> Desk:
        assert self._desk is not None, "it was opened"
        return self._desk

    def open(self, code: str, url: str) -> Spoken:
        """Opens the desk `code` for this central; signs in where it has not yet."""

        async def work() -> None:
            await self._leave()
            settings = Settings(url, code, self._folder / code)
            self._desk = await open_desk(settings, self._vault, PdfPapers(), ArgonHasher())
            await self._desk.use_cases.signing_in.sign_in(LOGIN, PASSWORD)
            await self._desk.use_cases.signing_in.confirm()

        self._runner.run(work())
        return {}

    def sync(self) -> Spoken:
        """Until central has nothing more to say and both have counted the same."""
        return self._timed(self._catch_up)

    async def _catch_up(self) -> None:
        while True:
            await self.desk.loop.round()
            report = self.desk.loop.state.report
            if not self.desk.loop.state.trouble and report is not None and report.agreed_rows:
                return
            await asyncio.sleep(TRIES_EVERY)

    def content(self, kinds: Sequence[str] = (Product.kind, Order.kind)) -> Spoken:
        def job(connection: Connection) -> Content:
            found: list[bytes] = []
            for kind in kinds:
                rows = connection.exec_driver_sql("SELECT body FROM base WHERE kind = ?", (kind,))
                found += [str(row[0]).encode() for row in rows]
            return Content.of(found)

        content = self._runner.run(self.desk.runner.read(job))
        return {"count": content.count, "sum": content.sum}

    def listen(self) -> Spoken:
        """From here on the loop runs as in the program, with its open line."""

        async def work() -> None:
            self._running = asyncio.ensure_future(self.desk.loop.run())
            await self._until(lambda: self.desk.loop.state.live)

        self._runner.run(work())
        return {}

    def change(self, at: int, note: str) -> Spoken:
        """One command, until central's word of it is in the store; `began` is by the clock of all processes."""

        async def work() -> float:
            customer = await self._customer(at)
            began = time.monotonic()
            outcome = await self.desk.use_cases.customers.change_customer(customer, note=note)
            assert isinstance(outcome, Done), outcome
            if self._running is None:
                await self._catch_up()
            await self._until_stored("SELECT NOT EXISTS (SELECT 1 FROM outbox)", ())
            return began

        began = self._runner.run(work())
        return {"began": began, "seconds": time.monotonic() - began}

    def hear(self, at: int, note: str) -> Spoken:
        """Until the store has what another desk wrote."""

        async def work() -> float:
            customer = await self._customer(at)
            found = "SELECT json_extract(body, '$.note') = ? FROM base WHERE kind = 'customer' AND id = ?"
            await self._until_stored(found, (note, str(customer)))
            return time.monotonic()

        return {"heard": self._runner.run(work())}

    def make(self, count: int, seed: int) -> Spoken:
        """So many customers, added without a link: one command each."""
        chance = random.Random(seed)

        def many(work: Work, first: int, some: int) -> None:
            for n in range(first, first + some):
                note = " ".join(chance.choice(_WORDS) for _ in range(32))
                place = Address(country="GY", region=4, place="Georgetown", line=f"Lot {n} Regent Street")
                phone = f"+592 6{n % 90 + 10} {n % 9000 + 1000}"
                email = f"d{n}@example.com"
                add_customer(work, f"Devika Singh {n}", phone=phone, email=email, address=place, note=note)

        async def work() -> None:
            add = self.desk.runner.acting(many)
            for first in range(0, count, AT_ONCE):
                outcome = await add(first, min(AT_ONCE, count - first))
                assert isinstance(outcome, Done), outcome

        self._runner.run(work())
        return {"waiting": self._runner.run(self._waiting())}

    def push(self) -> Spoken:
        """`seconds` until central has decided on everything, `whole` until its rows are here too."""

        async def work() -> tuple[float, float]:
            began = time.monotonic()
            sending = asyncio.ensure_future(self._catch_up())
            await self._until_stored("SELECT NOT EXISTS (SELECT 1 FROM outbox WHERE state <> 'acked')", ())
            sent = time.monotonic()
            await sending
            return sent - began, time.monotonic() - began

        seconds, whole = self._runner.run(work())
        return {"seconds": seconds, "whole": whole, "waiting": self._runner.run(self._waiting())}

    def edit(self, edits: Sequence[tuple[int, str, str]]) -> Spoken:
        """Changes fields of customers, one command each."""

        async def work() -> None:
            for at, field, value in edits:
                customer = await self._customer(at)
                named: dict[str, Any] = {field: value}
                outcome = await self.desk.use_cases.customers.change_customer(customer, **named)
                assert isinstance(outcome, Done), outcome

        self._runner.run(work())
        return {}

    def found(self) -> Spoken:
        """What stands in every field that may be edited, and what this desk tells of as replaced."""

        async def work() -> Spoken:
            ids = await self._customers()
            shown = [(await self.desk.use_cases.customers.get_customer(id_)).customer for id_ in ids]
            losses = (await self.desk.use_cases.sync.get_status()).losses
            return {
                "stands": [{"phone": one.phone, "email": one.email, "note": one.note} for one in shown],
                "told": [(ids.index(row.ref[1]), row.field, row.lost) for row in losses],
            }

        return self._runner.run(work())

    def close(self) -> Spoken:
        self._runner.run(self._leave())
        return {}

    async def _leave(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = None
        if self._desk is not None:
            await self._desk.close()
            self._desk = None

    def _timed(self, work: Callable[[], object]) -> Spoken:
        async def timed() -> float:
            began = time.monotonic()
            await work()  # type: ignore[misc]  # every one of them is awaited
            return time.monotonic() - began

        return {"seconds": self._runner.run(timed())}

    async def _until(self, condition: Callable[[], bool]) -> None:
        """Of the loop's state."""
        changed = asyncio.Event()
        with contextlib.closing(_Leaving(self.desk.loop.subscribe(lambda _: changed.set()))):
            while not condition():
                await changed.wait()
                changed.clear()

    async def _until_stored(self, question: str, values: tuple[object, ...]) -> None:
        """Asks the store whenever something in it has changed."""
        changed = asyncio.Event()

        def hear(_: Changes) -> None:
            changed.set()

        with contextlib.closing(_Leaving(self.desk.runner.subscribe(hear))):
            while True:
                row = await self.desk.runner.read(lambda c: c.exec_driver_sql(question, values).first())
                if row is not None and row[0]:
                    return
                await changed.wait()
                changed.clear()

    async def _customers(self) -> list[UUID]:
        """Those that were there from the beginning, in one order for everybody."""
        rows = await self.desk.runner.read(
            lambda c: c.exec_driver_sql(
                "SELECT id FROM base WHERE kind = ? AND json_extract(body, '$.number') NOT LIKE '%GEO%' ORDER BY id",
                (Customer.kind,),
            ).all()
        )
        return [UUID(row[0]) for row in rows]

    async def _customer(self, at: int) -> UUID:
        return (await self._customers())[at]

    async def _waiting(self) -> int:
        return await self.desk.use_cases.sync.count_waiting()


class _Leaving:
    """A subscription that is closed."""

    def __init__(self, leave: Callable[[], None]) -> None:
        self.close = leave


_WORDS = (
    "calls", "after", "six", "prefers", "ocean", "freight", "barrel", "of", "clothing", "for", "her", "sister", "in",
    "Linden", "Charity", "pays", "cash", "collects", "on", "Fridays", "fragile", "dishes", "inside", "two", "boxes",
)  # fmt: skip


def main() -> None:
    desk = OurDesk(Path(sys.argv[1]))
    try:
        serve({verb: getattr(desk, verb) for verb in VERBS})
    finally:
        desk.close()


if __name__ == "__main__":
    main()
