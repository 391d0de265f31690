from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.limits import check_request
from agent_desk.domain.measure import Length, LengthUnit
from agent_desk.domain.money import gyd, usd
from agent_desk.domain.people import Address
from agent_desk.domain.price_book import Mode, Rounding, ServiceLimits, WeightBreak
from agent_desk.domain.rating import compare, rate
from agent_desk.domain.shipping import Piece, QuoteRequest
from agent_desk.domain.weighing import billable, break_price
from tests.domain.parcels import AT, BOOK, PICTURED, THE_PICTURE, a_piece, a_request, amounts, card_of, inches, lb

OCEAN = card_of("ocean")
EXPRESS = card_of("air_express")
weights = st.decimals(min_value=Decimal("0.1"), max_value=200, places=1)
sides = st.integers(1, 60)
pieces = st.builds(
    lambda w, a, b, c: a_piece(str(w), f"{a} {b} {c}"),
    weights,
    sides,
    sides,
    sides,
)


def test_the_price_of_the_picture_comes_out_to_the_cent() -> None:
    offer = rate(THE_PICTURE, OCEAN, BOOK, AT)
    assert [(s.label, s.working, str(s.amount.amount)) for s in offer.steps] == [
        ("Base", "497 lb × 0.62", "308.14"),
        ("Fuel", "6 %", "18.49"),
        ("Handling", "4 × 6.50", "26.00"),
        ("Insurance", "2 % of 1,450", "29.00"),
        ("Remote delivery", "Charity", "18.00"),
        ("Regular customer", "5 % of base", "-15.41"),
        ("Duty, estimate", "20 % of CIF", "366.84"),
        ("VAT, estimate", "14 %", "308.15"),
    ]
    assert (offer.shipping, offer.total, offer.billable_lb) == (usd(384_22), usd(1059_21), Decimal(497))
    assert [(p.billable_lb, p.governed_by) for p in offer.pieces] == [
        (Decimal(125), "size"),
        (Decimal(53), "size"),
        (Decimal(107), "size"),
        (Decimal(212), "weight"),
    ]


def test_every_service_of_the_picture_stands_side_by_side() -> None:
    offers = compare(THE_PICTURE, BOOK, AT)
    assert [(o.service, o.total, o.days_least, o.days_most) for o in offers] == [
        ("air_express", None, 1, 2),
        ("air_economy", usd(2111_20), 4, 6),
        ("ocean", usd(1059_21), 21, 28),
    ]
    assert {one.code for one in offers[0].refusals} == {"service.too_heavy", "service.too_big"}


def test_every_step_keeps_the_figure_before_it_was_rounded() -> None:
    steps = {step.code: step.exact for step in rate(THE_PICTURE, OCEAN, BOOK, AT).steps}
    assert steps["fuel"] == "18.4884"
    assert steps["vat"] == "308.1484"


@given(st.lists(pieces, min_size=1, max_size=10), st.integers(0, 10**7), st.booleans(), st.integers(0, 100))
def test_a_price_replayed_from_its_kept_inputs_gives_the_same_cents(
    some: list[Piece], declared: int, insured: bool, discount: int
) -> None:
    request = a_request(*some, declared_value=usd(declared), insured=insured, discount_percent=Decimal(discount))
    offer = rate(request, OCEAN, BOOK, AT)
    kept = QuoteRequest.model_validate_json(request.model_dump_json())
    assert rate(kept, type(OCEAN).model_validate_json(OCEAN.model_dump_json()), BOOK, AT) == offer
    assert offer.total == usd(sum(step.amount.minor for step in offer.steps))
    assert offer.shipping is not None
    assert offer.total is not None
    assert offer.shipping.minor <= offer.total.minor


