"""What is done with money: taken, given back, put into drawers, counted; most of it has happened and is a fact."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from agent_desk.domain.aggregate import Command, Ref
from agent_desk.domain.money import Money
from agent_desk.domain.price_book import ExchangeRate
from agent_desk.domain.selling import Order
from agent_desk.domain.till import CashSum, Drawers, NoteCount, Reason, Through, Till
from agent_desk.domain.values import Code, ExactDecimal, Id, Name, Note, When


class SetExchangeRate(Command):
    """The house's own sell rate, from a time on."""

    name: ClassVar[str] = "exchange_rate.set/1"

    rate: Id
    gyd_per_usd: Annotated[ExactDecimal, Field(gt=0, le=100_000)]
    effective_at: When
    source: Annotated[Name, Field(min_length=1)]
    """Where the manager has it from."""
    spread_percent: Annotated[ExactDecimal, Field(ge=-50, le=50)]
    """How far it lies above what the source says; kept at central alone."""

    def writes(self) -> tuple[Ref, ...]:
        return ((ExchangeRate.kind, self.rate),)


class TakeCash(Command):
    """Cash in the drawer: it has happened, so central never refuses it."""

    name: ClassVar[str] = "tender.take_cash/1"
    fact: ClassVar[bool] = True

    order: Id
    order_number: Code
    tender: Id
    receipt: Code
    given: Money
    change: Money
    applied: Money
    rounding: Money
    gyd_per_usd: ExactDecimal

    def writes(self) -> tuple[Ref, ...]:
        return ((Order.kind, self.order),)


class TakeCashInTill(TakeCash):
    """As `TakeCash`; `till` is the shift whose drawers it lies in, None where none is open."""

    name: ClassVar[str] = "tender.take_cash/2"

    till: Id | None


CASH_TAKEN = frozenset({TakeCash.name, TakeCashInTill.name})
"""The names under which cash that was taken is sent."""


class RefundCash(Command):
    """Cash given back: it has happened, so central never refuses it."""

    name: ClassVar[str] = "order.refund/1"
    fact: ClassVar[bool] = True

    order: Id
    order_number: Code
    tender: Id
    """The one that is given back, in whole or in part; its rate is the refund's."""
    refund: Id
    receipt: Code
    amount: Money
    """What of the sale is undone, in US dollars."""
    given: Money
    """What went out of the drawer, in the currency it went out in."""
    rounding: Money
    gyd_per_usd: ExactDecimal
    till: Id | None
    reason: Annotated[Name, Field(min_length=1)]

    def writes(self) -> tuple[Ref, ...]:
        return ((Order.kind, self.order),)


class AskRefund(Command):
    """Asks a manager for what a desk may not give back by itself."""

    name: ClassVar[str] = "order.ask_refund/1"

    order: Id
    tender: Id
    refund: Id
    amount: Money
    reason: Annotated[Name, Field(min_length=1)]

    def writes(self) -> tuple[Ref, ...]:
        return ((Order.kind, self.order),)


class TillFact(Command):
    """Something that happened to one till."""

    fact: ClassVar[bool] = True

    till: Id

    def writes(self) -> tuple[Ref, ...]:
        return ((Till.kind, self.till),)


class OpenTill(TillFact):
    """The float in both drawers, counted before the first sale."""

    name: ClassVar[str] = "till.open/1"

    number: Code
    opening: Drawers


class PayIn(TillFact):
    """Cash put into a drawer, but for a sale."""

    name: ClassVar[str] = "till.pay_in/1"

    move: Id
    amount: CashSum
    reason: Annotated[Name, Field(min_length=1)]


class PayOut(PayIn):
    """Cash taken out of a drawer, but for change and refunds."""

    name: ClassVar[str] = "till.pay_out/1"


class CountTill(TillFact):
    """What was counted, before anybody was shown what should be there."""

    name: ClassVar[str] = "till.count/1"

    count: Id
    notes: Annotated[tuple[NoteCount, ...], Field(max_length=40)]
    coins: Drawers
    through: Through
    """As the desk knows it; central sums it up again."""
    seconds: Annotated[int, Field(ge=0, le=10**6)]
    changes: Annotated[int, Field(ge=0, le=10**6)]


class CloseTill(TillFact):
    """The shift is over; it always is."""

    name: ClassVar[str] = "till.close/1"

    count: Id | None
    """The count it is closed by."""
    through: Through
    reason: Reason = ""
    note: Note = ""
    exchange_rate: Id | None = None
    """For the sum of both drawers, which only informs."""


MONEY_COMMANDS: tuple[type[Command], ...] = (
    SetExchangeRate,
    TakeCash,
    TakeCashInTill,
    RefundCash,
    AskRefund,
    OpenTill,
    PayIn,
    PayOut,
    CountTill,
    CloseTill,
)
