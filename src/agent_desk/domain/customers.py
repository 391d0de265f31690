"""Adding and changing customers, and who may be the same person."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from uuid import UUID

from agent_desk.domain.commands import AddCustomer, ChangeCustomer, CustomerFields, ReviseCustomer
from agent_desk.domain.decision import Decided, Facts, Outcome, Refused, State
from agent_desk.domain.limits import check_email
from agent_desk.domain.losing import Plain, Replacement, replace
from agent_desk.domain.people import SELLERS, Address, Customer
from agent_desk.domain.refusal import Refusal, blocks, warns
from agent_desk.domain.rights import Series, refuse_branch, refuse_number, refuse_role
from agent_desk.domain.rule_table import refusal

LABELS = {"name": "Name", "phone": "Phone", "email": "E-mail", "address": "Address", "note": "Note"}
LOCAL_DIGITS = 7
"""A Guyanese telephone number without its country."""
_SAME_EMAIL, _SAME_PHONE, _SAME_NAME, _NEAR_NAME = 60, 50, 40, 25
_LIKELY = 40


def phone_digits(text: str) -> str:
    """The digits of a telephone number as 0 to 9, for search and comparison."""
    return "".join(str(unicodedata.digit(char)) for char in text if char.isdecimal())


def add_customer(state: State, command: AddCustomer, facts: Facts) -> Outcome:
    """CTR-1: a customer of the actor's branch with a number of this desk."""
    present = state.find(Customer, command.customer)
    refusals = (
        *refuse_role(facts, SELLERS),
        *refuse_number(command.number, Series.CUSTOMER, facts),
        *_refuse_name(command.full_name),
        *check_email(command.email, "email"),
    )
    if present is not None:
        refusals += (blocks("customer.already_added", "customer", "This customer is added already."),)
    if refusals:
        return Refused(refusals, () if present is None else (present,))
    customer = Customer(
        id=command.customer,
        number=command.number,
        name=command.full_name.strip(),
        phone=command.phone,
        email=command.email,
        address=command.address,
        branch=facts.actor.branch,
        note=command.note,
    )
    return Decided((customer.next(),), warnings=_warn_of_phone(command.phone))


def change_customer(state: State, command: ChangeCustomer, facts: Facts) -> Outcome:
    """As desks of earlier releases say it: what stood there before is not known."""
    now = CustomerFields.model_validate(command.model_dump(exclude={"customer"}))
    return _change(state, command.customer, now, CustomerFields(), facts)


def revise_customer(state: State, command: ReviseCustomer, facts: Facts) -> Outcome:
    """Only the fields the command names change, so two desks may change different ones.

    SYN-5: of two that change the same, the later arrival stands and what it replaced unseen is kept as a loss.
    """
    return _change(state, command.customer, command.now, command.seen, facts)


def _change(state: State, id_: UUID, now: CustomerFields, seen: CustomerFields, facts: Facts) -> Outcome:
    customer = state.find(Customer, id_)
    refusals = refuse_role(facts, SELLERS)
    if customer is None:
        return Refused((*refusals, refusal("customer.unknown")))
    refusals += refuse_branch(customer.branch, facts)
    if now.full_name is not None:
        refusals += _refuse_name(now.full_name)
    if now.email is not None:
        refusals += check_email(now.email, "email")
    if refusals:
        return Refused(refusals, (customer,))
    changed = {field: value for field, value in _named(now).items() if getattr(customer, field) != value}
    if not changed:
        return Decided(())
    losses, before = customer.losses, _named(seen)
    for field, value in changed.items():
        shown = _plain(before[field]) if field in before else None
        made = Replacement(field, LABELS[field], shown, _plain(value))
        losses = replace(losses, made, _plain(getattr(customer, field)), facts.signature, facts.now)
    return Decided((customer.next(**changed, losses=losses),), warnings=_warn_of_phone(now.phone or ""))


def _named(fields: CustomerFields) -> dict[str, str | Address]:
    """The fields that are said, under the customer's own names for them."""
    said = {
        "name": None if fields.full_name is None else fields.full_name.strip(),
        "phone": fields.phone,
        "email": fields.email,
        "address": fields.address,
        "note": fields.note,
    }
    return {field: value for field, value in said.items() if value is not None}


def _plain(value: str | Address) -> Plain:
    return value.model_dump(mode="json") if isinstance(value, Address) else value


def _refuse_name(name: str) -> tuple[Refusal, ...]:
    if name.strip():
        return ()
    return (blocks("customer.nameless", "full_name", "Enter the customer's name.", "CTR-1"),)


def _warn_of_phone(phone: str) -> tuple[Refusal, ...]:
    if not phone.strip() or len(phone_digits(phone)) >= LOCAL_DIGITS:
        return ()
    return (warns("phone.too_short", "phone", "This telephone number looks too short: read it back.", "CTR-1"),)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Somebody who may be the same person, and by what."""

    customer: Customer
    score: int
    """40 and more; the higher the likelier."""
    by: tuple[str, ...]
    """`e-mail`, `phone`, `name`, `similar name`."""


def likely_same(name: str, phone: str, email: str, others: Iterable[Customer]) -> tuple[Likeness, ...]:
    """CTR-1: who of the others may be this person, the likeliest first."""
    found = [likeness for other in others if (likeness := _likeness(name, phone, email, other)).score >= _LIKELY]
    return tuple(sorted(found, key=lambda likeness: (-likeness.score, likeness.customer.number)))


def _likeness(name: str, phone: str, email: str, other: Customer) -> Likeness:
    found: list[tuple[int, str]] = []
    if email.strip() and email.strip().casefold() == other.email.strip().casefold():
        found.append((_SAME_EMAIL, "e-mail"))
    local, others_local = phone_digits(phone)[-LOCAL_DIGITS:], phone_digits(other.phone)[-LOCAL_DIGITS:]
    if len(local) == LOCAL_DIGITS and local == others_local:
        found.append((_SAME_PHONE, "phone"))
    words, others_words = _words(name), _words(other.name)
    if words and words == others_words:
        found.append((_SAME_NAME, "name"))
    elif words and SequenceMatcher(None, " ".join(words), " ".join(others_words)).ratio() >= 0.85:
        found.append((_NEAR_NAME, "similar name"))
    return Likeness(other, sum(score for score, _ in found), tuple(by for _, by in found))


def _words(name: str) -> list[str]:
    """The words of a name in any order, without accents and capitals."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    kept = "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    return sorted(kept.split())
