"""Filling a cart, putting it aside and taking it up again."""

from __future__ import annotations

from uuid import UUID

from agent_desk.domain.catalogue import Product
from agent_desk.domain.commands import (
    AddProduct,
    HoldCart,
    OpenCart,
    RecallCart,
    RemoveLine,
    ReviseCartCustomer,
    RevisePromotion,
    ReviseQuantity,
    SetCartCustomer,
    SetPromotion,
    SetQuantity,
    TakeOutLine,
)
from agent_desk.domain.decision import Decided, Facts, Outcome, Refused, State
from agent_desk.domain.goods import find_each, refuse_price, refuse_season, refuse_share, warn_of
from agent_desk.domain.losing import (
    Loss,
    Plain,
    Replacement,
    line_field,
    product_field,
    put_back,
    rename,
    replace,
    settle,
)
from agent_desk.domain.people import SELLERS, Customer
from agent_desk.domain.refusal import Refusal, blocks
from agent_desk.domain.rights import Series, refuse_branch, refuse_number, refuse_role
from agent_desk.domain.rule_table import refusal
from agent_desk.domain.selling import Cart, CartLine, CartState
from agent_desk.domain.shipping import Quote, QuoteState, Shipment, ShipmentState
from agent_desk.domain.times import age_text
from agent_desk.domain.totals import find_promotion

MOST_LINES = 200
MOST_OF_ONE = 9999
TAKEN_OUT = 0
"""What stands instead of a quantity whose line has gone."""


def refuse_cart(cart: Cart | None, facts: Facts, state: CartState = CartState.OPEN) -> tuple[Refusal, ...]:
    """What stands against the actor doing something to this cart, which must be in that state."""
    refusals = refuse_role(facts, SELLERS)
    if cart is None:
        return (*refusals, refusal("cart.unknown"))
    refusals += refuse_branch(cart.branch, facts)
    if cart.state is not state:
        refusals += (_wrong_state(cart),)
    return refusals


def _wrong_state(cart: Cart) -> Refusal:
    code, sentence = {
        CartState.OPEN: ("cart.not_locked", "Check the cart out first."),
        CartState.HELD: ("cart.held", "This cart is put aside: recall it first."),
        CartState.CHECKOUT: ("cart.locked", "This cart is being paid: release it before you change it."),
        CartState.ORDERED: ("cart.ordered", "This cart became an order: open a new one."),
    }[cart.state]
    return blocks(code, "cart", sentence)


def refused(refusals: tuple[Refusal, ...], cart: Cart | None) -> Refused:
    """The refusals beside the cart as it is now."""
    return Refused(refusals, () if cart is None else (cart,))


def open_cart(state: State, command: OpenCart, facts: Facts) -> Outcome:
    """An empty cart of the actor's branch."""
    present = state.find(Cart, command.cart)
    refusals = (*refuse_role(facts, SELLERS), *refuse_number(command.number, Series.CART, facts))
    if present is not None:
        refusals += (blocks("cart.already_open", "cart", "This cart is open already."),)
    customer = None if command.customer is None else state.find(Customer, command.customer)
    if command.customer is not None:
        refusals += _refuse_customer(customer, facts)
    if refusals:
        return refused(refusals, present)
    cart = Cart(
        id=command.cart,
        number=command.number,
        branch=facts.actor.branch,
        customer=command.customer,
        customer_name="" if customer is None else customer.name,
    )
    return Decided((cart.next(),))


def _refuse_customer(customer: Customer | None, facts: Facts) -> tuple[Refusal, ...]:
    if customer is None:
        return (refusal("customer.unknown"),)
    return refuse_branch(customer.branch, facts)


