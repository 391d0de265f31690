from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.commands import AskSpecialQuote, BookShipment, SaveQuote
from agent_desk.domain.deciding import decide
from agent_desk.domain.decision import Decided, Facts, Refused
from agent_desk.domain.money import gyd, usd
from agent_desk.domain.people import Role
from agent_desk.domain.price_book import PriceBook, RateCard
from agent_desk.domain.rating import compare
from agent_desk.domain.selling import Cart, CartState
from agent_desk.domain.shipping import Quote, QuoteRequest, QuoteState, Shipment, ShipmentState
from tests.domain.parcels import AT, BOOK, THE_PICTURE, a_piece, a_request, card_of
from tests.domain.shop import CUSTOMER, Known, a_cart, a_person, an_id, codes, facts

REGULAR = CUSTOMER.model_copy(update={"discount_percent": Decimal(5)})
REQUEST = a_request(discount_percent=Decimal(5))
NOW = AT
QUOTE_ID, SHIPMENT_ID, OTHER = an_id("a quote"), an_id("a shipment"), an_id("another")


def around(**changed: object) -> Facts:
    return facts(**{"now": NOW, "book": BOOK, **changed})


def total_of(request: QuoteRequest, service: str = "ocean", book: PriceBook = BOOK) -> Any:
    return next(offer.total for offer in compare(request, book, NOW) if offer.service == service)


def a_quote(**changed: Any) -> SaveQuote:
    return SaveQuote(
        **{
            "quote": QUOTE_ID,
            "number": "Q-GEO-2-000417",
            "customer": REGULAR.id,
            "request": REQUEST,
            "service": "ocean",
            "card": card_of("ocean").id,
            "exchange_rate": BOOK.rates[0].id,
            "total": total_of(REQUEST),
            **changed,
        },
    )


def a_booking(**changed: Any) -> BookShipment:
    return BookShipment(
        **{
            "quote": QUOTE_ID,
            "shipment": SHIPMENT_ID,
            "number": "SH-GEO-2-000077",
            "cart": a_cart().id,
            "line": an_id("its line"),
            "price": total_of(REQUEST),
            **changed,
        },
    )


def a_shop(*more: Aggregate) -> Known:
    return Known(REGULAR, a_cart(()), *more)


def with_quote(**changed: object) -> Known:
    shop = a_shop()
    shop.apply(decide(shop, a_quote(), around()))
    if changed:
        quote = shop.get(Quote, QUOTE_ID).model_copy(update=changed)
        shop.held[quote.ref] = quote
    return shop


def test_a_saved_quote_is_frozen_for_24_hours() -> None:
    shop = a_shop()
    outcome = shop.apply(decide(shop, a_quote(), around()))
    quote = shop.get(Quote, QUOTE_ID)
    assert quote.version == 1
    assert quote.valid_until - quote.saved_at == timedelta(hours=24)
    assert (quote.customer_name, quote.branch, quote.gyd_per_usd) == ("Indranie Persaud", "GEO", Decimal("209.00"))
    assert quote.chosen.total == total_of(REQUEST)
    assert len(quote.offers) == 3
    assert outcome.warnings == ()


def newer(card: RateCard, hours_ago: int) -> RateCard:
    return card.model_copy(
        update={"id": OTHER, "valid_from": NOW - timedelta(hours=hours_ago), "fuel_percent": Decimal(50)},
    )


def test_a_card_replaced_within_24_hours_is_still_honoured() -> None:
    book = replace(BOOK, cards=(*BOOK.cards, newer(card_of("ocean"), 23)))
    shop = a_shop()
    outcome = shop.apply(decide(shop, a_quote(), around(book=book)))
    quote = shop.get(Quote, QUOTE_ID)
    assert isinstance(outcome, Decided)
    assert quote.chosen.card_id == card_of("ocean").id
    assert [offer.service for offer in quote.offers] == ["air_express", "air_economy", "ocean"]


