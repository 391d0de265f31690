"""Payments whatever happens: faults, outages, lost, doubled, forged news, crashes between every two statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from agent_desk.domain.money import Money, usd
from agent_desk.domain.paying import Sight, look_again_at
from agent_desk.domain.payments import AttemptState
from tests.domain.houses import (
    DUE,
    IN_GYD,
    AsksMmgAgain,
    BelievesSilence,
    House,
    KeyForEver,
    MmgHouse,
    NewKeyEachTry,
    SkipsSignatures,
    TrustsTheCallback,
    TrustsTheDesk,
    WithoutKey,
)
from tests.domain.provider import Event, Fault, Provider
from tests.domain.shop import NOW, an_id


class Payments(RuleBasedStateMachine):
    house_type: ClassVar[type[House]] = House
    sum: ClassVar[Money] = usd(DUE)

    def __init__(self) -> None:
        super().__init__()
        self.provider = Provider(NOW)
        self.house = self.house_type(self.provider)
        self.running: list[Iterator[None]] = []
        self.forged: set[int] = set()
        self.count = count(1)

    @rule(said=st.integers(50, 200_00))
    def somebody_asks(self, said: int) -> None:
        self.house.ask(an_id(f"attempt {next(self.count)}"), usd(said))

    @precondition(lambda self: self.house.attempts)
    @rule(data=st.data())
    def somebody_cancels(self, data: st.DataObject) -> None:
        self.house.cancel(data.draw(st.sampled_from(self.house.attempts)).id)

    @precondition(lambda self: self.house.attempts)
    @rule(data=st.data())
    def central_begins_to_look(self, data: st.DataObject) -> None:
        self.running.append(self.house.work(data.draw(st.sampled_from(self.house.attempts)).id))

    @precondition(lambda self: self.running)
    @rule(data=st.data(), steps=st.integers(1, 4))
    def central_goes_on(self, data: st.DataObject, steps: int) -> None:
        one = data.draw(st.integers(0, len(self.running) - 1))
        for _ in range(steps):
            if next(self.running[one], self) is self:
                del self.running[one]
                return

    @rule()
    def central_is_killed(self) -> None:
        self.running.clear()

    @rule(fault=st.sampled_from(["lost before", "lost after", "busy", "broken", "refused"]))
    def the_next_call_fails(self, fault: Fault) -> None:
        self.provider.fault = fault

    @rule(down=st.booleans(), noticed=st.booleans())
    def the_provider_goes_down_or_comes_back(self, down: bool, noticed: bool) -> None:
        self.provider.down, self.house.spares = down, down and noticed

    @rule(seconds=st.sampled_from([1, 30, 600, 900, 3600, 22 * 3600, 25 * 3600]))
    def time_passes(self, seconds: int) -> None:
        self.provider.now += timedelta(seconds=seconds)

    @precondition(lambda self: self.provider.open_ones and not self.provider.down)
    @rule(data=st.data())
    def a_customer_pays(self, data: st.DataObject) -> None:
        self.provider.pay(data.draw(st.sampled_from(self.provider.open_ones)))

    @precondition(lambda self: self.provider.open_ones)
    @rule(data=st.data())
    def a_bank_declines(self, data: st.DataObject) -> None:
        self.provider.decline(data.draw(st.sampled_from(self.provider.open_ones)))

    @precondition(lambda self: self.provider.sent)
    @rule(data=st.data())
    def news_comes_in_any_order_and_again(self, data: st.DataObject) -> None:
        self.running.append(self.house.receive(data.draw(st.sampled_from(self.provider.sent))))

    @precondition(lambda self: self.house.attempts)
    @rule(data=st.data(), minor=st.sampled_from([DUE, 1_00, 999_00]))
    def somebody_forges_news(self, data: st.DataObject, minor: int) -> None:
        attempt = data.draw(st.sampled_from(self.house.attempts))
        event = Event(10_000 + next(self.count), Sight("cs_forged", attempt.id, "paid", usd(minor)), signed=False)
        self.forged.add(event.id)
        self.running.append(self.house.receive(event))

    @precondition(lambda self: self.house.attempts)
    @rule(data=st.data())
    def a_browser_says_paid(self, data: st.DataObject) -> None:
        self.house.called_back(data.draw(st.sampled_from(self.house.attempts)).id)

    @invariant()
    def nothing_is_charged_twice(self) -> None:
        assert sum(self.provider.charged.values()) <= 1
        assert all(self.provider.sessions[id_].amount == self.sum for id_ in self.provider.charged)

    @invariant()
    def a_customer_has_one_page_to_pay_on(self) -> None:
        assert len(self.provider.open_ones) + sum(self.provider.charged.values()) <= 1

    @invariant()
    def one_attempt_is_live(self) -> None:
        assert sum(one.live for one in self.house.attempts) <= 1

    @invariant()
    def what_is_paid_is_proved_and_posted_once(self) -> None:
        confirmed = [one for one in self.house.attempts if one.state is AttemptState.CONFIRMED]
        assert all(self.provider.charged.get(one.reference) for one in confirmed)
        assert sorted(self.house.posted) == sorted((one.id, one.amount.minor) for one in confirmed)
        assert sorted(tender.id for tender in self.house.order.tenders) == sorted(one.id for one in confirmed)

    @invariant()
    def forged_news_is_not_kept(self) -> None:
        assert not self.forged & set(self.house.events)

    @invariant()
    def what_is_live_is_looked_at_again(self) -> None:
        for one in self.house.attempts:
            assert (look_again_at(one, self.provider.now) is not None) is one.live

    def teardown(self) -> None:
        """Central comes back, the provider is well, no news comes any more: everything ends."""
        self.running.clear()
        self.provider.fault, self.provider.down, self.house.spares = "none", False, False
        for _ in range(6):
            for one in self.house.attempts:
                for _step in self.house.work(one.id):
                    pass
            self.provider.now += timedelta(minutes=16)
        assert not any(one.live for one in self.house.attempts) or "payment.unknown" in self.house.cases
        lost = [id_ for id_ in self.provider.charged if not self.house.posted]
        assert not lost or self.house.cases
        assert not self.provider.open_ones or self.house.cases
        self.nothing_is_charged_twice()
        self.what_is_paid_is_proved_and_posted_once()


class PaymentsByMmg(Payments):
    house_type = MmgHouse
    sum = IN_GYD

    @precondition(lambda self: self.provider.open_ones)
    @rule(data=st.data())
    def a_request_ends_by_itself(self, data: st.DataObject) -> None:
        self.provider.expire(data.draw(st.sampled_from(self.provider.open_ones)))

    def teardown(self) -> None:
        """A day later: no request lives so long, and what nobody knows by then is a person's."""
        for id_ in self.provider.open_ones:
            self.provider.expire(id_)
        self.provider.now += timedelta(hours=24)
        super().teardown()


