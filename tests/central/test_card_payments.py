"""Card payments at central: real PostgreSQL, the vendor's own SDK, a stand-in for the vendor over real HTTP."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent_desk.central.bootstrap import Central, running_jobs
from agent_desk.central.usecases.trouble import KnownError
from agent_desk.domain.card_commands import AskCard, CancelCard
from agent_desk.domain.money import usd
from agent_desk.domain.payments import AttemptState, ProviderState
from agent_desk.domain.selling import OrderState
from agent_desk.sandbox.stripe_news import sign
from agent_desk.wire.sync import AckState
from tests.central.card_shop import Shop, until
from tests.central.counter import Counter, an_id
from tests.central.stripe_sandbox import SECRET
from tests.fakes.served import served


def test_a_customer_pays_central_s_own_sum_and_the_ledger_has_it(shop: Shop) -> None:
    order = shop.order()
    attempt = shop.work(shop.ask(order))
    assert attempt.state is AttemptState.PENDING
    assert (attempt.amount, attempt.turn, attempt.desk) == (shop.counter.order().totals.total, 1, "GEO-1")
    (session,) = shop.stripe.sessions()
    assert (session["amount_total"], session["currency"]) == (attempt.amount.minor, "usd")
    assert session["client_reference_id"] == str(attempt.id)
    assert attempt.url == session["url"]
    assert shop.stripe.pay(attempt.url) == 303
    paid = shop.work(attempt.id)
    assert (paid.state, paid.url) == (AttemptState.CONFIRMED, "")
    assert shop.counter.order().state is OrderState.PAID
    assert [tender.kind for tender in shop.counter.order().tenders] == ["card"]
    assert shop.balance() == {"provider": attempt.amount.minor, "order": -attempt.amount.minor}
    assert shop.work(attempt.id) == paid
    assert shop.stripe.pay(attempt.url) == 400


def test_without_keys_cards_are_off_and_say_so(central: Central, geo_1: Counter) -> None:
    central.services.cards.declare()
    geo_1.push(*geo_1.sale()[:-1])
    (ack,) = geo_1.push(AskCard(order=an_id("GEO-1", "order", 1), attempt=an_id("a"), receipt=geo_1.number("R-", 9)))
    assert [refusal.code for refusal in ack.refusals] == ["card.not_set_up"]
    with pytest.raises(KnownError, match=r"webhook\.refused"):
        central.services.cards.take_event(b"{}", "t=1,v1=0")


def test_a_second_attempt_waits_for_the_first(shop: Shop) -> None:
    order = shop.order()
    first = shop.ask(order)
    ask = AskCard(order=order, attempt=an_id("second"), receipt=shop.counter.number("R-", 999))
    (ack,) = shop.counter.push(ask)
    assert [refusal.code for refusal in ack.refusals] == ["payment.under_way"]
    shop.stripe.fail("lost_after", 1)
    assert shop.work(first).state is AttemptState.UNKNOWN
    (ack,) = shop.counter.push(ask)
    assert [refusal.code for refusal in ack.refusals] == ["payment.unknown_yet"]
    assert shop.work(first).state is AttemptState.PENDING
    assert len(shop.stripe.sessions()) == 1


@pytest.mark.parametrize(
    ("fault", "state", "reason"),
    [
        ("declined", AttemptState.FAILED, "card_declined"),
        ("rate_limit", AttemptState.CREATED, ""),
        ("unauthorised", AttemptState.CREATED, ""),
        ("down", AttemptState.UNKNOWN, ""),
        ("lost_after", AttemptState.UNKNOWN, ""),
        ("broken_after", AttemptState.UNKNOWN, ""),
        ("garbage", AttemptState.UNKNOWN, ""),
    ],
)
def test_every_failure_is_what_it_is_and_one_session_comes_of_it(
    shop: Shop, fault: str, state: AttemptState, reason: str
) -> None:
    order = shop.order()
    first = shop.ask(order)
    shop.stripe.fail(fault, 1)
    failed = shop.work(first)
    assert (failed.state, failed.reason) == (state, reason)
    again = shop.ask(order, 2) if state is AttemptState.FAILED else first
    attempt = shop.work(again)
    assert attempt.state is AttemptState.PENDING
    assert len(shop.stripe.sessions()) == 1
    shop.stripe.pay(attempt.url)
    assert shop.work(again).state is AttemptState.CONFIRMED


def test_a_cancelled_payment_is_closed_at_the_provider(shop: Shop) -> None:
    order = shop.order()
    attempt = shop.work(shop.ask(order))
    shop.counter.push(CancelCard(order=order, attempt=attempt.id))
    assert shop.seen(attempt.id).url == ""
    ended = shop.work(attempt.id)
    assert (ended.state, ended.reason) == (AttemptState.EXPIRED, "cancelled")
    assert shop.stripe.pay(attempt.url) == 400
    assert shop.work(shop.ask(order, 2)).turn == 2


def test_what_was_paid_before_it_was_cancelled_is_paid(shop: Shop) -> None:
    order = shop.order()
    attempt = shop.work(shop.ask(order))
    shop.stripe.pay(attempt.url)
    shop.counter.push(CancelCard(order=order, attempt=attempt.id))
    assert shop.work(attempt.id).state is AttemptState.CONFIRMED
    assert shop.counter.order().due == usd(0)


def test_the_link_does_not_outlive_its_quarter_of_an_hour(shop: Shop) -> None:
    attempt = shop.work(shop.ask(shop.order()))
    shop.clock.pass_(minutes=15)
    ended = shop.work(attempt.id)
    assert (ended.state, ended.reason) == (AttemptState.EXPIRED, "too_late")
    assert shop.stripe.pay(attempt.url) == 400


def test_what_is_not_heard_of_is_asked_about_by_itself(shop: Shop) -> None:
    attempt = shop.work(shop.ask(shop.order()))
    shop.stripe.pay(attempt.url)
    assert shop.central.services.cards.work_due() == 0
    shop.clock.pass_(seconds=31)
    assert shop.central.services.cards.work_due() == 1
    assert shop.seen(attempt.id).state is AttemptState.CONFIRMED
    shop.clock.pass_(days=1)
    assert shop.central.services.cards.work_due() == 0


def test_cash_and_card_for_one_order_are_both_kept_and_somebody_decides(shop: Shop) -> None:
    order = shop.order()
    attempt = shop.work(shop.ask(order))
    (ack,) = shop.counter.push(shop.counter.sale()[-1])
    assert ack.state is AckState.APPLIED
    shop.stripe.pay(attempt.url)
    assert shop.work(attempt.id).state is AttemptState.CONFIRMED
    assert sorted(tender.kind for tender in shop.counter.order().tenders) == ["card", "cash"]
    assert shop.cases() == ["payment.conflict"]
    assert sum(shop.balance().values()) == 0


def test_a_key_that_the_provider_may_have_forgotten_is_not_used_again(shop: Shop) -> None:
    first = shop.ask(shop.order())
    shop.stripe.fail("lost_after", 1)
    assert shop.work(first).state is AttemptState.UNKNOWN
    shop.clock.pass_(hours=23)
    calls = shop.stripe.calls()
    assert shop.work(first).state is AttemptState.UNKNOWN
    assert shop.cases() == ["payment.unknown"]
    assert shop.stripe.calls() == calls


def test_a_provider_that_is_down_is_said_to_be_and_spared(shop: Shop) -> None:
    first = shop.ask(shop.order())
    assert shop.provider() is ProviderState.UP
    shop.stripe.fail("down")
    for _ in range(3):
        shop.work(first)
    assert shop.provider() is ProviderState.DOWN
    calls = shop.stripe.calls()
    shop.work(first)
    assert shop.stripe.calls() == calls
    shop.counter.push(*shop.counter.sale(2)[:-1])
    ask = AskCard(order=an_id("GEO-1", "order", 2), attempt=an_id("b"), receipt=shop.counter.number("R-", 900))
    (ack,) = shop.counter.push(ask)
    assert [refusal.code for refusal in ack.refusals] == ["card.down"]
    shop.stripe.fail("none")
    shop.clock.pass_(seconds=16)
    assert shop.work(first).state is AttemptState.PENDING
    assert shop.provider() is ProviderState.UP


# webhooks


def event(type_: str, subject: dict[str, Any], id_: str = "evt_1") -> bytes:
    return json.dumps({"id": id_, "object": "event", "type": type_, "data": {"object": subject}}).encode()


def header(body: bytes, at: datetime, secret: str = SECRET) -> str:
    return sign(body, secret, at)


def stored(shop: Shop) -> list[tuple[Any, ...]]:
    return shop.ask_database("select id, worked_at is not null from webhook_event order by id")


def test_news_is_kept_once_and_looked_up_rather_than_believed(shop: Shop) -> None:
    attempt = shop.work(shop.ask(shop.order()))
    (session,) = shop.stripe.sessions()
    body = event("checkout.session.completed", session | {"payment_status": "paid", "status": "complete"})
    for _ in range(3):
        shop.central.services.cards.take_event(body, header(body, shop.clock()))
    assert stored(shop) == [("evt_1", False)]
    shop.central.services.cards.work_event("evt_1")
    assert stored(shop) == [("evt_1", True)]
    assert shop.seen(attempt.id).state is AttemptState.PENDING
    shop.stripe.pay(attempt.url)
    later = event(
        "payment_intent.created", {"object": "payment_intent", "id": "pi_1", "metadata": session["metadata"]}, "evt_0"
    )
    shop.central.services.cards.take_event(later, header(later, shop.clock()))
    shop.central.services.cards.work_event("evt_0")
    shop.central.services.cards.work_event("evt_0")
    assert shop.seen(attempt.id).state is AttemptState.CONFIRMED


@pytest.mark.parametrize("wrong", ["forged", "old", "future", "altered", "none"])
def test_what_is_not_signed_just_now_is_not_kept(shop: Shop, wrong: str) -> None:
    body = event("charge.succeeded", {})
    at = shop.clock() + {"old": -timedelta(minutes=6), "future": timedelta(minutes=6)}.get(wrong, timedelta())
    signature = "" if wrong == "none" else header(body, at, "whsec_guessed" if wrong == "forged" else SECRET)
    sent = body + b" " if wrong == "altered" else body
    with pytest.raises(KnownError, match=r"webhook\.refused"):
        shop.central.services.cards.take_event(sent, signature)
    assert stored(shop) == []


def test_a_dispute_becomes_a_case(shop: Shop) -> None:
    attempt = shop.work(shop.ask(shop.order()))
    shop.stripe.pay(attempt.url)
    paid = shop.work(attempt.id)
    body = event("charge.dispute.created", {"object": "dispute", "id": "dp_1", "payment_intent": paid.charge})
    for _ in range(2):
        shop.central.services.cards.take_event(body, header(body, shop.clock()))
        shop.central.services.cards.work_event("evt_1")
    assert shop.cases() == ["payment.disputed"]
    assert shop.seen(attempt.id).state is AttemptState.CONFIRMED


def every_type() -> list[str]:
    import stripe.events

    kinds = [getattr(stripe.events, name) for name in dir(stripe.events)]
    found = {kind.LOOKUP_TYPE for kind in kinds if hasattr(kind, "LOOKUP_TYPE")}
    from typing import get_args, get_type_hints

    import stripe as sdk

    found |= set(get_args(get_type_hints(sdk.Event)["type"]))
    return sorted(found)


def test_every_type_of_event_that_the_sdk_knows_is_kept_and_harms_nothing(shop: Shop) -> None:
    attempt = shop.work(shop.ask(shop.order()))
    types = every_type()
    assert len(types) > 200
    calls = shop.stripe.calls()
    for n, type_ in enumerate(types):
        body = event(type_, {"id": f"obj_{n}", "object": type_.rpartition(".")[0]}, f"evt_{n:04d}")
        shop.central.services.cards.take_event(body, header(body, shop.clock()))
        shop.central.services.cards.work_event(f"evt_{n:04d}")
    assert len(stored(shop)) == len(types)
    assert all(worked for _, worked in stored(shop))
    assert shop.stripe.calls() == calls
    assert shop.seen(attempt.id) == attempt
    assert shop.cases() == []


def test_real_events_of_the_vendor_are_about_nothing_of_ours(shop: Shop) -> None:
    folder = Path(__file__).parents[3] / "shared" / "data" / "stripe"
    if not folder.is_dir():
        pytest.skip("the vendor's recorded events are not on this machine")
    names = ("charge.succeeded", "checkout.session.completed.payment_mode", "payment_intent.succeeded")
    for n, name in enumerate(names):
        said = json.loads((folder / f"{name}.json").read_text("utf-8")) | {"id": f"evt_{n}"}
        body = json.dumps(said).encode()
        shop.central.services.cards.take_event(body, header(body, shop.clock()))
        shop.central.services.cards.work_event(f"evt_{n}")
    assert stored(shop) == [("evt_0", True), ("evt_1", True), ("evt_2", True)]
    assert shop.balance() == {}


# over HTTP, with the jobs that central runs


@pytest.mark.parametrize("habit", ["plain", "doubled", "reordered"])
def test_news_of_the_provider_finishes_a_payment_by_itself(shop: Shop, habit: str) -> None:
    with served(shop.central) as central, running_jobs(shop.url, shop.central):
        shop.stripe.send_to(f"{central}/v1/webhooks/stripe", habit)
        id_ = shop.ask(shop.order())
        until(lambda: shop.seen(id_).state is AttemptState.PENDING)
        shop.stripe.pay(shop.seen(id_).url)
        until(lambda: shop.seen(id_).state is AttemptState.CONFIRMED)
        until(lambda: [worked for _, worked in stored(shop)] == [True, True])
    assert sum(shop.balance().values()) == 0


def test_the_door_for_news_takes_what_is_proved_and_says_little(shop: Shop) -> None:
    body = event("charge.succeeded", {})
    with served(shop.central) as central, httpx.Client(base_url=central, trust_env=False) as http:
        door = "/v1/webhooks/stripe"
        taken = http.post(door, content=body, headers={"Stripe-Signature": header(body, shop.clock())})
        assert (taken.status_code, taken.content) == (204, b"")
        forged = http.post(door, content=body, headers={"Stripe-Signature": header(body, shop.clock(), "whsec_no")})
        assert (forged.status_code, forged.json()["code"]) == (400, "webhook.refused")
        assert http.post(door, content=body).status_code == 400
        assert http.post(door, content=b"x" * 300_000).status_code == 413
        assert http.get("/v1/card/thanks").text.startswith("Thank you")
    assert stored(shop) == [("evt_1", False)]
