"""Saving quotes and turning them into shipments; what a desk claims is worked out again."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.carting import MOST_LINES, refuse_cart
from agent_desk.domain.commands import AskSpecialQuote, BookShipment, SaveQuote
from agent_desk.domain.decision import Decided, Facts, Outcome, Refused, State
from agent_desk.domain.formats import money_text, plain_text
from agent_desk.domain.limits import QUOTE_LASTS, SPECIAL_CODES, check_bookings, check_request
from agent_desk.domain.people import SELLERS, Customer, Role
from agent_desk.domain.places import find_destination
from agent_desk.domain.price_book import PriceBook, RateCard
from agent_desk.domain.rating import compare, rate
from agent_desk.domain.refusal import Refusal, Severity
from agent_desk.domain.rights import Series, refuse_branch, refuse_number, refuse_role
from agent_desk.domain.rule_table import refusal
from agent_desk.domain.selling import Cart, CartLine
from agent_desk.domain.shipping import Offer, Quote, QuoteRequest, QuoteState, Shipment, ShipmentPiece
from agent_desk.domain.totals import find_honoured_rate

_MANAGERS = frozenset({Role.MANAGER, Role.ADMINISTRATOR})


def save_quote(state: State, command: SaveQuote, facts: Facts) -> Outcome:
    """CTR-3, LIM-9: freezes the priced offers for 24 h."""
    present = state.find(Quote, command.quote)
    customer, found = _check_asking(state, command, present, facts)
    offers = _offers(command, facts)
    chosen = next((offer for offer in offers if offer.service == command.service), None)
    checked = check_request(command.request, facts.book, facts.now)
    found += [one for one in checked if _stops(one, facts)]
    found += _check_claims(command, chosen, facts)
    if found:
        return _refused(found, present, customer)
    exchange = None if command.exchange_rate is None else facts.book.find_rate(command.exchange_rate)
    quote = _new_quote(command, customer, offers, facts).model_copy(
        update={
            "exchange_rate": command.exchange_rate,
            "gyd_per_usd": None if exchange is None else exchange.gyd_per_usd,
        },
    )
    return Decided((quote,), warnings=tuple(one for one in checked if not _stops(one, facts)))


def ask_special_quote(state: State, command: AskSpecialQuote, facts: Facts) -> Outcome:
    """EDGE-6: sends what is over a limit to a manager; anything else that blocks must be settled first."""
    present = state.find(Quote, command.quote)
    customer, found = _check_asking(state, command, present, facts)
    offers = compare(command.request, facts.book, facts.now)
    if all(offer.service != command.service for offer in offers):
        found.append(refusal("service.not_offered"))
    checked = check_request(command.request, facts.book, facts.now)
    service_refusals = [one for offer in offers if offer.service == command.service for one in offer.refusals]
    asked = [one for one in checked if one.code in SPECIAL_CODES] + service_refusals
    found += [one for one in checked if one.severity is Severity.BLOCKS and one.code not in SPECIAL_CODES]
    if not asked:
        found.append(refusal("quote.not_special"))
    if found:
        return _refused(found, present, customer)
    quote = _new_quote(command, customer, offers, facts)
    special = quote.model_copy(update={"state": QuoteState.SPECIAL_ASKED, "refusals": tuple(asked)})
    return Decided((special,), warnings=tuple(one for one in checked if not one.stops))


def book_shipment(state: State, command: BookShipment, facts: Facts) -> Outcome:
    """CTR-4: a valid quote becomes a shipment, which becomes a line of an open cart."""
    quote = state.find(Quote, command.quote)
    cart = state.find(Cart, command.cart)
    present = state.find(Shipment, command.shipment)
    found = [*refuse_cart(cart, facts), *refuse_number(command.number, Series.SHIPMENT, facts)]
    found += check_bookings(facts.open_bookings, facts.actor.booking_limit)
    if present is not None:
        found.append(refusal("shipment.exists"))
    if quote is None:
        found.append(refusal("quote.unknown"))
        return _refused(found, cart, present)
    found += refuse_branch(quote.branch, facts)
    found += _check_bookable(quote, command, facts)
    if cart is not None:
        found += _check_line(quote, cart)
    if found or cart is None:
        return _refused(found, quote, cart, present)
    shipment = _new_shipment(quote, command, facts)
    line = CartLine(
        id=command.line,
        what="shipment",
        subject=command.shipment,
        code=command.number,
        label=_line_label(quote, facts.book, facts.now),
        detail=_line_detail(quote.chosen),
        each=shipment.booked_price,
    )
    customer = cart.customer or quote.customer
    name = cart.customer_name if cart.customer else quote.customer_name
    filled = cart.next(lines=(*cart.lines, line), customer=customer, customer_name=name)
    return Decided((quote.next(state=QuoteState.BOOKED), shipment, filled))


def find_honoured_card(request: QuoteRequest, card: RateCard | None, book: PriceBook, now: datetime) -> RateCard | None:
    """The card itself when it prices this route and was in force at some moment in the 24 h before, else None."""
    if card is None or card.valid_from > now:
        return None
    since = max(card.valid_from, now - QUOTE_LASTS)
    return card if card in book.cards_at(since, request.origin, request.destination) else None


def _stops(one: Refusal, facts: Facts) -> bool:
    """A manager's own quote needs no other manager."""
    return one.stops and not (one.severity is Severity.MANAGER and facts.actor.role in _MANAGERS)


