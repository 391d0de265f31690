"""A dead desk's work goes to the real central by file: under that desk's name, each action once, whoever brings it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agent_desk.central.bootstrap import Central
from agent_desk.central.usecases.revoking import revoke
from agent_desk.desk.assembling import save_unsent
from agent_desk.desk.settings import Settings
from agent_desk.desk.usecases.handing_on import BroughtRow
from agent_desk.desk.usecases.ports import KnownError
from agent_desk.desk.vault.finding import find_vault
from tests.desk.sync.branch import PASSWORD, Link, a_synced_desk, at_central, settle, waiting
from tests.desk.sync.test_with_central import sell
from tests.desk.workshop import KEYED, Bench, SetClock, a_desk, run
from tests.fakes.served import served

NAMED = "select c.n, c.state from command c join device d on d.id = c.device where d.desk = %s order by c.n"
CASH = "select count(*), count(distinct receipt) from cash_received where desk = %s"
SALE = 5
"""Actions of a sale."""


@dataclass
class Dead:
    """A desk that died with sales nobody but it knows of."""

    folder: Path
    code: str
    link: Link
    clock: SetClock

    def write(self, to: Path) -> Path:
        return Path(save_unsent(Settings("http://127.0.0.1:1", self.code, self.folder), KEYED, to).path)

    async def come_back(self, rounds: int = 6) -> int:
        """Starts again and sends; answers with what waits then."""
        async with a_desk(self.folder, transport=self.link, clock=self.clock, code=self.code, documents=()) as bench:
            for _ in range(rounds):
                await bench.desk.loop.round()
            notices = (await bench.sql("SELECT count(*) FROM notice"))[0][0]
            assert notices == 0
            return await waiting(bench)


async def a_dead_desk(central: Central, clock: SetClock, folder: Path, sales: int = 1) -> Dead:
    async with a_synced_desk(central.app, folder, clock) as (bench, link):
        for _ in range(sales):
            await sell(bench)
        return Dead(folder, bench.desk.session.desk, link, clock)


async def brought(bench: Bench) -> BroughtRow:
    rows: tuple[BroughtRow, ...] = await bench.cases.handing_on.list_brought()
    assert len(rows) == 1
    return rows[0]


def counts(row: BroughtRow) -> tuple[int, int, int, int, int]:
    taken = row.outcome
    assert taken is not None
    return taken.applied, taken.refused, taken.parked, taken.quarantined, taken.known


def test_the_sale_of_a_dead_desk_arrives_under_its_name_and_its_disk_is_only_read(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        dead = await a_dead_desk(central, central_clock, tmp_path / "dead")
        before = {path: path.read_bytes() for path in dead.folder.iterdir()}
        file = dead.write(tmp_path)
        assert {path: path.read_bytes() for path in dead.folder.iterdir()} == before
        text = file.read_text()
        for secret in ("TAPE", "tape", "Persaud", "applied"):
            assert secret not in text
        async with a_synced_desk(central.app, tmp_path / "b", central_clock) as (bench, _):
            row = await bench.cases.handing_on.take_in(str(file))
            said = row.summary
            assert (said.desk, said.actions, said.cash.minor, row.left) == (dead.code, SALE, 654, 1)
            for _ in range(2):
                await settle(bench)
            row = await brought(bench)
            assert (row.left, row.trouble, counts(row)) == (0, "", (SALE, 0, 0, 0, 0))
            orders = at_central(
                central, "select handle from document where kind = 'order' and handle like %s", f"{dead.code}-%"
            )
            assert len(orders) == 1
            assert (await bench.cases.orders.find_order(orders[0][0])).order.state == "paid"
        assert at_central(central, NAMED, dead.code) == [(n, "applied") for n in range(1, SALE + 1)]
        assert at_central(central, CASH, dead.code) == [(1, 1)]
        assert at_central(
            central, "select outcome from audit where chain = %s and action = 'desk.take_in'", dead.code
        ) == [("5 applied, 0 refused, 0 parked, 0 known",)]

    run(story())


def test_twice_on_two_desks_and_by_the_desk_itself_it_has_effect_once(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        dead = await a_dead_desk(central, central_clock, tmp_path / "dead")
        file = dead.write(tmp_path)
        for name in ("b", "c"):
            async with a_synced_desk(central.app, tmp_path / name, central_clock) as (bench, _):
                for _ in range(2):
                    await bench.cases.handing_on.take_in(str(file))
                    await settle(bench)
                assert counts(await brought(bench)) == (SALE, 0, 0, 0, 0 if name == "b" else SALE)
        assert await dead.come_back() == 0
        assert at_central(central, NAMED, dead.code) == [(n, "applied") for n in range(1, SALE + 1)]
        assert at_central(central, CASH, dead.code) == [(1, 1)]

    run(story())


def test_what_the_desk_sold_after_it_came_back_follows_on(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        dead = await a_dead_desk(central, central_clock, tmp_path / "dead")
        file = dead.write(tmp_path)
        async with a_desk(dead.folder, transport=dead.link, clock=central_clock, code=dead.code, documents=()) as bench:
            dead.link.plan = ["down"] * 3
            await bench.cases.signing_in.sign_in("agent", PASSWORD)
            await sell(bench)
        later = dead.write(tmp_path / "later.handover")
        async with a_synced_desk(central.app, tmp_path / "b", central_clock) as (bench, _):
            await bench.cases.handing_on.take_in(str(later))
            await settle(bench)
            await bench.cases.handing_on.take_in(str(file))
            await settle(bench)
            rows = await bench.cases.handing_on.list_brought()
            assert sorted(counts(row) for row in rows) == [(SALE, 0, 0, 0, SALE), (2 * SALE, 0, 0, 0, 0)]
        dead.link.plan = []
        assert await dead.come_back() == 0
        assert at_central(central, CASH, dead.code) == [(2, 2)]

    run(story())


def test_a_file_of_a_desk_that_was_copied_since_is_told_apart_by_its_ids(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    """The numbers of the file are another computer's by now; the desk that comes back counts anew."""

    async def story() -> None:
        dead = await a_dead_desk(central, central_clock, tmp_path / "dead")
        file = dead.write(tmp_path)
        device = "(select id from device where desk = %s)"
        with central.database.connection() as connection:
            connection.execute(
                f"update device set generation = 3, last_n = 2 where id = {device}".encode(), [dead.code]
            )
        async with a_synced_desk(central.app, tmp_path / "b", central_clock) as (bench, _):
            await bench.cases.handing_on.take_in(str(file))
            await settle(bench)
            assert counts(await brought(bench)) == (SALE, 0, 0, 0, 0)
        assert at_central(central, NAMED, dead.code) == [(n, "applied") for n in range(3, 3 + SALE)]
        assert await dead.come_back(rounds=12) == 0
        assert at_central(central, CASH, dead.code) == [(1, 1)]

    run(story())