def test_a_card_replaced_earlier_is_refused_with_the_price_that_holds() -> None:
    book = replace(BOOK, cards=(*BOOK.cards, newer(card_of("ocean"), 25)))
    outcome = decide(a_shop(), a_quote(), around(book=book))
    assert codes(outcome) == ["rate_card.not_in_force", "quote.total_differs"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"total": usd(1)}, "quote.total_differs"),
        ({"total": gyd(100)}, "quote.total_differs"),
        ({"card": OTHER}, "rate_card.not_in_force"),
        ({"card": card_of("ocean", "POS").id}, "rate_card.not_in_force"),
        ({"card": card_of("air_economy").id}, "rate_card.not_in_force"),
        ({"exchange_rate": OTHER}, "exchange_rate.not_in_force"),
        ({"request": REQUEST.model_copy(update={"discount_percent": Decimal(50)})}, "discount.not_allowed"),
        ({"customer": None}, "discount.not_allowed"),
        ({"customer": OTHER}, "customer.unknown"),
        ({"service": "teleport"}, "service.not_offered"),
        ({"number": "Q-GEO-1-000417"}, "number.not_yours"),
        ({"request": REQUEST.model_copy(update={"pieces": (a_piece("201"),)})}, "piece.too_heavy"),
        ({"request": REQUEST.model_copy(update={"pieces": (a_piece(None),)})}, "quote.unpriced"),
        ({"request": REQUEST.model_copy(update={"dangerous": True})}, "goods.dangerous"),
        ({"service": "air_express", "request": REQUEST.model_copy(update={"pieces": (a_piece("60"),)})},
         "service.too_heavy"),
    ],
)  # fmt: skip
def test_what_a_desk_claims_wrongly_is_refused_by_name(changed: dict[str, object], expected: str) -> None:
    assert expected in codes(decide(a_shop(), a_quote(**changed), around()))


def test_roles_branches_and_repeats_are_refused() -> None:
    warehouse = around(actor=a_person(Role.WAREHOUSE))
    assert "role.not_allowed" in codes(decide(a_shop(), a_quote(), warehouse))
    elsewhere = around(actor=a_person(branch="NAM"))
    assert "branch.not_yours" in codes(decide(a_shop(), a_quote(), elsewhere))
    shop = with_quote()
    outcome = decide(shop, a_quote(), around())
    assert codes(outcome) == ["quote.repeated"]
    assert isinstance(outcome, Refused)
    assert shop.get(Quote, QUOTE_ID) in outcome.current


def test_a_manager_needs_no_other_manager() -> None:
    request = a_request(dangerous=True)
    command = a_quote(customer=None, request=request, total=total_of(request))
    assert "goods.dangerous" in codes(decide(a_shop(), command, around()))
    outcome = decide(a_shop(), command, around(actor=a_person(Role.MANAGER)))
    assert isinstance(outcome, Decided)
    assert [one.code for one in outcome.warnings] == ["goods.dangerous"]


def special(request: QuoteRequest, **changed: Any) -> AskSpecialQuote:
    plain = {"quote": QUOTE_ID, "number": "Q-GEO-2-000418", "customer": REGULAR.id, "service": "ocean"}
    return AskSpecialQuote(**{**plain, "request": request, **changed})


def test_what_is_over_a_limit_can_be_sent_to_a_manager() -> None:
    shop = a_shop()
    outcome = shop.apply(decide(shop, special(THE_PICTURE), around()))
    quote = shop.get(Quote, QUOTE_ID)
    assert quote.state is QuoteState.SPECIAL_ASKED
    assert [one.code for one in quote.refusals] == ["piece.too_long", "piece.too_heavy"]
    assert [one.code for one in outcome.warnings] == ["goods.battery_unclear"]
    assert "quote.not_open" in codes(decide(shop, a_booking(), around()))


