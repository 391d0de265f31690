"""Desks that push at once, in whatever order their statements come: on the real database, held at gates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count, repeat

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from agent_desk.central.bootstrap import Central, assemble
from agent_desk.domain.aggregate import Command
from agent_desk.wire.sync import Ack, AckState
from tests.central.counter import Clock, Counter
from tests.central.gates import GatedDatabase, Gates
from tests.central.shelves import DRILL, checked_out, fill_shelves, row

PLENTY = 1000
rounds = count(1)


@pytest.fixture
def central(url: str, clock: Clock) -> Iterator[Central]:
    database = GatedDatabase(url)
    database.open()
    central = assemble(database, clock)
    fill_shelves(central)
    yield central
    database.close()


@dataclass(frozen=True)
class Desks:
    """Two desks of one branch, and who else may ask."""

    central: Central
    clock: Clock
    geo_1: Counter
    geo_2: Counter

    def sign_in_reader(self) -> Counter:
        return Counter.sign_in(self.central, self.clock, "sandra", "GEO-2")


@pytest.fixture
def desks(central: Central, clock: Clock, geo_1: Counter, geo_2: Counter) -> Desks:
    return Desks(central, clock, geo_1, geo_2)


@pytest.fixture
def gates(url: str) -> Iterator[Gates]:
    one = Gates(url)
    yield one
    one.close()


def push(desk: Counter, commands: list[Command], heard: list[Ack]) -> None:
    request = desk.request(*[desk.envelope(command) for command in commands], push_only=True)
    heard += desk.central.services.syncer._begin(request, desk.caller)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.integers(0, 59), max_size=250))
@example(order=[0, 1] * 100)
@example(order=[1, 0, 2] * 80)
def test_whatever_the_order_of_their_statements_nothing_is_lost_doubled_or_promised_twice(
    desks: Desks, gates: Gates, url: str, order: list[int]
) -> None:
    """Two desks and a third request that repeats the first's, while a reader asks between any two statements."""
    central, geo_1, geo_2 = desks.central, desks.geo_1, desks.geo_2
    at = next(rounds)
    set_on_hand(url, PLENTY)
    before, first_n = row(url), geo_1.n
    reader = desks.sign_in_reader()
    sale = [geo_1.envelope(command) for command in checked_out(geo_1, at)]
    request = geo_1.request(*sale, push_only=True)
    heard: list[list[Ack]] = [[], [], []]

    def send(answer: list[Ack]) -> None:
        answer += central.services.syncer._begin(request, geo_1.caller)

    works = [
        lambda: send(heard[0]),
        lambda: push(geo_2, checked_out(geo_2, at), heard[1]),
        lambda: send(heard[2]),
    ]
    gates.walk(works, chain(order, repeat(0)), reader.catch_up)
    assert [[ack.state for ack in acks] for acks in heard] == [[AckState.APPLIED] * 3] * 3
    assert heard[0] == heard[2]
    taken = ask(url, "select count(*) from command where device = %s and n > %s", geo_1.caller.device, first_n)
    assert taken == [(3,)]
    on_hand, reserved, leased = row(url)
    assert (on_hand, reserved, leased) == (before[0], before[1] + 2, before[2])
    reader.catch_up()
    anew = desks.sign_in_reader()
    anew.catch_up()
    assert reader.rows == anew.rows


def test_the_gates_do_hold_transactions_against_each_other(desks: Desks, gates: Gates) -> None:
    """Else the test above would say nothing."""
    geo_1, geo_2 = desks.geo_1, desks.geo_2
    heard: list[Ack] = []
    works = [lambda: push(geo_1, checked_out(geo_1), heard), lambda: push(geo_2, checked_out(geo_2), heard)]
    gates.walk(works, chain([0, 1] * 60, repeat(0)), lambda: None)
    assert [ack.state for ack in heard] == [AckState.APPLIED] * 6
    assert gates.steps > 20
    assert gates.waits > 0


def set_on_hand(url: str, quantity: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("update stock set on_hand = %s where product = %s", (quantity, DRILL.id))


def ask(url: str, question: str, *values: object) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(question.encode(), values).fetchall()
