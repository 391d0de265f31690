"""Desks and the real central: nothing is lost, nothing doubled, everybody agrees at the end."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agent_desk.central.bootstrap import Central
from agent_desk.domain.money import gyd
from agent_desk.domain.people import Role
from agent_desk.domain.selling import CartState
from tests.desk.sync.branch import PASSWORD, a_synced_desk, at_central, picture, settle, waiting
from tests.desk.workshop import BARREL, INDRANIE, TAPE, Bench, SetClock, a_request, codes, done, run


async def sell(bench: Bench) -> Any:
    """A sale of one roll of tape for cash."""
    cart = done(await bench.cases.carting.add_product(TAPE.id, 1)).cart
    done(await bench.cases.tendering.check_out(cart.id))
    return done(await bench.cases.tendering.take_cash(cart.id, gyd(5_000_00))).order


def test_a_sale_reaches_central_once_and_a_second_desk(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        async with (
            a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, _),
            a_synced_desk(central.app, tmp_path / "b", central_clock, Role.MANAGER) as (two, link),
        ):
            order = await sell(one)
            await settle(one)
            await settle(two)
            link.plan = ["down"] * 5
            shown = await two.cases.orders.find_order(order.number)
            assert shown.order.tenders[0].receipt == order.tenders[0].receipt
            assert not shown.standing.pending
            assert shown.order.state == "paid"
            assert await picture(one) == await picture(two)
            assert at_central(central, "select count(*) from document where id = %s", order.id) == [(1,)]

    run(story())


FATES = st.lists(st.sampled_from(["up", "down", "lost", "double", "portal", "cut"]), max_size=14)


@settings(
    max_examples=12, deadline=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(fates=st.tuples(FATES, FATES), sales=st.lists(st.sampled_from("abAB"), min_size=1, max_size=6))
def test_whatever_the_link_does_no_sale_is_lost_or_doubled(
    central: Central,
    central_clock: SetClock,
    tmp_path_factory: pytest.TempPathFactory,
    fates: tuple[list[str], list[str]],
    sales: list[str],
) -> None:
    folder = tmp_path_factory.mktemp("fates")

    async def story() -> None:
        async with (
            a_synced_desk(central.app, folder / "a", central_clock) as (one, link_one),
            a_synced_desk(central.app, folder / "b", central_clock) as (two, link_two),
        ):
            link_one.plan, link_two.plan = (list(plan) for plan in fates)
            desks = {"a": one, "b": two}
            orders = []
            for turn in sales:
                orders.append(await sell(desks[turn.lower()]))
                if turn.isupper():
                    await asyncio.gather(one.desk.loop.round(), two.desk.loop.round())
            link_one.plan, link_two.plan = [], []
            for bench in (one, two, one, two):
                await settle(bench)
            assert await picture(one) == await picture(two)
            for order in orders:
                rows = at_central(central, "select body from document where id = %s", order.id)
                assert len(rows) == 1
                for bench in (one, two):
                    shown = await bench.cases.orders.get_order(order.id)
                    assert len(shown.order.tenders) == 1
                    assert shown.order.totals == order.totals
            for bench in (one, two):
                assert await bench.cases.sync.count_waiting() == 0
                assert (await bench.cases.sync.get_status()).notices == ()

    run(story())


def test_two_desks_recall_one_cart_and_the_second_reads_who_has_it(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        async with (
            a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, _),
            a_synced_desk(central.app, tmp_path / "b", central_clock) as (two, _),
        ):
            cart = done(await one.cases.carting.add_product(BARREL.id)).cart
            done(await one.cases.carting.hold_cart(cart.id, "Mr Benn"))
            await settle(one)
            await settle(two)
            done(await one.cases.carting.recall_cart(cart.id))
            done(await two.cases.carting.recall_cart(cart.id))
            await settle(one)
            await two.desk.loop.round()
            notices = (await two.cases.sync.get_status()).notices
            assert [notice.refusals[0].code for notice in notices] == ["cart.already_recalled"]
            assert notices[0].ref == ("cart", cart.id)
            assert await two.cases.carting.find_current_cart() is None, "the other desk works on it"
            assert await one.cases.carting.find_current_cart() is not None
            assert notices[0].current[0]["state"] == CartState.OPEN
            assert (await two.cases.carting.get_cart(cart.id)).cart.taken_by.startswith("Shanice Persaud at GEO-")
            done(await two.cases.sync.settle_notice(notices[0].id))
            assert (await two.cases.sync.get_status()).notices == ()

    run(story())


def test_a_pending_command_that_no_longer_fits_says_so_on_what_is_shown(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        async with (
            a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, _),
            a_synced_desk(central.app, tmp_path / "b", central_clock) as (two, link),
        ):
            cart = done(await one.cases.carting.add_product(BARREL.id)).cart
            await settle(one)
            await settle(two)
            done(await one.cases.carting.remove_line(cart.id, cart.lines[0].id))
            await settle(one)
            link.plan = ["down"]
            done(await two.cases.carting.set_quantity(cart.id, cart.lines[0].id, 3))
            assert (await two.cases.carting.get_cart(cart.id)).standing.pending
            kept = await two.sql("SELECT n, state FROM outbox")
            # the rows come while the command still waits: it was never sent
            await two.sql("UPDATE outbox SET n = n + 1000")
            await two.sql("UPDATE effect SET n = n + 1000")
            await settle(two)
            assert kept
            shown = await two.cases.carting.get_cart(cart.id)
            assert shown.cart.lines == ()
            assert [n.refusals[0].code for n in (await two.cases.sync.get_status()).notices] == ["line.unknown"]

    run(story())


def test_two_desks_change_the_same_and_what_was_replaced_unseen_can_be_put_back(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        async with (
            a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, _),
            a_synced_desk(central.app, tmp_path / "b", central_clock) as (two, _),
        ):
            cart = done(await one.cases.carting.add_product(TAPE.id)).cart
            await settle(one)
            await settle(two)
            line = cart.lines[0].id
            for bench, phone, quantity in ((one, "600 0001", 3), (two, "600 0002", 2)):  # neither sees the other's
                done(await bench.cases.customers.change_customer(INDRANIE.id, phone=phone))
                done(await bench.cases.carting.set_quantity(cart.id, line, quantity))
            done(await two.cases.customers.change_customer(INDRANIE.id, note="Calls after six"))
            for bench in (one, two, one):
                await settle(bench)
            assert await picture(one) == await picture(two)
            for bench in (one, two):
                status = await bench.cases.sync.get_status()
                assert {(row.label, row.lost, row.instead) for row in status.losses} == {
                    ("Phone", "600 0001", "600 0002"),
                    (TAPE.name, "3", "2"),
                }
                assert status.notices == ()
            done(await one.cases.sync.restore_loss("customer", INDRANIE.id, "phone"))
            done(await one.cases.sync.settle_loss("cart", cart.id, f"line:{line}"))
            again = await one.cases.sync.restore_loss("cart", cart.id, f"line:{line}")
            assert codes(again) == ["loss.unknown"]
            await settle(one)
            await settle(two)
            assert (await two.cases.sync.get_status()).losses == ()
            known = (await two.cases.customers.get_customer(INDRANIE.id)).customer
            assert (known.phone, known.note) == ("600 0001", "Calls after six")
            assert (await two.cases.carting.get_cart(cart.id)).cart.lines[0].quantity == 2
            done(await two.cases.carting.set_quantity(cart.id, line, 4))
            await settle(two)
            done(await one.cases.carting.set_quantity(cart.id, line, 3))  # from 2: the 4 was not seen
            await settle(one)
            done(await one.cases.sync.restore_loss("cart", cart.id, f"line:{line}"))
            assert (await one.cases.carting.get_cart(cart.id)).cart.lines[0].quantity == 4

    run(story())


def test_a_copied_disk_starts_a_new_generation_and_loses_nothing(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        async with a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, _):
            first = await sell(one)
            await settle(one)
            # the disk goes back to before: the same numbers with other ids
            await one.sql("UPDATE counter SET last = 0 WHERE series = 'command'")
            cart = done(await one.cases.carting.add_product(TAPE.id)).cart
            await settle(one)
            assert (await one.sql("SELECT value FROM setting WHERE key = 'generation'"))[0][0] == "1"
            assert at_central(central, "select count(*) from document where id = %s", cart.id) == [(1,)]
            assert at_central(central, "select count(*) from document where id = %s", first.id) == [(1,)]

    run(story())


def test_a_gap_closes_by_itself(central: Central, central_clock: SetClock, tmp_path: Path) -> None:
    async def story() -> None:
        async with a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, _):
            await one.sql("INSERT OR REPLACE INTO counter (series, last) VALUES ('command', 40)")
            order = await sell(one)
            await settle(one)
            assert at_central(central, "select count(*) from document where id = %s", order.id) == [(1,)]
            assert (await one.sql("SELECT last FROM counter WHERE series = 'command'"))[0][0] == 5

    run(story())


def test_a_central_that_was_restored_gets_everything_again(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        async with a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, _):
            before = at_central(central, "select epoch from server_meta")[0][0]
            order = await sell(one)
            await settle(one)
            device = (await one.sql("SELECT value FROM setting WHERE key = 'device'"))[0][0]
            with central.database.connection() as connection:
                connection.execute("update server_meta set epoch = %s", [uuid4()])
                # what came after the backup is gone
                connection.execute("delete from command_id where device = %s", [device])
                connection.execute("delete from command where device = %s", [device])
                connection.execute("update device set last_n = 0 where id = %s", [device])
            await settle(one)
            shown = await one.cases.orders.get_order(order.id)
            assert len(shown.order.tenders) == 1
            assert at_central(central, "select count(*) from command where device = %s", device) == [(5,)]
            assert at_central(central, "select epoch from server_meta")[0][0] != before

    run(story())


def test_a_central_restored_to_before_two_copies_of_a_desk_gets_what_each_generation_sold(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        async with a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, _):
            device = (await one.sql("SELECT value FROM setting WHERE key = 'device'"))[0][0]
            orders = []
            for generation in range(3):
                orders.append(await sell(one))
                await settle(one)
                found = await one.sql("SELECT coalesce(max(value), '0') FROM setting WHERE key = 'generation'")
                assert found[0][0] == str(generation)
                # the disk goes back to before: the same numbers with other ids
                await one.sql("UPDATE counter SET last = 0 WHERE series = 'command' AND ? < 2", generation)
            with central.database.connection() as connection:
                connection.execute("update server_meta set epoch = %s", [uuid4()])
                # what came after the backup is gone
                connection.execute("delete from command_id where device = %s", [device])
                connection.execute("delete from command where device = %s", [device])
                connection.execute("update device set last_n = 0, generation = 0 where id = %s", [device])
            await settle(one)
            assert at_central(central, "select count(*) from command where device = %s", device) == [(15,)]
            assert (await one.sql("SELECT count(*) FROM outbox"))[0][0] == 0
            for order in orders:
                assert len((await one.cases.orders.get_order(order.id)).order.tenders) == 1

    run(story())


def test_a_desk_whose_rows_went_wrong_repairs_itself(central: Central, central_clock: SetClock, tmp_path: Path) -> None:
    async def story() -> None:
        async with a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, _):
            await sell(one)
            await settle(one)
            right = await picture(one)
            await one.sql("UPDATE base SET version = version + 7 WHERE kind = 'customer' AND id = ?", str(INDRANIE.id))
            await one.sql("UPDATE scope SET sum = '00000000000000ff' WHERE name = 'branch:GEO'")
            await settle(one)
            await settle(one)
            assert await picture(one) == right
            report = one.desk.loop.state.report
            assert report is not None
            assert report.agreed_rows > 0

    run(story())


def test_an_access_token_that_ended_is_renewed_and_a_session_that_ended_asks_for_a_password(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        async with a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, link):
            one.desk.accounts._access = "nonsense"
            await settle(one)
            link.seen.clear()
            await one.desk.accounts.forget(whole=False)
            await settle(one)
            assert link.seen[0] == "/v1/refresh up"
            await one.desk.accounts.forget(whole=True)
            await one.desk.loop.round()
            assert one.desk.loop.state.trouble == "Sign in, so that this desk may sync."
            await one.cases.signing_in.sign_in("agent", PASSWORD)
            await one.cases.signing_in.confirm()
            await settle(one)
            assert one.desk.loop.state.trouble == ""

    run(story())


def test_a_revoked_desk_says_so_and_keeps_what_waits(central: Central, central_clock: SetClock, tmp_path: Path) -> None:
    async def story() -> None:
        async with a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, _):
            await sell(one)
            device = (await one.sql("SELECT value FROM setting WHERE key = 'device'"))[0][0]
            with central.database.connection() as connection:
                connection.execute("update device set status = 'revoked' where id = %s", [device])
            await one.desk.loop.round()
            assert one.desk.loop._course.state == "revoked"
            assert await waiting(one) == 5

    run(story())


def test_a_desk_too_old_is_told_so(central: Central, central_clock: SetClock, tmp_path: Path) -> None:
    import httpx

    async def story() -> None:
        async with a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, link):
            body = b'{"code":"app.too_old","message":"Update the desk."}'
            link.tamper = lambda answer: httpx.Response(426, content=body, request=answer.request)
            rest = await one.desk.loop.round()
            assert rest >= 30
            assert one.desk.loop._course.state == "update_needed"
            assert one.desk.loop.state.trouble == "Update the desk."

    run(story())


def test_a_measurement_is_kept_re_rated_and_held_on_both_desks(
    central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story() -> None:
        async with (
            a_synced_desk(central.app, tmp_path / "a", central_clock) as (agent, _),
            a_synced_desk(central.app, tmp_path / "b", central_clock, Role.WAREHOUSE) as (warehouse, _),
        ):
            cart = done(await agent.cases.carting.quote_to_cart(a_request(), "ocean")).cart
            await settle(agent)
            await settle(warehouse)
            queue = await warehouse.cases.measuring.list_waiting()
            piece = next(one for one in queue.pieces if one.shipment.id == cart.lines[0].subject)
            found = await warehouse.cases.measuring.find_piece(piece.code)
            assert found.piece.number == 1
            side = found.piece.declared
            heavier = side.weight.model_copy(update={"value": side.weight.value * 121 / 100})
            measured = {"weight": heavier, "length": side.length, "width": side.width, "height": side.height}
            seen = done(await warehouse.cases.measuring.preview(piece.shipment.id, 1, **measured))
            assert seen.holds
            assert await waiting(warehouse) == 0
            done(await warehouse.cases.measuring.record_measurement(piece.shipment.id, 1, **measured))
            await settle(warehouse)
            await settle(agent)
            shown = (await agent.cases.carting.get_cart(cart.id)).lines[0]
            assert [hold.value for hold in shown.shipment.holds] == ["weight"]
            assert codes(await warehouse.cases.measuring.record_measurement(piece.shipment.id, 9, **measured))

    run(story())


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85", "\x1c", "\x0b", "\r"], ids=ascii)
def test_a_line_separator_in_a_name_does_not_cut_an_answer(
    central: Central, central_clock: SetClock, tmp_path: Path, mark: str
) -> None:
    async def story() -> None:
        async with (
            a_synced_desk(central.app, tmp_path / "a", central_clock) as (one, _),
            a_synced_desk(central.app, tmp_path / "b", central_clock) as (two, _),
        ):
            added = done(await one.cases.customers.add_customer(f"Indranie{mark}Persaud"))
            await settle(one)
            await settle(two)
            assert (await two.cases.customers.get_customer(added.id)).customer.name == f"Indranie{mark}Persaud"

    run(story())
