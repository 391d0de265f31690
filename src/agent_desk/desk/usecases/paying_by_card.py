"""A payment by card or MMG at the counter: asked of central, and watched until central knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from agent_desk.desk.usecases.ports import Reader, Work, stop
from agent_desk.desk.usecases.syncing_status import is_silent
from agent_desk.desk.usecases.tendering import find_or_place
from agent_desk.domain.card_commands import AskCard, AskMmg, CancelCard
from agent_desk.domain.payments import MMG, STRIPE, PaymentAttempt, Provider, ProviderState, account_of, provider_id
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
    """What a tile says before a customer takes a card or a phone out."""

    under: str
    why_not: str = ""
    """Why it cannot be taken now; empty where it can."""


NEEDS_LINK = CardTile("", "no link")


@dataclass(frozen=True, slots=True)
class ProviderTiles:
    card: CardTile
    mmg: CardTile


def find_tiles(reader: Reader) -> ProviderTiles:
    """PAY-7: by what central said of the providers, and by how long central itself has been silent."""
    return ProviderTiles(_find_tile(reader, STRIPE), _find_tile(reader, MMG))


def _find_tile(reader: Reader, name: str) -> CardTile:
    provider = reader.find(Provider, provider_id(name))
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
    _watch_link(work)
    order = find_or_place(work, subject)
    work.do(AskCard(order=order.id, attempt=work.new_id(), receipt=work.next_number(Series.RECEIPT)))
    return _get_card(work, order.id)


def ask_mmg(work: Work, subject: UUID, payer: str) -> CardShown:
    """PAY-5: as `ask_card`, from the phone of the payer, whose number is read with or without 592 in front."""
    account = account_of(payer)
    if not account:
        raise stop(blocks("mmg.payer", "payer", "Type the seven digits of the customer's MMG number."))
    _watch_link(work)
    order = find_or_place(work, subject)
    attempt, receipt = work.new_id(), work.next_number(Series.RECEIPT)
    work.do(AskMmg(order=order.id, attempt=attempt, receipt=receipt, payer=account))
    return _get_card(work, order.id)


def _watch_link(work: Work) -> None:
    if is_silent(work):
        sentence = "A card or MMG needs the link, which is down: take cash, or wait for the link."
        raise stop(blocks("card.no_link", "link", sentence, "PAY-7"))


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
