"""Records what this release says and stores: run once for a release, kept for ever.

`python -m tests.recorded.record` writes tests/recorded/RELEASE.json, every kind of message as it went over the link,
and tests/storage/desk-RELEASE.db, the database of a desk with a sale that still waits. Its key is the tests' own.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
import zstandard

from agent_desk.central.bootstrap import Central, opened, running_database
from agent_desk.central.settings import Settings
from agent_desk.central.store.giving_way import give_way
from agent_desk.central.usecases.keeping_stock import StockKeeping
from agent_desk.central.usecases.sampling import save_all
from agent_desk.central.usecases.shaping import document_of, feed_row, stamp_all
from agent_desk.central.usecases.stocking import StockRoom
from agent_desk.desk.usecases.ports import KnownError
from agent_desk.domain.measure import Length, Weight
from agent_desk.domain.money import gyd
from agent_desk.domain.people import Role
from agent_desk.domain.stock import Shelf, shelf_id
from tests.desk.sync.branch import CHEAP_HASH, Link, a_synced_desk, settle, unfolded
from tests.desk.workshop import BARREL, INDRANIE, TAPE, Bench, SetClock, a_piece, a_request, a_staff, done, shop

HERE = Path(__file__).parent
STORED = HERE.parent / "storage"
HEAVY = a_piece("260")


@dataclass
class Recorder(httpx.AsyncBaseTransport):
    """Central over a link that keeps what was said, by path."""

    link: Link
    said: list[dict[str, Any]] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self.link.handle_async_request(request)
        asked = request.content
        if request.headers.get("content-encoding") == "zstd":
            asked = zstandard.decompress(asked)
        body = unfolded(answer).content
        if request.url.path.startswith("/v1/snapshots"):
            body = zstandard.ZstdDecompressor().stream_reader(body).read()
        self.said.append(
            {
                "path": request.url.path,
                "status": answer.status_code,
                "asked": json.loads(asked) if asked else None,
                "answers": [json.loads(line) for line in body.split(b"\n") if line],
            }
        )
        return answer


async def every_command(bench: Bench) -> None:
    """Each command there is, at least once."""
    cases = bench.cases
    customer = done(await cases.customers.add_customer("Devika Singh", phone="+592 600 1234"))
    done(await cases.customers.change_customer(customer.id, note="Calls after six"))
    done(await cases.quoting.ask_special_quote(a_request(HEAVY), "air_express", customer.id))
    quote = done(await cases.quoting.save_quote(a_request(), "ocean", customer.id))
    cart = done(await cases.carting.book_quote(quote.id)).cart
    shown = done(await cases.carting.add_product(BARREL.id, 1, cart.id))
    barrel = shown.cart.lines[-1].id
    done(await cases.carting.set_quantity(cart.id, barrel, 2))
    done(await cases.carting.remove_line(cart.id, barrel))
    done(await cases.carting.add_product(TAPE.id, 1, cart.id))
    done(await cases.carting.set_customer(cart.id, customer.id))
    done(await cases.carting.set_promotion(cart.id, ""))
    done(await cases.carting.hold_cart(cart.id, "Devika"))
    done(await cases.carting.recall_cart(cart.id))
    done(await cases.tendering.check_out(cart.id))
    done(await cases.tendering.release(cart.id))
    done(await cases.tendering.check_out(cart.id))
    sale = done(await cases.tendering.take_cash(cart.id, gyd(90_000_00)))
    shipment = next(line.subject for line in sale.order.lines if line.what == "shipment")
    bench.sign_in(Role.MANAGER)
    side = Length(value=a_piece().length.value)  # type: ignore[union-attr]  # this piece has every side
    done(
        await cases.measuring.record_measurement(
            shipment, 1, weight=Weight(value=side.value), length=side, width=side, height=side
        )
    )
    tape = next(line.id for line in sale.order.lines if line.subject == TAPE.id)
    done(await cases.stocking.hand_over(sale.order.id, tape, 1))
    done(await cases.stocking.receive_goods(TAPE.id, 12))
    done(await cases.stocking.count_stock(TAPE.id, 51))
    bench.sign_in(Role.AGENT)


async def lose_a_word(bench: Bench, other: Bench) -> None:
    """Two desks change the same unseen; what was replaced is settled."""
    for one, phone in ((bench, "600 0001"), (other, "600 0002")):
        done(await one.cases.customers.change_customer(INDRANIE.id, phone=phone))
    for one in (bench, other, bench):
        await settle(one)
    done(await bench.cases.sync.settle_loss("customer", INDRANIE.id, "phone"))
    await settle(bench)


def stock_up(central: Central, now: datetime) -> None:
    """Forty rolls of tape, of which many sell: every desk gets some set aside."""
    with central.database.filling() as unit:
        unit.save_documents([document_of(TAPE.next(stocked=True))])
        stock = StockRoom(unit, None, now)
        stock.lock([("GEO", TAPE.id)])
        shelf = Shelf(id=shelf_id("GEO", TAPE.id), version=1, branch="GEO", product=TAPE.id, on_hand=40)
        stock.save([shelf])
        unit.add_sold("GEO", now.date(), [(TAPE.id, 54)])
        stamp_all(unit, {"cat": [feed_row(document_of(TAPE.next(stocked=True)))], **stock.rows()})


async def story(central: Central, clock: SetClock, folder: Path) -> list[dict[str, Any]]:
    recorder = Recorder(Link(central.app))
    bench_folder = folder / "desk"
    async with a_synced_desk(
        central.app, bench_folder, clock, code="GEO-1", link=recorder  # type: ignore[arg-type]  # spoken to alike
    ) as (bench, _):  # fmt: skip
        stock_up(central, clock.now())
        StockKeeping(central.database, clock.now, give_way).renew_leases()
        await settle(bench)
        await every_command(bench)
        await settle(bench)
        await settle(bench)
        # refused by central alone: another desk took the same cart first
        async with a_synced_desk(central.app, folder / "other", clock, code="GEO-2") as (other, _):
            cart = done(await bench.cases.carting.add_product(BARREL.id)).cart
            done(await bench.cases.carting.hold_cart(cart.id))
            await settle(bench)
            await settle(other)
            done(await other.cases.carting.recall_cart(cart.id))
            await settle(other)
            done(await bench.cases.carting.recall_cart(cart.id))
            await bench.desk.loop.round()
            await lose_a_word(bench, other)
        try:
            await bench.cases.signing_in.sign_in("agent", "wrong")
        except KnownError:
            bench.sign_in()
        cart = done(await bench.cases.carting.add_product(TAPE.id)).cart
        done(await bench.cases.tendering.check_out(cart.id))
        done(await bench.cases.tendering.take_cash(cart.id, gyd(5_000_00)))
    return recorder.said


def main() -> None:
    release = version("agent-desk")
    clock = SetClock()
    with tempfile.TemporaryDirectory(prefix="agent-desk-") as name:
        folder = Path(name)
        with running_database(Settings(data=folder / "central")) as url, opened(url, clock.now) as central:
            with central.database.filling() as unit:
                for role in Role:
                    unit.save_password_hash(a_staff(role).id, CHEAP_HASH)
                for number in (1, 2):
                    unit.enrol_desk(f"GEO-{number}", "GEO", None)
                save_all(unit, shop())
            said = asyncio.run(story(central, clock, folder))
        for one in said:
            hide(one)
        written = json.dumps(said, indent=1, ensure_ascii=False)
        (HERE / f"{release}.json").write_text(written + "\n", encoding="utf-8")
        shutil.copy(folder / "desk" / "desk.db", STORED / f"desk-{release}.db")


def hide(said: Any) -> None:
    """Tokens are of no use to anybody, and look like secrets."""
    if isinstance(said, dict):
        for key, value in said.items():
            if key in {"access_token", "refresh_token", "password"}:
                said[key] = "hidden"
            else:
                hide(value)
    elif isinstance(said, list):
        for one in said:
            hide(one)


if __name__ == "__main__":
    main()
