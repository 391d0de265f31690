"""Tills: one shift's two drawers, what went in and out of them, what was counted, what was over or short."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.money import MOST_MINOR, Currency, Money
from agent_desk.domain.values import Code, ExactDecimal, Id, Name, Note, Value, When

Minor = Annotated[int, Field(ge=-MOST_MINOR, le=MOST_MINOR)]
MOST_CASH = 10**11
"""Minor units that no counter ever moves at once; what claims more is looked at, not added up."""
MOST_NOTE = 10**7
MOST_MOVES = 500
MOST_COUNTS = 50

NOTES: dict[Currency, tuple[int, ...]] = {
    Currency.USD: (100_00, 50_00, 20_00, 10_00, 5_00, 1_00),
    Currency.GYD: (5_000_00, 2_000_00, 1_000_00, 500_00, 100_00, 50_00, 20_00),
}
"""The notes that are counted one by one, in minor units; coins are entered as an amount."""


def _cash_sum(money: Money) -> Money:
    if not 0 < money.minor <= MOST_CASH:
        message = "no sum that a drawer holds"
        raise ValueError(message)
    return money


def _note(money: Money) -> Money:
    if not 0 < money.minor <= MOST_NOTE:
        message = "no note"
        raise ValueError(message)
    return money


CashSum = Annotated[Money, AfterValidator(_cash_sum)]
"""More than nothing, and no more than a counter moves at once."""


class Cash(Value):
    """An amount in each drawer; one never pays for the other."""

    usd_minor: Minor = 0
    gyd_minor: Minor = 0

    def __add__(self, other: Cash) -> Cash:
        return Cash(usd_minor=self.usd_minor + other.usd_minor, gyd_minor=self.gyd_minor + other.gyd_minor)

    def __sub__(self, other: Cash) -> Cash:
        return self + -other

    def __neg__(self) -> Cash:
        return Cash(usd_minor=-self.usd_minor, gyd_minor=-self.gyd_minor)

    def of(self, currency: Currency) -> Money:
        return Money(minor=self.usd_minor if currency is Currency.USD else self.gyd_minor, currency=currency)

    @property
    def amounts(self) -> tuple[Money, Money]:
        """US dollars, then Guyanese dollars."""
        return self.of(Currency.USD), self.of(Currency.GYD)


NOTHING = Cash()


def _drawers(held: Cash) -> Cash:
    if not all(0 <= money.minor <= MOST_CASH for money in held.amounts):
        message = "no sum that a drawer holds"
        raise ValueError(message)
    return held


Drawers = Annotated[Cash, AfterValidator(_drawers)]
"""What may lie in drawers."""


def cash(*amounts: Money) -> Cash:
    """So much in the drawers."""
    return Cash(
        usd_minor=sum(money.minor for money in amounts if money.currency is Currency.USD),
        gyd_minor=sum(money.minor for money in amounts if money.currency is Currency.GYD),
    )


class Through(Value):
    """What sales and refunds moved through the drawers of one shift."""

    taken: Cash = NOTHING
    change: Cash = NOTHING
    refunded: Cash = NOTHING
    rounding: Cash = NOTHING
    """What whole-dollar cash changed, in Guyanese dollars: above zero the house gained."""
    sales: Annotated[int, Field(ge=0)] = 0
    refunds: Annotated[int, Field(ge=0)] = 0

    def __add__(self, other: Through) -> Through:
        return Through(
            taken=self.taken + other.taken,
            change=self.change + other.change,
            refunded=self.refunded + other.refunded,
            rounding=self.rounding + other.rounding,
            sales=self.sales + other.sales,
            refunds=self.refunds + other.refunds,
        )

    @property
    def net(self) -> Cash:
        return self.taken - self.change - self.refunded


class Move(Value):
    """Cash put into the drawers or taken out of them, but for a sale."""

    id: Id
    what: Literal["paid_in", "paid_out"]
    amount: Money
    reason: Name
    at: When
    by: Name


class NoteCount(Value):
    """So many of one note."""

    each: Annotated[Money, AfterValidator(_note)]
    many: Annotated[int, Field(ge=0, le=10_000)]


class Count(Value):
    """What somebody counted without knowing what should be there; final once committed."""

    id: Id
    notes: Annotated[tuple[NoteCount, ...], Field(max_length=40)]
    coins: Cash = NOTHING
    through: Through
    """By then."""
    expected: Cash
    """What should have been there at that moment."""
    counted_at: When
    counted_by: Name
    seconds: Annotated[int, Field(ge=0, le=10**6)] = 0
    """How long it took."""
    changes: Annotated[int, Field(ge=0, le=10**6)] = 0
    """How often a figure was entered again."""

    @property
    def counted(self) -> Cash:
        return cash(*(note.each.times(note.many) for note in self.notes)) + self.coins

    @property
    def over_short(self) -> Cash:
        """Above zero is over, below zero is short; what moves after the count changes both sides alike."""
        return self.counted - self.expected


Reason = Literal["", "mix_up", "miscount", "unknown", "other"]


class Closing(Value):
    """The end of a shift: what the last count found, and why."""

    count: Id | None
    """None where nobody counted."""
    through: Through
    expected: Cash
    """What should have been there in the end."""
    over_short: Cash
    reason: Reason = ""
    note: Note = ""
    closed_at: When
    closed_by: Name
    exchange_rate: Id | None = None
    gyd_per_usd: ExactDecimal | None = None
    """For the sum of both drawers, which only informs."""


class TillState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Till(Aggregate):
    """One shift at one desk: a sale belongs to the till it was taken in, whenever it is sent.

    What sales and refunds moved is not kept in it but summed: at central by the ledger, at the desk by what was done
    here; a count and the close say what it came to.
    """

    kind: ClassVar[str] = "till"

    number: Code
    branch: Code
    desk: Code
    state: TillState = TillState.OPEN
    opened_at: When
    opened_by: Name
    opening: Cash
    """The float."""
    moves: Annotated[tuple[Move, ...], Field(max_length=MOST_MOVES)] = ()
    counts: Annotated[tuple[Count, ...], Field(max_length=MOST_COUNTS)] = ()
    closing: Closing | None = None

    def moved(self, what: Literal["paid_in", "paid_out"]) -> Cash:
        return cash(*(move.amount for move in self.moves if move.what == what))

    def expects(self, through: Through) -> Cash:
        """What should lie in the drawers after so much went through them."""
        return self.opening + through.net + self.moved("paid_in") - self.moved("paid_out")

    @property
    def last_count(self) -> Count | None:
        return self.counts[-1] if self.counts else None

    def find_count(self, id_: Id) -> Count | None:
        return next((count for count in self.counts if count.id == id_), None)
