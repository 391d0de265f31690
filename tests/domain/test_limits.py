import csv
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.limits import (
    FILE_BYTES,
    check_address,
    check_bookings,
    check_email,
    check_file,
    check_piece,
    check_pieces,
    check_request,
    find_file_type,
)
from agent_desk.domain.measure import LengthUnit, Weight, WeightUnit, parse_length, parse_weight
from agent_desk.domain.money import gyd, usd
from agent_desk.domain.people import Address
from agent_desk.domain.places import find_destination, search_places
from agent_desk.domain.refusal import Refusal, Severity
from agent_desk.domain.rule_table import RULES, refusal
from agent_desk.domain.shipping import Piece
from tests.domain.parcels import AT, BOOK, THE_PICTURE, a_piece, a_request, data_file, inches, lb

GEORGETOWN = find_destination(BOOK.rules_at(AT), "GEO")


def codes(refusals: tuple[Refusal, ...]) -> list[str]:
    return [one.code for one in refusals]


def stopping(refusals: tuple[Refusal, ...]) -> list[str]:
    return [one.code for one in refusals if one.stops]


def test_there_are_thirty_rules_and_each_says_what_to_do() -> None:
    assert len(RULES) >= 30
    for code, rule in RULES.items():
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", code)
        assert rule.code == code
        assert rule.rule
        assert rule.field
        assert rule.sentence.endswith(".")


def boundaries() -> list[dict[str, str]]:
    with data_file("rules/boundaries.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def judge(row: dict[str, str]) -> bool:
    """Whether the rules accept what a line of the boundaries says."""
    quantity, value, unit = row["quantity"], row["value"], row["unit"]
    if quantity == "piece weight":
        return not stopping(check_piece(Piece(weight=parse_weight(value, WeightUnit(unit)))))
    if quantity == "shipment weight":
        whole = parse_weight(value, WeightUnit(unit))
        assert whole is not None
        parts = tuple(Piece(weight=Weight(value=whole.value / 4, unit=whole.unit)) for _ in range(4))
        return not stopping(check_pieces(parts))
    if quantity == "side":
        return not stopping(check_piece(Piece(length=parse_length(value, LengthUnit(unit)))))
    if quantity == "pieces":
        return not stopping(check_pieces((a_piece(),) * int(value)))
    assert quantity == "email"
    return not check_email("a" * 50 + "@" + "b" * 60 + "." + "c" * 60 + "." + "d" * 60 + "." + "e" * (int(value) - 234))


def test_every_boundary_comes_out_as_written() -> None:
    rows = boundaries()
    assert len(rows) > 15
    wrong = [row for row in rows if judge(row) is not (row["accept"] == "yes")]
    assert wrong == []


def test_all_violations_are_reported_at_once_blocking_first() -> None:
    found = check_request(THE_PICTURE, BOOK, AT)
    assert [(one.code, one.field, one.severity) for one in found] == [
        ("piece.too_long", "pieces.3.length", Severity.BLOCKS),
        ("piece.too_heavy", "pieces.4.weight", Severity.BLOCKS),
        ("goods.battery_unclear", "pieces.2.contents", Severity.WARNS),
    ]
    assert found[0].message == "126 in. Send as 2 × 63 in, or ask for a special quote."
    assert found[1].message == "212 lb. Take off 12 lb, or ask for a special quote."


def test_a_battery_whose_packing_is_said_is_clear() -> None:
    assert codes(check_piece(a_piece(contents="Cordless drill", packing="Carton, inside the tool"))) == []


@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        (a_piece("0"), ["piece.weightless"]),
        (a_piece("-1"), ["piece.negative_weight"]),
        (a_piece("1", "0 1 -1"), ["piece.flat", "piece.negative_side"]),
        (a_piece(None, None), ["piece.weight_unknown", "piece.size_unknown"]),
        (a_piece("200", "120 120 120"), []),
        (a_piece("201", "121 120 121"), ["piece.too_heavy", "piece.too_long", "piece.too_long"]),
    ],
)
def test_a_piece_is_judged_by_weight_and_sides(piece: Piece, expected: list[str]) -> None:
    assert codes(check_piece(piece)) == expected


def test_unknown_figures_only_warn_in_a_quote_and_block_what_is_to_ship() -> None:
    unknown = a_piece(None, None)
    assert not any(one.stops for one in check_piece(unknown))
    assert codes(check_piece(unknown, to_ship=True)) == ["piece.unweighed", "piece.unmeasured"]


def test_a_figure_just_over_its_limit_is_not_shown_as_the_limit() -> None:
    assert check_piece(a_piece("200.000001"))[0].message.startswith("200.000001 lb.")
    kilograms = Piece(weight=Weight(value=Decimal("90.72"), unit=WeightUnit.KG))
    assert check_piece(kilograms)[0].message.startswith("200.01 lb.")


