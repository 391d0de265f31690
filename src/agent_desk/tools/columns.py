"""Which column of a CSV holds what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent_desk.domain.measure import LengthUnit, WeightUnit
from agent_desk.tools.rows import Unusable

NEEDED = ("shipment_id", "piece_id", "weight", "length", "width", "height")
UNITS = ("weight_unit", "length_unit")
_MEASURES: dict[str, type[WeightUnit | LengthUnit]] = {
    "weight": WeightUnit,
    "length": LengthUnit,
    "width": LengthUnit,
    "height": LengthUnit,
}


@dataclass(frozen=True, slots=True)
class Mapping:
    """`weight=product_weight_g:g`: our name, the column's and the unit of every cell in it."""

    name: str
    column: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """The index of each column, and the unit that a whole column is in."""

    width: int
    index: dict[str, int]
    units: dict[str, str]


def parse_mapping(text: str) -> Mapping:
    """The mapping that `text` writes; raises Unusable with what is wrong."""
    name, equals, rest = text.partition("=")
    column, colon, unit = rest.rpartition(":")
    if not colon:
        column, unit = rest, ""
    if not equals or name not in (*NEEDED, *UNITS) or not column:
        wanted = ", ".join((*NEEDED, *UNITS))
        raise Unusable(f"--column {text}: write NAME=COLUMN or NAME=COLUMN:UNIT, NAME one of {wanted}.")
    if not unit:
        return Mapping(name, column)
    kinds = _MEASURES.get(name)
    if kinds is None or unit not in [one.value for one in kinds]:
        # a colon may also be part of the column's own name
        return Mapping(name, rest)
    return Mapping(name, column, unit)


def find_columns(header: Sequence[str], mappings: Sequence[Mapping]) -> Columns:
    """Where everything stands under this header; raises Unusable when it is not such a CSV."""
    names = [cell.strip() for cell in header]
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        raise Unusable(f"The header names {', '.join(repeated)} twice. Give each column its own name.")
    chosen = {mapping.name: mapping for mapping in mappings}
    plain = {name.casefold(): number for number, name in enumerate(names)}
    index: dict[str, int] = {}
    missing: list[str] = []
    for name in (*NEEDED, *UNITS):
        column = chosen[name].column if name in chosen else name
        found = names.index(column) if column in names else plain.get(column.casefold())
        if found is not None:
            index[name] = found
        elif name in NEEDED or name in chosen:
            missing.append(column)
    if missing:
        raise Unusable(
            f"This is not a CSV of pieces: no column {', '.join(missing)} in its first line. "
            "Add it, or say which column it is with --column NAME=COLUMN.",
        )
    units = {name: mapping.unit for name, mapping in chosen.items() if mapping.unit}
    return Columns(len(names), index, units)
