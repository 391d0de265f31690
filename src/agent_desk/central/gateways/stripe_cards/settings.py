"""What Stripe needs of the operator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, SecretStr

from agent_desk.domain.values import Value

KEY, WEBHOOK_SECRETS = "AGENT_DESK_STRIPE_KEY", "AGENT_DESK_STRIPE_WEBHOOK_SECRET"


class StripeSettings(Value):
    """Keys come from the environment alone: a command line is shown to everybody on the machine."""

    key: SecretStr
    webhook_secrets: Annotated[tuple[SecretStr, ...], Field(min_length=1, max_length=5)]
    """The endpoint's; two while one replaces the other."""
    base_url: str | None = None
    """Of a stand-in; None for Stripe itself."""
    return_url: str
    """Where a customer's browser goes after the payment page."""
    timeout_seconds: Annotated[float, Field(gt=0, le=25)] = 10


def read_stripe(environment: Mapping[str, str], base_url: str | None, return_url: str) -> StripeSettings | None:
    """The settings; None where a key is missing, and cards are off."""
    key = environment.get(KEY, "").strip()
    secrets = tuple(SecretStr(one.strip()) for one in environment.get(WEBHOOK_SECRETS, "").split(",") if one.strip())
    if not key or not secrets:
        return None
    return StripeSettings(key=SecretStr(key), webhook_secrets=secrets, base_url=base_url, return_url=return_url)
