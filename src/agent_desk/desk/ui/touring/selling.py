"""What an agent does at the counter, from the customer's name to the receipt, by keys alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from agent_desk.desk.ui.pages.cart.sale import Stage

if TYPE_CHECKING:
    from agent_desk.desk.ui.pages.cart.page import CartPage
    from agent_desk.desk.ui.pages.quote.page import QuotePage
    from agent_desk.desk.ui.touring.player import Player
    from agent_desk.desk.ui.window import Window


MOST_MATTERS = 12
STEPS = (
    "customer named",
    "pieces priced",
    "booked into the cart",
    "product added",
    "product scanned",
    "cart held",
    "cart recalled",
    "prices locked",
    "cash counted",
    "receipt printed",
)
"""Of a whole sale, in order."""


@dataclass(frozen=True, slots=True)
class Box:
    """A piece as the agent types it: pounds and inches."""

    contents: str
    weight: str
    sides: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Goods:
    """What one customer sends and buys."""

    customer: str
    boxes: tuple[Box, ...]
    product: str
    barcode: str


class Seller:
    """The Quote and the Cart page of an agent's window."""

    def __init__(self, player: Player, window: Window, reached: Callable[[str], None] | None = None) -> None:
        self._player = player
        self._window = window
        self._reached = reached or (lambda _step: None)
        """Told each of `STEPS` of a whole sale."""

    @property
    def quote(self) -> QuotePage:
        return cast("QuotePage", self._window.page("quote"))

    @property
    def cart(self) -> CartPage:
        return cast("CartPage", self._window.page("cart"))

    async def name_customer(self, name: str) -> None:
        """Finds the customer by typing and takes the first who fits."""
        page, player = self.quote, self._player
        await player.press("Ctrl+1", "F2")
        await player.write(name)
        finder = page.customer.finder
        await player.until(lambda: finder.isVisible() and finder.is_current(), f"somebody called {name}")
        await player.press("Return")
        await player.until(lambda: page.state.draft.customer is not None, "the customer on the page")

    async def describe(self, boxes: Sequence[Box]) -> None:
        """Types the pieces, Enter from cell to cell."""
        page, player = self.quote, self._player
        await player.until(page.pieces.rows()[0].cells["contents"].hasFocus, "the first piece")
        for at, box in enumerate(boxes):
            cells = (box.contents, box.weight, *box.sides)
            for number, cell in enumerate(cells):
                await player.type(cell)
                if number < len(cells) - 1 or at < len(boxes) - 1:
                    await player.press("Return")
        await self.priced()

    async def declare(self, value: str, description: str) -> None:
        """What it is worth and what it is; insured."""
        goods, player = self.quote.goods, self._player
        await player.tab_to(goods.value.entry)
        await player.write(value)
        await player.tab_to(goods.description.entry)
        await player.write(description)
        await player.tab_to(goods.insured)
        await player.press("Space")
        await self.priced()

    async def choose_service(self, number: int) -> None:
        """Alt and the number of the service."""
        page = self.quote
        wanted = page.price.cards()[number - 1].offer.key
        await self._player.press(f"Alt+{number}")
        await self._player.until(lambda: page.state.service == wanted, f"service {number}")

    async def visit_next(self) -> None:
        """F7: the cursor goes to the next thing to settle."""
        await self._player.press("F7")
        await self._player.rest()

    async def settle_all(self) -> None:
        """Takes the first way out of everything there is to settle."""
        page, player = self.quote, self._player
        for _matter in range(MOST_MATTERS):
            ways = [way for row in page.settle.list.rows() for way in row.buttons()[:1]]
            if not ways:
                return
            before = page.state.draft
            await player.tab_to(ways[0])
            await player.press("Space")
            await player.until(lambda before=before: page.state.draft != before, "the way out taken")  # type: ignore[misc]
            await self.priced()
            await player.rest()

    async def priced(self) -> None:
        """Returns when the price on the page is that of what is typed."""
        page = self.quote
        await self._player.until(lambda: page.state.advice is not None and not page.asking.is_pricing, "the price")

    async def book(self) -> None:
        """F9: the quote is saved and its shipment goes into the cart."""
        await self._player.press("F9")
        await self._player.until(lambda: not self.quote.state.draft.rows, "the next customer's page")

    async def open_cart(self) -> None:
        """Goes to the cart and returns when it shows what the store holds."""
        await self._player.press("Ctrl+2")
        await self._player.until(lambda: self.cart.work.sale is not None and not self.cart.work.is_busy, "the cart")

    async def add_product(self, words: str) -> None:
        """Finds a product by typing and takes the first that fits."""
        page, player = self.cart, self._player
        before = self._pieces_in_cart()
        await player.press("F3")
        await player.write(words)
        finder = page.left.add.finder
        await player.until(lambda: finder.isVisible() and finder.is_current(), f"a product called {words}")
        await player.press("Return")
        await player.until(lambda: self._pieces_in_cart() > before, f"{words} in the cart")

    async def scan_product(self, barcode: str) -> None:
        """One more of what the scanner reads."""
        before = self._pieces_in_cart()
        await self._player.scan(barcode)
        await self._player.until(lambda: self._pieces_in_cart() > before, f"{barcode} in the cart")

    async def more(self, times: int) -> None:
        """So many more of the last line, by the plus key."""
        view, player = self.cart.left.view, self._player
        await player.tab_to(view)
        for _time in range(times):
            before = self._pieces_in_cart()
            await player.press("+")
            await player.until(lambda before=before: self._pieces_in_cart() > before, "one more")  # type: ignore[misc]

    async def promote(self, code: str) -> None:
        """A promotion code."""
        page, player = self.cart, self._player
        await player.tab_to(page.left.promotion)
        await player.write(code)
        await player.press("Return")
        await player.until(lambda: page.work.sale is not None and page.work.sale.promotion == code, "the promotion")

    async def hold(self, name: str) -> None:
        """Puts the cart aside under a name."""
        page, player = self.cart, self._player
        await player.press("Ctrl+H")
        await player.until(page.head.asking.is_open, "the question for a name")
        await player.write(name)
        await player.press("Return")
        await player.until(lambda: self._stage() is Stage.EMPTY and bool(page.tabs.held()), "the held cart")

    async def recall(self) -> None:
        """Takes the held cart up again, the first one where there are several."""
        page, player = self.cart, self._player
        several = len(page.tabs.held()) > 1
        await player.press("Ctrl+L")
        if several:
            await player.press("Return")
        await player.until(lambda: self._stage() is Stage.OPEN, "the recalled cart")

    async def check_out(self) -> None:
        """F12: prices and rate are held."""
        await self._player.press("F12")
        await self._player.until(lambda: self._stage() is Stage.LOCKED, "the lock")

    async def sell(self, sale: Goods) -> None:
        """A whole sale; one that a crash cut short goes on where it was."""
        await self.open_cart()
        if self._stage() is Stage.EMPTY and self.cart.tabs.held():
            await self.recall()
        if self._stage() is Stage.EMPTY:
            await self._player.press("Ctrl+1", "Ctrl+Del")
            await self.name_customer(sale.customer)
            self._reached("customer named")
            await self.describe(sale.boxes)
            self._reached("pieces priced")
            await self.book()
            self._reached("booked into the cart")
            await self.open_cart()
            await self.add_product(sale.product)
            self._reached("product added")
            await self.scan_product(sale.barcode)
            self._reached("product scanned")
            await self.hold(sale.customer)
            self._reached("cart held")
            await self.recall()
            self._reached("cart recalled")
        if self._stage() is Stage.OPEN:
            await self.check_out()
        self._reached("prices locked")
        await self.count_gyd()
        self._reached("cash counted")
        await self.take()
        self._reached("receipt printed")

    async def count_gyd(self, given: str = "") -> None:
        """F6 and what the customer gave, else the next 5,000 above what is due; change in US dollars."""
        page, player = self.cart, self._player
        await player.until(lambda: not page.commit.is_busy(), "the check-out to end")
        await player.press("F6")
        await player.until(page.tender.given.entry.hasFocus, "the field for cash")
        counted = page.work.counted
        if not given and counted is not None:
            given = str((counted.owed.minor // 500_000 + 1) * 5_000)
        await player.write(given)
        await player.press("Tab", "Right")
        await player.until(lambda: page.work.draft.change_in == "USD", "the change in US dollars")

    async def take(self) -> None:
        """F12: the money is in the drawer, the receipt is on disk."""
        page = self.cart
        await self._player.press("F12")
        await self._player.until(lambda: page.work.last is not None and bool(page.work.last.path), "the receipt")

    def _stage(self) -> Stage:
        sale = self.cart.work.sale
        return Stage.EMPTY if sale is None else sale.stage

    def _pieces_in_cart(self) -> int:
        sale = self.cart.work.sale
        return 0 if sale is None else sum(line.quantity for line in sale.lines)
