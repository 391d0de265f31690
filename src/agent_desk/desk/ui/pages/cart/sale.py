"""What the Cart page shows of a sale, and what may be done next; free of Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from agent_desk.desk.ui.pages.cart.losing import find_loss, loss_words
from agent_desk.desk.ui.theme import Tone
from agent_desk.desk.usecases.carting import CartShown, LineShown
from agent_desk.desk.usecases.stocking import StockShown
from agent_desk.domain.catalogue import Product
from agent_desk.domain.checking_out import locked_until
from agent_desk.domain.formats import figure_text, money_text, number_text, percent_text, size_text, weight_text
from agent_desk.domain.goods import warn_of
from agent_desk.domain.losing import Loss
from agent_desk.domain.money import Currency, Money
from agent_desk.domain.refusal import Refusal
from agent_desk.domain.selling import Cart, CartLine, Checkout, Order, Totals
from agent_desk.domain.stock import LineStock
from agent_desk.domain.times import clock_text
from agent_desk.domain.totals import line_total, vat_base


class Stage(StrEnum):
    """How far a sale is."""

    EMPTY = "empty"
    OPEN = "open"
    LOCKED = "locked"
    EXPIRED = "expired"
    PAYING = "paying"
    """The order is placed and a part of it is paid."""


@dataclass(frozen=True, slots=True)
class LineChip:
    """A state of a line: word, icon, tone."""

    words: str
    icon: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line as shown."""

    id: UUID
    kind: str
    icon: str
    label: str
    detail: str
    quantity: int
    steps: bool
    """True where the quantity can be changed now."""
    removable: bool
    each: str
    total: str
    total_under: str
    chips: tuple[LineChip, ...] = ()
    yours: int | None = None
    """The quantity that another desk wrote over unseen; the first chip asks whether it is to stand again."""

    @property
    def values(self) -> tuple[object, ...]:
        """What somebody elsewhere may have changed."""
        return self.quantity, self.label, self.each, self.total

    @property
    def phrase(self) -> str:
        """The line as a reader says it."""
        parts = (f"{self.kind} {self.label}", self.detail, f"quantity {self.quantity}", f"each {self.each}", self.total)
        return ", ".join(part for part in (*parts, *(chip.words for chip in self.chips)) if part)


@dataclass(frozen=True, slots=True)
class TotalsView:
    """The totals card."""

    lines: str = "0.00"
    promotion_code: str = ""
    promotion: str = ""
    vat_words: str = ""
    vat: str = "0.00"
    usd: str = "USD 0.00"
    gyd: str = "GYD 0"


@dataclass(frozen=True, slots=True)
class SaleView:
    """One customer's sale: a cart, and the order it became."""

    now: datetime
    shown: CartShown | None = None
    order: Order | None = None
    refusals: tuple[Refusal, ...] = ()
    """What stood against the last check-out, until the cart changes."""

    @property
    def cart(self) -> Cart | None:
        return None if self.shown is None else self.shown.cart

    @property
    def lines(self) -> tuple[CartLine, ...]:
        return _of(self).lines

    @property
    def promotion(self) -> str:
        return _of(self).promotion

    @property
    def number(self) -> str:
        return _of(self).number

    @property
    def customer_name(self) -> str:
        return _of(self).customer_name

    @property
    def checkout(self) -> Checkout | None:
        return None if self.shown is None else self.shown.cart.checkout

    @property
    def stock(self) -> tuple[LineStock, ...]:
        """What is held for the lines that are counted goods."""
        if self.order is not None:
            return self.order.stock
        return () if self.checkout is None else self.checkout.stock

    @property
    def stage(self) -> Stage:
        if self.order is not None:
            return Stage.PAYING
        if not self.lines or self.cart is None:
            return Stage.EMPTY
        if self.checkout is not None:
            return Stage.LOCKED if self.now < locked_until(self.checkout) else Stage.EXPIRED
        return Stage.OPEN

    @property
    def locked(self) -> bool:
        """True while lines cannot change."""
        return self.stage in {Stage.LOCKED, Stage.EXPIRED, Stage.PAYING}

    @property
    def gyd_per_usd(self) -> Decimal | None:
        """Held, or in force now."""
        if self.order is not None:
            return self.order.gyd_per_usd
        if self.checkout is not None:
            return self.checkout.gyd_per_usd
        return None if self.shown is None or self.shown.rate is None else self.shown.rate.gyd_per_usd

    @property
    def totals(self) -> Totals | None:
        """Held, or what it comes to now; None where no rate is known."""
        if self.order is not None:
            return self.order.totals
        return None if self.shown is None else self.shown.totals

    @property
    def due(self) -> Money | None:
        """Still to pay, in US dollars."""
        if self.order is not None:
            return self.order.due
        return None if self.totals is None else self.totals.total

    @property
    def lock_left(self) -> timedelta:
        """How long prices are still held; zero where they are not."""
        if self.stage is not Stage.LOCKED or self.checkout is None:
            return timedelta(0)
        return locked_until(self.checkout) - self.now


