"""Cash: what is due, what goes back, and what was taken."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from agent_desk.domain.decision import Case, Decided, Facts, Outcome, State
from agent_desk.domain.formats import money_text
from agent_desk.domain.money import MOST_MINOR, Currency, Money, convert, gyd, usd, whole_dollars
from agent_desk.domain.money_commands import TakeCash, TakeCashInTill
from agent_desk.domain.selling import Order, OrderState, Tender
from agent_desk.domain.tilling import till_cases
from agent_desk.domain.values import half_up

_STEPS = {
    Currency.GYD: (100_00, 500_00, 1000_00, 5000_00),
    Currency.USD: (5_00, 10_00, 20_00, 50_00, 100_00),
}
"""What people round up to with the notes they have, in minor units."""


@dataclass(frozen=True, slots=True)
class CashWorking:
    """given = applied + change + rounding, in Guyanese dollars at the rate, to the cent."""

    applied: Money
    """US dollars of what was due."""
    change: Money
    rounding: Money
    """Guyanese dollars; zero where all of it was US dollars."""
    still_due: Money
    """US dollars."""


def cash_due(due_usd: Money, currency: Currency, gyd_per_usd: Decimal) -> Money:
    """What to ask for in cash of that currency; Guyanese cash is whole dollars."""
    return due_usd if currency is Currency.USD else whole_dollars(convert(due_usd, Currency.GYD, gyd_per_usd))


def suggest_given(due: Money) -> tuple[Money, ...]:
    """The two likeliest sums for so much due: 26,500 and 27,000 for GYD 26,468."""
    if due.minor <= 0:
        return ()
    sums = (-(-due.minor // step) * step for step in _STEPS[due.currency])
    return tuple(Money(minor=minor, currency=due.currency) for minor in list(dict.fromkeys(sums))[:2])


def work_out_cash(due: Money, given: Money, change_in: Currency, gyd_per_usd: Decimal) -> CashWorking:
    """What so much cash pays of what is due in US dollars, and what goes back in the currency asked for."""
    owed = cash_due(due, given.currency, gyd_per_usd)
    if given.minor >= owed.minor:
        applied = due
        back = given - owed
        same = change_in is given.currency
        change = back if same else cash_due(convert(back, Currency.USD, gyd_per_usd), change_in, gyd_per_usd)
    else:
        value = convert(given, Currency.USD, gyd_per_usd)
        applied = value if value.minor < due.minor else due
        change = Money(minor=0, currency=change_in)
    rounding = _rounding(given, applied, change, gyd_per_usd)
    return CashWorking(applied=applied, change=change, rounding=rounding, still_due=due - applied)


def _rounding(given: Money, applied: Money, change: Money, gyd_per_usd: Decimal) -> Money:
    spent = value_in_gyd(applied, gyd_per_usd) + value_in_gyd(change, gyd_per_usd)
    return gyd(half_up(value_in_gyd(given, gyd_per_usd) - spent))


def value_in_gyd(money: Money, gyd_per_usd: Decimal) -> Fraction:
    """Its exact worth in Guyanese cents."""
    return money.minor * (Fraction(gyd_per_usd) if money.currency is Currency.USD else Fraction(1))


def take_cash(state: State, command: TakeCash, facts: Facts) -> Outcome:
    """I12: cash in the drawer is recorded whatever we think of it; what looks wrong becomes a case."""
    order = state.find(Order, command.order)
    till = command.till if isinstance(command, TakeCashInTill) else None
    odd = till_cases(state, till, facts, money_text(command.given))
    if order is None:
        given = money_text(command.given)
        sentence = f"{given} was taken on receipt {command.receipt} for {command.order_number}, which is not an order."
        return Decided((), cases=(Case("cash.without_order", sentence), *odd))
    present = next((tender for tender in order.tenders if tender.id == command.tender), None)
    if present is not None:
        return _repeated(order, present, command)
    applied, rounding, cases = _judge(order, command)
    tender = Tender(
        id=command.tender,
        given=command.given,
        change=command.change,
        applied=applied,
        rounding=rounding,
        taken_at=facts.now,
        taken_by=facts.actor.name,
        desk=facts.desk,
        receipt=command.receipt,
        till=till,
        exchange_rate=order.exchange_rate,
        gyd_per_usd=order.gyd_per_usd,
    )
    taken = order.next(tenders=(*order.tenders, tender))
    return Decided((taken.model_copy(update={"state": _state_of(taken)}),), cases=cases + odd)


def _repeated(order: Order, present: Tender, command: TakeCash) -> Decided:
    if (present.given, present.change, present.receipt) == (command.given, command.change, command.receipt):
        return Decided(())
    sentence = (
        f"{order.number}: one payment was reported twice and differently, as {money_text(present.given)} on receipt "
        f"{present.receipt} and {money_text(command.given)} on receipt {command.receipt}. Count the drawer."
    )
    return Decided((), cases=(Case("cash.differs", sentence),))


def _state_of(order: Order) -> OrderState:
    if order.state in {OrderState.CANCELLED, OrderState.PAID, OrderState.REFUNDED, OrderState.REFUNDED_PART}:
        return order.state
    if order.due.minor <= 0:
        return OrderState.PAID
    return OrderState.PART_PAID if order.paid.minor > 0 else OrderState.AWAITING_PAYMENT


def _judge(order: Order, command: TakeCash) -> tuple[Money, Money, tuple[Case, ...]]:
    """What it pays and rounds, and the cases; given and change are kept as said, they are in the drawer."""
    if not _fits(order, command):
        return usd(0), gyd(0), (_differs(order, command),)
    rate = order.gyd_per_usd
    claim = (command.applied, command.change, command.rounding)
    ours = work_out_cash(order.due, command.given, command.change.currency, rate)
    if order.due.minor > 0 and claim == (ours.applied, ours.change, ours.rounding):
        cases: tuple[Case, ...] = ()
        applied, rounding = command.applied, command.rounding
    elif _adds_up(command, rate):
        # the desk did not know of another payment: its receipt is right about the money it moved
        applied, rounding = command.applied, command.rounding
        cases = () if applied.minor > order.due.minor else (_differs(order, command),)
    else:
        worth = convert(command.given, Currency.USD, rate) - convert(command.change, Currency.USD, rate)
        applied = worth if worth.minor > 0 else usd(0)
        rounding = _rounding(command.given, applied, command.change, rate)
        cases = (_differs(order, command),)
    if command.gyd_per_usd != rate and not cases:
        cases = (_differs(order, command),)
    if order.state is OrderState.CANCELLED:
        sentence = f"{order.number} is cancelled, but {money_text(command.given)} was taken for it: give it back."
        cases += (Case("cash.on_cancelled", sentence),)
    elif applied.minor > order.due.minor:
        over = money_text(applied - order.due)
        cases += (Case("cash.overpaid", f"{order.number} is overpaid by {over}: find out who is owed it."),)
    return applied, rounding, cases


def _fits(order: Order, command: TakeCash) -> bool:
    """False for sums that no drawer holds, such as GYD 1,000,000,000, which bounded arithmetic could not carry."""
    rate = Fraction(order.gyd_per_usd)
    factors = {Currency.USD: max(rate, Fraction(1)), Currency.GYD: max(1 / rate, Fraction(1))}
    said = (command.given, command.change, command.applied, command.rounding)
    sane = all(abs(money.minor) * factors[money.currency] <= MOST_MINOR // 100 for money in said)
    return sane and command.given.minor > 0


def _adds_up(command: TakeCash, gyd_per_usd: Decimal) -> bool:
    """True when the claim is right for whatever the desk believed was due."""
    if command.applied.currency is not Currency.USD or command.applied.minor <= 0:
        return False
    change_in = command.change.currency
    if command.change.minor == 0:
        value = convert(command.given, Currency.USD, gyd_per_usd)
        unspent = _rounding(command.given, value, command.change, gyd_per_usd)
        if (command.applied, command.rounding) == (value, unspent):
            return True
    believed = work_out_cash(command.applied, command.given, change_in, gyd_per_usd)
    return (believed.applied, believed.change, believed.rounding) == (
        command.applied,
        command.change,
        command.rounding,
    )


def _differs(order: Order, command: TakeCash) -> Case:
    said = f"{money_text(command.given)} given, {money_text(command.change)} back"
    sentence = f"{order.number}: receipt {command.receipt} says {said}, which does not add up. Count the drawer."
    return Case("cash.differs", sentence)
