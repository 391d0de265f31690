"""The Quote page's decisions, without a window."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.desk.ui.pages.quote.draft import (
    PieceDraft,
    QuoteDraft,
    Typed,
    Units,
    address_of,
    parse_dollars,
    place_text,
)
from agent_desk.desk.ui.pages.quote.settling import Spot, error_line, field_states
from agent_desk.desk.ui.pages.quote.state import QuoteState
from agent_desk.desk.ui.pages.quote.view import no_steps_words, picture, rooms, service_lines, sum_words, total_words
from agent_desk.desk.usecases.advising import Advice, pick_service
from agent_desk.desk.usecases.pricing import Priced, RateShown
from agent_desk.domain.fitting import propose
from agent_desk.domain.formats import money_text
from agent_desk.domain.headroom import see_room
from agent_desk.domain.limits import blocking_first, check_request
from agent_desk.domain.people import Address, Role
from agent_desk.domain.price_book import PriceBook
from agent_desk.domain.rating import compare
from agent_desk.sample import load_price_book

AT = datetime(2026, 11, 23, 13, 41, tzinfo=UTC)
ROWS = (
    ("Barrel, food and clothing", "118.0", "24", "24", "36"),
    ("Carton, cordless drill set", "46.5", "24", "18", "20"),
    ("Bundle, louvre frames", "64.0", "126", "14", "10"),
    ("Crate, Honda water pump", "212.0", "30", "24", "26"),
)


@pytest.fixture(scope="module")
def book() -> PriceBook:
    return load_price_book()


def a_state(book: PriceBook, rows: tuple[tuple[str, ...], ...] = ROWS, role: Role = Role.AGENT) -> QuoteState:
    """The pieces as typed, Newark to Charity, advised on."""
    state = QuoteState(role)
    state.rules = book.rules_at(AT)
    state.settle_route()
    state.type(state.draft.changed(place="Charity, Region 2", directions="Public Road", declared_value="1,450.00"))
    state.type(state.draft.changed(pieces=tuple(PieceDraft() for _ in rows)))
    for at, row in enumerate(rows):
        for field, text in zip(("contents", "weight", "length", "width", "height"), row, strict=True):
            state.edit_piece(at, field, text)
    return advised(state, book)


def advised(state: QuoteState, book: PriceBook) -> QuoteState:
    request = state.request
    offers = compare(request, book, AT)
    rate = book.rate_at(AT)
    assert rate is not None
    shown = RateShown(rate.id, rate.gyd_per_usd, AT, age=timedelta(0))
    priced = Priced(AT, offers, blocking_first(check_request(request, book, AT)), shown)
    service = pick_service(offers, state.draft.service)
    cards = book.cards_at(AT, request.origin, request.destination)
    card = next((card for card in cards if card.service == service), None)
    room = None if card is None else see_room(request, card, book, AT)
    fixes = () if card is None else propose(request, card, book, AT)
    state.advice = Advice(priced, service, room, fixes)
    return state


def test_everything_to_settle_is_said_at_once_with_its_ways_out(book: PriceBook) -> None:
    state = a_state(book)
    said = [(one.severity, one.place, one.code, [way.words for way in one.ways]) for one in state.matters()]
    assert said == [
        ("blocks", "Piece 3, length", "piece.too_long", ["Split in 2, +USD 7.16", "Special quote"]),
        ("blocks", "Piece 4, weight", "piece.too_heavy", ["Move 12 lb to piece 2, −USD 3.94", "Special quote"]),
        ("warns", "Piece 2, contents", "goods.battery_unclear", ["Inside the tool", "Packed apart"]),
    ]
    commit = state.commit(AT)
    assert (commit.words, commit.settles) == ("Settle 2, then to cart", True)


def test_a_manager_needs_no_other_manager(book: PriceBook) -> None:
    for role, stops in ((Role.AGENT, 1), (Role.MANAGER, 0)):
        state = a_state(book, ROWS[:1], role)
        state.type(state.draft.changed(dangerous=True, service="ocean"))
        advised(state, book)
        asked = [one.code for one in state.matters() if one.severity == "needs_manager"]
        assert asked == ["goods.dangerous"]
        assert state.stops - sum(one.severity == "blocks" for one in state.matters()) == stops


def test_taking_every_way_out_leaves_nothing_to_settle(book: PriceBook) -> None:
    state = a_state(book)
    for _ in range(6):
        way = next((way for one in state.matters() for way in one.ways if not way.to_manager), None)
        if way is None:
            break
        assert state.take_way(way.key)
        advised(state, book)
    assert state.matters() == ()
    assert state.commit(AT).words == "Book and add to cart"
    assert [piece.contents for piece in state.draft.pieces].count("Bundle, louvre frames") == 2
    assert state.draft.pieces[0].weight.text == "118.0", "what a way out leaves alone stays as typed"


def test_a_special_quote_is_asked_of_a_manager(book: PriceBook) -> None:
    state = a_state(book)
    special = next(way for way in state.matters()[0].ways if way.to_manager)
    before = state.draft
    assert not state.take_way(special.key)
    assert state.draft == before


def test_the_field_and_the_second_line_say_how_far_over(book: PriceBook) -> None:
    state = a_state(book)
    third, fourth = state.request.pieces[2:]
    assert error_line(third, 3, state.refusals) == "Length: 6 in over the 120 in limit"
    assert error_line(fourth, 4, state.refusals) == "Weight: 12 lb over the 200 lb limit"
    assert error_line(state.request.pieces[0], 1, state.refusals) == ""
    assert set(field_states(3, state.refusals)) == {"length"}
    assert state.matters()[0].spot == Spot("length", 2)


def test_blank_rows_are_no_pieces_and_do_not_shift_the_others(book: PriceBook) -> None:
    state = a_state(book)
    state.type(state.draft.changed(pieces=(PieceDraft(), *state.draft.pieces)))
    advised(state, book)
    assert len(state.request.pieces) == 4
    assert state.matters()[0].spot == Spot("length", 3)
    assert state.matters()[0].place == "Piece 4, length"


def test_an_untouched_page_accuses_nobody(book: PriceBook) -> None:
    state = QuoteState()
    state.rules = book.rules_at(AT)
    state.settle_route()
    advised(state, book)
    assert state.matters() == ()
    assert state.commit(AT).words == "Add a piece first"


def test_a_range_says_what_decides_it(book: PriceBook) -> None:
    state = a_state(book, (("Carton", "46.5", "", "", ""),))
    assert state.offer is not None
    total = total_words(state.offer, 0, Decimal(209), saved=False)
    assert total.title == "Range"
    assert no_steps_words(state.offer).startswith("Size of piece 1: that decides the price.")
    assert " to " in total.usd
    assert state.commit(AT).settles
    lines = service_lines(state.advice.priced.offers if state.advice else (), {}, Decimal(209), has_pieces=True)
    assert all(line.usd.startswith("USD") for line in lines)


def test_the_lowest_service_is_marked_and_what_does_not_fit_says_why(book: PriceBook) -> None:
    state = a_state(book)
    assert state.advice is not None
    assert state.advice.room is not None
    fits = {fit.service: fit.sentence for fit in state.advice.room.services if fit.refusals}
    lines = service_lines(state.advice.priced.offers, fits, Decimal(209), has_pieces=True)
    assert [(line.name, line.lowest, line.why_not) for line in lines] == [
        ("Air express", False, "Only piece 2 fits 50 lb, 62 in L+W+H"),
        ("Air economy", False, ""),
        ("Ocean", True, ""),
    ]


def test_room_is_what_is_left_to_each_limit(book: PriceBook) -> None:
    state = a_state(book)
    assert [room.words for room in rooms(state.request.pieces[2], state.request)] == [
        "6 in over",
        "136 lb left",
        "59.5 lb left",
    ]
    assert sum_words(state.request, state.offer) == ("4 of 10 pieces", "440.5 of 500 lb", "497 lb billable")
    drawn = picture(state.request.pieces[2])
    assert drawn is not None
    assert (drawn.length, drawn.width, drawn.height, drawn.over) == (126.0, 14.0, 10.0, "6 in over")
    assert picture(None) is None


@given(st.decimals(min_value=0, max_value=500, places=3, allow_nan=False))
def test_the_typed_unit_stays_exact_however_often_units_are_switched(value: Decimal) -> None:
    typed = Typed(text=f"{value}", units=Units.METRIC)
    assert typed.shown("weight", Units.METRIC) == f"{value}"
    typed.shown("weight", Units.IMPERIAL)
    weight = typed.weight()
    assert weight is not None
    assert weight.lb == Fraction(value) / Fraction("0.45359237")


def test_a_figure_with_its_own_unit_is_read_in_it() -> None:
    assert str(Typed(text="12.5 kg").weight()) == "12.5 kg"
    assert Typed(text="2 ft").shown("length", Units.METRIC) == "61"


@given(st.text(max_size=60))
def test_whatever_is_typed_makes_a_request_or_a_refusal(text: str) -> None:
    piece = PieceDraft(contents=text, packing=text, weight=Typed(text=text), length=Typed(text=text))
    draft = QuoteDraft(place=text, directions=text, description=text, declared_value=text, pieces=(piece,))
    request = draft.to_request("GY")
    assert len(request.pieces) == (0 if piece.is_blank else 1)
    again = QuoteDraft.model_validate(json.loads(json.dumps(draft.model_dump(mode="json"))))
    assert again == draft


def test_naughty_strings_are_typed_without_harm() -> None:
    path = Path(__file__).parents[4].parent / "shared" / "data" / "hostile"
    files = sorted(path.glob("*.json")) + sorted(path.glob("*.txt"))
    if not files:
        pytest.skip("the hostile strings are not beside the repository")
    strings = files[0].read_text(encoding="utf-8").splitlines()
    for text in strings:
        piece = PieceDraft(contents=text, weight=Typed(text=text), height=Typed(text=text))
        draft = QuoteDraft(description=text, place=text, declared_value=text, pieces=(piece,))
        assert draft.to_request("GY").description == text.strip()[:2000].replace("\x00", "")


@pytest.mark.parametrize(
    ("text", "minor"),
    [("1,450.00", 145000), ("1450.5", 145050), ("7", 700), ("", None), ("1.450,00", None), ("−5", None), ("1e3", None),
     ("12,34", None), ("9" * 14, None)],
)  # fmt: skip
def test_amounts_are_read_as_dollars_or_not_at_all(text: str, minor: int | None) -> None:
    found = parse_dollars(text)
    assert (None if found is None else found.minor) == minor


def test_the_region_is_read_off_the_end_of_the_place() -> None:
    assert address_of("Charity, Region 2", "", "GY") == Address(region=2, place="Charity")
    assert address_of("New Amsterdam region 10", "", "GY").region == 10
    assert address_of("Region 7", "", "GY").place == ""
    assert address_of("Bartica", "", "GY").region is None
    assert place_text(Address(region=2, place="Charity")) == "Charity, Region 2"


def test_a_place_in_two_regions_offers_both(book: PriceBook) -> None:
    state = a_state(book, ROWS[:1])
    assert state.destination is not None
    names = [place.name for place in state.destination.places]
    twice = next(name for name in names if names.count(name) > 1)
    state.type(state.draft.changed(place=twice))
    advised(state, book)
    ways = next(one for one in state.matters() if one.code == "address.regionless").ways
    assert len(ways) == 2
    assert state.take_way(ways[0].key)
    assert state.draft.place == f"{twice}, {ways[0].words}"


def test_the_price_adds_up_in_what_is_shown(book: PriceBook) -> None:
    state = a_state(book)
    assert state.offer is not None
    assert state.offer.total is not None
    assert total_words(state.offer, 2, Decimal(209), saved=False).usd == money_text(state.offer.total)
    assert sum(step.amount.minor for step in state.offer.steps) == state.offer.total.minor
