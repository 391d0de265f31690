"""Saving quotes, asking for special ones, finding them again."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from agent_desk.desk.usecases.ports import PaperFolder, Papers, Reader, Work, stop
from agent_desk.desk.usecases.pricing import find_rate, price, serves
from agent_desk.desk.usecases.rows import PaperRow, QuoteRow
from agent_desk.domain.commands import AskSpecialQuote, SaveQuote
from agent_desk.domain.money import Money
from agent_desk.domain.rates import Use
from agent_desk.domain.refusal import blocks
from agent_desk.domain.rights import Series, number_text
from agent_desk.domain.shipping import Quote, QuoteRequest


@dataclass(frozen=True, slots=True)
class PriceChange:
    """What one step of a price was and is now; None where it was or is not there."""

    code: str
    label: str
    was: Money | None
    now: Money | None


@dataclass(frozen=True, slots=True)
class Repriced:
    """An old quote at today's prices."""

    quote: Quote
    changes: tuple[PriceChange, ...]
    was: Money
    now: Money | None
    """None when the service does not take it any more."""


def save_quote(work: Work, request: QuoteRequest, service: str, customer: UUID | None = None) -> Quote:
    """CTR-2, BYD-3: keeps the price with everything it was made from, valid for 24 h."""
    priced = price(work, request)
    offer = priced.find_offer(service)
    if offer is None:
        raise stop(blocks("service.unknown", "service", "No service goes there: choose another destination."))
    if offer.total is None:
        against = (*priced.refusals, *offer.refusals)
        missing = blocks("quote.not_priced", "pieces", f"The price needs {offer.unknown or 'all measures'} first.")
        raise stop(*(against or (missing,)))
    id_ = work.new_id()
    work.do(
        SaveQuote(
            quote=id_,
            number=work.next_number(Series.QUOTE),
            customer=customer,
            request=request,
            service=service,
            card=offer.card_id,
            exchange_rate=None if priced.rate is None else priced.rate.id,
            total=offer.total,
        )
    )
    return work.get(Quote, id_)


def ask_special_quote(work: Work, request: QuoteRequest, service: str, customer: UUID | None = None) -> Quote:
    """EDGE-6: sends what is over a limit to a manager."""
    id_, number = work.new_id(), work.next_number(Series.QUOTE)
    work.do(AskSpecialQuote(quote=id_, number=number, customer=customer, request=request, service=service))
    return work.get(Quote, id_)


def get_quote(reader: Reader, quote: UUID) -> Quote:
    return reader.get(Quote, quote)


def find_quote(reader: Reader, number: str) -> QuoteRow | None:
    return reader.find_quote(number.strip())


def list_quotes(reader: Reader, customer: UUID | None = None, limit: int = 20) -> tuple[QuoteRow, ...]:
    """The newest first; `customer` narrows it to theirs, which is what "Last time" shows."""
    return reader.list_quotes(customer, limit)


def next_quote_number(reader: Reader) -> str:
    """What the next saved quote will be called; nobody else can take it."""
    return number_text(Series.QUOTE, reader.desk, reader.last_of_series(Series.QUOTE.name) + 1)


def reprice(reader: Reader, quote: UUID) -> Repriced:
    """CTR-4: an expired quote at today's prices, step by step."""
    saved = reader.get(Quote, quote)
    before = saved.chosen
    after = price(reader, saved.request).find_offer(saved.service)
    was = {step.code: step for step in before.steps}
    now = {} if after is None else {step.code: step for step in after.steps}
    codes = [*was, *(code for code in now if code not in was)]
    changes = tuple(
        PriceChange(
            code,
            (now.get(code) or was[code]).label,
            was[code].amount if code in was else None,
            now[code].amount if code in now else None,
        )
        for code in codes
        if code not in was or code not in now or was[code].amount != now[code].amount
    )
    if before.total is None:
        raise stop(blocks("quote.not_priced", "quote", "This quote waits for a manager's price."))
    return Repriced(saved, changes, before.total, None if after is None else after.total)


def print_quote(work: Work, quote: UUID, *, papers: Papers, folder: PaperFolder) -> PaperRow:
    """The quote as a PDF file, kept on this machine."""
    saved = work.get(Quote, quote)
    shown = find_rate(work)
    # what is on paper is a promise: past its age the quote says US dollars alone
    fit = saved.exchange_rate is not None and shown is not None and serves(work, shown, Use.PROMISE)
    rate = work.book().find_rate(saved.exchange_rate) if fit and saved.exchange_rate is not None else None
    path = folder.save(f"quote-{saved.number}.pdf", papers.quote(saved, rate))
    row = PaperRow("quote", saved.number, saved.id, path, work.now)
    work.keep_paper(row)
    return row
