"""SYN-5: where two desks wrote over each other, the later arrival stands and what it replaced is kept."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from agent_desk.domain.values import Name, Text, Value, When

FieldName = Annotated[Text, StringConstraints(min_length=1, max_length=60)]
"""`phone`, or `line:` and the id of a cart's line."""
MOST_KEPT = 20
"""Of one aggregate; the oldest go first."""


class Loss(Value):
    """A value that somebody replaced without having seen it."""

    field: FieldName
    label: Name
    """What it is called at the counter."""
    value: str | int | dict[str, Any]
    instead: str | int | dict[str, Any]
    by: Name
    """Who replaced it, and at which desk."""
    at: When


Losses = Annotated[tuple[Loss, ...], Field(max_length=MOST_KEPT)]


def line_field(line: UUID) -> str:
    """What a loss calls the quantity of a cart's line."""
    return f"line:{line}"


def put_back(losses: tuple[Loss, ...], field: str, value: object) -> tuple[Loss, ...]:
    """Without those that hold the value which now stands again."""
    return tuple(loss for loss in losses if loss.field != field or loss.value != value)


def add_loss(losses: tuple[Loss, ...], loss: Loss) -> tuple[Loss, ...]:
    """One more; a field keeps only what was replaced last."""
    others = tuple(one for one in losses if one.field != loss.field)
    return (*others, loss)[-MOST_KEPT:]


def settle(losses: tuple[Loss, ...], field: str) -> tuple[Loss, ...]:
    """Without that field's: somebody looked at it and left it."""
    return tuple(loss for loss in losses if loss.field != field)
