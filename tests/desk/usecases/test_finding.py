"""Search, customers, orders, drafts: what the agent types and what comes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.desk.store.words import digit_endings, match_all, sound_of, split_words
from agent_desk.desk.usecases.ports import Connection, KnownError
from agent_desk.desk.usecases.rows import OrderChip, OrderFilter
from agent_desk.desk.usecases.searching import Group, spans_in
from agent_desk.domain.money import gyd
from tests.desk.workshop import BARREL, INDRANIE, NAVIN, ORIN, TAPE, Bench, a_desk, a_request, codes, done, run


def test_every_hit_says_why_it_matched(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            found = await bench.cases.searching.search("persad 4471")
            assert [(hit.title, hit.why) for hit in found.hits] == [
                ("Indranie Persaud, +592 623 4471", "Sounds like “persad”, and phone ends in 4471"),
                ("Navin Persad, +592 447 1902", "Name as typed, and 4471 is inside the phone"),
                ("New quote for Indranie Persaud", "Fills in the customer"),
                ("Add a customer called “persad 4471”", "First look: 2 above may be the same"),
            ]
            assert found.counts[Group.CUSTOMERS] == 2
            assert found.total == 4
            assert found.hits[0].spans == ((9, 16), (27, 31))
            assert (await bench.cases.searching.search("  ")).hits == ()

    run(story())


@pytest.mark.parametrize(
    ("typed", "why"),
    [("GY-10482", "Account number has “GY-10482”"), ("charity", "Lives in Charity"), ("indranie@", "E-mail as typed")],
)
def test_a_customer_is_found_by_anything_they_say(tmp_path: Path, typed: str, why: str) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            hit = (await bench.cases.searching.search(typed, Group.CUSTOMERS)).hits[0]
            assert (hit.id, hit.why) == (INDRANIE.id, why)

    run(story())


def test_products_orders_and_waybills_are_found_in_one_search(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            cart = done(await bench.cases.carting.quote_to_cart(a_request(), "ocean", INDRANIE.id)).cart
            done(await bench.cases.carting.add_product(TAPE.id))
            done(await bench.cases.tendering.check_out(cart.id))
            order = done(await bench.cases.tendering.place_order(cart.id))
            search = bench.cases.searching.search
            assert [hit.id for hit in (await search("tape", Group.PRODUCTS)).hits] == [TAPE.id]
            assert (await search("0042000062008")).hits[0].why == "The barcode"
            assert (await search("brl-55")).hits[0].why == "Code BRL-55"
            found = await search("geo-2-000001", Group.ORDERS)
            assert [hit.kind for hit in found.hits] == ["order", "shipment"]
            assert found.hits[0].id == order.id
            assert "By phone or place" in (await search("georgetown", Group.ORDERS)).hits[0].why
            assert (await search("persaud", Group.ACTIONS)).counts[Group.ACTIONS] == 2
            assert (await bench.cases.orders.find_order("GEO-2-000001")).order.id == order.id
            assert await bench.cases.orders.find_order("GEO-2-999999") is None
            shipments = await bench.cases.measuring.search_shipments("sh-geo-2")
            assert [row.order for row in shipments] == [order.id]
            assert await bench.cases.measuring.find_piece("nothing-1") is None
            assert (await bench.cases.measuring.find_piece(shipments[0].number)).code.endswith("-1")

    run(story())


def test_likely_the_same_person_is_named_before_adding(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            customers = bench.cases.customers
            alike = await customers.find_likely_same("Indrani Persaud", "592-623-4471")
            assert alike[0].customer.id == INDRANIE.id
            assert "phone" in alike[0].by
            assert await customers.find_likely_same("Nobody At All") == ()
            added = done(await customers.add_customer("Shondell Adams", phone="+592 641 0937"))
            assert added.number == "K-GEO-2-000001"
            assert [row.id for row in await customers.search_customers("shondel")] == [added.id]
            changed = done(await customers.change_customer(added.id, note="Calls after six"))
            assert changed.note == "Calls after six"
            shown = await customers.get_customer(added.id)
            assert shown.standing.pending
            assert shown.orders == ()
            assert codes(await customers.add_customer("  ")) == ["customer.nameless"]

    run(story())


async def _sell(bench: Bench, customer: Any) -> Any:
    cart = done(await bench.cases.carting.open_cart(customer.id)).cart
    done(await bench.cases.carting.add_product(BARREL.id, 1, cart.id))
    done(await bench.cases.tendering.check_out(cart.id))
    return done(await bench.cases.tendering.take_cash(cart.id, gyd(20_000_00))).order


def test_orders_are_paged_filtered_and_counted(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            numbers = []
            for customer in (INDRANIE, NAVIN, ORIN):
                numbers.append((await _sell(bench, customer)).number)
                bench.clock.pass_time(days=4)
            orders = bench.cases.orders
            page = await orders.list_orders(None, 1, 1)
            assert (page.total, [row.number for row in page.rows]) == (3, [numbers[1]])
            counts = await orders.count_chips()
            assert counts == {
                OrderChip.ALL: 3, OrderChip.LAST_7_DAYS: 1, OrderChip.HELD: 0, OrderChip.NOT_PAID: 0,
                OrderChip.WAITING: 3,
            }  # fmt: skip
            assert (await orders.count_chips("pursood"))[OrderChip.ALL] == 2
            late = await orders.list_orders(OrderFilter(OrderChip.LAST_7_DAYS))
            assert [row.customer_name for row in late.rows] == ["Orin Benn"]
            named = await orders.list_orders(OrderFilter(text="navin"))
            assert [row.number for row in named.rows] == [numbers[1]]

    run(story())


def test_drafts_stay_and_go(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            drafting = bench.cases.drafting
            assert await drafting.find_draft("quote") is None
            done(await drafting.save_draft("quote", {"pieces": ["24", "18"]}))
        async with a_desk(tmp_path, documents=()) as bench:
            assert (await bench.cases.drafting.find_draft("quote")).body == {"pieces": ["24", "18"]}
            done(await bench.cases.drafting.clear_draft("quote"))
            assert await bench.cases.drafting.find_draft("quote") is None

    run(story())


def test_the_rate_says_its_age_and_when_it_is_past_its_rule(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            await bench.sql("INSERT INTO setting VALUES ('heard_at', ?)", bench.clock.at.isoformat())
            assert not (await bench.cases.pricing.find_rate()).stale
            bench.clock.pass_time(minutes=31)
            assert (await bench.cases.pricing.find_rate()).stale
        async with a_desk(tmp_path / "new", documents=()) as bench:
            assert await bench.cases.pricing.find_rate() is None
            cart = done(await bench.cases.carting.open_cart()).cart
            assert (await bench.cases.carting.get_cart(cart.id)).totals is None
            assert codes(await bench.cases.tendering.check_out(cart.id)) == ["rate.missing"]

    run(story())


def test_what_is_not_here_is_said_and_nobody_signed_in_may_do_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            with pytest.raises(KnownError) as missing:
                await bench.cases.orders.get_order(TAPE.id)
            assert missing.value.code == "record.missing"
            bench.desk.session.staff = None
            with pytest.raises(KnownError) as nobody:
                await bench.cases.carting.open_cart()
            assert nobody.value.code == "staff.signed_out"

    run(story())


@given(st.text(max_size=60))
def test_anything_typed_is_a_question_or_none(text: str) -> None:
    asked = match_all(text, sounds=True)
    assert (asked is None) == (not split_words(text))
    for start, end in spans_in(text, text):
        assert text[start:end]


def test_hostile_searches_neither_fail_nor_mean_anything(tmp_path: Path) -> None:
    hostile = ["'", '"', "* OR 1", "a NEAR b", "-", "^x", "col:x", "%", "_", "\u0000", "\U0001d54a", "\ufdfa", "\u0967"]
    hostile += ["§prsd", "(", "\u0600"]

    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            for text in hostile:
                found = await bench.cases.searching.search(text)
                assert found.text == text
                done(await bench.cases.customers.add_customer(f"x{text}".replace("\u0000", "")))

    run(story())


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_text_falls_into_the_same_words_as_any_other(text: str) -> None:
    # one letter that is not of ASCII takes the other way
    assert [*split_words(text), "e"] == split_words(f"{text} \u00e9")


def test_names_that_sound_alike_sound_alike() -> None:
    assert len({sound_of(name) for name in ("persaud", "persad", "pursood", "persaad")}) == 1
    assert sound_of("ramnarine") != sound_of("ramsammy")
    assert digit_endings("+592 12") == ["59212", "9212", "212"]


@pytest.mark.parametrize(
    ("connection", "words"),
    [
        (Connection("online"), "Online"),
        (Connection("sending", 3), "Online, 3 sending"),
        (Connection("offline", 3), "Offline, 3 waiting"),
        (Connection("offline"), "Offline"),
        (Connection("signing_in", 2), "Signing in"),
        (Connection("update_needed"), "Update needed"),
        (Connection("revoked"), "Desk revoked"),
    ],
)
def test_the_pill_speaks_plainly(connection: Connection, words: str) -> None:
    assert connection.words == words


def test_a_scanned_code_is_told_by_what_it_is_of(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            identify = bench.cases.searching.identify
            quote = done(await bench.cases.quoting.save_quote(a_request(), "ocean", INDRANIE.id))
            cart = done(await bench.cases.carting.book_quote(quote.id)).cart
            waybill = cart.lines[0].code
            done(await bench.cases.tendering.check_out(cart.id))
            order = done(await bench.cases.tendering.place_order(cart.id))
            hit = (await bench.cases.searching.search(quote.number)).hits[0]
            assert (hit.kind, hit.id, hit.why) == ("quote", quote.id, "Quote, booked")
            assert [
                await identify(code)
                for code in (
                    TAPE.barcode,
                    TAPE.code,
                    quote.number,
                    INDRANIE.number,
                    waybill,
                    f"{waybill}-1",
                    order.number,
                )
            ] == ["product", "product", "quote", "customer", "shipment", "shipment", "order"]
            assert await identify("4006381333931") is None
            found = await bench.cases.orders.find_order(f"{waybill}-1")
            assert found is not None
            assert found.order.id == order.id

    run(story())
