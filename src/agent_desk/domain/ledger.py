"""PAY-9: what every movement of money posts: in each currency by itself, what one account gains others lose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal
from uuid import UUID, uuid5

from agent_desk.domain.aggregate import Aggregate, Command
from agent_desk.domain.decision import State
from agent_desk.domain.money import Currency, Money, gyd, usd
from agent_desk.domain.money_commands import CloseTill, OpenTill, PayIn, PayOut, RefundCash, TakeCash, TakeCashInTill
from agent_desk.domain.selling import Order, Tender
from agent_desk.domain.till import Cash, Till, TillState, cash

EntryKind = Literal[
    "cash_taken",
    "cash_refunded",
    "card_captured",
    "card_refunded",
    "card_refund_returned",
    "mmg_captured",
    "till_opened",
    "paid_in",
    "paid_out",
    "till_closed",
]

EXCHANGE = "exchange"
"""Where one currency becomes another: at the rates of its entries both sides are worth the same."""
ROUNDING = "rounding"
"""What whole-dollar Guyanese cash changed."""


def till_account(till: UUID) -> str:
    """What lies in the drawers of one shift; nothing once it is closed."""
    return f"till:{till}"


def cash_account(desk: str) -> str:
    """Cash at a desk that lies in no till that is known."""
    return f"cash:{desk}"


def order_account(order: UUID) -> str:
    """What was paid of an order, as what is owed for it: below zero when paid."""
    return f"order:{order}"


def provider_account(provider: str) -> str:
    """What a provider has taken for the house and not paid out yet."""
    return f"provider:{provider}"


def unplaced_account(desk: str) -> str:
    """What came in or went out for a reason that nobody understands yet; each has its case."""
    return f"unplaced:{desk}"


def safe_account(branch: str) -> str:
    """Where floats come from and counted drawers go."""
    return f"safe:{branch}"


def over_short_account(branch: str) -> str:
    """What counts found: below zero they found too much."""
    return f"over_short:{branch}"


@dataclass(frozen=True, slots=True)
class Posting:
    """Above zero the account has more, below zero less."""

    account: str
    money: Money


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement of money, whole; raises ValueError where it does not balance in each currency."""

    id: UUID
    """The same movement has the same id, so that it is entered once."""
    kind: EntryKind
    subject: UUID
    """The order or till it is about."""
    postings: tuple[Posting, ...]
    gyd_per_usd: Decimal | None = None
    """The rate of what went through the exchange."""

    def __post_init__(self) -> None:
        unbalanced = [currency for currency, minor in sums(self.postings).items() if minor]
        if unbalanced or not self.postings:
            message = f"{self.kind} {self.id} does not balance in {unbalanced or 'anything'}"
            raise ValueError(message)


def sums(postings: Iterable[Posting]) -> dict[Currency, int]:
    """Of each currency, in minor units."""
    found: dict[Currency, int] = defaultdict(int)
    for posting in postings:
        found[posting.money.currency] += posting.money.minor
    return dict(found)


def balances(entries: Iterable[Entry]) -> dict[tuple[str, Currency], int]:
    """Of each account and currency, in minor units."""
    found: dict[tuple[str, Currency], int] = defaultdict(int)
    for entry in entries:
        for posting in entry.postings:
            found[posting.account, posting.money.currency] += posting.money.minor
    return dict(found)


def capture_entry(kind: EntryKind, provider: str, order: Order, tender: Tender) -> Entry:
    """What a provider has since for the house came from the order, at the tender's rate; each tender once."""
    rate = order.gyd_per_usd if tender.gyd_per_usd is None else tender.gyd_per_usd
    other = _Sold(order, tender.applied, tender.rounding, rate).post(cash(tender.given), tender.desk)
    entry = _entry(tender.id, kind, order.id, (Posting(provider_account(provider), tender.given), *other), rate)
    assert entry is not None, "a provider moves more than nothing"
    return entry


def entry_of(command: Command, changes: Iterable[Aggregate], state: State, desk: str, branch: str) -> Entry | None:
    """What a command posts once it is decided; None where it moved no money.

    `changes` says what an order took of it: what none took is unplaced. Money in a till that nobody knows lies at the
    desk.
    """
    changed = tuple(changes)
    order = next((one for one in changed if isinstance(one, Order)), None)
    match command:
        case TakeCash():
            till = command.till if isinstance(command, TakeCashInTill) else None
            return _taken(command, order, _Drawers(state, till, desk))
        case RefundCash():
            return _refunded(command, order, _Drawers(state, command.till, desk))
        case PayIn():
            return _moved(command, _Drawers(state, command.till, desk), branch)
    till_changed = next((one for one in changed if isinstance(one, Till)), None)
    if till_changed is not None and isinstance(command, OpenTill):
        return _opened(till_changed)
    if till_changed is not None and isinstance(command, CloseTill):
        return _closed(till_changed)
    return None


