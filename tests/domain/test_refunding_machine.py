"""Refunds to a card whatever happens: faults, lost answers, crashes between every two statements, forgotten keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import ClassVar, Literal
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from agent_desk.domain.card_commands import RefundCard
from agent_desk.domain.decision import Decided
from agent_desk.domain.money import Money, usd
from agent_desk.domain.paying import Trouble
from agent_desk.domain.paying_by_card import capture
from agent_desk.domain.payments import (
    STRIPE,
    AttemptState,
    CardRefund,
    PaymentAttempt,
    Provider,
    ProviderState,
    RefundState,
    provider_id,
)
from agent_desk.domain.refunding_cards import (
    RefundHeard,
    RefundSight,
    RefundStep,
    give_back,
    hear_all,
    hear_given,
    hear_trouble,
    look_again_at_refund,
    next_refund_step,
    refund_card,
    submit_refund,
    take_returned,
)
from agent_desk.domain.selling import Order
from tests.domain.shop import NOW, Known, an_id, an_order, facts

PAID = 90_00
UP = Provider(id=provider_id(STRIPE), name=STRIPE, label="Stripe", state=ProviderState.UP, since=NOW)
KEYS_KEPT = timedelta(hours=24)
Fault = Literal["none", "lost before", "lost after", "busy", "refused"]


@dataclass
class Bank:
    """A provider that gives back by key, forgets keys after a day, and may send back what it gave."""

    now: datetime = NOW
    given: dict[str, RefundSight] = field(default_factory=dict)
    keys: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    fault: Fault = "none"
    waits: bool = False

    def refund(self, key: str, refund: CardRefund) -> RefundSight | Trouble:
        fault, self.fault = self.fault, "none"
        if fault == "busy":
            return Trouble("not_now", "rate_limit")
        if fault == "refused":
            return Trouble("refused", "declined")
        if fault == "lost before":
            return Trouble("no_answer", "timeout")
        known = self.keys.get(key)
        if known is None or self.now - known[0] >= KEYS_KEPT:
            if self.out + refund.amount.minor > PAID:
                return Trouble("refused", "charge_already_refunded")
            id_ = f"re_{len(self.given)}"
            self.given[id_] = RefundSight(id_, refund.id, "pending" if self.waits else "succeeded", refund.amount)
            self.keys[key] = known = (self.now, id_)
        return Trouble("no_answer", "timeout") if fault == "lost after" else self.given[known[1]]

    def look(self) -> tuple[RefundSight, ...] | Trouble:
        fault, self.fault = self.fault, "none"
        return Trouble("no_answer", "timeout") if fault != "none" else tuple(self.given.values())

    def turn(self, id_: str, status: Literal["succeeded", "failed"]) -> None:
        self.given[id_] = replace(self.given[id_], status=status)

    @property
    def out(self) -> int:
        """Minor units that left, or are leaving."""
        return sum(one.amount.minor for one in self.given.values() if one.amount and one.status != "failed")


class House:
    """Central: what is committed, and work that may stop after every statement."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        paid = PaymentAttempt(
            id=an_id("attempt"), order=an_order().id, order_number="O-GEO-1-1", branch="GEO", desk="GEO-2", turn=1,
            provider=STRIPE, amount=usd(PAID), receipt="R-GEO-2-000001", asked_at=NOW, asked_by="Shanice",
            staff=an_id("shanice"), state=AttemptState.CONFIRMED, since=NOW, closes_at=NOW, reference="cs_1",
            charge="pi_1",
        )  # fmt: skip
        self.known = Known(capture(an_order(PAID), paid, NOW).order, paid, UP)
        self.posted: list[tuple[UUID, int]] = []
        self.cases: list[str] = []
        self._numbers = count(2)

    @property
    def order(self) -> Order:
        return self.known.get(Order, an_order().id)

    @property
    def attempt(self) -> PaymentAttempt:
        return self.known.get(PaymentAttempt, an_id("attempt"))

    def ask(self, amount: Money) -> None:
        number = next(self._numbers)
        command = RefundCard(
            order=self.order.id, attempt=self.attempt.id, refund=an_id(f"refund {number}"),
            receipt=f"R-GEO-2-{number:06d}", amount=amount, reason="Brought back",
        )  # fmt: skip
        outcome = refund_card(self.known, command, facts(now=self.bank.now))
        if isinstance(outcome, Decided):
            self.known.apply(outcome)

    def key_of(self, refund: CardRefund) -> str:
        return refund.key

    def step_of(self, refund: CardRefund) -> RefundStep:
        return next_refund_step(refund, self.bank.now)

    def work(self) -> Iterator[None]:
        """One step after the refund that is open; each `yield` is a place where the power may go."""
        begun = submit_refund(self.attempt, self.bank.now)
        self.known.held[begun.ref] = begun
        refund = begun.open_refund
        yield
        if refund is None:
            return
        if self.step_of(refund) is RefundStep.LOOK:
            yield from self.look()
            return
        answer = self.bank.refund(self.key_of(refund), refund)
        yield
        if isinstance(answer, Trouble):
            trouble = self.read(answer)
            self.keep(hear_trouble(self.attempt, trouble, self.bank.now))
        else:
            self.keep(hear_given(self.attempt, answer, self.bank.now))

    def read(self, trouble: Trouble) -> Trouble:
        return trouble

    def look(self) -> Iterator[None]:
        sights = self.bank.look()
        yield
        if not isinstance(sights, Trouble):
            self.keep(hear_all(self.attempt, sights, self.bank.now))

    def keep(self, heard: RefundHeard) -> None:
        """One commit."""
        self.known.held[heard.attempt.ref] = heard.attempt
        self.cases += [case.kind for case in heard.cases]
        if heard.given is not None:
            order = give_back(self.order, heard.attempt, heard.given, self.bank.now)
            self.known.held[order.ref] = order
            self.posted.append((heard.given.id, -heard.given.amount.minor))
        if heard.returned is not None:
            order = take_returned(self.order, heard.returned)
            self.known.held[order.ref] = order
            self.posted.append((heard.returned.id, heard.returned.amount.minor))


