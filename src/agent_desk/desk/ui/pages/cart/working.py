"""What the Cart page does: every press as one use case after the other, never two at once; free of Qt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar
from uuid import UUID

from agent_desk.desk.ui.pages.cart.opening import open_at, pick_product
from agent_desk.desk.ui.pages.cart.sale import SaleView, Stage
from agent_desk.desk.ui.pages.cart.tender import Counted, Draft, count_cash, take_words
from agent_desk.desk.usecases.ports import Done
from agent_desk.desk.usecases.searching import Group
from agent_desk.domain.decision import Refused
from agent_desk.domain.formats import money_text
from agent_desk.domain.refusal import Refusal
from agent_desk.domain.rights import Series
from agent_desk.domain.selling import Order

if TYPE_CHECKING:
    from agent_desk.desk.usecases import UseCases
    from agent_desk.desk.usecases.carting import CartShown, CartTabs
    from agent_desk.desk.usecases.rows import ProductRow
    from agent_desk.desk.usecases.searching import Hit
    from agent_desk.desk.usecases.tendering import Sale

T = TypeVar("T")
A_MOMENT = timedelta(seconds=2)
"""In which no words on the page change by time alone."""
Told = Literal["ok", "warn"]


class Tell(Protocol):
    """What happened, the details, how grave it is, and the file the details name."""

    def __call__(self, what: str, details: str, told: Told, *, path: str = "") -> None: ...


_Known = tuple["SaleView | None", "CartTabs | None", "tuple[ProductRow, ...]", "LastSale | None", Draft]
"""What was shown last: the sale, the other carts, what was sold lately, the last sale, the cash counted."""
Act = Literal["add", "check_out", "give", "take", "place", "renew"]


@dataclass(frozen=True, slots=True)
class Commit:
    """The one button bottom right: its words and what a press does."""

    words: str
    act: Act
    icon: str = "check"


@dataclass(frozen=True, slots=True)
class LastSale:
    """What was sold just now, until the next customer's first line."""

    order: str
    change: str
    """`GYD 3,532 back, GYD drawer`."""
    receipt: str
    path: str = ""
    """Of the receipt's PDF; empty until it is made."""


def commit_of(sale: SaleView, counted: Counted | None) -> Commit:
    """What comes next in this sale."""
    match sale.stage:
        case Stage.EMPTY:
            return Commit("Add a line first", "add", "plus")
        case Stage.OPEN:
            return Commit("Check out", "check_out", "lock")
        case Stage.EXPIRED:
            return Commit("Check out again", "renew", "lock")
    if counted is None:
        return Commit("Nothing to pay, finish", "place")
    return Commit(take_words(counted), "give" if counted.given is None else "take")


def change_words(sale: Sale) -> str:
    """`GYD 3,532 back, GYD drawer`."""
    change = sale.tender.change
    if change.minor <= 0:
        return "No change"
    return f"{money_text(change)} back, {change.currency} drawer"


def taken_words(sale: Sale) -> str:
    """What the notice says of money taken."""
    if sale.finished:
        return f"{sale.order.number} is paid. {change_words(sale)}"
    return f"{money_text(sale.tender.given)} taken, {money_text(sale.order.due)} still to pay"


def same_sale(before: SaleView | None, after: SaleView | None) -> bool:
    """Whether both look the same."""
    if before is None or after is None or not timedelta(0) <= after.now - before.now < A_MOMENT:
        return False
    then, now = before.shown, after.shown
    as_then = now if then is None or now is None else replace(now, at=then.at)
    return then == as_then and before.stage is after.stage and replace(after, now=before.now, shown=then) == before


def same_tabs(before: CartTabs | None, after: CartTabs | None) -> bool:
    """Whether both look the same."""
    if before is None or after is None:
        return before is after
    return timedelta(0) <= after.at - before.at < A_MOMENT and replace(after, at=before.at) == before


def _same(before: _Known, after: _Known) -> bool:
    return before[2:] == after[2:] and same_sale(before[0], after[0]) and same_tabs(before[1], after[1])


