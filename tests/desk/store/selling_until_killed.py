"""Sells one roll of tape after another and says each receipt it printed; the test kills it at any instant."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from agent_desk.domain.money import gyd
from tests.desk.workshop import TAPE, a_desk, done


async def sell_for_ever(folder: Path) -> None:
    async with a_desk(folder) as bench:
        while True:
            cart = done(await bench.cases.carting.add_product(TAPE.id, 1)).cart
            done(await bench.cases.tendering.check_out(cart.id))
            sale = done(await bench.cases.tendering.take_cash(cart.id, gyd(5_000_00)))
            done(await bench.cases.receipts.print_receipt(sale.order.id, sale.tender.id))
            sys.stdout.write(f"{sale.order.number} {sale.tender.receipt}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(sell_for_ever(Path(sys.argv[1])))
