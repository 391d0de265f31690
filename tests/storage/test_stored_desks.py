"""The database of every release, opened by the newest code: nothing that waited is lost by an update."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from agent_desk.domain.money import gyd
from tests.desk.workshop import TAPE, a_desk, done, run

STORED = sorted(Path(__file__).parent.glob("*.db"))


def test_a_desk_of_a_release_is_stored() -> None:
    assert [path.stem for path in STORED] != []


@pytest.mark.parametrize("stored", STORED, ids=lambda path: path.stem)
def test_an_old_desk_opens_with_all_it_held_and_goes_on_selling(stored: Path, tmp_path: Path) -> None:
    shutil.copy(stored, tmp_path / "desk.db")

    async def story() -> None:
        async with a_desk(tmp_path, code="GEO-1", documents=()) as bench:
            assert await bench.cases.sync.count_waiting() > 0
            orders = (await bench.cases.orders.list_orders()).rows
            assert len(orders) == 2
            for row in orders:
                shown = await bench.cases.orders.get_order(row.id)
                assert [tender.receipt for tender in shown.order.tenders] != []
            devika = (await bench.cases.customers.search_customers("devika"))[0]
            assert (await bench.cases.customers.get_customer(devika.id)).customer.note == "Calls after six"
            cart = done(await bench.cases.carting.add_product(TAPE.id)).cart
            done(await bench.cases.tendering.check_out(cart.id))
            sale = done(await bench.cases.tendering.take_cash(cart.id, gyd(5_000_00)))
            assert sale.order.number not in {row.number for row in orders}

    run(story())