FATES = st.lists(st.sampled_from(["up", "down", "lost", "double", "portal", "cut"]), max_size=10)
TURNS = st.lists(st.sampled_from(["b", "c", "dead", "take b", "take c"]), min_size=3, max_size=8)


@settings(
    max_examples=10, deadline=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(fates=FATES, turns=TURNS)
def test_in_whatever_order_and_over_whatever_link_it_comes_each_action_has_effect_once(
    central: Central,
    central_clock: SetClock,
    tmp_path_factory: pytest.TempPathFactory,
    fates: list[str],
    turns: list[str],
) -> None:
    folder = tmp_path_factory.mktemp("turns")

    async def story() -> None:
        dead = await a_dead_desk(central, central_clock, folder / "dead", sales=2)
        file = str(dead.write(folder))
        async with (
            a_synced_desk(central.app, folder / "b", central_clock) as (b, link_b),
            a_synced_desk(central.app, folder / "c", central_clock) as (c, link_c),
        ):
            benches = {"b": b, "c": c}
            link_b.plan, link_c.plan, dead.link.plan = list(fates), list(fates[::-1]), list(fates)
            for turn in turns:
                if turn == "dead":
                    await dead.come_back(rounds=1)
                elif turn.startswith("take"):
                    await benches[turn[-1]].cases.handing_on.take_in(file)
                else:
                    await benches[turn].desk.loop.round()
            link_b.plan, link_c.plan, dead.link.plan = [], [], []
            await b.cases.handing_on.take_in(file)
            for bench in (b, c):
                await settle(bench)
            assert (await brought(b)).left == 0
        assert await dead.come_back() == 0
        assert at_central(central, NAMED, dead.code) == [(n, "applied") for n in range(1, 2 * SALE + 1)]
        assert at_central(central, CASH, dead.code) == [(2, 2)]

    run(story())


def test_an_answer_that_got_lost_is_asked_for_again_and_says_the_same(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        dead = await a_dead_desk(central, central_clock, tmp_path / "dead")
        file = dead.write(tmp_path)
        async with a_synced_desk(central.app, tmp_path / "b", central_clock) as (bench, link):
            await bench.cases.handing_on.take_in(str(file))
            link.plan = ["up", "lost"]
            await bench.desk.loop.round()
            row = await brought(bench)
            assert (row.left, row.outcome) == (1, None)
            assert "tried again" in row.trouble
            assert not bench.desk.loop.state.trouble
            await settle(bench)
            assert counts(await brought(bench)) == (SALE, 0, 0, 0, SALE)

    run(story())


def test_a_file_that_was_changed_or_is_of_nobody_stops_nothing(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        dead = await a_dead_desk(central, central_clock, tmp_path / "dead")
        first, line, _ = dead.write(tmp_path).read_text().split("\n")
        part = json.loads(line)
        sealed = bytearray(b64decode(part["sealed"]))
        sealed[40] ^= 1
        forged = tmp_path / "forged.handover"
        async with a_synced_desk(central.app, tmp_path / "b", central_clock) as (bench, _):
            for text in ("", "hello", first, f"{first}\n{line}\n{line}\n", f"{line}\n{line}\n", "\0" * 100):
                forged.write_text(text)
                with pytest.raises(KnownError, match="no handover file"):
                    await bench.cases.handing_on.take_in(str(forged))
            forged.write_text(f"{first}\n{json.dumps({**part, 'signature': 'ab' * 64})}\n")
            await bench.cases.handing_on.take_in(str(forged))
            await sell(bench)
            await settle(bench)
            row = await brought(bench)
            assert (row.left, row.outcome) == (0, None)
            assert row.trouble.startswith("Central does not know the desk")
            assert await waiting(bench) == 0
        assert at_central(central, NAMED, dead.code) == []

    run(story())


def test_a_part_sealed_for_another_central_is_kept_by_nobody(
    central: Central, new_central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        dead = await a_dead_desk(central, central_clock, tmp_path / "dead")
        file = dead.write(tmp_path)
        link = Link(new_central.app)
        async with a_synced_desk(new_central.app, dead.folder, central_clock, code=dead.code, link=link):
            pass
        async with a_synced_desk(new_central.app, tmp_path / "b", central_clock) as (bench, _):
            await bench.cases.handing_on.take_in(str(file))
            await settle(bench)
            assert (await brought(bench)).trouble.startswith("This file was made for another central")

    run(story())


def test_of_a_desk_that_was_taken_out_of_use_it_is_kept_aside_for_a_person(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        dead = await a_dead_desk(central, central_clock, tmp_path / "dead")
        file = dead.write(tmp_path)
        revoke(central.database, dead.code, central_clock.now())
        async with a_synced_desk(central.app, tmp_path / "b", central_clock) as (bench, _):
            await bench.cases.handing_on.take_in(str(file))
            await settle(bench)
            assert counts(await brought(bench)) == (0, 0, 0, SALE, 0)
        kept = "select count(*) from quarantine q join device d on d.id = q.device where d.desk = %s"
        assert at_central(central, kept, dead.code) == [(SALE,)]
        assert at_central(central, CASH, dead.code) == [(0, 0)]

    run(story())


def test_what_is_refused_becomes_a_case_because_nobody_sits_at_that_desk(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        dead = await a_dead_desk(central, central_clock, tmp_path / "dead")
        file = dead.write(tmp_path)
        with central.database.connection() as connection:
            connection.execute(
                "delete from device_staff where device = (select id from device where desk = %s)", [dead.code]
            )
        async with a_synced_desk(central.app, tmp_path / "b", central_clock, code="") as (bench, _):
            bench.desk.session.staff = None
            await bench.cases.signing_in.sign_in("warehouse", PASSWORD)
            for _ in range(2):
                await bench.cases.handing_on.take_in(str(file))
                await settle(bench)
            row = await brought(bench)
            assert counts(row) == (0, 4, 1, 0, 0)
            assert row.outcome is not None
            assert row.outcome.sentences[0].startswith("Sign in on this desk first")
        cases = "select kind, count(*) from exception_case where subject = %s group by kind order by kind"
        assert at_central(central, cases, dead.code) == [("actor.not_here", 1), ("handover.refused", 4)]
        assert at_central(central, CASH, dead.code) == [(1, 1)]

    run(story())


def test_a_desk_where_nothing_waits_or_that_never_heard_central_writes_no_file(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        dead = await a_dead_desk(central, central_clock, tmp_path / "dead", sales=0)
        with pytest.raises(KnownError, match="Nothing waits"):
            dead.write(tmp_path)
        async with a_desk(tmp_path / "new", clock=central_clock) as bench:
            await sell(bench)
            with pytest.raises(KnownError, match="has not heard central"):
                await bench.cases.handing_on.write(str(tmp_path))
            with pytest.raises(KnownError, match="open in another window"):
                save_unsent(Settings("http://127.0.0.1:1", "GEO-2", tmp_path / "new"), KEYED, tmp_path)
        with pytest.raises(KnownError, match="no desk"):
            save_unsent(Settings("http://127.0.0.1:1", "GEO-2", tmp_path / "none"), KEYED, tmp_path)
        assert not (tmp_path / "none").exists()

    run(story())


def test_a_file_never_takes_the_place_of_something_else(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        one = await a_dead_desk(central, central_clock, tmp_path / "one")
        other = await a_dead_desk(central, central_clock, tmp_path / "other")
        file = one.write(tmp_path / "unsent.handover")
        assert one.write(file) == file
        with pytest.raises(KnownError, match="something else"):
            other.write(file)

    run(story())


def test_both_commands_work_without_a_window(new_central: Central, central_clock: SetClock, tmp_path: Path) -> None:
    def desk(code: str, folder: Path, url: str, *more: str) -> tuple[int, str]:
        around = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "QT_QPA_PLATFORM"}}
        around["AGENT_DESK_PASSPHRASE"] = "told by nobody"
        command = [sys.executable, "-m", "agent_desk.desk", "--desk", code, "--data", str(folder), "--central", url]
        done = subprocess.run([*command, *more], env=around, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    async def sale(url: str) -> None:
        for code, sold in (("GEO-11", True), ("GEO-12", False)):
            folder = tmp_path / code
            vault = find_vault(folder, code, "told by nobody")
            async with a_desk(folder, vault=vault, clock=central_clock, code=code, documents=(), url=url) as bench:
                bench.desk.session.staff = None
                await bench.cases.signing_in.sign_in("agent", PASSWORD)
                await bench.cases.signing_in.confirm()
                await settle(bench)
                if sold:
                    await sell(bench)

    file = tmp_path / "unsent.handover"
    with served(new_central) as url:
        run(sale(url))
        said = desk("GEO-11", tmp_path / "GEO-11", url, "--hand-over", str(file))
        assert said[0] == 0, said
        assert said[1].startswith("5 unsent actions of desk GEO-11, USD 6.54 in cash, are in ")
        taken = desk("GEO-12", tmp_path / "GEO-12", url, "--take-in", str(file))
        assert taken == (0, "5 actions of desk GEO-11 are at central: 5 taken.\n")
    assert at_central(new_central, CASH, "GEO-11") == [(1, 1)]
    again = desk("GEO-12", tmp_path / "GEO-12", "http://127.0.0.1:1", "--take-in", str(tmp_path / "GEO-11" / "desk.db"))
    assert again[0] == 1
    assert "no handover file" in again[1]
