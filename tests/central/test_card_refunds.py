"""Money back to the card it came from: real PostgreSQL, the vendor's own SDK, a stand-in for the vendor over HTTP."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from agent_desk.central.bootstrap import running_jobs
from agent_desk.domain.card_commands import RefundCard
from agent_desk.domain.money import Money, usd
from agent_desk.domain.payments import AttemptState, CardRefund, PaymentAttempt, RefundState
from agent_desk.domain.selling import OrderState
from agent_desk.sandbox.stripe_news import sign
from agent_desk.wire.sync import Ack, AckState
from tests.central.card_shop import Shop, until
from tests.central.counter import Counter, an_id
from tests.central.stripe_sandbox import SECRET
from tests.fakes.served import served


@pytest.fixture
def paid(shop: Shop) -> PaymentAttempt:
    """An order that a card has paid."""
    attempt = shop.work(shop.ask(shop.order()))
    shop.stripe.pay(attempt.url)
    found = shop.work(attempt.id)
    assert found.state is AttemptState.CONFIRMED
    return found


TWENTY = usd(20_00)


def push(shop: Shop, paid: PaymentAttempt, amount: Money, count: int = 1) -> Ack:
    command = RefundCard(
        order=paid.order,
        attempt=paid.id,
        refund=refund_id(count),
        receipt=shop.counter.number("R-", 500 + count),
        amount=amount,
        reason="Brought back",
    )
    (ack,) = shop.counter.push(command)
    return ack


def ask(shop: Shop, paid: PaymentAttempt, amount: Money = TWENTY, count: int = 1) -> UUID:
    ack = push(shop, paid, amount, count)
    assert ack.state is AckState.APPLIED, ack.refusals
    return refund_id(count)


def refund_id(count: int) -> UUID:
    return an_id("refund", count)


def seen(shop: Shop, paid: PaymentAttempt, id_: UUID) -> CardRefund:
    return next(one for one in shop.seen(paid.id).refunds if one.id == id_)


def work(shop: Shop, paid: PaymentAttempt, id_: UUID) -> CardRefund:
    shop.work(paid.id)
    return seen(shop, paid, id_)


def test_a_part_goes_back_to_the_card_and_the_ledger_has_it(shop: Shop, paid: PaymentAttempt) -> None:
    id_ = ask(shop, paid)
    assert work(shop, paid, id_).state is RefundState.CONFIRMED
    (given,) = shop.stripe.refunds()
    assert (given["amount"], given["currency"], given["payment_intent"]) == (20_00, "usd", paid.charge)
    order = shop.counter.order()
    assert (order.state, order.refunded) == (OrderState.REFUNDED_PART, usd(20_00))
    assert [(one.id, one.kind, one.given) for one in order.refunds] == [(id_, "card", usd(20_00))]
    left = paid.amount - usd(20_00)
    assert shop.balance() == {"provider": left.minor, "order": -left.minor}
    ask(shop, paid, left, 2)
    assert work(shop, paid, refund_id(2)).state is RefundState.CONFIRMED
    assert shop.counter.order().state is OrderState.REFUNDED
    assert shop.balance() == {}
    assert shop.work(paid.id) == shop.seen(paid.id)
    assert len(shop.stripe.refunds()) == 2


def test_no_more_goes_back_than_came_and_one_at_a_time(shop: Shop, paid: PaymentAttempt) -> None:
    over = push(shop, paid, paid.amount + usd(1))
    assert "refund.too_much" in [refusal.code for refusal in over.refusals]
    assert "refund.nothing" in [refusal.code for refusal in push(shop, paid, usd(0), 2).refusals]
    ask(shop, paid, usd(5_00), 3)
    assert [refusal.code for refusal in push(shop, paid, usd(5_00), 4).refusals] == ["refund.under_way"]
    assert [refusal.code for refusal in push(shop, paid, usd(5_00), 3).refusals][-1] == "refund.exists"
    assert shop.stripe.refunds() == []


def test_what_another_desk_took_needs_a_manager(shop: Shop, paid: PaymentAttempt) -> None:
    shop.counter = Counter.sign_in(shop.central, shop.clock, "shanice", "GEO-2")
    ack = push(shop, paid, usd(5_00))
    assert ack.state is AckState.REFUSED
    assert [(one.code, one.severity) for one in ack.refusals] == [("refund.not_own", "manager")]
    assert shop.seen(paid.id).refunds == ()


@pytest.mark.parametrize("fault", ["rate_limit", "unauthorised", "down", "lost_after", "broken_after", "garbage"])
def test_whatever_the_provider_does_it_goes_back_once(shop: Shop, paid: PaymentAttempt, fault: str) -> None:
    id_ = ask(shop, paid)
    shop.stripe.fail(fault, 1)
    doubted = fault not in {"rate_limit", "unauthorised"}
    assert work(shop, paid, id_).state is (RefundState.UNKNOWN if doubted else RefundState.CREATED)
    for _ in range(3):
        work(shop, paid, id_)
    assert seen(shop, paid, id_).state is RefundState.CONFIRMED
    assert [one["amount"] for one in shop.stripe.refunds()] == [20_00]
    assert shop.counter.order().refunded == usd(20_00)
    assert sum(shop.balance().values()) == 0


def test_what_the_provider_refuses_is_a_case_and_may_be_asked_again(shop: Shop, paid: PaymentAttempt) -> None:
    id_ = ask(shop, paid)
    shop.stripe.fail("declined", 1)
    failed = work(shop, paid, id_)
    assert (failed.state, failed.failed_by) == (RefundState.FAILED, "card_declined")
    assert shop.cases() == ["refund.failed"]
    assert shop.counter.order().refunded == usd(0)
    assert work(shop, paid, ask(shop, paid, count=2)).state is RefundState.CONFIRMED


def test_a_bank_that_takes_its_time_is_waited_for(shop: Shop, paid: PaymentAttempt) -> None:
    shop.stripe.keep_refunds_waiting()
    id_ = ask(shop, paid)
    assert work(shop, paid, id_).state is RefundState.PENDING
    assert shop.counter.order().refunded == usd(0)
    shop.stripe.turn_refund(seen(shop, paid, id_).reference, "succeeded")
    shop.clock.pass_(minutes=2)
    assert shop.central.services.cards.work_due() == 1
    assert seen(shop, paid, id_).state is RefundState.CONFIRMED
    shop.clock.pass_(days=10)
    assert shop.central.services.cards.work_due() == 0


def hear(shop: Shop, paid: PaymentAttempt, type_: str, id_: str, number: int) -> None:
    subject = {"id": id_, "object": "refund", "payment_intent": paid.charge}
    said = {"id": f"evt_{number}", "object": "event", "type": type_, "data": {"object": subject}}
    body = json.dumps(said).encode()
    shop.central.services.cards.take_event(body, sign(body, SECRET, shop.clock()))
    shop.central.services.cards.work_event(f"evt_{number}")


def test_what_comes_back_from_the_bank_later_was_not_given(shop: Shop, paid: PaymentAttempt) -> None:
    id_ = ask(shop, paid)
    reference = work(shop, paid, id_).reference
    shop.stripe.turn_refund(reference, "failed")
    for number in (1, 2):
        hear(shop, paid, "refund.failed", reference, number)
    failed = seen(shop, paid, id_)
    assert (failed.state, failed.failed_by) == (RefundState.RETURNED, "expired_or_canceled_card")
    order = shop.counter.order()
    assert (order.state, order.refunded) == (OrderState.PAID, usd(0))
    assert [one.returned for one in order.refunds] == [True]
    assert shop.balance() == {"provider": paid.amount.minor, "order": -paid.amount.minor}
    assert shop.cases() == ["refund.failed"]


def test_what_somebody_gives_back_at_the_provider_itself_is_a_case(shop: Shop, paid: PaymentAttempt) -> None:
    form = {"payment_intent": paid.charge, "amount": "300"}
    shop.stripe.http.post("/v1/refunds", data=form).raise_for_status()
    (foreign,) = shop.stripe.refunds()
    hear(shop, paid, "charge.refunded", foreign["id"], 1)
    assert shop.cases() == ["refund.unasked"]
    assert shop.counter.order().refunded == usd(0)


def test_a_key_that_the_provider_may_have_forgotten_is_not_used_again(shop: Shop, paid: PaymentAttempt) -> None:
    lost = ask(shop, paid)
    shop.stripe.fail("lost_after", 1)
    assert work(shop, paid, lost).state is RefundState.UNKNOWN
    shop.clock.pass_(hours=25)
    assert work(shop, paid, lost).state is RefundState.CONFIRMED
    never = ask(shop, paid, usd(2_00), 2)
    shop.stripe.fail("down", 1)
    assert work(shop, paid, never).state is RefundState.UNKNOWN
    shop.clock.pass_(hours=25)
    failed = work(shop, paid, never)
    assert (failed.state, failed.failed_by) == (RefundState.FAILED, "never_arrived")
    assert len(shop.stripe.refunds()) == 1


def test_news_of_the_provider_finishes_a_refund_by_itself(shop: Shop, paid: PaymentAttempt) -> None:
    shop.stripe.keep_refunds_waiting()
    with served(shop.central) as central, running_jobs(shop.url, shop.central):
        shop.stripe.send_to(f"{central}/v1/webhooks/stripe")
        id_ = ask(shop, paid)
        until(lambda: seen(shop, paid, id_).state is RefundState.PENDING)
        shop.stripe.turn_refund(seen(shop, paid, id_).reference, "succeeded")
        until(lambda: seen(shop, paid, id_).state is RefundState.CONFIRMED)
    assert sum(shop.balance().values()) == 0
