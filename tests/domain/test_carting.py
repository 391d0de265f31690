from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent_desk.domain.aggregate import Command
from agent_desk.domain.catalogue import Product, Season
from agent_desk.domain.commands import (
    AddProduct,
    HoldCart,
    OpenCart,
    RecallCart,
    RemoveLine,
    SetCartCustomer,
    SetPromotion,
    SetQuantity,
)
from agent_desk.domain.deciding import decide
from agent_desk.domain.decision import Decided, Refused
from agent_desk.domain.measure import Length, Weight
from agent_desk.domain.money import Money, gyd, usd
from agent_desk.domain.people import Role
from agent_desk.domain.selling import Cart, CartState
from agent_desk.domain.shipping import Quote, QuoteState, Shipment, ShipmentState
from tests.domain.shop import (
    BARREL,
    CART_ID,
    CUSTOMER,
    FRYER,
    LONG_AGO,
    NOW,
    PICTURED,
    SHIPMENT,
    SHIPMENT_LINE,
    TAG,
    TAPE,
    Known,
    a_cart,
    a_line,
    a_person,
    a_price,
    a_product,
    an_id,
    codes,
    facts,
    in_checkout,
    the_shop,
)


def adding(product: Product, each: Money, quantity: int = 1, line: str = "new line") -> AddProduct:
    return AddProduct(cart=CART_ID, line=an_id(line), product=product.id, quantity=quantity, each=each)


def an_open_cart(*products: Product) -> Known:
    return Known(a_cart(()), CUSTOMER, *products)


def warned(known: Known, command: Command) -> list[str]:
    outcome = decide(known, command, facts())
    assert isinstance(outcome, Decided), outcome
    return [warning.code for warning in outcome.warnings]


def test_a_cart_opens_empty_in_the_agents_branch() -> None:
    known = Known(CUSTOMER)
    known.apply(decide(known, OpenCart(cart=CART_ID, number="C-GEO-2-000094", customer=CUSTOMER.id), facts()))
    cart = known.get(Cart, CART_ID)
    assert (cart.branch, cart.lines, cart.version, cart.state) == ("GEO", (), 1, CartState.OPEN)
    assert (cart.customer, cart.customer_name) == (CUSTOMER.id, "Indranie Persaud")


def test_a_cart_opens_once_under_a_number_of_the_desk_for_a_known_customer() -> None:
    outcome = decide(the_shop(), OpenCart(cart=CART_ID, number="C-GEO-1-000094", customer=an_id("nobody")), facts())
    assert codes(outcome) == ["number.not_yours", "cart.already_open", "customer.unknown"]
    assert isinstance(outcome, Refused)
    assert outcome.current == (a_cart(promotion="MASH10"),)


def test_adding_a_product_again_raises_its_quantity_and_reaches_the_bulk_price() -> None:
    known = an_open_cart(TAPE)
    known.apply(decide(known, adding(TAPE, gyd(1_200_00), 4), facts()))
    known.apply(decide(known, adding(TAPE, gyd(1_080_00), 1, "other line"), facts()))
    (line,) = known.get(Cart, CART_ID).lines
    assert (line.id, line.quantity, line.each) == (an_id("new line"), 5, gyd(1_080_00))


def test_two_desks_that_add_the_same_product_at_once_both_count() -> None:
    known = an_open_cart(TAPE)
    for line in ("mine", "theirs"):
        known.apply(decide(known, adding(TAPE, gyd(1_200_00), 3, line), facts()))
    (line_of_both,) = known.get(Cart, CART_ID).lines
    assert (line_of_both.quantity, line_of_both.each) == (6, gyd(1_080_00))


def test_a_claimed_price_that_was_never_in_force_is_refused_with_the_right_one() -> None:
    outcome = decide(an_open_cart(BARREL), adding(BARREL, gyd(1_00)), facts())
    assert codes(outcome) == ["price.differs"]
    assert isinstance(outcome, Refused)
    assert "GYD 14,500.00" in outcome.refusals[0].message
    assert BARREL in outcome.current


@pytest.mark.parametrize(("hours", "honoured"), [(1, True), (23, True), (24, False), (30, False)])
def test_a_replaced_price_is_honoured_for_24_hours(hours: int, honoured: bool) -> None:
    replaced_at = NOW - timedelta(hours=hours)
    prices = (a_price(usd(12_00), replaced_at), a_price(usd(10_00), LONG_AGO, replaced_at))
    product = a_product("Box 18 in", usd(12_00), prices=prices)
    outcome = decide(an_open_cart(product), adding(product, usd(10_00)), facts())
    assert isinstance(outcome, Decided if honoured else Refused)


def test_a_price_of_tomorrow_is_not_honoured_and_a_product_without_one_is_not_sold() -> None:
    product = a_product("Box 18 in", usd(12_00), prices=(a_price(usd(9_00), NOW + timedelta(hours=1)),))
    assert codes(decide(an_open_cart(product), adding(product, usd(9_00)), facts())) == ["product.unpriced"]


