"""The same documents for everybody: products and orders of a courier, the same every time."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from agent_desk.central.gateways.passwords import ArgonPasswords
from agent_desk.central.store.database import Database
from agent_desk.central.usecases.sampling import make_customers, make_products, save_all
from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.people import Branch, Staff
from agent_desk.domain.selling import Order
from agent_desk.resources import resource_path
from agent_desk.sample import load_price_book, stable_id
from agent_desk.wire.canonical import aggregate_bytes
from benchmarks.stocking import BRANCH, order_rows

DOCUMENTS = 10_000
ORDER_EACH = 10
"""One document in ten is an order, which is three times as long as a product."""
MODULUS = 2**64
LOGIN, PASSWORD = "bench", "for the benchmark alone"
DESKS, CUSTOMERS = 40, 20


@dataclass(frozen=True, slots=True)
class Content:
    """What a store holds: how many documents, and the sum of their hashes."""

    count: int
    sum: str

    @classmethod
    def of(cls, bodies: Iterable[bytes]) -> Content:
        """`sum` adds the last 64 bits of the SHA-256 of every body."""
        count = total = 0
        for body in bodies:
            count += 1
            total += int.from_bytes(hashlib.sha256(body).digest()[-8:], "big")
        return cls(count, f"{total % MODULUS:016x}")


def make_documents(count: int = DOCUMENTS) -> list[Aggregate]:
    """Products and orders, none of them goods that are counted on shelves."""
    products = make_products(json.loads(resource_path("sample/products.json").read_text("utf-8")))
    orders = count // ORDER_EACH
    plain = [one.model_copy(update={"stocked": False}) for one in itertools.islice(products, count - orders)]
    return [*plain, *_make_orders(orders)]


def _make_orders(count: int) -> Iterator[Order]:
    people = json.loads(resource_path("sample/people.json").read_text("utf-8"))
    for row in order_rows(count, list(make_customers(people)), load_price_book().rates[-1]):
        yield Order.model_validate(row.body)


def write_lines(documents: Iterable[Aggregate], file: Path) -> Content:
    """One canonical JSON document a line."""
    lines = [aggregate_bytes(one) for one in documents]
    file.write_bytes(b"".join(line + b"\n" for line in lines))
    return Content.of(lines)


def load(database: Database, documents: list[Aggregate]) -> None:
    """Central with these documents, a price book, a branch, somebody who sells, and customers to change."""
    people = json.loads(resource_path("sample/people.json").read_text("utf-8"))
    book = load_price_book()
    with database.filling() as unit:
        branch = Branch(id=stable_id("branch", BRANCH), version=1, code=BRANCH, name="Regent Street", country="GY")
        staff = Staff.model_validate(
            {
                "id": stable_id("staff", LOGIN), "version": 1, "login": LOGIN, "name": "Shanice", "role": "agent",
                "branch": BRANCH,
            }
        )  # fmt: skip
        unit.save_password_hash(staff.id, ArgonPasswords().hash(PASSWORD))
        for number in range(1, DESKS + 1):
            unit.enrol_desk(f"{BRANCH}-{number}", BRANCH, None)
        customers = [one for one in make_customers(people) if one.branch == BRANCH][:CUSTOMERS]
        around = [branch, staff, *customers, *book.cards, *book.rates, *book.taxes, *book.rules]
        save_all(unit, [*around, *documents])