@given(pieces, weights)
def test_more_weight_never_lowers_the_base_within_a_break(piece: Piece, more: Decimal) -> None:
    card = OCEAN.model_copy(update={"breaks": OCEAN.breaks[:1]})
    assert piece.weight is not None
    heavier = piece.model_copy(update={"weight": lb(str(piece.weight.value + more))})
    before, after = (rate(a_request(one), card, BOOK, AT).steps[0].amount.minor for one in (piece, heavier))
    assert after >= before


@given(pieces, st.sampled_from(["weight", "length", "width", "height"]))
def test_the_price_lies_in_the_range_said_while_a_figure_was_unknown(piece: Piece, hidden: str) -> None:
    assert piece.weight is not None
    volume = Fraction(1)
    for side in piece.sides:
        assert side is not None
        volume *= side.inches
    if hidden != "weight" and piece.weight.lb * 1728 < volume * 3:
        # lighter than pillows: beyond what the range reckons with
        return
    known = rate(a_request(piece), OCEAN, BOOK, AT)
    unknown = rate(a_request(piece.model_copy(update={hidden: None})), OCEAN, BOOK, AT)
    assert unknown.total is None
    assert unknown.least is not None
    assert unknown.most is not None
    assert known.total is not None
    assert unknown.least.minor <= known.total.minor <= unknown.most.minor


def test_what_is_unknown_and_decides_the_price_is_named() -> None:
    offer = rate(a_request(a_piece(), a_piece(None), a_piece("5", None), a_piece(None, None)), OCEAN, BOOK, AT)
    assert offer.unknown == "Weight of piece 2, size of piece 3, weight and size of piece 4"
    assert [piece.governed_by for piece in offer.pieces] == [
        "weight",
        "weight unknown",
        "size unknown",
        "weight and size unknown",
    ]


def test_a_range_counts_the_surcharges_that_may_come() -> None:
    offer = rate(a_request(a_piece("45", None)), EXPRESS, BOOK, AT)
    known = rate(a_request(a_piece("45", "20 20 20")), EXPRESS, BOOK, AT)
    assert offer.least is not None
    assert offer.most is not None
    assert known.total is not None
    assert offer.least.minor < known.total.minor < offer.most.minor


def test_a_light_piece_costs_the_minimum_and_says_so() -> None:
    base = rate(a_request(a_piece("1", "1 1 1")), OCEAN, BOOK, AT).steps[0]
    assert (base.amount, base.working) == (usd(35_00), "minimum, more than 1 lb × 0.95")


def test_insurance_has_a_minimum() -> None:
    steps = {s.code: s for s in rate(a_request(insured=True), OCEAN, BOOK, AT).steps}
    assert (steps["insurance"].amount, steps["insurance"].working) == (usd(5_00), "minimum, more than 2 % of 100")


def test_heavy_and_long_pieces_are_charged_piece_by_piece() -> None:
    offer = rate(a_request(a_piece("41", "10 10 10"), a_piece("45", "49 5 5"), a_piece()), EXPRESS, BOOK, AT)
    assert amounts(offer)["overweight"] == "18.00"
    assert amounts(offer)["oversize"] == "12.00"
    workings = {s.code: s.working for s in offer.steps}
    assert workings["overweight"] == "2 × 9, piece 1, 2"


def test_dangerous_goods_go_by_sea_alone_and_cost_more() -> None:
    offers = {o.service: o for o in compare(a_request(dangerous=True), BOOK, AT)}
    assert [r.code for r in offers["air_economy"].refusals] == ["service.not_for_dangerous"]
    assert amounts(offers["ocean"])["dangerous"] == "75.00"


def test_goods_that_may_not_fly_are_refused_by_air_only() -> None:
    offers = {o.service: o for o in compare(a_request(goods="fireworks"), BOOK, AT)}
    assert [r.code for r in offers["air_express"].refusals] == ["goods.forbidden"]
    assert [r.code for r in offers["ocean"].refusals] == ["goods.restricted"]
    assert OCEAN.mode is Mode.OCEAN


