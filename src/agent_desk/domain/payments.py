"""A payment through an outside provider as desk and central know it, and how the providers are."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, ClassVar, Literal
from uuid import UUID, uuid5

from pydantic import Field

from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.money import Money
from agent_desk.domain.values import Code, Id, Name, Text, Value, When

STRIPE, MMG = "stripe", "mmg"
KEYLESS = frozenset({MMG})
"""Who knows no idempotency keys: what was asked and not answered is looked for, and never asked again."""
Reference = Annotated[Text, Field(max_length=255)]


def account_of(number: str) -> str:
    """The seven digits of an account at MMG, however they are written; empty where it is none."""
    digits = re.sub(r"[ +()-]", "", number)
    local = digits.removeprefix("592") if len(digits) == 10 else digits
    return local if re.fullmatch(r"[0-9]{7}", local, re.ASCII) else ""


class AttemptState(StrEnum):
    CREATED = "created"
    """Wanted; no request has left."""
    SUBMITTED = "submitted"
    """The first request leaves; nobody has answered yet."""
    PENDING = "pending"
    """The provider waits for the customer, or for the customer's bank."""
    UNKNOWN = "unknown"
    """The provider did not answer: money may have moved."""
    CONFIRMED = "confirmed"
    """The provider, asked by central, said that it has the money."""
    FAILED = "failed"
    EXPIRED = "expired"


LIVE = frozenset({AttemptState.CREATED, AttemptState.SUBMITTED, AttemptState.PENDING, AttemptState.UNKNOWN})
"""An order has one attempt in these states at the most: a second one could charge the customer twice."""


class RefundState(StrEnum):
    CREATED = "created"
    """Wanted; no request is on its way."""
    SUBMITTED = "submitted"
    """A request leaves; nobody has answered yet."""
    PENDING = "pending"
    """The provider has it and has not given it back yet."""
    UNKNOWN = "unknown"
    """The provider did not answer: money may have gone back."""
    CONFIRMED = "confirmed"
    """The provider, asked by central, said that it went back."""
    FAILED = "failed"
    """It did not go back."""
    RETURNED = "returned"
    """It went back, and the customer's bank sent it to the provider again."""


OPEN_REFUNDS = frozenset({RefundState.CREATED, RefundState.SUBMITTED, RefundState.PENDING, RefundState.UNKNOWN})


class CardRefund(Value):
    """Some of what a card paid, on its way back to that card; its key is its own for life."""

    id: Id
    amount: Money
    reason: Name
    receipt: Code
    desk: Code
    asked_at: When
    asked_by: Name
    staff: Id
    state: RefundState = RefundState.CREATED
    since: When
    submitted_at: When | None = None
    """When the first request may have left: the age of its key at the provider."""
    reference: Reference = ""
    """The provider's name for it."""
    failed_by: Annotated[Text, Field(max_length=80)] = ""
    """Why it failed, as a code."""

    @property
    def open(self) -> bool:
        return self.state in OPEN_REFUNDS

    @property
    def key(self) -> str:
        """The idempotency key: the same over retries, crashes and restarts."""
        return f"agent-desk-refund-{self.id}"


class PaymentAttempt(Aggregate):
    """One try to get one sum for one order; its key is its own for life, another try is another attempt."""

    kind: ClassVar[str] = "payment_attempt"

    order: Id
    order_number: Code
    branch: Code
    desk: Code
    turn: Annotated[int, Field(ge=1, le=10_000)]
    """1 for the first of its order."""
    provider: Code
    amount: Money
    """What the order still owed at central."""
    receipt: Code
    asked_at: When
    asked_by: Name
    staff: Id
    state: AttemptState = AttemptState.CREATED
    since: When
    submitted_at: When | None = None
    """When the first request may have left: the age of its key at the provider."""
    closes_at: When
    """The customer's link is closed by then."""
    reference: Reference = ""
    """The provider's name for what was opened; empty until the provider has said it."""
    charge: Reference = ""
    """The provider's name for the money; empty until there is some."""
    url: Annotated[Text, Field(max_length=4000)] = ""
    """Where the customer pays; empty while nobody may."""
    payer: Annotated[Text, Field(max_length=20)] = ""
    """The customer's account, where the provider asks the customer itself."""
    cancelling: bool = False
    reason: Annotated[Text, Field(max_length=80)] = ""
    """Why it failed or expired, as a code."""
    refunds: Annotated[tuple[CardRefund, ...], Field(max_length=50)] = ()
    """What of it goes or went back; one at a time is open."""

    @property
    def tender_kind(self) -> Literal["card", "mmg"]:
        return "mmg" if self.provider == MMG else "card"

    @property
    def open_refund(self) -> CardRefund | None:
        return next((refund for refund in self.refunds if refund.open), None)

    @property
    def unfinished(self) -> bool:
        """Central still has something to ask about it."""
        return self.live or self.open_refund is not None

    @property
    def live(self) -> bool:
        return self.state in LIVE

    @property
    def key(self) -> str:
        """The idempotency key of what opens it: the same over retries, crashes and restarts."""
        return f"agent-desk-{self.id}"


class ProviderState(StrEnum):
    OFF = "off"
    """Central has no keys for it."""
    UP = "up"
    DOWN = "down"


class Provider(Aggregate):
    """How a provider is, by central's own experience; every desk knows it before a customer takes a card out."""

    kind: ClassVar[str] = "provider"

    name: Code
    label: Name
    state: ProviderState
    since: When


def provider_id(name: str) -> UUID:
    return uuid5(UUID(int=0), f"provider {name}")
