"""A card or MMG at the real window: central over HTTP, stand-ins for the vendors, where customers pay."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from agent_desk.central.bootstrap import Central, assemble
from agent_desk.desk.ui.looking import check
from agent_desk.desk.ui.pages.cart.card_sheet import CardSheet
from agent_desk.desk.ui.pages.cart.page import CartPage
from agent_desk.desk.ui.pages.cart.payer_sheet import WRONG, PayerSheet
from agent_desk.desk.ui.pages.orders.page import OrdersPage
from agent_desk.desk.ui.pages.orders.words import chip_of
from agent_desk.desk.ui.parts.text import Text
from agent_desk.domain.decision import Refused
from agent_desk.domain.money import gyd, usd
from agent_desk.domain.payments import AttemptState
from agent_desk.domain.selling import OrderState
from tests.central.mmg_sandbox import PAYER, Wallets, wallets
from tests.central.stripe_sandbox import Sandbox, sandbox
from tests.desk.conftest import fresh_central
from tests.desk.sync.branch import at_central
from tests.desk.ui.patience import until
from tests.desk.ui.person import At, play_at
from tests.desk.workshop import BARREL, SetClock, done
from tests.fakes.codes import read_code
from tests.fakes.served import Door


@dataclass
class Shop:
    central: Central
    stripe: Sandbox
    mmg: Wallets


@pytest.fixture
def shop(central_url: str, central_clock: SetClock) -> Iterator[Shop]:
    with (
        sandbox(central_clock.now) as stripe,
        wallets(central_clock.now) as mmg,
        fresh_central(central_url, central_clock, stripe.cards(timeout=1), mmg.payments_of()) as central,
    ):
        central.services.cards.declare()
        yield Shop(central, stripe, mmg)


@dataclass
class Till:
    """The Cart page, the sheet over it, and central's own work on payments."""

    at: At
    shop: Shop

    @property
    def page(self) -> CartPage:
        return self.at.counter.shell.findChildren(CartPage)[0]

    @property
    def sheet(self) -> CardSheet | None:
        found: CardSheet | None = self.at.sheet(CardSheet)
        return found

    def says(self, words: str) -> bool:
        return self.sheet is not None and words in self.at.said(self.sheet)

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.sheet or self.page, key)

    async def central_works(self) -> None:
        """As its job does every other second."""
        await asyncio.to_thread(self._work)

    def _work(self) -> None:
        for (id_,) in at_central(self.shop.central, "select id from document where kind = 'payment_attempt'"):
            self.shop.central.services.cards.work(str(id_))

    async def check_out(self) -> None:
        self.at.counter.shell.open_page("cart")
        done(await self.at.cases.carting.add_product(BARREL.id, 2))
        await until(lambda: self.page.tender.tiles.card.why_not() == "" and self.page.work.sale is not None)
        await until(lambda: self.page.commit.text() == "Check out")
        self.page.press_commit()
        await until(lambda: self.page.commit.text() == "Type the cash given")

    async def ask(self) -> None:
        self.page.tender.tiles.card.click()
        await until(lambda: self.sheet is not None)
        await self.at.is_sent()

    def state(self) -> AttemptState:
        card = self.page.work.cards.card
        assert card is not None
        return card.attempt.state


def played(app: QApplication, shop: Shop, folder: Path, story: Callable[[Till], object]) -> None:
    async def at_the_desk(at: At) -> None:
        await story(Till(at, shop))  # type: ignore[misc]  # every story is a coroutine function

    play_at(app, shop.central, folder, at_the_desk)


def test_a_customer_scans_pays_and_gets_a_receipt(app: QApplication, shop: Shop, tmp_path: Path) -> None:
    async def story(till: Till) -> None:
        await till.check_out()
        await till.ask()
        assert till.says("The payment page is being opened")
        await till.central_works()
        await until(lambda: till.says("Customer scans and pays on their own phone"))
        sheet = till.sheet
        assert sheet is not None
        assert check(till.at.counter.shell) == []
        (session,) = shop.stripe.sessions()
        assert read_code(sheet.code) == session["url"]
        assert till.page.commit.text() == "Waiting for the card"
        assert shop.stripe.pay(session["url"]) == 303
        await till.central_works()
        await until(lambda: till.says("Paid"))
        assert check(till.at.counter.shell) == []
        assert read_code(sheet.code) is None
        till.press(Qt.Key.Key_Return)
        await until(lambda: till.sheet is None and till.page.work.last is not None and till.page.work.last.path != "")
        assert not till.at.counter.shell.keys.is_blocked
        state = "select convert_from(body, 'utf8')::json->>'state' from document where kind = 'order'"
        orders = at_central(shop.central, state)
        assert orders == [(OrderState.PAID,)]
        assert at_central(shop.central, "select count(*) from ledger_entry where kind = 'card_captured'") == [(1,)]

    played(app, shop, tmp_path, story)


