"""D13: a desk and central that differ exchange only the buckets in which they differ."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.central.bootstrap import Central
from agent_desk.central.usecases import mending
from agent_desk.central.usecases.mending import mend
from agent_desk.central.usecases.trouble import KnownError
from agent_desk.domain.money import usd
from agent_desk.wire.canonical import BUCKETS, SUM_MODULUS, bucket_of, row_hash
from agent_desk.wire.mending import BucketRows, BucketSums
from tests.central.counter import LAMP, Clock, Counter, a_product
from tests.central.test_pulling import fill_catalogue


def held(counter: Counter, scope: str = "cat") -> BucketSums:
    """What the desk holds, counted from its own rows."""
    sums = [0] * BUCKETS
    for (kind, id_), aggregate in counter.rows[scope].items():
        sums[bucket_of(str(id_))] += row_hash(kind, id_, aggregate.version)
    return BucketSums(
        scope=scope, seq=counter.cursors[scope][0], sums=tuple(f"{total % SUM_MODULUS:016x}" for total in sums)
    )


def ask(central: Central, counter: Counter, clock: Clock, asked: BucketSums | None = None) -> BucketRows:
    body = mend(central.database, asked or held(counter), counter.caller, clock()).body
    return BucketRows.model_validate_json(body)


def test_equal_scopes_have_equal_buckets(central: Central, geo_1: Counter, clock: Clock) -> None:
    fill_catalogue(central, 300)
    geo_1.catch_up()
    said = ask(central, geo_1, clock)
    assert (said.buckets, said.rows, said.differing) == ((), (), 0)


def test_only_the_buckets_that_differ_come(central: Central, geo_1: Counter, clock: Clock) -> None:
    fill_catalogue(central, 600)
    geo_1.catch_up()
    lost, stale = a_product("thing 7", usd(7)), a_product("thing 9", usd(9))
    del geo_1.rows["cat"]["product", lost.id]
    geo_1.rows["cat"]["product", stale.id] = stale.model_copy(update={"version": 8})
    unknown = a_product("nobody has this", usd(1))
    geo_1.rows["cat"]["product", unknown.id] = unknown
    said = ask(central, geo_1, clock)
    assert set(said.buckets) == {bucket_of(str(one.id)) for one in (lost, stale, unknown)}
    assert {lost.id, stale.id} <= {row.id for row in said.rows}
    assert {bucket_of(str(row.id)) for row in said.rows} <= set(said.buckets)
    assert len(said.rows) < 30
    assert unknown.id not in {row.id for row in said.rows}


def test_an_answer_is_bounded_and_asking_again_brings_the_rest(
    central: Central, geo_1: Counter, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mending, "MOST_ROWS", 40)
    fill_catalogue(central, 300)
    geo_1.catch_up()
    right = dict(geo_1.rows["cat"])
    geo_1.rows["cat"].clear()
    asked = 0
    while (said := ask(central, geo_1, clock)).buckets:
        assert len(said.rows) <= 40
        geo_1.rows["cat"].update({("product", row.id): right["product", row.id] for row in said.rows})
        asked += 1
    assert asked > 5
    assert geo_1.rows["cat"] == right


def test_a_bucket_too_large_for_an_answer_is_not_sent(
    central: Central, geo_1: Counter, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mending, "MOST_ROWS", 0)
    geo_1.catch_up()
    del geo_1.rows["cat"]["product", LAMP.id]
    said = ask(central, geo_1, clock)
    assert (said.buckets, said.differing) == ((), 1)


def test_a_desk_that_stands_elsewhere_gets_nothing(central: Central, geo_1: Counter, clock: Clock) -> None:
    geo_1.catch_up()
    asked = held(geo_1)
    fill_catalogue(central, 1)
    said = ask(central, geo_1, clock, asked)
    assert (said.seq, said.buckets, said.rows) == (asked.seq + 1, (), ())


@pytest.mark.parametrize("scope", ["branch:EWR", "nonsense"])
def test_another_branch_s_rows_are_not_shown(central: Central, geo_1: Counter, clock: Clock, scope: str) -> None:
    geo_1.catch_up()
    with pytest.raises(KnownError, match=r"scope\.not_yours"):
        ask(central, geo_1, clock, held(geo_1).model_copy(update={"scope": scope}))


@given(st.uuids())
def test_both_sides_put_a_row_into_the_same_bucket(id_: UUID) -> None:
    """Central asks the database for the sixteenth byte."""
    assert bucket_of(str(id_)) == id_.bytes[15]
