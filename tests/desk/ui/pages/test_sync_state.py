"""What the Sync page says of the link, without Qt."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.desk.ui.pages.sync.state import (
    banner_of,
    held_views,
    last_sync,
    oldest_words,
    progress_views,
    refused_views,
    risk_of,
    waiting_views,
)
from agent_desk.desk.usecases.ports import Connection, ConnectionState, LinkState, SyncProgress, SyncReport
from agent_desk.desk.usecases.rows import HeldScope, LossRow, NoticeRow, WaitingRow
from agent_desk.desk.usecases.syncing_status import SyncShown
from agent_desk.domain.money import Money, usd
from agent_desk.domain.refusal import blocks
from tests.domain.shop import NOW, an_id


def a_row(n: int, name: str = "order.place/1", after: tuple[int, ...] = (), **changed: object) -> WaitingRow:
    values: dict[str, object] = {
        "n": n, "id": an_id(f"command {n}"), "name": name, "what": "Place order", "subject": f"GEO-2-{n:06d}",
        "money": usd(303_13), "at": NOW - timedelta(minutes=83 - n), "state": "queued", "after": after,
    }  # fmt: skip
    return WaitingRow(**{**values, **changed})  # type: ignore[arg-type]


def a_notice(message: str, *, parked: bool = False, kind: str | None = "cart") -> NoticeRow:
    ref = None if kind is None else (kind, an_id("subject"))
    refusals = (blocks("stock.sold_out", "lines", message),) if message else ()
    return NoticeRow(7, an_id("command"), "cart.add/1", "Reserve 2 barrels", "GEO2-00094", NOW, parked, refusals, ref)


def shown(
    *waiting: WaitingRow,
    notices: tuple[NoticeRow, ...] = (),
    losses: tuple[LossRow, ...] = (),
    risk: int = 0,
    orders: int = 0,
    ceiling: Money | None = None,
    held: tuple[HeldScope, ...] = (),
) -> SyncShown:
    heard = NOW - timedelta(minutes=87)
    age = timedelta(minutes=87)
    return SyncShown(waiting, len(waiting), notices, losses, heard, age, usd(risk), orders, ceiling, held, ())


def a_link(state: ConnectionState = "offline", **changed: object) -> LinkState:
    since, again = NOW - timedelta(minutes=86), NOW + timedelta(seconds=41)
    return LinkState(Connection(state, 3, since, again), **changed)  # type: ignore[arg-type]


def test_offline_says_since_when_what_goes_on_and_when_it_is_tried_again() -> None:
    said = banner_of(a_link(), shown(a_row(1), a_row(2), notices=(a_notice("x: y."),)), NOW)
    assert said is not None
    assert said.what == "Offline since 08:15"
    assert said.sentence == "You can go on selling for cash. 2 actions are safe on this desk; 1 more need you."
    assert said.aside == "Next try in 0:41"


def test_online_needs_no_banner_but_trouble_is_told() -> None:
    assert banner_of(a_link("online"), shown(), NOW) is None
    said = banner_of(a_link("online", trouble="Central is busy."), shown(), NOW)
    assert said is not None
    assert said.sentence == "Central is busy."


@pytest.mark.parametrize("state", ["update_needed", "revoked", "signing_in"])
def test_every_state_that_stops_sending_says_that_work_is_kept_or_whom_to_ask(state: ConnectionState) -> None:
    said = banner_of(a_link(state), shown(a_row(1)), NOW)
    assert said is not None
    assert "safe on this desk" in said.sentence or "Ask a manager" in said.sentence


def test_a_refusal_is_parted_into_why_and_what_to_do() -> None:
    view = refused_views(shown(notices=(a_notice("Another desk sold the last 2: offer the metal barrel."),)))[0]
    assert (view.why, view.to_do) == ("Another desk sold the last 2.", "Offer the metal barrel.")
    assert (view.page, view.opens, view.at) == ("cart", "Open the cart", an_id("subject"))


def test_a_fact_is_kept_for_a_manager_and_a_refusal_without_advice_still_has_some() -> None:
    fact, bare, nothing = refused_views(
        shown(notices=(a_notice("Counted twice: look.", parked=True), a_notice("Gone"), a_notice("", kind=None)))
    )
    assert "a manager looks at it" in fact.to_do
    assert bare.to_do == "Open the cart and correct it."
    assert (nothing.why, nothing.to_do) == ("Central did not take it.", "Do it again, or withdraw it.")


def test_what_another_desk_replaced_can_be_put_back_or_left() -> None:
    ref = ("customer", an_id("subject"))
    row = LossRow(ref, "Devika Ramdass", "phone", "Phone", "600-0001", "600-0002", "Dwayne Fraser at GEO-1", NOW)
    refused, lost = refused_views(shown(notices=(a_notice("x: y."),), losses=(row,)))
    assert (refused.heading, lost.heading) == ("Refused", "Replaced elsewhere")
    assert (lost.what, lost.subject) == ("Phone replaced", "Devika Ramdass")
    assert lost.why == "“600-0001” became “600-0002” by Dwayne Fraser at GEO-1, who had not seen it."
    assert (lost.opens, lost.leaves, lost.asks_why) == ("Put it back", "Leave it", False)
    said = banner_of(a_link(), shown(losses=(row,)), NOW)
    assert said is not None
    assert said.sentence.endswith("1 more need you.")


def test_what_follows_another_action_stands_under_it() -> None:
    rows = (a_row(41, "customer.add/1"), a_row(42, after=(41,)), a_row(43, "tender.take_cash/1", after=(40, 42)))
    first, second, third = waiting_views(a_link(), shown(*rows), NOW)
    assert (first.indented, first.chip, first.icon) == (False, "Waiting", "user-plus")
    assert (second.indented, second.chip) == (True, "After 1")
    assert (third.place, third.chip, third.icon) == (3, "After 2", "banknote")


def test_what_is_under_way_or_taken_says_so() -> None:
    rows = shown(a_row(1, state="inflight"), a_row(2, state="acked", after=(1,)))
    sending, taken = waiting_views(a_link("sending"), rows, NOW)
    assert (sending.chip, taken.chip) == ("Sending", "Taken")


def test_nothing_is_being_sent_while_the_link_is_down() -> None:
    rows = shown(a_row(1, state="inflight"), a_row(2, state="inflight", after=(1,)))
    assert [view.chip for view in waiting_views(a_link("offline"), rows, NOW)] == ["Waiting", "After 1"]


def test_the_oldest_says_its_age() -> None:
    assert oldest_words(shown(a_row(1), a_row(20)), NOW) == "oldest 1 h 22"
    assert oldest_words(shown(), NOW) == ""


def test_the_last_round_is_told_step_by_step() -> None:
    report = SyncReport(NOW, sent=12, refused=2, rows=431, received_bytes=88_000, agreed_rows=9814, clock_off_ms=-400)
    last = last_sync(a_link(report=report), shown(), NOW)
    assert [step.words for step in last.steps] == [
        "12 sent, 2 refused", "431 changes, 88 kB", "9,814 rows agree", "lost at 08:15",
    ]  # fmt: skip
    assert (last.at, last.under, last.clock) == ("08:14", "1 h 27 ago, by central’s clock", "Clock right to 0.4 s")


def test_a_wrong_clock_and_a_repair_are_said() -> None:
    report = SyncReport(NOW, clock_off_ms=7_200_000, repaired=("cat",))
    last = last_sync(a_link("online", report=report), shown(), NOW)
    assert last.clock == "Clock off by 2 h 00"
    assert last.steps[2].words == "1 parts read again"
    assert last_sync(a_link("online"), shown(), NOW).steps[0].words == "not since this start"


@given(st.integers(min_value=0, max_value=10**10))
def test_money_at_risk_always_lies_on_its_scale(minor: int) -> None:
    risk = risk_of(shown(risk=minor, orders=1))
    assert 0 <= risk.share <= 1
    assert risk.orders == "1 order"


@pytest.mark.parametrize(
    ("minor", "tone"), [(0, "neutral"), (599_99, "neutral"), (600_00, "warn"), (749_99, "warn"), (750_00, "danger")]
)
def test_the_meter_warns_before_the_ceiling_and_says_where_it_is(minor: int, tone: str) -> None:
    risk = risk_of(shown(risk=minor, ceiling=usd(750_00)))
    assert (risk.ceiling, risk.most, risk.ceiling_share, risk.tone) == ("manager’s ceiling 750", "1,000", 0.75, tone)


def test_every_part_that_is_kept_here_says_its_age() -> None:
    held = (
        HeldScope("avail:GEO", 12, is_read=True, differs=False),
        HeldScope("branch:GEO", 1_204, is_read=True, differs=True),
        HeldScope("cat", 10_000, is_read=False, differs=False),
    )
    views = held_views(shown(held=held), NOW)
    assert [(one.name, one.rows, one.is_old) for one in views] == [
        ("Goods at GEO", "12 rows", True), ("Branch GEO", "1,204 rows", True), ("Products", "10,000 rows", True),
    ]  # fmt: skip
    assert [one.age for one in views[1:]] == ["being mended", "being read"]
    assert views[0].age.startswith("as of ")


def test_a_first_sync_is_told_in_the_words_of_the_counter() -> None:
    progress = {
        "cat": SyncProgress("cat", 4100, 10000),
        "branch:GEO": SyncProgress("branch:GEO", 20, 0),
    }
    products, branch = progress_views(a_link("sending", progress=progress))
    assert (products.name, products.share, products.words) == ("Products", 0.41, "4,100 of 10,000")
    assert (branch.name, branch.words) == ("Branch GEO", "20 rows")
