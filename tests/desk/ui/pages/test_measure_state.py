"""What the Measure page says of a piece, without Qt."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.desk.ui.pages.measure.state import (
    Entered,
    Part,
    billed,
    compare,
    fault_of,
    missing,
    next_part,
    other_unit,
    over_of,
    record_words,
    room_left,
    services,
    verdict,
)
from agent_desk.desk.usecases.measuring import PieceRules, PieceShown
from agent_desk.desk.usecases.ports import Standing
from agent_desk.domain.measure import Weight, WeightUnit
from agent_desk.domain.money import usd
from agent_desk.domain.refusal import blocks
from agent_desk.domain.shipping import Hold
from tests.desk.ui.pages.parcels_waiting import BOOK, PICTURED, a_shipment

SHIPMENT = a_shipment(871, *PICTURED)
PIECE = PieceShown(SHIPMENT, SHIPMENT.pieces[0], Standing())
RULES = PieceRules(
    card=BOOK.find_card(SHIPMENT.offer.card_id),
    cards=BOOK.cards_at(SHIPMENT.booked_at, "EWR", "NAM"),
    tolerance_percent=Decimal(10),
    origin="Newark",
    destination="New Amsterdam",
)


def entered(
    weight: str = "46.3", length: str = "25", width: str = "18.5", height: str = "20", **more: object
) -> Entered:
    made = Entered(**more)  # type: ignore[arg-type]
    texts: dict[Part, str] = {"weight": weight, "length": length, "width": width, "height": height}
    for part, text in texts.items():
        made = made.with_text(part, text)
    return made


def test_the_pictured_piece_differs_as_in_the_picture() -> None:
    weight, length, width, height = compare(PIECE, entered(), RULES)
    assert (weight.declared, weight.measured, weight.difference, weight.beyond) == ("38", "46.3", "+8.3", "21.8 %")
    assert (length.difference, width.difference, height.difference) == ("+1", "+0.5", "0")
    assert not any(column.beyond for column in (length, width, height))


def test_the_pictured_piece_weighs_as_in_the_picture() -> None:
    view = billed(entered(), RULES)
    assert (view.room, view.billable) == ("5.4 cubic ft, size weight 55.7 lb", "Billable 56 lb")
    assert other_unit(Weight(value=Decimal("46.3"))) == "21.0 kg"


def test_the_pictured_room_is_left() -> None:
    piece, side, shipment = room_left(PIECE, entered())
    assert (piece.words, side.words) == ("153.7 lb left", "95 in left")
    assert shipment.label == "Shipment, 1 of 2"


def test_the_tight_service_says_what_would_make_it_fit() -> None:
    tight, *others = services(entered(), RULES)
    assert tight.fits is False
    assert tight.limits == "50 lb, and 62 in L+W+H"
    assert [room.words for room in tight.rooms] == ["3.7 lb left", "1.5 in over"]
    assert tight.advice == "Fits if the carton is cut down by 2 in."
    assert all(other.fits for other in others)


def test_dangerous_goods_fit_only_where_they_are_taken() -> None:
    fits = {one.label: one.fits for one in services(entered(dangerous=True), RULES)}
    assert fits["Ocean"] is True
    assert fits["Air economy"] is False


def test_nothing_is_said_to_fit_before_it_is_measured() -> None:
    assert all(one.fits is None and not one.advice for one in services(entered(height=""), RULES))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (entered(weight=""), "Type the weight"),
        (entered(weight="x"), "Correct the weight"),
        (entered(height="0"), "Correct the height"),
        (entered(width=""), "Type the width"),
        (entered(), "Say if it is dangerous"),
        (entered(dangerous=False), ""),
    ],
)
def test_the_button_says_what_is_missing_in_the_order_of_work(state: Entered, said: str) -> None:
    assert missing(state, PIECE) == said
    assert record_words(state, PIECE, None) == (said or "Record")


def test_without_a_piece_only_a_piece_is_missing() -> None:
    assert missing(entered(dangerous=False), None) == "Scan or type a piece first"


def test_a_unit_typed_behind_the_figure_becomes_the_field_s_own() -> None:
    settled = entered(weight="20.9kg").settled("weight")
    assert (settled.text_of("weight"), settled.unit_of("weight")) == ("20.9", WeightUnit.KG)
    assert settled.weight == Weight(value=Decimal("20.9"), unit=WeightUnit.KG)


def test_the_switch_changes_empty_fields_only() -> None:
    state = replace(entered(height=""), metric=True)
    assert (state.unit_of("weight"), state.unit_of("height")) == ("lb", "cm")
    heads = [column.head for column in compare(PIECE, state, RULES)]
    assert heads == ["Weight, kg", "Length, cm", "Width, cm", "Height, cm"]


@given(st.decimals(min_value="0.01", max_value="500", places=2), st.sampled_from(["lb", "kg"]))
def test_the_other_unit_never_changes_what_is_recorded(value: Decimal, unit: str) -> None:
    state = entered(weight=f"{value} {unit}").settled("weight")
    assert state.weight is not None
    assert state.weight.lb == Weight(value=value, unit=WeightUnit(unit)).lb


@given(st.text(max_size=40))
def test_no_text_in_a_field_breaks_the_page(text: str) -> None:
    state = entered(weight=text, length=text, dangerous=False).settled("weight").settled("length")
    compare(PIECE, state, RULES)
    services(state, RULES)
    room_left(PIECE, state)
    assert bool(missing(state, PIECE)) == (next_part(state) is not None)


def test_over_a_limit_is_said_and_not_forbidden() -> None:
    state = entered(weight="212.04", length="126", dangerous=False)
    assert (over_of(state, "weight"), over_of(state, "length")) == ("12.1 lb over", "6 in over")
    assert (fault_of(state, "weight"), missing(state, PIECE)) == ("", "")


def test_the_price_is_said_before_it_is_recorded() -> None:
    assert verdict(SHIPMENT, None, RULES).what.startswith("Booked at USD ")
    same = verdict(SHIPMENT, SHIPMENT, RULES)
    assert (same.tone, same.under) == ("ok", "Within the tolerance of 10 %.")


def test_a_re_rate_says_both_prices_and_the_difference() -> None:
    more = SHIPMENT.booked_price + usd(6_30)
    after = SHIPMENT.model_copy(
        update={"holds": (Hold.WEIGHT,), "offer": SHIPMENT.offer.model_copy(update={"total": more})}
    )
    said = verdict(SHIPMENT, after, RULES)
    assert said.what.endswith("USD 6.30 more")
    assert said.under == "Held for the customer’s consent."
    assert record_words(entered(dangerous=False), PIECE, after) == "Record and hold for consent"


def test_what_needs_a_manager_says_why() -> None:
    stops = blocks("goods.dangerous", "pieces.1", "Dangerous: ask a manager.")
    after = SHIPMENT.model_copy(update={"holds": (Hold.MANAGER,), "refusals": (stops,)})
    said = verdict(SHIPMENT, after, RULES)
    assert (said.what, said.under) == ("Held for a manager", "Dangerous: ask a manager.")
    assert record_words(entered(dangerous=True), PIECE, after) == "Record and hold for a manager"
