"""What a desk asks for about a card or a wallet: requests, for only central's word makes them true."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from agent_desk.domain.aggregate import Command, Ref
from agent_desk.domain.money import Money
from agent_desk.domain.payments import PaymentAttempt
from agent_desk.domain.selling import Order
from agent_desk.domain.values import Code, Id, Name


class AskCard(Command):
    """Asks for what an order still owes by card; it names no sum, which is central's to say."""

    name: ClassVar[str] = "tender.ask_card/1"

    order: Id
    attempt: Id
    receipt: Code
    """The number of the receipt if it is paid."""

    def writes(self) -> tuple[Ref, ...]:
        return ((Order.kind, self.order), (PaymentAttempt.kind, self.attempt))


class AskMmg(AskCard):
    """Asks for what an order still owes by MMG, from the payer's phone; it names no sum either."""

    name: ClassVar[str] = "tender.ask_mmg/1"

    payer: Annotated[str, Field(pattern=r"^[0-9]{7}$")]
    """The account: seven digits."""


class CancelCard(Command):
    """Asks for the end of a payment that is not paid yet; it may be paid all the same."""

    name: ClassVar[str] = "tender.cancel/1"

    order: Id
    attempt: Id

    def writes(self) -> tuple[Ref, ...]:
        return ((Order.kind, self.order), (PaymentAttempt.kind, self.attempt))


class RefundCard(Command):
    """Asks for some of what a card paid to go back to that card."""

    name: ClassVar[str] = "order.refund_card/1"

    order: Id
    attempt: Id
    """The payment that is given back, in whole or in part."""
    refund: Id
    receipt: Code
    amount: Money
    """US dollars."""
    reason: Annotated[Name, Field(min_length=1)]

    def writes(self) -> tuple[Ref, ...]:
        return ((Order.kind, self.order), (PaymentAttempt.kind, self.attempt))


CARD_COMMANDS: tuple[type[Command], ...] = (AskCard, AskMmg, CancelCard, RefundCard)