def test_a_special_quote_needs_a_reason_and_nothing_else_in_the_way() -> None:
    assert codes(decide(a_shop(), special(REQUEST), around())) == ["quote.not_special"]
    blocked = THE_PICTURE.model_copy(update={"goods": "weapons"})
    assert codes(decide(a_shop(), special(blocked, service="teleport"), around())) == [
        "service.not_offered",
        "goods.forbidden",
    ]


def test_a_booking_makes_a_shipment_and_a_line_of_the_cart() -> None:
    shop = with_quote()
    shop.apply(decide(shop, a_booking(), around(now=NOW + timedelta(hours=24))))
    cart, shipment = shop.get(Cart, a_cart().id), shop.get(Shipment, SHIPMENT_ID)
    line = cart.lines[0]
    assert (line.what, line.subject, line.each, line.vat) == ("shipment", SHIPMENT_ID, total_of(REQUEST), False)
    assert (line.label, line.detail) == ("Ocean to Georgetown, Guyana", "1 piece, 10 lb billable")
    assert (cart.version, cart.customer, cart.customer_name) == (8, REGULAR.id, REGULAR.name)
    assert (shipment.state, shipment.booked_price, shipment.version) == (ShipmentState.DRAFT, total_of(REQUEST), 1)
    assert shop.get(Quote, QUOTE_ID).state is QuoteState.BOOKED
    assert codes(decide(shop, a_booking(), around())) == ["shipment.exists", "quote.not_open"]


def test_an_expired_quote_says_the_price_that_holds_now() -> None:
    shop = with_quote()
    book = replace(BOOK, cards=(*BOOK.cards, newer(card_of("ocean"), 0)))
    late = around(now=NOW + timedelta(hours=24, seconds=1), book=book)
    outcome = decide(shop, a_booking(), late)
    assert codes(outcome) == ["quote.expired"]
    assert isinstance(outcome, Refused)
    fresh = total_of(REQUEST, book=book)
    assert f"USD {fresh.amount}" in outcome.refusals[0].message
    nothing = around(now=NOW + timedelta(hours=25), book=replace(BOOK, cards=()))
    gone = decide(shop, a_booking(), nothing)
    assert isinstance(gone, Refused)
    assert "now it is not offered" in gone.refusals[0].message


@pytest.mark.parametrize(
    ("shop", "changed", "expected"),
    [
        (with_quote(), {"quote": OTHER}, ["quote.unknown"]),
        (with_quote(), {"cart": OTHER}, ["cart.unknown"]),
        (with_quote(), {"price": usd(1)}, ["quote.total_differs"]),
        (with_quote(), {"number": "SH-NAM-1-000001"}, ["number.not_yours"]),
        (with_quote(branch="NAM"), {}, ["branch.not_yours"]),
        (with_quote(customer=OTHER), {}, []),
    ],
)
def test_a_booking_is_refused_by_name(shop: Known, changed: dict[str, UUID], expected: list[str]) -> None:
    outcome = decide(shop, a_booking(**changed), around())
    assert (codes(outcome) if isinstance(outcome, Refused) else []) == expected


def test_a_cart_that_cannot_take_it_is_refused() -> None:
    shop = with_quote()
    for changed, expected in (
        ({"state": CartState.HELD}, "cart.held"),
        ({"customer": OTHER, "customer_name": "Ravi"}, "cart.other_customer"),
    ):
        cart = a_cart((), **changed)
        shop.held[cart.ref] = cart
        assert codes(decide(shop, a_booking(), around())) == [expected]
    full = a_cart(a_cart().lines[:1] * 200)
    shop.held[full.ref] = full
    assert codes(decide(shop, a_booking(), around())) == ["cart.full"]


def test_open_bookings_stop_at_the_limit_of_the_agent() -> None:
    assert codes(decide(with_quote(), a_booking(), around(open_bookings=200))) == ["agent.booked_out"]