def test_what_a_card_paid_goes_back_to_the_card(app: QApplication, shop: Shop, tmp_path: Path) -> None:
    async def story(till: Till) -> None:
        await till.check_out()
        await till.ask()
        await till.central_works()
        await until(lambda: till.says("Customer scans"))
        shop.stripe.pay(shop.stripe.sessions()[0]["url"])
        await till.central_works()
        await until(lambda: till.says("Paid"))
        till.press(Qt.Key.Key_Return)
        await until(lambda: till.sheet is None)
        shop.stripe.keep_refunds_waiting()
        shell = till.at.counter.shell
        shell.open_page("orders")
        page = shell.findChildren(OrdersPage)[0]
        await until(lambda: page.detail.shown is not None and bool(page.detail.shown.order.tenders))
        QTest.keyClick(page.list.view, Qt.Key.Key_F7)
        part = page.detail.refunding
        await until(lambda: part.isVisible() and "ask a manager" in till.at.said(part))
        assert not part.currency.isVisible()
        part.amount.put("20.00")
        part.reason.put("One barrel was brought back")
        part.changed.emit()
        await until(lambda: "USD 20.00 back to the card it came from" in till.at.said(part))
        assert check(shell) == []
        part.keep.click()
        await until(lambda: not part.isVisible())
        await till.at.is_sent()
        await till.central_works()
        await until(lambda: "On its way" in till.at.chips(page))
        await until(lambda: check(shell) == [])
        (refund,) = shop.stripe.refunds()
        assert refund["amount"] == 20_00
        shop.stripe.turn_refund(refund["id"], "succeeded")
        await till.central_works()
        await until(lambda: page.detail.shown is not None and page.detail.shown.order.refunded == usd(20_00))
        assert page.detail.shown is not None
        assert chip_of(page.detail.shown)[0] == "Part refunded"
        assert page.detail.shown.timeline[0].title.startswith("Given back to the card USD 20.00")
        await until(lambda: check(shell) == [])
        assert at_central(shop.central, "select count(*) from ledger_entry where kind = 'card_refunded'") == [(1,)]

    played(app, shop, tmp_path, story)


def test_a_customer_pays_by_mmg_on_their_own_phone(app: QApplication, shop: Shop, tmp_path: Path) -> None:
    async def story(till: Till) -> None:
        await till.check_out()
        shell = till.at.counter.shell
        await until(lambda: till.page.tender.tiles.mmg.why_not() == "")
        till.page.tender.tiles.mmg.click()
        await until(lambda: till.at.sheet(PayerSheet) is not None)
        payer = till.at.sheet(PayerSheet)
        assert check(shell) == []
        till.at.type("611 22")
        assert WRONG in till.at.said(payer)
        payer.field.put("")
        till.at.type("+592 611-2233")
        await until(lambda: till.sheet is not None and till.says("The phone is being asked"))
        await till.at.is_sent()
        await till.central_works()
        await until(lambda: till.says("Customer approves on their own phone"))
        assert till.says("MMG 611 2233")
        assert check(shell) == []
        assert read_code(till.sheet.code if till.sheet else payer) is None
        (payment,) = shop.mmg.payments()
        assert payment["debitParty"][0]["value"] == PAYER
        assert till.page.commit.text() == "Waiting for MMG"
        assert shop.mmg.settle()
        await till.central_works()
        await until(lambda: till.says("Paid"))
        assert check(shell) == []
        till.press(Qt.Key.Key_Return)
        await until(lambda: till.sheet is None and till.page.work.last is not None and till.page.work.last.path != "")
        assert till.page.work.last is not None
        assert till.page.work.last.change == "By MMG, no change"
        assert at_central(shop.central, "select count(*) from ledger_entry where kind = 'mmg_captured'") == [(1,)]

    played(app, shop, tmp_path, story)


def test_what_is_declined_on_the_phone_is_asked_again_by_one_key(app: QApplication, shop: Shop, tmp_path: Path) -> None:
    async def story(till: Till) -> None:
        await till.check_out()
        await until(lambda: till.page.tender.tiles.mmg.why_not() == "")
        till.page.tender.tiles.mmg.click()
        await until(lambda: till.at.sheet(PayerSheet) is not None)
        till.at.type(PAYER)
        await until(lambda: till.sheet is not None)
        await till.at.is_sent()
        await till.central_works()
        assert shop.mmg.settle("declined")
        await till.central_works()
        await until(lambda: till.says("declined on the phone"))
        assert check(till.at.counter.shell) == []
        till.press(Qt.Key.Key_Return)
        await until(lambda: till.says("The phone is being asked"))
        await till.at.is_sent()
        await till.central_works()
        await until(lambda: till.says("Customer approves"))
        assert [one["status"] for one in shop.mmg.payments()] == ["declined", "pending"]

    played(app, shop, tmp_path, story)


