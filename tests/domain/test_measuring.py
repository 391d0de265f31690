from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.commands import RecordMeasurement
from agent_desk.domain.deciding import decide
from agent_desk.domain.decision import Decided, Facts
from agent_desk.domain.people import Role
from agent_desk.domain.rating import rate
from agent_desk.domain.selling import CartLine, Order
from agent_desk.domain.shipping import Hold, QuoteRequest, Shipment, ShipmentPiece, ShipmentState
from tests.domain.parcels import AT, BOOK, a_piece, a_request, card_of, inches, lb
from tests.domain.shop import SHIPMENT, Known, a_person, an_id, an_order, facts

REQUEST = a_request(a_piece("100", "24 24 24"), a_piece("50", "20 20 20"))
CARD = card_of("ocean")


def a_shipment(request: QuoteRequest = REQUEST, service: str = "ocean", **changed: object) -> Shipment:
    offer = rate(request, card_of(service), BOOK, AT)
    pieces = tuple(ShipmentPiece(number=at, declared=piece) for at, piece in enumerate(request.pieces, 1))
    plain = SHIPMENT.model_copy(
        update={"request": request, "offer": offer, "booked_price": offer.total, "pieces": pieces, "service": service},
    )
    return plain.model_copy(update=changed)


def measured(weight: str, sides: str = "24 24 24", **changed: Any) -> RecordMeasurement:
    length, width, height = (inches(one) for one in sides.split())
    plain = {"shipment": SHIPMENT.id, "piece": 1, "weight": lb(weight)}
    return RecordMeasurement(**{**plain, "length": length, "width": width, "height": height, **changed})


def around(**changed: object) -> Facts:
    return facts(**{"now": AT, "book": BOOK, "actor": a_person(Role.WAREHOUSE, name="Marlon"), **changed})


def after(command: RecordMeasurement, shipment: Shipment | None = None) -> Shipment:
    shop = Known(shipment or a_shipment())
    shop.apply(decide(shop, command, around()))
    return shop.get(Shipment, SHIPMENT.id)


def test_a_piece_21_per_cent_heavier_is_re_rated_and_held() -> None:
    found = after(measured("121"))
    assert found.holds == (Hold.WEIGHT,)
    again = rate(a_request(a_piece("121", "24 24 24"), a_piece("50", "20 20 20")), CARD, BOOK, AT)
    assert found.offer.total == again.total
    assert found.booked_price != again.total
    assert found.version == 2
    kept = found.pieces[0].measured
    assert kept is not None
    assert (kept.measured_by, kept.measured_at) == ("Marlon", AT)
    assert found.pieces[0].declared.weight == lb("100")


def test_a_piece_within_the_tolerance_keeps_its_price() -> None:
    found = after(measured("110"))
    assert (found.holds, found.offer) == ((), a_shipment().offer)
    assert found.request.pieces[0].weight == lb("110")


def test_a_larger_box_is_beyond_the_tolerance_as_well() -> None:
    assert after(measured("100", "30 30 30")).holds == (Hold.WEIGHT,)


def test_measuring_again_within_the_tolerance_takes_the_hold_and_the_price_back() -> None:
    found = after(measured("101"), after(measured("150")))
    assert (found.holds, found.offer.total) == ((), found.booked_price)


def test_a_second_piece_does_not_lift_the_hold_of_the_first() -> None:
    found = after(measured("50", "20 20 20", piece=2), after(measured("150")))
    assert found.holds == (Hold.WEIGHT,)


def test_what_nobody_had_declared_is_always_beyond() -> None:
    unknown = a_shipment(REQUEST.model_copy(update={"pieces": (a_piece(None, "24 24 24"),)}))
    priced = unknown.model_copy(update={"booked_price": a_shipment().booked_price})
    assert after(measured("10"), priced).holds == (Hold.WEIGHT,)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (measured("201"), "piece.too_heavy"),
        (measured("100", "121 1 1"), "piece.too_long"),
        (measured("100", dangerous=True), "goods.dangerous"),
        (measured("100", damaged=True), "piece.damaged"),
    ],
)
def test_what_is_over_a_limit_goes_to_a_manager(command: RecordMeasurement, code: str) -> None:
    found = after(command)
    assert Hold.MANAGER in found.holds
    assert code in [one.code for one in found.refusals]


