"""Desks read from a standby where it is far enough; what they did themselves they see at once all the same."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.central.bootstrap import Central, opened
from agent_desk.central.settings import Settings
from agent_desk.central.store import replica
from agent_desk.central.store.migrating import new_epoch
from agent_desk.central.usecases import snapshotting
from agent_desk.central.usecases.ports import Head
from agent_desk.central.usecases.pulling import is_far_enough
from agent_desk.central.usecases.syncing import least_positions
from agent_desk.domain.selling import Cart, Order
from agent_desk.wire.sync import Ack, AckState
from tests.central.counter import Clock, Counter, an_id
from tests.central.standby import Standby, a_standby
from tests.central.test_pulling import fill_catalogue, own_sum


@pytest.fixture
def standby(url: str) -> Iterator[Standby]:
    with a_standby(url) as standby:
        standby.catch_up()
        yield standby


@pytest.fixture
def replicated(url: str, clock: Clock, standby: Standby, monkeypatch: pytest.MonkeyPatch) -> Iterator[Central]:
    # on a machine with much else to do a connection may take a while; the primary would answer instead
    monkeypatch.setattr(replica, "PATIENCE_SECONDS", 30.0)
    with opened(url, clock, standby.url) as central:
        yield central


@pytest.fixture
def desks(replicated: Central, clock: Clock, standby: Standby) -> tuple[Counter, Counter]:
    """Two that have everything."""
    both = Counter.sign_in(replicated, clock, "shanice", "GEO-1"), Counter.sign_in(replicated, clock, "sandra", "GEO-2")
    standby.catch_up()
    for counter in both:
        counter.catch_up()
    return both


def test_a_desk_reads_from_the_standby_and_sees_its_own_work_from_the_primary(
    desks: tuple[Counter, Counter], standby: Standby
) -> None:
    one, two = desks
    standby.hold()
    # the standby has not seen it: the desk that did it must, in the same answer
    acks = one.push(*one.sale())
    assert {ack.state for ack in acks} == {AckState.APPLIED}
    assert one.order().number == "GEO-1-000001"
    # another one reads what the standby shows, and that is the past
    assert two.sync().patches == ()
    assert two.find(Order, one.order().id) is None
    # who is ahead of the standby reads on from the primary, and is not sent back to the beginning
    one.push(one.open_cart(2))
    answer = one.sync()
    assert [patch for patch in answer.patches if patch.reset] == []
    assert answer.sums["branch:GEO"] == own_sum(one, "branch:GEO")
    standby.let_go()
    standby.catch_up()
    two.catch_up()
    assert two.find(Order, one.order().id) == one.order()
    assert two.find(Cart, an_id("GEO-1", "cart", 2)) is not None


def test_a_desk_that_reads_anew_what_it_worked_in_is_not_shown_the_past(
    desks: tuple[Counter, Counter], standby: Standby
) -> None:
    one, two = desks
    standby.hold()
    one.push(*one.sale())
    order = one.order()
    for counter in desks:
        counter.cursors.pop("branch:GEO")
    read = {row.id for patch in one.sync().patches for row in patch.rows}
    assert order.id in read
    # one that has never done anything loses nothing by it
    assert order.id not in {row.id for patch in two.sync().patches for row in patch.rows}


def test_a_new_desk_begins_with_a_file_the_standby_has_not_seen(
    desks: tuple[Counter, Counter], standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshotting, "LEAST_LIVE", 30)
    one, _ = desks
    standby.hold()
    fill_catalogue(one.central, 100)
    first = one.sync(cursors={})
    assert "cat" not in first.snapshots, "the standby's catalogue is small still"
    standby.let_go()
    standby.catch_up()
    standby.hold()
    fill_catalogue(one.central, 100, 100)
    offer = one.sync(cursors={}).snapshots["cat"]
    assert offer.rows == 203
    one.cursors["cat"] = (offer.seq, offer.seq)
    answer = one.sync()
    assert [patch.reset for patch in answer.patches if patch.scope == "cat"] == []
    assert answer.sums["cat"].live == 203


def test_a_standby_of_another_life_is_not_believed(desks: tuple[Counter, Counter], standby: Standby, url: str) -> None:
    one, two = desks
    standby.hold()
    new_epoch(url)
    one.push(one.open_cart(1))
    answer = two.sync()
    assert {patch.scope for patch in answer.patches if patch.reset} >= {"branch:GEO"}
    assert two.find(Cart, an_id("GEO-1", "cart", 1)) is not None


def test_without_its_standby_central_goes_on(url: str, clock: Clock) -> None:
    with opened(url, clock, "postgresql:///postgres?host=/nowhere") as central:
        one = Counter.sign_in(central, clock, "shanice", "GEO-1")
        one.catch_up()
        assert central.services.syncer._replicas is not None
        assert not central.services.syncer._replicas.is_up()
        one.push(*one.sale())
        assert one.order().number == "GEO-1-000001"
        with psycopg.connect(url) as connection:
            connection.execute("update device set status = 'revoked'")


def test_the_embedded_database_has_no_standby(tmp_path: object) -> None:
    fault = Settings(data=tmp_path, replica_url="postgresql:///x").find_fault()  # type: ignore[arg-type]  # a path
    assert fault is not None
    assert "--replica-url" in fault


POSITIONS = st.integers(0, 50)


@given(head=POSITIONS, seq=POSITIONS, boot=POSITIONS, least=POSITIONS)
def test_a_standby_never_shows_a_desk_less_than_it_knew(head: int, seq: int, boot: int, least: int) -> None:
    assert is_far_enough(Head(seq=head), (seq, boot), least) == (head >= seq and head >= boot and head >= least)
    assert is_far_enough(Head(seq=head), None, least) == (head >= least)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), POSITIONS)))
def test_the_least_position_is_the_highest_that_an_answer_names(positions: list[dict[str, int]]) -> None:
    acks = [Ack(n=n, id=an_id(n), state=AckState.APPLIED, at=at) for n, at in enumerate(positions)]
    least = least_positions(acks)
    assert all(least[scope] >= seq for at in positions for scope, seq in at.items())
    assert all(any(at.get(scope) == seq for at in positions) for scope, seq in least.items())
