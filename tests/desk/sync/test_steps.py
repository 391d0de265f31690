"""The steps of one round by themselves, on a real store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from agent_desk.desk.store.ledger import StoreLedgers
from agent_desk.desk.sync import check, pull, push
from agent_desk.desk.sync.check import MOST_MENDED
from agent_desk.desk.sync.keeping import recover
from agent_desk.domain.money import gyd
from agent_desk.wire.canonical import row_hash
from agent_desk.wire.sync import Ack, AckState, Patch, Row, SnapshotOffer, Sum, SyncAnswer
from tests.desk.workshop import INDRANIE, NOON, TAPE, Bench, a_desk, done, run

EPOCH = uuid4()


async def keep(bench: Bench, step: Callable[[Any], Any]) -> Any:
    def job(ledger: Any) -> Any:
        outcome = step(ledger)
        ledger.finish()
        return outcome

    return await StoreLedgers(bench.desk.runner, bench.desk.session).commit(job)


async def take_in(bench: Bench, answer: SyncAnswer) -> Any:
    return await keep(bench, lambda ledger: pull.take_in(ledger, answer))


def a_row(seq: int, version: int = 1, op: str = "u") -> Row:
    body = INDRANIE.model_dump(mode="json") | {"version": version} if op == "u" else None
    return Row.model_validate(
        {"seq": seq, "kind": "customer", "id": INDRANIE.id, "version": version, "op": op, "body": body}
    )


def a_page(from_: int, to: int, *rows: Row, reset: bool = False, **said: Any) -> SyncAnswer:
    patch = Patch.model_validate({"scope": "s", "from": from_, "to": to, "boot": 0, "rows": rows, "reset": reset})
    sums = {"s": Sum(seq=to, live=0, sum="0" * 16)}
    whole = {"epoch": EPOCH, "now": NOON, "patches": (patch,), "scopes": ("s",), "expected_n": 1, "sums": sums}
    return SyncAnswer(**{**whole, **said})


def a_restored_central(last_n: int) -> SyncAnswer:
    return SyncAnswer(epoch=uuid4(), now=NOON, scopes=("s",), expected_n=last_n + 1, resend_after=last_n)


async def acknowledge_all(bench: Bench) -> None:
    request = await keep(bench, lambda ledger: push.next_request(ledger, bench.clock.read(), "test"))
    acks = [Ack(n=one.n, id=one.id, state=AckState.APPLIED) for one in request.commands]
    await keep(bench, lambda ledger: push.settle(ledger, acks, acks[-1].n + 1))


def test_a_page_that_does_not_begin_where_we_stand_is_left_alone(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, documents=()) as bench:
            assert await take_in(bench, a_page(0, 5, a_row(5))) == 1
            for answer in (a_page(3, 9, a_row(9, 2)), a_page(7, 9, a_row(9, 2)), a_page(0, 4, a_row(4, 3))):
                assert await take_in(bench, answer) == 0
            assert await bench.sql("SELECT version FROM base") == [(1,)]
            assert await take_in(bench, a_page(5, 9, a_row(9, op="x"))) == 1
            assert await bench.cases.customers.search_customers("persaud") == ()

    run(story())


def test_a_scope_we_may_no_longer_see_goes_and_what_waits_stays(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            await take_in(bench, a_page(0, 5, a_row(5)))
            done(await bench.cases.customers.change_customer(INDRANIE.id, note="Calls after six"))
            gone = SyncAnswer(epoch=EPOCH, now=NOON, scopes=("other",), expected_n=1)
            await take_in(bench, gone)
            assert await bench.sql("SELECT count(*) FROM base WHERE scope = 's'") == [(0,)]
            assert await bench.cases.sync.count_waiting() == 1

    run(story())


def test_rows_whose_position_was_forgotten_go_with_the_right_to_see_them(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, documents=()) as bench:
            await take_in(bench, a_page(0, 5, a_row(5)))
            await keep(bench, lambda ledger: ledger.forget_cursor("s"))
            await take_in(bench, SyncAnswer(epoch=EPOCH, now=NOON, scopes=("other",), expected_n=1))
            assert await bench.sql("SELECT count(*) FROM base") == [(0,)]

    run(story())


def test_another_life_of_central_forgets_every_position_but_no_row(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, documents=()) as bench:
            await take_in(bench, a_page(0, 5, a_row(5)))
            restored = SyncAnswer(epoch=uuid4(), now=NOON, scopes=("s",), expected_n=1, resend_after=0)
            await take_in(bench, restored)
            assert (await keep(bench, lambda ledger: ledger.position())).cursors == {}
            assert len(await bench.cases.customers.search_customers("persaud")) == 1

    run(story())


def test_a_copied_desk_sends_all_it_keeps_again_once_after_a_restore_that_may_have_lost_any_of_it(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            await take_in(bench, SyncAnswer(epoch=EPOCH, now=NOON, scopes=("s",), expected_n=1))
            made = []
            for name in ("Orin Benn", "Navin Persad", "Indranie Persaud"):
                made.append(done(await bench.cases.customers.add_customer(name)))
                await acknowledge_all(bench)
                await keep(bench, lambda ledger: recover(ledger, "desk.forked"))
            assert await bench.sql("SELECT count(*) FROM outbox") == [(0,)], "central has them"
            await take_in(bench, a_restored_central(0))
            request = await keep(bench, lambda ledger: push.next_request(ledger, bench.clock.read(), "test"))
            assert request.generation == 4
            assert [one.n for one in request.commands] == [1, 2, 3]
            assert [one.args["customer"] for one in request.commands] == [str(one.id) for one in made]
            assert await bench.sql("SELECT DISTINCT n FROM effect ORDER BY n") == [(1,), (2,), (3,)]
            for one in made:
                assert (await bench.cases.customers.get_customer(one.id)).standing.pending
            await acknowledge_all(bench)
            await keep(bench, lambda ledger: recover(ledger, "desk.forked"))
            assert await bench.sql("SELECT count(*) FROM outbox") == [(0,)], "once is enough"

    run(story())


def test_a_restored_central_is_asked_whether_the_last_number_it_has_is_ours(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            await take_in(bench, SyncAnswer(epoch=EPOCH, now=NOON, scopes=("s",), expected_n=1))
            for name in ("Orin Benn", "Navin Persad", "Indranie Persaud"):
                done(await bench.cases.customers.add_customer(name))
            await acknowledge_all(bench)
            await take_in(bench, a_restored_central(2))
            request = await keep(bench, lambda ledger: push.next_request(ledger, bench.clock.read(), "test"))
            assert [one.n for one in request.commands] == [2, 3]
            # it is another's: any of it may be lost
            await keep(bench, lambda ledger: recover(ledger, "desk.forked"))
            request = await keep(bench, lambda ledger: push.next_request(ledger, bench.clock.read(), "test"))
            assert [one.n for one in request.commands] == [1, 2, 3]

    run(story())


def test_what_was_acknowledged_in_another_life_of_central_is_asked_about_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            await take_in(bench, SyncAnswer(epoch=EPOCH, now=NOON, scopes=("s",), expected_n=1))
            for name in ("Orin Benn", "Navin Persad"):
                done(await bench.cases.customers.add_customer(name))
            request = await keep(bench, lambda ledger: push.next_request(ledger, bench.clock.read(), "test"))
            acks = [Ack(n=one.n, id=one.id, state=AckState.APPLIED, at={"s": 90}) for one in request.commands]
            await keep(bench, lambda ledger: push.settle(ledger, acks, 3))
            # this life may never come to position 90
            await take_in(bench, a_restored_central(2))
            request = await keep(bench, lambda ledger: push.next_request(ledger, bench.clock.read(), "test"))
            assert [one.n for one in request.commands] == [1, 2]

    run(story())


def test_what_waits_again_after_a_restore_stays_in_view_though_what_it_lay_on_is_lost(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, documents=()) as bench:
            await take_in(bench, a_page(0, 5, a_row(5)))
            changed = done(await bench.cases.customers.change_customer(INDRANIE.id, note="Calls after six"))
            request = await keep(bench, lambda ledger: push.next_request(ledger, bench.clock.read(), "test"))
            ack = Ack(n=1, id=request.commands[0].id, state=AckState.APPLIED, at={"s": 6})
            await keep(bench, lambda ledger: push.settle(ledger, (ack,), 2))
            row = a_row(6, 2).model_copy(update={"body": changed.model_dump(mode="json") | {"version": 2}})
            await take_in(bench, a_page(5, 6, row))
            assert await bench.sql("SELECT count(*) FROM outbox") == [(0,)], "the feed has brought it"
            await take_in(bench, a_page(0, 1, reset=True, epoch=uuid4(), resend_after=0))
            assert await bench.sql("SELECT count(*) FROM base") == [(0,)]
            shown = await bench.cases.customers.get_customer(INDRANIE.id)
            assert (shown.customer.note, shown.standing.pending) == ("Calls after six", True)

    run(story())


def test_a_scope_that_comes_as_a_file_after_a_restore_keeps_no_position_of_the_life_before(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, documents=()) as bench:
            await take_in(bench, a_page(0, 5, a_row(5)))
            offer = SnapshotOffer(url="/", seq=3, rows=1, bytes=1, sha256="", blocks=())
            await take_in(bench, a_page(0, 3, reset=True, epoch=uuid4(), snapshots={"s": offer}, resend_after=0))
            assert (await keep(bench, lambda ledger: ledger.position())).cursors == {}

    run(story())


def test_what_central_took_is_shown_until_the_file_of_its_scope_and_all_after_it_came(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, documents=()) as bench:
            made = done(await bench.cases.customers.add_customer("Orin Benn"))
            request = await keep(bench, lambda ledger: push.next_request(ledger, bench.clock.read(), "test"))
            ack = Ack(n=1, id=request.commands[0].id, state=AckState.APPLIED, at={"s": 8})
            await take_in(bench, SyncAnswer(epoch=EPOCH, now=NOON, scopes=("s",), expected_n=2))
            await keep(bench, lambda ledger: push.settle(ledger, (ack,), 2))
            assert (await bench.cases.customers.get_customer(made.id)).standing.pending
            await keep(bench, lambda ledger: ledger.move_cursor("s", (7, 7)))
            assert (await bench.cases.customers.get_customer(made.id)).standing.pending
            row = a_row(8).model_copy(update={"id": made.id, "body": made.model_dump(mode="json")})
            await take_in(bench, a_page(7, 8, row))
            assert not (await bench.cases.customers.get_customer(made.id)).standing.pending

    run(story())


def test_what_central_took_is_shown_until_a_page_that_was_cut_is_whole(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, documents=()) as bench:
            made = done(await bench.cases.customers.add_customer("Orin Benn"))
            request = await keep(bench, lambda ledger: push.next_request(ledger, bench.clock.read(), "test"))
            ack = Ack(n=1, id=request.commands[0].id, state=AckState.APPLIED, at={"s": 5})
            await take_in(bench, a_page(0, 4, a_row(4), sums={}))
            await keep(bench, lambda ledger: push.settle(ledger, (ack,), 2))
            # somebody has changed the customer since: the row lies at 9 now, which this page does not reach
            await take_in(bench, a_page(4, 8, a_row(8, 2), sums={}))
            assert (await bench.cases.customers.get_customer(made.id)).standing.pending
            row = a_row(9).model_copy(update={"id": made.id, "body": made.model_dump(mode="json")})
            await take_in(bench, a_page(8, 9, row))
            assert not (await bench.cases.customers.get_customer(made.id)).standing.pending

    run(story())


def test_goods_received_wait_for_the_feed_though_no_shelf_is_ever_shown_here(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            done(await bench.cases.stocking.receive_goods(TAPE.id, 4))
            request = await keep(bench, lambda ledger: push.next_request(ledger, bench.clock.read(), "test"))
            ack = Ack(n=1, id=request.commands[0].id, state=AckState.APPLIED, at={"s": 8})
            await take_in(bench, SyncAnswer(epoch=EPOCH, now=NOON, scopes=("s",), expected_n=2))
            await keep(bench, lambda ledger: push.settle(ledger, (ack,), 2))
            assert await bench.sql("SELECT state FROM outbox") == [("acked",)]
            await take_in(bench, a_page(0, 8, a_row(8)))
            assert await bench.sql("SELECT state FROM outbox_done") == [("applied",)]

    run(story())


def test_what_central_took_waits_for_no_scope_that_may_not_be_seen(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            done(await bench.cases.customers.change_customer(INDRANIE.id, note="Calls after six"))
            request = await keep(bench, lambda ledger: push.next_request(ledger, bench.clock.read(), "test"))
            ack = Ack(n=1, id=request.commands[0].id, state=AckState.APPLIED, at={"elsewhere": 8})
            await take_in(bench, SyncAnswer(epoch=EPOCH, now=NOON, scopes=("s",), expected_n=2))
            await keep(bench, lambda ledger: push.settle(ledger, (ack,), 2))
            assert await bench.sql("SELECT state FROM outbox_done") == [("applied",)]

    run(story())


def test_a_sale_that_no_longer_fits_central_s_cart_is_shown_until_central_decides(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            cart = done(await bench.cases.carting.add_product(TAPE.id)).cart
            done(await bench.cases.tendering.check_out(cart.id))
            order = done(await bench.cases.tendering.take_cash(cart.id, gyd(5_000_00))).order
            row = a_row(8, 9).model_copy(
                update={
                    "kind": "cart",
                    "id": cart.id,
                    "body": cart.model_copy(update={"version": 9}).model_dump(mode="json"),
                }
            )
            await take_in(bench, a_page(0, 8, row))
            shown = await bench.cases.orders.get_order(order.id)
            assert shown.order.tenders == order.tenders
            assert shown.standing.conflict
            request = await keep(bench, lambda ledger: push.next_request(ledger, bench.clock.read(), "test"))
            acks = tuple(Ack(n=c.n, id=c.id, state=AckState.APPLIED, at={"s": 99}) for c in request.commands)
            await keep(bench, lambda ledger: push.settle(ledger, acks, len(acks) + 1))
            shown = await bench.cases.orders.get_order(order.id)
            assert (shown.order.tenders, shown.standing.conflict) == (order.tenders, ""), "central took it all the same"

    run(story())


def test_a_scope_that_never_agrees_is_mended_twice_read_anew_once_and_then_left_alone(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, documents=()) as bench:
            wrong = {"s": Sum(seq=5, live=9, sum="00000000000000aa"), "unknown": Sum(seq=5, live=0, sum="0" * 16)}
            await take_in(bench, a_page(0, 5, a_row(5), reset=True))
            for _ in range(MOST_MENDED):
                checked = await keep(bench, lambda ledger: check.compare(ledger, wrong))
                assert (checked.mending, checked.repaired) == (("s",), ())
            checked = await keep(bench, lambda ledger: check.compare(ledger, wrong))
            assert (checked.mending, checked.repaired) == ((), ("s",))
            await take_in(bench, a_page(0, 5, a_row(5), reset=True))
            checked = await keep(bench, lambda ledger: check.compare(ledger, wrong))
            assert (checked.mending, checked.repaired, checked.hopeless) == ((), (), ("s",))
            total = f"{row_hash('customer', INDRANIE.id, 1):016x}"
            right = {"s": Sum(seq=5, live=1, sum=total)}
            assert (await keep(bench, lambda ledger: check.compare(ledger, right))).agreed_rows == 1
            assert (await bench.sql("SELECT mismatches FROM scope WHERE name = 's'")) == [(0,)]

    run(story())


def test_what_central_cannot_take_now_waits_and_is_not_counted_anew(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            done(await bench.cases.carting.add_product(TAPE.id))
            request = await keep(bench, lambda ledger: push.next_request(ledger, bench.clock.read(), "test"))
            assert [envelope.n for envelope in request.commands] == [1, 2]
            assert all(envelope.intact for envelope in request.commands)
            assert request.commands[1].after == (request.commands[0].id,)
            ack = Ack(n=1, id=request.commands[0].id, state=AckState.RETRY)
            settled = await keep(bench, lambda ledger: push.settle(ledger, (ack,), 1))
            assert settled.later
            assert not settled.again
            assert await bench.sql("SELECT n, state, tries FROM outbox ORDER BY n") == [
                (1, "queued", 1), (2, "queued", 1),
            ]  # fmt: skip

    run(story())


def test_an_acknowledged_command_shows_until_the_feed_brings_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as bench:
            await take_in(bench, a_page(0, 5, a_row(5)))
            done(await bench.cases.customers.change_customer(INDRANIE.id, note="Calls after six"))
            request = await keep(bench, lambda ledger: push.next_request(ledger, bench.clock.read(), "test"))
            ack = Ack(n=1, id=request.commands[0].id, state=AckState.APPLIED, at={"s": 8})
            told: list[bool] = []
            bench.cases.subscribe(lambda changes: told.append(changes.touches("customer")))
            await keep(bench, lambda ledger: push.settle(ledger, (ack,), 2))
            assert told == [True], "pages look again, though nothing is listed anew"
            shown = await bench.cases.customers.get_customer(INDRANIE.id)
            assert (shown.customer.note, shown.standing.pending) == ("Calls after six", True)
            assert await bench.cases.sync.count_waiting() == 0
            body = INDRANIE.model_dump(mode="json") | {"version": 2, "note": "Calls after six"}
            row = a_row(8, 2).model_copy(update={"body": body})
            await take_in(bench, a_page(5, 8, row))
            shown = await bench.cases.customers.get_customer(INDRANIE.id)
            assert (shown.customer.note, shown.standing.pending) == ("Calls after six", False)
            assert await bench.sql("SELECT state FROM outbox_done") == [("applied",)]

    run(story())
