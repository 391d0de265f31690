"""What the Orders page says of an order. Free of Qt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal

from agent_desk.desk.usecases.ports import LinkState
from agent_desk.desk.usecases.rows import OrderChip, OrderRow
from agent_desk.desk.usecases.viewing import EventKind, OrderShown
from agent_desk.domain.formats import figure_text, money_text, plain_text, size_text
from agent_desk.domain.money import Currency, convert
from agent_desk.domain.payments import AttemptState, RefundState
from agent_desk.domain.selling import Order, OrderState
from agent_desk.domain.shipping import Hold, Shipment, ShipmentPiece
from agent_desk.domain.times import age_text, clock_text, time_text

ToneKey = Literal["neutral", "info", "ok", "warn", "danger", "mgr", "plain"]

FILTERS = {
    OrderChip.ALL: "All",
    OrderChip.LAST_7_DAYS: "Last 7 days",
    OrderChip.HELD: "Held",
    OrderChip.NOT_PAID: "Not paid",
    OrderChip.WAITING: "Not sent",
}
_PAID = {
    OrderState.PAID: ("Paid", "circle-check", "ok"),
    OrderState.PART_PAID: ("Part paid", "circle-dashed", "warn"),
    OrderState.AWAITING_PAYMENT: ("Not paid", "circle", "text_2"),
    OrderState.CANCELLED: ("Cancelled", "x", "text_2"),
    OrderState.REFUNDED_PART: ("Part refunded", "rotate-ccw", "warn"),
    OrderState.REFUNDED: ("Refunded", "rotate-ccw", "text_2"),
}
EVENTS: dict[EventKind, tuple[str, ToneKey]] = {
    "booked": ("package", "neutral"),
    "placed": ("shopping-cart", "neutral"),
    "cash": ("banknote", "ok"),
    "card": ("wallet", "ok"),
    "mmg": ("smartphone", "ok"),
    "refunded": ("rotate-ccw", "warn"),
    "measured": ("scale", "warn"),
    "held": ("pause", "warn"),
    "waiting": ("hourglass", "mgr"),
}


@dataclass(frozen=True, slots=True)
class Say:
    """Words with an icon and the colour role of a text."""

    words: str
    icon: str = ""
    tone: str = ""


_TO_CARD = {
    RefundState.CREATED: Say("Asked for", "hourglass", "info"),
    RefundState.SUBMITTED: Say("Asked for", "hourglass", "info"),
    RefundState.PENDING: Say("On its way", "hourglass", "info"),
    RefundState.UNKNOWN: Say("Not known yet", "circle-question-mark", "warn"),
    RefundState.FAILED: Say("Failed", "octagon-x", "danger"),
    RefundState.RETURNED: Say("Came back", "octagon-x", "danger"),
}


@dataclass(frozen=True, slots=True)
class PieceLine:
    """One piece of the order: what, what measuring found, weight and size."""

    number: str
    contents: str
    chip: Say
    figures: str


@dataclass(frozen=True, slots=True)
class PaymentLine:
    what: str
    chip: Say
    amount: str
    icon: str = "banknote"


def cells_of(row: OrderRow, now: datetime) -> tuple[Say, ...]:
    """Order, placed, customer, to, pieces, total, state, paid; `hourglass` on what is not at central yet."""
    return (
        Say(row.number, "hourglass" if row.pending else ""),
        Say(time_text(row.placed_at, now)),
        Say(row.customer_name or "Walk-in"),
        Say(row.place or "−"),
        Say(str(row.pieces)),
        Say(figure_text(row.total)),
        state_of(row),
        Say(*_PAID[row.state]),
    )


def state_of(row: OrderRow) -> Say:
    """How it stands: in conflict, held for whom, cancelled, booked, or only goods over the counter."""
    if row.conflict:
        return Say("In conflict", "triangle-alert", "danger")
    if row.state is OrderState.CANCELLED:
        return Say("Cancelled", "x", "text_2")
    if row.held:
        return Say(held_words(consent=row.consent), "pause", "warn")
    if row.pieces:
        return Say("Booked", "package", "accent")
    return Say("Goods only", "tag", "text_2")


def held_words(*, consent: bool) -> str:
    """Whom it waits for."""
    return "Held, consent" if consent else "Held, manager"


def text_picture(rows: list[tuple[Say, ...]]) -> list[str]:
    """Rows as lines of text, an icon in brackets before its words."""
    return [" | ".join(f"[{say.icon}] {say.words}" if say.icon else say.words for say in row) for row in rows]


def chip_of(shown: OrderShown) -> tuple[str, str, ToneKey]:
    """The one state that matters most: words, icon, tone."""
    order = shown.order
    if shown.standing.conflict:
        return "In conflict", "triangle-alert", "danger"
    if shown.attempt is not None and shown.attempt.live:
        unknown = shown.attempt.state is AttemptState.UNKNOWN
        how = "MMG" if shown.attempt.tender_kind == "mmg" else "Card"
        return (f"{how} unknown", "circle-question-mark", "warn") if unknown else (f"{how} under way", "wallet", "info")
    if order.held:
        consent = any(Hold.WEIGHT in shipment.holds for shipment in shown.shipments)
        return held_words(consent=consent), "pause", "warn"
    words, icon, _tone = _PAID[order.state]
    tones: dict[OrderState, ToneKey] = {OrderState.PAID: "ok", OrderState.PART_PAID: "warn"}
    return words, icon, tones.get(order.state, "neutral")


def who_words(shown: OrderShown) -> str:
    """`Roxanne Hinds, GY-09371, New Amsterdam`."""
    number = "" if shown.customer is None else shown.customer.number
    parts = (shown.order.customer_name or "Walk-in", number, shown.order.deliver_to.place)
    return ", ".join(part for part in parts if part)


def totals_words(order: Order) -> tuple[str, str]:
    """USD, and GYD as it was frozen at checkout."""
    return money_text(order.totals.total), money_text(order.totals.total_gyd)


def payment_lines(shown: OrderShown) -> list[PaymentLine]:
    """Each tender as it was given, and what of the order it pays; then what was given back."""
    pending = shown.standing.pending
    chip = Say("Not sent yet", "hourglass", "warn") if pending else Say("Final", "check", "ok")
    lines = [
        PaymentLine(
            f"{tender.how} {money_text(tender.given)}, {tender.receipt}",
            chip,
            figure_text(tender.applied),
            EVENTS[tender.kind][0],
        )
        for tender in shown.order.tenders
    ]
    for refund in shown.order.refunds:
        if not refund.returned:
            given = f"Given back {money_text(refund.given)}, {refund.receipt}"
            what = f"Back to the card, {refund.receipt}" if refund.kind == "card" else given
            lines.append(PaymentLine(what, chip, figure_text(-refund.amount), "rotate-ccw"))
    for asked in shown.to_cards:
        words = f"Back to the card, {asked.receipt}"
        lines.append(PaymentLine(words, _TO_CARD[asked.state], figure_text(-asked.amount), "rotate-ccw"))
    return lines


def due_words(order: Order) -> str:
    """What is still to pay, in both currencies; empty when nothing is."""
    if order.due.minor <= 0:
        return ""
    return f"{money_text(order.due)}, {money_text(convert(order.due, Currency.GYD, order.gyd_per_usd))}"


def piece_lines(shipments: tuple[Shipment, ...]) -> list[PieceLine]:
    """Every piece as it was found, or as it was declared while nobody has measured it."""
    return [_piece_line(piece) for shipment in shipments for piece in shipment.pieces]


def _piece_line(piece: ShipmentPiece) -> PieceLine:
    found, declared = piece.measured, piece.declared
    if found is None:
        weight = "" if declared.weight is None else f"{plain_text(declared.weight.lb, 1)} lb"
        known = [side for side in declared.sides if side is not None]
        size = size_text(known[0], known[1], known[2]).removesuffix(" in") if len(known) == 3 else ""
        figures = ", ".join(part for part in (weight, size) if part) or "not known"
        return PieceLine(str(piece.number), declared.contents, Say("Declared", "pencil", "neutral"), figures)
    figures = f"{plain_text(found.weight.lb, 1)} lb, {size_text(found.length, found.width, found.height)}"
    chip = Say("As declared", "check", "ok")
    if declared.weight is not None and found.weight.lb != declared.weight.lb:
        more = found.weight.lb - declared.weight.lb
        words = plain_text(more, 1)
        chip = Say(f"+{words} lb" if more > 0 else f"{words} lb", "triangle-alert", "danger" if more > 0 else "neutral")
    return PieceLine(str(piece.number), declared.contents, chip, figures.removesuffix(" in"))


def pieces_title(shipments: tuple[Shipment, ...]) -> str:
    """`Pieces, 164.3 of 500 lb`, as far as it is known."""
    weights = [
        (piece.measured.weight if piece.measured is not None else piece.declared.weight)
        for shipment in shipments
        for piece in shipment.pieces
    ]
    known = sum((weight.lb for weight in weights if weight is not None), start=Fraction(0))
    return f"Pieces, {plain_text(known, 1)} lb" if known else "Pieces"


def offline_words(link: LinkState, heard_at: datetime | None, now: datetime) -> tuple[str, str] | None:
    """What the banner says while central does not answer; None while it does."""
    connection = link.connection
    if connection.state != "offline":
        return None
    what = "Offline" if connection.since is None else f"Offline since {clock_text(connection.since)}"
    kept = "Changes made here are kept and sent later."
    if heard_at is None:
        return what, f"This desk has not heard from central yet. {kept}"
    age = max(now - heard_at, timedelta(0))
    said = "just now" if age < timedelta(minutes=1) else f"{age_text(age)} ago"
    return what, f"You see orders as of {time_text(heard_at, now)}, {said}. {kept}"
