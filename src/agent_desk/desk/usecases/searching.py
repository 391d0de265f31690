"""One search over customers, orders, products and actions; every hit says why it matched."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Any
from uuid import UUID

from agent_desk.desk.usecases.ports import Reader
from agent_desk.desk.usecases.rows import CustomerRow, OrderRow, ProductRow, QuoteRow, Ranked, ShipmentRow
from agent_desk.desk.usecases.stocking import find_stock
from agent_desk.domain.formats import money_text
from agent_desk.domain.shipping import QuoteState
from agent_desk.domain.times import time_text

SHOWN = {"customers": 5, "orders": 4, "products": 5}
COUNTED = 50
MOST_SHIPMENTS = 10


class Group(StrEnum):
    CUSTOMERS = "customers"
    ORDERS = "orders"
    PRODUCTS = "products"
    ACTIONS = "actions"


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer; `spans` are the parts of `title` that matched, as (from, to)."""

    group: Group
    kind: str
    """`customer`, `order`, `quote`, `shipment`, `product`, `new_quote` or `add_customer`."""
    id: UUID | None
    title: str
    why: str
    code: str = ""
    spans: tuple[tuple[int, int], ...] = ()
    money: str = ""
    stock: str = ""
    """Of a product: how many can be had here, with the age of knowing it."""
    check_first: int = 0
    """Of adding a customer: how many may be the same person."""


@dataclass(frozen=True, slots=True)
class Found:
    text: str
    """What was asked, so that a late answer to an older question can be told apart."""
    hits: tuple[Hit, ...]
    counts: dict[Group, int] = field(default_factory=dict)
    """How many there are of each group, at most 50 each."""

    @property
    def total(self) -> int:
        return sum(self.counts.values())


_NONE: Ranked[Any] = Ranked((), 0)


def search(reader: Reader, text: str, only: Group | None = None) -> Found:
    """The best of each group, or up to 50 of one."""
    asked = text.strip()
    if not asked:
        return Found(text, ())
    most = SHOWN if only is None else dict.fromkeys(SHOWN, COUNTED)
    customers = (
        reader.search_customers(asked, most["customers"]) if only in {None, Group.CUSTOMERS, Group.ACTIONS} else _NONE
    )
    orders = reader.search_orders(asked, most["orders"]) if only in {None, Group.ORDERS} else _NONE
    shipments = reader.search_shipments(asked, MOST_SHIPMENTS) if only in {None, Group.ORDERS} else _NONE
    products = reader.search_products(asked, most["products"]) if only in {None, Group.PRODUCTS} else _NONE
    known = customers if only is not Group.ACTIONS else _NONE
    quote = reader.find_quote(asked) if only in {None, Group.ORDERS} else None
    now_hits = [
        *(_customer_hit(row, asked) for row in known.rows),
        *([] if quote is None else [_quote_hit(quote, asked, reader)]),
        *(_order_hit(row, asked, reader) for row in orders.rows),
        *(
            _shipment_hit(row, asked, reader)
            for row in shipments.rows
            if only is Group.ORDERS or orders.count < most["orders"]
        ),
        *(_product_hit(row, asked, reader) for row in products.rows),
    ]
    actions = _actions(asked, customers) if only in {None, Group.ACTIONS} else []
    counts = {
        Group.CUSTOMERS: min(known.count, COUNTED),
        Group.ORDERS: min(orders.count, COUNTED) + len(shipments.rows) + int(quote is not None),
        Group.PRODUCTS: min(products.count, COUNTED),
        Group.ACTIONS: len(actions),
    }
    return Found(text, (*now_hits, *actions), counts)


def spans_in(title: str, asked: str) -> tuple[tuple[int, int], ...]:
    """Where the words of `asked` stand in `title`, whatever their capitals."""
    found: list[tuple[int, int]] = []
    for word in asked.split():
        match = re.search(re.escape(word), title, re.IGNORECASE)
        if match is not None:
            found.append(match.span())
        elif word.isalpha():
            found += _near(title, word)
    return tuple(sorted(found))


def _near(title: str, word: str) -> list[tuple[int, int]]:
    """The word of `title` that is written nearly like it."""
    words = {match[0].casefold(): match.span() for match in re.finditer(r"[^\W\d_]+", title)}
    return [words[near] for near in get_close_matches(word.casefold(), words, 1, 0.75)]


