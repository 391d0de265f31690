"""Sample data: a courier small enough to look through and large enough to be slow if we are."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import product as combinations
from typing import Any
from uuid import UUID, uuid5

from agent_desk.central.usecases.ports import Filling, Passwords, Store
from agent_desk.central.usecases.shaping import document_of, feed_row, scope_name, stamp_all
from agent_desk.central.usecases.stocking import StockRoom
from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.catalogue import PriceBreak, PriceSpan, Product, Season
from agent_desk.domain.measure import Length, Weight
from agent_desk.domain.money import Money, gyd, usd
from agent_desk.domain.people import Address, Branch, Customer, Staff
from agent_desk.domain.price_book import PriceBook
from agent_desk.domain.stock import Shelf, shelf_id
from agent_desk.resources import resource_path

NAMESPACE = UUID("5b1f6f0e-2c55-4d0a-9a52-6f0c6f1d7a10")
SINCE = datetime(2025, 1, 1, tzinfo=UTC)
CUSTOMERS = 200
PRODUCTS = 10_000
AT_ONCE = 2_000
MAIN_BRANCH = "GEO"
COUNTED = {"TANK-450": 2, "GEN-2K": 3, "FRY-4": 1, "BRL-55": 600, "TAPE-3": 400}
"""So many of these, whatever chance says."""
SOLD_EACH = 40
"""Of what the file names, in the last week at each branch: enough for desks to have some set aside."""
UNCOUNTED = 10
"""One made-up product in so many is not counted."""

Spoken = dict[str, Any]


def load_sample(store: Store, passwords: Passwords, book: PriceBook) -> bool:
    """Fills an empty central once; False when it was filled before."""
    people = _read("sample/people.json")
    with store.filling() as unit:
        if unit.find_by_handle(Branch.kind, people["branches"][0]["code"]) is not None:
            return False
        staff = {spoken["login"]: _staff(spoken) for spoken in people["staff"]}
        for spoken in people["staff"]:
            unit.save_password_hash(staff[spoken["login"]].id, passwords.hash(spoken["password"]))
        for branch in people["branches"]:
            for desk in branch["desks"]:
                unit.enrol_desk(desk, branch["code"], None)
        branches = [_branch(spoken) for spoken in people["branches"]]
        save_all(unit, [*branches, *staff.values(), *make_customers(people), *_of_book(book)])
        catalogue = _read("sample/products.json")
        products = list(make_products(catalogue))
        save_all(unit, products)
        named = [product for product in products[: len(catalogue["products"])] if product.stocked]
        for branch in branches:
            unit.add_sold(branch.code, datetime.now(UTC).date(), [(product.id, SOLD_EACH) for product in named])
            stock_up(unit, branch.code, [p for p in products if p.stocked], len(catalogue["products"]))
    return True


def save_all(unit: Filling, aggregates: Sequence[Aggregate]) -> None:
    """Writes new aggregates, with their feed."""
    documents = [(scope_name(aggregate), document_of(aggregate)) for aggregate in aggregates]
    for start in range(0, len(documents), AT_ONCE):
        unit.save_documents([document for _, document in documents[start : start + AT_ONCE]])
    scopes = sorted({scope for scope, _ in documents})
    stamp_all(unit, {scope: [feed_row(d) for found, d in documents if found == scope] for scope in scopes})


def stock_up(unit: Filling, branch: str, products: list[Product], known: int) -> None:
    """Plenty of most, little of some; a branch abroad has what the file names and a fifth of the rest."""
    chance = random.Random(branch)  # noqa: S311 - the same shelves every time
    chosen = products if branch == MAIN_BRANCH else products[:known] + products[known::5]
    stock = StockRoom(unit, None, datetime.now(UTC))
    stock.lock((branch, product.id) for product in chosen)
    for start in range(0, len(chosen), AT_ONCE):
        some = chosen[start : start + AT_ONCE]
        counted = [chance.randrange(1, 10) if chance.random() < 0.1 else chance.randrange(40, 400) for _ in some]
        stock.save([_shelf(branch, product, n) for product, n in zip(some, counted, strict=True)])
    stamp_all(unit, stock.rows())


def _shelf(branch: str, product: Product, on_hand: int) -> Shelf:
    on_hand = COUNTED.get(product.code, on_hand)
    return Shelf(id=shelf_id(branch, product.id), version=1, branch=branch, product=product.id, on_hand=on_hand)


def sample_id(kind: str, key: str) -> UUID:
    """The same on every machine."""
    return uuid5(NAMESPACE, f"{kind} {key}")


def _read(name: str) -> Spoken:
    spoken: Spoken = json.loads(resource_path(name).read_text("utf-8"))
    return spoken


def _of_book(book: PriceBook) -> Iterable[Aggregate]:
    return (*book.cards, *book.rates, *book.taxes, *book.rules)


def _branch(spoken: Spoken) -> Branch:
    code = spoken["code"]
    return Branch(id=sample_id("branch", code), version=1, code=code, name=spoken["name"], country=spoken["country"])


def _staff(spoken: Spoken) -> Staff:
    fields = {name: spoken[name] for name in ("login", "name", "role", "branch")}
    return Staff.model_validate({"id": sample_id("staff", spoken["login"]), "version": 1, **fields})


def make_customers(people: Spoken) -> Iterator[Customer]:
    """Those of the file, then made-up ones, 200 in all."""
    for spoken in people["customers"]:
        yield Customer.model_validate({"id": sample_id("customer", spoken["number"]), "version": 1, **spoken})
    chance = random.Random(11)  # noqa: S311 - the same people every time
    for n in range(CUSTOMERS - len(people["customers"])):
        first, last = chance.choice(people["first_names"]), chance.choice(people["last_names"])
        place = chance.choice(people["places"])
        number = f"GY-{20_000 + n * 7}"
        handle = f"{first}.{last}.{n}".lower().replace(" ", "").replace("’", "")
        yield Customer(
            id=sample_id("customer", number),
            version=1,
            number=number,
            name=f"{first} {last}",
            phone=f"+592 6{chance.randrange(10, 99)} {chance.randrange(1000, 9999)}",
            email=f"{handle}@example.com" if chance.random() < 0.7 else "",
            address=Address(
                country="GY", region=place["region"], place=place["place"], line=chance.choice(place["lines"])
            ),
            branch="EWR" if chance.random() < 0.1 else "GEO",
            id_on_file=chance.random() < 0.4,
        )


def make_products(catalogue: Spoken) -> Iterator[Product]:
    """Those of the file, then made-up ones, 10 000 in all."""
    for spoken in catalogue["products"]:
        yield _spoken_product(spoken)
    chance = random.Random(55)  # noqa: S311 - the same goods every time
    families = catalogue["families"]
    names = {
        family["prefix"]: list(
            combinations(catalogue["makes"], family["nouns"], catalogue["kinds"], catalogue["sizes"])
        )
        for family in families
    }
    for shuffled in names.values():
        chance.shuffle(shuffled)
    for n in range(PRODUCTS - len(catalogue["products"])):
        family = families[n % len(families)]
        make, noun, kind, size = names[family["prefix"]][n // len(families)]
        made = _made_product(
            chance, family, f"{family['prefix']}-{n:05d}", noun, f"{make} {noun.lower()}, {kind}, {size}"
        )
        yield made.model_copy(update={"stocked": n % UNCOUNTED != 0})


def _spoken_product(spoken: Spoken) -> Product:
    money = usd if "usd" in spoken else gyd
    each = money(spoken["usd"] if "usd" in spoken else spoken["gyd"])
    breaks = [PriceBreak(quantity=quantity, each=money(minor)) for quantity, minor in spoken.get("breaks", ())]
    season = spoken.get("season")
    return Product(
        id=sample_id("product", spoken["code"]),
        version=1,
        code=spoken["code"],
        name=spoken["name"],
        barcode=spoken["barcode"],
        prices=(PriceSpan(since=SINCE, each=each, breaks=tuple(breaks)),),
        dangerous=spoken.get("dangerous", False),
        season=None if season is None else Season(first_month=season[0], last_month=season[1]),
        stocked=True,
        each_customer=spoken.get("each_customer"),
        **_size(spoken.get("weight"), spoken.get("sides")),
    )


def _size(weight: str | None, sides: list[str] | None) -> dict[str, Any]:
    """Pounds and inches; nothing where nobody has measured."""
    if weight is None or sides is None:
        return {}
    length, width, height = (Length.model_validate({"value": side, "unit": "in"}) for side in sides)
    pounds = Weight.model_validate({"value": weight, "unit": "lb"})
    return {"weight": pounds, "length": length, "width": width, "height": height}


def _made_product(chance: random.Random, family: Spoken, code: str, noun: str, name: str) -> Product:
    cents = chance.randrange(family["least"], family["most"])
    # round sums, as on a shelf: whole dollars less a cent, or hundreds of Guyanese dollars
    each = usd(cents // 100 * 100 + 99) if chance.random() < 0.6 else gyd(max(1, cents * 209 // 10_000) * 10_000)
    weight = f"{chance.uniform(*family['weight']):.1f}"
    sides = sorted((f"{chance.uniform(*family['sides']):.1f}" for _ in range(3)), key=float, reverse=True)
    measured = chance.random() < 0.93
    return Product(
        id=sample_id("product", code),
        version=1,
        code=code,
        name=name,
        barcode=f"745{sum(map(ord, code)) % 10}{chance.randrange(10**8, 10**9)}",
        prices=(PriceSpan(since=SINCE, each=each, breaks=_breaks(chance, each)),),
        vat=chance.random() < 0.9,
        dangerous=noun in family.get("dangerous", ()),
        season=Season(first_month=10, last_month=1) if noun in family.get("seasonal", ()) else None,
        **(_size(weight, sides) if measured else {}),
    )


def _breaks(chance: random.Random, each: Money) -> tuple[PriceBreak, ...]:
    """One product in twelve is cheaper by the ten."""
    if chance.random() >= 1 / 12:
        return ()
    return (PriceBreak(quantity=10, each=Money(minor=each.minor * 9 // 10, currency=each.currency)),)
