"""What is shown of a payment by card or MMG, state by state; free of Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agent_desk.desk.ui.theme import Tone
from agent_desk.desk.usecases.paying_by_card import CardShown
from agent_desk.domain.formats import money_text, number_text
from agent_desk.domain.money import Currency, convert
from agent_desk.domain.payments import AttemptState, PaymentAttempt
from agent_desk.domain.tendering import cash_due
from agent_desk.domain.times import clock_text, time_text

Act = Literal["cancel", "copy", "check", "next", "close", "again", "done", "print"]

_WHY = {
    "declined": "The card was declined. Nothing was charged: another card, or cash.",
    "cancelled": "It was cancelled in time. Nothing was charged.",
    "too_late": "Nobody paid before the link closed. Nothing was charged.",
}
_WHY_MMG = {
    "declined": "It was declined on the phone. Nothing was charged: ask again, or cash.",
    "too_late": "Nobody approved it in time. Nothing was charged.",
}


@dataclass(frozen=True, slots=True)
class Said:
    """Words with their icon and tone."""

    words: str
    icon: str
    tone: Tone
    more: str = ""


@dataclass(frozen=True, slots=True)
class CardStep:
    """One step of the payment: done, under way, or still to come."""

    what: str
    details: str
    at: str
    state: Literal["done", "now", "doubt", "failed", "ahead"]


@dataclass(frozen=True, slots=True)
class CardButton:
    words: str
    key: str
    icon: str
    act: Act


@dataclass(frozen=True, slots=True)
class CardView:
    """The whole sheet."""

    title: Said
    number: str
    usd: str
    """The sum that is asked for: US dollars by card, Guyanese dollars by MMG."""
    gyd: str
    """Its worth in the other currency, and the rate."""
    chip: Said
    banner: Said
    url: str
    """What the code leads to; empty where nobody may scan."""
    veil: Said | None
    """Over the code."""
    under: Said
    steps: tuple[CardStep, ...]
    blocked: str
    left: CardButton | None
    middle: CardButton | None
    right: CardButton

    def act_of(self, key: str) -> Act | None:
        """What a key does."""
        buttons = (self.left, self.middle, self.right)
        return next((button.act for button in buttons if button is not None and button.key == key), None)


CHECK = CardButton("Check now", "F5", "refresh-cw", "check")
CANCEL = CardButton("Cancel payment", "Esc", "x", "cancel")
COPY = CardButton("Copy link", "F6", "send", "copy")
NEXT = CardButton("Hold order, serve next", "F7", "pause", "next")
CLOSE = CardButton("Close", "Esc", "x", "close")
AGAIN = CardButton("Try again", "Enter", "rotate-ccw", "again")
DONE = CardButton("Done", "Enter", "check", "done")
PRINT = CardButton("Print receipt", "F10", "printer", "print")


def card_view(shown: CardShown) -> CardView:
    """Only central's word makes it green."""
    attempt, order = shown.attempt, shown.order
    rate = order.gyd_per_usd
    open_ = bool(attempt.url) and attempt.state is AttemptState.PENDING
    left, middle, right = _buttons(attempt, open_=open_)
    asked = attempt.amount
    other = convert(asked, Currency.USD, rate) if _by_mmg(attempt) else cash_due(asked, Currency.GYD, rate)
    return CardView(
        title=Said("MMG payment", "smartphone", "info") if _by_mmg(attempt) else Said("Card payment", "wallet", "info"),
        number=f"Order {attempt.order_number}, attempt {attempt.turn}",
        usd=money_text(asked),
        gyd=f"{money_text(other)} at {number_text(rate, 2)}",
        chip=_chip(shown),
        banner=_banner(shown),
        url=attempt.url if open_ else "",
        veil=_veil(attempt),
        under=_under(attempt, open_=open_),
        steps=_steps(shown),
        blocked="Blocked for this order: another card or MMG, cash without a manager" if _doubtful(attempt) else "",
        left=left,
        middle=middle,
        right=right,
    )


def _by_mmg(attempt: PaymentAttempt) -> bool:
    return attempt.tender_kind == "mmg"


def _doubtful(attempt: PaymentAttempt) -> bool:
    return attempt.state is AttemptState.UNKNOWN


_CHIPS = {
    AttemptState.CREATED: Said("Asking", "loader-circle", "info"),
    AttemptState.SUBMITTED: Said("Asking", "loader-circle", "info"),
    AttemptState.PENDING: Said("Started", "loader-circle", "info"),
    AttemptState.UNKNOWN: Said("Unknown", "circle-question-mark", "warn"),
    AttemptState.CONFIRMED: Said("Confirmed", "circle-check", "ok"),
    AttemptState.FAILED: Said("Not charged", "circle-x", "danger"),
    AttemptState.EXPIRED: Said("Expired", "timer", "neutral"),
}


def _chip(shown: CardShown) -> Said:
    attempt = shown.attempt
    if attempt.live and attempt.cancelling and not _doubtful(attempt):
        return Said("Cancelling", "loader-circle", "warn")
    return _CHIPS[attempt.state]


def _banner(shown: CardShown) -> Said:
    attempt = shown.attempt
    since = time_text(attempt.since, shown.at)
    match attempt.state:
        case AttemptState.CONFIRMED:
            return Said(
                "Paid", "circle-check", "ok", f"Confirmed by central from the provider's own answer at {since}."
            )
        case AttemptState.UNKNOWN:
            more = (
                f"The provider has not answered since {since}. A second charge on this order is blocked until it does, "
                "so that nobody pays twice."
            )
            what = "it was paid by MMG" if _by_mmg(attempt) else "the card was charged"
            return Said(f"We do not know yet if {what}", "triangle-alert", "warn", more)
        case AttemptState.FAILED:
            more = _why(attempt).get(
                attempt.reason, f"The provider refused it ({attempt.reason}). Nothing was charged."
            )
            return Said("Not charged", "circle-x", "danger", more)
        case AttemptState.EXPIRED:
            why = _why(attempt)
            what = "Request ended" if _by_mmg(attempt) else "Link closed"
            return Said(what, "timer", "neutral", why.get(attempt.reason, why["too_late"]))
        case _:
            return _going_on(shown)


