"""SYN-1: whatever happens to the program, what it said it saved is there."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent_desk.desk.store.database import connect
from tests.desk.workshop import KEYED, a_desk, run

ROOT = Path(__file__).parents[3]
KILLS = 8


@pytest.mark.slow
def test_killed_at_any_instant_the_database_opens_and_holds_every_printed_sale(tmp_path: Path) -> None:
    chance = random.Random(7)
    printed: list[str] = []
    for _ in range(KILLS):
        command = [sys.executable, "-m", "tests.desk.store.selling_until_killed", str(tmp_path)]
        selling = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert selling.stdout is not None
        printed.append(selling.stdout.readline().strip())
        until = time.monotonic() + chance.uniform(0, 0.15)
        while time.monotonic() < until:
            line = selling.stdout.readline().strip()
            printed.append(line)
        selling.kill()
        printed += [line.strip() for line in selling.stdout if line.endswith("\n")]
        selling.wait()
        selling.stdout.close()
        database = connect(tmp_path / "desk.db", KEYED.get_key())
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        database.close()

    async def look() -> None:
        async with a_desk(tmp_path, documents=()) as bench:
            numbers = {row[0] for row in await bench.sql("SELECT number FROM order_row")}
            assert {line.split()[0] for line in printed if line} <= numbers
            assert len(numbers) == (await bench.sql("SELECT count(*) FROM order_row"))[0][0]
            # every order has its place and its cash waiting, and the numbers have no gap
            waiting = await bench.sql("SELECT name, count(*) FROM outbox GROUP BY name")
            counts = dict(waiting)
            assert counts["order.place/1"] == counts["tender.take_cash/2"] == len(numbers)
            ns = [row[0] for row in await bench.sql("SELECT n FROM outbox ORDER BY n")]
            assert ns == list(range(1, len(ns) + 1))

    run(look())
