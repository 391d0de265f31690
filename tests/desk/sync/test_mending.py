"""D13: a desk counts its own rows, fetches only the buckets that differ, and comes to rest when nothing helps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.central.bootstrap import Central
from agent_desk.desk.sync.check import COUNTED_EVERY, MOST_MENDED, Remedy, choose_remedy, is_due
from tests.desk.sync.branch import Link, a_synced_desk, picture, settle
from tests.desk.workshop import INDRANIE, NOON, SetClock, run


def asked(link: Link) -> list[str]:
    return [one.split()[0] for one in link.seen]


def test_only_the_bucket_that_differs_is_fetched(central: Central, central_clock: SetClock, tmp_path: Path) -> None:
    async def story() -> None:
        async with a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, link):
            right = await picture(one)
            await one.sql("UPDATE base SET version = version + 7, body = '{}' WHERE id = ?", str(INDRANIE.id))
            await one.sql("UPDATE scope SET sum = '00000000000000ff' WHERE name = 'branch:GEO'")
            came: list[Any] = []

            def keep(answer: httpx.Response) -> httpx.Response:
                came.append(answer)
                return answer

            link.tamper = keep
            link.seen.clear()
            await one.desk.loop.round()
            assert asked(link) == ["/v1/sync", "/v1/sums", "/v1/sync"]
            assert await picture(one) == right
            assert (await one.cases.customers.get_customer(INDRANIE.id)).customer == INDRANIE
            rows = json.loads(came[1].read())["rows"]
            assert str(INDRANIE.id) in {row["id"] for row in rows}
            assert len(rows) < len(right)
            report = one.desk.loop.state.report
            assert report is not None
            assert report.repaired == ("branch:GEO",)
            assert await one.sql("SELECT mismatches FROM scope WHERE name = 'branch:GEO'") == [(0,)]

    run(story())


def test_a_row_lost_behind_a_right_sum_is_found_within_a_day(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        async with a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, link):
            right = await picture(one)
            # the kept sum says that all is well
            await one.sql("DELETE FROM base WHERE id = ?", str(INDRANIE.id))
            link.seen.clear()
            await one.desk.loop.round()
            assert asked(link) == ["/v1/sync"]
            central_clock.pass_time(hours=25)
            await settle(one)
            assert "/v1/sums" in asked(link)
            assert await picture(one) == right
            link.seen.clear()
            await one.desk.loop.round()
            assert asked(link) == ["/v1/sync"]

    run(story())


def test_a_scope_that_cannot_be_mended_is_read_anew_and_then_left_alone(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        async with a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, link):

            def lie(answer: httpx.Response) -> httpx.Response:
                said = json.loads(answer.read())
                for total in said.get("sums", {}).values():
                    total["sum"] = "00000000000000aa"
                headers = {"content-type": answer.headers["content-type"]}
                return httpx.Response(answer.status_code, headers=headers, json=said, request=answer.request)

            one.desk.client.headers["Accept-Encoding"] = "identity"
            link.tamper = lie
            for _ in range(6):
                link.seen.clear()
                await one.desk.loop.round()
            assert asked(link) == ["/v1/sync"], "it rests"
            link.tamper = None
            await settle(one)
            assert await one.sql("SELECT count(*) FROM scope WHERE mismatches > 0") == [(0,)]

    run(story())


def test_a_central_that_knows_no_buckets_is_read_anew(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        async with a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, link):
            right = await picture(one)
            await one.sql("DELETE FROM base WHERE id = ?", str(INDRANIE.id))
            await one.sql("UPDATE scope SET sum = '00000000000000ff' WHERE name = 'branch:GEO'")
            unknown = b'{"code":"path.unknown","message":"There is nothing at this address."}'

            def without(answer: httpx.Response) -> httpx.Response:
                if answer.request.url.path != "/v1/sums":
                    return answer
                return httpx.Response(404, content=unknown, request=answer.request)

            link.tamper = without
            await settle(one)
            assert await picture(one) == right

    run(story())


@given(st.integers(0, 20))
def test_what_does_not_help_is_tried_a_few_times_and_no_more(mismatches: int) -> None:
    remedy = choose_remedy(mismatches)
    expected = (
        Remedy.MEND if mismatches < MOST_MENDED else Remedy.READ_ANEW if mismatches == MOST_MENDED else Remedy.NONE
    )
    assert remedy is expected
    assert [choose_remedy(n) for n in range(4)].count(Remedy.READ_ANEW) == 1


@given(st.timedeltas(min_value=-COUNTED_EVERY * 400, max_value=COUNTED_EVERY * 400))
def test_everything_is_counted_once_a_day_whatever_the_clock_did(since: Any) -> None:
    assert is_due(None, NOON)
    assert is_due(NOON, NOON + since) == (abs(since) >= COUNTED_EVERY)
