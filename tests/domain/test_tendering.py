from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.deciding import decide
from agent_desk.domain.decision import Decided
from agent_desk.domain.money import MOST_MINOR, Currency, Money, gyd, usd
from agent_desk.domain.money_commands import TakeCash
from agent_desk.domain.selling import Order, OrderState
from agent_desk.domain.tendering import CashWorking, cash_due, suggest_given, work_out_cash
from tests.domain.shop import RATE, Known, an_id, an_order, facts

DUE = usd(126_64)


def test_what_is_due_is_asked_for_in_whole_guyanese_dollars() -> None:
    assert cash_due(DUE, Currency.GYD, RATE) == gyd(26_468_00)
    assert cash_due(DUE, Currency.USD, RATE) == DUE


def test_the_pictured_change_is_given_in_either_currency() -> None:
    in_gyd = work_out_cash(DUE, gyd(30_000_00), Currency.GYD, RATE)
    assert in_gyd == CashWorking(applied=DUE, change=gyd(3_532_00), rounding=gyd(24), still_due=usd(0))
    in_usd = work_out_cash(DUE, gyd(30_000_00), Currency.USD, RATE)
    assert in_usd == CashWorking(applied=DUE, change=usd(16_90), rounding=gyd(14), still_due=usd(0))


def test_a_part_is_taken_and_the_rest_stays_due() -> None:
    working = work_out_cash(usd(222_33), gyd(20_000_00), Currency.GYD, RATE)
    assert (working.applied, working.still_due, working.change) == (usd(95_69), DUE, gyd(0))
    assert work_out_cash(DUE, usd(100_00), Currency.USD, RATE).still_due == usd(26_64)


def test_us_cash_gives_guyanese_change_in_whole_dollars() -> None:
    working = work_out_cash(DUE, usd(140_00), Currency.GYD, RATE)
    assert (working.applied, working.change, working.rounding) == (DUE, gyd(2_792_00), gyd(24))


def test_a_few_cents_of_a_guyanese_dollar_short_still_pays() -> None:
    working = work_out_cash(DUE, gyd(26_467_50), Currency.GYD, RATE)
    assert (working.applied, working.still_due, working.rounding) == (DUE, usd(0), gyd(-26))


@pytest.mark.parametrize(
    ("due", "sums"),
    [
        (gyd(26_468_00), (gyd(26_500_00), gyd(27_000_00))),
        (gyd(5_000_00), (gyd(5_000_00),)),
        (usd(126_64), (usd(130_00), usd(140_00))),
        (usd(0), ()),
    ],
)
def test_likely_sums_are_suggested(due: Money, sums: tuple[Money, ...]) -> None:
    assert suggest_given(due) == sums


RATES = st.decimals(Decimal(100), Decimal(400), places=2)
CASH = st.one_of(
    st.integers(1, 2_000_000_00).map(usd),
    st.integers(1, 900_000_000).map(lambda dollars: gyd(dollars * 100)),
)


def in_gyd(money: Money, rate: Decimal) -> Fraction:
    return money.minor * (Fraction(rate) if money.currency is Currency.USD else Fraction(1))


@given(st.integers(1, 1_000_000_00).map(usd), CASH, st.sampled_from(Currency), RATES)
def test_what_is_given_is_what_is_applied_and_what_goes_back_but_for_the_rounding(
    due: Money, given_: Money, change_in: Currency, rate: Decimal
) -> None:
    working = work_out_cash(due, given_, change_in, rate)
    missing = in_gyd(given_, rate) - in_gyd(working.applied, rate) - in_gyd(working.change, rate)
    assert abs(missing - working.rounding.minor) <= Fraction(1, 2)
    assert working.change.minor >= 0
    assert working.change.currency is change_in
    assert 0 <= working.applied.minor <= due.minor
    assert working.still_due == due - working.applied
    # never more than half a Guyanese dollar each way and the US cents of two conversions
    assert abs(working.rounding.minor) <= 100 + Fraction(rate)
    assert working.change.minor == 0 or working.still_due.minor == 0
    if given_.currency is change_in is Currency.USD:
        assert working.rounding.minor == 0
    if change_in is Currency.GYD and given_.currency is Currency.USD:
        assert working.change.minor % 100 == 0


def taking(
    order: Order, given_: Money, change_in: Currency | None = None, name: str = "1", **changed: object
) -> TakeCash:
    working = work_out_cash(order.due, given_, change_in or given_.currency, order.gyd_per_usd)
    command = TakeCash(
        order=order.id,
        order_number=order.number,
        tender=an_id(f"tender {name}"),
        receipt="R-GEO-2-000501",
        given=given_,
        change=working.change,
        applied=working.applied,
        rounding=working.rounding,
        gyd_per_usd=order.gyd_per_usd,
    )
    return command.model_copy(update=changed)


def taken(order: Order, command: TakeCash) -> tuple[Order, list[str]]:
    known = Known(order)
    decided = known.apply(decide(known, command, facts()))
    return known.get(Order, order.id), [case.kind for case in decided.cases]


