"""CTR-8: a shift's drawers from the float to the close. All of it has happened: what looks wrong becomes a case."""

from __future__ import annotations

from agent_desk.domain.aggregate import Command
from agent_desk.domain.decision import Case, Decided, Facts, State
from agent_desk.domain.formats import MINUS, money_text
from agent_desk.domain.money import Money
from agent_desk.domain.money_commands import CloseTill, CountTill, OpenTill, PayIn, PayOut, RefundCash, TakeCashInTill
from agent_desk.domain.people import SELLERS
from agent_desk.domain.rights import refuse_role
from agent_desk.domain.till import (
    MOST_COUNTS,
    MOST_MOVES,
    NOTHING,
    Cash,
    Closing,
    Count,
    Move,
    Through,
    Till,
    TillState,
    cash,
)
from agent_desk.domain.values import Id

OVER_SHORT_LIMIT = Cash(usd_minor=2_00, gyd_minor=400_00)
"""Where no rules are in force."""


def through_of(command: Command) -> tuple[Id, Id, Through] | None:
    """The till, the tender or refund, and what it moved; None for what lies in no till."""
    match command:
        case TakeCashInTill(till=till) if till is not None:
            taken = Through(
                taken=cash(command.given), change=cash(command.change), rounding=cash(command.rounding), sales=1
            )
            return till, command.tender, taken
        case RefundCash(till=till) if till is not None:
            given = Through(refunded=cash(command.given), rounding=cash(command.rounding), refunds=1)
            return till, command.refund, given
    return None


def till_cases(state: State, id_: Id | None, facts: Facts, what: str) -> tuple[Case, ...]:
    """What is odd about money in that till; it stays with the till it was said to lie in all the same."""
    if id_ is None:
        return ()
    till = state.find(Till, id_)
    if till is None:
        sentence = f"{what} at desk {facts.desk} lies in a till that nobody knows: count its drawers."
        return (Case("till.unknown", sentence),)
    cases: tuple[Case, ...] = ()
    if till.desk != facts.desk:
        sentence = f"{till.number} is of desk {till.desk}, but {facts.desk} reported {what} in it."
        cases = (Case("till.other_desk", sentence),)
    if till.state is TillState.CLOSED:
        sentence = f"{till.number} was closed before {what} in it was known: what was over or short changes by it."
        cases += (Case("till.late", sentence),)
    return cases


def open_till(state: State, command: OpenTill, facts: Facts) -> Decided:
    """The shift begins with its float."""
    present = state.find(Till, command.till)
    if present is not None:
        same = (present.number, present.opening) == (command.number, command.opening)
        sentence = f"{present.number} was opened twice, with different floats: count its drawers."
        return Decided((), cases=() if same else (Case("till.differs", sentence),))
    till = Till(
        id=command.till,
        number=command.number,
        branch=facts.actor.branch,
        desk=facts.desk,
        opened_at=facts.now,
        opened_by=facts.actor.name,
        opening=command.opening,
    )
    return Decided((till.next(),), cases=_not_allowed(facts, command.number))


def pay_in(state: State, command: PayIn, facts: Facts) -> Decided:
    """Cash put into a drawer, or taken out of it."""
    till = state.find(Till, command.till)
    cases = till_cases(state, command.till, facts, money_text(command.amount)) + _not_allowed(facts, command.reason)
    if till is None or any(move.id == command.move for move in till.moves):
        return Decided((), cases=() if till is not None else cases)
    move = Move(
        id=command.move,
        what="paid_out" if isinstance(command, PayOut) else "paid_in",
        amount=command.amount,
        reason=command.reason,
        at=facts.now,
        by=facts.actor.name,
    )
    if till.state is TillState.CLOSED or len(till.moves) >= MOST_MOVES:
        # what a closed till came to stays as it was found: the ledger has the rest
        return Decided((), cases=cases)
    return Decided((till.next(moves=(*till.moves, move)),), cases=cases)


