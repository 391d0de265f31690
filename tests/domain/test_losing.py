"""SYN-5: the later arrival stands, and nothing that was replaced unseen goes in silence."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.aggregate import Command
from agent_desk.domain.commands import (
    AddProduct,
    ChangeCustomer,
    CustomerFields,
    RemoveLine,
    ReviseCartCustomer,
    ReviseCustomer,
    RevisePromotion,
    ReviseQuantity,
    SetCartCustomer,
    SetPromotion,
    SetQuantity,
    SettleLoss,
    TakeOutLine,
)
from agent_desk.domain.deciding import decide
from agent_desk.domain.decision import Decided
from agent_desk.domain.losing import MOST_KEPT, Loss, add_loss, line_field, product_field, put_back
from agent_desk.domain.people import Address, Customer, Role
from agent_desk.domain.selling import Cart
from tests.domain.shop import CART_ID, CUSTOMER, MASH10, NOW, TAPE, Known, a_cart, a_line, a_person, an_id, codes, facts

PHONES = st.sampled_from(["+592 600 0001", "+592 600 0002", "+592 600 0003", ""])


def revise(phone: str, seen: str) -> ReviseCustomer:
    return ReviseCustomer(customer=CUSTOMER.id, now=CustomerFields(phone=phone), seen=CustomerFields(phone=seen))


def customer(known: Known) -> Customer:
    return known.get(Customer, CUSTOMER.id)


@given(st.lists(st.tuples(PHONES, st.booleans()), max_size=12))
def test_what_nobody_saw_is_kept_and_what_was_seen_is_not(changes: list[tuple[str, bool]]) -> None:
    known = Known(CUSTOMER)
    old = CUSTOMER.phone  # what a desk without a link still shows
    for phone, linked in changes:
        before = customer(known)
        seen = before.phone if linked else old
        known.apply(decide(known, revise(phone, seen), facts()))
        after = customer(known)
        assert after.phone == phone, "the later arrival stands"
        lost = [loss.value for loss in after.losses if loss.field == "phone"]
        if before.phone not in {seen, phone}:
            assert lost == [before.phone]
        assert phone not in lost, "what stands is not lost"


def test_a_loss_says_what_it_was_what_replaced_it_and_who_where() -> None:
    known = Known(CUSTOMER)
    known.apply(decide(known, revise("+592 600 0001", CUSTOMER.phone), facts()))
    known.apply(decide(known, revise("+592 600 0002", CUSTOMER.phone), facts()))
    assert customer(known).losses == (
        Loss(
            field="phone", label="Phone", value="+592 600 0001", instead="+592 600 0002",
            by="Shanice Persaud at GEO-2", at=NOW,
        ),
    )  # fmt: skip
    known.apply(decide(known, revise("+592 600 0001", "+592 600 0002"), facts()))
    assert customer(known).losses == (), "put back, it is not lost any more"


def test_an_address_is_kept_whole_and_travels_as_json() -> None:
    linden, charity = Address(region=10, place="Linden"), Address(region=2, place="Charity")
    known = Known(CUSTOMER)
    for address in (linden, charity):
        seen = CustomerFields(address=CUSTOMER.address)
        command = ReviseCustomer(customer=CUSTOMER.id, now=CustomerFields(address=address), seen=seen)
        known.apply(decide(known, command, facts()))
    kept = Customer.model_validate_json(customer(known).model_dump_json())
    assert kept == customer(known)
    assert Address.model_validate(kept.losses[0].value) == linden


def test_a_desk_of_an_earlier_release_changes_as_before() -> None:
    known = Known(CUSTOMER)
    known.apply(decide(known, ChangeCustomer(customer=CUSTOMER.id, phone="+592 600 0001"), facts()))
    assert (customer(known).phone, customer(known).losses) == ("+592 600 0001", ())


def cart(known: Known) -> Cart:
    return known.get(Cart, CART_ID)


def a_cart_with_tape(quantity: int) -> Known:
    return Known(CUSTOMER, TAPE, a_cart((a_line(TAPE, quantity),)))


def set_to(quantity: int, seen: int) -> ReviseQuantity:
    each = TAPE.prices[0].each_for(quantity)
    return ReviseQuantity(cart=CART_ID, line=a_line(TAPE).id, quantity=quantity, each=each, seen=seen)


def test_of_two_quantities_the_later_stands_and_the_other_is_kept() -> None:
    known = a_cart_with_tape(1)
    known.apply(decide(known, set_to(3, 1), facts()))
    known.apply(decide(known, set_to(2, 1), facts()))
    assert cart(known).lines[0].quantity == 2
    assert [(loss.field, loss.value, loss.instead) for loss in cart(known).losses] == [
        (line_field(a_line(TAPE).id), 3, 2)
    ]
    old = SetQuantity(cart=CART_ID, line=a_line(TAPE).id, quantity=4, each=TAPE.prices[0].each_for(4))
    known.apply(decide(known, old, facts()))
    assert len(cart(known).losses) == 1, "an earlier release saw nothing and loses nothing new"
    known.apply(decide(known, RemoveLine(cart=CART_ID, line=a_line(TAPE).id), facts()))
    assert cart(known).losses == ()
    assert codes(decide(known, set_to(5, 4), facts())) == ["line.unknown"], "taking out beats setting"


def test_a_quantity_that_was_taken_out_unseen_is_kept_as_so_many_of_the_product() -> None:
    known = a_cart_with_tape(1)
    known.apply(decide(known, set_to(3, 1), facts()))
    known.apply(decide(known, take_out(1), facts()))
    assert cart(known).lines == ()
    assert kept(known) == [(product_field(TAPE.id), 3, 0)]
    known.apply(decide(known, add_tape(1), facts()))
    assert kept(known) == [(product_field(TAPE.id), 3, 0)], "somebody else adds one: the three are still missing"
    known.apply(decide(known, add_tape(3), facts()))
    assert kept(known) == []


def test_what_a_quantity_had_replaced_is_not_lost_with_its_line() -> None:
    known = a_cart_with_tape(1)
    for change in (set_to(3, 1), set_to(2, 1), take_out(2)):
        known.apply(decide(known, change, facts()))
    assert kept(known) == [(product_field(TAPE.id), 3, 0)]
    known = a_cart_with_tape(1)
    known.apply(decide(known, take_out(1), facts()))
    assert kept(known) == [], "what was seen is no loss"


def take_out(seen: int) -> TakeOutLine:
    return TakeOutLine(cart=CART_ID, line=a_line(TAPE).id, seen=seen)


def add_tape(quantity: int) -> AddProduct:
    each = TAPE.prices[0].each_for(quantity)
    return AddProduct(cart=CART_ID, line=an_id("again"), product=TAPE.id, quantity=quantity, each=each)


def kept(known: Known) -> list[tuple[str, object, object]]:
    return [(loss.field, loss.value, loss.instead) for loss in cart(known).losses]


HERS, HIS = CUSTOMER, CUSTOMER.model_copy(update={"id": an_id("Navin"), "name": "Navin Persad"})
WHOSE = st.sampled_from([None, HERS.id, HIS.id])
CODES = st.sampled_from(["", MASH10.code])


@given(st.lists(st.tuples(WHOSE, CODES, st.booleans()), max_size=12))
def test_whose_cart_it_was_and_its_promotion_are_kept_where_nobody_saw_them(
    changes: list[tuple[UUID | None, str, bool]],
) -> None:
    known = Known(HERS, HIS, a_cart())
    for whose, code, linked in changes:
        before = cart(known)
        seen = (before.customer, before.promotion) if linked else (None, "")
        known.apply(decide(known, ReviseCartCustomer(cart=CART_ID, customer=whose, seen=seen[0]), facts()))
        known.apply(decide(known, RevisePromotion(cart=CART_ID, code=code, seen=seen[1]), facts()))
        after = cart(known)
        assert (after.customer, after.promotion) == (whose, code), "the later arrival stands"
        losses = {loss.field: loss.value for loss in after.losses}
        if before.customer not in {seen[0], whose}:
            assert losses["customer"] == str(before.customer)
        if before.promotion not in {seen[1], code}:
            assert losses["promotion"] == before.promotion
        assert losses.get("customer") != ("" if whose is None else str(whose)), "what stands is not lost"
        assert losses.get("promotion") != code


@pytest.mark.parametrize("old", [SetCartCustomer(cart=CART_ID, customer=HIS.id), SetPromotion(cart=CART_ID, code="")])
def test_an_earlier_release_changes_a_cart_as_before(old: Command) -> None:
    known = Known(HERS, HIS, a_cart(customer=HERS.id, promotion=MASH10.code))
    known.apply(decide(known, old, facts()))
    assert cart(known).losses == ()


@pytest.mark.parametrize("kind", ["customer", "cart"])
def test_a_loss_is_left_by_whoever_may_sell(kind: str) -> None:
    known = a_cart_with_tape(1)
    for change in (set_to(3, 1), set_to(2, 1), revise("1234567", CUSTOMER.phone), revise("7654321", CUSTOMER.phone)):
        known.apply(decide(known, change, facts()))
    subject = CUSTOMER.id if kind == "customer" else CART_ID
    field = "phone" if kind == "customer" else line_field(a_line(TAPE).id)
    command = SettleLoss.model_validate({"kind": kind, "subject": subject, "field": field})
    assert codes(decide(known, command, facts(actor=a_person(Role.WAREHOUSE)))) == ["role.not_allowed"]
    known.apply(decide(known, command, facts()))
    left = customer(known).losses if kind == "customer" else cart(known).losses
    assert left == ()
    assert decide(known, command, facts()) == Decided(()), "a second time nothing happens"
    unknown = command.model_copy(update={"subject": an_id("nobody")})
    assert codes(decide(known, unknown, facts())) == ["loss.unknown"]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3))))
def test_a_field_keeps_one_loss_and_an_aggregate_not_without_end(made: list[tuple[int, int]]) -> None:
    losses: tuple[Loss, ...] = ()
    for field, value in made:
        losses = add_loss(losses, Loss(field=f"f{field}", label="", value=value, instead=9, by="", at=NOW))
        assert losses[-1].field == f"f{field}"
    fields = [loss.field for loss in losses]
    assert len(fields) == len(set(fields)) <= MOST_KEPT
    for loss in losses:
        assert loss not in put_back(losses, loss.field, loss.value)