class _Drawers:
    """Where cash at a desk lies."""

    def __init__(self, state: State, id_: UUID | None, desk: str) -> None:
        self.desk = desk
        self._till = None if id_ is None else state.find(Till, id_)

    def post(self, *amounts: Money) -> tuple[Posting, ...]:
        """Each by itself; in a closed till it was counted already, so the till was over by so much less."""
        till = self._till
        if till is None:
            return tuple(Posting(cash_account(self.desk), money) for money in amounts)
        found = tuple(Posting(till_account(till.id), money) for money in amounts)
        if till.state is TillState.CLOSED:
            found += tuple(Posting(till_account(till.id), -money) for money in amounts)
            found += tuple(Posting(over_short_account(till.branch), money) for money in amounts)
        return found


def _taken(command: TakeCash, order: Order | None, drawers: _Drawers) -> Entry | None:
    tender = None if order is None else next((one for one in order.tenders if one.id == command.tender), None)
    moved = cash(command.given) - cash(command.change)
    if order is None or tender is None:
        other = _both(unplaced_account(drawers.desk), -moved)
    else:
        sold = _Sold(order, tender.applied, tender.rounding, order.gyd_per_usd)
        other = sold.post(moved, drawers.desk)
    lying = drawers.post(command.given, -command.change)
    return _entry(command.tender, "cash_taken", command.order, lying + other, command.gyd_per_usd)


def _refunded(command: RefundCash, order: Order | None, drawers: _Drawers) -> Entry | None:
    refund = None if order is None else next((one for one in order.refunds if one.id == command.refund), None)
    moved = -cash(command.given)
    if order is None or refund is None:
        other = _both(unplaced_account(drawers.desk), -moved)
    else:
        other = _Sold(order, -refund.amount, refund.rounding, refund.gyd_per_usd).post(moved, drawers.desk)
    lying = drawers.post(-command.given)
    return _entry(command.refund, "cash_refunded", command.order, lying + other, command.gyd_per_usd)


@dataclass(frozen=True, slots=True)
class _Sold:
    """What of an order moving cash paid, below zero what of it was undone."""

    order: Order
    applied: Money
    rounding: Money
    gyd_per_usd: Decimal

    def post(self, moved: Cash, desk: str) -> tuple[Posting, ...]:
        """The other side of what moved in the drawers: the order, and where currencies differ the exchange."""
        dollars = moved.usd_minor - self.applied.minor
        guyanese = moved.gyd_minor - self.rounding.minor
        worth = dollars * Fraction(self.gyd_per_usd) + guyanese
        if abs(worth) > Fraction(1, 2):
            # what was said does not add up: a case was opened, and nothing is guessed
            return _both(unplaced_account(desk), -moved)
        return (
            Posting(order_account(self.order.id), -self.applied),
            Posting(ROUNDING, -self.rounding),
            Posting(EXCHANGE, usd(-dollars)),
            Posting(EXCHANGE, gyd(-guyanese)),
        )


def _moved(command: PayIn, drawers: _Drawers, branch: str) -> Entry | None:
    out = isinstance(command, PayOut)
    amount = -command.amount if out else command.amount
    other = Posting(f"{'paid_out' if out else 'paid_in'}:{branch}", -amount)
    return _entry(command.move, "paid_out" if out else "paid_in", command.till, (*drawers.post(amount), other))


def _opened(till: Till) -> Entry | None:
    postings = _both(till_account(till.id), till.opening) + _both(safe_account(till.branch), -till.opening)
    return _entry(uuid5(till.id, "opened"), "till_opened", till.id, postings)


def _closed(till: Till) -> Entry | None:
    """What was over or short, and the drawers to the safe: nothing is left in a closed till."""
    assert till.closing is not None, "it was closed"
    over_short = till.closing.over_short
    drawers = till.closing.expected + over_short
    postings = (
        *_both(till_account(till.id), over_short),
        *_both(over_short_account(till.branch), -over_short),
        *_both(till_account(till.id), -drawers),
        *_both(safe_account(till.branch), drawers),
    )
    return _entry(uuid5(till.id, "closed"), "till_closed", till.id, postings)


def _both(account: str, amount: Cash) -> tuple[Posting, ...]:
    return tuple(Posting(account, money) for money in amount.amounts)


def _entry(
    id_: UUID, kind: EntryKind, subject: UUID, postings: tuple[Posting, ...], gyd_per_usd: Decimal | None = None
) -> Entry | None:
    real = tuple(posting for posting in postings if posting.money.minor)
    return Entry(id_, kind, subject, real, gyd_per_usd) if real else None
