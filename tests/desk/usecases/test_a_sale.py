"""A whole sale with the link down, from the quote to the receipt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from agent_desk.desk.store.keeping_time import keep_heard
from agent_desk.desk.usecases.ports import Changes
from agent_desk.domain.money import Currency, gyd, usd
from agent_desk.domain.people import Role
from agent_desk.domain.selling import CartState, OrderState
from agent_desk.sample import load_price_book
from tests.desk.workshop import BARREL, INDRANIE, TAPE, a_desk, a_piece, a_request, codes, content, done, run


async def _sell(cases: Any, given: Any, change_in: Currency | None = None) -> Any:
    cart = done(await cases.carting.add_product(TAPE.id, 2)).cart
    done(await cases.tendering.check_out(cart.id))
    return done(await cases.tendering.take_cash(cart.id, given, change_in))


def test_a_quote_becomes_a_shipment_in_a_new_cart_in_one_commit(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            told: list[Changes] = []
            bench.cases.subscribe(told.append)
            shown = done(await bench.cases.carting.quote_to_cart(a_request(), "ocean", INDRANIE.id))
            assert [line.line.what for line in shown.lines] == ["shipment"]
            assert shown.cart.customer_name == "Indranie Persaud"
            assert len(told) == 1
            assert {kind for kind, _ in told[0].refs} == {"quote", "cart", "shipment"}
            assert [row.name for row in (await bench.cases.sync.get_status()).waiting] == [
                "quote.save/1", "cart.open/1", "shipment.book/1",
            ]  # fmt: skip

    run(story())


def test_cash_in_gyd_with_change_in_usd_finishes_the_order(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            sale = await _sell(bench.cases, gyd(5_000_00), Currency.USD)
            assert sale.finished
            assert sale.order.state is OrderState.PAID
            assert sale.tender.change.currency is Currency.USD
            assert sale.order.number == "GEO-2-000001"
            assert sale.tender.receipt == "R-GEO-2-000001"
            paper = done(await bench.cases.receipts.print_receipt(sale.order.id, sale.tender.id))
            assert content(paper.path) == b"GEO-2-000001 R-GEO-2-000001 Regent Street 14"
            assert await bench.cases.receipts.list_papers(sale.order.id) == (paper,)
            assert await bench.cases.carting.find_current_cart() is None

    run(story())


def test_a_receipt_printed_again_is_a_copy_that_says_which_and_the_receipt_stays(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            sale = await _sell(bench.cases, gyd(5_000_00))
            printed = [done(await bench.cases.receipts.print_receipt(sale.order.id, sale.tender.id)) for _ in range(3)]
            assert [paper.number for paper in printed] == [
                "R-GEO-2-000001", "R-GEO-2-000001 copy 1", "R-GEO-2-000001 copy 2",
            ]  # fmt: skip
            said = [content(paper.path) for paper in printed]
            assert [b"COPY 1" in one for one in said] == [False, True, False]
            assert [b"COPY 2" in one for one in said] == [False, False, True]
            assert {paper.number for paper in await bench.cases.receipts.list_papers(sale.order.id)} == {
                paper.number for paper in printed
            }
            assert codes(await bench.cases.receipts.print_receipt(sale.order.id, sale.order.id)) == ["tender.unknown"]

    run(story())


def test_two_tenders_pay_one_order_and_a_third_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            first = await _sell(bench.cases, usd(5_00))
            assert not first.finished
            assert first.order.state is OrderState.PART_PAID
            shown = await bench.cases.tendering.count_cash(first.order.id, Currency.USD, usd(20_00))
            assert shown.due == first.order.due
            assert shown.working is not None
            assert shown.working.still_due == usd(0)
            rest = done(await bench.cases.tendering.take_cash(first.order.id, usd(20_00)))
            assert rest.finished
            assert codes(await bench.cases.tendering.take_cash(first.order.id, usd(1_00))) == ["order.paid"]

    run(story())


def test_money_taken_here_is_at_risk_until_central_has_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            sale = await _sell(bench.cases, gyd(5_000_00))
            status = await bench.cases.sync.get_status()
            assert status.cash_at_risk == sale.order.totals.total
            assert status.orders_at_risk == 1
            assert status.heard_at is None
            order = await bench.cases.orders.get_order(sale.order.id)
            assert order.at_risk == sale.order.totals.total
            assert order.timeline[0].kind == "waiting"
            assert {event.kind for event in order.timeline} == {"waiting", "placed", "cash"}

    run(story())


def test_no_cash_is_taken_before_checkout_and_none_of_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            cart = done(await bench.cases.carting.add_product(TAPE.id)).cart
            assert codes(await bench.cases.tendering.take_cash(cart.id, usd(5_00))) == ["cart.not_locked"]
            done(await bench.cases.tendering.check_out(cart.id))
            assert codes(await bench.cases.tendering.take_cash(cart.id, usd(0))) == ["cash.missing"]
            status = await bench.cases.sync.get_status()
            assert [row.name for row in status.waiting] == ["cart.open/1", "cart.add_product/1", "cart.check_out/1"]
            assert (await bench.cases.carting.get_cart(cart.id)).cart.state is CartState.CHECKOUT

    run(story())


def test_a_refused_action_gives_its_number_back(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            refused = await bench.cases.quoting.save_quote(a_request(a_piece(weight="212")), "ocean")
            assert "piece.too_heavy" in codes(refused)
            assert await bench.cases.quoting.next_quote_number() == "Q-GEO-2-000001"
            saved = done(await bench.cases.quoting.save_quote(a_request(), "ocean"))
            assert saved.number == "Q-GEO-2-000001"
            assert await bench.cases.quoting.next_quote_number() == "Q-GEO-2-000002"

    run(story())


def test_what_is_over_a_limit_goes_to_a_manager(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            asked = done(await bench.cases.quoting.ask_special_quote(a_request(a_piece(weight="212")), "ocean"))
            assert asked.state == "special_asked"
            assert codes(await bench.cases.carting.book_quote(asked.id)) != []

    run(story())


def test_carts_are_held_named_recalled_and_released(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            carting, tendering = bench.cases.carting, bench.cases.tendering
            cart = done(await carting.add_by_code("0042000062008")).cart
            shown = done(await carting.set_quantity(cart.id, cart.lines[0].id, 4))
            assert shown.lines[0].next_break.quantity == 5
            done(await carting.set_customer(cart.id, INDRANIE.id))
            done(await carting.hold_cart(cart.id, "R. Ramnarine"))
            assert await carting.find_current_cart() is None
            other = done(await carting.add_product(BARREL.id)).cart
            assert [row.held_as for row in await carting.list_carts()] == ["", "R. Ramnarine"]
            done(await carting.recall_cart(cart.id))
            assert (await carting.find_current_cart()).cart.id == cart.id
            assert codes(await carting.recall_cart(cart.id)) == ["cart.already_recalled"]
            done(await carting.choose_cart(other.id))
            done(await tendering.check_out(other.id))
            assert await tendering.locked_till(other.id) is not None
            done(await tendering.renew(other.id))
            done(await tendering.release(other.id))
            assert await tendering.locked_till(other.id) is None
            emptied = done(await carting.remove_line(other.id, other.lines[0].id))
            assert emptied.lines == ()
            assert codes(await tendering.check_out(other.id)) == ["cart.empty"]
            done(await carting.hold_cart(other.id))
            assert codes(await carting.choose_cart(other.id)) == ["cart.not_open"]
            assert [row.code for row in await carting.recent_products()] == ["TAPE-3"]

    run(story())


def test_promotions_and_unknown_codes_are_answered_in_place(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            carting = bench.cases.carting
            assert codes(await carting.add_by_code("nothing")) == ["product.unknown"]
            cart = done(await carting.add_product(TAPE.id, 3)).cart
            assert codes(await carting.set_promotion(cart.id, "NOPE")) == ["promotion.unknown"]
            code = (await bench.cases.pricing.find_trade_rules()).promotions[0].code
            shown = done(await carting.set_promotion(cart.id, code))
            assert shown.totals.promotion.minor < 0
            assert codes(await carting.set_quantity(cart.id, cart.id, 2)) == ["line.unknown"]

    run(story())


def test_an_expired_quote_shows_what_changed(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            quote = done(await bench.cases.quoting.save_quote(a_request(), "ocean", INDRANIE.id))
            same = await bench.cases.quoting.reprice(quote.id)
            assert same.changes == ()
            card = next(c for c in (await _book(bench)).cards if c.id == quote.chosen.card_id)
            dearer = card.model_copy(update={"version": 2, "fuel_percent": card.fuel_percent + 5})
            await bench.fill(dearer)
            again = await bench.cases.quoting.reprice(quote.id)
            assert "fuel" in {change.code for change in again.changes}
            assert again.now is not None
            assert again.now.minor > again.was.minor
            bench.clock.pass_time(hours=25)
            assert "quote.expired" in codes(await bench.cases.carting.book_quote(quote.id))
            assert [row.number for row in await bench.cases.quoting.list_quotes(INDRANIE.id)] == [quote.number]
            assert (await bench.cases.quoting.find_quote("q-geo-2-000001")).id == quote.id
            assert await bench.cases.quoting.get_quote(quote.id) == quote
            paper = done(await bench.cases.quoting.print_quote(quote.id))
            assert content(paper.path).startswith(b"Q-GEO-2-000001 209")

    run(story())


async def _book(bench: Any) -> Any:
    return (
        await bench.desk.use_cases.pricing.price(a_request())
        and await bench.desk.runner.reading(lambda reader: reader.book())()
    )


def test_an_order_without_money_waits_for_payment(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            cart = done(await bench.cases.carting.add_product(TAPE.id)).cart
            done(await bench.cases.tendering.check_out(cart.id))
            order = done(await bench.cases.tendering.place_order(cart.id))
            assert order.state is OrderState.AWAITING_PAYMENT
            assert done(await bench.cases.tendering.place_order(cart.id)).id == order.id
            sale = done(await bench.cases.tendering.take_cash(cart.id, usd(50_00)))
            assert sale.order.id == order.id

    run(story())


def _ceiling(minor: int) -> Any:
    rules = load_price_book().rules[-1]
    return rules.model_copy(update={"offline_cash_ceiling": usd(minor), "version": rules.version + 1})


def test_without_the_link_an_agent_stops_at_the_ceiling_and_a_manager_goes_on(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            await bench.fill(_ceiling(20_00))
            await _sell(bench.cases, gyd(5_000_00))
            cart = done(await bench.cases.carting.add_product(TAPE.id, 2)).cart
            done(await bench.cases.tendering.check_out(cart.id))
            over = await bench.cases.tendering.take_cash(cart.id, gyd(5_000_00))
            assert codes(over) == ["cash.over_ceiling"]
            status = await bench.cases.sync.get_status()
            assert (status.cash_at_risk, status.ceiling) == (usd(13_09), usd(20_00))
            assert ("Cash sale without the link", "USD 6.91 left", True) in [
                (one.what, one.age_rule, one.allowed) for one in status.allowed
            ]
            bench.sign_in(Role.MANAGER)
            taken = await bench.cases.tendering.take_cash(cart.id, gyd(5_000_00))
            assert [one.code for one in taken.warnings] == ["cash.near_ceiling"]
            assert (await bench.cases.sync.get_status()).allowed[0].age_rule == "at the ceiling"

    run(story())


def test_the_ceiling_is_for_a_silent_central_alone(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            await bench.fill(_ceiling(5_00))
            await bench.desk.runner.write(lambda connection, _: keep_heard(connection, bench.clock.now()))
            await _sell(bench.cases, gyd(5_000_00))
            bench.clock.pass_time(minutes=3)
            cart = done(await bench.cases.carting.add_product(TAPE.id, 2)).cart
            done(await bench.cases.tendering.check_out(cart.id))
            assert codes(await bench.cases.tendering.take_cash(cart.id, gyd(5_000_00))) == ["cash.over_ceiling"]

    run(story())
