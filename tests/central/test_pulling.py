from __future__ import annotations

import hashlib
import json
import random
import threading
from typing import Any
from uuid import UUID

import psycopg
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.central.bootstrap import Central
from agent_desk.central.store.migrating import new_epoch
from agent_desk.central.usecases import snapshot_file, snapshotting
from agent_desk.central.usecases.answering import answer_bytes, patch_bytes, row_bytes
from agent_desk.central.usecases.ports import FeedRow
from agent_desk.central.usecases.sampling import save_all
from agent_desk.central.usecases.shaping import document_of, feed_row, stamp_all
from agent_desk.central.usecases.trouble import KnownError
from agent_desk.domain.catalogue import Product
from agent_desk.domain.money import usd
from agent_desk.domain.people import Customer
from agent_desk.domain.selling import Cart, Order
from agent_desk.wire.canonical import SUM_MODULUS, row_hash
from agent_desk.wire.sync import SCHEMA, Patch, Row, Sum, SyncAnswer
from tests.central.counter import CUSTOMER, ELSEWHERE, LAMP, Clock, Counter, a_product, an_id


def own_sum(counter: Counter, scope: str) -> Sum:
    held = counter.rows.get(scope, {})
    total = sum(row_hash(kind, id_, a.version) for (kind, id_), a in held.items()) % SUM_MODULUS
    return Sum(seq=counter.cursors[scope][0], live=len(held), sum=f"{total:016x}")


def fill_catalogue(central: Central, count: int, start: int = 0) -> None:
    with central.database.filling() as unit:
        save_all(unit, [a_product(f"thing {n}", usd(n)) for n in range(start, start + count)])


def test_a_new_desk_gets_what_its_branch_and_person_may_see(geo_1: Counter) -> None:
    answer = geo_1.sync()
    assert answer.scopes == (
        f"user:{geo_1.caller.staff}",
        f"dev:{geo_1.caller.device}",
        "px",
        "branch:GEO",
        "cat",
        "avail:GEO",
    )
    assert geo_1.find(Customer, CUSTOMER.id) == CUSTOMER
    assert geo_1.find(Product, LAMP.id) == LAMP
    assert geo_1.find(Cart, ELSEWHERE.id) is None


def test_a_manager_sees_every_branch(geo_2: Counter) -> None:
    geo_2.catch_up()
    assert geo_2.find(Cart, ELSEWHERE.id) == ELSEWHERE


def test_a_desk_with_everything_gets_nothing_but_sums(geo_1: Counter) -> None:
    geo_1.catch_up()
    answer = geo_1.sync()
    assert (answer.patches, answer.more) == ((), False)
    assert answer.sums == {scope: own_sum(geo_1, scope) for scope in answer.scopes}


def test_pages_keep_to_their_rows_and_bytes_and_add_up(central: Central, geo_1: Counter) -> None:
    fill_catalogue(central, 700)
    pages = 0
    while True:
        answer = geo_1.sync(most_rows=300)
        pages += 1
        assert sum(len(patch.rows) for patch in answer.patches) <= 300
        if not answer.more:
            break
    assert pages > 2
    assert answer.sums["cat"] == own_sum(geo_1, "cat")
    assert answer.sums["cat"].live == 703


def test_a_transaction_is_never_split_over_two_pages(central: Central, geo_1: Counter) -> None:
    fill_catalogue(central, 500)
    while True:
        answer = geo_1.sync(most_rows=1)
        for patch in answer.patches:
            if patch.rows and answer.more:
                assert patch.to == patch.rows[-1].seq
        assert len(answer.patches) <= 5
        if not answer.more:
            break
    assert answer.sums["cat"] == own_sum(geo_1, "cat")


def test_a_stream_brings_everything_in_one_request(central: Central, geo_1: Counter) -> None:
    fill_catalogue(central, 1300)
    lines = list(central.services.syncer.stream(geo_1.request(geo_1.envelope(geo_1.open_cart())), geo_1.caller))
    answers = [SyncAnswer.model_validate_json(line) for line in lines]
    assert [len(answer.acks) for answer in answers] == [1] + [0] * (len(answers) - 1)
    assert [answer.more for answer in answers] == [True] * (len(answers) - 1) + [False]
    assert all(sum(len(p.rows) for p in a.patches) <= 1000 for a in answers)
    for answer in answers:
        geo_1.take_in(answer)
    assert answers[-1].sums["cat"] == own_sum(geo_1, "cat")
    assert not geo_1.sync().patches


