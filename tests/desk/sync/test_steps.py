"""The steps of one round by themselves, on a real store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from agent_desk.desk.store.ledger import StoreLedgers
from agent_desk.desk.sync import check, pull, push
from agent_desk.desk.sync.check import MOST_MENDED
from agent_desk.wire.canonical import row_hash
from agent_desk.wire.sync import Ack, AckState, Patch, Row, Sum, SyncAnswer
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
    return SyncAnswer(**{"epoch": EPOCH, "now": NOON, "patches": (patch,), "scopes": ("s",), "expected_n": 1, **said})


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


def test_another_life_of_central_forgets_every_position_but_no_row(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, documents=()) as bench:
            await take_in(bench, a_page(0, 5, a_row(5)))
            restored = SyncAnswer(epoch=uuid4(), now=NOON, scopes=("s",), expected_n=1, resend_after=0)
            await take_in(bench, restored)
            assert (await keep(bench, lambda ledger: ledger.position())).cursors == {}
            assert len(await bench.cases.customers.search_customers("persaud")) == 1

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
            await keep(bench, lambda ledger: push.settle(ledger, (ack,), 2))
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