def _check_asking(
    state: State, command: SaveQuote | AskSpecialQuote, present: Quote | None, facts: Facts
) -> tuple[Customer | None, list[Refusal]]:
    """Who asks, for whom, under which number, with whose discount."""
    found = [*refuse_role(facts, SELLERS), *refuse_number(command.number, Series.QUOTE, facts)]
    if present is not None:
        found.append(refusal("quote.repeated"))
    customer = None if command.customer is None else state.find(Customer, command.customer)
    if customer is not None:
        found += refuse_branch(customer.branch, facts)
    elif command.customer is not None:
        found.append(refusal("customer.unknown"))
    allowed = Decimal(0) if customer is None else customer.discount_percent
    if command.request.discount_percent != allowed:
        found.append(refusal("discount.not_allowed", wanted=plain_text(allowed, 3)))
    return customer, found


def _offers(command: SaveQuote, facts: Facts) -> tuple[Offer, ...]:
    """Every service as it is now; the chosen one by the cited card where that is honoured."""
    offers = compare(command.request, facts.book, facts.now)
    cited = find_honoured_card(command.request, facts.book.find_card(command.card), facts.book, facts.now)
    if cited is None or cited.service != command.service:
        return offers
    chosen = rate(command.request, cited, facts.book, facts.now)
    others = tuple(offer for offer in offers if offer.service != cited.service)
    return tuple(sorted((*others, chosen), key=lambda offer: (offer.days_most, offer.service)))


def _check_claims(command: SaveQuote, chosen: Offer | None, facts: Facts) -> list[Refusal]:
    """SEC-4: card, exchange rate and total as the desk cited them."""
    found: list[Refusal] = []
    if chosen is None:
        found.append(refusal("service.not_offered"))
    elif chosen.card_id != command.card:
        found.append(refusal("rate_card.not_in_force"))
    if command.exchange_rate is not None:
        cited = facts.book.find_rate(command.exchange_rate)
        if cited is None or find_honoured_rate(facts.book, cited, facts.now) is None:
            found.append(refusal("exchange_rate.not_in_force"))
    if chosen is None:
        return found
    found += chosen.refusals
    if chosen.total is not None and chosen.total != command.total:
        found.append(_differs("total", chosen, command))
    elif chosen.total is None and not chosen.refusals:
        found.append(refusal("quote.unpriced", why=chosen.unknown or "What is sent"))
    return found


def _differs(field: str, offer: Offer, command: SaveQuote | BookShipment) -> Refusal:
    claimed = command.total if isinstance(command, SaveQuote) else command.price
    wanted = "unknown" if offer.total is None else money_text(offer.total)
    return refusal("quote.total_differs", field, wanted=wanted, claimed=money_text(claimed))


def _new_quote(
    command: SaveQuote | AskSpecialQuote, customer: Customer | None, offers: tuple[Offer, ...], facts: Facts
) -> Quote:
    return Quote(
        id=command.quote,
        number=command.number,
        branch=facts.actor.branch,
        customer=command.customer,
        customer_name="" if customer is None else customer.name,
        request=command.request,
        offers=offers,
        service=command.service,
        saved_at=facts.now,
        valid_until=facts.now + QUOTE_LASTS,
        saved_by=facts.actor.login,
    ).next()


def _check_bookable(quote: Quote, command: BookShipment, facts: Facts) -> list[Refusal]:
    if quote.state is not QuoteState.SAVED:
        why = "It is booked already." if quote.state is QuoteState.BOOKED else "A manager has not answered yet."
        return [refusal("quote.not_open", why=why)]
    offer = quote.chosen
    found: list[Refusal] = []
    if facts.now > quote.valid_until:
        found.append(_expired(quote, facts))
    elif offer.total != command.price:
        found.append(_differs("price", offer, command))
    return found


def _expired(quote: Quote, facts: Facts) -> Refusal:
    """LIM-9: says the price that holds now."""
    offers = compare(quote.request, facts.book, facts.now)
    fresh = next((offer.total for offer in offers if offer.service == quote.service), None)
    old = quote.chosen.total
    texts = ["not offered" if price is None else money_text(price) for price in (old, fresh)]
    return refusal("quote.expired", old=texts[0], new=texts[1])


def _check_line(quote: Quote, cart: Cart) -> list[Refusal]:
    found: list[Refusal] = []
    if len(cart.lines) >= MOST_LINES:
        found.append(refusal("cart.full"))
    if cart.customer is not None and quote.customer is not None and cart.customer != quote.customer:
        found.append(refusal("cart.other_customer", name=cart.customer_name or "another customer"))
    return found


def _new_shipment(quote: Quote, command: BookShipment, facts: Facts) -> Shipment:
    pieces = tuple(ShipmentPiece(number=n, declared=piece) for n, piece in enumerate(quote.request.pieces, 1))
    return Shipment(
        id=command.shipment,
        number=command.number,
        branch=quote.branch,
        quote=quote.id,
        customer=quote.customer,
        customer_name=quote.customer_name,
        request=quote.request,
        service=quote.service,
        pieces=pieces,
        booked_price=command.price,
        booked_by=facts.actor.login,
        booked_at=facts.now,
        offer=quote.chosen,
    ).next()


def _line_label(quote: Quote, book: PriceBook, at: datetime) -> str:
    destination = find_destination(book.rules_at(at), quote.request.destination)
    where = quote.request.destination if destination is None else destination.label
    return f"{quote.chosen.label} to {where}"[:200]


def _line_detail(offer: Offer) -> str:
    count = len(offer.pieces)
    weight = "" if offer.billable_lb is None else f", {plain_text(offer.billable_lb, 1)} lb billable"
    return f"{count} {'piece' if count == 1 else 'pieces'}{weight}"


def _refused(found: list[Refusal], *present: Aggregate | None) -> Refused:
    return Refused(tuple(found), tuple(one for one in present if one is not None))
