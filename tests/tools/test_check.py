import io
import json
import tracemalloc
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.rule_table import RULES
from agent_desk.tools.check import check, parse_divisor
from agent_desk.tools.columns import Mapping, parse_mapping
from agent_desk.tools.rows import MOST_LINE_BYTES, Unusable
from tests.domain.parcels import data_file

HEADER = "shipment_id,piece_id,weight,weight_unit,length,width,height,length_unit\n"
PIECE_KEYS = {
    "shipment_id", "piece_id", "accepted", "refusals",
    "actual_weight_lb", "dimensional_weight_lb", "billable_weight_lb",
}  # fmt: skip


def run(content: str | bytes, *mappings: str, divisor: int = 166) -> tuple[bool, list[dict[str, Any]]]:
    written: list[str] = []
    stream = io.BytesIO(content.encode() if isinstance(content, str) else content)
    accepted = check(stream, written.append, [parse_mapping(one) for one in mappings], Fraction(divisor))
    return accepted, [json.loads(line) for line in "".join(written).splitlines()]


def pieces(rows: str | bytes) -> list[dict[str, Any]]:
    content = HEADER.encode() + (rows.encode() if isinstance(rows, str) else rows)
    return [one for one in run(content)[1] if "piece_id" in one]


def codes(answer: dict[str, Any]) -> list[str]:
    return [one["code"] for one in answer["refusals"]]


def test_each_piece_and_each_shipment_gets_a_line() -> None:
    accepted, answers = run(HEADER + "S1,1,118,lb,24,24,36,in\nS1,2,46.5,lb,24,18,20,in\nS2,1,1,kg,10,10,10,cm\n")
    assert accepted
    assert answers[0] == {
        "shipment_id": "S1", "piece_id": "1", "accepted": True, "refusals": [],
        "actual_weight_lb": 118, "dimensional_weight_lb": 124.915663, "billable_weight_lb": 125,
    }  # fmt: skip
    assert answers[2] == {
        "shipment_id": "S1", "pieces": 2, "total_weight_lb": 164.5, "accepted": True, "refusals": [],
    }  # fmt: skip
    assert [one["shipment_id"] for one in answers] == ["S1", "S1", "S1", "S2", "S2"]
    assert set(answers[3]) == PIECE_KEYS
    assert answers[3]["actual_weight_lb"] == 2.204623


def test_every_violation_of_a_piece_is_in_its_line() -> None:
    piece = pieces("S1,1,201,lb,121,24,0,in\n")[0]
    assert codes(piece) == ["piece.too_heavy", "piece.too_long", "piece.flat"]
    assert set(piece["refusals"][0]) == {"code", "rule", "field", "severity", "message"}
    assert piece["refusals"][0]["field"] == "weight"
    assert RULES[piece["refusals"][0]["code"]].rule == piece["refusals"][0]["rule"] == "LIM-1"


def test_the_unit_may_stand_in_the_cell_or_for_the_whole_column() -> None:
    cells = "shipment_id,piece_id,weight,length,width,height\nS,1,12.5 kg,1 ft,30.48cm,304.8 mm\n"
    _, answers = run(cells)
    assert answers[0]["actual_weight_lb"] == 27.557783
    assert answers[0]["dimensional_weight_lb"] == 10.409639
    columns = "a,b,w,x,y,z\nS,1,12500,304.8,304.8,304.8\n"
    names = ("shipment_id=a", "piece_id=b", "weight=w:g", "length=x:mm", "width=y:mm", "height=z:mm")
    assert run(columns, *names)[1] == answers


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("S,1,heavy,lb,1,1,1,in", ["piece.unreadable_weight"]),
        ("S,1,1,stone,1,1,1,in", ["piece.unreadable_weight"]),
        ("S,1,1,,1,1,1,in", ["piece.unreadable_weight"]),
        ("S,1,9999999999,lb,1,1,1,in", ["piece.unreadable_weight"]),
        ("S,1,1e3,lb,nan,1,inf,in", ["piece.unreadable_weight", "piece.unreadable_side", "piece.unreadable_side"]),
        ('S,1,"1,5",lb,1,1,1,in', ["piece.unreadable_weight"]),
        ("S,1,,lb,,,,in", ["piece.unweighed", "piece.unmeasured"]),
        ("S,1,-5,lb,1,1,-1,in", ["piece.negative_weight", "piece.negative_side"]),
        ("S,1,1,lb,1,1,1", ["row.ragged"]),
        ("S,1,1,lb,1,1,1,in,more", ["row.ragged"]),
        (",1,1,lb,1,1,1,in", ["row.nameless"]),
        ("S,,1,lb,1,1,1,in", ["row.nameless"]),
        ("S,1,=1+1,lb,1,1,1,in", ["piece.unreadable_weight"]),
        ("S,1,1\x00,lb,1,1,1,in", ["piece.unreadable_weight"]),
    ],
)
def test_a_bad_row_is_named_and_the_rest_go_on(row: str, expected: list[str]) -> None:
    bad, good = pieces(f"{row}\nT,1,1,lb,1,1,1,in\n")
    assert codes(bad) == expected
    assert not bad["accepted"]
    assert bad.get("line", 2) == 2
    assert good["accepted"]


