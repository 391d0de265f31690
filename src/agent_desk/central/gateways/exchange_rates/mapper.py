"""The feed's words into ours, without touching the network."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationError

from agent_desk.domain.rates import Stated


class FeedAnswer(BaseModel):
    """What is read of an answer; a quota error has `result: error` and status 200."""

    result: Literal["success"]
    base_code: Literal["USD"]
    time_last_update_unix: Annotated[int, Field(ge=0, le=2**40)]
    rates: dict[str, Decimal]


class FeedError(Exception):
    """The feed answered something that cannot be used; the message says what."""


def mid_rate(body: bytes) -> Stated:
    """The rate in an answer.

    Raises:
        FeedError: it is not a success in the documented shape, or has no sensible GYD rate.

    """
    try:
        answer = FeedAnswer.model_validate(json.loads(body, parse_float=Decimal))
    except (ValueError, ValidationError) as error:
        message = "the answer is not a rate"
        raise FeedError(message) from error
    rate = answer.rates.get("GYD")
    if rate is None or not rate.is_finite() or not 0 < rate < Decimal(100_000):
        message = "the answer has no usable GYD rate"
        raise FeedError(message)
    return Stated(rate, datetime.fromtimestamp(answer.time_last_update_unix, UTC))