@pytest.mark.parametrize("machine", [Payments, PaymentsByMmg])
def test_nobody_is_charged_twice_and_no_money_is_lost(machine: type[Payments]) -> None:
    bounds = settings(
        max_examples=60,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    run_state_machine_as_test(machine, settings=bounds)


def play(house_type: type[House], story: str) -> None:
    """A story of words, with every invariant after each word, and the end that every story has."""
    machine = PaymentsByMmg if issubclass(house_type, MmgHouse) else Payments
    told = type("Told", (machine,), {"house_type": house_type})()
    house, provider = told.house, told.provider
    ids = count(1)

    def work() -> None:
        for attempt in house.attempts:
            for _ in house.work(attempt.id):
                pass

    def hear(event: Event) -> None:
        for _ in house.receive(event):
            pass

    def forge() -> None:
        event = Event(10_000, Sight("cs_forged", house.attempts[-1].id, "paid", usd(DUE)), signed=False)
        told.forged.add(event.id)
        hear(event)

    def wait(**by: float) -> None:
        provider.now += timedelta(**by)

    words: dict[str, Callable[[], object]] = {
        "ask": lambda: house.ask(an_id(f"attempt {next(ids)}"), usd(1_00)),
        "work": work,
        "lose": provider.lose_the_next_answer,
        "pay": lambda: [provider.pay(id_) for id_ in provider.open_ones],
        "forge": forge,
        "callback": lambda: house.called_back(house.attempts[-1].id),
        "day": lambda: wait(hours=25),
        "wait": lambda: wait(seconds=40),
    }
    for word in story.split():
        words[word]()
        for check in (
            told.nothing_is_charged_twice, told.a_customer_has_one_page_to_pay_on, told.one_attempt_is_live,
            told.what_is_paid_is_proved_and_posted_once, told.forged_news_is_not_kept,
            told.what_is_live_is_looked_at_again,
        ):  # fmt: skip
            check()
    told.teardown()


STORIES = [
    ("ask lose work wait work pay", WithoutKey),
    ("ask lose work wait work pay", NewKeyEachTry),
    ("ask lose work day work", KeyForEver),
    ("ask work callback", TrustsTheCallback),
    ("ask work pay work", TrustsTheDesk),
    ("ask work forge", SkipsSignatures),
    ("ask lose work wait ask work pay", BelievesSilence),
    ("ask lose work wait work pay", AsksMmgAgain),
]


@pytest.mark.parametrize(("story", "mutant"), STORIES, ids=[mutant.__name__ for _, mutant in STORIES])
def test_what_leaves_a_precaution_out_is_caught(story: str, mutant: type[House]) -> None:
    play(MmgHouse if issubclass(mutant, MmgHouse) else House, story)
    with pytest.raises(AssertionError):
        play(mutant, story)