def test_a_restored_database_is_read_again_and_asks_for_what_it_lost(
    central: Central, geo_1: Counter, url: str
) -> None:
    fill_catalogue(central, 900)
    geo_1.push(*geo_1.sale())
    geo_1.catch_up()
    new_epoch(url)
    first, *rest = [
        SyncAnswer.model_validate_json(line) for line in central.services.syncer.stream(geo_1.request(), geo_1.caller)
    ]
    assert first.resend_after == 5
    assert all(patch.reset for patch in first.patches)
    geo_1.rows.clear()
    for answer in (first, *rest):
        geo_1.take_in(answer)
    assert (rest or [first])[-1].sums == {scope: own_sum(geo_1, scope) for scope in first.scopes}


def test_what_comes_to_a_restored_database_at_once_does_not_hide_whose_the_numbers_before_it_are(
    geo_1: Counter, url: str
) -> None:
    geo_1.push(*geo_1.sale())
    geo_1.catch_up()
    new_epoch(url)
    answer = geo_1.sync(geo_1.envelope(geo_1.open_cart()))
    assert (answer.resend_after, answer.expected_n) == (5, 7)


def test_a_cursor_ahead_of_central_or_behind_its_tombstones_starts_again(geo_1: Counter, url: str) -> None:
    geo_1.catch_up()
    seq, boot = geo_1.cursors["branch:GEO"]
    geo_1.cursors["branch:GEO"] = (seq + 50, boot)
    assert [(p.scope, p.reset) for p in geo_1.sync().patches] == [("branch:GEO", True)]
    with psycopg.connect(url) as connection:
        connection.execute("update sync_scope set seq = seq + 9, floor = seq + 5 where scope = 'branch:GEO'")
    answer = geo_1.sync()
    assert [(p.scope, p.reset) for p in answer.patches] == [("branch:GEO", True)]
    assert not geo_1.sync().patches, "once is enough"


def test_what_moves_to_another_branch_leaves_the_first(central: Central, geo_1: Counter) -> None:
    geo_1.catch_up()
    with central.database.filling() as unit:
        row = feed_row_of(CUSTOMER.next())
        gone = FeedRow(row.kind, row.id, row.version, "x", None, 0)
        stamp_all(unit, {"branch:GEO": [gone], "branch:EWR": [row]})
    answer = geo_1.sync()
    assert [row.op for patch in answer.patches for row in patch.rows] == ["x"]
    assert geo_1.find(Customer, CUSTOMER.id) is None
    assert answer.sums["branch:GEO"] == own_sum(geo_1, "branch:GEO")


def feed_row_of(aggregate: Any) -> FeedRow:
    return feed_row(document_of(aggregate))


def test_a_push_only_request_from_an_old_desk_is_taken_in(geo_1: Counter) -> None:
    envelope = geo_1.envelope(geo_1.open_cart())
    with pytest.raises(KnownError, match=r"app\.too_old"):
        geo_1.sync(envelope, schema=99)
    answer = geo_1.sync(envelope, schema=99, push_only=True)
    assert (answer.acks[0].state.value, answer.patches, answer.scopes) == ("applied", (), ())


def test_a_token_of_one_desk_is_no_use_to_another(geo_1: Counter) -> None:
    with pytest.raises(KnownError, match=r"device\.not_yours"):
        geo_1.sync(device=an_id("another"))


