"""Each case of the shared rate cases: covered by our rules and exact, or the reason why not."""

import csv
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest

from agent_desk.domain.charges import fixed_step, percent_step, sum_steps
from agent_desk.domain.limits import check_piece, check_pieces
from agent_desk.domain.measure import Weight, WeightUnit, parse_weight
from agent_desk.domain.money import Money, usd
from agent_desk.domain.price_book import ServiceLimits, WeightBreak
from agent_desk.domain.rating import rate
from agent_desk.domain.weighing import break_price
from tests.domain.parcels import AT, BOOK, a_piece, a_request, card_of, data_file

HALF_KILO_LB = Decimal("1.102311310924387903614869007")


def in_all(base: int, *charges: tuple[str, str]) -> Money:
    """Base and charges: a percentage of the base, or a fixed sum."""
    of = usd(base)
    steps = [fixed_step("base", "Base", of, 1, "")]
    for code, charge in charges:
        if charge.endswith("%"):
            steps.append(percent_step(code, code, Decimal(charge.removesuffix("%")), of, charge))
        else:
            steps.append(fixed_step(code, code, usd(int(charge)), 1, charge))
    return sum_steps(steps)


def tier(pounds: str) -> Decimal:
    """The price of the break that a weight falls in."""
    breaks = (
        WeightBreak(from_lb=Decimal(0), usd_per_lb=Decimal(5)),
        WeightBreak(from_lb=HALF_KILO_LB, usd_per_lb=Decimal(8)),
        WeightBreak(from_lb=HALF_KILO_LB * 2, usd_per_lb=Decimal(12)),
    )
    return break_price(card_of("ocean").model_copy(update={"breaks": breaks}), Fraction(pounds))


def above_every_tier() -> bool:
    limits = ServiceLimits(piece_weight=Weight(value=Decimal(2), unit=WeightUnit.KG))
    offer = rate(a_request(a_piece("11.0")), card_of("ocean").model_copy(update={"limits": limits}), BOOK, AT)
    return offer.total is None and [one.code for one in offer.refusals] == ["service.too_heavy"]


def sizes_missing() -> bool:
    offer = rate(a_request(a_piece("10", None)), card_of("air_express"), BOOK, AT)
    return offer.total is None and offer.unknown == "Size of piece 1" and offer.least is not None


def refused(weight: str) -> list[str]:
    return [one.code for one in check_piece(a_piece(weight)) if one.stops]


COVERED: dict[str, Callable[[], bool]] = {
    "fixed surcharges": lambda: in_all(10_00, ("fuel", "250"), ("handling", "150")) == usd(14_00),
    "percentage surcharge": lambda: in_all(20_00, ("fuel", "15%")) == usd(23_00),
    "mixed surcharges on base only": lambda: (
        in_all(100_00, ("fuel", "10%"), ("residential", "350"), ("peak", "5%")) == usd(118_50)
    ),
    "rounding half": lambda: in_all(15_00, ("fuel", "12.5%"), ("handling", "200")) == usd(18_88),
    "small fixed": lambda: in_all(8_00, ("fuel", "100")) == usd(9_00),
    "tier light": lambda: tier("0.66") == 5,
    "tier medium": lambda: tier("1.65") == 8,
    "tier heavy": lambda: tier("3.31") == 12,
    # our rule: weights are compared exactly, so 1.10 lb stays under half a kilogram
    "tier boundary": lambda: tier("1.10") == 5,
    "above every tier": above_every_tier,
    "dimensions missing": sizes_missing,
    "overweight item": lambda: refused("200.01") == ["piece.too_heavy"],
    "too many": lambda: [one.code for one in check_pieces((a_piece("1"),) * 11)] == ["shipment.too_many_pieces"],
    "empty": lambda: [one.code for one in check_pieces(())] == ["shipment.empty"],
    "zero weight": lambda: refused("0") == ["piece.weightless"],
    "negative weight": lambda: refused("-1") == ["piece.negative_weight"],
    "strings": lambda: parse_weight("1", WeightUnit.G) == Weight(value=Decimal(1), unit=WeightUnit.G),
}
PACKING = "we price the pieces as they are and do not yet pack items into parcels (BYD-15)"
NO_GIRTH = "no limit or price of ours uses girth; length + width + height is what services limit"
NOT_COVERED = {
    "zone specificity": "a card prices one destination; a place within it is remote or not, there are no zones",
    "one package": PACKING,
    "two packages": PACKING,
    "float max": PACKING,
    "mixed": PACKING,
    "overweight before count": PACKING + "; every violation is reported at once, so none comes before another",
    "value": PACKING,
    "cylinder girth": NO_GIRTH,
    "box girth": NO_GIRTH,
    "dims order": "sides stay as typed, so that the agent finds the field; no price depends on their order",
}


@pytest.mark.parametrize("case", COVERED)
def test_a_case_our_rules_cover_comes_out_as_written(case: str) -> None:
    assert COVERED[case]()


def test_every_case_is_covered_or_has_its_reason() -> None:
    with data_file("rules/rate_cases.csv").open(encoding="utf-8", newline="") as file:
        cases = [row["case"] for row in csv.DictReader(file)]
    assert len(cases) == 27
    assert set(cases) == set(COVERED) | set(NOT_COVERED)
    assert not set(COVERED) & set(NOT_COVERED)
    assert all(NOT_COVERED.values())


def test_half_a_cent_of_fuel_goes_up() -> None:
    step = percent_step("fuel", "Fuel", Decimal("12.5"), usd(15_00), "12.5 %")
    assert (step.amount, step.exact) == (usd(1_88), "1.875")
