"""Desks of earlier releases: rows are shaped as they know them, what they did is taken in whatever their age."""

from __future__ import annotations

from typing import Any

import pytest

from agent_desk.central.bootstrap import Central
from agent_desk.central.usecases import down_casting, snapshotting
from agent_desk.central.usecases.trouble import KnownError
from agent_desk.domain.money import usd
from agent_desk.wire import sync
from agent_desk.wire.sync import Row, SyncAnswer, SyncRequest
from tests.central.counter import CUSTOMER, LAMP, Clock, Counter
from tests.central.test_mending import ask, held


def without_phone(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "phone"}


def in_one_word(body: dict[str, Any]) -> dict[str, Any]:
    assert "phone" not in body, "one step after the other"
    return {**body, "name": body["name"].replace(" ", "")}


@pytest.fixture
def third_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """Central is two shapes further: customers lost their phone, then their name is written differently."""
    monkeypatch.setattr(sync, "SCHEMA", 4)
    monkeypatch.setattr(sync, "OLDEST_SCHEMA", 2)
    monkeypatch.setattr(down_casting, "DOWN", {3: {"customer": without_phone}, 2: {"customer": in_one_word}})


def bodies(answer: SyncAnswer, kind: str = "customer") -> list[dict[str, Any]]:
    return [row.body or {} for patch in answer.patches for row in patch.rows if row.kind == kind]


def pulled(central: Central, counter: Counter, schema: int) -> SyncAnswer:
    body = central.services.syncer.sync(counter.request(schema=schema), counter.caller)
    return SyncAnswer.model_validate_json(body)


@pytest.mark.usefixtures("third_schema")
def test_each_desk_reads_rows_in_its_own_shape_and_counts_the_same_sums(central: Central, geo_1: Counter) -> None:
    newest, before, oldest = (pulled(central, geo_1, schema) for schema in (4, 3, 2))
    assert bodies(newest) == [CUSTOMER.model_dump(mode="json")]
    assert bodies(before) == [without_phone(bodies(newest)[0])]
    assert bodies(oldest) == [{**bodies(before)[0], "name": "IndraniePersaud"}]
    assert newest.sums == before.sums == oldest.sums
    assert bodies(oldest, "product") == bodies(newest, "product")


@pytest.mark.usefixtures("third_schema")
@pytest.mark.parametrize("schema", [1, 5])
def test_a_desk_too_far_away_is_told_to_update_and_its_work_is_taken_in(geo_1: Counter, schema: int) -> None:
    sale = [geo_1.envelope(command) for command in geo_1.sale()]
    with pytest.raises(KnownError, match=r"app\.too_old") as told:
        geo_1.sync(*sale, schema=schema)
    assert "update the desk" in told.value.message
    answer = geo_1.sync(*sale, schema=schema, push_only=True)
    assert {ack.state.value for ack in answer.acks} == {"applied"}
    assert (answer.patches, answer.scopes, answer.sums) == ((), (), {})
    assert geo_1.sync(schema=4).patches


@pytest.mark.usefixtures("third_schema")
def test_what_a_refusal_shows_and_what_mends_a_scope_are_shaped_too(
    central: Central, geo_1: Counter, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(down_casting.DOWN, 3, {"cart": lambda body: {**body, "shaped": True}})
    opened = geo_1.open_cart()
    wrong = geo_1.add(opened.cart, LAMP).model_copy(update={"each": usd(1)})
    answer = geo_1.sync(geo_1.envelope(opened), geo_1.envelope(wrong), schema=3)
    current: tuple[Row, ...] = answer.acks[1].current
    assert [row.body["shaped"] for row in current if row.body is not None and row.kind == "cart"] == [True]
    geo_1.sync(schema=4)
    rows = geo_1.rows["branch:GEO"]
    del rows["cart", opened.cart]
    asked = held(geo_1, "branch:GEO").model_copy(update={"schema_": 3})
    said = ask(central, geo_1, clock, asked)
    assert [row.body["shaped"] for row in said.rows if row.body is not None and row.kind == "cart"] == [True]
    with pytest.raises(KnownError, match=r"app\.too_old"):
        ask(central, geo_1, clock, asked.model_copy(update={"schema_": 1}))


@pytest.mark.usefixtures("third_schema")
def test_a_file_is_offered_only_in_today_s_shape(
    central: Central, geo_1: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshotting, "LEAST_LIVE", 2)
    monkeypatch.setattr(snapshotting, "SCHEMA", 4)
    assert pulled(central, geo_1, 3).snapshots == {}
    assert pulled(central, geo_1, 3).patches != ()


def test_a_desk_that_knows_no_refunds_and_no_cards_sees_an_order_as_paid_in_cash() -> None:
    for state, seen in (("refunded_part", "paid"), ("refunded", "paid"), ("part_paid", "part_paid")):
        order = {"state": state, "number": "GEO-1-000001", "tenders": [{"kind": "card"}, {"kind": "cash"}]}
        known = {"state": seen, "tenders": [{"kind": "cash"}, {"kind": "cash"}]}
        assert down_casting.down_cast("order", order, 1) == {**order, **known}
        assert down_casting.down_cast("order", order, sync.SCHEMA) == order


def test_schemas_are_counted_up_and_two_behind_are_served() -> None:
    assert max(1, sync.SCHEMA - 2) == sync.OLDEST_SCHEMA
    assert all(sync.OLDEST_SCHEMA <= step < sync.SCHEMA for step in down_casting.DOWN)
    assert SyncRequest.model_fields["schema_"].default == sync.SCHEMA


def test_a_desk_that_lost_count_hears_how_far_its_numbers_went(geo_1: Counter, geo_2: Counter) -> None:
    geo_1.push(*geo_1.sale(7), *geo_1.sale(3))
    geo_2.push(*geo_2.sale(9))
    assert geo_1.sync().numbers is None
    assert geo_1.sync(recount=True).numbers == {"order": 7, "cart": 7, "receipt": 7}
    assert geo_1.sync(recount=True, push_only=True).numbers == {"order": 7, "cart": 7, "receipt": 7}
    lines = geo_1.central.services.syncer.stream(geo_1.request(recount=True, cursors={}, most_rows=1), geo_1.caller)
    answers = [SyncAnswer.model_validate_json(line) for line in lines]
    assert [answer.numbers is None for answer in answers] == [False] + [True] * (len(answers) - 1)
