"""PAY-9: what every movement posts, in each currency to nothing."""

from __future__ import annotations

import os
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_desk.domain.deciding import decide
from agent_desk.domain.ledger import Entry, Posting, balances, entry_of, till_account
from agent_desk.domain.money import Currency, gyd, usd
from agent_desk.domain.money_commands import CloseTill, CountTill, OpenTill, PayOut, TakeCashInTill
from agent_desk.domain.till import NOTHING, Cash, Through, Till
from tests.domain.days import Day, play_days
from tests.domain.shop import Known, an_id, an_order, facts
from tests.domain.test_tendering import taking


def test_an_entry_that_does_not_balance_cannot_be_made() -> None:
    for postings in (
        (),
        (Posting("a", usd(1)),),
        (Posting("a", usd(1)), Posting("b", gyd(-1))),
        (Posting("a", usd(2)), Posting("b", usd(-1))),
    ):
        with pytest.raises(ValueError, match="does not balance"):
            Entry(an_id("entry"), "paid_in", an_id("till"), postings)


def test_two_currencies_meet_in_the_exchange_and_the_rounding() -> None:
    order = an_order(126_64)
    known = Known(order)
    command = taking(order, gyd(30_000_00), Currency.USD)
    changes = known.apply(decide(known, command, facts())).changes
    entry = entry_of(command, changes, known, "GEO-2", "GEO")
    assert entry is not None
    found = balances([entry])
    assert found == {
        ("cash:GEO-2", Currency.GYD): 30_000_00,
        ("cash:GEO-2", Currency.USD): -16_90,
        (f"order:{order.id}", Currency.USD): -126_64,
        ("rounding", Currency.GYD): -14,
        ("exchange", Currency.USD): 143_54,
        ("exchange", Currency.GYD): -29_999_86,
    }


def test_cash_for_an_order_that_nobody_knows_is_unplaced_and_still_in_the_till() -> None:
    day = Day(Random(1))
    day.open()
    before = balances(day.entries.values())
    till = day.tills[0]
    lonely = taking(an_order(), usd(20_00))
    command = TakeCashInTill(**lonely.model_dump(), till=till)
    day.send(command)
    day.send(command)
    after = balances(day.entries.values())
    key = (till_account(till), Currency.USD)
    assert after[key] - before.get(key, 0) == 20_00
    assert after["unplaced:GEO-2", Currency.USD] == -20_00
    day.check_till()


def test_money_that_comes_late_stays_with_its_till_and_changes_what_was_over() -> None:
    day = Day(Random(2))
    day.open()
    till = day.tills[0]
    id_ = an_id("count")
    day.send(CountTill(till=till, count=id_, notes=(), coins=NOTHING, through=Through(), seconds=1, changes=0))
    day.send(CloseTill(till=till, count=id_, through=Through()))
    day.open()
    second = balances(day.entries.values()).get((till_account(day.tills[1]), Currency.USD), 0)
    day.send(PayOut(till=till, move=an_id("late"), amount=usd(3_00), reason="taxi"))
    found = balances(day.entries.values())
    assert found[till_account(till), Currency.USD] == 0
    assert found.get((till_account(day.tills[1]), Currency.USD), 0) == second
    closed = day.known.get(Till, till).closing
    assert closed is not None
    assert found["over_short:GEO", Currency.USD] == -(closed.over_short.usd_minor + 3_00)
    assert "till.late" in day.cases


def test_an_opening_without_money_posts_nothing() -> None:
    known = Known()
    command = OpenTill(till=an_id("till"), number="T-GEO-2-000001", opening=Cash())
    changes = known.apply(decide(known, command, facts())).changes
    assert entry_of(command, changes, known, "GEO-2", "GEO") is None


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_any_day_balances_by_currency_and_its_tills_equal_the_ledger(chance: Random) -> None:
    Day(chance).play()


def test_days_by_chance_balance_and_their_tills_equal_the_ledger() -> None:
    """`AGENT_DESK_DAYS` says how many; 100 000 are played by `make days`."""
    many = int(os.environ.get("AGENT_DESK_DAYS", "200"))
    assert play_days(many) > many
