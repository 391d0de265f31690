"""Which model carries which kind of aggregate."""

from __future__ import annotations

from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.catalogue import Product
from agent_desk.domain.payments import PaymentAttempt, Provider
from agent_desk.domain.people import Branch, Customer, Staff
from agent_desk.domain.price_book import ExchangeRate, RateCard, TaxTable, TradeRules
from agent_desk.domain.selling import Cart, Order
from agent_desk.domain.shipping import Quote, Shipment
from agent_desk.domain.stock import Availability, Lease
from agent_desk.domain.till import Till

KINDS: dict[str, type[Aggregate]] = {
    model.kind: model
    for model in (
        Availability,
        Branch,
        Cart,
        Customer,
        ExchangeRate,
        Lease,
        Order,
        PaymentAttempt,
        Product,
        Provider,
        Quote,
        RateCard,
        Shipment,
        Staff,
        TaxTable,
        Till,
        TradeRules,
    )
}
