"""CTR-7, PAY-4: giving cash back at this desk, what a card paid back to that card, or asking a manager for either."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from agent_desk.desk.usecases.ports import Reader, Work, stop
from agent_desk.desk.usecases.tilling import find_open_till
from agent_desk.domain.card_commands import RefundCard
from agent_desk.domain.decision import Facts
from agent_desk.domain.money import Currency, Money, gyd
from agent_desk.domain.money_commands import AskRefund, RefundCash
from agent_desk.domain.payments import CardRefund, PaymentAttempt
from agent_desk.domain.refunding import rate_of, refuse_cash_refund, work_out_refund
from agent_desk.domain.refunding_cards import refuse_card_refund
from agent_desk.domain.refusal import Refusal, blocks
from agent_desk.domain.rights import Series
from agent_desk.domain.selling import Order, Refund, Tender


@dataclass(frozen=True, slots=True)
class RefundShown:
    """What giving so much back would mean, before it is given."""

    left: Money
    """What can be given back at most, in US dollars."""
    given: Money
    rounding: Money
    refusals: tuple[Refusal, ...]
    """What stands against it; where all of them need a manager, it can be asked for."""


@dataclass(frozen=True, slots=True)
class GivenBack:
    order: Order
    refund: Refund


def preview(
    reader: Reader, order: UUID, tender: UUID, amount: Money | None = None, currency: Currency | None = None
) -> RefundShown:
    """All of it, in the currency it was given in, unless said otherwise."""
    sold, taken = _find(reader, order, tender)
    wanted = sold.refundable(taken) if amount is None else amount
    if taken.kind == "card":
        against = refuse_card_refund(reader, sold, reader.get(PaymentAttempt, tender), wanted, _facts(reader))
        return RefundShown(sold.refundable(taken), wanted, gyd(0), against)
    given, rounding = work_out_refund(wanted, currency or taken.given.currency, rate_of(sold, taken))
    against = refuse_cash_refund(sold, taken, wanted, _facts(reader))
    return RefundShown(sold.refundable(taken), given, rounding, against)


def refund_cash(
    work: Work, order: UUID, tender: UUID, reason: str, *, amount: Money | None = None, currency: Currency | None = None
) -> GivenBack:
    """Gives cash back out of this desk's drawer; what it may not give by itself is refused before it is given."""
    sold, taken = _find(work, order, tender)
    wanted = sold.refundable(taken) if amount is None else amount
    refusals = refuse_cash_refund(sold, taken, wanted, _facts(work)) + _refuse_reason(reason)
    if refusals:
        raise stop(*refusals)
    rate = rate_of(sold, taken)
    given, rounding = work_out_refund(wanted, currency or taken.given.currency, rate)
    if given.minor <= 0:
        raise stop(blocks("refund.nothing", "amount", "Enter what is given back, in US dollars."))
    id_, till = work.new_id(), find_open_till(work)
    work.do(
        RefundCash(
            order=sold.id,
            order_number=sold.number,
            tender=taken.id,
            refund=id_,
            receipt=work.next_number(Series.RECEIPT),
            amount=wanted,
            given=given,
            rounding=rounding,
            gyd_per_usd=rate,
            till=None if till is None else till.id,
            reason=reason.strip(),
        )
    )
    done = work.get(Order, sold.id)
    return GivenBack(done, next(refund for refund in done.refunds if refund.id == id_))


def refund_card(work: Work, order: UUID, tender: UUID, reason: str, *, amount: Money | None = None) -> CardRefund:
    """Asks central to give it back to the card; it is given when the provider says so."""
    sold, taken = _find(work, order, tender)
    wanted = sold.refundable(taken) if amount is None else amount
    attempt = work.get(PaymentAttempt, taken.id)
    refusals = refuse_card_refund(work, sold, attempt, wanted, _facts(work)) + _refuse_reason(reason)
    if refusals:
        raise stop(*refusals)
    id_ = work.new_id()
    receipt = work.next_number(Series.RECEIPT)
    work.do(
        RefundCard(order=sold.id, attempt=attempt.id, refund=id_, receipt=receipt, amount=wanted, reason=reason.strip())
    )
    return next(refund for refund in work.get(PaymentAttempt, taken.id).refunds if refund.id == id_)


def ask_refund(work: Work, order: UUID, tender: UUID, reason: str, *, amount: Money | None = None) -> None:
    """Sends it to a manager; nothing is given back here."""
    sold, taken = _find(work, order, tender)
    against = _refuse_reason(reason)
    if against:
        raise stop(*against)
    wanted = sold.refundable(taken) if amount is None else amount
    work.do(AskRefund(order=sold.id, tender=taken.id, refund=work.new_id(), amount=wanted, reason=reason.strip()))


def _find(reader: Reader, order: UUID, tender: UUID) -> tuple[Order, Tender]:
    sold = reader.get(Order, order)
    taken = next((one for one in sold.tenders if one.id == tender), None)
    if taken is None:
        raise stop(blocks("tender.unknown", "tender", "No money was taken under this receipt."))
    return sold, taken


def _refuse_reason(reason: str) -> tuple[Refusal, ...]:
    if reason.strip():
        return ()
    return (blocks("refund.no_reason", "reason", "Say why it is given back."),)


def _facts(reader: Reader) -> Facts:
    return Facts(reader.now, reader.staff, reader.desk, reader.book())
