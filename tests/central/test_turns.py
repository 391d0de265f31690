"""Requests of one desk that overtake each other are taken in by their numbers."""

from __future__ import annotations

import threading

import pytest

from agent_desk.central.bootstrap import Central
from agent_desk.central.store import turns
from agent_desk.central.store.turns import DatabaseTurns
from agent_desk.wire.sync import AckState
from tests.central.counter import Counter


def test_a_request_waits_for_the_one_before_it(central: Central, geo_1: Counter) -> None:
    sale = [geo_1.envelope(command) for command in geo_1.sale()]
    arrived = threading.Event()
    states: list[AckState] = []

    class Noticed(DatabaseTurns):
        def _is_next(self, *asked: object) -> tuple[bool, int]:
            found = super()._is_next(*asked)  # type: ignore[arg-type]  # passed on
            arrived.set()
            return found

    waiting = Noticed(central.database)

    def second() -> None:
        waiting.wait(geo_1.caller.device, 0, 3)
        body = geo_1.request(*sale[2:], push_only=True)
        states.extend(ack.state for ack in central.services.syncer._begin(body, geo_1.caller))

    thread = threading.Thread(target=second)
    thread.start()
    assert arrived.wait(20)
    geo_1.sync(*sale[:2], push_only=True)
    thread.join(30)
    assert states == [AckState.APPLIED] * 3


def test_a_request_whose_predecessor_never_comes_is_a_gap_after_a_while(
    central: Central, geo_1: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "LOOK_EVERY", 0.001)
    geo_1.envelope(geo_1.open_cart(1))
    later = geo_1.envelope(geo_1.open_cart(2))
    DatabaseTurns(central.database).wait(geo_1.caller.device, 0, later.n)
    assert geo_1.sync(later, push_only=True).acks[0].state is AckState.GAP


def test_another_generation_and_a_full_house_do_not_wait(
    central: Central, geo_1: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "MOST_LOOKS", 10**9)
    waiting = DatabaseTurns(central.database)
    waiting.wait(geo_1.caller.device, 1, 99)
    monkeypatch.setattr(waiting, "_room", threading.BoundedSemaphore(1))
    waiting._room.acquire()
    waiting.wait(geo_1.caller.device, 0, 99)