@given(st.lists(st.integers(1, 200), min_size=1, max_size=12))
def test_a_shipment_is_refused_exactly_when_its_sum_or_count_is_over(weights: list[int]) -> None:
    found = codes(check_pieces(tuple(a_piece(str(weight)) for weight in weights)))
    assert ("shipment.too_heavy" in found) is (sum(weights) > 500)
    assert ("shipment.too_many_pieces" in found) is (len(weights) > 10)


@given(st.decimals(min_value=1, max_value=400, places=6), st.sampled_from(list(WeightUnit)))
def test_a_weight_is_judged_the_same_in_every_unit(pounds: Decimal, unit: WeightUnit) -> None:
    grams = Weight(value=pounds * Decimal("453.59237"), unit=WeightUnit.G)
    exact = Weight(value=pounds * 16, unit=WeightUnit.OZ) if unit is WeightUnit.OZ else grams
    assert codes(check_piece(a_piece(weight=None).model_copy(update={"weight": exact}))) == codes(
        check_piece(a_piece(str(pounds))),
    )


@pytest.mark.parametrize(
    ("changed", "code", "severity"),
    [
        ({"declared_value": usd(-1)}, "declared_value.negative", Severity.BLOCKS),
        ({"declared_value": gyd(100)}, "declared_value.not_usd", Severity.BLOCKS),
        ({"declared_value": usd(0), "insured": True}, "insurance.worthless", Severity.BLOCKS),
        ({"dangerous": True}, "goods.dangerous", Severity.MANAGER),
        ({"goods": "weapons"}, "goods.forbidden", Severity.BLOCKS),
        ({"goods": "alcohol"}, "goods.restricted", Severity.MANAGER),
        ({"goods": "unheard of"}, "goods.unknown", Severity.BLOCKS),
        ({"description": " "}, "goods.undescribed", Severity.WARNS),
        ({"origin": "LHR"}, "origin.unknown", Severity.BLOCKS),
        ({"destination": "LHR"}, "destination.unknown", Severity.BLOCKS),
        ({"destination": "POS"}, "address.other_country", Severity.BLOCKS),
        ({"pieces": ()}, "shipment.empty", Severity.BLOCKS),
    ],
)
def test_a_request_is_judged_by_goods_value_and_route(
    changed: dict[str, object], code: str, severity: Severity
) -> None:
    found = {one.code: one.severity for one in check_request(a_request(**changed), BOOK, AT)}
    assert found[code] is severity


def test_a_sound_request_has_nothing_against_it() -> None:
    assert check_request(a_request(), BOOK, AT) == ()


def test_a_restricted_destination_and_a_missing_duty_table_are_said() -> None:
    rules = BOOK.rules[0]
    closed = tuple(one.model_copy(update={"restricted": "Flooded."}) for one in rules.destinations)
    book = replace(BOOK, rules=(rules.model_copy(update={"destinations": closed}),), taxes=())
    assert codes(check_request(a_request(), book, AT)) == ["destination.restricted", "taxes.unknown"]


def test_no_postcode_and_no_street_is_demanded_but_a_region_is() -> None:
    assert codes(check_address(Address(region=2, place="Charity", directions="by koker"), GEORGETOWN)) == []
    assert codes(check_address(Address(place="Good Hope", line="Lot 3"), GEORGETOWN)) == [
        "address.regionless",
        "address.unlisted",
    ]
    assert codes(check_address(Address(region=4), GEORGETOWN)) == ["address.placeless", "address.hard_to_find"]


def test_one_place_name_stands_in_several_regions() -> None:
    assert GEORGETOWN is not None
    assert [place.region for place in search_places(GEORGETOWN, " good  HOPE")] == [2, 3, 6]
    assert search_places(GEORGETOWN, "hope")[0].name == "Hope"


def test_a_file_is_judged_by_size_and_content() -> None:
    heads = {
        b"\xff\xd8\xff\xe0": "image/jpeg",
        b"\x89PNG\r\n\x1a\n": "image/png",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ": "image/webp",
        b"%PDF-1.7": "application/pdf",
        b"RIFF\x00\x00\x00\x00WAVE": None,
        b"<svg": None,
    }
    assert {head: find_file_type(head) for head in heads} == heads
    assert check_file(FILE_BYTES, b"%PDF-1.7") == ()
    assert codes(check_file(FILE_BYTES + 1, b"MZ")) == ["file.too_large", "file.not_allowed"]
    assert codes(check_file(0, b"")) == ["file.empty"]


def test_bookings_stop_at_the_limit_that_a_manager_set() -> None:
    assert check_bookings(4, 5) == ()
    assert codes(check_bookings(5, 5)) == ["agent.booked_out"]


def test_a_refusal_says_where_it_is() -> None:
    one = refusal("piece.flat", "pieces.2.height")
    assert (one.field, one.rule) == ("pieces.2.height", "LIM-3")
    assert check_piece(a_piece(height=inches("0")), 2)[0] == one
    assert lb("1").lb == 1