def test_a_place_that_is_not_remote_pays_nothing_for_it() -> None:
    near = a_request(deliver_to=Address(region=4, place=" georgetown "))
    assert "remote" not in amounts(rate(near, OCEAN, BOOK, AT))


def test_without_a_duty_table_there_is_no_duty_and_no_vat() -> None:
    offer = rate(a_request(), OCEAN, replace(BOOK, taxes=()), AT)
    assert offer.total == offer.shipping


def test_nothing_is_priced_without_pieces_or_in_another_currency() -> None:
    assert rate(a_request(pieces=()), OCEAN, BOOK, AT).total is None
    assert rate(a_request(declared_value=gyd(100)), OCEAN, BOOK, AT).total is None


@pytest.mark.parametrize(
    ("changed", "dimensional", "charged"),
    [
        ({}, "6.024096", "10.2"),
        ({"divisor": Decimal(139)}, "7.194245", "10.2"),
        ({"side_rounding": Rounding.UP, "divisor": Decimal(100)}, "13.31", "13.4"),
        ({"side_rounding": Rounding.NEAREST, "divisor": Decimal(100)}, "10", "10.2"),
        ({"metric": True, "divisor": Decimal(5000)}, "7.225458", "10.2"),
        ({"metric": True, "divisor": Decimal(5000), "side_rounding": Rounding.UP}, "7.749689", "10.2"),
    ],
)
def test_the_card_says_how_size_becomes_weight(changed: dict[str, object], dimensional: str, charged: str) -> None:
    card = OCEAN.model_copy(update={"weight_step": Decimal("0.2"), **changed})
    size = "10.4 10.4 10.4" if "side_rounding" in changed and "metric" not in changed else "10 10 10"
    found = billable(a_piece("10.1", size), card)
    assert (str(found.dimensional_lb), str(found.billable_lb)) == (dimensional, charged)


def test_breaks_are_compared_exactly() -> None:
    card = OCEAN.model_copy(
        update={
            "breaks": (
                WeightBreak(from_lb=Decimal(0), usd_per_lb=Decimal(3)),
                WeightBreak(from_lb=Decimal(100), usd_per_lb=Decimal(2)),
            )
        },
    )
    assert break_price(card, Fraction(100)) == 2
    assert break_price(card, Fraction(100) - Fraction(1, 10**9)) == 3


def test_a_side_typed_in_feet_is_the_same_side() -> None:
    feet = a_piece("10").model_copy(update={"length": Length(value=Decimal(2), unit=LengthUnit.FT)})
    plain = a_piece("10").model_copy(update={"length": inches("24")})
    assert billable(feet, OCEAN) == billable(plain, OCEAN)
    assert len(PICTURED) == 4


def test_a_service_may_limit_a_single_side() -> None:
    card = OCEAN.model_copy(update={"limits": ServiceLimits(piece_side=inches("60"))})
    offer = rate(a_request(a_piece("10", "10 61 10")), card, BOOK, AT)
    assert [(one.code, one.message) for one in offer.refusals] == [
        ("service.too_long", "Ocean takes sides of at most 60 in."),
    ]


def test_a_metric_card_gives_a_range_that_holds_the_price() -> None:
    card = OCEAN.model_copy(update={"metric": True, "divisor": Decimal(5000)})
    unknown = rate(a_request(a_piece("20", None)), card, BOOK, AT)
    known = rate(a_request(a_piece("20", "16 16 16")), card, BOOK, AT)
    assert unknown.least is not None
    assert unknown.most is not None
    assert known.total is not None
    assert unknown.least.minor <= known.total.minor <= unknown.most.minor


def test_without_rules_no_place_is_remote_and_no_route_is_known() -> None:
    bare = replace(BOOK, rules=())
    assert rate(THE_PICTURE, OCEAN, bare, AT).total == rate(THE_PICTURE, OCEAN, bare, AT).shipping
    assert {"origin.unknown", "destination.unknown"} <= {one.code for one in check_request(THE_PICTURE, bare, AT)}
