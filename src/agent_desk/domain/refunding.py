"""CTR-7: giving cash back, at the rate it was taken at; what a desk may not give by itself is asked for."""

from __future__ import annotations

from decimal import Decimal

from agent_desk.domain.decision import Case, Decided, Facts, Outcome, Refused, State
from agent_desk.domain.formats import money_text
from agent_desk.domain.money import Currency, Money, convert, gyd, usd
from agent_desk.domain.money_commands import AskRefund, RefundCash
from agent_desk.domain.people import SELLERS, Role
from agent_desk.domain.refusal import Refusal, blocks, needs_manager
from agent_desk.domain.rights import refuse_branch, refuse_role
from agent_desk.domain.selling import Order, OrderState, Refund, Tender
from agent_desk.domain.tendering import cash_due, value_in_gyd
from agent_desk.domain.till import MOST_CASH
from agent_desk.domain.tilling import till_cases
from agent_desk.domain.values import half_up

REFUND_LIMIT = usd(100_00)
"""Where no rules are in force."""
_LEADERS = frozenset({Role.MANAGER, Role.ADMINISTRATOR})


def work_out_refund(amount: Money, currency: Currency, gyd_per_usd: Decimal) -> tuple[Money, Money]:
    """What goes out of the drawer for so many US dollars, and what whole-dollar cash changed."""
    given = cash_due(amount, currency, gyd_per_usd)
    return given, gyd(half_up(value_in_gyd(amount, gyd_per_usd) - value_in_gyd(given, gyd_per_usd)))


def rate_of(order: Order, tender: Tender) -> Decimal:
    """The rate a tender was taken at."""
    return order.gyd_per_usd if tender.gyd_per_usd is None else tender.gyd_per_usd


def refuse_cash_refund(order: Order, tender: Tender | None, amount: Money, facts: Facts) -> tuple[Refusal, ...]:
    """As `refuse_refund`, out of the drawer."""
    refusals = refuse_refund(order, tender, amount, facts)
    if tender is not None and tender.kind == "mmg":
        refusals = (refuse_by_mmg(tender.receipt), *refusals)
    if tender is not None and tender.kind == "card":
        sentence = f"Receipt {tender.receipt} was paid by card: it goes back to that card, by the provider."
        refusals = (blocks("refund.by_card", "tender", sentence, "PAY-1"), *refusals)
    return refusals


def refuse_by_mmg(receipt: str) -> Refusal:
    """A desk gives nothing of it back: not in cash, and not in parts."""
    sentence = f"Receipt {receipt} was paid by MMG, which gives back whole payments only: ask a manager to."
    return blocks("refund.by_mmg", "tender", sentence, "PAY-5")


def refuse_refund(order: Order, tender: Tender | None, amount: Money, facts: Facts) -> tuple[Refusal, ...]:
    """Everything that stands against giving so much of a tender back, whichever way it was paid."""
    refusals = refuse_role(facts, SELLERS) + refuse_branch(order.branch, facts)
    if tender is None:
        return (*refusals, blocks("refund.unknown_tender", "tender", "No money was taken under this receipt."))
    left = order.refundable(tender)
    if amount.currency is not Currency.USD or amount.minor <= 0:
        refusals += (blocks("refund.nothing", "amount", "Enter what is given back, in US dollars."),)
    elif amount.minor > left.minor:
        sentence = f"Of receipt {tender.receipt} {money_text(left)} can be given back: enter no more."
        refusals += (blocks("refund.too_much", "amount", sentence),)
    if facts.actor.role in _LEADERS:
        return refusals
    rules = facts.book.rules_at(facts.now)
    limit = REFUND_LIMIT if rules is None else rules.refund_limit
    if tender.desk != facts.desk:
        sentence = f"Receipt {tender.receipt} was made at desk {tender.desk}: ask a manager for this refund."
        refusals += (needs_manager("refund.not_own", "tender", sentence, "MGR-2"),)
    if order.refunded.minor + amount.minor > limit.minor:
        sentence = f"Over {money_text(limit)} of one order: ask a manager for this refund."
        refusals += (needs_manager("refund.over_limit", "amount", sentence, "MGR-2"),)
    return refusals