def add_product(state: State, command: AddProduct, facts: Facts) -> Outcome:
    """One line a product: adding it again raises the quantity, and the bulk price of all of them counts."""
    cart, product = state.find(Cart, command.cart), state.find(Product, command.product)
    refusals = refuse_cart(cart, facts)
    if product is None:
        refusals += (blocks("product.unknown", "product", "This product is not sold any more: search again."),)
    if cart is None or product is None or refusals:
        return refused(refusals, cart)
    present = next((line for line in cart.lines if line.what == "product" and line.subject == product.id), None)
    if present is None and any(line.id == command.line for line in cart.lines):
        return refused((blocks("line.already_there", "line", "This line is in the cart already."),), cart)
    if present is None and len(cart.lines) >= MOST_LINES:
        return refused((refusal("cart.full"),), cart)
    quantity = command.quantity + (0 if present is None else present.quantity)
    # two desks may add the same product at once, so the price of what each added by itself is honoured too
    span = find_each(product, command.each, (quantity, command.quantity), facts.now)
    stands_against = _refuse_quantity(product, quantity, facts)
    if span is None:
        stands_against += (refuse_price(product, quantity, "each", facts.now),)
    if span is None or stands_against:
        return Refused(stands_against, (cart, product))
    line = CartLine(
        id=command.line if present is None else present.id,
        what="product",
        subject=product.id,
        code=product.code,
        label=product.name,
        quantity=quantity,
        each=span.each_for(quantity),
        vat=product.vat,
    )
    lines = (*cart.lines, line) if present is None else _with(cart, line)
    losses = put_back(cart.losses, product_field(product.id), command.quantity)
    return Decided((cart.next(lines=lines, losses=losses),), warnings=warn_of(product, "product"))


def _refuse_quantity(product: Product, quantity: int, facts: Facts) -> tuple[Refusal, ...]:
    refusals = (
        *refuse_season(product, "product", facts.now),
        *refuse_share(product, quantity, "quantity"),
    )
    if quantity > MOST_OF_ONE:
        sentence = f"A line has at most {MOST_OF_ONE:,} of a product: open another cart for the rest."
        refusals += (blocks("quantity.too_many", "quantity", sentence),)
    return refusals


def _with(cart: Cart, line: CartLine) -> tuple[CartLine, ...]:
    return tuple(line if present.id == line.id else present for present in cart.lines)


def _line_gone(cart: Cart) -> Refused:
    return refused((blocks("line.unknown", "line", "This line was taken out already."),), cart)


def set_quantity(state: State, command: SetQuantity, facts: Facts) -> Outcome:
    """EDGE-8: so many of a line, each at the threshold they reach; SYN-5: what nobody saw is kept as a loss."""
    cart = state.find(Cart, command.cart)
    refusals = refuse_cart(cart, facts)
    if cart is None or refusals:
        return refused(refusals, cart)
    line = next((line for line in cart.lines if line.id == command.line), None)
    if line is None:
        return _line_gone(cart)
    if line.what == "shipment":
        return refused((blocks("line.fixed", "quantity", "A shipment is one: book another for more."),), cart)
    product = state.find(Product, line.subject)
    if product is None:
        sentence = f"{line.label} is not sold any more: take it out."
        return refused((blocks("product.unknown", "line", sentence),), cart)
    span = find_each(product, command.each, (command.quantity,), facts.now)
    stands_against = _refuse_quantity(product, command.quantity, facts)
    if span is None:
        stands_against += (refuse_price(product, command.quantity, "each", facts.now),)
    if stands_against:
        return Refused(stands_against, (cart, product))
    changed = line.model_copy(update={"quantity": command.quantity, "each": command.each})
    seen = command.seen if isinstance(command, ReviseQuantity) else None
    made = Replacement(line_field(line.id), line.label, seen, command.quantity)
    revised = cart.next(lines=_with(cart, changed), losses=_losses(cart, made, line.quantity, facts))
    return Decided((revised,), warnings=warn_of(product, "product"))


def _losses(cart: Cart, made: Replacement, present: Plain, facts: Facts) -> tuple[Loss, ...]:
    return replace(cart.losses, made, present, facts.signature, facts.now)


def remove_line(state: State, command: RemoveLine, facts: Facts) -> Outcome:
    """The cart without the line; a shipment that leaves is cancelled, and its quote can be booked again.

    SYN-5: taking out beats setting; a quantity that nobody saw is kept as so many of the product.
    """
    cart = state.find(Cart, command.cart)
    refusals = refuse_cart(cart, facts)
    if cart is None or refusals:
        return refused(refusals, cart)
    line = next((line for line in cart.lines if line.id == command.line), None)
    if line is None:
        return _line_gone(cart)
    emptied = cart.next(
        lines=tuple(other for other in cart.lines if other.id != line.id),
        losses=_without(cart, line, command, facts),
    )
    if line.what == "product":
        return Decided((emptied,))
    shipment = None if command.shipment != line.subject else state.find(Shipment, line.subject)
    quote = None if shipment is None or command.quote != shipment.quote else state.find(Quote, shipment.quote)
    if shipment is None or quote is None:
        return refused((blocks("line.shipment_unnamed", "shipment", "Open the cart again, then take it out."),), cart)
    return Decided((emptied, shipment.next(state=ShipmentState.CANCELLED), quote.next(state=QuoteState.SAVED)))