def test_what_its_service_does_not_take_keeps_the_booked_price_and_goes_to_a_manager() -> None:
    small = a_request(a_piece("40", "20 20 20"))
    found = after(measured("60", "20 20 20"), a_shipment(small, "air_express"))
    assert found.holds == (Hold.WEIGHT, Hold.MANAGER)
    assert found.offer.total == found.booked_price
    assert "service.too_heavy" in [one.code for one in found.refusals]


def cases(command: RecordMeasurement, *shop: Any, **changed: object) -> list[str]:
    outcome = decide(Known(*shop), command, around(**changed))
    assert isinstance(outcome, Decided)
    return [case.kind for case in outcome.cases]


def test_a_fact_that_fits_nowhere_becomes_a_case() -> None:
    assert cases(measured("1")) == ["measurement.unknown_shipment"]
    assert cases(measured("1", piece=9), a_shipment()) == ["measurement.unknown_piece"]
    assert cases(measured("1"), a_shipment(), actor=a_person()) == ["measurement.not_allowed"]
    cancelled = a_shipment(state=ShipmentState.CANCELLED)
    assert cases(measured("100"), cancelled) == ["measurement.of_cancelled"]


def line_of(shipment: Shipment) -> CartLine:
    return CartLine(
        id=an_id(str(shipment.id)), what="shipment", subject=shipment.id, code="S", label="S",
        each=shipment.booked_price,
    )  # fmt: skip


def test_the_order_shows_the_hold_and_loses_it_with_the_last() -> None:
    other = a_shipment(id=an_id("other shipment"), holds=(Hold.WEIGHT,))
    order = an_order(lines=(line_of(a_shipment()), line_of(other)))
    shop = Known(a_shipment(order=order.id), other, order)
    shop.apply(decide(shop, measured("150", order=order.id), around()))
    assert (shop.get(Order, order.id).held, shop.get(Order, order.id).version) == (True, 2)
    shop.apply(decide(shop, measured("100", order=order.id), around()))
    assert shop.get(Order, order.id).held
    free = other.model_copy(update={"holds": ()})
    shop.held[free.ref] = free
    shop.apply(decide(shop, measured("100", order=order.id), around()))
    assert not shop.get(Order, order.id).held


def test_a_hold_whose_order_is_not_found_becomes_a_case() -> None:
    assert cases(measured("150", order=an_id("lost")), a_shipment()) == ["measurement.order_unmarked"]
    assert cases(measured("100", order=an_id("lost")), a_shipment()) == []
    foreign = an_order(lines=())
    assert cases(measured("150", order=foreign.id), a_shipment(), foreign) == ["measurement.order_unmarked"]


def test_a_card_that_is_gone_still_holds_by_weight() -> None:
    outcome = decide(Known(a_shipment()), measured("150"), around(book=replace(BOOK, cards=())))
    assert isinstance(outcome, Decided)
    shipment = outcome.changes[0]
    assert isinstance(shipment, Shipment)
    assert (shipment.holds, shipment.offer) == ((Hold.WEIGHT,), a_shipment().offer)


@given(st.decimals(min_value=-10, max_value=5000, places=2), st.booleans(), st.booleans())
def test_a_measurement_is_never_refused(weight: Decimal, dangerous: bool, damaged: bool) -> None:
    found = after(measured(str(weight), dangerous=dangerous, damaged=damaged))
    assert found.pieces[0].measured is not None
    assert bool(found.holds) is (abs(weight - 100) > 10 or dangerous or damaged)