@dataclass(frozen=True, slots=True)
class _Head:
    lines: tuple[CartLine, ...] = ()
    promotion: str = ""
    number: str = ""
    customer_name: str = ""


def _of(sale: SaleView) -> Order | Cart | _Head:
    return sale.order or sale.cart or _Head()


_Basis = tuple[
    CartLine,
    tuple[UUID, int, datetime | None] | None,
    Stage,
    Decimal | None,
    tuple[Refusal, ...],
    LineStock | None,
    StockShown | None,
    datetime | None,
    Loss | None,
]
"""What a row is made of: a product is the same while its version and the price in force are."""


class LineRows:
    """Every line of a sale as shown; what did not change since the last sale is not worked out again."""

    def __init__(self) -> None:
        self._known: dict[UUID, tuple[_Basis, LineRow]] = {}

    def of(self, sale: SaleView) -> tuple[LineRow, ...]:
        lines = {} if sale.shown is None else {one.line.id: one for one in sale.shown.lines}
        held, until = {one.line: one for one in sale.stock}, None if sale.checkout is None else sale.checkout.at
        stage, rate, known = sale.stage, sale.gyd_per_usd, self._known
        self._known = {}
        for line in sale.lines:
            shown = lines.get(line.id) or LineShown(line, None)
            product = shown.product
            span = None if product is None else product.find_price(sale.now)
            priced = None if product is None else (product.id, product.version, None if span is None else span.since)
            loss = find_loss(sale.cart, line)
            basis = (line, priced, stage, rate, sale.refusals, held.get(line.id), shown.stock, until, loss)
            before = known.get(line.id)
            same = before is not None and before[0] == basis
            self._known[line.id] = before if before is not None and same else (basis, _line_row(sale, line, shown))
        return tuple(row for _, row in self._known.values())


def _line_row(sale: SaleView, line: CartLine, shown: LineShown) -> LineRow:
    rate = sale.gyd_per_usd
    shipment = line.what == "shipment"
    in_usd = line.amount.currency is Currency.USD
    total = money_text(line.amount) if in_usd or rate is None else money_text(line_total(line, rate))
    free = line.each.minor == 0
    return LineRow(
        id=line.id,
        kind="Shipment" if shipment else "Product",
        icon="ship" if shipment else "gift" if free else "package",
        label=line.label,
        detail=line.detail or _product_detail(line, shown),
        quantity=line.quantity,
        steps=not shipment and not sale.locked,
        removable=not sale.locked,
        each=money_text(line.each),
        total=total,
        total_under="" if in_usd else money_text(line.amount),
        chips=_chips(sale, line, shown),
        yours=_yours(sale, line),
    )


def _yours(sale: SaleView, line: CartLine) -> int | None:
    loss = find_loss(sale.cart, line)
    return None if loss is None else int(str(loss.value))


def _product_detail(line: CartLine, shown: LineShown) -> str:
    product, stock = shown.product, shown.stock
    parts = [line.code] if stock is None else [line.code, stock.words]
    if product is None or product.weight is None:
        return ", ".join(parts)
    parts.append(weight_text(product.weight.lb))
    if product.length is not None and product.width is not None and product.height is not None:
        parts.append(size_text(product.length, product.width, product.height))
    return ", ".join(parts)


def _chips(sale: SaleView, line: CartLine, shown: LineShown) -> tuple[LineChip, ...]:
    product = shown.product
    loss = find_loss(sale.cart, line)
    chips = [] if loss is None else [LineChip(loss_words(loss), "history", "warn")]
    chips += [LineChip(words, "triangle-alert", "danger") for words in _against(sale, line, product)]
    chips += _held_chips(sale, line) if sale.locked else _gone_chips(shown)
    if line.each.minor == 0:
        chips.append(LineChip("Free sample", "gift", "neutral"))
    if product is None:
        return tuple(chips)
    if not sale.locked and (hint := bulk_hint(line, product, sale.now)):
        chips.append(LineChip(hint, "badge-percent", "info"))
    chips += [_WARNING_CHIPS[one.code] for one in warn_of(product, "product") if one.code in _WARNING_CHIPS]
    return tuple(chips)