def test_a_bad_row_says_its_line_even_after_quoted_line_breaks() -> None:
    found = pieces('S,"1\nand\nmore",1,lb,1,1,1,in\r\n\r\nS,2,x,lb,1,1,1,in\r\n')
    assert found[0]["piece_id"] == "1\nand\nmore"
    assert found[1]["line"] == 6


def test_bytes_of_any_origin_are_read() -> None:
    assert pieces("S,caf\u00e9 \U0001f4e6,1,lb,1,1,1,in\n")[0]["piece_id"] == "caf\u00e9 \U0001f4e6"
    assert pieces(b"S,caf\xe9,1,lb,1,1,1,in\n")[0]["piece_id"] == "caf\u00e9"
    _, answers = run(b"\xef\xbb\xbf" + HEADER.encode() + b"S,1,1,lb,1,1,1,in")
    assert answers[0]["accepted"]


def test_a_huge_field_and_a_huge_line_are_bounded() -> None:
    huge = "x" * 100_000
    found = pieces(f"S,{huge},1,lb,1,1,1,in\nS,2,1,lb,1,1,1,in\n")
    assert [codes(one) for one in found] == [["row.unreadable"], []]
    assert found[0]["line"] == 2
    many = ",".join(["1234567890"] * (MOST_LINE_BYTES // 10))
    found = pieces(f"S,{many}\nS,2,1,lb,1,1,1,in\n")
    assert [codes(one) for one in found] == [["row.unreadable"], []]


def test_limits_of_the_whole_shipment_are_on_its_line() -> None:
    rows = "".join(f"S,{n},60,lb,1,1,1,in\n" for n in range(11))
    accepted, answers = run(HEADER + rows)
    assert not accepted
    assert answers[-1]["pieces"] == 11
    assert answers[-1]["total_weight_lb"] == 660
    assert codes(answers[-1]) == ["shipment.too_many_pieces", "shipment.too_heavy"]


def test_the_total_is_not_known_while_a_piece_is_not() -> None:
    _, answers = run(HEADER + "S,1,,,1,1,1,in\nS,2,1,lb,1,1,1,in\n")
    assert answers[-1]["total_weight_lb"] is None
    assert not answers[-1]["accepted"]


def test_what_comes_twice_is_refused_the_second_time() -> None:
    row = "1,lb,1,1,1,in\n"
    _, answers = run(HEADER + f"S,1,{row}S,1,{row}T,1,{row}S,2,{row}")
    assert [codes(one) for one in answers] == [
        [], ["piece.repeated"], [], [], [], [], ["shipment.repeated"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty or not a CSV"),
        (HEADER.encode(), "no pieces"),
        (b"a,b\n1,2\n", "no column shipment_id, piece_id, weight, length, width, height"),
        (b"\xff\xfes\x00h\x00", "UTF-16"),
        (b"%PDF-1.7\n\x00\x01", "no column"),
        (b"weight," + HEADER.encode(), "twice"),
        (b"x" * 200_000, "empty or not a CSV"),
    ],
)
def test_a_file_that_is_no_such_csv_is_refused_whole(content: bytes, sentence: str) -> None:
    with pytest.raises(Unusable, match=sentence):
        run(content)


@pytest.mark.parametrize("text", ["weight", "colour=x", "weight="])
def test_a_mapping_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(Unusable, match="NAME=COLUMN"):
        parse_mapping(text)


def test_a_mapping_may_name_a_column_with_a_colon() -> None:
    assert parse_mapping("weight=net: g") == Mapping("weight", "net: g")
    assert parse_mapping("weight=net: g:kg") == Mapping("weight", "net: g", "kg")
    assert parse_mapping("piece_id=a:g") == Mapping("piece_id", "a:g")


@pytest.mark.parametrize("text", ["0", "-1", "x", "1e9", ""])
def test_a_divisor_is_a_number_above_0(text: str) -> None:
    with pytest.raises(Unusable, match="divisor"):
        parse_divisor(text)
    assert parse_divisor("139.5") == Fraction(279, 2)


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fall(content: bytes) -> None:
    _, answers = run(HEADER.encode() + b"S,1,1,lb,1,1,1,in\n" + content)
    assert answers[0]["accepted"]


@given(st.lists(st.text(max_size=20), min_size=8, max_size=8))
def test_no_text_makes_it_fall(cells: list[str]) -> None:
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    _, answers = run(HEADER + quoted + "\nlast,1,1,lb,1,1,1,in\n")
    assert answers[-2]["accepted"]


class Endless(io.RawIOBase):
    """A file of so many rows that never stands in memory whole."""

    def __init__(self, rows: int) -> None:
        self.lines = self._write(rows)

    @staticmethod
    def _write(rows: int) -> Iterator[bytes]:
        yield HEADER.encode()
        for number in range(rows):
            yield b"S%d,%d,%d.5,lb,10,%d,10,in\n" % (number // 5, number, number % 190, number % 90 + 1)

    def readline(self, size: int | None = -1, /) -> bytes:
        line = next(self.lines, b"")
        assert size is None or len(line) < size
        return line


def most_memory(rows: int) -> int:
    tracemalloc.start()
    check(Endless(rows), lambda _: None)  # type: ignore[arg-type]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def test_a_longer_file_takes_no_more_memory() -> None:
    most_memory(100)
    shorter, longer = most_memory(2_000), most_memory(8_000)
    # the names of shipments are kept up to a bound: 1200 more of them here
    assert longer - shorter < 300_000


def test_the_olist_products_give_exactly_the_published_figures() -> None:
    path = data_file("olist/products.csv")
    names = (
        "weight=product_weight_g:g", "length=product_length_cm:cm", "width=product_width_cm:cm",
        "height=product_height_cm:cm", "shipment_id=product_id", "piece_id=product_id",
    )  # fmt: skip
    accepted, answers = run(path.read_bytes(), *names, divisor=139)
    found = [one for one in answers if "piece_id" in one]
    assert not accepted
    assert len(found) == 16_545
    assert sum(one["accepted"] for one in found) == 16_542
    refused = [codes(one) for one in found if not one["accepted"]]
    assert sorted(refused) == [["piece.unweighed", "piece.unmeasured"]] * 2 + [["piece.weightless"]]
    known = [one for one in found if one["actual_weight_lb"] is not None]
    assert sum(one["actual_weight_lb"] > 50 for one in known) == 145
    assert sum(one["dimensional_weight_lb"] > one["actual_weight_lb"] for one in known) == 12_463
    assert sum(round(one["actual_weight_lb"] * 453.59237) for one in known) == 37_735_456
    assert sum(one["accepted"] for one in answers if "pieces" in one) == 16_542


def test_the_long_sofas_are_refused() -> None:
    names = ("shipment_id=SKU", "piece_id=model", "weight=sit_depth", "length=width", "width=depth", "height=height")
    _, answers = run(data_file("sofas/sofacompany.csv").read_bytes(), *names)
    long = [one for one in answers if "piece_id" in one and "piece.too_long" in codes(one)]
    assert len(long) == 6
