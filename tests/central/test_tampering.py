"""SEC-4: a desk that lies about a field is refused with a reason, and nothing changes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from agent_desk.central.bootstrap import Central
from agent_desk.domain.commands import AddCustomer, BookShipment, CheckOut, PlaceOrder, SaveQuote
from agent_desk.domain.money import gyd, usd
from agent_desk.domain.rating import compare
from agent_desk.domain.shipping import Quote
from agent_desk.wire.sync import Ack, AckState
from tests.central.counter import (
    BOOK,
    CUSTOMER,
    ELSEWHERE,
    NOW,
    STAFF,
    TAPE,
    Clock,
    Counter,
    a_request,
    an_id,
)


def codes(ack: Ack) -> list[str]:
    assert ack.state is AckState.REFUSED, ack
    assert all(refusal.message for refusal in ack.refusals)
    return [refusal.code for refusal in ack.refusals]


def a_quote(counter: Counter, **changed: Any) -> SaveQuote:
    request = a_request(discount_percent=Decimal(5))
    offer = next(offer for offer in compare(request, BOOK, NOW) if offer.total is not None)
    assert offer.total is not None
    honest = SaveQuote(
        quote=an_id(counter.desk, "quote"),
        number=counter.number("Q-", 1),
        customer=CUSTOMER.id,
        request=request,
        service=offer.service,
        card=offer.card_id,
        exchange_rate=BOOK.rates[0].id,
        total=offer.total,
    )
    return honest.model_copy(update=changed)


def a_booking(counter: Counter, count: int = 1, **changed: Any) -> BookShipment:
    quote: Quote = counter.find(Quote, an_id(counter.desk, "quote"))
    assert quote.chosen.total is not None
    honest = BookShipment(
        quote=quote.id,
        shipment=an_id(counter.desk, "shipment", count),
        number=counter.number("SH-", count),
        cart=counter.open_cart().cart,
        line=an_id("line", count),
        price=quote.chosen.total,
    )
    return honest.model_copy(update=changed)


def test_an_honest_quote_and_booking_are_taken(geo_1: Counter) -> None:
    geo_1.push(geo_1.open_cart(), a_quote(geo_1))
    ack = geo_1.push(a_booking(geo_1))[0]
    assert ack.state is AckState.APPLIED, ack


def test_a_lower_price_of_a_product(geo_1: Counter) -> None:
    opened = geo_1.open_cart()
    geo_1.push(opened)
    lie = geo_1.add(opened.cart, TAPE).model_copy(update={"each": gyd(1)})
    assert codes(geo_1.push(lie)[0]) == ["price.differs"]


def test_a_bulk_price_for_too_few(geo_1: Counter) -> None:
    opened = geo_1.open_cart()
    geo_1.push(opened)
    lie = geo_1.add(opened.cart, TAPE).model_copy(update={"each": gyd(1_080_00)})
    assert codes(geo_1.push(lie)[0]) == ["price.differs"]


def test_a_lower_price_of_a_shipment(geo_1: Counter) -> None:
    geo_1.push(geo_1.open_cart(), a_quote(geo_1))
    assert codes(geo_1.push(a_booking(geo_1, price=usd(1_00)))[0])


def test_a_lower_total_of_a_quote(geo_1: Counter) -> None:
    assert codes(geo_1.push(a_quote(geo_1, total=usd(1_00)))[0])


def test_a_discount_the_customer_does_not_have(geo_1: Counter) -> None:
    generous = a_request(discount_percent=Decimal(50))
    assert "discount.not_allowed" in codes(geo_1.push(a_quote(geo_1, request=generous))[0])


def test_a_rate_card_that_is_not_this_route_s(geo_1: Counter) -> None:
    other = next(card for card in BOOK.cards if card.destination != "GEO")
    assert codes(geo_1.push(a_quote(geo_1, card=other.id))[0])


def test_an_exchange_rate_that_does_not_exist(geo_1: Counter) -> None:
    opened, added, checked, *_ = geo_1.sale()
    assert isinstance(checked, CheckOut)
    geo_1.push(opened, added)
    assert "exchange_rate.not_in_force" in codes(
        geo_1.push(checked.model_copy(update={"exchange_rate": an_id("cheap")}))[0]
    )


@pytest.mark.parametrize("field", ["lines", "promotion", "vat", "total", "total_gyd"])
def test_a_changed_sum_at_checkout(geo_1: Counter, field: str) -> None:
    opened, added, checked, *_ = geo_1.sale()
    assert isinstance(checked, CheckOut)
    geo_1.push(opened, added)
    money = getattr(checked.totals, field)
    lie = checked.totals.model_copy(update={field: money.model_copy(update={"minor": money.minor - 1})})
    assert codes(geo_1.push(checked.model_copy(update={"totals": lie}))[0]) == ["total.differs"]


def test_a_changed_total_of_an_order(geo_1: Counter) -> None:
    opened, added, checked, placed, _ = geo_1.sale()
    assert isinstance(placed, PlaceOrder)
    geo_1.push(opened, added, checked)
    lie = placed.totals.model_copy(update={"total": usd(1)})
    assert codes(geo_1.push(placed.model_copy(update={"totals": lie}))[0])


def test_a_role_the_person_does_not_have(central: Central, clock: Clock) -> None:
    warehouse = Counter.sign_in(central, clock, "dwayne", "GEO-1")
    assert "role.not_allowed" in codes(warehouse.push(warehouse.open_cart())[0])


def test_a_role_claimed_in_the_command(geo_1: Counter) -> None:
    lie = geo_1.envelope(geo_1.open_cart(), args={"role": "administrator"})
    assert codes(geo_1.sync(lie).acks[0]) == ["field.unknown"]


def test_somebody_who_never_signed_in_on_this_desk(geo_1: Counter) -> None:
    lie = geo_1.envelope(geo_1.open_cart(), by=STAFF["sandra"].id)
    assert codes(geo_1.sync(lie).acks[0]) == ["actor.not_here"]


def test_a_colleague_who_signed_in_here_lately_is_believed_for_thirty_days(central: Central, clock: Clock) -> None:
    Counter.sign_in(central, clock, "sandra", "GEO-1")
    desk = Counter.sign_in(central, clock, "shanice", "GEO-1")
    assert desk.sync(desk.envelope(desk.open_cart(1), by=STAFF["sandra"].id)).acks[0].state is AckState.APPLIED
    clock.pass_(days=31)
    assert codes(desk.sync(desk.envelope(desk.open_cart(2), by=STAFF["sandra"].id)).acks[0]) == ["actor.not_here"]


def test_a_cart_of_another_branch(geo_1: Counter) -> None:
    assert "branch.not_yours" in codes(geo_1.push(geo_1.add(ELSEWHERE.id))[0])


def test_a_number_of_another_desk(geo_1: Counter) -> None:
    lie = geo_1.open_cart().model_copy(update={"number": "C-GEO-2-000001"})
    assert codes(geo_1.push(lie)[0]) == ["number.not_yours"]


def test_a_field_that_does_not_exist(geo_1: Counter) -> None:
    lie = geo_1.envelope(geo_1.open_cart(), args={"discount": 99, "total": {"minor": 1}})
    refusals = geo_1.sync(lie).acks[0].refusals
    assert sorted((r.code, r.field) for r in refusals) == [("field.unknown", "discount"), ("field.unknown", "total")]


def test_a_field_left_out_and_a_field_of_another_type(geo_1: Counter) -> None:
    lie = geo_1.envelope(geo_1.open_cart(), args={"cart": "the first one"})
    del lie.args["number"]
    lie = geo_1.envelope(geo_1.open_cart(), n=lie.n, args={"cart": "the first one", "number": None})
    refusals = geo_1.sync(lie).acks[0].refusals
    assert sorted((r.code, r.field) for r in refusals) == [("field.invalid", "cart"), ("field.invalid", "number")]


def test_a_customer_s_own_discount_cannot_be_given_by_a_desk(geo_1: Counter) -> None:
    command = AddCustomer(customer=an_id("new"), number=geo_1.number("K-", 1), full_name="A B")
    assert codes(geo_1.sync(geo_1.envelope(command, args={"discount_percent": "90"})).acks[0]) == ["field.unknown"]


def test_more_open_bookings_than_the_agent_may_have(geo_1: Counter) -> None:
    """LIM-7: Shanice may have two."""
    geo_1.push(geo_1.open_cart())
    found = []
    for count in (1, 2, 3):
        asked = a_quote(geo_1, quote=an_id("quote", count), number=geo_1.number("Q-", count))
        geo_1.push(asked)
        quote: Quote = geo_1.find(Quote, asked.quote)
        assert quote.chosen.total is not None
        found.append(
            geo_1.push(
                BookShipment(
                    quote=quote.id,
                    shipment=an_id("shipment", count),
                    number=geo_1.number("SH-", count),
                    cart=geo_1.open_cart().cart,
                    line=an_id("line", count),
                    price=quote.chosen.total,
                )
            )[0]
        )
    assert [ack.state.value for ack in found] == ["applied", "applied", "refused"]
    assert [r.rule for r in found[2].refusals] == ["LIM-7"]