def refund_cash(state: State, command: RefundCash, facts: Facts) -> Outcome:
    """I12: cash that went out is recorded whatever we think of it; what looks wrong becomes a case."""
    order = state.find(Order, command.order)
    tender = None if order is None else next((one for one in order.tenders if one.id == command.tender), None)
    odd = till_cases(state, command.till, facts, money_text(command.given))
    if order is None or tender is None or not _fits(command):
        sentence = f"{money_text(command.given)} went out on {command.receipt}, but no sale of it is known."
        return Decided((), cases=(Case("refund.without_sale", sentence), *odd))
    present = next((one for one in order.refunds if one.id == command.refund), None)
    if present is not None:
        same = (present.given, present.amount, present.receipt) == (command.given, command.amount, command.receipt)
        sentence = f"{order.number}: one refund was reported twice and differently. Count the drawer."
        return Decided((), cases=() if same else (Case("refund.differs", sentence),))
    rate = rate_of(order, tender)
    cases = tuple(
        Case(one.code, f"{order.number}: {money_text(command.given)} was given back. {one.message}")
        for one in refuse_cash_refund(order, tender, command.amount, facts)
    )
    amount, rounding = command.amount, command.rounding
    if (command.given, rounding) != work_out_refund(amount, command.given.currency, rate):
        amount = convert(command.given, Currency.USD, rate)
        rounding = gyd(half_up(value_in_gyd(amount, rate) - value_in_gyd(command.given, rate)))
        sentence = f"{order.number}: refund {command.receipt} does not add up. Count the drawer."
        cases += (Case("refund.differs", sentence),)
    refund = Refund(
        id=command.refund,
        tender=command.tender,
        amount=amount,
        given=command.given,
        rounding=rounding,
        gyd_per_usd=rate,
        exchange_rate=tender.exchange_rate,
        reason=command.reason,
        refunded_at=facts.now,
        refunded_by=facts.actor.name,
        desk=facts.desk,
        receipt=command.receipt,
        till=command.till,
    )
    refunded = order.next(refunds=(*order.refunds, refund))
    return Decided((refunded.model_copy(update={"state": state_after(refunded)}),), cases=cases + odd)


def ask_refund(state: State, command: AskRefund, facts: Facts) -> Outcome:
    """A manager is asked; nothing is given back until they say so."""
    order = state.find(Order, command.order)
    if order is None:
        return Refused((blocks("order.unknown", "order", "This order is not known here: look it up again."),))
    tender = next((one for one in order.tenders if one.id == command.tender), None)
    against = [one for one in refuse_refund(order, tender, command.amount, facts) if one.severity == "blocks"]
    if against:
        return Refused(tuple(against), (order,))
    sentence = (
        f"{facts.actor.name[:80]} asks to give {money_text(command.amount)} of {order.number} back:"
        f" {command.reason[:120]}"
    )
    return Decided((), cases=(Case("refund.asked", sentence),))


def _fits(command: RefundCash) -> bool:
    said = (command.amount, command.given, command.rounding)
    sane = all(abs(money.minor) <= MOST_CASH // 1000 for money in said)
    return sane and command.given.minor > 0 and command.amount.currency is Currency.USD and command.amount.minor > 0


def state_after(order: Order) -> OrderState:
    """What was overpaid may go back and leaves a paid order."""
    left = order.paid - order.refunded
    if order.state is OrderState.CANCELLED:
        return order.state
    if left.minor <= 0:
        return OrderState.REFUNDED
    return OrderState.PAID if left.minor >= order.totals.total.minor else OrderState.REFUNDED_PART
