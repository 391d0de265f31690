"""SYN-9: desks of every release sync with today's central or are told to update; nothing is lost either way."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from agent_desk.central.bootstrap import Central
from agent_desk.wire import sync
from agent_desk.wire.live_rows import LiveRow
from agent_desk.wire.sync import Row
from tests.desk.sync.branch import PASSWORD, Link, a_synced_desk, at_central, picture, settle, waiting
from tests.desk.sync.test_steps import a_page, keep, take_in
from tests.desk.sync.test_with_central import sell
from tests.desk.workshop import INDRANIE, TAPE, SetClock, a_desk, done, run

TESTS = Path(__file__).parents[2]
STORED = sorted((TESTS / "storage").glob("*.db"))
RECORDED = sorted((TESTS / "recorded").glob("*.json"))


@pytest.mark.parametrize("stored", STORED, ids=lambda path: path.stem)
def test_the_stored_desk_of_a_release_syncs_and_a_central_that_lost_everything_gets_it_back(
    new_central: Central, central_clock: SetClock, tmp_path: Path, stored: Path
) -> None:
    (tmp_path / "a").mkdir()
    shutil.copy(stored, tmp_path / "a" / "desk.db")

    async def story() -> None:
        async with a_synced_desk(new_central.app, tmp_path / "a", central_clock, code="GEO-1") as (one, _):
            await settle(one)
            orders = (await one.cases.orders.list_orders()).rows
            assert len(orders) == 2
            for row in orders:
                body = at_central(new_central, "select body from document where id = %s", row.id)
                assert len(json.loads(body[0][0])["tenders"]) == 1
            assert at_central(new_central, "select count(*) from cash_received") == [(2,)]
            assert await picture(one)
            async with a_synced_desk(new_central.app, tmp_path / "b", central_clock, code="GEO-2") as (two, _):
                assert await picture(one) == await picture(two)

    run(story())


@pytest.mark.parametrize("release", RECORDED, ids=lambda path: path.stem)
def test_every_request_of_a_release_is_answered_as_it_was_then(new_central: Central, release: Path) -> None:
    said: list[dict[str, Any]] = json.loads(release.read_text(encoding="utf-8"))
    answered = 0

    async def story() -> None:
        nonlocal answered
        transport = httpx.ASGITransport(new_central.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            for one in said:
                if one["path"] == "/v1/sign-in" and one["status"] == 200:
                    body = {**one["asked"], "password": PASSWORD}
                    token = (await client.post("/v1/sign-in", json=body)).json()["access_token"]
                    client.headers["Authorization"] = f"Bearer {token}"
                elif one["path"] == "/v1/sync":
                    answer = await client.post("/v1/sync", json=one["asked"])
                    assert answer.status_code == 200, answer.text
                    states = [ack["state"] for ack in answer.json()["acks"]]
                    then = [ack["state"] for told in one["answers"] for ack in told["acks"]]
                    # another desk, which is not here, stood against what was refused
                    assert [now for now, old in zip(states, then, strict=True) if old != "refused"] == [
                        old for old in then if old != "refused"
                    ]
                    answered += 1

    run(story())
    assert answered > 3


@pytest.mark.parametrize("behind", [1, 2])
def test_a_desk_one_or_two_shapes_behind_syncs(
    central: Central, central_clock: SetClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, behind: int
) -> None:
    async def story() -> None:
        async with (
            a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, _),
            a_synced_desk(central.app, tmp_path / "b", central_clock) as (two, _),
        ):
            monkeypatch.setattr(sync, "SCHEMA", sync.SCHEMA + behind)
            monkeypatch.setattr(sync, "OLDEST_SCHEMA", max(1, sync.SCHEMA - 2))
            await sell(one)
            await settle(one)
            await settle(two)
            assert await picture(one) == await picture(two)

    run(story())


def test_a_desk_too_old_hands_in_what_waits_and_reads_on_once_it_is_updated(
    central: Central, central_clock: SetClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, link):
            order = await sell(one)
            with monkeypatch.context() as update:
                update.setattr(sync, "SCHEMA", 9)
                update.setattr(sync, "OLDEST_SCHEMA", 7)
                rest = await one.desk.loop.round()
                assert rest >= 30
                assert one.desk.loop._course.state == "update_needed"
                assert "update the desk" in one.desk.loop.state.trouble
                assert at_central(central, "select count(*) from document where id = %s", order.id) == [(1,)]
                assert await one.cases.sync.count_waiting() == 0
                shown = await one.cases.orders.get_order(order.id)
                assert shown.standing.pending, "central's own word has not come yet"
                again = await sell(one)
                link.plan = ["up", "lost"]
                await one.desk.loop.round()
                assert await one.cases.sync.count_waiting() == 5, "the answer was lost"
                await one.desk.loop.round()
                assert await one.cases.sync.count_waiting() == 0
            await settle(one)
            for sold in (order, again):
                shown = await one.cases.orders.get_order(sold.id)
                assert (len(shown.order.tenders), shown.standing.pending) == (1, False)
                assert at_central(central, "select count(*) from document where id = %s", sold.id) == [(1,)]
            assert await waiting(one) == 0
            await picture(one)

    run(story())


def as_page(kind: str, id_: UUID, body: dict[str, Any]) -> Callable[[Any], Any]:
    row = Row(seq=5, kind=kind, id=id_, version=3, op="u", body=body)
    return lambda ledger: ledger.read_rows("s", [row])


def as_file(kind: str, id_: UUID, body: dict[str, Any]) -> Callable[[Any], Any]:
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return lambda ledger: ledger.fill("s", [LiveRow(kind, id_, str(id_), 3, body, text)])


@pytest.mark.parametrize("way", [as_page, as_file])
def test_what_a_later_release_says_is_kept_as_it_came(
    tmp_path: Path, way: Callable[[str, UUID, dict[str, Any]], Callable[[Any], Any]]
) -> None:
    newer = {
        **INDRANIE.model_dump(mode="json"),
        "id": str(uuid4()),
        "version": 3,
        "number": "GY-9",
        "loyalty": {"at": 7},
    }
    voucher: dict[str, Any] = {"id": str(uuid4()), "version": 3, "drawer": ["a", "b"]}

    async def story() -> None:
        async with a_desk(tmp_path, documents=()) as bench:
            for kind, body in (("customer", newer), ("voucher", voucher)):
                await keep(bench, way(kind, UUID(body["id"]), body))
            kept = await bench.sql("SELECT kind, body FROM base ORDER BY kind")
            assert [(kind, json.loads(body)) for kind, body in kept] == [("customer", newer), ("voucher", voucher)]
            shown = await bench.cases.customers.get_customer(UUID(newer["id"]))
            assert shown.customer.number == "GY-9"
            done(await bench.cases.customers.change_customer(shown.customer.id, note="Calls after six"))
            await take_in(bench, a_page(0, 9, Row(seq=9, kind="voucher", id=UUID(voucher["id"]), version=4, op="d")))
            assert await bench.sql("SELECT count(*) FROM base WHERE kind = 'voucher'") == [(0,)]

    run(story())


def test_an_old_copy_of_a_desk_goes_on_beyond_the_numbers_of_the_lost_one(
    new_central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    """Restored from a backup and started with the link up, before anybody sells: no number is made twice."""

    async def story() -> None:
        line = Link(new_central.app)
        async with a_synced_desk(new_central.app, tmp_path / "a", central_clock, code="GEO-7", link=line) as (one, _):
            await sell(one)
            await settle(one)
        shutil.copytree(tmp_path / "a", tmp_path / "copy")
        async with a_synced_desk(new_central.app, tmp_path / "a", central_clock, code="GEO-7", link=line) as (one, _):
            lost = [await sell(one) for _ in range(3)]
            await settle(one)
        async with a_synced_desk(new_central.app, tmp_path / "copy", central_clock, code="GEO-7", link=line) as (
            two,
            _,
        ):
            assert (await two.sql("SELECT value FROM setting WHERE key = 'generation'"))[0][0] == "1"
            assert await two.sql("SELECT count(*) FROM setting WHERE key = 'recounting'") == [(0,)]
            sold = await sell(two)
            assert sold.number not in {order.number for order in lost}
            assert sold.number == "GEO-7-000005"
            assert sold.tenders[0].receipt == "R-GEO-7-000005"
            await settle(two)
            assert (await two.cases.sync.get_status()).notices == ()
            assert at_central(new_central, "select count(*) from document where kind = 'order'") == [(5,)]
            assert len((await two.cases.orders.list_orders()).rows) == 5
            done(await two.cases.carting.add_product(TAPE.id))

    run(story())
