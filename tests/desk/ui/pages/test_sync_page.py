"""The Sync page on a real store, by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from agent_desk.desk.store.outbox import close
from agent_desk.desk.ui.looking import check
from agent_desk.desk.ui.pages.sync.page import SyncPage
from agent_desk.desk.ui.theme import Theme
from agent_desk.desk.usecases.ports import Changes, Connection, LinkState, SyncProgress, SyncReport
from agent_desk.domain.losing import Loss
from agent_desk.domain.money import gyd
from agent_desk.domain.people import Role
from agent_desk.domain.refusal import blocks
from agent_desk.wire.sync import Ack, AckState
from tests.desk.ui.pages.counter import NOON, Counter
from tests.domain.shop import BARREL, CUSTOMER, TAPE

Key = Qt.Key
WHY = "Another desk sold the last 2: offer the metal barrel, or take the line out."


class Desk:
    """The page and what happens at the desk meanwhile."""

    def __init__(self, counter: Counter, height: int = 768) -> None:
        self.counter = counter
        self.page = SyncPage(counter.context)
        counter.show(self.page, "sync", height=height)

    def sell(self) -> None:
        cases, run = self.counter.cases, self.counter.run
        cart = run(cases.carting.add_product(BARREL.id, 2)).value.cart.id
        run(cases.tendering.check_out(cart))
        run(cases.tendering.take_cash(cart, gyd(60_000_00)))
        self.counter.settle()

    def refuse(self, at: int, *, state: AckState = AckState.REFUSED) -> None:
        """Central answers the waiting action at that place with a no."""
        row = self.counter.run(self.counter.cases.sync.get_status()).waiting[at]
        ack = Ack(n=row.n, id=row.id, state=state, refusals=(blocks("stock.sold_out", "lines", WHY),))
        refs = self.counter.run(self.counter.runner.write(lambda connection, _books: close(connection, ack, 0, NOON)))
        self.counter.runner.publish(Changes(frozenset(refs), "central", waiting=True))
        self.counter.settle()

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.counter.window, key)
        self.counter.settle()

    def refused(self) -> list[str]:
        return [row.view.what for row in self.page.refused.rows()]


@pytest.fixture
def counter(app: QApplication, tmp_path: Path) -> Iterator[Counter]:
    made = Counter(app, tmp_path, (BARREL, TAPE), Role.AGENT)
    yield made
    made.close()


@pytest.fixture
def desk(counter: Counter) -> Desk:
    return Desk(counter)


def test_a_sale_made_offline_waits_in_its_chain(desk: Desk) -> None:
    desk.sell()
    rows = desk.page.waiting.rows.rows
    assert [row.what for row in rows][-2:] == ["Place order", "Take cash"]
    assert rows[-1].indented
    assert rows[-1].money == "GYD 60,000"


def test_money_at_risk_is_the_cash_that_central_has_not_seen(desk: Desk) -> None:
    desk.sell()
    said = [text.accessibleName() for text in desk.page.risk.findChildren(QWidget)]
    assert "USD 158.19" in said
    assert "1 order" in said


def test_f5_asks_central_at_once(desk: Desk) -> None:
    desk.press(Key.Key_F5)
    assert desk.counter.link.tries == 1


def test_a_refusal_says_why_and_f6_opens_what_it_is_about(desk: Desk) -> None:
    desk.sell()
    desk.refuse(0)
    row = desk.page.refused.row()
    assert row is not None
    assert (row.view.why, row.view.to_do) == (
        "Another desk sold the last 2.",
        "Offer the metal barrel, or take the line out.",
    )
    desk.press(Key.Key_F6)
    assert desk.counter.gone[0][0] == "cart"


def test_f7_withdraws_with_a_reason_that_is_kept(desk: Desk) -> None:
    desk.sell()
    desk.refuse(0)
    desk.press(Key.Key_F7)
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClicks(focus, "Sold twice")
    desk.press(Key.Key_Return)
    assert desk.refused() == []
    kept = desk.counter.run(
        desk.counter.runner.read(lambda connection: connection.exec_driver_sql("SELECT reason FROM notice").scalar())
    )
    assert kept == "Sold twice"


def test_escape_keeps_the_refusal(desk: Desk) -> None:
    desk.sell()
    desk.refuse(0)
    desk.press(Key.Key_F7)
    desk.press(Key.Key_Escape)
    assert len(desk.refused()) == 1
    assert not desk.page.refused.rows()[0].asking.is_open()


def test_the_keys_act_on_the_refusal_that_is_chosen(desk: Desk) -> None:
    desk.sell()
    desk.refuse(0)
    desk.refuse(0)
    second = desk.page.refused.rows()[1]
    second.setFocus()
    assert desk.page.refused.row() is second


def test_a_fact_that_central_parked_is_only_taken_note_of(desk: Desk) -> None:
    desk.sell()
    desk.refuse(4, state=AckState.PARKED)
    desk.press(Key.Key_F7)
    assert desk.refused() == []


def test_a_first_sync_shows_its_steps_and_when_to_start(desk: Desk) -> None:
    progress = {"cat": SyncProgress("cat", 4100, 10000)}
    desk.counter.link.tell(LinkState(Connection("sending", 0), progress=progress, can_start=True))
    desk.counter.settle()
    assert desk.page.first.isVisible()
    assert not desk.page.banner.isVisible()
    desk.counter.link.tell(LinkState(Connection("online", 0), SyncReport(NOON)))
    assert not desk.page.first.isVisible()


@pytest.mark.parametrize("height", [768, 696])
def test_nothing_is_clipped_in_any_state(themed: Theme, qapp: QApplication, tmp_path: Path, height: int) -> None:
    counter = Counter(qapp, tmp_path, (BARREL, TAPE), Role.AGENT)
    desk = Desk(counter, height)
    counter.rest(20)
    found = {"empty": check(counter.window)}
    desk.sell()
    desk.sell()
    desk.refuse(0)
    desk.refuse(0)
    again = NOON + timedelta(seconds=41)
    counter.link.tell(LinkState(Connection("offline", 9, NOON, again), SyncReport(NOON, 12, 2, 431, 88_000, 9814)))
    counter.rest(20)
    found["offline"] = check(counter.window)
    desk.press(Key.Key_F7)
    counter.rest(20)
    found["asking"] = check(counter.window)
    desk.press(Key.Key_Escape)
    progress = {"cat": SyncProgress("cat", 4100, 10000), "px": SyncProgress("px", 40, 40)}
    counter.link.tell(LinkState(Connection("sending", 9), progress=progress))
    counter.rest(20)
    found["first"] = check(counter.window)
    counter.close()
    assert {stage: troubles for stage, troubles in found.items() if troubles} == {}, themed.name


@pytest.mark.parametrize(("key", "phone"), [(Key.Key_F6, "600 0001"), (Key.Key_F7, "600 0002")])
def test_a_value_replaced_elsewhere_is_put_back_by_f6_and_left_by_f7(desk: Desk, key: Qt.Key, phone: str) -> None:
    loss = Loss(field="phone", label="Phone", value="600 0001", instead="600 0002", by="Dwayne at GEO-1", at=NOON)
    desk.counter.receive(CUSTOMER.model_copy(update={"phone": "600 0002", "losses": (loss,), "version": 5}))
    assert desk.refused() == ["Phone replaced"]
    desk.press(key)
    assert desk.refused() == []
    assert desk.counter.run(desk.counter.cases.customers.get_customer(CUSTOMER.id)).customer.phone == phone
