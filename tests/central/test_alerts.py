"""Alerts about money at central: each once, in the transaction that records the money, never in its way."""

from __future__ import annotations

from uuid import UUID

from agent_desk.domain.card_commands import AskCard
from agent_desk.domain.commands import SetCartCustomer
from agent_desk.domain.money import gyd, usd
from agent_desk.domain.money_commands import TakeCash
from agent_desk.domain.payments import AttemptState
from agent_desk.wire.sync import AckState
from tests.central.card_shop import Shop
from tests.central.counter import CUSTOMER, an_id

HALF = gyd(1_000_000_00)


def sell(shop: Shop, count: int, given: int, customer: UUID | None) -> None:
    """A sale whose customer gives so many Guyanese cents and wants no change."""
    *before, taken = shop.counter.sale(count)
    assert isinstance(taken, TakeCash)
    if customer is not None:
        cart = an_id(shop.counter.desk, "cart", count)
        before.insert(2, SetCartCustomer(cart=cart, customer=customer))
        before[3] = before[3].model_copy(update={"cart_version": 3})
    paid = taken.model_copy(update={"given": gyd(given), "change": usd(0)})
    acks = shop.counter.push(*before, paid)
    assert {ack.state for ack in acks} == {AckState.APPLIED}, acks


def alerts(shop: Shop) -> list[str]:
    return [kind for kind in shop.cases() if kind.startswith("compliance.")]


def test_a_large_sum_is_taken_and_told(shop: Shop) -> None:
    sell(shop, 1, 2 * HALF.minor, None)
    assert alerts(shop) == ["compliance.large_cash"]


def test_one_customer_s_parts_of_a_day_are_told_once_and_those_of_others_are_not(shop: Shop) -> None:
    for count in (1, 2):
        sell(shop, count, HALF.minor, None)
    assert alerts(shop) == []
    for count in (3, 4, 5):
        sell(shop, count, HALF.minor, CUSTOMER.id)
        assert alerts(shop) == ([] if count == 3 else ["compliance.structuring"])


def test_parts_of_different_days_are_not_added_up(shop: Shop) -> None:
    sell(shop, 1, HALF.minor, CUSTOMER.id)
    shop.clock.pass_(days=1)
    sell(shop, 2, HALF.minor, CUSTOMER.id)
    assert alerts(shop) == []


def test_an_order_whose_payments_are_refused_three_times_is_told_once(shop: Shop) -> None:
    order = shop.order()
    for turn in range(1, 5):
        attempt = an_id("attempt", order, turn)
        shop.counter.push(AskCard(order=order, attempt=attempt, receipt=shop.counter.number("R-", 600 + turn)))
        shop.stripe.fail("declined", 1)
        assert shop.work(attempt).state is AttemptState.FAILED
        assert alerts(shop) == (["compliance.failures"] if turn >= 3 else [])
