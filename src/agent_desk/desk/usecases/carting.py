"""Filling a cart, putting it aside, taking it up again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from agent_desk.desk.usecases.ports import Reader, Standing, Work, stop
from agent_desk.desk.usecases.pricing import RateShown, find_rate
from agent_desk.desk.usecases.quoting import save_quote
from agent_desk.desk.usecases.rows import CartRow, ProductRow
from agent_desk.desk.usecases.stocking import StockShown, find_stock
from agent_desk.domain.catalogue import PriceBreak, Product
from agent_desk.domain.commands import (
    AddProduct,
    BookShipment,
    HoldCart,
    OpenCart,
    RecallCart,
    ReviseCartCustomer,
    RevisePromotion,
    ReviseQuantity,
    TakeOutLine,
)
from agent_desk.domain.money import Money
from agent_desk.domain.refusal import blocks
from agent_desk.domain.rights import Series
from agent_desk.domain.selling import Cart, CartLine, CartState, Totals
from agent_desk.domain.shipping import Quote, QuoteRequest, Shipment
from agent_desk.domain.totals import line_total, totals, vat_percent

CURRENT_CART = "current_cart"


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line with what the page says of it."""

    line: CartLine
    total_usd: Money | None
    """None before there is an exchange rate."""
    next_break: PriceBreak | None = None
    """The next bulk threshold above the quantity."""
    shipment: Shipment | None = None
    product: Product | None = None
    stock: StockShown | None = None
    """None where it is not counted, or nobody has said yet."""
    unmeasured: bool = False
    """EDGE-1: a product without weight or size."""


@dataclass(frozen=True, slots=True)
class CartShown:
    """A cart with what it comes to."""

    cart: Cart
    lines: tuple[LineShown, ...]
    totals: Totals | None
    """As locked at checkout, else as of now; None before there is an exchange rate."""
    rate: RateShown | None
    standing: Standing
    at: datetime
    """By the desk's best estimate of central's time."""
    vat_percent: Decimal
    """On the goods, at the time the totals are of."""


@dataclass(frozen=True, slots=True)
class CartTabs:
    """The carts beside the current one."""

    held: tuple[CartRow, ...]
    here: tuple[CartRow, ...]
    """Begun at this desk and not put aside."""
    elsewhere: tuple[str, ...]
    """The desks that work on the others of the branch, one name a cart."""
    at: datetime
    """By the desk's best estimate of central's time."""


def get_cart(reader: Reader, cart: UUID) -> CartShown:
    return show_cart(reader, reader.get(Cart, cart))


def find_current_cart(reader: Reader) -> CartShown | None:
    """The cart this desk works on; None when it has none, or another desk was quicker to recall it."""
    kept = reader.find_setting(CURRENT_CART)
    cart = None if kept is None else reader.find(Cart, UUID(kept))
    if cart is None or cart.state in {CartState.HELD, CartState.ORDERED}:
        return None
    if cart.taken_by and cart.taken_by.rpartition(" at ")[2] != reader.desk:
        return None
    return show_cart(reader, cart)


def list_carts(reader: Reader) -> tuple[CartRow, ...]:
    """Open, held and locked carts of the branch, the newest first."""
    return reader.list_carts()


def list_tabs(reader: Reader) -> CartTabs:
    """Held carts of the branch, and where the open ones are."""
    current = reader.find_setting(CURRENT_CART)
    rows = [row for row in reader.list_carts() if str(row.id) != current]
    at = {row.id: _desk_of(row) for row in rows if row.state is not CartState.HELD}
    return CartTabs(
        held=tuple(row for row in rows if row.state is CartState.HELD),
        here=tuple(row for row in rows if at.get(row.id) == reader.desk),
        elsewhere=tuple(sorted(desk for desk in at.values() if desk != reader.desk)),
        at=reader.now,
    )


def _desk_of(row: CartRow) -> str:
    """Where it was recalled last, else where it was begun: its number says so."""
    if row.taken_by:
        return row.taken_by.rpartition(" at ")[2]
    return row.number.removeprefix(Series.CART).rpartition("-")[0]


