"""Asking for a card, cancelling it, and what an answer of the provider makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agent_desk.domain.card_commands import AskCard, CancelCard
from agent_desk.domain.decision import Decided
from agent_desk.domain.money import gyd, usd
from agent_desk.domain.paying import Sight, Step, Trouble, cancel, hear, look_again_at, next_step, submit
from agent_desk.domain.paying_by_card import ask_card, cancel_card, capture
from agent_desk.domain.payments import STRIPE, AttemptState, PaymentAttempt, Provider, ProviderState, provider_id
from agent_desk.domain.people import Role
from agent_desk.domain.selling import Order, OrderState
from tests.domain.shop import NOW, ORDER_ID, Known, a_person, an_id, an_order, codes, facts

DUE = usd(322_33)
ASK = AskCard(order=ORDER_ID, attempt=an_id("attempt"), receipt="R-GEO-2-000001")


def a_provider(state: ProviderState = ProviderState.UP) -> Provider:
    return Provider(id=provider_id(STRIPE), version=1, name=STRIPE, label="Stripe", state=state, since=NOW)


def asked(*changed: Order | Provider | PaymentAttempt) -> Known:
    shop = Known(an_order(), a_provider(), *changed)
    shop.apply(ask_card(shop, ASK, facts()))
    return shop


def an_attempt(**changed: object) -> PaymentAttempt:
    return asked().get(PaymentAttempt, ASK.attempt).model_copy(update=changed)


SEEN = Sight("cs_1", ASK.attempt, "open", DUE, url="https://pay.example/cs_1#x")
OPEN = hear(submit(an_attempt(), NOW), SEEN, NOW).attempt
LATER = NOW + timedelta(seconds=30)


def test_an_attempt_is_for_what_the_order_still_owes() -> None:
    shop = asked()
    attempt, order = shop.get(PaymentAttempt, ASK.attempt), shop.get(Order, ORDER_ID)
    assert (attempt.amount, attempt.turn, attempt.state) == (DUE, 1, AttemptState.CREATED)
    assert (attempt.version, order.attempt, order.state) == (1, attempt.id, OrderState.AWAITING_PAYMENT)
    assert attempt.closes_at == NOW + timedelta(minutes=15)
    assert "amount" not in AskCard.model_fields


@pytest.mark.parametrize(
    ("shop", "said", "code"),
    [
        (Known(a_provider()), {}, "order.unknown"),
        (Known(a_provider(), an_order(state=OrderState.CANCELLED)), {}, "order.cancelled"),
        (Known(a_provider(), an_order(0)), {}, "order.paid"),
        (Known(a_provider(), an_order(49)), {}, "card.amount"),
        (Known(a_provider(), an_order(1_000_000_00)), {}, "card.amount"),
        (Known(an_order()), {}, "card.not_set_up"),
        (Known(a_provider(ProviderState.OFF), an_order()), {}, "card.not_set_up"),
        (Known(a_provider(ProviderState.DOWN), an_order()), {}, "card.down"),
        (Known(a_provider(), an_order(branch="EWR")), {}, "branch.not_yours"),
        (Known(a_provider(), an_order()), {"actor": a_person(Role.WAREHOUSE)}, "role.not_allowed"),
        (Known(a_provider(), an_order()), {"desk": "GEO-3"}, "number.not_yours"),
    ],
)
def test_everything_that_stands_against_a_card_is_said(shop: Known, said: dict[str, object], code: str) -> None:
    assert codes(ask_card(shop, ASK, facts(**said))) == [code]


def test_one_attempt_at_a_time_and_each_once() -> None:
    shop = asked()
    another = ASK.model_copy(update={"attempt": an_id("another")})
    assert codes(ask_card(shop, ASK, facts())) == ["payment.exists"]
    assert codes(ask_card(shop, another, facts())) == ["payment.under_way"]
    shop.held["payment_attempt", ASK.attempt] = an_attempt(state=AttemptState.UNKNOWN)
    assert codes(ask_card(shop, another, facts())) == ["payment.unknown_yet"]
    shop.held["payment_attempt", ASK.attempt] = an_attempt(state=AttemptState.FAILED)
    shop.apply(ask_card(shop, another, facts()))
    second = shop.get(PaymentAttempt, another.attempt)
    assert second.turn == 2
    assert second.key != an_attempt().key


def test_what_has_not_left_is_cancelled_at_once_and_what_has_is_asked_to_end() -> None:
    shop = asked()
    command = CancelCard(order=ORDER_ID, attempt=ASK.attempt)
    shop.apply(cancel_card(shop, command, facts()))
    assert shop.get(PaymentAttempt, ASK.attempt).state is AttemptState.EXPIRED
    assert cancel_card(shop, command, facts()) == Decided(())
    assert codes(cancel_card(Known(), command, facts())) == ["payment.unknown"]
    elsewhere = Known(an_attempt(branch="EWR"))
    assert codes(cancel_card(elsewhere, command, facts())) == ["branch.not_yours"]
    asked_to_end = cancel(OPEN, LATER)
    assert (asked_to_end.state, asked_to_end.url, asked_to_end.cancelling) == (AttemptState.PENDING, "", True)
    assert cancel(asked_to_end, LATER) is asked_to_end
    assert next_step(asked_to_end, LATER) is Step.CLOSE


def test_what_was_asked_for_too_long_ago_never_leaves() -> None:
    late = submit(an_attempt(), NOW + timedelta(minutes=15))
    assert (late.state, late.reason, late.submitted_at) == (AttemptState.EXPIRED, "too_late", None)


def test_whoever_finds_a_request_on_its_way_knows_that_it_may_have_arrived() -> None:
    left = submit(an_attempt(), NOW)
    found = submit(left, LATER)
    assert (left.state, found.state) == (AttemptState.SUBMITTED, AttemptState.UNKNOWN)
    assert found.submitted_at == left.submitted_at
    assert submit(found, LATER) is found


@pytest.mark.parametrize(
    ("before", "trouble", "state"),
    [
        (AttemptState.SUBMITTED, "refused", AttemptState.FAILED),
        (AttemptState.SUBMITTED, "not_now", AttemptState.CREATED),
        (AttemptState.SUBMITTED, "no_answer", AttemptState.UNKNOWN),
        (AttemptState.UNKNOWN, "refused", AttemptState.UNKNOWN),
        (AttemptState.UNKNOWN, "not_now", AttemptState.UNKNOWN),
        (AttemptState.PENDING, "refused", AttemptState.UNKNOWN),
        (AttemptState.CONFIRMED, "no_answer", AttemptState.CONFIRMED),
        (AttemptState.EXPIRED, "refused", AttemptState.EXPIRED),
    ],
)
def test_silence_is_not_a_no(before: AttemptState, trouble: str, state: AttemptState) -> None:
    answer = Trouble(trouble, "why")  # type: ignore[arg-type]  # the parameter is one of them
    assert hear(an_attempt(state=before), answer, NOW).attempt.state is state


@pytest.mark.parametrize("status", ["open", "processing", "expired", "failed"])
def test_what_is_paid_stays_paid(status: str) -> None:
    paid = hear(OPEN, replace(SEEN, status="paid", charge="pi_1", url=""), LATER).attempt
    assert (paid.state, paid.charge, paid.url) == (AttemptState.CONFIRMED, "pi_1", "")
    late = replace(SEEN, status=status)  # type: ignore[arg-type]  # the parameter is one of them
    assert hear(paid, late, LATER).attempt is paid


def test_money_that_comes_after_the_end_is_still_money() -> None:
    ended = hear(OPEN, replace(SEEN, status="expired"), LATER).attempt
    assert ended.reason == "too_late"
    assert hear(ended, replace(SEEN, status="paid"), LATER).attempt.state is AttemptState.CONFIRMED


def test_only_the_attempt_s_own_sum_makes_it_paid() -> None:
    for amount in (usd(1_00), gyd(322_33), None):
        heard = hear(OPEN, replace(SEEN, status="paid", amount=amount), LATER)
        assert heard.attempt.state is AttemptState.UNKNOWN
        assert [case.kind for case in heard.cases] == ["payment.differs"]
    for foreign in (
        replace(SEEN, attempt=an_id("other")),
        replace(SEEN, attempt=None),
        replace(SEEN, reference="cs_2"),
    ):
        heard = hear(OPEN, replace(foreign, status="paid"), LATER)
        assert heard.attempt is OPEN
        assert [case.kind for case in heard.cases] == ["payment.mismatch"]


def test_a_page_that_may_not_be_paid_any_more_is_not_shown() -> None:
    assert OPEN.url == SEEN.url
    assert hear(OPEN, SEEN, LATER).attempt is OPEN
    assert hear(OPEN, replace(SEEN, status="processing"), LATER).attempt.url == ""
    assert hear(OPEN, SEEN, OPEN.closes_at).attempt.url == ""
    declined = hear(OPEN, replace(SEEN, status="failed"), LATER).attempt
    assert (declined.state, declined.reason, declined.url) == (AttemptState.FAILED, "declined", "")


def test_a_key_is_used_for_less_than_a_day() -> None:
    unknown = submit(submit(an_attempt(), NOW), NOW)
    assert next_step(unknown, NOW + timedelta(hours=22, minutes=59)) is Step.OPEN
    assert next_step(unknown, NOW + timedelta(hours=23)) is Step.ASK_A_PERSON
    assert next_step(an_attempt(state=AttemptState.FAILED), NOW) is Step.NOTHING


@pytest.mark.parametrize(("age", "seconds"), [(0, 3), (59, 3), (60, 10), (300, 30), (3600, 600)])
def test_it_is_asked_about_often_at_first(age: int, seconds: int) -> None:
    now = NOW + timedelta(seconds=age)
    assert look_again_at(an_attempt(), now) == now + timedelta(seconds=seconds)


def test_money_is_put_on_the_order_once_whatever_became_of_it() -> None:
    paid = an_attempt(state=AttemptState.CONFIRMED)
    captured = capture(an_order(), paid, LATER)
    assert (captured.order.state, captured.order.due, captured.cases) == (OrderState.PAID, usd(0), ())
    assert captured.order.tenders[0].how == "Card"
    assert capture(captured.order, paid, LATER).order is captured.order
    part = capture(an_order(400_00), paid, LATER).order
    assert (part.state, part.due) == (OrderState.PART_PAID, usd(77_67))
    assert (part.paid, part.cash_taken) == (DUE, usd(0)), "central knows of a card before any desk"
    over = capture(an_order(300_00), paid, LATER)
    assert [case.kind for case in over.cases] == ["payment.conflict"]
    cancelled = capture(an_order(state=OrderState.CANCELLED), paid, LATER)
    assert (cancelled.order.state, [case.kind for case in cancelled.cases]) == (
        OrderState.CANCELLED,
        ["payment.on_cancelled"],
    )
