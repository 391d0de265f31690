"""CTR-8 at the desk, with the link down: float, moves, blind count, close, report; refunds; a rate by hand."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from agent_desk.domain.money import Currency, gyd, usd
from agent_desk.domain.people import Role
from agent_desk.domain.selling import OrderState
from agent_desk.domain.till import Cash, TillState
from tests.desk.workshop import TAPE, a_desk, codes, content, done, run

RIGHT = {Currency.USD: {100_00: 1}, Currency.GYD: {5_000_00: 6}}
"""The float, note by note."""


async def opened(cases: Any) -> Any:
    return done(await cases.tilling.open_till(usd(100_00), gyd(30_000_00)))


async def sold(cases: Any, given: Any, change_in: Currency | None = None) -> Any:
    cart = done(await cases.carting.add_product(TAPE.id, 2)).cart
    done(await cases.tendering.check_out(cart.id))
    return done(await cases.tendering.take_cash(cart.id, given, change_in))


def counting(dollars: Cash = Cash(), **changed: Any) -> dict[str, Any]:  # noqa: B008 - a frozen value
    return {"notes": RIGHT, "coins": dollars, "seconds": 75, "changes": 0} | changed


def test_a_shift_from_the_float_to_the_report(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            tilling = bench.cases.tilling
            assert await tilling.find_till() is None
            till = await opened(bench.cases)
            assert till.number == "T-GEO-2-000001"
            sale = await sold(bench.cases, gyd(5_000_00))
            assert sale.tender.till == till.id
            assert sale.tender.gyd_per_usd == sale.order.gyd_per_usd
            done(await tilling.pay_in(gyd(5_000_00), "change from bank"))
            done(await tilling.pay_out(gyd(3_500_00), " taxi "))
            shown = await tilling.find_till()
            assert (shown.sales, shown.refunds, [move.reason for move in shown.till.moves]) == (
                1, 0, ["change from bank", "taxi"],
            )  # fmt: skip
            kept = 5_000_00 - sale.tender.change.minor
            compared = done(
                await tilling.commit_count(**counting(Cash(usd_minor=5_00, gyd_minor=1_500_00 + kept - 1_000_00)))
            )
            assert compared.count.expected == Cash(usd_minor=100_00, gyd_minor=30_000_00 + 1_500_00 + kept)
            assert compared.count.over_short == Cash(usd_minor=5_00, gyd_minor=-1_000_00)
            assert compared.manager_sees
            assert codes(await tilling.close_till("", "")) == ["till.no_reason"]
            closed = done(await tilling.close_till("unknown", "looked everywhere"))
            assert closed.state is TillState.CLOSED
            assert closed.closing.note == "looked everywhere"
            paper = done(await tilling.print_till(till.id))
            assert content(paper.path) == b"T-GEO-2-000001 1 Regent Street"
            assert await tilling.find_till() is None
            assert [row.number for row in await tilling.list_tills()] == ["T-GEO-2-000001"]

    run(story())


def test_what_should_be_there_is_nowhere_before_the_count_is_committed(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            till = await opened(bench.cases)
            await sold(bench.cases, gyd(5_000_00))
            shown = await bench.cases.tilling.find_till()
            assert "expected" not in repr(shown)
            assert codes(await bench.cases.tilling.close_till("", "")) == ["till.uncounted"]
            assert codes(await bench.cases.tilling.print_till(till.id)) == ["till.uncounted"]

    run(story())


def test_a_recount_stands_beside_the_first_count_and_a_sale_between_count_and_close_changes_nothing(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            await opened(bench.cases)
            wrong = {Currency.USD: {100_00: 2}, Currency.GYD: {5_000_00: 6}}
            first = done(await bench.cases.tilling.commit_count(**counting(notes=wrong)))
            assert first.count.over_short == Cash(usd_minor=100_00)
            again = done(await bench.cases.tilling.commit_count(**counting(changes=1)))
            assert again.count.over_short == Cash()
            await sold(bench.cases, gyd(5_000_00))
            till = done(await bench.cases.tilling.close_till("", ""))
            assert [count.over_short for count in till.counts] == [Cash(usd_minor=100_00), Cash()]
            assert till.closing.over_short == Cash()
            assert till.closing.through.sales == 1

    run(story())


def test_a_change_written_down_in_the_wrong_currency_is_found(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            await opened(bench.cases)
            await sold(bench.cases, gyd(3_000_00))
            mixed = await sold(bench.cases, gyd(5_000_00), Currency.USD)
            rate = mixed.order.gyd_per_usd
            back = mixed.tender.change.minor
            in_gyd = round(back * rate / 100) * 100
            # the change was given in GYD: the dollars are all there, the Guyanese dollars are not
            coins = Cash(gyd_minor=2_736_00 + 5_000_00 - in_gyd)
            compared = done(await bench.cases.tilling.commit_count(**counting(coins)))
            over = compared.count.over_short
            assert over.usd_minor == back
            assert compared.mix_up.number == mixed.order.number

    run(story())


def test_one_till_is_open_at_a_time_and_only_an_open_one_moves(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            tilling = bench.cases.tilling
            assert codes(await tilling.pay_in(usd(1_00), "x")) == ["till.not_open"]
            await opened(bench.cases)
            assert codes(await tilling.open_till(usd(0), gyd(0))) == ["till.open_already"]
            assert codes(await tilling.pay_out(usd(0), "")) == ["till.no_amount", "till.no_reason"]
            bench.sign_in(Role.WAREHOUSE)
            assert codes(await tilling.pay_out(usd(1_00), "taxi")) == ["role.not_allowed"]

    run(story())


def test_cash_of_this_desk_s_own_sale_goes_back_at_its_rate(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            await opened(bench.cases)
            sale = await sold(bench.cases, gyd(5_000_00))
            order, tender = sale.order.id, sale.tender.id
            refunding = bench.cases.refunding
            preview = await refunding.preview(order, tender)
            assert preview.given.currency is Currency.GYD
            assert preview.given.minor % 100 == 0
            assert codes(await refunding.refund_cash(order, tender, " ")) == ["refund.no_reason"]
            assert codes(await refunding.refund_cash(order, tender, "x", amount=usd(500_00))) == [
                "refund.too_much", "refund.over_limit",
            ]  # fmt: skip
            part = done(await refunding.refund_cash(order, tender, "one was torn", amount=usd(5_00)))
            assert part.order.state is OrderState.REFUNDED_PART
            assert part.refund.gyd_per_usd == sale.order.gyd_per_usd
            whole = done(await refunding.refund_cash(order, tender, "the other too"))
            assert whole.order.state is OrderState.REFUNDED
            assert whole.order.refunded == whole.order.paid
            assert (await bench.cases.tilling.find_till()).refunds == 2

    run(story())


def test_a_rate_by_hand_holds_at_once_without_a_link(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            await bench.sql("INSERT INTO setting (key, value) VALUES ('heard_at', ?)", bench.clock.at.isoformat())
            bench.clock.pass_time(hours=25)
            shown = await bench.cases.pricing.find_rate()
            assert shown.age == timedelta(hours=25)
            cart = done(await bench.cases.carting.add_product(TAPE.id, 2)).cart
            assert codes(await bench.cases.tendering.check_out(cart.id)) == ["exchange_rate.too_old"]
            assert codes(await bench.cases.pricing.set_rate(Decimal(0), "")) == [
                "exchange_rate.unreadable", "exchange_rate.no_source",
            ]  # fmt: skip
            assert codes(await bench.cases.pricing.set_rate(Decimal(212), "Bank")) == ["role.not_allowed"]
            bench.sign_in(Role.MANAGER)
            done(await bench.cases.pricing.set_rate(Decimal(212), "Bank", spread_percent=Decimal(2)))
            bench.sign_in(Role.AGENT)
            assert (await bench.cases.pricing.find_rate()).gyd_per_usd == 212
            shown = done(await bench.cases.tendering.check_out(cart.id))
            assert shown.cart.checkout.gyd_per_usd == 212

    run(story())
