"""SYN-5: where two desks wrote over each other, the later arrival stands and what it replaced is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from agent_desk.domain.values import Name, Text, Value, When

FieldName = Annotated[Text, StringConstraints(min_length=1, max_length=60)]
"""`phone`, `line:` and the id of a cart's line, `product:` and the id of what was taken out of a cart."""
MOST_KEPT = 20
"""Of one aggregate; the oldest go first."""


Plain = str | int | dict[str, Any]


class Loss(Value):
    """A value that somebody replaced without having seen it."""

    field: FieldName
    label: Name
    """What it is called at the counter."""
    value: Plain
    instead: Plain
    by: Name
    """Who replaced it, and at which desk."""
    at: When


Losses = Annotated[tuple[Loss, ...], Field(max_length=MOST_KEPT)]


@dataclass(frozen=True, slots=True)
class Replacement:
    """What somebody writes over one field, and what stood there for them."""

    field: str
    label: str
    seen: Plain | None
    """None where nobody said: then nothing counts as unseen."""
    now: Plain


def line_field(line: UUID) -> str:
    """What a loss calls the quantity of a cart's line."""
    return f"line:{line}"


def product_field(product: UUID) -> str:
    """What a loss calls so many of a product that were taken out of a cart."""
    return f"product:{product}"


def replace(losses: tuple[Loss, ...], made: Replacement, present: Plain, by: str, at: datetime) -> tuple[Loss, ...]:
    """The losses after it: what stands again is none any more, what stood there unseen is one."""
    left = put_back(losses, made.field, made.now)
    if made.seen is None or present in (made.seen, made.now):
        return left
    return add_loss(left, Loss(field=made.field, label=made.label, value=present, instead=made.now, by=by, at=at))


def rename(losses: tuple[Loss, ...], field: str, to: str, instead: Plain) -> tuple[Loss, ...]:
    """A field's loss under another name, where what replaced it has gone too."""
    for loss in losses:
        if loss.field == field:
            renamed = loss.model_copy(update={"field": to, "instead": instead})
            return add_loss(settle(losses, field), renamed)
    return losses


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