class NewKeyEachTry(House):
    def key_of(self, refund: CardRefund) -> str:  # noqa: ARG002 - what is mutated
        return str(uuid4())

    def step_of(self, refund: CardRefund) -> RefundStep:  # noqa: ARG002 - what is mutated
        return RefundStep.GIVE


class KeyForEver(House):
    def step_of(self, refund: CardRefund) -> RefundStep:  # noqa: ARG002 - what is mutated
        return RefundStep.GIVE


class BelievesSilence(House):
    """Takes no answer for a failure."""

    def read(self, trouble: Trouble) -> Trouble:
        return replace(trouble, kind="refused")


class GivesOnAsking(House):
    """Counts it as given before the provider has said so."""

    def ask(self, amount: Money) -> None:
        before = self.attempt.open_refund
        super().ask(amount)
        refund = self.attempt.open_refund
        if before is None and refund is not None:
            self.keep(RefundHeard(self.attempt, given=refund))


class ForgetsWhatCameBack(House):
    def keep(self, heard: RefundHeard) -> None:
        super().keep(replace(heard, returned=None))


class Refunds(RuleBasedStateMachine):
    house_type: ClassVar[type[House]] = House

    def __init__(self) -> None:
        super().__init__()
        self.bank = Bank()
        self.house = self.house_type(self.bank)
        self.running: list[Iterator[None]] = []

    @rule(minor=st.sampled_from([1, 30_00, 60_00, PAID, PAID + 1]))
    def somebody_asks(self, minor: int) -> None:
        self.house.ask(usd(minor))

    @rule()
    def central_begins_to_work(self) -> None:
        self.running.append(self.house.work())

    @rule()
    def central_hears_news(self) -> None:
        self.running.append(self.house.look())

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

    @rule(fault=st.sampled_from(["lost before", "lost after", "busy", "refused"]))
    def the_next_call_fails(self, fault: Fault) -> None:
        self.bank.fault = fault

    @rule(waits=st.booleans())
    def the_bank_takes_its_time(self, waits: bool) -> None:
        self.bank.waits = waits

    @precondition(lambda self: self.bank.given)
    @rule(data=st.data())
    def the_bank_has_done_it(self, data: st.DataObject) -> None:
        waiting = [id_ for id_, one in self.bank.given.items() if one.status == "pending"]
        if waiting:
            self.bank.turn(data.draw(st.sampled_from(waiting)), "succeeded")

    @precondition(lambda self: self.bank.given)
    @rule(data=st.data())
    def the_bank_sends_it_back(self, data: st.DataObject) -> None:
        self.bank.turn(data.draw(st.sampled_from(sorted(self.bank.given))), "failed")

    @precondition(lambda self: not self.running)
    @rule(hours=st.sampled_from([1, 22, 25]))
    def time_passes(self, hours: int) -> None:
        self.bank.now += timedelta(hours=hours)

    @invariant()
    def each_is_given_once(self) -> None:
        asked = [one.refund for one in self.bank.given.values()]
        assert len(asked) == len(set(asked))

    @invariant()
    def no_more_goes_back_than_came(self) -> None:
        assert self.bank.out <= PAID
        assert 0 <= self.house.order.refunded.minor <= PAID

    @invariant()
    def order_and_ledger_say_the_same(self) -> None:
        confirmed = {one.id for one in self.house.attempt.refunds if one.state is RefundState.CONFIRMED}
        assert {one.id for one in self.house.order.refunds if not one.returned} == confirmed
        assert -sum(minor for _, minor in self.house.posted) == self.house.order.refunded.minor

    @invariant()
    def what_is_given_was_seen_at_the_provider(self) -> None:
        there = {one.refund for one in self.bank.given.values()}
        assert {one.id for one in self.house.order.refunds} <= there

    @invariant()
    def what_failed_is_not_at_the_provider(self) -> None:
        there = {one.refund for one in self.bank.given.values() if one.status != "failed"}
        assert not there & {one.id for one in self.house.attempt.refunds if one.state is RefundState.FAILED}

    @invariant()
    def what_is_open_is_looked_at_again(self) -> None:
        assert sum(one.open for one in self.house.attempt.refunds) <= 1
        for one in self.house.attempt.refunds:
            assert (look_again_at_refund(one, self.bank.now) is not None) is one.open

    def teardown(self) -> None:
        """Central comes back, the bank is well and done: everything ends, and both say the same."""
        self.running.clear()
        self.bank.fault, self.bank.waits = "none", False
        for id_, one in list(self.bank.given.items()):
            if one.status == "pending":
                self.bank.turn(id_, "succeeded")
        for _ in range(8):
            for work in (self.house.work(), self.house.look()):
                for _step in work:
                    pass
        assert self.house.attempt.open_refund is None
        assert self.bank.out == self.house.order.refunded.minor
        self.order_and_ledger_say_the_same()
        self.each_is_given_once()


