"""A small shop to decide in: its people, prices, rate and the cart of the checkout picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from agent_desk.domain.aggregate import A, Aggregate
from agent_desk.domain.catalogue import PriceBreak, PriceSpan, Product
from agent_desk.domain.decision import Decided, Facts, Outcome, Refused
from agent_desk.domain.measure import Length, Weight
from agent_desk.domain.money import Money, gyd, usd
from agent_desk.domain.people import Address, Customer, Role, Staff
from agent_desk.domain.price_book import DutyRate, ExchangeRate, PriceBook, Promotion, TaxTable, TradeRules
from agent_desk.domain.selling import Cart, CartLine, CartState, Checkout, Order, Totals
from agent_desk.domain.shipping import Offer, Piece, Quote, QuoteRequest, Shipment, ShipmentPiece
from agent_desk.domain.totals import totals

NOW = datetime(2026, 11, 23, 13, 41, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=300)
RATE = Decimal(209)


def an_id(name: str) -> UUID:
    return uuid5(UUID(int=1), name)


RATE_NOW = ExchangeRate(id=an_id("rate 209"), gyd_per_usd=RATE, effective_at=NOW - timedelta(hours=3), source="Bank")
RATE_BEFORE = ExchangeRate(
    id=an_id("rate 208"), gyd_per_usd=Decimal(208), effective_at=NOW - timedelta(days=9), source="Bank"
)
MASH10 = Promotion(code="MASH10", percent=Decimal(10), since=LONG_AGO, until=NOW + timedelta(days=9))
BOOK = PriceBook(
    cards=(),
    rates=(RATE_BEFORE, RATE_NOW),
    taxes=(
        TaxTable(
            id=an_id("gy"),
            country="GY",
            valid_from=date(2026, 1, 1),
            duties=(DutyRate(goods="household", label="Household", percent=Decimal(20)),),
            vat_percent=Decimal(14),
            source="check with GRA",
        ),
    ),
    rules=(
        TradeRules(
            id=an_id("rules"), valid_from=date(2026, 1, 1), origins=(), destinations=(), goods=(), promotions=(MASH10,)
        ),
    ),
)


class Known:
    """The aggregates a decision may find; what was decided can be put back."""

    def __init__(self, *aggregates: Aggregate) -> None:
        self.held = {aggregate.ref: aggregate for aggregate in aggregates}

    def find(self, kind: type[A], id_: UUID) -> A | None:
        found = self.held.get((kind.kind, id_))
        return found if isinstance(found, kind) else None

    def apply(self, outcome: Outcome) -> Decided:
        assert isinstance(outcome, Decided), outcome
        for aggregate in outcome.changes:
            self.held[aggregate.ref] = aggregate
        return outcome

    def get(self, kind: type[A], id_: UUID) -> A:
        found = self.find(kind, id_)
        assert found is not None
        return found


def a_person(role: Role = Role.AGENT, branch: str = "GEO", name: str = "Shanice Persaud") -> Staff:
    login = name.split(maxsplit=1)[0].lower()
    return Staff(id=an_id(name), version=1, login=login, name=name, role=role, branch=branch)


def facts(**changed: object) -> Facts:
    return replace(Facts(now=NOW, actor=a_person(), desk="GEO-2", book=BOOK), **changed)  # type: ignore[arg-type]


def a_price(
    each: Money, since: datetime = LONG_AGO, until: datetime | None = None, *breaks: tuple[int, int]
) -> PriceSpan:
    at = tuple(PriceBreak(quantity=q, each=Money(minor=minor, currency=each.currency)) for q, minor in breaks)
    return PriceSpan(since=since, until=until, each=each, breaks=at)


def a_product(name: str, each: Money, **changed: object) -> Product:
    plain = Product(
        id=an_id(name),
        version=1,
        code=name.split(maxsplit=1)[0].upper(),
        name=name,
        prices=(a_price(each),),
        weight=Weight(value=Decimal(2)),
        length=Length(value=Decimal(10)),
        width=Length(value=Decimal(8)),
        height=Length(value=Decimal(6)),
    )
    return plain.model_copy(update=changed)


BARREL = a_product("Barrel, plastic, 55 gal", gyd(14_500_00))
TAPE = a_product("Tape, packing, 3 in", gyd(1_200_00), prices=(a_price(gyd(1_200_00), LONG_AGO, None, (5, 1_080_00)),))
FRYER = a_product("Ninja air fryer, 4 qt, refurbished", usd(59_99), vat=False, weight=None)
TAG = a_product("Luggage tag", usd(0), each_customer=1)
CUSTOMER = Customer(
    id=an_id("Indranie"), version=1, number="GY-10482", name="Indranie Persaud", phone="+592 623 4471",
    email="indranie@example.com", branch="GEO", address=Address(region=2, place="Charity"),
)  # fmt: skip

REQUEST = QuoteRequest(
    origin="EWR",
    destination="GEO",
    deliver_to=Address(region=10, place="Linden"),
    pieces=(Piece(contents="Clothing", weight=Weight(value=Decimal(44))), Piece(weight=Weight(value=Decimal(40)))),
)
OFFER = Offer(
    service="ocean", label="Ocean", card_id=an_id("card"), days_least=21, days_most=28,
    billable_lb=Decimal(84), shipping=usd(96_40), total=usd(96_40),
)  # fmt: skip
QUOTE = Quote(
    id=an_id("quote"), version=1, number="Q-GEO-2-000412", branch="GEO", request=REQUEST, offers=(OFFER,),
    service="ocean", saved_at=NOW - timedelta(hours=2), valid_until=NOW + timedelta(hours=22), saved_by="shanice",
)  # fmt: skip
SHIPMENT = Shipment(
    id=an_id("shipment"), version=1, number="SH-GEO-2-000077", branch="GEO", quote=QUOTE.id, request=REQUEST,
    service="ocean", booked_price=usd(96_40), booked_by="shanice", booked_at=NOW - timedelta(hours=1), offer=OFFER,
    pieces=tuple(ShipmentPiece(number=at, declared=piece) for at, piece in enumerate(REQUEST.pieces, 1)),
)  # fmt: skip


def a_line(product: Product, quantity: int = 1) -> CartLine:
    return CartLine(
        id=an_id(f"line {product.name}"), what="product", subject=product.id, code=product.code, label=product.name,
        quantity=quantity, each=product.prices[0].each_for(quantity), vat=product.vat,
    )  # fmt: skip


SHIPMENT_LINE = CartLine(
    id=an_id("line shipment"), what="shipment", subject=SHIPMENT.id, code=SHIPMENT.number,
    label="Ocean, Newark to Linden", detail="Quote Q-GEO-2-000412, 2 pieces, 84 lb", each=usd(96_40),
)  # fmt: skip
PICTURED = (SHIPMENT_LINE, a_line(BARREL, 2), a_line(TAPE, 4), a_line(FRYER), a_line(TAG))
CART_ID = an_id("cart")
ORDER_ID = an_id("order")


def a_cart(lines: Iterable[CartLine] = PICTURED, **changed: object) -> Cart:
    plain = Cart(id=CART_ID, version=7, number="C-GEO-2-000093", branch="GEO", lines=tuple(lines))
    return plain.model_copy(update=changed)


def the_shop(*changed: Aggregate) -> Known:
    return Known(BARREL, TAPE, FRYER, TAG, CUSTOMER, QUOTE, SHIPMENT, a_cart(promotion="MASH10"), *changed)


def totals_of(cart: Cart, rate: ExchangeRate = RATE_NOW) -> Totals:
    return totals(cart.lines, cart.promotion, rate, BOOK, NOW)


def in_checkout(cart: Cart) -> Cart:
    held = Checkout(at=NOW, exchange_rate=RATE_NOW.id, gyd_per_usd=RATE, totals=totals_of(cart), by="Shanice Persaud")
    return cart.model_copy(update={"state": CartState.CHECKOUT, "checkout": held})


def an_order(total_minor: int = 322_33, rate: Decimal = RATE, **changed: object) -> Order:
    to_pay = usd(total_minor)
    sums = Totals(lines=to_pay, promotion=usd(0), vat=usd(0), total=to_pay, total_gyd=gyd(0))
    plain = Order(
        id=ORDER_ID, version=1, number="GEO-2-000123", branch="GEO", cart=CART_ID, lines=PICTURED, totals=sums,
        exchange_rate=RATE_NOW.id, gyd_per_usd=rate, placed_at=NOW, placed_by="Shanice Persaud", desk="GEO-2",
    )  # fmt: skip
    return plain.model_copy(update=changed)


def codes(outcome: Outcome) -> list[str]:
    assert isinstance(outcome, Refused), outcome
    return [refusal.code for refusal in outcome.refusals]