def test_what_has_no_size_is_sold_but_must_be_measured_before_it_ships() -> None:
    assert warned(an_open_cart(FRYER), adding(FRYER, usd(59_99))) == ["product.unmeasured"]


@pytest.mark.parametrize("part", ["weight", "length", "width", "height"])
def test_what_is_over_the_shipping_limits_is_pick_up_only(part: str) -> None:
    over = Weight(value=201) if part == "weight" else Length(value="120.1")
    product = a_product("Sofa", usd(400_00), **{part: over})
    assert warned(an_open_cart(product), adding(product, usd(400_00))) == ["product.over_limits"]


def test_dangerous_goods_are_sold_with_a_warning() -> None:
    product = a_product("Paint", usd(30_00), dangerous=True)
    assert warned(an_open_cart(product), adding(product, usd(30_00))) == ["product.dangerous"]


def test_a_free_sample_costs_nothing_and_goes_once_to_a_customer() -> None:
    known = an_open_cart(TAG)
    known.apply(decide(known, adding(TAG, usd(0)), facts()))
    assert codes(decide(known, adding(TAG, usd(0), 1, "again"), facts())) == ["product.limited"]
    assert known.get(Cart, CART_ID).lines[0].amount == usd(0)


@pytest.mark.parametrize(
    ("season", "month", "sold"),
    [((10, 12), 11, True), ((10, 12), 1, False), ((11, 2), 1, True), ((11, 2), 6, False)],
)
def test_what_has_a_season_is_sold_in_it_alone(season: tuple[int, int], month: int, sold: bool) -> None:
    product = a_product("Black cake tin", usd(6), season=Season(first_month=season[0], last_month=season[1]))
    on = facts(now=datetime(2026, month, 15, tzinfo=UTC))
    cheap = product.model_copy(update={"prices": (a_price(usd(6), datetime(2025, 1, 1, tzinfo=UTC)),)})
    outcome = decide(an_open_cart(cheap), adding(cheap, usd(6)), on)
    assert isinstance(outcome, Decided) if sold else codes(outcome) == ["product.out_of_season"]


def test_what_cannot_be_added_says_why() -> None:
    assert codes(decide(an_open_cart(), adding(BARREL, usd(1)), facts())) == ["product.unknown"]
    assert codes(decide(Known(BARREL), adding(BARREL, usd(1)), facts())) == ["cart.unknown"]
    taken = adding(BARREL, gyd(14_500_00)).model_copy(update={"line": SHIPMENT_LINE.id})
    assert codes(decide(Known(BARREL, a_cart((SHIPMENT_LINE,))), taken, facts())) == ["line.already_there"]
    full = a_cart([SHIPMENT_LINE.model_copy(update={"id": an_id(str(at))}) for at in range(200)])
    assert codes(decide(Known(BARREL, full), adding(BARREL, gyd(14_500_00)), facts())) == ["cart.full"]
    most = a_cart((a_line(BARREL, 9999),))
    assert codes(decide(Known(BARREL, most), adding(BARREL, gyd(14_500_00)), facts())) == ["quantity.too_many"]


def test_a_quantity_is_set_at_the_threshold_it_reaches() -> None:
    known = the_shop()
    five = SetQuantity(cart=CART_ID, line=a_line(TAPE).id, quantity=5, each=gyd(1_080_00))
    known.apply(decide(known, five, facts()))
    line = known.get(Cart, CART_ID).lines[2]
    assert (line.quantity, line.amount) == (5, gyd(5_400_00))
    wrong = SetQuantity(cart=CART_ID, line=line.id, quantity=4, each=gyd(1_080_00))
    assert codes(decide(known, wrong, facts())) == ["price.differs"]


def test_what_cannot_be_counted_says_why() -> None:
    known = the_shop()
    fixed = SetQuantity(cart=CART_ID, line=SHIPMENT_LINE.id, quantity=2, each=usd(96_40))
    assert codes(decide(known, fixed, facts())) == ["line.fixed"]
    gone = SetQuantity(cart=CART_ID, line=an_id("gone"), quantity=2, each=usd(1))
    assert codes(decide(known, gone, facts())) == ["line.unknown"]
    withdrawn = SetQuantity(cart=CART_ID, line=a_line(TAPE).id, quantity=2, each=gyd(1_200_00))
    assert codes(decide(Known(a_cart()), withdrawn, facts())) == ["product.unknown"]
    assert codes(decide(Known(), withdrawn, facts())) == ["cart.unknown"]


def test_a_line_is_taken_out_once() -> None:
    known = the_shop()
    command = RemoveLine(cart=CART_ID, line=a_line(FRYER).id)
    known.apply(decide(known, command, facts()))
    assert len(known.get(Cart, CART_ID).lines) == len(PICTURED) - 1
    assert codes(decide(known, command, facts())) == ["line.unknown"]
    assert codes(decide(Known(), command, facts())) == ["cart.unknown"]