def test_what_a_card_paid_goes_back_once_or_not_at_all() -> None:
    bounds = settings(
        max_examples=80,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    run_state_machine_as_test(Refunds, settings=bounds)


def play(house_type: type[House], story: str) -> None:
    """A story of words, with every invariant after each word, and the end that every story has."""
    told = type("Told", (Refunds,), {"house_type": house_type})()
    bank, house = told.bank, told.house

    def run(steps: Iterator[None]) -> None:
        for _ in steps:
            pass

    def lose() -> None:
        bank.fault = "lost after"

    def turn_back() -> None:
        for id_ in bank.given:
            bank.turn(id_, "failed")

    def pass_a_day() -> None:
        bank.now += timedelta(hours=25)

    words: dict[str, Callable[[], object]] = {
        "ask": lambda: house.ask(usd(30_00)),
        "work": lambda: run(house.work()),
        "news": lambda: run(house.look()),
        "lose": lose,
        "back": turn_back,
        "day": pass_a_day,
    }
    for word in story.split():
        words[word]()
        for check in (
            told.each_is_given_once, told.no_more_goes_back_than_came, told.order_and_ledger_say_the_same,
            told.what_is_given_was_seen_at_the_provider, told.what_failed_is_not_at_the_provider,
            told.what_is_open_is_looked_at_again,
        ):  # fmt: skip
            check()
    told.teardown()


STORIES = [
    ("ask lose work work", NewKeyEachTry),
    ("ask lose work day work", KeyForEver),
    ("ask lose work ask work", BelievesSilence),
    ("ask", GivesOnAsking),
    ("ask work back news", ForgetsWhatCameBack),
]


@pytest.mark.parametrize(("story", "mutant"), STORIES, ids=[mutant.__name__ for _, mutant in STORIES])
def test_what_leaves_a_precaution_out_is_caught(story: str, mutant: type[House]) -> None:
    play(House, story)
    with pytest.raises(AssertionError):
        play(mutant, story)
