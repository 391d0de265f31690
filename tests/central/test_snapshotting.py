"""Files of whole scopes: made once for all processes, kept over restarts, made again before they are of little use."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.central.bootstrap import Central, assemble, list_jobs
from agent_desk.central.store.database import Database
from agent_desk.central.usecases import snapshotting
from agent_desk.central.usecases.ports import Head
from agent_desk.central.usecases.snapshot_file import Snapshot, make_snapshot
from agent_desk.central.usecases.snapshotting import RENEWED_AFTER, Snapshots, is_due, is_usable
from agent_desk.central.usecases.trouble import KnownError
from agent_desk.wire.sync import SCHEMA, SnapshotOffer
from tests.central.counter import NOW, Clock, Counter
from tests.central.test_pulling import fill_catalogue


@pytest.fixture(autouse=True)
def small_scopes_come_as_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshotting, "LEAST_LIVE", 30)


def offered(counter: Counter) -> SnapshotOffer:
    return counter.sync(cursors={}).snapshots["cat"]


def never(_: bytes) -> bytes:
    raise AssertionError("it was made before")


def test_another_process_and_a_restarted_one_send_the_file_that_was_made(
    central: Central, geo_1: Counter, url: str, clock: Clock
) -> None:
    fill_catalogue(central, 100)
    offer = offered(geo_1)
    _, data = central.services.snapshots.fetch("cat", offer.seq, geo_1.caller)
    database = Database(url)
    database.open()
    other = Snapshots(database, never, clock)
    with database.reading() as unit:
        head = unit.list_heads(["cat"])["cat"]
    assert other.offer("cat", head) == offer
    assert other.fetch("cat", offer.seq, geo_1.caller)[1] == data
    geo_1.central = assemble(database, clock)
    assert offered(geo_1) == offer
    database.close()


def test_housekeeping_makes_files_before_anybody_asks(central: Central, geo_1: Counter) -> None:
    fill_catalogue(central, 100)
    list_jobs(central)[0].run()
    with central.database.reading() as unit:
        made = unit.find_snapshot("cat")
    assert made is not None
    assert made.rows == 103
    assert offered(geo_1).sha256 == made.sha256
    assert central.services.snapshots.build_due() == []


def test_a_file_is_made_again_when_it_is_a_fifth_behind_and_the_one_before_stays_for_whoever_fetches_it(
    central: Central, geo_1: Counter, clock: Clock
) -> None:
    snapshots = central.services.snapshots
    fill_catalogue(central, 30)
    offers = [offered(geo_1)]
    for start in (30, 40, 50, 60, 70, 80):
        fill_catalogue(central, 1, start)
    assert "cat" not in snapshots.build_due()
    assert offered(geo_1) == offers[0]
    for round_ in (100, 200):
        for n in range(20):
            fill_catalogue(central, 1, round_ + n)
        clock.pass_(minutes=11)
        assert "cat" in snapshots.build_due()
        offers.append(offered(geo_1))
    assert len({offer.seq for offer in offers}) == 3
    for offer in offers[1:]:
        assert len(snapshots.fetch("cat", offer.seq, geo_1.caller)[1]) == offer.bytes
    with pytest.raises(KnownError, match=r"snapshot\.gone"):
        snapshots.fetch("cat", offers[0].seq, geo_1.caller)


def test_one_process_makes_a_file_that_is_due(central: Central, clock: Clock) -> None:
    fill_catalogue(central, 100)
    with central.database.upkeep() as unit:
        assert unit.claim("snapshot cat", clock(), timedelta(minutes=10))
    assert "cat" not in central.services.snapshots.build_due()
    clock.pass_(minutes=10)
    assert "cat" in central.services.snapshots.build_due()


def test_memory_for_files_is_bounded(central: Central, geo_1: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshotting, "MOST_BYTES_KEPT", 1)
    fill_catalogue(central, 40)
    snapshots = central.services.snapshots
    for round_ in range(3):
        offer = offered(geo_1)
        snapshots.fetch("cat", offer.seq, geo_1.caller)
        assert list(snapshots._kept) == [offer.sha256]
        with central.database.upkeep() as unit:
            unit._run("delete from snapshot")
        fill_catalogue(central, 1, 100 + round_)


POSITIONS = st.integers(0, 1000)


def a_file(seq: int, schema: int = SCHEMA) -> Snapshot:
    return Snapshot("cat", seq, schema, 1, 1, "0" * 64, ())


@given(seq=POSITIONS, floor=POSITIONS, head=POSITIONS, live=st.integers(2000, 9999), age=st.integers(0, 60))
def test_a_file_is_made_when_it_is_of_no_use_or_of_little(seq: int, floor: int, head: int, live: int, age: int) -> None:
    now = NOW + timedelta(hours=age)
    where = Head(seq=head, floor=min(floor, head), live=live)
    kept = a_file(seq)
    assert is_usable(kept, where) == (where.floor <= seq <= head)
    assert not is_usable(a_file(seq, SCHEMA + 1), where)
    due = is_due(kept, NOW, where, now)
    if not is_usable(kept, where):
        assert due
    else:
        assert due == (head - seq > live / 5 or (head > seq and now - NOW >= RENEWED_AFTER))
    assert is_due(None, None, where, now)


@given(st.lists(st.binary(min_size=1, max_size=50).map(lambda line: line.hex().encode()), max_size=30))
def test_the_blocks_of_a_file_lie_one_after_the_other(lines: list[bytes]) -> None:
    made, data = make_snapshot("cat", 7, lines, bytes)
    assert sum(block.bytes for block in made.blocks) == len(data) == made.size
    assert sum(block.rows for block in made.blocks) == made.rows == len(lines)
    assert [line for line in data.split(b"\n")[1:] if line] == lines
