"""The warehouse's queue, and what an order tells of its pieces."""

from __future__ import annotations

from pathlib import Path

from agent_desk.domain.people import Role
from tests.desk.workshop import INDRANIE, TAPE, a_desk, a_piece, a_request, codes, done, run


def test_a_measured_piece_leaves_the_queue_and_stands_in_the_order_s_timeline(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            carting, measuring = bench.cases.carting, bench.cases.measuring
            cart = done(await carting.quote_to_cart(a_request(a_piece(), a_piece("12")), "ocean", INDRANIE.id)).cart
            done(await bench.cases.tendering.check_out(cart.id))
            order = done(await bench.cases.tendering.place_order(cart.id))
            bench.sign_in(Role.WAREHOUSE)
            queue = await measuring.list_waiting()
            assert [piece.code for piece in queue.pieces] == ["SH-GEO-2-000001-1", "SH-GEO-2-000001-2"]
            assert queue.waiting == 2
            first = queue.pieces[0]
            declared = first.piece.declared
            heavier = declared.weight.model_copy(update={"value": declared.weight.value * 121 / 100})
            measured = {
                "weight": heavier, "length": declared.length, "width": declared.width, "height": declared.height,
            }  # fmt: skip
            seen = done(await measuring.preview(first.shipment.id, 1, **measured))
            assert seen.holds
            assert (await measuring.list_waiting()).waiting == 2
            done(await measuring.record_measurement(first.shipment.id, 1, **measured))
            assert [piece.piece.number for piece in (await measuring.list_waiting(1)).pieces] == [2]
            assert (await measuring.find_piece("sh-geo-2-000001")).piece.number == 2
            assert await measuring.find_piece("SH-GEO-2-000001-7") is None
            assert codes(await measuring.record_measurement(first.shipment.id, 7, **measured)) == ["piece.unknown"]
            shown = await bench.cases.orders.get_order(order.id)
            assert shown.order.held
            kinds = [event.kind for event in shown.timeline]
            assert {"measured", "held", "placed", "booked", "waiting"} == set(kinds)
            assert shown.customer == INDRANIE

    run(story())


def test_what_one_desk_may_not_do_changes_nothing_there(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            bench.sign_in(Role.WAREHOUSE)
            assert "role.not_allowed" in codes(await bench.cases.carting.add_product(TAPE.id))
            assert await bench.cases.sync.count_waiting() == 0
            assert await bench.cases.carting.list_carts() == ()

    run(story())
