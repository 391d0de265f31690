"""What comes next in a sale, and what is said of the last one; free of Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agent_desk.desk.ui.pages.cart.sale import SaleView, Stage
from agent_desk.desk.ui.pages.cart.tender import Counted, take_words
from agent_desk.domain.formats import money_text

if TYPE_CHECKING:
    from agent_desk.desk.usecases.tendering import Sale

Act = Literal["add", "check_out", "give", "take", "place", "renew", "card"]


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