def test_what_is_not_known_blocks_a_second_charge_and_survives_the_next_customer(
    app: QApplication, shop: Shop, tmp_path: Path
) -> None:
    async def story(till: Till) -> None:
        await till.check_out()
        await till.ask()
        shop.stripe.fail("lost_after", 1)
        await till.central_works()
        await until(lambda: till.says("We do not know yet if the card was charged"))
        assert check(till.at.counter.shell) == []
        till.press(Qt.Key.Key_Escape)
        assert till.sheet is not None, "Esc does not cancel what may be charged"
        card = till.page.work.cards.card
        assert card is not None
        refused = await till.at.cases.tendering.take_cash(card.order.id, usd(500_00))
        assert isinstance(refused, Refused)
        assert [one.code for one in refused.refusals] == ["payment.unknown_yet"]
        assert chip_of(await till.at.cases.orders.get_order(card.order.id))[0] == "Card unknown"
        till.press(Qt.Key.Key_F7)
        await until(lambda: till.sheet is None and till.page.commit.text() == "Add a line first")
        till.page.opened(card.order.id)
        await until(lambda: till.says("We do not know yet"))
        await till.central_works()
        await until(lambda: till.says("Customer scans"))
        assert len(shop.stripe.sessions()) == 1

    played(app, shop, tmp_path, story)


def test_a_cancelled_payment_closes_the_link_and_leaves_the_order_to_be_paid(
    app: QApplication, shop: Shop, tmp_path: Path
) -> None:
    async def story(till: Till) -> None:
        await till.check_out()
        await till.ask()
        await till.central_works()
        await until(lambda: till.says("Customer scans"))
        (session,) = shop.stripe.sessions()
        till.press(Qt.Key.Key_Escape)
        await until(lambda: till.says("The payment is being cancelled"))
        await till.at.is_sent()
        await till.central_works()
        await until(lambda: till.says("Nothing was charged"))
        assert check(till.at.counter.shell) == []
        assert shop.stripe.pay(session["url"]) == 400
        till.press(Qt.Key.Key_Escape)
        await until(lambda: till.sheet is None)
        sale = till.page.work.sale
        assert sale is not None
        assert sale.order is not None
        taken = done(await till.at.cases.tendering.take_cash(sale.order.id, gyd(100_000_00)))
        assert taken.finished

    played(app, shop, tmp_path, story)


def test_what_central_refuses_is_said_where_the_agent_looks(
    app: QApplication, shop: Shop, central_clock: SetClock, tmp_path: Path
) -> None:
    async def story(till: Till) -> None:
        await till.check_out()
        port = till.at.cut()
        # asked for a moment before the desk noticed
        asked = asyncio.ensure_future(till.page.work.ask_card())
        await until(lambda: till.says("This desk has not reached central yet"))
        # meanwhile an operator took the keys away
        assemble(shop.central.database, central_clock.now).services.cards.declare()
        till.at.door = Door(shop.central, port)
        notices = till.at.counter.shell.notices
        await until(lambda: any("did not open the payment" in text.text() for text in notices.findChildren(Text)))
        await asked
        await until(lambda: till.sheet is None)
        assert not till.at.counter.shell.keys.is_blocked
        await until(lambda: till.page.tender.tiles.card.why_not() == "not set up")
        sale = till.page.work.sale
        assert sale is not None
        assert sale.order is not None
        assert done(await till.at.cases.tendering.take_cash(sale.order.id, gyd(100_000_00))).finished

    played(app, shop, tmp_path, story)


def test_a_tile_says_why_no_card_can_be_taken(app: QApplication, shop: Shop, tmp_path: Path) -> None:
    async def story(till: Till) -> None:
        await till.check_out()
        port = till.at.cut()
        await until(lambda: till.page.tender.tiles.card.why_not() == "no link")
        till.press(Qt.Key.Key_F7)
        assert till.sheet is None
        till.at.door = Door(shop.central, port)
        await until(lambda: till.page.tender.tiles.card.why_not() == "")
        shop.stripe.fail("down", 50)
        await till.ask()
        for _ in range(6):
            await till.central_works()
        await until(lambda: till.page.tender.tiles.card.why_not().startswith("down "))

    played(app, shop, tmp_path, story)