def show_cart(reader: Reader, cart: Cart) -> CartShown:
    rate = find_rate(reader)
    book = reader.book()
    locked = cart.checkout
    in_force = None if rate is None else book.find_rate(rate.id)
    per_usd = locked.gyd_per_usd if locked is not None else None if rate is None else rate.gyd_per_usd
    if locked is not None:
        sums: Totals | None = locked.totals
    else:
        sums = None if in_force is None else totals(cart.lines, cart.promotion, in_force, book, reader.now)
    lines = []
    for line in cart.lines:
        in_usd = None if per_usd is None else line_total(line, per_usd)
        if line.what == "shipment":
            lines.append(LineShown(line, in_usd, shipment=reader.find(Shipment, line.subject)))
            continue
        product = reader.find(Product, line.subject)
        lines.append(
            LineShown(
                line,
                in_usd,
                next_break=_next_break(reader, product, line.quantity),
                product=product,
                stock=find_stock(reader, line.subject),
                unmeasured=product is not None and not product.measured,
            )
        )
    percent = vat_percent(book, reader.now if locked is None else locked.at)
    return CartShown(cart, tuple(lines), sums, rate, reader.standing(cart.ref), reader.now, percent)


def _next_break(reader: Reader, product: Product | None, quantity: int) -> PriceBreak | None:
    span = None if product is None else product.find_price(reader.now)
    return None if span is None else next((b for b in span.breaks if b.quantity > quantity), None)


def open_cart(work: Work, customer: UUID | None = None) -> CartShown:
    """A new cart, which becomes this desk's current one."""
    id_ = work.new_id()
    work.do(OpenCart(cart=id_, number=work.next_number(Series.CART), customer=customer))
    work.keep_setting(CURRENT_CART, str(id_))
    return get_cart(work, id_)


def choose_cart(work: Work, cart: UUID) -> CartShown:
    """Works on another open cart; only this desk knows."""
    shown = get_cart(work, cart)
    if shown.cart.state in {CartState.HELD, CartState.ORDERED}:
        raise stop(blocks("cart.not_open", "cart", "This cart is not open: recall it, or open a new one."))
    work.keep_setting(CURRENT_CART, str(cart))
    return shown


def _current(work: Work, cart: UUID | None, customer: UUID | None = None) -> UUID:
    if cart is not None:
        return cart
    current = find_current_cart(work)
    if current is not None and current.cart.state is CartState.OPEN:
        return current.cart.id
    return open_cart(work, customer).cart.id


def add_product(work: Work, product: UUID, quantity: int = 1, cart: UUID | None = None) -> CartShown:
    """Adds to the cart, to the current one, or to a new one where there is none."""
    target = _current(work, cart)
    sold = work.get(Product, product)
    present = next((x.quantity for x in work.get(Cart, target).lines if x.subject == product), 0)
    each = _each(work, sold, quantity + present)
    work.do(AddProduct(cart=target, line=work.new_id(), product=product, quantity=quantity, each=each))
    return get_cart(work, target)


def add_by_code(work: Work, code: str, cart: UUID | None = None) -> CartShown:
    """One more of the product with this code or barcode."""
    found = work.find_product(code.strip())
    if found is None:
        raise stop(blocks("product.unknown", "code", f"No product has the code {code.strip()}: search by name."))
    return add_product(work, found.id, 1, cart)


def set_quantity(work: Work, cart: UUID, line: UUID, quantity: int, seen: int | None = None) -> CartShown:
    """So many of a line; `seen` is what the page showed, the present quantity where it is left out."""
    present = next((x for x in work.get(Cart, cart).lines if x.id == line), None)
    if present is None:
        raise stop(blocks("line.unknown", "line", "This line was taken out already."))
    product = work.find(Product, present.subject)
    each = present.each if product is None else _each(work, product, quantity)
    was = present.quantity if seen is None else seen
    work.do(ReviseQuantity(cart=cart, line=line, quantity=quantity, each=each, seen=was))
    return get_cart(work, cart)


