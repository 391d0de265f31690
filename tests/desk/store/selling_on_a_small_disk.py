"""Sells on a disk that becomes full, makes room and goes on; says as JSON what came of it.

The test runs it where the folder is a file system of a few megabytes.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from pathlib import Path

from agent_desk.desk.store.database import connect
from agent_desk.desk.usecases.ports import KnownError
from agent_desk.domain.money import gyd
from tests.desk.workshop import KEYED, TAPE, Bench, a_desk, done

ROOM = 600_000
"""Bytes left free before the sales begin."""


async def sell(bench: Bench, printed: list[str]) -> None:
    cart = done(await bench.cases.carting.add_product(TAPE.id, 1)).cart
    done(await bench.cases.tendering.check_out(cart.id))
    sale = done(await bench.cases.tendering.take_cash(cart.id, gyd(5_000_00)))
    done(await bench.cases.receipts.print_receipt(sale.order.id, sale.tender.id))
    printed.append(sale.order.number)


async def sell_until_full(folder: Path) -> dict[str, object]:
    printed: list[str] = []
    filler = folder / "filler"
    codes: list[str] = []
    async with a_desk(folder / "desk") as bench:
        await sell(bench, printed)
        filler.write_bytes(bytes(shutil.disk_usage(folder).free - ROOM))
        before = len(printed)
        while len(codes) < 3:  # and it is asked again, as a person does
            try:
                await sell(bench, printed)
            except KnownError as error:
                codes.append(error.code)
        sold_before_full = len(printed) - before
        filler.unlink()
        await sell(bench, printed)
    async with a_desk(folder / "desk", documents=()) as bench:
        kept = [row[0] for row in await bench.sql("SELECT number FROM order_row ORDER BY number")]
        numbers = [row[0] for row in await bench.sql("SELECT n FROM outbox ORDER BY n")]
        cash = (await bench.sql("SELECT count(*) FROM outbox WHERE name LIKE 'tender.take_cash/%'"))[0][0]
    database = connect(folder / "desk" / "desk.db", KEYED.get_key())
    whole = database.execute("PRAGMA integrity_check").fetchone()[0]
    database.close()
    return {
        "codes": codes,
        "sold_before_full": sold_before_full,
        "printed": printed,
        "orders": kept,
        "cash": cash,
        "numbers": numbers,
        "whole": whole,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(sell_until_full(Path(sys.argv[1])))))
