"""The numbers people see, as a desk and central speak of them."""

from __future__ import annotations

from agent_desk.domain.people import Customer
from agent_desk.domain.rights import Series
from agent_desk.domain.selling import Cart, Order
from agent_desk.domain.shipping import Quote, Shipment
from agent_desk.domain.till import Till

RECEIPT = "receipt"
"""No aggregate: a receipt is a tender of an order."""
KIND_OF = {
    Series.ORDER: Order.kind,
    Series.QUOTE: Quote.kind,
    Series.CART: Cart.kind,
    Series.SHIPMENT: Shipment.kind,
    Series.RECEIPT: RECEIPT,
    Series.CUSTOMER: Customer.kind,
    Series.TILL: Till.kind,
}


def series_of(desk: str) -> dict[str, tuple[str, str]]:
    """By name, the kind that carries the numbers of a desk's series, and what stands before their count."""
    return {series.name.lower(): (kind, f"{series}{desk}-") for series, kind in KIND_OF.items()}


def read_counts(said: dict[str, int]) -> dict[Series, int]:
    """What central said; a series of a later release is left out."""
    names = {series.name.lower(): series for series in Series}
    return {names[name]: count for name, count in said.items() if name in names}