def test_a_shipment_taken_out_is_cancelled_and_its_quote_can_be_booked_again() -> None:
    known = the_shop()
    command = RemoveLine(cart=CART_ID, line=SHIPMENT_LINE.id, shipment=SHIPMENT.id, quote=SHIPMENT.quote)
    known.apply(decide(known, command, facts()))
    assert known.get(Shipment, SHIPMENT.id).state is ShipmentState.CANCELLED
    assert known.get(Quote, SHIPMENT.quote).state is QuoteState.SAVED
    assert SHIPMENT_LINE.id not in {line.id for line in known.get(Cart, CART_ID).lines}


def test_a_shipment_is_not_taken_out_without_being_named() -> None:
    known = the_shop()
    assert codes(decide(known, RemoveLine(cart=CART_ID, line=SHIPMENT_LINE.id), facts())) == ["line.shipment_unnamed"]


def test_a_cart_is_given_to_a_customer_and_back_to_a_walk_in() -> None:
    known = the_shop()
    known.apply(decide(known, SetCartCustomer(cart=CART_ID, customer=CUSTOMER.id), facts()))
    assert known.get(Cart, CART_ID).customer_name == "Indranie Persaud"
    known.apply(decide(known, SetCartCustomer(cart=CART_ID, customer=None), facts()))
    assert known.get(Cart, CART_ID).customer is None
    unknown = decide(known, SetCartCustomer(cart=CART_ID, customer=an_id("x")), facts())
    assert codes(unknown) == ["customer.unknown"]


def test_a_promotion_goes_in_by_its_code_and_out_by_none() -> None:
    known = the_shop(a_cart())
    known.apply(decide(known, SetPromotion(cart=CART_ID, code="mash10"), facts()))
    assert known.get(Cart, CART_ID).promotion == "MASH10"
    known.apply(decide(known, SetPromotion(cart=CART_ID, code=""), facts()))
    assert not known.get(Cart, CART_ID).promotion
    assert codes(decide(known, SetPromotion(cart=CART_ID, code="FREE"), facts())) == ["promotion.unknown"]


def test_a_held_cart_is_recalled_once_and_the_second_desk_reads_who_took_it() -> None:
    known = the_shop()
    known.apply(decide(known, HoldCart(cart=CART_ID, held_as=" R. Ramnarine "), facts()))
    held = known.get(Cart, CART_ID)
    assert (held.state, held.held_as, held.held_at) == (CartState.HELD, "R. Ramnarine", NOW)
    known.apply(decide(known, RecallCart(cart=CART_ID), facts()))
    assert known.get(Cart, CART_ID).state is CartState.OPEN
    later = facts(desk="GEO-1", actor=a_person(name="Devika Singh"), now=NOW + timedelta(minutes=4))
    outcome = decide(known, RecallCart(cart=CART_ID), later)
    assert codes(outcome) == ["cart.already_recalled"]
    assert isinstance(outcome, Refused)
    assert outcome.refusals[0].message == "Shanice Persaud at GEO-2 took this cart up 4 min ago: ask them for it."


def test_a_cart_that_was_recalled_can_be_held_and_recalled_again() -> None:
    known = the_shop()
    for _ in range(2):
        known.apply(decide(known, HoldCart(cart=CART_ID), facts()))
        assert known.get(Cart, CART_ID).held_as == "Walk-in"
        known.apply(decide(known, RecallCart(cart=CART_ID), facts()))
    assert known.get(Cart, CART_ID).version == 11


def test_what_is_not_held_is_not_recalled() -> None:
    assert codes(decide(the_shop(), RecallCart(cart=CART_ID), facts())) == ["cart.not_held"]
    locked = Known(in_checkout(a_cart()))
    assert codes(decide(locked, RecallCart(cart=CART_ID), facts())) == ["cart.locked"]
    assert codes(decide(Known(), RecallCart(cart=CART_ID), facts())) == ["cart.unknown"]


EDITS: tuple[Command, ...] = (
    adding(BARREL, gyd(14_500_00)),
    SetQuantity(cart=CART_ID, line=a_line(TAPE).id, quantity=5, each=gyd(1_080_00)),
    RemoveLine(cart=CART_ID, line=a_line(TAPE).id),
    SetCartCustomer(cart=CART_ID, customer=None),
    SetPromotion(cart=CART_ID, code=""),
    HoldCart(cart=CART_ID),
)


@pytest.mark.parametrize("command", EDITS, ids=lambda command: command.name)
@pytest.mark.parametrize(
    ("state", "code"),
    [(CartState.HELD, "cart.held"), (CartState.CHECKOUT, "cart.locked"), (CartState.ORDERED, "cart.ordered")],
)
def test_only_an_open_cart_is_changed(command: Command, state: CartState, code: str) -> None:
    known = the_shop(a_cart(state=state))
    assert codes(decide(known, command, facts())) == [code]


@pytest.mark.parametrize("command", EDITS, ids=lambda command: command.name)
def test_only_a_seller_of_the_branch_changes_a_cart(command: Command) -> None:
    warehouse = facts(actor=a_person(Role.WAREHOUSE, branch="BV"))
    assert codes(decide(the_shop(), command, warehouse))[:2] == ["role.not_allowed", "branch.not_yours"]
    manager = replace(warehouse, actor=a_person(Role.MANAGER, branch="BV"))
    assert isinstance(decide(the_shop(), command, manager), Decided)