def count_till(state: State, command: CountTill, facts: Facts) -> Decided:
    """What was counted is kept beside what should have been there at that moment; every count stays."""
    till = state.find(Till, command.till)
    if till is None:
        sentence = f"A till that nobody knows was counted at desk {facts.desk}: find out which."
        return Decided((), cases=(Case("till.unknown", sentence),))
    if till.find_count(command.count) is not None:
        return Decided(())
    if till.state is TillState.CLOSED:
        sentence = f"{till.number} was counted again after it was closed: the first count stands."
        return Decided((), cases=(Case("till.counted_late", sentence),))
    through = command.through if facts.through is None else facts.through
    count = Count(
        id=command.count,
        notes=command.notes,
        coins=command.coins,
        through=through,
        expected=till.expects(through),
        counted_at=facts.now,
        counted_by=facts.actor.name,
        seconds=command.seconds,
        changes=command.changes,
    )
    cases = _not_allowed(facts, till.number)
    if through.net != command.through.net:
        sentence = (
            f"{till.number}: the desk knows of {_words(command.through.net)}, the ledger of {_words(through.net)}."
        )
        cases += (Case("till.differs", sentence),)
    return Decided((till.next(counts=(*till.counts, count)[-MOST_COUNTS:]),), cases=cases)


def close_till(state: State, command: CloseTill, facts: Facts) -> Decided:
    """The shift ends with what its count found over or short; it ends in any case."""
    till = state.find(Till, command.till)
    if till is None:
        sentence = f"A till that nobody knows was closed at desk {facts.desk}: count its drawers."
        return Decided((), cases=(Case("till.unknown", sentence),))
    if till.closing is not None:
        sentence = f"{till.number} was closed twice: the first count stands."
        again = till.closing.count != command.count
        return Decided((), cases=(Case("till.closed_twice", sentence),) if again else ())
    count = None if command.count is None else till.find_count(command.count)
    rate = None if command.exchange_rate is None else facts.book.find_rate(command.exchange_rate)
    through = command.through if facts.through is None else facts.through
    closing = Closing(
        count=None if count is None else count.id,
        through=through,
        expected=till.expects(through),
        over_short=NOTHING if count is None else count.over_short,
        reason=command.reason,
        note=command.note,
        closed_at=facts.now,
        closed_by=facts.actor.name,
        exchange_rate=None if rate is None else rate.id,
        gyd_per_usd=None if rate is None else rate.gyd_per_usd,
    )
    closed = till.next(state=TillState.CLOSED, closing=closing)
    return Decided((closed,), cases=_closing_cases(closed, closing, facts) + _not_allowed(facts, till.number))


def is_beyond(over_short: Cash, facts: Facts) -> bool:
    """Whether a manager is shown a till that is over or short by so much."""
    rules = facts.book.rules_at(facts.now)
    limit = OVER_SHORT_LIMIT if rules is None else rules.over_short_limit
    found, most = over_short.amounts, limit.amounts
    return any(abs(one.minor) > other.minor for one, other in zip(found, most, strict=True))


def over_short_text(money: Money) -> str:
    """`USD 5.00 over`, `GYD 1,000 short`, `USD even`."""
    if money.minor == 0:
        return f"{money.currency} even"
    return f"{money_text(money).removeprefix(MINUS)} {'over' if money.minor > 0 else 'short'}"


def _closing_cases(till: Till, closing: Closing, facts: Facts) -> tuple[Case, ...]:
    if closing.count is None:
        return (Case("till.uncounted", f"{till.number} was closed without a count: count its drawers."),)
    if not is_beyond(closing.over_short, facts):
        return ()
    found = " and ".join(over_short_text(money) for money in closing.over_short.amounts if money.minor)
    return (Case("till.over_short", f"{till.number}, closed by {closing.closed_by[:80]}: {found}. Find out why."),)


def _not_allowed(facts: Facts, what: str) -> tuple[Case, ...]:
    if not refuse_role(facts, SELLERS):
        return ()
    return (
        Case("till.not_allowed", f"{facts.actor.login} had no right to move money: {what[:80]}. Count the drawers."),
    )


def _words(amount: Cash) -> str:
    moved = [money_text(money) for money in amount.amounts if money.minor]
    return " and ".join(moved) or "nothing"
