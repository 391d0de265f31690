"""What the Cart page does: every press as one use case after the other, never two at once; free of Qt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar
from uuid import UUID

from agent_desk.desk.ui.pages.cart.card_watch import CardWatch
from agent_desk.desk.ui.pages.cart.next_step import LastSale
from agent_desk.desk.ui.pages.cart.opening import open_at, pick_product
from agent_desk.desk.ui.pages.cart.sale import SaleView
from agent_desk.desk.ui.pages.cart.showing import Look, Showing
from agent_desk.desk.ui.pages.cart.tender import Draft
from agent_desk.desk.usecases.ports import Done
from agent_desk.desk.usecases.searching import Group
from agent_desk.domain.decision import Refused
from agent_desk.domain.refusal import Refusal
from agent_desk.domain.rights import Series
from agent_desk.domain.selling import Order

if TYPE_CHECKING:
    from agent_desk.desk.usecases import UseCases
    from agent_desk.desk.usecases.carting import CartShown, CartTabs
    from agent_desk.desk.usecases.rows import ProductRow
    from agent_desk.desk.usecases.searching import Hit

T = TypeVar("T")
Told = Literal["ok", "warn"]


class Tell(Protocol):
    """What happened, the details, how grave it is, and the file the details name."""

    def __call__(self, what: str, details: str, told: Told, *, path: str = "") -> None: ...


class CartWork:
    """The sale at this desk; `shown()` is called whenever what the page shows may have changed."""

    def __init__(self, cases: UseCases, tell: Tell, shown: Callable[[], None]) -> None:
        self._cases = cases
        self._tell = tell
        self._page = Showing(shown)
        self._turn = asyncio.Lock()
        self.sale: SaleView | None = None
        """None until the store has answered once."""
        self.draft = Draft()
        self.last: LastSale | None = None
        self.cards = CardWatch(cases)
        self.others: CartTabs | None = None
        self.recent: tuple[ProductRow, ...] = ()

    @property
    def is_busy(self) -> bool:
        """Whether a press is still being done."""
        return self._turn.locked()

    async def load(self) -> None:
        """Asks the store again."""
        async with self._turn:
            await self._load()

    async def open_at(self, id_: UUID) -> None:
        """Shows the cart, the order still to be paid, or sells the product, or serves the customer of that id."""
        async with self._turn:
            opened = await open_at(self._cases, id_, self._cart_id)
            if isinstance(opened, Order):
                now = opened.placed_at if self.sale is None else self.sale.now
                self.sale = SaleView(now, order=opened) if opened.due.minor > 0 else self.sale
            else:
                self._value(opened)
            await self._load()

    async def add_product(self, product: UUID) -> None:
        await self._act(lambda: self._cases.carting.add_product(product, 1, self._cart_id))

    async def add_text(self, text: str) -> None:
        """A code, a barcode, a quote's number, else the best hit of a search."""
        wanted = text.strip()
        if not wanted:
            return
        if wanted.upper().startswith(Series.QUOTE):
            quote = await self._cases.quoting.find_quote(wanted.upper())
            if quote is not None:
                await self._act(lambda: self._cases.carting.book_quote(quote.id, self._cart_id))
                return
        best = pick_product(wanted, await self.search(wanted))
        if best is not None:
            await self.add_product(best)
        else:
            await self.add_code(wanted)

    async def add_code(self, code: str) -> None:
        """A code or barcode, whole."""
        await self._act(lambda: self._cases.carting.add_by_code(code, self._cart_id))

    async def search(self, text: str) -> tuple[Hit, ...]:
        """The products that fit."""
        if not text.strip():
            return ()
        found = await self._cases.searching.search(text, Group.PRODUCTS)
        return tuple(hit for hit in found.hits if hit.group is Group.PRODUCTS)

    async def step(self, line: UUID, by: int) -> None:
        """So many more of a line, counted from what it is when its turn comes; 0 takes the price of now."""

        async def stepped() -> Done[CartShown] | Refused | None:
            cart = None if self.sale is None else self.sale.cart
            present = next((one for one in cart.lines if one.id == line), None) if cart is not None else None
            if cart is None or present is None or present.quantity + by < 1:
                return None
            return await self._cases.carting.set_quantity(cart.id, line, present.quantity + by, present.quantity)

        await self._act(stepped)

    async def take_out(self, line: UUID) -> None:
        await self._on_cart(lambda cart: self._cases.carting.remove_line(cart, line))

    async def clear(self) -> None:
        """Takes every line out."""
        await self._on_cart(self._cases.carting.clear_cart)

    async def set_promotion(self, code: str) -> None:
        await self._on_cart(lambda cart: self._cases.carting.set_promotion(cart, code))

    async def hold(self, name: str) -> None:
        """Puts the cart aside under a name."""
        await self._on_cart(lambda cart: self._cases.carting.hold_cart(cart, name))

    async def recall(self, cart: UUID) -> None:
        await self._act(lambda: self._cases.carting.recall_cart(cart))

    async def choose(self, cart: UUID) -> None:
        await self._act(lambda: self._cases.carting.choose_cart(cart))

    async def check_out(self) -> None:
        """Holds prices and rate; what stands against it is kept to be shown."""
        await self._on_cart(self._cases.tendering.check_out, keeps_refusals=True)

    async def renew(self) -> None:
        await self._on_cart(self._cases.tendering.renew, keeps_refusals=True)

    async def release(self) -> None:
        await self._on_cart(self._cases.tendering.release)

    @property
    def _cart_id(self) -> UUID | None:
        return None if self.sale is None or self.sale.cart is None else self.sale.cart.id

    async def _act(self, action: Callable[[], Coroutine[Any, Any, Done[CartShown] | Refused | None]]) -> None:
        async with self._turn:
            self._take_in(await action(), keeps_refusals=False)
            await self._load_others()

    async def _on_cart(
        self,
        action: Callable[[UUID], Coroutine[Any, Any, Done[CartShown] | Refused]],
        *,
        keeps_refusals: bool = False,
    ) -> None:
        async with self._turn:
            cart = self._cart_id
            if cart is None:
                self._tell("There is no cart yet", "Add a line first", "warn")
                return
            self._take_in(await action(cart), keeps_refusals=keeps_refusals)
            await self._load_others()

    def _take_in(self, outcome: Done[CartShown] | Refused | None, *, keeps_refusals: bool) -> None:
        """Shows what came of an action at once, before anything else is asked."""
        if isinstance(outcome, Done):
            shown = outcome.value
            self._warn(outcome.warnings)
            gone = shown.cart.state in {"held", "ordered"}
            self.sale = SaleView(shown.at) if gone else SaleView(shown.at, shown)
            self.last = None if shown.cart.lines and not gone else self.last
        elif outcome is not None:
            if keeps_refusals and self.sale is not None:
                self.sale = replace(self.sale, refusals=outcome.refusals)
            else:
                self._warn(outcome.refusals)
        self._page.show(self._look)

    def _warn(self, refusals: tuple[Refusal, ...]) -> None:
        for refusal in refusals:
            self._tell(refusal.message, "", "warn")

    def _value(self, outcome: Done[T] | Refused | None) -> T | None:
        if isinstance(outcome, Done):
            self._warn(outcome.warnings)
            return outcome.value
        if outcome is not None:
            self._warn(outcome.refusals)
        return None

    async def _load(self) -> None:
        order = None if self.sale is None else self.sale.order
        await self.cards.find_tiles()
        if order is not None:
            fresh = (await self._cases.orders.get_order(order.id)).order
            if not await self.cards.look(fresh):
                self._tell("Central did not open the payment", "Sync says why: take another tender", "warn")
            if (fresh.due.minor > 0 or self.cards.card is not None) and self.sale is not None:
                self.sale = replace(self.sale, order=fresh)
                await self._load_others()
                return
        before = self.sale
        shown = await self._cases.carting.find_current_cart()
        self.others = await self._cases.carting.list_tabs()
        self.sale = SaleView(self.others.at if shown is None else shown.at, shown)
        if before is not None and before.cart is not None and shown is not None and before.cart == shown.cart:
            self.sale = replace(self.sale, refusals=before.refusals)
        self.recent = await self._cases.carting.recent_products()
        self._page.show_news(self._look)

    async def _load_others(self) -> None:
        self.others = await self._cases.carting.list_tabs()
        self._page.show_news(self._look)

    @property
    def _look(self) -> Look:
        return self.sale, self.others, self.recent, self.last, self.draft, self.cards.card, self.cards.tiles