def _held_chips(sale: SaleView, line: CartLine) -> list[LineChip]:
    """What is held of a line, and what is not."""
    if sale.stage is Stage.EXPIRED:
        return [LineChip("Price let go", "timer", "warn")]
    goods = next((one for one in sale.stock if one.line == line.id), None)
    if goods is None:
        return [LineChip("Price locked", "lock", "ok")]
    if goods.short:
        words = f"Only {goods.held} there, take out or swap" if goods.held else "Sold out, take out or swap"
        return [LineChip("To be confirmed" if sale.order is not None else words, "package-x", "danger")]
    chips = []
    if goods.held:
        until = "" if sale.checkout is None else f" till {clock_text(locked_until(sale.checkout))}"
        chips.append(LineChip(f"{goods.held} reserved{until}", "timer", "ok"))
    if goods.asked:
        words = "To be confirmed" if sale.order is not None else "Asked for, not reserved"
        chips.append(
            LineChip(words if not goods.held else f"{goods.asked} {words[0].lower()}{words[1:]}", "hourglass", "warn")
        )
    return chips


def _gone_chips(shown: LineShown) -> list[LineChip]:
    """EDGE-14: what is known to be gone before anybody asks for it."""
    if shown.stock is None or not shown.stock.gone:
        return []
    return [LineChip("Sold out, take out or swap", "package-x", "danger")]


_WARNING_CHIPS = {
    "product.unmeasured": LineChip("No size: measured before it ships", "ruler", "warn"),
    "product.over_limits": LineChip("Over the limits: pick-up only", "package-x", "warn"),
    "product.dangerous": LineChip("Dangerous goods", "triangle-alert", "warn"),
}


def bulk_hint(line: CartLine, product: Product, now: datetime) -> str:
    """EDGE-8: `Add 1 more: GYD 1,080 each, saves GYD 600`; empty where no threshold lies ahead."""
    span = product.find_price(now)
    if span is None:
        return ""
    ahead = next((b for b in span.breaks if b.quantity > line.quantity), None)
    if ahead is None or ahead.each.minor >= line.each.minor or ahead.each.currency is not line.each.currency:
        return ""
    saved = (line.each - ahead.each).times(ahead.quantity)
    more = ahead.quantity - line.quantity
    return f"Add {more} more: {money_text(ahead.each)} each, saves {money_text(saved)}"


def _against(sale: SaleView, line: CartLine, product: Product | None) -> list[str]:
    """What the last check-out said of this line, with its old and its new price."""
    found = []
    for refusal in sale.refusals:
        if refusal.field != f"lines.{line.id}" or not refusal.stops:
            continue
        span = None if product is None else product.find_price(sale.now)
        if refusal.code == "price.differs" and span is not None:
            new = money_text(span.each_for(line.quantity))
            found.append(f"Was {money_text(line.each)}, now {new}")
        else:
            found.append({"product.unknown": "Not sold any more, take it out"}.get(refusal.code, "See what to settle"))
    return found


def totals_view(sale: SaleView) -> TotalsView:
    """The totals card of the sale."""
    present, rate = sale.totals, sale.gyd_per_usd
    if present is None or rate is None:
        return TotalsView(gyd="No rate in force") if sale.lines else TotalsView()
    percent = None if sale.shown is None else sale.shown.vat_percent
    base = vat_base(sale.lines, present, rate)
    return TotalsView(
        lines=figure_text(present.lines),
        promotion_code=sale.promotion,
        promotion=figure_text(present.promotion) if sale.promotion else "",
        vat_words=_vat_words(percent, base),
        vat=figure_text(present.vat),
        usd=money_text(present.total),
        gyd=money_text(present.total_gyd),
    )


def _vat_words(percent: Decimal | None, base: Money) -> str:
    share = f"{percent_text(percent)} " if percent is not None else ""
    return f"{share}on {figure_text(base)} of goods" if base.minor else ""


def promotion_words(sale: SaleView) -> str:
    """`−USD 16.17 off products`; empty without one."""
    present, base = sale.totals, [line for line in sale.lines if line.what == "product" and line.vat]
    if not sale.promotion or present is None:
        return ""
    return f"{money_text(present.promotion)} off products" if base else "Counts on products only"


def count_words(lines: Sequence[CartLine]) -> str:
    """`5 lines, 2 currencies`."""
    currencies = len({line.each.currency for line in lines})
    counted = f"{len(lines)} line" if len(lines) == 1 else f"{len(lines)} lines"
    return f"{counted}, {currencies} currencies" if currencies > 1 else counted


def lock_words(sale: SaleView) -> tuple[str, str]:
    """The two lines of the lock card."""
    if sale.order is not None:
        rate = number_text(sale.order.gyd_per_usd, 2)
        return f"Order {sale.order.number}", f"Placed {clock_text(sale.order.placed_at)}, rate {rate} held"
    if sale.cart is None or sale.cart.checkout is None:
        return "Not locked", "Check out holds prices, rate and stock"
    rate = number_text(sale.cart.checkout.gyd_per_usd, 2)
    until = clock_text(locked_until(sale.cart.checkout))
    if sale.stage is Stage.EXPIRED:
        return f"Let go at {until}", "Release, then check out again"
    return f"Locked until {until}", f"Prices, rate {rate} and stock"
