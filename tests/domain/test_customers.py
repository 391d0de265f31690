from decimal import Decimal

import pytest

from agent_desk.domain.commands import AddCustomer, ChangeCustomer
from agent_desk.domain.customers import likely_same, phone_digits
from agent_desk.domain.deciding import decide
from agent_desk.domain.decision import Decided, Refused
from agent_desk.domain.people import Address, Customer, Role
from tests.domain.shop import CUSTOMER, Known, a_person, an_id, codes, facts

NEW = AddCustomer(customer=an_id("new"), number="K-GEO-2-000001", full_name=" Devon Persaud ", phone="623 4471")


def test_a_customer_is_added_to_the_agents_branch_with_a_number_of_the_desk() -> None:
    known = Known()
    decided = known.apply(decide(known, NEW, facts()))
    customer = known.get(Customer, NEW.customer)
    assert (customer.name, customer.branch, customer.number) == ("Devon Persaud", "GEO", "K-GEO-2-000001")
    assert (customer.version, customer.discount_percent) == (1, Decimal(0))
    assert not decided.warnings


def test_everything_wrong_with_a_new_customer_is_said_at_once() -> None:
    command = NEW.model_copy(update={"full_name": "  ", "number": "K-BV-1-000001", "email": "nobody"})
    outcome = decide(Known(), command, facts(actor=a_person(Role.WAREHOUSE)))
    assert codes(outcome) == ["role.not_allowed", "number.not_yours", "customer.nameless", "email.malformed"]


def test_a_customer_is_added_once() -> None:
    known = Known()
    known.apply(decide(known, NEW, facts()))
    outcome = decide(known, NEW, facts())
    assert codes(outcome) == ["customer.already_added"]
    assert isinstance(outcome, Refused)
    assert outcome.current == (known.get(Customer, NEW.customer),)


def test_only_the_named_fields_change_so_that_two_desks_keep_each_others() -> None:
    known = Known(CUSTOMER)
    known.apply(decide(known, ChangeCustomer(customer=CUSTOMER.id, phone="+592 600 0000"), facts()))
    moved = ChangeCustomer(customer=CUSTOMER.id, address=Address(region=10, place="Linden"), note="Rings twice")
    known.apply(decide(known, moved, facts()))
    customer = known.get(Customer, CUSTOMER.id)
    assert (customer.phone, customer.address.place, customer.note) == ("+592 600 0000", "Linden", "Rings twice")
    assert (customer.name, customer.email, customer.version) == (CUSTOMER.name, CUSTOMER.email, 3)


def test_a_change_that_changes_nothing_makes_no_version() -> None:
    known = Known(CUSTOMER)
    for command in (
        ChangeCustomer(customer=CUSTOMER.id),
        ChangeCustomer(customer=CUSTOMER.id, full_name=" Indranie Persaud "),
    ):
        assert decide(known, command, facts()) == Decided(())


def test_a_field_is_emptied_by_an_empty_text() -> None:
    known = Known(CUSTOMER)
    known.apply(decide(known, ChangeCustomer(customer=CUSTOMER.id, email="", phone=""), facts()))
    assert (known.get(Customer, CUSTOMER.id).email, known.get(Customer, CUSTOMER.id).phone) == ("", "")


def test_what_cannot_be_changed_says_why() -> None:
    wrong = ChangeCustomer(customer=CUSTOMER.id, full_name="", email="a@" + "b" * 260 + ".com")
    outcome = decide(Known(CUSTOMER), wrong, facts(actor=a_person(branch="BV")))
    assert codes(outcome) == ["branch.not_yours", "customer.nameless", "email.too_long", "email.malformed"]
    assert codes(decide(Known(), ChangeCustomer(customer=CUSTOMER.id), facts())) == ["customer.unknown"]


@pytest.mark.parametrize(("phone", "warned"), [("", []), ("123", ["phone.too_short"]), ("623-4471", [])])
def test_a_short_telephone_number_is_read_back(phone: str, warned: list[str]) -> None:
    outcome = decide(Known(), NEW.model_copy(update={"phone": phone}), facts())
    assert isinstance(outcome, Decided)
    assert [warning.code for warning in outcome.warnings] == warned


def test_digits_of_any_script_are_read() -> None:
    assert phone_digits("+592 (623) 44-71 ٣") == "592623447" + "1" + "3"
    assert not phone_digits("call ²")


@pytest.mark.parametrize(
    ("name", "phone", "email", "by"),
    [
        ("", "", "INDRANIE@example.com", ("e-mail",)),
        ("", "623-4471", "", ("phone",)),
        ("Persaud, Indranie", "", "", ("name",)),
        ("Índranie Persaud", "592 623 4471", "indranie@example.com", ("e-mail", "phone", "name")),
        ("Indrani Persaud", "6234471", "", ("phone", "similar name")),
    ],
)
def test_who_may_be_the_same_person_is_suggested_with_the_reason(
    name: str, phone: str, email: str, by: tuple[str, ...]
) -> None:
    (likeness,) = likely_same(name, phone, email, [CUSTOMER])
    assert likeness.by == by
    assert likeness.score >= 40


@pytest.mark.parametrize("name", ["", "Devon Persaud", "Indrani Persaud", "!!!"])
def test_a_name_that_is_only_similar_suggests_nobody(name: str) -> None:
    assert likely_same(name, "", "", [CUSTOMER]) == ()


def test_the_likeliest_comes_first() -> None:
    namesake = CUSTOMER.model_copy(update={"id": an_id("2"), "number": "GY-1", "phone": "", "email": ""})
    found = likely_same("Indranie Persaud", "623 4471", "", [namesake, CUSTOMER])
    assert [likeness.customer for likeness in found] == [CUSTOMER, namesake]
