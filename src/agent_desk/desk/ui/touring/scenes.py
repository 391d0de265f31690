"""The scenes of the tour: a whole sale with the link down, its pictures taken on the way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QApplication

from agent_desk.desk.ui.dress import dress, worn
from agent_desk.desk.ui.pages.sync.waiting import ROW
from agent_desk.desk.ui.theme import DARK
from agent_desk.desk.ui.touring.measuring import Floor
from agent_desk.desk.ui.touring.player import Player
from agent_desk.desk.ui.touring.selling import Box, Goods, Seller
from agent_desk.domain.formats import plain_text

if TYPE_CHECKING:
    from pathlib import Path

    from agent_desk.desk.ui.pages.orders.page import OrdersPage
    from agent_desk.desk.ui.pages.sync.page import SyncPage
    from agent_desk.desk.ui.shell import Shell
    from agent_desk.desk.ui.window import Window
    from agent_desk.desk.usecases import SyncStatus
    from agent_desk.desk.usecases.ports import Link

CUSTOMER = "Indranie"
SENT = (
    Box("Barrel, food and clothing", "118.0", ("24", "24", "36")),
    Box("Carton, cordless drill set", "46.5", ("24", "18", "20")),
    Box("Bundle, louvre frames", "64.0", ("126", "14", "10")),
    Box("Crate, Honda water pump", "212.0", ("30", "24", "26")),
)
DECLARED, DESCRIPTION = "1450", "Tools, water pump, louvre frames"
BEFORE = (
    Goods("Devon", (Box("Carton, school books", "38.0", ("20", "16", "14")),), "Box 18", "7450010000568"),
    Goods("Ravi", (Box("Suitcase, clothing", "44.0", ("30", "20", "12")),), "Bubble wrap", "7450010000124"),
    Goods("Orin", (Box("Car bumper", "22.0", ("60", "18", "10")),), "Packing tape", "7450010000506"),
)
"""Sold before the one that is looked at."""
BARREL = "7450010000551"
TOO_HEAVY = Decimal("1.21")
LONG = 120.0
Switch = Callable[[], Awaitable[None]]
"""Takes the link down, or brings it up."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A desk with somebody signed in, and where its pictures go."""

    shell: Shell
    window: Window
    sync: SyncStatus
    player: Player

    @classmethod
    async def enter(cls, shell: Shell, window: Window, sync: SyncStatus, folder: Path | None = None) -> Stage:
        player = Player(shell, folder)
        await player.come_to_front()
        return cls(shell, window, sync, player)

    @property
    def link(self) -> Link:
        return self.sync.link

    async def connected(self) -> None:
        """Returns when everything is here that central has, and nothing waits."""
        await self.player.until(lambda: self.link.state.connection.state == "online", "the link", LONG)
        while await self.sync.count_waiting():
            await self.player.rest()

    async def keep_picture(self, name: str) -> None:
        """A picture once the notices have gone by."""
        await self.player.until(lambda: not self.shell.notices.shown(), "the notices to go")
        await self.player.keep_picture(name)

    async def cut_off(self) -> None:
        await self.player.until(lambda: self.shell.top.pill.words().startswith("Offline"), "the link gone")

    async def keep_dark_picture(self, name: str) -> None:
        """The same scene in the dark theme, where the tour is light."""
        light = worn()
        app = QApplication.instance()
        if light == DARK or not isinstance(app, QApplication):
            return
        dress(app, DARK)
        await self.player.keep_picture(name)
        dress(app, light)


async def sell_offline(stage: Stage, take_down: Switch) -> None:
    """An agent: quote, settle, book, product, hold, recall, cash in GYD with change in USD, receipt."""
    player, seller = stage.player, Seller(stage.player, stage.window)
    await stage.connected()
    for goods in BEFORE:
        await seller.sell(goods)
    await player.press("Ctrl+1")
    await _search(stage)
    await seller.name_customer(CUSTOMER)
    await seller.describe(SENT)
    await seller.declare(DECLARED, DESCRIPTION)
    await seller.choose_service(3)
    await seller.visit_next()
    await stage.keep_picture("quote")
    await stage.keep_dark_picture("quote-dark")
    await seller.settle_all()
    await take_down()
    await stage.cut_off()
    await seller.book()
    await seller.open_cart()
    await seller.scan_product(BARREL)
    await seller.more(1)
    await seller.add_product("Packing tape")
    await seller.more(3)
    await seller.add_product("Air fryer")
    await seller.add_product("Luggage tag")
    await seller.promote("MASH10")
    await stage.keep_picture("cart")
    await seller.hold("Indranie")
    await seller.recall()
    await seller.check_out()
    await seller.count_gyd()
    await stage.keep_picture("tender")
    await seller.take()
    await player.press("Ctrl+4")
    sync = cast("SyncPage", stage.window.page("sync"))
    await player.until(lambda: "Waiting" in _chips(sync), "what waits to be sent")
    await stage.keep_picture("sync")


async def measure_offline(stage: Stage) -> str:
    """The warehouse: a piece that is 21 % heavier than it was said to be; its code."""
    floor = Floor(stage.player, stage.window)
    await stage.cut_off()
    code = await floor.fetch()
    weight, sides = floor.declared()
    await floor.enter(plain_text(weight * Fraction(TOO_HEAVY), 1), sides)
    await stage.keep_picture("measure")
    await floor.record()
    return code


async def review_offline(stage: Stage, number: str, take_down: Switch) -> None:
    """The manager of another desk: the order is here, and opens with the link down."""
    player = stage.player
    await stage.connected()
    await player.press("Ctrl+4")
    page = cast("OrdersPage", stage.window.page("orders"))
    await player.until(lambda: _shows(page, number), f"order {number} on the second desk")
    await take_down()
    await stage.cut_off()
    await player.press("Return")
    await player.until(page.detail.main.hasFocus, "the order opened")
    await player.until(page.banner.isVisible, "what is said of the link")
    # the pill waits two seconds before it says so too
    pill = stage.shell.top.pill
    await player.until(lambda: pill.words().startswith("Offline"), "the pill")
    await stage.keep_picture("orders")
    await stage.keep_dark_picture("orders-dark")


async def _search(stage: Stage) -> None:
    player, sheet = stage.player, stage.shell
    await player.press("Ctrl+K")
    await player.until(sheet.palette_sheet.entry.hasFocus, "the search")
    await player.write("persau")
    await player.until(lambda: sheet.palette_sheet.chosen() is not None, "what was found")
    await stage.keep_picture("search")
    await player.press("Esc")
    await player.until(lambda: not sheet.palette_sheet.isVisible(), "the search to close")


def _shows(page: OrdersPage, number: str) -> bool:
    shown = page.detail.shown
    return shown is not None and shown.order.number == number


def last_order(stage: Stage) -> str:
    """The number of the order just paid."""
    last = Seller(stage.player, stage.window).cart.work.last
    assert last is not None, "a sale was just finished"
    return last.order


def _chips(page: SyncPage) -> set[str]:
    """The states of what waits, as shown."""
    rows = page.waiting.view.model()
    return {rows.index(at, 0).data(ROW).chip for at in range(rows.rowCount())}
