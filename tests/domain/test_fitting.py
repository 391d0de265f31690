from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.fitting import Fix, propose, split_piece
from agent_desk.domain.headroom import see_room
from agent_desk.domain.limits import check_pieces, measures_of
from agent_desk.domain.measure import Length, LengthUnit, Weight, WeightUnit
from agent_desk.domain.money import usd
from agent_desk.domain.shipping import Piece, QuoteRequest
from tests.domain.parcels import AT, BOOK, THE_PICTURE, a_piece, a_request, card_of

OCEAN = card_of("ocean")


def fixes(request: QuoteRequest, service: str = "ocean") -> list[Fix]:
    return list(propose(request, card_of(service), BOOK, AT))


def labels(request: QuoteRequest, service: str = "ocean") -> list[str]:
    return [fix.label for fix in fixes(request, service)]


def test_the_ways_out_of_the_picture_say_their_price() -> None:
    found = fixes(THE_PICTURE)
    assert [(fix.piece, fix.label) for fix in found] == [
        (3, "Split in 2, +USD 7.13"),
        (4, "Move 12 lb to piece 2, −USD 3.75"),
        (4, "Split in 2, +USD 6.50"),
        (3, "Special quote"),
        (4, "Special quote"),
    ]
    assert found[0].price_delta == usd(7_13)
    assert [piece.length.value for piece in found[0].request_after.pieces[2:4] if piece.length] == [63, 63]


def test_taking_the_first_way_out_of_each_leaves_nothing_to_settle() -> None:
    after = fixes(THE_PICTURE)[0].request_after
    settled = next(fix for fix in fixes(after) if fix.kind == "move").request_after
    assert not any(one.stops for one in check_pieces(settled.pieces))
    assert labels(settled) == []


@given(
    st.decimals(min_value=Decimal("0.001"), max_value=2000, places=3),
    st.sampled_from(list(WeightUnit)),
    st.decimals(min_value=Decimal("0.1"), max_value=900, places=1),
    st.integers(2, 10),
)
def test_splitting_keeps_the_weight_and_covers_the_length(
    weight: Decimal, unit: WeightUnit, side: Decimal, parts: int
) -> None:
    piece = a_piece(None, "1 0.1 0.1").model_copy(
        update={"weight": Weight(value=weight, unit=unit), "length": Length(value=side, unit=LengthUnit.M)},
    )
    split = split_piece(piece, parts)
    assert len(split) == parts
    assert sum(one.weight.value for one in split if one.weight) == weight
    assert sum(measures_of(one).sides[0] or 0 for one in split) >= piece.length.inches  # type: ignore[union-attr]


def test_a_piece_with_nothing_known_is_split_as_it_is() -> None:
    assert split_piece(Piece(contents="Bundle"), 2) == (Piece(contents="Bundle"),) * 2


def test_weight_moves_in_the_unit_it_was_typed_in() -> None:
    heavy = a_piece(None).model_copy(update={"weight": Weight(value=Decimal(100), unit=WeightUnit.KG)})
    light = a_piece(None).model_copy(update={"weight": Weight(value=Decimal(10), unit=WeightUnit.KG)})
    fix = next(fix for fix in fixes(a_request(heavy, light, a_piece("150"))) if fix.kind == "move")
    first, second, _ = fix.request_after.pieces
    assert fix.label.startswith("Move 9.28 kg to piece 2")
    assert first.weight is not None
    assert second.weight is not None
    assert first.weight.value + second.weight.value == 110
    assert first.weight.lb <= 200


def test_nothing_is_moved_where_there_is_no_room() -> None:
    assert not any(fix.kind == "move" for fix in fixes(a_request(a_piece("250"), a_piece("190"))))
    assert not any(fix.kind == "move" for fix in fixes(a_request(a_piece("250"))))


def test_nothing_is_split_beyond_ten_pieces_or_when_it_does_not_cure() -> None:
    assert not any(fix.kind == "split" for fix in fixes(a_request(a_piece("250"), *[a_piece()] * 9)))
    assert not any(fix.kind == "split" for fix in fixes(a_request(a_piece("10", "130 130 10"))))


def test_another_service_is_proposed_with_its_price_where_this_one_takes_it_not() -> None:
    found = [fix for fix in fixes(a_request(a_piece("60")), "air_express") if fix.kind == "service"]
    assert [fix.service for fix in found] == ["air_economy", "ocean"]
    assert found[1].label.startswith("Ocean, USD ")
    assert found[0].price_delta is None


def test_an_unknown_size_leaves_the_price_of_a_fix_open() -> None:
    found = fixes(a_request(a_piece("250", None)))
    assert [(fix.kind, fix.label) for fix in found] == [("split", "Split in 2"), ("special", "Special quote")]


def test_a_shipment_over_the_limit_can_go_to_a_manager() -> None:
    found = fixes(a_request(*[a_piece("190")] * 3))
    assert [(fix.kind, fix.code, fix.piece) for fix in found] == [("special", "shipment.too_heavy", None)]


def test_the_room_left_is_seen_at_once() -> None:
    room = see_room(THE_PICTURE, OCEAN, BOOK, AT)
    assert (room.pieces_left, room.actual_lb, room.weight_left_lb) == (6, Decimal("440.5"), Decimal("59.5"))
    assert (room.billable_lb, room.cubic_feet) == (Decimal(497), Decimal("38.041667"))
    assert [(p.weight_left_lb, p.side_left_in) for p in room.pieces][1:3] == [
        (Decimal("153.5"), Decimal(96)),
        (Decimal(136), Decimal(-6)),
    ]
    assert [fit.sentence for fit in room.services] == [
        "Only piece 2 fits 50 lb, 62 in L+W+H",
        "Takes all 4 pieces",
        "Takes all 4 pieces",
    ]


def test_each_service_says_what_it_takes() -> None:
    def sentence(request: QuoteRequest) -> str:
        return see_room(request, OCEAN, BOOK, AT).services[0].sentence

    assert sentence(a_request()) == "Takes the piece"
    assert sentence(a_request(a_piece("51"))) == "No piece fits 50 lb, 62 in L+W+H"
    assert sentence(a_request(a_piece(), a_piece(), a_piece("51"))) == "Only pieces 1, 2 fit 50 lb, 62 in L+W+H"
    assert sentence(a_request(dangerous=True)) == "Air express takes no dangerous goods."


def test_what_is_not_known_leaves_no_false_room() -> None:
    room = see_room(a_request(a_piece(None, None)), OCEAN, BOOK, AT)
    assert (room.billable_lb, room.cubic_feet, room.pieces[0].side_left_in) == (None, None, None)
