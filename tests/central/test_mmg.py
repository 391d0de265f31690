"""Payments by MMG at central: real PostgreSQL, a stand-in for MMG over real HTTP, and all that is odd about it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.central.bootstrap import make_mmg
from agent_desk.central.gateways.mmg.mapper import amount_text, rows_of, seen_of, time_text
from agent_desk.central.gateways.mmg.settings import MmgSettings, read_mmg
from agent_desk.central.usecases.trouble import KnownError
from agent_desk.domain.card_commands import AskMmg, CancelCard, RefundCard
from agent_desk.domain.money import gyd, usd
from agent_desk.domain.payments import AttemptState, PaymentAttempt, account_of
from agent_desk.domain.selling import OrderState
from agent_desk.wire.sync import Ack, AckState
from tests.central.card_shop import Shop, card_shop
from tests.central.counter import Clock, an_id
from tests.central.mmg_sandbox import MERCHANT, PASSWORD, PAYER, Wallets, wallets
from tests.central.stripe_sandbox import Sandbox


@pytest.fixture
def mmg(clock: Clock) -> Iterator[Wallets]:
    with wallets(clock) as found:
        yield found


@pytest.fixture
def shop(url: str, clock: Clock, stripe: Sandbox, mmg: Wallets) -> Iterator[Shop]:
    with card_shop(url, clock, stripe, mmg) as found:
        yield found


def push(shop: Shop, order: UUID, turn: int = 1, payer: str = PAYER) -> Ack:
    attempt, receipt = an_id("mmg", order, turn), shop.counter.number("R-", 300 + shop.counter.n)
    (ack,) = shop.counter.push(AskMmg(order=order, attempt=attempt, receipt=receipt, payer=payer))
    return ack


def ask(shop: Shop, order: UUID, turn: int = 1) -> UUID:
    ack = push(shop, order, turn)
    assert ack.state is AckState.APPLIED, ack.refusals
    return an_id("mmg", order, turn)


def asked(shop: Shop, count: int = 1) -> PaymentAttempt:
    """A customer whose phone is asked."""
    attempt = shop.work(ask(shop, shop.order(count)))
    assert attempt.state is AttemptState.PENDING
    return attempt


def test_a_phone_is_asked_for_whole_guyanese_dollars_and_the_ledger_balances_in_both(shop: Shop, mmg: Wallets) -> None:
    attempt = asked(shop)
    order = shop.counter.order()
    (payment,) = mmg.payments()
    assert (payment["amount"], payment["currency"]) == (amount_text(attempt.amount), "GYD")
    assert attempt.amount.minor % 100 == 0
    assert payment["debitParty"] == [{"key": "accountid", "value": PAYER}]
    assert mmg.settle()
    assert shop.work(attempt.id).state is AttemptState.CONFIRMED
    paid = shop.counter.order()
    assert (paid.state, paid.due) == (OrderState.PAID, usd(0))
    (tender,) = paid.tenders
    assert (tender.how, tender.given, tender.applied) == ("MMG", attempt.amount, order.totals.total)
    rows = shop.ask_database("select account, currency, minor from posting order by 1, 2")
    assert ("provider:mmg", "GYD", attempt.amount.minor) in rows
    assert (f"order:{order.id}", "USD", -order.totals.total.minor) in rows
    by_currency = shop.ask_database("select currency, sum(minor)::bigint from posting group by 1")
    assert all(total == 0 for _, total in by_currency)


def test_without_a_package_of_mmg_it_is_off_and_says_so(url: str, clock: Clock, stripe: Sandbox) -> None:
    with card_shop(url, clock, stripe) as shop:
        ack = push(shop, shop.order())
        assert [refusal.code for refusal in ack.refusals] == ["mmg.not_set_up"]


@pytest.mark.parametrize("payer", ["611223", "61122334", "611223x", ""])
def test_a_payer_is_seven_digits(shop: Shop, payer: str) -> None:
    command = AskMmg(order=shop.order(), attempt=an_id("a"), receipt=shop.counter.number("R-", 9), payer=PAYER)
    (ack,) = shop.counter.sync(shop.counter.envelope(command, args={"payer": payer})).acks
    assert [refusal.field for refusal in ack.refusals] == ["payer"]


def test_what_got_no_answer_is_looked_for_and_never_asked_again(shop: Shop, mmg: Wallets) -> None:
    id_ = ask(shop, shop.order())
    mmg.fail("lost_after", 1)
    assert shop.work(id_).state is AttemptState.UNKNOWN
    for _ in range(3):
        assert shop.work(id_).state is AttemptState.UNKNOWN
    assert len(mmg.payments()) == 1
    assert push(shop, shop.seen(id_).order, 2).refusals[0].code == "payment.unknown_yet"
    assert mmg.settle()
    found = shop.work(id_)
    assert (found.state, found.charge) == (AttemptState.CONFIRMED, mmg.payments()[0]["receipt"])
    assert len(mmg.payments()) == 1


def test_what_never_arrived_becomes_a_person_s_case(shop: Shop, mmg: Wallets) -> None:
    id_ = ask(shop, shop.order())
    mmg.fail("down", 1)
    assert shop.work(id_).state is AttemptState.UNKNOWN
    shop.clock.pass_(hours=23)
    assert shop.work(id_).state is AttemptState.UNKNOWN
    assert shop.cases() == ["payment.unknown"]
    assert mmg.payments() == []


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("rejected", AttemptState.FAILED),
        ("busy", AttemptState.CREATED),
        ("signed_out", AttemptState.CREATED),
        ("down", AttemptState.UNKNOWN),
        ("garbage", AttemptState.UNKNOWN),
    ],
)
def test_only_what_surely_was_not_done_may_be_asked_again(
    shop: Shop, mmg: Wallets, fault: str, state: AttemptState
) -> None:
    id_ = ask(shop, shop.order())
    mmg.fail(fault, 1)
    assert shop.work(id_).state is state
    assert mmg.payments() == []
    again = shop.work(id_)
    assert again.state is (AttemptState.PENDING if state is AttemptState.CREATED else state)


def test_what_lookup_says_is_paid_waits_for_the_history(shop: Shop, mmg: Wallets) -> None:
    attempt = asked(shop)
    assert mmg.settle()
    mmg.fail("without_history")
    assert shop.work(attempt.id).state is AttemptState.PENDING
    assert shop.balance() == {}
    mmg.fail("none")
    assert shop.work(attempt.id).state is AttemptState.CONFIRMED


@pytest.mark.parametrize("status", ["declined", "rejected", "failed", "reversed"])
def test_what_the_customer_declines_is_not_paid_and_may_be_tried_again(shop: Shop, mmg: Wallets, status: str) -> None:
    attempt = asked(shop)
    assert mmg.settle(status)
    assert shop.work(attempt.id).state is AttemptState.FAILED
    assert shop.work(ask(shop, attempt.order, 2)).state is AttemptState.PENDING


def test_a_word_that_nobody_knows_is_never_paid(shop: Shop, mmg: Wallets) -> None:
    attempt = asked(shop)
    assert mmg.settle("under_review")
    assert shop.work(attempt.id).state is AttemptState.PENDING


def test_a_request_ends_by_itself_and_cannot_be_taken_back(shop: Shop, mmg: Wallets) -> None:
    attempt = asked(shop)
    shop.counter.push(CancelCard(order=attempt.order, attempt=attempt.id))
    assert shop.work(attempt.id).state is AttemptState.PENDING
    assert mmg.settle()
    assert shop.work(attempt.id).state is AttemptState.CONFIRMED
    second = asked(shop, 2)
    shop.clock.pass_(minutes=11)
    # MMG has forgotten central's token meanwhile: nothing is known by that, and the next look signs in
    assert shop.work(second.id).state is AttemptState.PENDING
    assert shop.work(second.id).state is AttemptState.EXPIRED


def test_money_of_another_order_is_not_taken_for_this_one(shop: Shop, mmg: Wallets) -> None:
    first, second = asked(shop, 1), asked(shop, 2)
    assert first.amount == second.amount
    assert mmg.settle(at=0)
    assert shop.work(first.id).state is AttemptState.CONFIRMED
    mmg.settle("under_review", at=1)
    for _ in range(2):
        assert shop.work(second.id).state is AttemptState.PENDING
    third = ask(shop, shop.order(3))
    mmg.fail("lost_after", 1)
    assert shop.work(third).state is AttemptState.UNKNOWN
    assert shop.work(third).state is AttemptState.UNKNOWN
    assert "payment.mismatch" in shop.cases()
    assert shop.balance().keys() == {"provider", "order", "exchange", "rounding"} & shop.balance().keys()


def test_mmg_is_not_given_back_by_a_desk(shop: Shop, mmg: Wallets) -> None:
    attempt = asked(shop)
    mmg.settle()
    shop.work(attempt.id)
    command = RefundCard(
        order=attempt.order, attempt=attempt.id, refund=an_id("r"), receipt=shop.counter.number("R-", 900),
        amount=usd(1_00), reason="Brought back",
    )  # fmt: skip
    (ack,) = shop.counter.push(command)
    assert [refusal.code for refusal in ack.refusals] == ["refund.by_mmg"]


def test_a_provider_that_is_down_is_said_to_be_and_the_other_is_not(shop: Shop, mmg: Wallets) -> None:
    attempt = asked(shop)
    mmg.fail("down")
    for _ in range(3):
        shop.work(attempt.id)
    calls = mmg.calls()
    shop.work(attempt.id)
    assert mmg.calls() == calls
    ack = push(shop, shop.order(2))
    assert [refusal.code for refusal in ack.refusals] == ["mmg.down"]
    assert shop.provider().value == "up"
    mmg.fail("none")
    shop.clock.pass_(seconds=16)
    mmg.settle()
    assert shop.work(attempt.id).state is AttemptState.CONFIRMED


def test_no_secret_is_logged_or_stored(shop: Shop, mmg: Wallets, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        attempt = asked(shop)
        mmg.settle()
        shop.work(attempt.id)
    kept = shop.ask_database("select convert_from(body, 'utf8') from document")
    for secret in (PASSWORD, "msecret-of-the-tests", "mkey-of-the-tests", "key-of-the-tests"):
        assert secret not in caplog.text
        assert not any(secret in body for (body,) in kept)


# words, numbers and times of MMG


def test_a_time_is_guyana_s_own_with_a_z(clock: Clock) -> None:
    del clock
    assert time_text(datetime(2026, 11, 27, 2, 30, tzinfo=UTC)) == "2026-11-26T22:30:00.000Z"


@given(st.integers(1, 10**12))
def test_a_sum_comes_back_as_it_was_sent(minor: int) -> None:
    said = {
        "transactionStatus": "successful", "amount": amount_text(gyd(minor)), "currency": "GYD",
        "debitParty": [{"key": "accountid", "value": f"592{PAYER}"}],
        "creditParty": [{"key": "other", "value": "1"}, {"key": "accountid", "value": MERCHANT}],
    }  # fmt: skip
    seen = seen_of(said)
    assert seen is not None
    assert (seen.status, seen.amount, seen.payer, seen.paid_to) == ("paid", gyd(minor), PAYER, MERCHANT)


@pytest.mark.parametrize("amount", ["", "-5", "5.001", "1e3", "NaN", "five", "0", "1,300"])
def test_what_is_no_sum_is_none(amount: str) -> None:
    seen = seen_of({"transactionStatus": "successful", "amount": amount, "currency": "GYD"})
    assert seen is not None
    assert seen.amount is None


def test_a_sum_of_another_currency_is_none() -> None:
    seen = seen_of({"transactionStatus": "successful", "amount": "5", "currency": "USD"})
    assert seen is not None
    assert seen.amount is None


@pytest.mark.parametrize("said", [{}, {"TransactionList": "none"}, {"TransactionList": [{"debitParty": 5}]}])
def test_what_is_no_history_is_none(said: dict[str, object]) -> None:
    assert rows_of(said) is None


@pytest.mark.parametrize(
    ("written", "account"),
    [("6112233", PAYER), ("592 611 2233", PAYER), ("+592-6112233", PAYER), ("592611223", ""), ("61122331", "")],
)
def test_an_account_is_seven_digits_however_it_is_written(written: str, account: str) -> None:
    assert account_of(written) == account


# settings


PREFIX = "AGENT_DESK_MMG_"


def environment(**changed: str) -> dict[str, str]:
    said = {
        "URL": "https://mwallet.mmgtest.net/olive/publisher/v1", "MERCHANT": MERCHANT, "API_KEY": "a",
        "PASSWORD": "b", "MKEY": "c", "MSECRET": "d",
    }  # fmt: skip
    return {f"{PREFIX}{name}": value for name, value in (said | changed).items()}


def test_a_whole_package_is_taken_and_says_whether_its_money_is_real() -> None:
    settings = read_mmg(environment())
    assert isinstance(settings, MmgSettings)
    assert not settings.real_money
    live = read_mmg(environment(URL="https://ecommerce.mymmg.gy/olive/publisher/v1/"))
    assert live is not None
    assert live.real_money
    assert read_mmg({}) is None


@pytest.mark.parametrize(
    "url",
    ["", "http://mwallet.mmgtest.net", "https://mmgtest.net.example.com", "https://evilmmg.gy", "https://a:b@mmg.gy",
     "http://127.0.0.2/", "https://mmg.gy/?x=1", "ftp://mmg.gy"],
)  # fmt: skip
def test_secrets_go_to_mmg_alone(url: str) -> None:
    with pytest.raises(ValueError, match=rf"^{PREFIX}URL: missing, or not as MMG issues it\.$"):
        read_mmg(environment(URL=url))


def test_half_a_package_is_refused_by_name_and_never_by_value() -> None:
    with pytest.raises(KnownError, match=r"mmg\.settings") as refused:
        make_mmg(environment(MERCHANT="12345", MKEY=""))
    assert refused.value.message == f"{PREFIX}MERCHANT, {PREFIX}MKEY: missing, or not as MMG issues it."


def test_a_redirect_is_not_followed_with_the_secrets(mmg: Wallets) -> None:
    seen: list[httpx.URL] = []

    def redirect(request: httpx.Request) -> httpx.Response:
        seen.append(request.url)
        return httpx.Response(302, headers={"Location": "https://example.com/"})

    from agent_desk.central.gateways.mmg.proxy import MmgError, MmgProxy

    settings = read_mmg(environment(URL=f"{mmg.url}/olive/publisher/v1"))
    assert settings is not None
    with pytest.raises(MmgError):
        MmgProxy(settings, httpx.Client(transport=httpx.MockTransport(redirect))).look_up("1")
    assert len(seen) == 1
