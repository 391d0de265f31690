"""Two desks without a link change the same fields, then both are healed: what becomes of every last word."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Edit = tuple[int, str, str]
"""A document by its place, a field, and what is written into it."""
FIELDS = ("phone", "email", "note")
EACH = 200
"""Edits of each desk."""
DOCUMENTS = 20


@dataclass(frozen=True, slots=True)
class Fates:
    """What became of the last word of each desk on each field."""

    written: int
    stand: int
    told: int
    """Replaced, kept, and shown to a person."""
    unseen: int
    """Replaced and kept where nobody is told of them."""
    gone: int


def make_edits(side: Literal["a", "b"]) -> list[Edit]:
    """The same every time; no value is written twice."""
    chance = random.Random(f"edits of {side}")
    made = []
    for n in range(EACH):
        field = chance.choice(FIELDS)
        value = f"{side}{n}@example.com" if field == "email" else f"+592 6{n:02d} {1000 + ord(side) + n}"
        made.append((chance.randrange(DOCUMENTS), field, value))
    return made


def judge(
    edits: Iterable[list[Edit]],
    stands: list[dict[str, str]],
    told: Iterable[tuple[int, str, str]] = (),
    unseen: Iterable[tuple[int, str, str]] = (),
) -> Fates:
    """A desk that wrote over its own words has lost none of them."""
    last = [word for side in edits for word in {(at, field): (at, field, value) for at, field, value in side}.values()]
    told, unseen = set(map(tuple, told)), set(map(tuple, unseen))  # type: ignore[arg-type]  # lists of a JSON line
    fates = {"stand": 0, "told": 0, "unseen": 0, "gone": 0}
    for at, field, value in last:
        word = (at, field, value)
        fate = (
            "stand" if stands[at].get(field) == value
            else "told" if word in told
            else "unseen" if word in unseen
            else "gone"
        )  # fmt: skip
        fates[fate] += 1
    return Fates(len(last), **fates)
