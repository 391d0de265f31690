"""PAY-9 at central: what a desk did with money is in the books, the books balance, and a closed day stays closed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import psycopg
import pytest

from agent_desk.central.bootstrap import Central
from agent_desk.central.store.giving_way import give_way
from agent_desk.central.store.migrating import migrate
from agent_desk.central.usecases.closing_days import DayClosing, compare_tills
from agent_desk.domain.ledger import till_account
from agent_desk.domain.money import Currency, gyd, usd
from agent_desk.domain.money_commands import (
    AskRefund,
    CloseTill,
    CountTill,
    OpenTill,
    PayIn,
    PayOut,
    RefundCash,
    SetExchangeRate,
    TakeCash,
    TakeCashInTill,
)
from agent_desk.domain.price_book import ExchangeRate
from agent_desk.domain.selling import OrderState
from agent_desk.domain.till import Cash, NoteCount, Through, Till, TillState, cash
from agent_desk.wire.sync import AckState
from tests.central.conftest import on
from tests.central.counter import NOW, Clock, Counter, an_id

TILL = an_id("till")
FLOAT = Cash(usd_minor=100_00, gyd_minor=30_000_00)


def ask(url: str, sql: str, *args: object) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(sql.encode(), args).fetchall()


@pytest.fixture
def geo_1(central: Central, clock: Clock) -> Counter:
    return Counter.sign_in(central, clock, "shanice", "GEO-1")


def opened(desk: Counter, till: object = TILL) -> OpenTill:
    return OpenTill.model_validate({"till": till, "number": desk.number("T-", 1), "opening": FLOAT.model_dump()})


def sold(desk: Counter, count: int = 1) -> list[object]:
    """A sale whose cash lies in the till."""
    *before, cash_taken = desk.sale(count)
    assert isinstance(cash_taken, TakeCash)
    return [*before, TakeCashInTill(**cash_taken.model_dump(), till=TILL)]


def refunded(desk: Counter, amount: int = 5_00) -> RefundCash:
    taken = desk.sale()[-1]
    assert isinstance(taken, TakeCash)
    return RefundCash(
        order=taken.order, order_number=taken.order_number, tender=taken.tender, refund=an_id("refund", amount),
        receipt=desk.number("R-", 77), amount=usd(amount), given=usd(amount), rounding=gyd(0),
        gyd_per_usd=taken.gyd_per_usd, till=TILL, reason="wrong colour",
    )  # fmt: skip


def a_shift(desk: Counter) -> list[object]:
    """Float, a sale, a refund, both kinds of moves, a count that is USD 5 over, the close."""
    taken = sold(desk)[-1]
    assert isinstance(taken, TakeCashInTill)
    through = Through(taken=cash(taken.given), change=cash(taken.change), refunded=cash(usd(5_00)), sales=1, refunds=1)
    expected = FLOAT + through.net + cash(gyd(5_000_00)) - cash(usd(3_00))
    notes = (NoteCount(each=gyd(5_000_00), many=7), NoteCount(each=usd(1_00), many=5))
    return [
        opened(desk),
        *sold(desk),
        refunded(desk),
        PayIn(till=TILL, move=an_id("in"), amount=gyd(5_000_00), reason="change from bank"),
        PayOut(till=TILL, move=an_id("out"), amount=usd(3_00), reason="taxi"),
        CountTill(
            till=TILL, count=an_id("count"), notes=notes, coins=Cash(usd_minor=expected.usd_minor), through=through,
            seconds=80, changes=1,
        ),
        CloseTill(till=TILL, count=an_id("count"), through=through, reason="unknown"),
    ]  # fmt: skip


def test_a_shift_is_in_the_books_to_the_cent_and_leaves_nothing_in_its_till(geo_1: Counter, url: str) -> None:
    acks = geo_1.push(*a_shift(geo_1))  # type: ignore[arg-type]  # commands, all of them
    assert {ack.state for ack in acks} == {AckState.APPLIED}
    geo_1.catch_up()
    till: Till = geo_1.find(Till, TILL)
    assert till.state is TillState.CLOSED
    assert till.closing is not None
    assert till.closing.over_short == cash(usd(5_00))
    assert ask(url, "select currency, sum(minor) from posting group by 1 having sum(minor) <> 0") == []
    kinds = "select kind, count(*) from ledger_entry group by 1 order by 1"
    assert ask(url, kinds) == [
        ("cash_refunded", 1), ("cash_taken", 1), ("paid_in", 1), ("paid_out", 1), ("till_closed", 1),
        ("till_opened", 1),
    ]  # fmt: skip
    left = "select currency, sum(minor) from posting where account = %s group by 1 having sum(minor) <> 0"
    assert ask(url, left, till_account(TILL)) == []
    safe = "select currency, sum(minor)::int from posting where account = 'safe:GEO' group by 1 order by 1"
    drawers = till.closing.expected + till.closing.over_short - FLOAT
    assert ask(url, safe) == [("GYD", drawers.gyd_minor), ("USD", drawers.usd_minor)]
    assert ask(url, "select currency, minor from posting where account = 'over_short:GEO'") == [("USD", -5_00)]
    assert ask(url, "select kind from exception_case") == [("till.over_short",)]


def test_an_open_till_holds_what_its_account_holds_and_a_second_sending_changes_nothing(
    geo_1: Counter, url: str, central: Central
) -> None:
    commands = [opened(geo_1), *sold(geo_1), refunded(geo_1)]
    envelopes = [geo_1.envelope(command) for command in commands]  # type: ignore[arg-type]
    for _ in range(3):
        geo_1.sync(*envelopes)
    with central.database.pushing() as unit:
        through = unit.sum_through(TILL)
        posted = unit.sum_account(till_account(TILL))
    held = FLOAT + through.net
    assert posted == {"USD": held.usd_minor, "GYD": held.gyd_minor}
    assert (through.sales, through.refunds) == (1, 1)
    assert ask(url, "select till = %s from cash_received", TILL) == [(True,)]


def test_central_s_ledger_counts_and_a_desk_that_knows_less_is_a_case(geo_1: Counter, url: str) -> None:
    geo_1.push(opened(geo_1), *sold(geo_1))  # type: ignore[arg-type]
    nothing = CountTill(
        till=TILL, count=an_id("count"), notes=(), coins=Cash(), through=Through(), seconds=1, changes=0
    )
    geo_1.push(nothing)
    geo_1.catch_up()
    till: Till = geo_1.find(Till, TILL)
    assert till.counts[0].through.sales == 1
    assert till.counts[0].expected != FLOAT
    assert ask(url, "select kind from exception_case") == [("till.differs",)]


def test_cash_that_comes_after_the_close_stays_with_its_till(geo_1: Counter, url: str) -> None:
    *first, last = a_shift(geo_1)
    late = sold(geo_1, 2)
    other = an_id("next till")
    following = opened(geo_1, other).model_copy(update={"number": geo_1.number("T-", 2)})
    geo_1.push(*first, last, following, *late)  # type: ignore[arg-type]
    of_till = "select currency, sum(minor)::int from posting where account = %s group by 1 order by 1"
    assert {minor for _, minor in ask(url, of_till, till_account(TILL))} == {0}
    assert ask(url, of_till, till_account(other)) == [("GYD", FLOAT.gyd_minor), ("USD", FLOAT.usd_minor)]
    assert "till.late" in {kind for (kind,) in ask(url, "select kind from exception_case")}
    assert ask(url, "select currency from posting group by 1 having sum(minor) <> 0") == []


def test_a_refund_is_told_to_a_manager_where_it_goes_too_far(geo_1: Counter, central: Central, clock: Clock) -> None:
    geo_1.push(opened(geo_1), *sold(geo_1), refunded(geo_1, 19_00))  # type: ignore[arg-type]
    geo_1.catch_up()
    assert geo_1.order().state is OrderState.REFUNDED_PART
    geo_2 = Counter.sign_in(central, clock, "shanice", "GEO-2")
    elsewhere = refunded(geo_1, 1_00).model_copy(update={"receipt": geo_2.number("R-", 1), "till": None})
    asked = AskRefund(
        order=elsewhere.order, tender=elsewhere.tender, refund=an_id("asked"), amount=usd(1_00), reason="broken"
    )
    acks = geo_2.push(elsewhere, asked)
    assert [ack.state for ack in acks] == [AckState.APPLIED, AckState.APPLIED]
    assert all(ack.case is not None for ack in acks)


def test_a_day_closes_once_and_takes_nothing_more(geo_1: Counter, url: str, central: Central, clock: Clock) -> None:
    closing = DayClosing(central.database, clock, give_way)
    geo_1.push(opened(geo_1), *sold(geo_1))  # type: ignore[arg-type]
    assert closing.close_due() == 0
    clock.pass_(hours=22)
    geo_1.mono += 22 * 3_600_000
    assert closing.close_due() == 1
    assert closing.close_due() == 0
    day = NOW.date()
    assert ask(url, "select branch, day, entries from ledger_day") == [("GEO", day, 2)]
    totals = "select currency, sum(minor)::int from ledger_day_total group by 1 order by 1"
    assert ask(url, totals) == [("GYD", 0), ("USD", 0)]
    assert ask(url, "select count(*) from exception_case where kind = 'ledger.differs'") == [(0,)]
    geo_1.push(PayIn(till=TILL, move=an_id("after"), amount=usd(1_00), reason="found"))
    assert ask(url, "select booked_on from ledger_entry where kind = 'paid_in'") == [(day + timedelta(days=1),)]
    with psycopg.connect(url) as connection:
        for sql in ("delete from ledger_entry", "update posting set minor = 1", "truncate ledger_day cascade"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(sql.encode())
        with pytest.raises(psycopg.errors.CheckViolation), connection.transaction():
            connection.execute(
                "insert into posting select id, 8 + n, 'x', 'USD', 1 - 2 * n"
                " from ledger_entry, generate_series(0, 1) n where kind = 'cash_taken'"
            )
        with pytest.raises(psycopg.errors.CheckViolation), connection.transaction():
            connection.execute(
                "insert into ledger_entry values (gen_random_uuid(), 'x', gen_random_uuid(), 'GEO', 'GEO-1', now(),"
                " '2030-01-01', gen_random_uuid(), gen_random_uuid(), null)"
            )


def test_what_comes_late_at_night_is_booked_on_the_first_open_day(
    geo_1: Counter, url: str, central: Central, clock: Clock
) -> None:
    geo_1.push(opened(geo_1))
    move = geo_1.envelope(PayIn(till=TILL, move=an_id("late"), amount=usd(1_00), reason="found"))
    clock.pass_(hours=22)
    assert DayClosing(central.database, clock, give_way).close_due() == 1
    # the desk did it yesterday and sends it now
    geo_1.mono += 22 * 3_600_000
    geo_1.sync(move)
    booked = ask(
        url, "select (happened_at - interval '4 hours')::date, booked_on from ledger_entry where kind = 'paid_in'"
    )
    assert booked == [(NOW.date(), NOW.date() + timedelta(days=1))]


def test_a_till_that_does_not_hold_what_the_ledger_says_is_found(geo_1: Counter, url: str, central: Central) -> None:
    geo_1.push(opened(geo_1), *sold(geo_1))  # type: ignore[arg-type]
    with central.database.pushing() as unit:
        assert compare_tills(unit, "GEO", NOW.date()) == []
    with psycopg.connect(url) as connection:
        connection.execute(
            "insert into posting select id, 90 + n, case n when 0 then %s else 'x' end, 'USD', 1 - 2 * n"
            " from ledger_entry, generate_series(0, 1) n where kind = 'till_opened'",
            (till_account(TILL),),
        )
    with central.database.pushing() as unit:
        found = compare_tills(unit, "GEO", NOW.date())
    assert [till for till, _ in found] == [TILL]
    assert "T-GEO-1-000001" in found[0][1]


def test_a_manager_s_rate_prices_what_is_sold_in_the_same_push_and_its_spread_stays_at_central(
    central: Central, clock: Clock, url: str
) -> None:
    desk = Counter.sign_in(central, clock, "sandra", "GEO-2")
    rate = an_id("rate")
    said = SetExchangeRate(
        rate=rate, gyd_per_usd=Decimal(212), effective_at=clock(), source="Republic Bank", spread_percent=Decimal("1.5")
    )
    *before, checked_out, placed, taken = desk.sale()
    assert isinstance(taken, TakeCash)
    new = checked_out.model_copy(update={"exchange_rate": rate, "totals": at_212(checked_out.totals)})  # type: ignore[attr-defined]
    sale = [*before, new, placed.model_copy(update={"totals": new.totals})]  # type: ignore[attr-defined]
    acks = desk.push(said, *sale)
    assert {ack.state for ack in acks} == {AckState.APPLIED}
    desk.catch_up()
    assert desk.find(ExchangeRate, rate).gyd_per_usd == 212
    assert desk.order().gyd_per_usd == 212
    assert ask(url, "select spread_percent from exchange_rate_terms") == [(Decimal("1.5"),)]
    sent = ask(url, "select convert_from(body, 'utf8') from sync_row where kind = 'exchange_rate' and body is not null")
    assert not any("spread" in str(body) for (body,) in sent)


def at_212(totals: object) -> object:
    from agent_desk.domain.money import convert, whole_dollars

    total = totals.total  # type: ignore[attr-defined]
    shown = whole_dollars(convert(total, Currency.GYD, Decimal(212)))
    return totals.model_copy(update={"total_gyd": shown})  # type: ignore[attr-defined]


def test_what_was_posted_before_there_was_a_ledger_is_entered(server: str) -> None:
    name = "before_the_ledger"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    url = on(server, name)
    try:
        migrate(url, until=5)
        tender = an_id("old tender")
        with psycopg.connect(url) as connection:
            connection.execute("insert into device (desk, branch) values ('GEO-1', 'GEO')")
            connection.execute(
                "insert into cash_received values (%s, %s, 'GEO-1-000001', true, 'GEO-1', 'R-GEO-1-000001', 100, 'USD',"
                " 0, 'USD', 100, 0, 209, '2026-11-23 02:00+00', %s, %s)",
                (tender, an_id("o"), an_id("s"), an_id("c")),
            )
            connection.execute("insert into posting values (%s, 1, 'cash:GEO-1', 'USD', 100)", (tender,))
            connection.execute("insert into posting values (%s, 2, 'order:x', 'USD', -100)", (tender,))
        migrate(url)
        entries = ask(url, "select id, kind, branch, booked_on from ledger_entry")
        # at two in the morning in London it is the evening before at the counter
        assert entries == [(tender, "cash_taken", "GEO", date(2026, 11, 22))]
        assert ask(url, "select sum(minor) from posting where entry = %s", tender) == [(0,)]
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"drop database {name} with (force)".encode())
