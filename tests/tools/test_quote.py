import io
import json
from pathlib import Path
from typing import Any

import pytest

from agent_desk.sample import load_price_book
from agent_desk.tools.quote import quote_file, read_asked, to_request
from agent_desk.tools.rows import Unusable
from tests.domain.parcels import AT, THE_PICTURE

PICTURED: dict[str, Any] = {
    "origin": "EWR",
    "destination": "GEO",
    "deliver_to": {"region": 2, "place": "Charity", "directions": "Public Road, yellow house by koker"},
    "description": "Tools, water pump, louvre frames",
    "declared_value_usd": "1450.00",
    "insured": True,
    "discount_percent": "5",
    "at": AT.isoformat(),
    "pieces": [
        {"weight": "118 lb", "length": "2 ft", "width": "24 in", "height": "36 in"},
        {"weight": "46.5 lb", "length": "24 in", "width": "18 in", "height": "20 in"},
        {"weight": "64 lb", "length": "126 in", "width": "14 in", "height": "10 in"},
        {"weight": "212 lb", "length": "30 in", "width": "24 in", "height": "26 in"},
    ],
}
SMALL = {**PICTURED, "pieces": [{"weight": "10 kg", "length": "30 cm", "width": "300 mm", "height": "0.3 m"}]}


def run(asked: object, pdf: Path | None = None, book: Path | None = None) -> tuple[int, dict[str, Any]]:
    out = io.StringIO()
    code = quote_file(io.BytesIO(json.dumps(asked).encode()), out, pdf, book)
    return code, json.loads(out.getvalue())


def test_the_picture_is_priced_step_by_step_for_every_service() -> None:
    code, answer = run(PICTURED)
    express, economy, ocean = answer["services"]
    assert code == 1
    assert [one["code"] for one in answer["refusals"]] == ["piece.too_long", "piece.too_heavy"]
    assert (express["offered"], express["total_usd"], economy["total_usd"]) == (False, None, "2111.20")
    assert (ocean["total_usd"], ocean["total_gyd"], ocean["shipping_usd"]) == ("1059.21", "221375.00", "384.22")
    assert ocean["steps"][1] == {
        "code": "fuel", "label": "Fuel", "working": "6 %", "exact_usd": "18.4884", "amount_usd": "18.49",
    }  # fmt: skip
    assert ocean["pieces"][2] == {
        "actual_lb": "64", "dimensional_lb": "106.26506", "billable_lb": "107", "governed_by": "size",
    }  # fmt: skip
    assert {"code": "piece.too_long", "piece": 3, "service": "ocean", "label": "Split in 2, +USD 7.13",
            "price_delta_usd": "7.13"} in answer["fixes"]  # fmt: skip


def test_what_can_go_ends_with_0_and_unknown_sizes_give_a_range() -> None:
    assert run(SMALL)[0] == 0
    code, answer = run({**SMALL, "pieces": [{"weight": "10 kg", "height": " "}]})
    ocean = answer["services"][2]
    assert code == 1
    assert ocean["total_usd"] is None
    assert float(ocean["least_usd"]) < float(ocean["most_usd"])
    assert ocean["unknown"] == "Size of piece 1"


def test_the_quote_is_written_as_a_pdf(tmp_path: Path) -> None:
    run({**SMALL, "service": "air_economy"}, tmp_path / "chosen.pdf")
    run(SMALL, tmp_path / "cheapest.pdf")
    assert (tmp_path / "chosen.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "cheapest.pdf").stat().st_size > 1000


def test_there_is_no_pdf_of_a_service_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="No service teleport"):
        run({**SMALL, "service": "teleport"}, tmp_path / "none.pdf")
    with pytest.raises(Unusable, match="nothing to print"):
        run({**SMALL, "pieces": []}, tmp_path / "none.pdf")
    assert not (tmp_path / "none.pdf").exists()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ([], "not a request for a quote"),
        ({**SMALL, "colour": "red"}, "colour: Extra inputs"),
        ({"origin": "EWR"}, "destination: Field required"),
        ({**SMALL, "pieces": [{"weight": "heavy"}]}, "pieces.1.weight: write 'heavy' as a number with lb"),
        ({**SMALL, "pieces": [{"length": "3 stones"}]}, "pieces.1.length: write '3 stones'"),
        ({**SMALL, "declared_value_usd": "-1"}, "declared_value_usd"),
        ({**SMALL, "declared_value_usd": "NaN"}, "declared_value_usd"),
        ({**SMALL, "pieces": [{}] * 101}, "pieces"),
        ({**SMALL, "at": "2026-11-21T10:00:00"}, "a time needs its zone"),
        ({**SMALL, "description": "\x00"}, "NUL"),
    ],
)
def test_what_is_no_request_is_refused_with_a_sentence(asked: object, sentence: str) -> None:
    with pytest.raises(Unusable, match=sentence):
        run(asked)


def test_a_request_is_bounded_and_may_begin_with_a_mark() -> None:
    with pytest.raises(Unusable, match="1 MB"):
        read_asked(b" " * (2 << 20))
    asked = read_asked(b"\xef\xbb\xbf" + json.dumps(PICTURED).encode())
    assert to_request(asked).declared_value == THE_PICTURE.declared_value


def test_another_price_book_may_be_given(tmp_path: Path) -> None:
    empty = tmp_path / "empty.json"
    empty.write_text('{"rate_cards": [], "exchange_rates": [], "tax_tables": [], "trade_rules": []}', encoding="utf-8")
    code, answer = run(SMALL, book=empty)
    assert (code, answer["services"], answer["exchange_rate"]) == (1, [], None)
    empty.write_text("[]", encoding="utf-8")
    with pytest.raises(Unusable, match="is not a price book"):
        run(SMALL, book=empty)


def test_the_sample_has_what_the_counter_needs_and_stable_ids() -> None:
    book, again = load_price_book(), load_price_book()
    assert book == again
    assert len({card.id for card in book.cards}) == 30
    rules = book.rules_at(AT)
    assert rules is not None
    assert [one.code for one in rules.destinations] == ["GEO", "LTM", "NAM", "POS", "BGI"]
    for origin in ("EWR", "MIA"):
        for destination in rules.destinations:
            assert len(book.cards_at(AT, origin, destination.code)) == 3
            table = book.taxes_at(AT, destination.country)
            assert table is not None
            assert "ample, check with" in table.source
    regions = {place.region for place in rules.destinations[0].places}
    assert regions == set(range(1, 11))