def _without(cart: Cart, line: CartLine, command: RemoveLine, facts: Facts) -> tuple[Loss, ...]:
    """A desk of an earlier release saw the losses of a line it takes out; whether another did is not said."""
    if not isinstance(command, TakeOutLine):
        return settle(cart.losses, line_field(line.id))
    field = product_field(line.subject)
    kept = cart.model_copy(update={"losses": rename(cart.losses, line_field(line.id), field, TAKEN_OUT)})
    return _losses(kept, Replacement(field, line.label, command.seen, TAKEN_OUT), line.quantity, facts)


def set_customer(state: State, command: SetCartCustomer, facts: Facts) -> Outcome:
    """Whose cart it is; None makes it a walk-in's."""
    cart = state.find(Cart, command.cart)
    customer = None if command.customer is None else state.find(Customer, command.customer)
    refusals = refuse_cart(cart, facts)
    if command.customer is not None:
        refusals += _refuse_customer(customer, facts)
    if cart is None or refusals:
        return refused(refusals, cart)
    name = "" if customer is None else customer.name
    shown = _customer_text(command.seen) if isinstance(command, ReviseCartCustomer) else None
    made = Replacement("customer", "Customer", shown, _customer_text(command.customer))
    losses = _losses(cart, made, _customer_text(cart.customer), facts)
    return Decided((cart.next(customer=command.customer, customer_name=name, losses=losses),))


def _customer_text(customer: UUID | None) -> str:
    """How a loss names a customer; a walk-in has no id."""
    return "" if customer is None else str(customer)


def set_promotion(state: State, command: SetPromotion, facts: Facts) -> Outcome:
    """CTR-5: a running promotion by its code; an empty code takes it out."""
    cart = state.find(Cart, command.cart)
    refusals = refuse_cart(cart, facts)
    running = find_promotion(facts.book, command.code, facts.now)
    if command.code.strip() and running is None:
        sentence = "No promotion of this code runs now: check the spelling or take it out."
        refusals += (blocks("promotion.unknown", "promotion", sentence, "CTR-5"),)
    if cart is None or refusals:
        return refused(refusals, cart)
    code = "" if running is None else running.code
    shown = command.seen if isinstance(command, RevisePromotion) else None
    losses = _losses(cart, Replacement("promotion", "Promotion", shown, code), cart.promotion, facts)
    return Decided((cart.next(promotion=code, losses=losses),))


def hold_cart(state: State, command: HoldCart, facts: Facts) -> Outcome:
    """Puts the cart aside under a name."""
    cart = state.find(Cart, command.cart)
    refusals = refuse_cart(cart, facts)
    if cart is None or refusals:
        return refused(refusals, cart)
    held_as = command.held_as.strip() or cart.customer_name or "Walk-in"
    return Decided((cart.next(state=CartState.HELD, held_as=held_as, held_at=facts.now),))


def recall_cart(state: State, command: RecallCart, facts: Facts) -> Outcome:
    """The first desk to ask gets a held cart; the second reads who took it, where and how long ago."""
    cart = state.find(Cart, command.cart)
    if cart is not None and cart.state is not CartState.HELD:
        rights = (*refuse_role(facts, SELLERS), *refuse_branch(cart.branch, facts))
        return refused((*rights, _not_held(cart, facts)), cart)
    refusals = refuse_cart(cart, facts, CartState.HELD)
    if cart is None or refusals:
        return refused(refusals, cart)
    opened = cart.next(state=CartState.OPEN, held_as="", held_at=None, taken_by=facts.signature, taken_at=facts.now)
    return Decided((opened,))


def _not_held(cart: Cart, facts: Facts) -> Refusal:
    if not cart.taken_by or cart.taken_at is None:
        nobody = blocks("cart.not_held", "cart", "This cart is not put aside: it is open.")
        return nobody if cart.state is CartState.OPEN else _wrong_state(cart)
    age = age_text(facts.now - cart.taken_at)
    sentence = f"{cart.taken_by} took this cart up {age} ago: ask them for it."
    return blocks("cart.already_recalled", "cart", sentence)
