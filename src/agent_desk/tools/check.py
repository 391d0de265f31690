"""`agent-desk check`: a CSV of pieces in, a JSON line for each piece and shipment out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, BinaryIO

from agent_desk.domain.limits import SIDES, Measures, check_measures, check_totals
from agent_desk.domain.measure import parse_length, parse_weight
from agent_desk.domain.refusal import Refusal
from agent_desk.domain.rule_table import refusal
from agent_desk.domain.weighing import Weighing, weigh
from agent_desk.tools.columns import Columns, Mapping, find_columns
from agent_desk.tools.rows import BadRow, Unusable, read_rows

CELLS_KEPT = 1 << 14
"""Figures repeat, so a cell is read once; bounded, like everything here."""
NAMES_KEPT = 1 << 16
"""How many shipments back a repeated name is noticed."""
DEFAULT_DIVISOR = Fraction(166)
_ONE = Fraction(1)

Json = dict[str, Any]
_Cell = tuple[Fraction | None, str, bool]
"""The figure, the code of what is wrong with how it is written, and whether no rule stands against it."""


def check(
    stream: BinaryIO,
    write: Callable[[str], object],
    mappings: Sequence[Mapping] = (),
    divisor: Fraction = DEFAULT_DIVISOR,
) -> bool:
    """Writes a JSON object for each piece and shipment; True when all are accepted. Raises Unusable."""
    rows = read_rows(stream)
    header = next(rows, (0, BadRow("")))[1]
    if isinstance(header, BadRow):
        raise Unusable("The file is empty or not a CSV. Its first line must name the columns.")
    checker = _Checker(find_columns(header, mappings), Weighing(divisor))
    dump = json.JSONEncoder(check_circular=False).encode
    for answer in checker.answers(rows):
        write(f"{dump(answer)}\n")
    if not checker.rows:
        raise Unusable("The file has a header and no pieces. Add a row for each piece.")
    return checker.sound


def parse_divisor(text: str) -> Fraction:
    """A divisor as somebody typed it; raises Unusable."""
    if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text) is None or not Fraction(text):
        raise Unusable(f"--divisor {text}: write a number above 0, such as 166.")
    return Fraction(text)


class _Checker:
    """One pass over the rows; keeps the shipment it is in and nothing of those before but some names."""

    def __init__(self, columns: Columns, way: Weighing) -> None:
        self._columns = columns
        self._way = way
        self._ids = (columns.index["shipment_id"], columns.index["piece_id"])
        self._cells = [
            (read, columns.index[name], columns.units.get(name), columns.index.get(unit_column))
            for name, read, unit_column in (
                ("weight", _weight_cell, "weight_unit"),
                *((side, _side_cell, "length_unit") for side in SIDES),
            )
        ]
        self._seen: dict[str, None] = {}
        self._shipment: _Shipment | None = None
        self.rows = 0
        self.sound = True

    def answers(self, rows: Iterator[tuple[int, list[str] | BadRow]]) -> Iterator[Json]:
        for line, row in rows:
            self.rows += 1
            if isinstance(row, BadRow):
                self.sound = False
                yield _piece(None, None, [refusal("row.unreadable", why=row.why)], line=line)
                continue
            name = row[self._ids[0]].strip() if self._ids[0] < len(row) else ""
            if self._shipment is None or (name and name != self._shipment.name):
                if self._shipment is not None:
                    yield self._close(self._shipment)
                self._shipment = _Shipment(name, repeated=self._remember(name))
            yield self._answer(row, name, line, self._shipment)
        if self._shipment is not None:
            yield self._close(self._shipment)

    def _answer(self, row: list[str], name: str, line: int, shipment: _Shipment) -> Json:
        if len(row) != self._columns.width:
            ragged = refusal("row.ragged", found=len(row), wanted=self._columns.width)
            return self._bad(_piece(name or None, None, [ragged], line=line), shipment, name)
        piece = row[self._ids[1]].strip()
        if not name or not piece:
            nameless = refusal("row.nameless", "piece_id" if name else "shipment_id")
            return self._bad(_piece(name or None, piece or None, [nameless], line=line), shipment, name)
        cells = self._read(row)
        (weight, _, _), *sides = cells
        measures = Measures(weight, (sides[0][0], sides[1][0], sides[2][0]))
        refusals: list[Refusal] = []
        wrong = False
        if not all(sound for _, _, sound in cells):
            named = {field: code for (_, code, _), field in zip(cells, ("weight", *SIDES), strict=True) if code}
            wrong = bool(named)
            refusals = [refusal(code, field) for field, code in named.items()]
            refusals += [one for one in check_measures(measures, to_ship=True) if not _same_fault(one, named)]
        if piece in shipment.pieces:
            refusals = [*refusals, refusal("piece.repeated")]
        shipment.add(piece, weight, sound=not refusals)
        if refusals:
            self.sound = False
        answer = _piece(name, piece, refusals, line=line if wrong else None)
        actual, dimensional, billable = weigh(measures, self._way)
        answer["actual_weight_lb"] = _number(actual)
        answer["dimensional_weight_lb"] = _number(dimensional)
        answer["billable_weight_lb"] = _number(billable)
        return answer

    def _bad(self, answer: Json, shipment: _Shipment, name: str) -> Json:
        """The answer to a row that could not be read; it still counts in the shipment it names."""
        self.sound = False
        if name:
            shipment.add("", None, sound=False)
        return answer

    def _read(self, row: list[str]) -> list[_Cell]:
        """Weight, length, width and height as they are written in this row."""
        return [
            read(row[index], unit or ("" if unit_index is None else row[unit_index]))
            for read, index, unit, unit_index in self._cells
        ]

    def _close(self, shipment: _Shipment) -> Json:
        refusals = check_totals(shipment.count, shipment.weight)
        if shipment.repeated:
            refusals.append(refusal("shipment.repeated"))
        accepted = shipment.sound and not refusals
        self.sound = self.sound and accepted
        return {
            "shipment_id": shipment.name,
            "pieces": shipment.count,
            "total_weight_lb": _number(shipment.weight) if shipment.weighed else None,
            "accepted": accepted,
            "refusals": [_refusal(one) for one in refusals],
        }

    def _remember(self, name: str) -> bool:
        if name in self._seen:
            return True
        self._seen[name] = None
        if len(self._seen) > NAMES_KEPT:
            del self._seen[next(iter(self._seen))]
        return False


class _Shipment:
    """The pieces of one shipment so far."""

    MOST_NAMES = 1000

    def __init__(self, name: str, *, repeated: bool) -> None:
        self.name = name
        self.repeated = repeated
        self.pieces: set[str] = set()
        self.count = 0
        self.weight = Fraction(0)
        self.weighed = True
        self.sound = True

    def add(self, piece: str, weight: Fraction | None, *, sound: bool) -> None:
        self.count += 1
        if piece and len(self.pieces) < self.MOST_NAMES:
            self.pieces.add(piece)
        self.sound = self.sound and sound
        if weight is None:
            self.weighed = False
        elif weight.numerator > 0:
            self.weight = self.weight + weight if self.weight else weight


@lru_cache(CELLS_KEPT)
def _weight_cell(text: str, unit: str) -> _Cell:
    if not text.strip():
        return None, "", False
    known = parse_weight(f"1 {unit}") if unit else None
    weight = parse_weight(text, None if known is None else known.unit)
    if weight is None:
        return None, "piece.unreadable_weight", False
    return weight.lb, "", not check_measures(Measures(weight.lb, (_ONE, _ONE, _ONE)), to_ship=True)


@lru_cache(CELLS_KEPT)
def _side_cell(text: str, unit: str) -> _Cell:
    if not text.strip():
        return None, "", False
    known = parse_length(f"1 {unit}") if unit else None
    length = parse_length(text, None if known is None else known.unit)
    if length is None:
        return None, "piece.unreadable_side", False
    return length.inches, "", not check_measures(Measures(_ONE, (length.inches, _ONE, _ONE)), to_ship=True)


def _same_fault(one: Refusal, named: dict[str, str]) -> bool:
    """An unreadable figure is not called missing as well."""
    if one.code == "piece.unweighed":
        return "weight" in named
    return one.code == "piece.unmeasured" and any(side in named for side in SIDES)


def _piece(name: str | None, piece: str | None, refusals: list[Refusal], *, line: int | None) -> Json:
    answer: Json = {"shipment_id": name, "piece_id": piece}
    if line is not None:
        answer["line"] = line
    answer["accepted"] = not refusals
    answer["refusals"] = [_refusal(one) for one in refusals]
    answer["actual_weight_lb"] = answer["dimensional_weight_lb"] = answer["billable_weight_lb"] = None
    return answer


def _refusal(one: Refusal) -> Json:
    return {
        "code": one.code,
        "rule": one.rule,
        "field": one.field,
        "severity": one.severity.value,
        "message": one.message,
    }


def _number(exact: Fraction | None) -> float | int | None:
    """Pounds to a millionth, halves up, worked out in whole numbers."""
    if exact is None:
        return None
    numerator, denominator = exact.as_integer_ratio()
    if denominator == 1:
        return numerator
    return ((2_000_000 * numerator + denominator) // (2 * denominator)) / 1_000_000