def _each(reader: Reader, product: Product, quantity: int) -> Money:
    span = product.find_price(reader.now)
    if span is None:
        raise stop(blocks("product.no_price", "product", f"{product.name} has no price today: ask a manager."))
    return span.each_for(quantity)


def remove_line(work: Work, cart: UUID, line: UUID) -> CartShown:
    taken = next((one for one in work.get(Cart, cart).lines if one.id == line), None)
    if taken is None:
        raise stop(blocks("line.unknown", "line", "This line was taken out already."))
    if taken.what == "product":
        work.do(TakeOutLine(cart=cart, line=line, seen=taken.quantity))
    else:
        quote = work.get(Shipment, taken.subject).quote
        work.do(TakeOutLine(cart=cart, line=line, shipment=taken.subject, quote=quote, seen=taken.quantity))
    return get_cart(work, cart)


def clear_cart(work: Work, cart: UUID) -> CartShown:
    """Takes every line out, or none: a shipment goes, its quote stays to be booked again."""
    for line in work.get(Cart, cart).lines:
        remove_line(work, cart, line.id)
    return get_cart(work, cart)


def set_customer(work: Work, cart: UUID, customer: UUID | None) -> CartShown:
    work.do(ReviseCartCustomer(cart=cart, customer=customer, seen=work.get(Cart, cart).customer))
    return get_cart(work, cart)


def set_promotion(work: Work, cart: UUID, code: str) -> CartShown:
    work.do(RevisePromotion(cart=cart, code=code, seen=work.get(Cart, cart).promotion))
    return get_cart(work, cart)


def hold_cart(work: Work, cart: UUID, held_as: str = "") -> CartShown:
    """Puts it aside; this desk has no current cart afterwards."""
    work.do(HoldCart(cart=cart, held_as=held_as))
    if work.find_setting(CURRENT_CART) == str(cart):
        work.keep_setting(CURRENT_CART, None)
    return get_cart(work, cart)


def recall_cart(work: Work, cart: UUID) -> CartShown:
    """Takes it up again as this desk's current one."""
    work.do(RecallCart(cart=cart))
    work.keep_setting(CURRENT_CART, str(cart))
    return get_cart(work, cart)


def book_quote(work: Work, quote: UUID, cart: UUID | None = None) -> CartShown:
    """CTR-4: a valid quote becomes a shipment in the cart."""
    saved = work.get(Quote, quote)
    target = _current(work, cart, saved.customer)
    if saved.chosen.total is None:
        raise stop(blocks("quote.not_priced", "quote", "This quote waits for a manager's price."))
    work.do(
        BookShipment(
            quote=quote,
            shipment=work.new_id(),
            number=work.next_number(Series.SHIPMENT),
            cart=target,
            line=work.new_id(),
            price=booked_price(saved),
        )
    )
    return get_cart(work, target)


def booked_price(quote: Quote) -> Money:
    """What the customer pays for it."""
    total = quote.chosen.total
    if total is None:
        raise stop(blocks("quote.not_priced", "quote", "This quote waits for a manager's price."))
    return total


def quote_to_cart(
    work: Work, request: QuoteRequest, service: str, customer: UUID | None = None, cart: UUID | None = None
) -> CartShown:
    """Saves the quote and books it, opening a cart where there is none: one commit."""
    return book_quote(work, save_quote(work, request, service, customer).id, cart)


def recent_products(reader: Reader, limit: int = 3) -> tuple[ProductRow, ...]:
    """What was sold lately here, to add again."""
    seen: dict[UUID, str] = {}
    for row in reader.list_carts():
        cart = reader.find(Cart, row.id)
        for line in () if cart is None else cart.lines:
            if line.what == "product":
                seen.setdefault(line.subject, line.code)
    found = (reader.find_product(code) for code in list(seen.values())[:limit])
    return tuple(row for row in found if row is not None)
