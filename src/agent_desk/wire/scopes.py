"""Scopes: the units of partial replication and of order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent_desk.domain.catalogue import Product
from agent_desk.domain.payments import Provider
from agent_desk.domain.people import Staff
from agent_desk.domain.price_book import ExchangeRate, RateCard, TaxTable, TradeRules
from agent_desk.domain.stock import Availability, Lease

if TYPE_CHECKING:
    from uuid import UUID

    from agent_desk.domain.aggregate import Aggregate

CATALOGUE = "cat"
PRICES = "px"


def branch_scope(code: str) -> str:
    return f"branch:{code}"


def availability_scope(code: str) -> str:
    return f"avail:{code}"


def user_scope(staff: UUID) -> str:
    return f"user:{staff}"


def desk_scope(device: UUID) -> str:
    return f"dev:{device}"


def scope_of(aggregate: Aggregate, branch: str) -> str:
    """The one scope an aggregate is sent in; `branch` is the one it belongs to."""
    if isinstance(aggregate, Product):
        return CATALOGUE
    if isinstance(aggregate, RateCard | ExchangeRate | TaxTable | TradeRules | Provider):
        return PRICES
    if isinstance(aggregate, Staff):
        return user_scope(aggregate.id)
    if isinstance(aggregate, Availability):
        return availability_scope(aggregate.branch)
    if isinstance(aggregate, Lease):
        return desk_scope(aggregate.device)
    return branch_scope(branch)
