"""Who works here and who they serve."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.losing import Losses
from agent_desk.domain.values import Code, ExactDecimal, Name, Note, Text, Value


class Role(StrEnum):
    AGENT = "agent"
    WAREHOUSE = "warehouse"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


SELLERS = frozenset({Role.AGENT, Role.MANAGER, Role.ADMINISTRATOR})
MEASURERS = frozenset({Role.WAREHOUSE, Role.MANAGER, Role.ADMINISTRATOR})


class Branch(Aggregate):
    kind: ClassVar[str] = "branch"

    code: Code
    """Such as GEO; desks are GEO-1, GEO-2."""
    name: Name
    country: Code


class Staff(Aggregate):
    kind: ClassVar[str] = "staff"

    login: Code
    name: Name
    role: Role
    branch: Code
    active: bool = True
    booking_limit: Annotated[int, Field(ge=0, le=100_000)] = 200


class Address(Value):
    """Where to find somebody; what was typed is kept as typed."""

    country: Code = "GY"
    region: Annotated[int, Field(ge=1, le=10)] | None = None
    """Guyana's administrative region, 1 to 10; None elsewhere or where unknown."""
    place: Name = ""
    line: Name = ""
    postcode: Annotated[Text, Field(max_length=20)] = ""
    directions: Note = ""
    """How to find it where houses have no number."""


class Customer(Aggregate):
    kind: ClassVar[str] = "customer"

    number: Code
    """The account number, such as GY-10482."""
    name: Name
    phone: Annotated[Text, Field(max_length=40)] = ""
    email: Annotated[Text, Field(max_length=255)] = ""
    address: Address = Address()
    branch: Code
    discount_percent: Annotated[ExactDecimal, Field(ge=0, le=100)] = Decimal(0)
    """A regular customer's share off the base; set by central only."""
    id_on_file: bool = False
    note: Note = ""
    losses: Losses = ()
