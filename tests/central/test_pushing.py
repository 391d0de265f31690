from __future__ import annotations

import threading
from typing import Any

import psycopg
import pytest

from agent_desk.central.bootstrap import Central
from agent_desk.central.store.auditing import find_break
from agent_desk.central.usecases import applying
from agent_desk.central.usecases.trouble import KnownError
from agent_desk.domain.commands import OpenCart
from agent_desk.domain.deciding import decide
from agent_desk.domain.money import gyd, usd
from agent_desk.domain.money_commands import TakeCash
from agent_desk.domain.selling import Cart, CartState, OrderState
from agent_desk.wire.sync import Ack, AckState, Envelope
from tests.central.counter import BARREL, CUSTOMER, ELSEWHERE, LAMP, TAPE, Clock, Counter, an_id


def states(acks: tuple[Ack, ...]) -> list[str]:
    return [ack.state.value for ack in acks]


def ask(url: str, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(sql.encode()).fetchall()


def test_a_sale_reaches_central_and_comes_back(geo_1: Counter) -> None:
    assert states(geo_1.push(*geo_1.sale())) == ["applied"] * 5
    geo_1.catch_up()
    order = geo_1.order()
    assert (order.state, order.number, order.paid) == (OrderState.PAID, "GEO-1-000001", order.totals.total)
    assert geo_1.find(Cart, order.cart).state is CartState.ORDERED


def test_an_ack_says_from_where_its_effect_can_be_seen(geo_1: Counter) -> None:
    geo_1.catch_up()
    before = geo_1.cursors["branch:GEO"][0]
    acks = geo_1.push(geo_1.open_cart(), geo_1.add(geo_1.open_cart().cart))
    assert [ack.at for ack in acks] == [{"branch:GEO": before + 1}] * 2
    assert geo_1.cursors["branch:GEO"][0] == before + 1


def everything_of(url: str) -> list[list[tuple[Any, ...]]]:
    tables = ("document", "sync_row", "sync_scope", "command", "command_id", "cash_received", "posting", "audit")
    return [ask(url, f"select * from {table} order by 1, 2") for table in tables]


def test_the_same_push_three_times_in_two_orders_by_two_connections_changes_central_once(
    central: Central, geo_1: Counter, url: str
) -> None:
    sent = [geo_1.envelope(command) for command in geo_1.sale()]
    answers: list[tuple[Ack, ...]] = []

    def push(envelopes: list[Envelope]) -> None:
        request = geo_1.request(*envelopes)
        answers.append(central.services.syncer._pusher.push(request, geo_1.caller))

    both = [threading.Thread(target=push, args=(order,)) for order in (sent, sent[::-1])]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    once = everything_of(url)
    push(sent)
    assert answers[0] == answers[1] == answers[2]
    assert states(answers[0]) == ["applied"] * 5
    assert everything_of(url) == once
    assert ask(url, "select count(*) from document where kind = 'order'") == [(1,)]
    assert ask(url, "select count(*), sum(given_minor) from cash_received") == [(1, 5000)]


def test_a_gap_stops_the_push_and_says_what_is_expected(geo_1: Counter) -> None:
    first, second, third = [geo_1.envelope(geo_1.open_cart(n)) for n in (1, 2, 3)]
    answer = geo_1.sync(first, third)
    assert states(answer.acks) == ["applied", "gap"]
    assert answer.expected_n == 2
    assert states(geo_1.sync(second, third).acks) == ["applied", "applied"]


def test_another_command_under_a_used_number_means_a_copied_desk(geo_1: Counter) -> None:
    geo_1.push(geo_1.open_cart(1))
    geo_1.n = 0
    with pytest.raises(KnownError, match=r"desk\.forked"):
        geo_1.push(geo_1.open_cart(2))


def test_a_copied_desk_goes_on_in_its_next_generation_without_doing_anything_twice(geo_1: Counter, url: str) -> None:
    done = geo_1.envelope(geo_1.open_cart(1))
    geo_1.sync(done)
    geo_1.generation, geo_1.n = 1, 0
    new = geo_1.envelope(geo_1.open_cart(2))
    again = [done.model_copy(update={"n": 1}), new.model_copy(update={"n": 2})]
    assert states(geo_1.sync(*again).acks) == ["applied", "applied"]
    assert ask(url, "select count(*) from document where kind = 'cart' and branch = 'GEO'") == [(2,)]
    geo_1.generation = 0
    with pytest.raises(KnownError, match=r"desk\.forked"):
        geo_1.sync()


def test_a_reused_id_is_parked_whether_its_number_is_old_or_new(geo_1: Counter, url: str) -> None:
    first = geo_1.envelope(geo_1.open_cart(1))
    geo_1.sync(first)
    other = geo_1.envelope(geo_1.open_cart(2), id=first.id)
    newer, same_number = geo_1.sync(other).acks[0], geo_1.sync(other.model_copy(update={"n": 1})).acks[0]
    for ack in (newer, same_number):
        assert ack.state is AckState.PARKED
        assert ack.refusals[0].code == "command.id_reused"
        assert ack.case is not None
    assert ask(url, "select count(*) from document where kind = 'cart' and branch = 'GEO'") == [(1,)]


def test_a_command_whose_step_before_was_refused_is_refused_too(geo_1: Counter) -> None:
    refused = geo_1.envelope(geo_1.add(an_id("no cart")))
    later = geo_1.envelope(geo_1.open_cart(1), after=(refused.id,))
    built = geo_1.envelope(geo_1.open_cart(2), after=(an_id("never sent"),))
    fine = geo_1.envelope(geo_1.open_cart(3))
    on_it = geo_1.envelope(geo_1.add(geo_1.open_cart(3).cart), after=(fine.id,))
    acks = geo_1.sync(refused, later, built, fine, on_it).acks
    assert states(acks) == ["refused", "refused", "refused", "applied", "applied"]
    assert acks[1].refusals[0].code == acks[2].refusals[0].code == "command.depends"


def test_a_refusal_shows_the_present_state(geo_1: Counter, geo_2: Counter) -> None:
    opened = geo_1.open_cart()
    geo_1.push(opened, geo_1.add(opened.cart))
    ack = geo_2.push(geo_2.add(opened.cart).model_copy(update={"each": usd(1)}))[0]
    assert ack.state is AckState.REFUSED
    shown = next(row for row in ack.current if row.kind == "cart")
    assert (shown.seq, shown.version, shown.id) == (0, 2, opened.cart)


def test_what_breaks_our_code_is_tried_three_times_and_then_put_aside(
    geo_1: Counter, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(state: Any, command: Any, facts: Any) -> Any:
        if isinstance(command, OpenCart) and command.number.endswith("13"):
            raise ZeroDivisionError
        return decide(state, command, facts)

    monkeypatch.setattr(applying, "decide", breaks)
    before, poison, after = (geo_1.envelope(geo_1.open_cart(n)) for n in (1, 13, 2))
    assert states(geo_1.sync(before, poison, after).acks) == ["applied", "retry"]
    assert states(geo_1.sync(poison, after).acks) == ["retry"]
    acks = geo_1.sync(poison, after).acks
    assert states(acks) == ["parked", "applied"]
    assert acks[0].refusals[0].code == "command.poison"
    assert ask(url, "select tries, what from command_trouble") == [(3, "ZeroDivisionError")]
    kept = ask(url, "select envelope from command where state = 'parked'")
    assert b"C-GEO-1-000013" in kept[0][0]


def test_cash_is_never_refused(geo_1: Counter, url: str) -> None:
    cash = geo_1.sale()[-1]
    assert isinstance(cash, TakeCash)
    lonely = geo_1.envelope(cash)
    odd = geo_1.envelope(cash.model_copy(update={"tender": an_id("odd"), "given": usd(-5)}))
    stranger = geo_1.envelope(cash.model_copy(update={"tender": an_id("stranger")}), by=an_id("nobody"))
    garbled = geo_1.envelope(cash, args={"given": "a lot"})
    unbuilt = geo_1.envelope(cash.model_copy(update={"tender": an_id("built")}), after=(an_id("never"),))
    acks = geo_1.sync(lonely, odd, stranger, garbled, unbuilt).acks
    assert {ack.state for ack in acks} <= {AckState.APPLIED, AckState.PARKED}
    assert all(ack.case is not None for ack in acks)
    drawer = "select sum(minor), bool_and(not matched) from posting join cash_received on tender = entry"
    assert ask(url, f"{drawer} where account = 'cash:GEO-1'") == [(3 * cash.given.minor - 3 * cash.change.minor, True)]


def test_cash_of_a_poisoned_command_is_in_the_ledger(geo_1: Counter, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(applying, "decide", breaks)
    cash = geo_1.envelope(geo_1.sale()[-1])
    assert [states(geo_1.sync(cash).acks) for _ in range(3)] == [["retry"], ["retry"], ["parked"]]
    assert ask(url, "select matched, given_minor from cash_received") == [(False, 5000)]


def test_an_action_central_does_not_know_is_kept(geo_1: Counter, url: str) -> None:
    envelope = geo_1.envelope(geo_1.open_cart(), name="till.open/7")
    assert states(geo_1.sync(envelope).acks) == ["parked"]
    assert ask(url, "select kind from exception_case") == [("command.unknown",)]


def test_an_action_changed_on_its_way_is_refused(geo_1: Counter) -> None:
    ack = geo_1.sync(geo_1.envelope(geo_1.open_cart(), hash="0" * 64)).acks[0]
    assert [r.code for r in ack.refusals] == ["command.altered"]


def test_the_ledger_balances_in_each_currency(geo_1: Counter, url: str) -> None:
    geo_1.push(*geo_1.sale(1), *geo_1.sale(2, gyd(10_000_00)))
    sums = ask(url, "select currency, sum(minor) from posting group by currency order by 1")
    assert sums == [("GYD", 0), ("USD", 0)]
    drawer = dict(ask(url, "select currency, sum(minor) from posting where account = 'cash:GEO-1' group by 1"))
    orders = [geo_1.order(1), geo_1.order(2)]
    for currency in ("GYD", "USD"):
        tenders = [tender for order in orders for tender in order.tenders]
        given = sum(t.given.minor for t in tenders if t.given.currency == currency)
        assert drawer[currency] == given - sum(t.change.minor for t in tenders if t.change.currency == currency)


def test_unbalanced_postings_and_changed_history_are_refused_by_the_database(geo_1: Counter, url: str) -> None:
    geo_1.push(*geo_1.sale())
    with psycopg.connect(url) as connection:
        for sql in ("update audit set outcome = 'x'", "delete from audit", "delete from cash_received"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(sql.encode())
        with pytest.raises(psycopg.errors.CheckViolation), connection.transaction():
            connection.execute("insert into posting select tender, 9, 'x', 'USD', 1 from cash_received")


def test_two_orders_of_one_number_are_refused_by_the_database(geo_1: Counter) -> None:
    geo_1.push(*geo_1.sale())
    opened = geo_1.open_cart(1).model_copy(update={"cart": an_id("again")})
    ack = geo_1.push(opened)[0]
    assert [r.code for r in ack.refusals] == ["number.taken"]


def test_what_the_database_refuses_is_found_among_what_was_written_together(geo_1: Counter, url: str) -> None:
    geo_1.push(*geo_1.sale())
    taken = geo_1.open_cart(1).model_copy(update={"cart": an_id("again")})
    sale = geo_1.sale(2)
    acks = geo_1.push(*sale[:2], taken, *sale[2:], sale[-1])
    assert states(acks) == ["applied", "applied", "refused", "applied", "applied", "applied", "applied"]
    assert [r.code for r in acks[2].refusals] == ["number.taken"]
    # the same cash came again under another command, and is in the drawer once
    assert ask(url, "select count(*) from cash_received") == [(2,)]
    geo_1.catch_up()
    assert geo_1.order(2).state is OrderState.PAID
    assert geo_1.sync().sums["branch:GEO"].live == len(geo_1.rows["branch:GEO"])


def test_the_sale_time_follows_the_desk_s_steady_clock_whatever_its_wall_says(geo_1: Counter, clock: Clock) -> None:
    commands = geo_1.sale()
    sent = [geo_1.envelope(c, wall=clock.now.replace(year=2031)) for c in commands]
    geo_1.mono += 3 * 3600 * 1000
    clock.pass_(hours=3)
    assert states(geo_1.sync(*sent).acks) == ["applied"] * 5
    geo_1.catch_up()
    assert geo_1.order().placed_at == clock.now.replace(hour=13)


def test_after_a_reboot_the_wall_clock_counts_by_how_far_it_is_off(geo_1: Counter, clock: Clock) -> None:
    wall = clock.now.replace(year=2027)
    sent = [geo_1.envelope(c, wall=wall) for c in geo_1.sale()]
    clock.pass_(hours=2)
    geo_1.boot, geo_1.mono = "boot 2", 5
    later = {"wall": wall.replace(hour=15), "mono": 5, "boot": "boot 2"}
    geo_1.sync(*sent, clock=later)
    geo_1.catch_up()
    assert geo_1.order().placed_at == clock.now.replace(hour=13)


def test_nothing_happens_in_the_future_or_before_the_command_before_it(geo_1: Counter, clock: Clock) -> None:
    geo_1.push(geo_1.open_cart(9))
    clock.pass_(hours=1)
    future = [geo_1.envelope(c, mono=geo_1.mono + 10**9) for c in geo_1.sale(1)]
    past = [geo_1.envelope(c, mono=0, boot="other", wall=clock.now.replace(year=1999)) for c in geo_1.sale(2)]
    geo_1.sync(*future, *past)
    geo_1.catch_up()
    assert geo_1.order(1).placed_at == geo_1.order(2).placed_at == clock.now


def test_a_bulk_price_is_central_s_own(geo_1: Counter) -> None:
    opened = geo_1.open_cart()
    acks = geo_1.push(opened, geo_1.add(opened.cart, TAPE, 5), geo_1.add(opened.cart, BARREL))
    assert states(acks) == ["applied"] * 3
    cart: Cart = geo_1.find(Cart, opened.cart)
    assert [line.each for line in cart.lines] == [gyd(1_080_00), gyd(14_500_00)]


def test_a_desk_out_of_use_is_turned_away(geo_1: Counter, url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("update device set status = 'revoked'")
    with pytest.raises(KnownError, match=r"desk\.revoked"):
        geo_1.push(geo_1.open_cart())


def test_every_command_leaves_a_sealed_trace(geo_1: Counter, url: str) -> None:
    geo_1.push(*geo_1.sale(), geo_1.add(an_id("no cart")))
    rows = ask(url, "select action, outcome from audit where chain = 'GEO-1' order by n")
    assert rows[-1] == ("cart.add_product/1", "refused cart.unknown")
    assert len(rows) == 6
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        assert find_break(cursor, "GEO-1") is None
        cursor.execute("alter table audit disable trigger audit_is_append_only")
        cursor.execute("update audit set outcome = 'applied' where chain = 'GEO-1' and n = 6")
        assert find_break(cursor, "GEO-1") == 6
        cursor.execute("delete from audit where chain = 'GEO-1' and n = 6")
        assert find_break(cursor, "GEO-1") == 6


def test_no_name_or_amount_of_a_command_is_in_the_audit_log(geo_1: Counter, url: str) -> None:
    geo_1.push(*geo_1.sale())
    text = " ".join(str(row) for row in ask(url, "select action, subject, outcome from audit"))
    assert CUSTOMER.name not in text
    assert LAMP.name not in text


def test_the_same_cart_from_two_desks_at_once_is_opened_by_one(geo_1: Counter, geo_2: Counter, url: str) -> None:
    shared = an_id("one cart")
    acks: list[Ack] = []

    def open_it(counter: Counter) -> None:
        command = counter.open_cart().model_copy(update={"cart": shared})
        acks.extend(counter.push(command))

    both = [threading.Thread(target=open_it, args=(counter,)) for counter in (geo_1, geo_2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(states(tuple(acks))) == ["applied", "refused"]
    assert ask(url, f"select version from document where id = '{shared}'") == [(1,)]


def test_another_branch_s_cart_is_neither_changed_nor_shown(geo_1: Counter) -> None:
    ack = geo_1.push(geo_1.add(ELSEWHERE.id))[0]
    assert "branch.not_yours" in [r.code for r in ack.refusals]
    assert ack.current == ()


def test_a_desk_that_was_copied_twice_since_central_s_backup_is_heard(geo_1: Counter) -> None:
    geo_1.push(geo_1.open_cart(1))
    geo_1.generation, geo_1.n = 3, 0
    assert states(geo_1.push(geo_1.open_cart(2))) == ["applied"]
