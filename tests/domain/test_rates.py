"""PAY-6: the age of a rate, what it still serves for, a manager's own."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.deciding import decide
from agent_desk.domain.decision import Decided
from agent_desk.domain.money import Currency, convert, usd
from agent_desk.domain.money_commands import SetExchangeRate
from agent_desk.domain.people import Role
from agent_desk.domain.price_book import ExchangeRate, PriceBook
from agent_desk.domain.rates import FRESH_FOR, Stated, Use, follow, may_use, mid_of
from tests.domain.parcels import data_file
from tests.domain.shop import BOOK, NOW, RATE_NOW, Known, a_person, an_id, codes, facts

MANAGER = facts(actor=a_person(Role.MANAGER, name="Sandra Bovell"))


def recorded() -> Iterator[tuple[Stated, datetime]]:
    """What a real feed said of the Guyanese dollar, and when it was read."""
    with data_file("money/usd_hourly.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["GYD"]:
                at = (datetime.fromtimestamp(int(row[name]), UTC) for name in ("feed_timestamp", "commit_unix"))
                stated_at, read_at = at
                yield Stated(Decimal(row["GYD"]), stated_at), read_at


def test_a_real_feed_with_gaps_repeats_and_steps_back_never_looks_younger_than_it_is() -> None:
    known: Stated | None = None
    newest = datetime.min.replace(tzinfo=UTC)
    repeats = backwards = stale = 0
    longest = timedelta(0)
    before: datetime | None = None
    for heard, read_at in recorded():
        if before is not None:
            # the moment before the next word is the oldest the last one gets
            assert known is not None
            longest = max(longest, known.age(read_at))
            stale += known.age(read_at) > FRESH_FOR
        repeats += heard.stated_at == newest
        backwards += heard.stated_at < newest
        was = known
        known = follow(known, heard, read_at)
        if heard.stated_at <= newest:
            assert known is was
        else:
            assert known.gyd_per_usd == heard.gyd_per_usd
        newest = max(newest, heard.stated_at)
        assert known.stated_at <= read_at
        before = read_at
    # one word came twice, and one again after the feed had stepped back behind it
    assert (repeats, backwards) == (2, 1)
    # an hourly feed is past its half hour before every next word
    assert stale > 1900
    assert longest > timedelta(hours=2)


def test_every_real_rate_converts_by_exact_arithmetic() -> None:
    for heard, _ in recorded():
        rate = heard.gyd_per_usd
        for minor in (1, 99, 126_64, 1_000_000_01):
            there = convert(usd(minor), Currency.GYD, rate)
            assert abs(Fraction(there.minor) - minor * Fraction(rate)) <= Fraction(1, 2)
            back = convert(there, Currency.USD, rate)
            assert abs(back.minor - minor) <= 1


def test_a_feed_whose_clock_ran_ahead_is_believed_again_as_soon_as_it_is_right() -> None:
    ahead = follow(None, Stated(Decimal(209), NOW + timedelta(days=400)), NOW)
    assert ahead.stated_at == NOW
    assert follow(ahead, Stated(Decimal(210), NOW + timedelta(hours=1)), NOW + timedelta(hours=1)).gyd_per_usd == 210


@given(st.lists(st.tuples(st.integers(-10_000, 10_000), st.integers(0, 5_000)), max_size=30))
def test_whatever_a_feed_says_in_whatever_order_the_age_is_that_of_its_newest_word(
    said: list[tuple[int, int]],
) -> None:
    known: Stated | None = None
    now = NOW
    newest: datetime | None = None
    for offset, later in said:
        now += timedelta(seconds=later)
        stated = now + timedelta(seconds=offset)
        known = follow(known, Stated(Decimal(209), stated), now)
        newest = min(stated, now) if newest is None else max(newest, min(stated, now))
        assert known.stated_at == newest
        assert known.age(now) == now - newest


def test_offline_a_rate_serves_by_its_age() -> None:
    for hours, allowed in ((0, 3), (4, 3), (5, 2), (24, 2), (25, 1), (9_999, 1)):
        assert sum(may_use(use, timedelta(hours=hours)) for use in Use) == allowed


def setting(rate: str = "215", **changed: object) -> SetExchangeRate:
    plain = SetExchangeRate(
        rate=an_id("rate 215"), gyd_per_usd=Decimal(rate), effective_at=NOW, source="Republic Bank, board",
        spread_percent=Decimal(3),
    )  # fmt: skip
    return plain.model_copy(update=changed)


def test_a_manager_sets_the_rate_and_it_holds_from_then_on() -> None:
    known = Known()
    decided = known.apply(decide(known, setting(), MANAGER))
    rate = known.get(ExchangeRate, an_id("rate 215"))
    assert (rate.gyd_per_usd, rate.source, rate.version) == (Decimal(215), "Republic Bank, board", 1)
    assert decided.warnings == ()
    book = BOOK.with_rate(rate)
    assert book.rate_at(NOW) == rate
    assert book.rate_at(NOW - timedelta(seconds=1)) == RATE_NOW
    assert "spread" not in rate.model_dump_json()


def test_of_two_rates_that_begin_together_everybody_takes_the_same() -> None:
    two = [ExchangeRate(id=an_id(name), gyd_per_usd=Decimal(210), effective_at=NOW, source="x") for name in "ab"]
    ways = (PriceBook((), tuple(two), (), ()), PriceBook((), tuple(two[::-1]), (), ()))
    assert len({book.rate_at(NOW) for book in ways}) == 1


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (setting(effective_at=NOW - timedelta(hours=1)), "exchange_rate.backdated"),
        (setting(effective_at=NOW + timedelta(days=32)), "exchange_rate.too_far_ahead"),
        (setting("2150"), "exchange_rate.implausible"),
        (setting("21.5"), "exchange_rate.implausible"),
    ],
)
def test_a_rate_that_cannot_be_meant_is_refused(command: SetExchangeRate, code: str) -> None:
    assert codes(decide(Known(), command, MANAGER)) == [code]


def test_a_rate_is_set_once_and_not_by_an_agent() -> None:
    known = Known()
    known.apply(decide(known, setting(), MANAGER))
    assert codes(decide(known, setting(), MANAGER)) == ["exchange_rate.repeated"]
    assert codes(decide(Known(), setting(), facts())) == ["role.not_allowed"]


def test_a_large_step_is_asked_about() -> None:
    outcome = decide(Known(), setting("225"), MANAGER)
    assert isinstance(outcome, Decided)
    assert [warning.code for warning in outcome.warnings] == ["exchange_rate.jumps"]
    assert [change.version for change in outcome.changes] == [1]


def test_the_spread_leads_back_to_what_the_source_said() -> None:
    assert mid_of(Decimal("214.755"), Decimal(3)) == Decimal("208.5")
