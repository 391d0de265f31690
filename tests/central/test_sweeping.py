"""Tombstones: told for ninety days, removed in small steps, and a desk that missed them reads the scope anew, once."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.central.bootstrap import Central, list_jobs
from agent_desk.central.usecases import sweeping
from agent_desk.central.usecases.ports import FeedRow, Head
from agent_desk.central.usecases.pulling import must_reset
from agent_desk.central.usecases.shaping import document_of, feed_row, stamp_all
from agent_desk.central.usecases.sweeping import sweep
from agent_desk.domain.catalogue import Product
from agent_desk.domain.money import usd
from tests.central.counter import Clock, Counter, a_product
from tests.central.test_pulling import own_sum

LONG = {"days": 91}


def add(central: Central, *names: str) -> None:
    stamp(central, [feed_row(document_of(a_product(name, usd(1)))) for name in names])


def remove(central: Central, *names: str) -> None:
    stamp(central, [FeedRow("product", a_product(name, usd(1)).id, 2, "d", None, 0) for name in names])


def stamp(central: Central, rows: list[FeedRow]) -> None:
    with central.database.pushing() as unit:
        stamp_all(unit, {"cat": rows})


def gone(url: str) -> int:
    with psycopg.connect(url) as connection:
        found = connection.execute("select count(*) from sync_row where op <> 'u'").fetchone()
    assert found is not None
    return int(found[0])


def sweep_later(central: Central, clock: Clock) -> int:
    """A sweep that notes where everything stands, and another when that is long ago."""
    sweep(central.database, clock())
    clock.pass_(**LONG)
    return sweep(central.database, clock())


def test_what_is_gone_is_told_for_ninety_days_and_then_removed(central: Central, clock: Clock, url: str) -> None:
    add(central, "a", "b", "c")
    remove(central, "a", "b")
    sweep(central.database, clock())
    clock.pass_(days=89)
    assert sweep(central.database, clock()) == 0
    remove(central, "c")
    assert gone(url) == 3
    clock.pass_(days=2)
    assert sweep(central.database, clock()) == 2
    assert gone(url) == 1, "the last has been gone for two days"


def test_a_desk_that_had_seen_what_went_reads_on_and_one_that_had_not_reads_the_scope_anew_once(
    central: Central, clock: Clock, geo_1: Counter, geo_2: Counter
) -> None:
    add(central, "a", "b")
    geo_1.catch_up()
    geo_2.catch_up()
    remove(central, "a")
    geo_1.catch_up()
    add(central, "c")
    assert sweep_later(central, clock) == 1
    assert [(p.scope, p.reset) for p in geo_1.sync().patches] == [("cat", False)]
    assert [(p.scope, p.reset) for p in geo_2.sync().patches] == [("cat", True)]
    assert geo_2.find(Product, a_product("a", usd(1)).id) is None
    for counter in (geo_1, geo_2):
        answer = counter.sync()
        assert answer.patches == ()
        assert answer.sums["cat"] == own_sum(counter, "cat")


def test_a_desk_that_is_reading_a_scope_page_by_page_is_never_sent_back_to_its_beginning(
    central: Central, clock: Clock, geo_1: Counter
) -> None:
    """The floor lies above a scope that is half read; a rule that looks at the cursor alone would go round for ever."""
    for n in range(9):
        add(central, f"p{n}", f"q{n}")
    remove(central, *(f"q{n}" for n in range(9)))
    add(central, "last")
    assert sweep_later(central, clock) == 9
    pages, reads = 0, 0
    while geo_1.sync(most_rows=1).more:
        pages += 1
        reads += geo_1.cursors.get("cat", (0, 0))[0] == 0
        assert pages < 60, "it goes round"
    seq, boot = geo_1.cursors["cat"]
    assert seq == boot, "read once, from the head it began with"
    assert geo_1.sync().sums["cat"] == own_sum(geo_1, "cat")


def test_small_steps_remove_everything_and_leave_what_came_back(
    central: Central, clock: Clock, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "AT_ONCE", 3)
    names = [f"n{n}" for n in range(8)]
    add(central, *names)
    remove(central, *names)
    add(central, "n0")
    assert sweep_later(central, clock) == 7
    assert gone(url) == 0
    with psycopg.connect(url) as connection:
        marks = connection.execute("select count(*) from scope_mark where scope = 'cat'").fetchone()
    assert marks == (1,), "a scope that does not move needs one"


def test_one_process_sweeps_a_day(central: Central, clock: Clock) -> None:
    with central.database.upkeep() as unit:
        assert unit.claim("sweep", clock(), timedelta(days=1))
        assert not unit.claim("sweep", clock() + timedelta(hours=23), timedelta(days=1))
        assert unit.claim("other", clock(), timedelta(days=1))
        assert unit.claim("sweep", clock() + timedelta(days=1), timedelta(days=1))


def test_housekeeping_sweeps_and_puts_off_what_cannot_be_done(central: Central, clock: Clock, url: str) -> None:
    job = list_jobs(central)[0]
    add(central, "a")
    remove(central, "a")
    job.run()
    clock.pass_(**LONG)
    with psycopg.connect(url) as connection:
        connection.execute("lock table upkeep")
        job.run()
        assert gone(url) == 1
    job.run()
    assert gone(url) == 0


POSITIONS = st.integers(0, 50)


@given(seq=POSITIONS, boot=POSITIONS, head=POSITIONS, floor=POSITIONS)
def test_only_a_desk_that_missed_something_starts_again(seq: int, boot: int, head: int, floor: int) -> None:
    floor = min(floor, head)
    reset = must_reset((seq, boot), Head(seq=head, floor=floor))
    assert reset == (max(seq, boot) > head or max(seq, boot) < floor)
    assert not must_reset((0, head), Head(seq=head, floor=floor)), "what has just begun to read goes on"
