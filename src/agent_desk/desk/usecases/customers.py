"""Finding, adding and changing customers."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from agent_desk.desk.usecases.ports import Reader, Standing, Work
from agent_desk.desk.usecases.rows import CustomerRow, OrderRow, QuoteRow
from agent_desk.domain.commands import AddCustomer, CustomerFields, ReviseCustomer
from agent_desk.domain.customers import Likeness, likely_same
from agent_desk.domain.people import Address, Customer
from agent_desk.domain.rights import Series

CANDIDATES = 50


@dataclass(frozen=True, slots=True)
class CustomerShown:
    """A customer with what they did lately."""

    customer: Customer
    orders: tuple[OrderRow, ...]
    quotes: tuple[QuoteRow, ...]
    standing: Standing


def search_customers(reader: Reader, text: str, limit: int = 20) -> tuple[CustomerRow, ...]:
    """CTR-1: by name, phone, e-mail or account number while typing."""
    return reader.search_customers(text, limit).rows


def find_likely_same(reader: Reader, name: str, phone: str = "", email: str = "") -> tuple[Likeness, ...]:
    """CTR-1: who may be the same person, asked before somebody is added; the likeliest first."""
    found: dict[UUID, Customer] = {}
    for text in (phone, email, name, *name.split()):
        for row in reader.search_customers(text, CANDIDATES).rows if text.strip() else ():
            if row.id not in found:
                found[row.id] = reader.get(Customer, row.id)
    return likely_same(name, phone, email, found.values())


def get_customer(reader: Reader, customer: UUID) -> CustomerShown:
    found = reader.get(Customer, customer)
    return CustomerShown(
        found,
        reader.list_customer_orders(customer, 5),
        reader.list_quotes(customer, 5),
        reader.standing(found.ref),
    )


def add_customer(
    work: Work,
    full_name: str,
    *,
    phone: str = "",
    email: str = "",
    address: Address | None = None,
    note: str = "",
) -> Customer:
    id_ = work.new_id()
    work.do(
        AddCustomer(
            customer=id_,
            number=work.next_number(Series.CUSTOMER),
            full_name=full_name,
            phone=phone,
            email=email,
            address=address or Address(),
            note=note,
        )
    )
    return work.get(Customer, id_)


def change_customer(
    work: Work,
    customer: UUID,
    *,
    full_name: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    address: Address | None = None,
    note: str | None = None,
    seen: Customer | None = None,
) -> Customer:
    """Changes what is named and differs from `seen`, which was on the page; None leaves a field alone."""
    before = seen or work.get(Customer, customer)
    shown = CustomerFields(
        full_name=before.name, phone=before.phone, email=before.email, address=before.address, note=before.note
    )
    named = CustomerFields(full_name=full_name, phone=phone, email=email, address=address, note=note)
    changed = {field for field, value in named if value is not None and value != getattr(shown, field)}
    others = dict.fromkeys(set(CustomerFields.model_fields) - changed)
    if changed:
        work.do(
            ReviseCustomer(customer=customer, now=named.model_copy(update=others), seen=shown.model_copy(update=others))
        )
    return work.get(Customer, customer)
