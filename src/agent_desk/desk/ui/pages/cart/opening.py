"""What an id or a typed text means to the cart: an order to be paid, a cart, a product, a customer; free of Qt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from agent_desk.desk.usecases.ports import Done, KnownError
from agent_desk.domain.decision import Refused

if TYPE_CHECKING:
    from agent_desk.desk.usecases import UseCases
    from agent_desk.desk.usecases.carting import CartShown
    from agent_desk.desk.usecases.searching import Hit
    from agent_desk.domain.selling import Order


async def open_at(cases: UseCases, id_: UUID, cart: UUID | None) -> Order | Done[CartShown] | Refused:
    """An order as it is; else a cart is taken up, a product sold, a customer served, in the cart or in a new one."""
    try:
        return (await cases.orders.get_order(id_)).order
    except KnownError:
        pass  # not an order
    try:
        present = (await cases.carting.get_cart(id_)).cart
    except KnownError:
        return await _sell_or_serve(cases, id_, cart)
    take_up = cases.carting.recall_cart if present.state == "held" else cases.carting.choose_cart
    return await take_up(id_)


async def _sell_or_serve(cases: UseCases, id_: UUID, cart: UUID | None) -> Done[CartShown] | Refused:
    try:
        return await cases.carting.add_product(id_, 1, cart)
    except KnownError:
        pass  # not a product
    if cart is None:
        return await cases.carting.open_cart(id_)
    return await cases.carting.set_customer(cart, id_)


async def find_customer(cases: UseCases, code: str) -> UUID | None:
    """Whose card it is, by its whole number."""
    wanted = code.strip().casefold()
    rows = await cases.customers.search_customers(code, 5)
    return next((row.id for row in rows if row.number.casefold() == wanted), None)


def pick_product(text: str, hits: Sequence[Hit]) -> UUID | None:
    """The product whose code was typed, else the best by name; digits alone are a barcode, never a name."""
    exact = next((hit for hit in hits if hit.code.casefold() == text.casefold()), None)
    best = exact or (hits[0] if hits and not text.isdigit() else None)
    return None if best is None else best.id
