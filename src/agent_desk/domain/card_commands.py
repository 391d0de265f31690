"""What a desk asks for about a card: requests, for only central's word makes them true."""

from __future__ import annotations

from typing import ClassVar

from agent_desk.domain.aggregate import Command, Ref
from agent_desk.domain.payments import PaymentAttempt
from agent_desk.domain.selling import Order
from agent_desk.domain.values import Code, Id


class AskCard(Command):
    """Asks for what an order still owes by card; it names no sum, which is central's to say."""

    name: ClassVar[str] = "tender.ask_card/1"

    order: Id
    attempt: Id
    receipt: Code
    """The number of the receipt if it is paid."""

    def writes(self) -> tuple[Ref, ...]:
        return ((Order.kind, self.order), (PaymentAttempt.kind, self.attempt))


class CancelCard(Command):
    """Asks for the end of a payment that is not paid yet; it may be paid all the same."""

    name: ClassVar[str] = "tender.cancel/1"

    order: Id
    attempt: Id

    def writes(self) -> tuple[Ref, ...]:
        return ((Order.kind, self.order), (PaymentAttempt.kind, self.attempt))


CARD_COMMANDS: tuple[type[Command], ...] = (AskCard, CancelCard)
