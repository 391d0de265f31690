"""A desk's folder as it is after months of work: prices, customers, many products, many orders."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from agent_desk.central.usecases.sampling import make_customers, make_products
from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.database import Source
from agent_desk.desk.store.indexing import index
from agent_desk.desk.store.migrating import migrate
from agent_desk.desk.store.scopes import read_rows
from agent_desk.desk.vault.keys import PassphraseVault
from agent_desk.desk.vault.passwords import ArgonHasher
from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.money import usd
from agent_desk.domain.people import Address, Branch, Customer, Role, Staff
from agent_desk.domain.price_book import ExchangeRate
from agent_desk.domain.selling import CartLine, Order, OrderState, Tender, Totals
from agent_desk.resources import resource_path
from agent_desk.sample import load_price_book, stable_id
from agent_desk.wire.scopes import CATALOGUE, PRICES, branch_scope
from agent_desk.wire.sync import Row

DESK, BRANCH, LOGIN = "GEO-2", "GEO", "bench"
PASSPHRASE = "only for measuring"
SAMPLE_PRODUCTS = 10_000
AT_ONCE = 2000
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stocked:
    """A folder that a desk can be opened on, without a link, by `LOGIN` with `PASSPHRASE` for both locks."""

    folder: Path
    key: bytes
    staff: Staff

    @property
    def environment(self) -> dict[str, str]:
        """What the desk's process is told by its environment."""
        return {"AGENT_DESK_PASSPHRASE": PASSPHRASE, "AGENT_DESK_PASSWORD": PASSPHRASE}


def stock(folder: Path, *, products: int, orders: int) -> Stocked:
    """Makes the store of a desk in `folder`; the same contents every time."""
    folder.mkdir(parents=True, exist_ok=True)
    key = PassphraseVault(folder / "key.salt", lambda: PASSPHRASE).get_key()
    migrate(folder / "desk.db", key)
    staff = Staff(id=stable_id("staff", LOGIN), version=1, login=LOGIN, name="Shanice", role=Role.AGENT, branch=BRANCH)
    connection = Source(folder / "desk.db", key).connect()
    try:
        with connection.begin():
            _fill(connection, staff, products, orders)
            _remember(connection, staff)
    finally:
        connection.close()
    return Stocked(folder, key, staff)


def _fill(connection: Connection, staff: Staff, products: int, orders: int) -> None:
    book = load_price_book()
    people = json.loads(resource_path("sample/people.json").read_text("utf-8"))
    customers = list(make_customers(people))
    branch = Branch(id=stable_id("branch", BRANCH), version=1, code=BRANCH, name="Regent Street", country="GY")
    _put(connection, branch_scope(BRANCH), (_row(one) for one in (branch, staff, *customers)))
    shared: list[Aggregate] = [*book.cards, *book.rates, *book.taxes, *book.rules]
    _put(connection, PRICES, (_row(one) for one in shared))
    _put(connection, CATALOGUE, _product_rows(products))
    _put(connection, branch_scope(BRANCH), order_rows(orders, customers, book.rates[-1]))


def _put(connection: Connection, scope: str, rows: Iterable[Row]) -> None:
    """As if central had sent them."""
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_ONCE:
            _put_batch(connection, scope, batch)
            batch = []
    _put_batch(connection, scope, batch)


def _put_batch(connection: Connection, scope: str, batch: list[Row]) -> None:
    read_rows(connection, scope, batch)
    for kind in {row.kind for row in batch}:
        index(connection, kind, [(str(row.id), row.body) for row in batch if row.kind == kind])


def _row(aggregate: Aggregate) -> Row:
    body = aggregate.model_dump(mode="json")
    return Row(seq=1, kind=aggregate.kind, id=aggregate.id, version=aggregate.version, op="u", body=body)


def _product_rows(count: int) -> Iterator[Row]:
    """Those of the sample; beyond them the same goods in other shades."""
    spoken = json.loads(resource_path("sample/products.json").read_text("utf-8"))
    sample = [one.model_dump(mode="json") for one in make_products(spoken)]
    for n in range(count):
        body = sample[n % SAMPLE_PRODUCTS]
        again = n // SAMPLE_PRODUCTS
        if again:
            shade = f"shade {again}"
            id_ = str(stable_id("product", n))
            barcode = f"{746_000_000_000 + n}"
            body = {**body, "id": id_, "code": f"{body['code']}-{again}", "barcode": barcode}
            body["name"] = f"{body['name']}, {shade}"
        yield Row(seq=1, kind="product", id=UUID(body["id"]), version=1, op="u", body=body)


def order_rows(count: int, customers: list[Customer], rate: ExchangeRate) -> Iterator[Row]:
    """Paid orders of two lines, a few minutes apart."""
    chance = random.Random(8)
    pattern = _an_order(rate).model_dump(mode="json")
    for n in range(count):
        customer = customers[chance.randrange(len(customers))]
        placed_at = (NOON - timedelta(minutes=3 * (count - n))).isoformat()
        number = f"GEO-{1 + n % 3}-{n:06d}"
        body: dict[str, Any] = {
            **pattern,
            "id": str(stable_id("order", n)),
            "cart": str(stable_id("cart", n)),
            "number": number,
            "customer": str(customer.id),
            "customer_name": customer.name,
            "placed_at": placed_at,
            "deliver_to": customer.address.model_dump(mode="json"),
            "held": n % 97 == 0,
        }
        body["tenders"] = [{**pattern["tenders"][0], "id": str(stable_id("tender", n)), "receipt": f"R-{number}"}]
        yield Row(seq=1, kind="order", id=UUID(body["id"]), version=2, op="u", body=body)


def _an_order(rate: ExchangeRate) -> Order:
    lines = tuple(
        CartLine(
            id=stable_id("line", n),
            what="product",
            subject=stable_id("subject", n),
            code=f"BX-{n:05d}",
            label="Barrel, blue, 200 litres",
            quantity=2,
            each=usd(4_450),
            vat=True,
        )
        for n in range(2)
    )
    total = usd(20_292)
    sums = Totals(lines=usd(17_800), promotion=usd(0), vat=usd(2_492), total=total, total_gyd=total)
    tender = Tender(
        id=stable_id("tender"),
        given=total,
        change=usd(0),
        applied=total,
        rounding=usd(0),
        taken_at=NOON,
        taken_by="Shanice",
        desk=DESK,
        receipt="R",
    )
    return Order(
        id=stable_id("order"),
        version=2,
        number="GEO",
        branch=BRANCH,
        cart=stable_id("cart"),
        deliver_to=Address(place="Georgetown"),
        lines=lines,
        exchange_rate=rate.id,
        gyd_per_usd=rate.gyd_per_usd,
        totals=sums,
        state=OrderState.PAID,
        tenders=(tender,),
        placed_at=NOON,
        placed_by="Shanice",
        desk=DESK,
    )


def _remember(connection: Connection, staff: Staff) -> None:
    """Somebody who has signed in here before, so that the desk lets them in without a link."""
    connection.exec_driver_sql(
        "INSERT INTO account (login, id, staff, verifier) VALUES (?, ?, ?, ?)",
        (LOGIN, str(staff.id), staff.model_dump_json(), ArgonHasher().make(PASSPHRASE)),
    )