def test_a_snapshot_is_the_scope_and_the_rest_follows_by_pages(
    central: Central, geo_1: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_catalogue(central, 500)
    monkeypatch.setattr(snapshotting, "LEAST_LIVE", 300)
    monkeypatch.setattr(snapshotting, "READ_AT_ONCE", 300)
    monkeypatch.setattr(snapshot_file, "ROWS_OF_A_BLOCK", 200)
    answer = geo_1.sync()
    offer = answer.snapshots["cat"]
    assert "cat" not in {patch.scope for patch in answer.patches}, "nothing is sent twice"
    snapshots = central.services.snapshots
    file, data = snapshots.fetch("cat", offer.seq, geo_1.caller)
    assert (len(data), file.sha256) == (offer.bytes, offer.sha256)
    blocks, at = [], 0
    for block in offer.blocks:
        part = data[at : at + block.bytes]
        assert hashlib.sha256(part).hexdigest() == block.sha256
        blocks.append(zstandard.decompress(part).splitlines())
        assert len(blocks[-1]) == block.rows + (at == 0)
        at += block.bytes
    assert (at, len(blocks)) == (offer.bytes, 3)
    header, *lines = [line for lines in blocks for line in lines]
    rows = [Row.model_validate_json(line) for line in lines]
    assert json.loads(header) == {"scope": "cat", "seq": offer.seq, "rows": len(rows), "schema": SCHEMA}
    assert len({row.id for row in rows}) == offer.rows == 503
    fill_catalogue(central, 5, 500)
    geo_1.cursors["cat"] = (offer.seq, offer.seq)
    patches = geo_1.sync().patches
    assert sum(len(patch.rows) for patch in patches if patch.scope == "cat") == 5
    assert geo_1.sync(cursors={}).snapshots["cat"] == offer, "a little behind is good enough"
    with pytest.raises(KnownError, match=r"snapshot\.gone"):
        snapshots.fetch("cat", offer.seq + 1, geo_1.caller)
    with pytest.raises(KnownError, match=r"snapshot\.gone"):
        snapshots.fetch("branch:EWR", offer.seq, geo_1.caller)


def test_sixteen_writers_and_a_reader_miss_nothing(central: Central, geo_1: Counter) -> None:
    """D3: positions become visible in their order, whatever overtakes whom."""
    geo_1.catch_up()
    writing = threading.Event()
    writing.set()

    def write(writer: int) -> None:
        chance = random.Random(writer)
        for n in range(8):
            with central.database.pushing() as unit:
                rows = [feed_row_of(a_product(f"w{writer} {n} {k}", usd(1))) for k in range(chance.randint(1, 4))]
                stamp_all(unit, {"cat": rows})

    writers = [threading.Thread(target=write, args=(n,)) for n in range(16)]
    for thread in writers:
        thread.start()
    reads = 0
    while any(thread.is_alive() for thread in writers):
        geo_1.sync(most_rows=50)
        reads += 1
    geo_1.catch_up()
    assert reads > 1
    answer = geo_1.sync()
    assert answer.sums["cat"] == own_sum(geo_1, "cat")


def test_the_order_is_at_the_manager_s_desk_after_one_sync(geo_1: Counter, geo_2: Counter) -> None:
    geo_2.catch_up()
    geo_1.push(*geo_1.sale())
    geo_2.sync()
    found: Order = geo_2.find(Order, an_id("GEO-1", "order", 1))
    assert found.number == "GEO-1-000001"


@given(
    st.lists(
        st.builds(
            FeedRow,
            kind=st.sampled_from(["cart", "order"]),
            id=st.uuids(),
            version=st.integers(0, 2**31 - 1),
            op=st.sampled_from(["u"]),
            body=st.dictionaries(st.text(), st.text()).map(lambda d: json.dumps(d).encode()),
            share=st.just(0),
            seq=st.integers(0, 2**53),
        ),
        max_size=5,
    )
)
def test_a_spliced_answer_is_the_answer_the_wire_describes(rows: list[FeedRow]) -> None:
    gone = FeedRow("cart", UUID(int=1), 1, "d", None, 0, 7)
    plain = Patch.model_validate({"scope": "cat", "from": 0, "to": 9, "boot": 9, "rows": ()})
    patch = patch_bytes(plain, [row_bytes(row) for row in (*rows, gone)])
    answer = SyncAnswer(epoch=UUID(int=3), now=Clock()(), expected_n=4)
    read = SyncAnswer.model_validate_json(answer_bytes(answer, [patch, patch]))
    wanted = [
        Row(seq=r.seq, kind=r.kind, id=r.id, version=r.version, op="u", body=json.loads(r.body or b"null"))
        for r in rows
    ]
    assert read.model_copy(update={"patches": ()}) == answer
    assert list(read.patches[0].rows[:-1]) == wanted
    assert read.patches[1].rows[-1].body is None
