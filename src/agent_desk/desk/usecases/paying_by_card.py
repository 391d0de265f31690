"""A payment by card at the counter: asked of central, and watched until central knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from agent_desk.desk.usecases.ports import Reader, Work, stop
from agent_desk.desk.usecases.syncing_status import is_silent
from agent_desk.desk.usecases.tendering import find_or_place
from agent_desk.domain.card_commands import AskCard, CancelCard
from agent_desk.domain.payments import STRIPE, PaymentAttempt, Provider, ProviderState, provider_id
from agent_desk.domain.refusal import blocks
from agent_desk.domain.rights import Series
from agent_desk.domain.selling import Order
from agent_desk.domain.times import clock_text


@dataclass(frozen=True, slots=True)
class CardShown:
    """The last payment of an order by card, as far as it is known here."""

    order: Order
    attempt: PaymentAttempt
    waits: bool
    """Something of it has not reached central yet."""
    at: datetime = field(compare=False)


@dataclass(frozen=True, slots=True)
class CardTile:
    """What the tile says before a customer takes a card out."""

    under: str
    why_not: str = ""
    """Why no card can be taken now; empty where one can."""


NEEDS_LINK = CardTile("", "needs the link")


def find_tile(reader: Reader) -> CardTile:
    """PAY-7: by what central said of the provider, and by how long central itself has been silent."""
    provider = reader.find(Provider, provider_id(STRIPE))
    if provider is None or provider.state is ProviderState.OFF:
        return CardTile("", "not set up")
    if is_silent(reader):
        return NEEDS_LINK
    if provider.state is ProviderState.DOWN:
        return CardTile("", f"down {clock_text(provider.since)}")
    return CardTile(f"{provider.label} up")


def find_card(reader: Reader, order: UUID) -> CardShown | None:
    """The last one of that order; None where no card was asked for."""
    shown = reader.get(Order, order)
    attempt = None if shown.attempt is None else reader.find(PaymentAttempt, shown.attempt)
    if attempt is None:
        return None
    return CardShown(shown, attempt, reader.standing(attempt.ref).pending, reader.now)


def ask_card(work: Work, subject: UUID) -> CardShown:
    """PAY-2: places the order of a cart in checkout and asks for what it owes by card, in one commit.

    Without the link it is refused: the customer would be gone when central hears of it.
    """
    if is_silent(work):
        sentence = "A card needs the link, which is down: take cash, or wait for the link."
        raise stop(blocks("card.no_link", "link", sentence, "PAY-7"))
    order = find_or_place(work, subject)
    work.do(AskCard(order=order.id, attempt=work.new_id(), receipt=work.next_number(Series.RECEIPT)))
    return _get_card(work, order.id)


def cancel_card(work: Work, order: UUID) -> CardShown:
    """Asks for its end; it may be paid all the same, which central says."""
    shown = _get_card(work, order)
    work.do(CancelCard(order=order, attempt=shown.attempt.id))
    return _get_card(work, order)


def _get_card(reader: Reader, order: UUID) -> CardShown:
    found = find_card(reader, order)
    if found is None:
        raise stop(blocks("payment.unknown", "attempt", "This payment is not here: see the order."))
    return found