def _why(attempt: PaymentAttempt) -> dict[str, str]:
    return _WHY | _WHY_MMG if _by_mmg(attempt) else _WHY


def _going_on(shown: CardShown) -> Said:
    if _by_mmg(shown.attempt):
        return _going_on_by_mmg(shown)
    if shown.attempt.cancelling:
        more = "The provider is asked to close it. Was it paid a moment ago, it counts as paid."
        return Said("The payment is being cancelled", "info", "warn", more)
    if shown.attempt.state is AttemptState.PENDING:
        more = "No card number is ever typed here. Turn the screen, or press F6 to copy the link."
        return Said("Customer scans and pays on their own phone", "smartphone", "info", more)
    where = "This desk has not reached central yet" if shown.waits else "Central asks the provider for the page"
    return Said("The payment page is being opened", "info", "info", f"{where}: the code appears by itself.")


def _going_on_by_mmg(shown: CardShown) -> Said:
    attempt = shown.attempt
    if attempt.state is AttemptState.PENDING:
        more = f"MMG asks {_spaced(attempt.payer)}. It ends by itself where nobody approves; it cannot be taken back."
        return Said("Customer approves on their own phone", "smartphone", "info", more)
    where = "This desk has not reached central yet" if shown.waits else "Central asks MMG"
    return Said("The phone is being asked", "info", "info", f"{where}: it rings by itself.")


def _spaced(account: str) -> str:
    """`611 2233`."""
    return f"{account[:3]} {account[3:]}"


def _veil(attempt: PaymentAttempt) -> Said | None:
    if _by_mmg(attempt) and attempt.live:
        doubtful = Said("Do not ask again", "octagon-x", "warn")
        return doubtful if _doubtful(attempt) else Said("On the phone", "smartphone", "info")
    match attempt.state:
        case AttemptState.CONFIRMED:
            return Said("Paid", "circle-check", "ok")
        case AttemptState.UNKNOWN:
            return Said("Do not scan again", "octagon-x", "warn")
        case AttemptState.FAILED | AttemptState.EXPIRED:
            return Said("Closed", "x", "neutral")
    if attempt.cancelling:
        return Said("Do not scan", "octagon-x", "warn")
    return None


def _under(attempt: PaymentAttempt, *, open_: bool) -> Said:
    if _by_mmg(attempt):
        return Said(f"MMG {_spaced(attempt.payer)}", "smartphone", "neutral")
    if open_:
        return Said(f"Link valid till {clock_text(attempt.closes_at)}", "timer", "neutral")
    if attempt.state is AttemptState.CONFIRMED:
        return Said("Link used, closed", "check", "ok")
    if _doubtful(attempt):
        return Said("Link closed until we know", "lock", "warn")
    return Said("No link yet" if attempt.live and not attempt.cancelling else "Link closed", "lock", "neutral")


def _steps(shown: CardShown) -> tuple[CardStep, ...]:
    attempt = shown.attempt
    asked = CardStep("Asked for", _asked_words(shown), time_text(attempt.asked_at, shown.at), "done")
    since = time_text(attempt.since, shown.at)
    last = CardStep("Confirmed by central", "Only this makes it paid", "", "ahead")
    by_mmg = _by_mmg(attempt)
    match attempt.state:
        case AttemptState.CONFIRMED:
            charged = CardStep("Charged once", f"Payment {_short(attempt.charge or attempt.reference)}", since, "done")
            return asked, charged, CardStep("Confirmed by central", "In the ledger, receipt ready", since, "done")
        case AttemptState.UNKNOWN:
            doubt = CardStep("Unknown", "Central goes on asking by itself", since, "doubt")
            ahead = CardStep("Confirmed, or not charged", "Comes by itself, even if you leave this page", "", "ahead")
            return asked, doubt, ahead
        case AttemptState.FAILED:
            return asked, CardStep("Not charged", "Another try is another payment", since, "failed")
        case AttemptState.EXPIRED:
            what = "Request ended" if by_mmg else "Link closed"
            return asked, CardStep(what, "Nothing was charged", since, "failed")
        case AttemptState.PENDING:
            what = "Phone asked" if by_mmg else "Page open"
            paying = CardStep(what, "Most customers take under a minute", since, "now")
            return asked, paying, last
        case _:
            ahead = (
                CardStep("Phone", "Not asked yet", "", "now") if by_mmg else CardStep("Page", "Not open yet", "", "now")
            )
            return asked, ahead, last


def _asked_words(shown: CardShown) -> str:
    if shown.waits:
        return "Waits on this desk for the link"
    return "Central has it" if shown.attempt.submitted_at is None else "Central asked the provider"


def _short(reference: str) -> str:
    return reference if len(reference) <= 14 else f"{reference[:7]}…{reference[-4:]}"


def _buttons(attempt: PaymentAttempt, *, open_: bool) -> tuple[CardButton | None, CardButton | None, CardButton]:
    match attempt.state:
        case AttemptState.CONFIRMED:
            return None, PRINT, DONE
        case AttemptState.UNKNOWN:
            return NEXT, None, CHECK
        case AttemptState.FAILED | AttemptState.EXPIRED:
            return CLOSE, None, AGAIN
    keeps = attempt.cancelling or _by_mmg(attempt)
    return (NEXT if keeps else CANCEL), (COPY if open_ else None), CHECK