def test_two_currencies_pay_one_order() -> None:
    order, cases = taken(an_order(), taking(an_order(), usd(195_69)))
    assert (order.state, order.due, cases) == (OrderState.PART_PAID, DUE, [])
    order, cases = taken(order, taking(order, gyd(30_000_00), Currency.USD, "2"))
    assert (order.state, order.due, cases) == (OrderState.PAID, usd(0), [])
    tender = order.tenders[1]
    assert (tender.given, tender.change, tender.rounding) == (gyd(30_000_00), usd(16_90), gyd(14))
    assert (tender.desk, tender.taken_by, tender.receipt) == ("GEO-2", "Shanice Persaud", "R-GEO-2-000501")


@given(st.integers(1, 5_000_00), st.lists(CASH, max_size=6), RATES)
def test_any_tenders_that_leave_nothing_due_pay_the_order(total: int, sums: list[Money], rate: Decimal) -> None:
    order = an_order(total, rate)
    for at, given_ in enumerate(sums):
        if order.due.minor <= 0:
            break
        order, cases = taken(order, taking(order, given_, name=str(at)))
        assert cases == []
    if order.due.minor <= 0:
        assert order.state is OrderState.PAID
        assert order.paid == order.totals.total
    else:
        assert order.state is (OrderState.PART_PAID if order.paid.minor else OrderState.AWAITING_PAYMENT)


def test_cash_for_an_order_nobody_knows_is_a_case_not_a_refusal() -> None:
    outcome = decide(Known(), taking(an_order(), usd(10_00)), facts())
    assert isinstance(outcome, Decided)
    assert outcome.changes == ()
    assert [case.kind for case in outcome.cases] == ["cash.without_order"]
    assert "GEO-2-000123" in outcome.cases[0].sentence


def test_cash_from_two_desks_at_once_is_recorded_twice_and_the_order_overpaid() -> None:
    first, _ = taken(an_order(100_00), taking(an_order(100_00), usd(100_00)))
    both, cases = taken(first, taking(an_order(100_00), usd(120_00), name="other desk"))
    assert cases == ["cash.overpaid"]
    assert (both.state, both.paid, both.due) == (OrderState.PAID, usd(200_00), usd(-100_00))
    assert both.tenders[1].change == usd(20_00)


def test_a_part_payment_beside_another_stays_a_part_payment() -> None:
    first, _ = taken(an_order(100_00), taking(an_order(100_00), usd(30_00)))
    second, cases = taken(first, taking(an_order(100_00), gyd(5_000_00), name="other desk"))
    assert cases == []
    assert second.state is OrderState.PART_PAID
    assert second.paid == usd(30_00 + 23_92)


def test_a_working_that_does_not_add_up_is_recorded_with_what_it_is_worth() -> None:
    order, cases = taken(an_order(), taking(an_order(), usd(1_00), applied=usd(322_33)))
    assert cases == ["cash.differs"]
    assert (order.state, order.tenders[0].given, order.paid) == (OrderState.PART_PAID, usd(1_00), usd(1_00))


def test_a_working_that_adds_up_but_pays_too_little_is_looked_at() -> None:
    order, cases = taken(an_order(), taking(an_order(50_00), usd(100_00)))
    assert (order.paid, cases) == (usd(50_00), ["cash.differs"])


def test_another_rate_than_the_orders_is_looked_at() -> None:
    order, cases = taken(an_order(), taking(an_order(), usd(400_00), gyd_per_usd=Decimal(210)))
    assert (order.state, cases) == (OrderState.PAID, ["cash.differs"])


def test_more_change_than_was_given_pays_nothing() -> None:
    order, cases = taken(an_order(), taking(an_order(), usd(10_00), change=usd(500_00)))
    assert (order.state, order.paid, cases) == (OrderState.AWAITING_PAYMENT, usd(0), ["cash.differs"])


def test_cash_on_a_cancelled_order_is_recorded_and_it_stays_cancelled() -> None:
    cancelled = an_order(state=OrderState.CANCELLED)
    order, cases = taken(cancelled, taking(cancelled, usd(400_00)))
    assert (order.state, len(order.tenders), cases) == (OrderState.CANCELLED, 1, ["cash.on_cancelled"])


def test_one_tender_reported_twice_is_recorded_once() -> None:
    command = taking(an_order(), usd(100_00))
    order, _ = taken(an_order(), command)
    assert taken(order, command) == (order, [])
    assert taken(order, taking(an_order(), usd(50_00))) == (order, ["cash.differs"])


MONEY = st.builds(Money, minor=st.integers(-MOST_MINOR, MOST_MINOR), currency=st.sampled_from(Currency))
CLAIMS = st.fixed_dictionaries({"given": MONEY, "change": MONEY, "applied": MONEY, "rounding": MONEY})


@given(CLAIMS, st.integers(0, MOST_MINOR // 1000), st.sampled_from(OrderState))
def test_a_fact_is_never_refused_whatever_it_says(claims: dict[str, Money], total: int, state: OrderState) -> None:
    before = an_order(total, state=state)
    order, _ = taken(before, taking(an_order(), usd(1)).model_copy(update=claims))
    assert (order.tenders[0].given, order.tenders[0].change) == (claims["given"], claims["change"])
    assert order.paid.minor >= 0
    assert Order.model_validate_json(order.model_dump_json()) == order
    if state in {OrderState.PAID, OrderState.CANCELLED}:
        assert order.state is state
