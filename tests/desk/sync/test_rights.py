"""What a desk may see changes: scopes come and go whole, and an order that moves is in one branch at any time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from agent_desk.central.bootstrap import Central
from agent_desk.central.usecases.sampling import save_all
from agent_desk.central.usecases.shaping import stamp_all
from agent_desk.central.usecases.stocking import StockRoom
from agent_desk.central.usecases.working_state import WorkingState
from agent_desk.desk.store.ledger import StoreLedgers
from agent_desk.desk.sync import fill, pull
from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.money import gyd
from agent_desk.domain.people import Branch, Role, Staff
from agent_desk.domain.selling import Order
from agent_desk.sample import stable_id
from agent_desk.wire.canonical import canonical_json
from agent_desk.wire.live_rows import read_live_rows
from agent_desk.wire.sync import SnapshotBlock, SnapshotOffer, SyncAnswer
from tests.desk.sync.branch import CHEAP_HASH, PASSWORD, Link, a_synced_desk, at_central, picture, settle, waiting
from tests.desk.sync.test_with_central import sell
from tests.desk.workshop import INDRANIE, NOON, TAPE, SetClock, a_desk, a_staff, done, run

NEWARK = Branch(id=stable_id("branch", "EWR"), version=1, code="EWR", name="Newark", country="US")
MARCUS = a_staff(Role.AGENT, "EWR").model_copy(update={"id": stable_id("staff", "marcus"), "login": "marcus"})


def add_newark(central: Central) -> None:
    with central.database.filling() as unit:
        save_all(unit, [NEWARK, MARCUS])
        unit.save_password_hash(MARCUS.id, CHEAP_HASH)
        unit.enrol_desk("EWR-1", "EWR", None)


def save_at_central(central: Central, kind: type[Aggregate], id_: Any, **changed: Any) -> None:
    """As a command would that changes it: one transaction, seen in every scope it concerns."""
    with central.database.pushing() as unit:
        refs = frozenset({(kind.kind, id_)})
        state = WorkingState(unit, unit.lock_documents(sorted(refs)), refs, StockRoom(unit, None, NOON))
        before = state.find(kind, id_)
        assert before is not None
        state.save((before.model_copy(update={**changed, "version": before.version + 1}),))
        stamp_all(unit, state.rows())


def test_what_came_of_a_file_goes_again_when_the_scope_is_lost_before_it_was_whole(tmp_path: Path) -> None:
    body = {"id": str(INDRANIE.id), "kind": "customer", "version": 1, "op": "u", "seq": 1}
    line = canonical_json(body | {"body": INDRANIE.model_dump(mode="json")})
    blocks = tuple(SnapshotBlock(rows=1, bytes=9, sha256=str(at)) for at in range(2))
    offer = SnapshotOffer(url="/", seq=9, rows=2, bytes=18, sha256="half", blocks=blocks)

    async def story() -> None:
        async with a_desk(tmp_path, documents=()) as bench:
            ledgers = StoreLedgers(bench.desk.runner, bench.desk.session)
            rows = read_live_rows([line])
            await ledgers.commit(lambda ledger: fill.keep_block(ledger, "branch:EWR", offer, 0, rows))
            assert await bench.sql("SELECT scope FROM base") == [("branch:EWR",)]
            answer = SyncAnswer(epoch=stable_id("epoch"), now=NOON, scopes=("branch:GEO",), expected_n=1)

            def take_in(ledger: Any) -> None:
                pull.take_in(ledger, answer)
                ledger.finish()

            await ledgers.commit(take_in)
            assert await bench.sql("SELECT name FROM scope") == [("branch:GEO",)]
            for table in ("base", "customer_row"):
                assert await bench.sql(f"SELECT * FROM {table}") == []
            assert await bench.sql("SELECT * FROM setting WHERE key LIKE 'begun %'") == []

    run(story())


def test_who_is_no_manager_any_more_loses_the_other_branch_and_keeps_what_waits(
    new_central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    add_newark(new_central)

    async def story() -> None:
        async with a_synced_desk(new_central.app, tmp_path / "a", central_clock, Role.MANAGER) as (one, link):
            async with a_desk(
                tmp_path / "b", transport=Link(new_central.app), clock=central_clock, code="EWR-1", documents=()
            ) as two:
                two.desk.session.staff = None
                await two.cases.signing_in.sign_in("marcus", PASSWORD)
                cart = done(await two.cases.carting.open_cart()).cart
                await settle(two)
            await settle(one)
            assert await picture(one, "branch:EWR")
            link.plan = ["down"] * 50
            done(await one.cases.carting.choose_cart(cart.id))
            done(await one.cases.carting.add_product(TAPE.id, 1))
            sold = await one.cases.tendering.check_out(cart.id)
            done(sold)
            order = done(await one.cases.tendering.take_cash(cart.id, gyd(5_000_00))).order
            unsent = await waiting(one)
            save_at_central(new_central, Staff, a_staff(Role.MANAGER).id, role=Role.AGENT)
            link.plan = []
            await one.desk.loop.round()
            await settle(one)
            assert unsent == 4
            assert await waiting(one) == 0
            assert await one.sql("SELECT * FROM base WHERE scope = 'branch:EWR'") == []
            assert await one.sql("SELECT * FROM scope WHERE name = 'branch:EWR'") == []
            states = at_central(
                new_central, "select name, state from command where staff = %s order by n", a_staff(Role.MANAGER).id
            )
            assert [state for _, state in states] == ["refused", "refused", "refused", "parked"]
            assert at_central(new_central, "select matched from cash_received where order_id = %s", order.id) == [
                (False,)
            ]

    run(story())


def test_an_order_that_moves_leaves_one_branch_and_comes_to_the_other_in_one_transaction(
    new_central: Central, central_clock: SetClock, tmp_path: Path
) -> None:
    add_newark(new_central)

    async def story() -> None:
        async with (
            a_synced_desk(new_central.app, tmp_path / "a", central_clock) as (one, _),
            a_desk(
                tmp_path / "b", transport=Link(new_central.app), clock=central_clock, code="EWR-1", documents=()
            ) as two,
        ):
            two.desk.session.staff = None
            await two.cases.signing_in.sign_in("marcus", PASSWORD)
            order = await sell(one)
            for desk in (one, two):
                await settle(desk)
            key = ("order", str(order.id))
            assert key in await picture(one)
            assert key not in await picture(two, "branch:EWR")
            save_at_central(new_central, Order, order.id, branch="EWR")
            moved = (
                "select scope, op, count(*) over (partition by xmin::text) from sync_row where id = %s order by scope"
            )
            assert at_central(new_central, moved, order.id) == [("branch:EWR", "u", 2), ("branch:GEO", "x", 2)]
            for desk in (one, two):
                await settle(desk)
            assert key not in await picture(one)
            assert key in await picture(two, "branch:EWR")
            assert await one.cases.orders.find_order(order.number) is None
            assert (await two.cases.orders.find_order(order.number)).order.branch == "EWR"

    run(story())