def _customer_hit(row: CustomerRow, asked: str) -> Hit:
    title = f"{row.name}, {row.phone}" if row.phone else row.name
    return Hit(
        Group.CUSTOMERS, "customer", row.id, title, _why_customer(row, asked), row.number, spans_in(title, asked)
    )


def _why_customer(row: CustomerRow, asked: str) -> str:
    reasons: list[str] = []
    digits = re.sub(r"\D", "", row.phone)
    for word in asked.split():
        low = word.casefold()
        number = re.sub(r"\D", "", word)
        if low in row.number.casefold():
            reasons.append(f"account number has “{word}”")
        elif low in row.name.casefold():
            reasons.append("name as typed")
        elif number and digits.endswith(number):
            reasons.append(f"phone ends in {number}")
        elif number and number in digits:
            reasons.append(f"{number} is inside the phone")
        elif low in row.email.casefold():
            reasons.append("e-mail as typed")
        elif low in row.place.casefold():
            reasons.append(f"lives in {row.place}")
        else:
            reasons.append(f"sounds like “{word}”")
    said = ", and ".join(dict.fromkeys(reasons))
    return said[:1].upper() + said[1:]


def _order_hit(row: OrderRow, asked: str, reader: Reader) -> Hit:
    title = f"{row.number}, {row.customer_name or 'Walk-in'}"
    spans = spans_in(title, asked)
    matched = "Number or name as typed" if spans else "By phone or place"
    why = f"{matched}, {time_text(row.placed_at, reader.now)}"
    return Hit(Group.ORDERS, "order", row.id, title, why, row.number, spans, money_text(row.total))


def _quote_hit(row: QuoteRow, asked: str, reader: Reader) -> Hit:
    title = f"{row.number}, {row.customer_name or 'Walk-in'}"
    why = f"Quote, {quote_standing(row, reader.now)}"
    money = "" if row.total is None else money_text(row.total)
    return Hit(Group.ORDERS, "quote", row.id, title, why, row.number, spans_in(title, asked), money)


def quote_standing(row: QuoteRow, now: datetime) -> str:
    """How far it is, as people say it."""
    match row.state:
        case QuoteState.SPECIAL_ASKED:
            return "waits for a manager’s price"
        case QuoteState.BOOKED:
            return "booked"
    return f"valid until {time_text(row.valid_until, now)}" if now <= row.valid_until else "expired"


def _shipment_hit(row: ShipmentRow, asked: str, reader: Reader) -> Hit:
    title = f"{row.number}, {row.customer_name or 'Walk-in'}"
    typed = asked.casefold() in row.number.casefold()
    why = "Waybill as typed" if typed else f"Their shipment, {time_text(row.booked_at, reader.now)}"
    return Hit(Group.ORDERS, "shipment", row.id, title, why, row.number, spans_in(title, asked))


def _product_hit(row: ProductRow, asked: str, reader: Reader) -> Hit:
    spans = spans_in(row.name, asked)
    low = asked.casefold()
    if low == row.barcode.casefold():
        why = "The barcode"
    elif low in row.code.casefold():
        why = f"Code {row.code}"
    else:
        why = "Name as typed" if spans else f"Code {row.code}"
    money = "" if row.each is None else money_text(row.each, cents=True)
    stock = find_stock(reader, row.id)
    words = "" if stock is None else stock.words
    return Hit(Group.PRODUCTS, "product", row.id, row.name, why, row.code, spans, money, words)


def _actions(asked: str, customers: Ranked[CustomerRow]) -> list[Hit]:
    hits: list[Hit] = []
    for best in customers.rows[:1]:
        title = f"New quote for {best.name}"
        hits.append(
            Hit(Group.ACTIONS, "new_quote", best.id, title, "Fills in the customer", "", spans_in(title, asked))
        )
    same = min(customers.count, COUNTED)
    why = f"First look: {same} above may be the same" if same else "Nobody here is called that"
    title = f"Add a customer called “{asked}”"
    hits.append(Hit(Group.ACTIONS, "add_customer", None, title, why, check_first=same))
    return hits