class _Page:
    """Whoever shows the sale; it is not asked again for what looks as it was shown last."""

    def __init__(self, shown: Callable[[], None]) -> None:
        self._shown = shown
        self._known: _Known | None = None

    def show(self, look: _Known) -> None:
        self._known = look
        self._shown()

    def show_news(self, look: _Known) -> None:
        """A change made here is shown at once, and heard of again a moment later."""
        if self._known is None or not _same(self._known, look):
            self.show(look)


class CartWork:
    """The sale at this desk; `shown()` is called whenever what the page shows may have changed."""

    def __init__(self, cases: UseCases, tell: Tell, shown: Callable[[], None]) -> None:
        self._cases = cases
        self._tell = tell
        self._page = _Page(shown)
        self._turn = asyncio.Lock()
        self.sale: SaleView | None = None
        """None until the store has answered once."""
        self.draft = Draft()
        self.last: LastSale | None = None
        self.others: CartTabs | None = None
        self.recent: tuple[ProductRow, ...] = ()

    @property
    def is_busy(self) -> bool:
        """Whether a press is still being done."""
        return self._turn.locked()

    @property
    def counted(self) -> Counted | None:
        """The cash being counted; None where none can be."""
        sale = self.sale
        if sale is None or sale.stage not in {Stage.LOCKED, Stage.PAYING}:
            return None
        due, rate = sale.due, sale.gyd_per_usd
        if due is None or rate is None or due.minor <= 0:
            return None
        return count_cash(self.draft, due, rate)

    @property
    def commit(self) -> Commit:
        return Commit("Add a line first", "add", "plus") if self.sale is None else commit_of(self.sale, self.counted)

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

    async def place(self) -> None:
        """Finishes a sale that costs nothing."""
        async with self._turn:
            cart = self._cart_id
            outcome = None if cart is None else await self._cases.tendering.place_order(cart)
            order = self._value(outcome)
            if order is not None:
                self.last = LastSale(order.number, "Nothing to pay", "")
                self._tell(f"Order {order.number} is placed", "Nothing to pay", "ok")
            await self._load()

    async def take(self) -> None:
        """Places the order and takes the cash in one commit; then the receipt, which can be made again."""
        async with self._turn:
            counted, sale = self.counted, self.sale
            if counted is None or counted.given is None or sale is None:
                return
            subject = sale.order.id if sale.order is not None else self._cart_id
            if subject is None:
                return
            taken = self._value(await self._cases.tendering.take_cash(subject, counted.given, self.draft.change_in))
            if taken is None:
                await self._load()
                return
            self.draft = Draft(self.draft.currency, "", self.draft.currency)
            if taken.finished:
                self.last = LastSale(taken.order.number, change_words(taken), taken.tender.receipt)
                self.sale = SaleView(sale.now)
            else:
                self.sale = replace(sale, order=taken.order, refusals=())
            self._page.show(self._look)
            await self._print(taken)
            await self._load()

    async def leave_order(self) -> None:
        """Serves the next customer; what is part paid waits among the orders."""
        async with self._turn:
            if self.sale is not None:
                self.sale = SaleView(self.sale.now)
            await self._load()

    def edit(self, draft: Draft) -> None:
        """The agent chose another tender, or typed a sum."""
        self.draft = draft
        self._page.show(self._look)

    @property
    def _cart_id(self) -> UUID | None:
        return None if self.sale is None or self.sale.cart is None else self.sale.cart.id

    async def _print(self, taken: Sale) -> None:
        receipt = self._value(await self._cases.receipts.print_receipt(taken.order.id, taken.tender.id))
        path = "" if receipt is None else receipt.path
        if taken.finished and self.last is not None:
            self.last = replace(self.last, path=path)
        self._tell(taken_words(taken), PurePath(path).name, "ok", path=path)

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
        if order is not None:
            fresh = (await self._cases.orders.get_order(order.id)).order
            if fresh.due.minor > 0 and self.sale is not None:
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
    def _look(self) -> _Known:
        return self.sale, self.others, self.recent, self.last, self.draft
