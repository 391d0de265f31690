"""What the Sync page says of the link, of what was refused, of what waits; free of Qt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from agent_desk.desk.ui.theme import Tone
from agent_desk.desk.usecases.ports import LinkState, SyncProgress
from agent_desk.desk.usecases.rows import HeldScope, LossRow, NoticeRow, WaitingRow
from agent_desk.desk.usecases.syncing_status import SILENT_AFTER, Allowed, SyncShown
from agent_desk.domain.formats import money_text, number_text
from agent_desk.domain.risking import NEAR_PERCENT
from agent_desk.domain.times import age_text, clock_text, countdown_text, time_text

_OPENS = {
    "cart": ("cart", "Open the cart"),
    "order": ("orders", "Open the order"),
    "shipment": ("orders", "Open the orders"),
    "quote": ("quote", "Open the quote"),
    "customer": ("quote", "Open the customer"),
}
"""Where a document is corrected, and how the button says so."""
MINUTE = timedelta(minutes=1)
_SCOPES = {"cat": "Products", "px": "Prices, rates and rules", "user": "Your account", "dev": "This desk"}
_OF_BRANCH = {"branch": "Branch", "avail": "Goods at"}
_ICONS = (
    ("customer.", "user-plus"),
    ("order.", "shopping-cart"),
    ("tender.", "banknote"),
    ("piece.", "scale"),
    ("cart.hold", "pause"),
    ("cart.recall", "play"),
    ("cart.", "shopping-cart"),
    ("quote.", "calculator"),
    ("shipment.", "package"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """What the banner says, and what its button does."""

    what: str
    sentence: str
    icon: str
    tone: Tone
    aside: str = ""
    can_try: bool = True


def banner_of(link: LinkState, shown: SyncShown, now: datetime) -> Said | None:
    """None while the link is up and nothing is in the way."""
    connection = link.connection
    safe = f"{_actions(shown.waiting_in_all)} safe on this desk"
    more = len(shown.notices) + len(shown.losses)
    need = f"; {more} more need you" if more else ""
    match connection.state:
        case "offline":
            since = "" if connection.since is None else f" since {time_text(connection.since, now)}"
            sentence = f"You can go on selling for cash. {safe}{need}."
            return Said(f"Offline{since}", sentence, "wifi-off", "warn", _next_try(link, now))
        case "update_needed":
            return Said("Update needed", f"{safe}. Update this program to send it.", "circle-arrow-up", "danger")
        case "revoked":
            return Said("This desk was revoked", "Ask a manager. Nothing is sent.", "ban", "danger", can_try=False)
        case "signing_in":
            return Said("Signing in", f"{safe}{need}.", "key-round", "info", can_try=False)
    if link.trouble:
        return Said("The last try went wrong", link.trouble, "triangle-alert", "warn", _next_try(link, now))
    return None


def _actions(count: int) -> str:
    return {0: "Everything is", 1: "1 action is"}.get(count, f"{count} actions are")


def _next_try(link: LinkState, now: datetime) -> str:
    at = link.connection.next_try_at
    return "" if at is None else f"Next try in {countdown_text(at - now)}"


@dataclass(frozen=True, slots=True)
class RefusedView:
    """Something that needs a person: why, what to do, the two ways out."""

    key: str
    what: str
    subject: str
    code: str
    why: str
    to_do: str
    page: str
    opens: str
    """The words of its first button; empty where nothing can be opened."""
    at: UUID | None
    leaves: str
    """The words of its second button."""
    asks_why: bool
    """Whether leaving it needs a reason."""
    notice: int = 0
    """Of a refusal of central's."""
    loss: LossRow | None = None
    """Of a value that another desk replaced."""

    @property
    def heading(self) -> str:
        return "Refused" if self.loss is None else "Replaced elsewhere"


def refused_views(shown: SyncShown) -> tuple[RefusedView, ...]:
    """What central refused, then what other desks wrote over, each the newest first."""
    return (*(_refused(row) for row in shown.notices), *(_lost(row) for row in shown.losses))


def _lost(row: LossRow) -> RefusedView:
    kind, id_ = row.ref
    return RefusedView(
        key=f"loss:{kind}:{id_}:{row.field}",
        what=f"{row.label} replaced",
        subject=row.subject,
        code="",
        why=f"“{row.lost}” became “{row.instead}” by {row.by}, who had not seen it.",
        to_do="Put it back, or leave what stands there now.",
        page="",
        opens="Put it back",
        at=id_,
        leaves="Leave it",
        asks_why=False,
        loss=row,
    )


def _refused(row: NoticeRow) -> RefusedView:
    first = row.refusals[0] if row.refusals else None
    message = "Central did not take it." if first is None else first.message
    why, colon, to_do = message.partition(": ")
    page, opens = ("", "") if row.ref is None else _OPENS.get(row.ref[0], ("", ""))
    if row.parked:
        to_do = "It has happened, so it is kept at central: a manager looks at it."
    elif not colon:
        to_do = f"{opens} and correct it." if opens else "Do it again, or withdraw it."
    more = len(row.refusals) - 1
    return RefusedView(
        key=f"notice:{row.id}",
        what=row.what,
        subject=row.subject,
        code="" if first is None else first.code,
        why=f"{_sentence(why)}{f' And {more} more.' if more > 0 else ''}",
        to_do=_sentence(to_do),
        page=page,
        opens=opens,
        at=None if row.ref is None else row.ref[1],
        leaves="Seen" if row.parked else "Withdraw",
        asks_why=not row.parked,
        notice=row.id,
    )


def _sentence(text: str) -> str:
    begun = text[:1].upper() + text[1:]
    return begun if begun.endswith((".", "?")) or not begun else f"{begun}."


@dataclass(frozen=True, slots=True)
class WaitingView:
    """One action on its way."""

    place: int
    what: str
    subject: str
    icon: str
    money: str
    at: str
    chip: str
    chip_icon: str
    chip_tone: Tone
    indented: bool

    @property
    def phrase(self) -> str:
        parts = (f"{self.place}", self.what, self.subject, self.money, self.at, self.chip)
        return ", ".join(part for part in parts if part)


def waiting_views(link: LinkState, shown: SyncShown, now: datetime) -> tuple[WaitingView, ...]:
    """What waits, in order; an action that follows another stands under it. Without a link nothing is being sent."""
    places = {row.n: place for place, row in enumerate(shown.waiting, 1)}
    up = link.connection.state in {"online", "sending"}
    return tuple(_waiting(row, places, now, up=up) for row in shown.waiting)


def _waiting(row: WaitingRow, places: dict[int, int], now: datetime, *, up: bool) -> WaitingView:
    before = [places[n] for n in row.after if n in places]
    chip, icon, tone = _state_of(row, before, up=up)
    return WaitingView(
        place=places[row.n],
        what=row.what,
        subject=row.subject,
        icon=next((icon_ for start, icon_ in _ICONS if row.name.startswith(start)), "send"),
        money="" if row.money is None else money_text(row.money),
        at=time_text(row.at, now),
        chip=chip,
        chip_icon=icon,
        chip_tone=tone,
        indented=bool(before),
    )


def _state_of(row: WaitingRow, before: list[int], *, up: bool) -> tuple[str, str, Tone]:
    if row.state == "inflight" and up:
        return "Sending", "loader-circle", "info"
    if row.state == "acked":
        return "Taken", "check", "ok"
    return (f"After {max(before)}", "corner-down-right", "neutral") if before else ("Waiting", "hourglass", "neutral")


def oldest_words(shown: SyncShown, now: datetime) -> str:
    """`oldest 1 h 23`; empty where nothing waits."""
    return f"oldest {age_text(now - min(row.at for row in shown.waiting))}" if shown.waiting else ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the last round."""

    name: str
    words: str
    icon: str
    role: str


@dataclass(frozen=True, slots=True)
class LastSync:
    """The card of the last round."""

    at: str
    under: str
    clock: str
    steps: tuple[Step, ...]


def last_sync(link: LinkState, shown: SyncShown, now: datetime) -> LastSync:
    """When central last answered and what each step did."""
    report = link.report
    heard = shown.heard_at
    at = "Not yet" if heard is None else clock_text(heard)
    age = "" if shown.age is None else "Just now" if shown.age < MINUTE else f"{age_text(shown.age)} ago"
    under = f"{age}, by central’s clock" if age else "This desk has not heard central"
    live = _live(link, now)
    if report is None:
        unknown = Step("", "not since this start", "circle-dashed", "text_2")
        steps = [Step(name, unknown.words, unknown.icon, unknown.role) for name in ("Push", "Pull", "Check")]
        return LastSync(at, under, "", (*steps, live))
    refused = f", {report.refused} refused" if report.refused else ""
    agreed = f"{number_text(report.agreed_rows, 0)} rows agree"
    check = Step("Check", agreed, "check", "ok")
    if report.repaired:
        check = Step("Check", f"{len(report.repaired)} parts read again", "triangle-alert", "warn")
    steps = [
        Step("Push", f"{report.sent} sent{refused}", "check", "ok"),
        Step("Pull", f"{number_text(report.rows, 0)} changes, {_size(report.received_bytes)}", "check", "ok"),
        check,
    ]
    off = abs(report.clock_off_ms) / 1000
    clock = f"Clock right to {off:.1f} s" if off < 60 else f"Clock off by {age_text(timedelta(seconds=off))}"
    return LastSync(at, under, clock, (*steps, live))


def _live(link: LinkState, now: datetime) -> Step:
    match link.connection.state:
        case "online" | "sending":
            return Step("Link", "up", "wifi", "ok")
        case "offline":
            since = link.connection.since
            return Step("Link", "down" if since is None else f"lost at {time_text(since, now)}", "wifi-off", "warn")
    return Step("Link", link.connection.words, "wifi-off", "warn")


def _size(count: int) -> str:
    if count < 1000:
        return f"{count} B"
    return f"{count // 1000} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def allowed_of(link: LinkState, shown: SyncShown) -> tuple[Allowed, ...]:
    """What the age of the data allows, and what needs the link itself."""
    up = link.connection.state in {"online", "sending"}
    return (*shown.allowed, Allowed("Sign in somebody new here", "needs the link", up))


@dataclass(frozen=True, slots=True)
class Risk:
    """BYD-4: money that only this desk knows of."""

    total: str
    share: float
    """Of the scale."""
    most: str
    """The end of the scale."""
    orders: str
    ceiling: str
    """What a manager allows, as it stands over the scale; empty where it is not known."""
    ceiling_share: float
    tone: Tone
    """neutral, warn near the ceiling, danger at it."""


_STEPS = (250, 500, 1_000, 2_500, 5_000, 7_500, 10_000, 50_000)


def risk_of(shown: SyncShown) -> Risk:
    """Cash sales that central has not seen, against the manager's ceiling."""
    dollars = shown.cash_at_risk.minor / 100
    ceiling = 0.0 if shown.ceiling is None else shown.ceiling.minor / 100
    most = next((step for step in _STEPS if max(dollars, ceiling * 1.25) <= step), 1_000_000)
    orders = "1 order" if shown.orders_at_risk == 1 else f"{shown.orders_at_risk} orders"
    near = ceiling and dollars * 100 >= ceiling * NEAR_PERCENT
    return Risk(
        total=money_text(shown.cash_at_risk),
        share=min(dollars / most, 1.0),
        most=f"{most:,}",
        orders=orders,
        ceiling=f"manager’s ceiling {ceiling:,.0f}" if ceiling else "",
        ceiling_share=min(ceiling / most, 1.0),
        tone="danger" if ceiling and dollars >= ceiling else "warn" if near else "neutral",
    )


@dataclass(frozen=True, slots=True)
class HeldView:
    """One part of what is kept here, and how old it is."""

    name: str
    rows: str
    age: str
    is_old: bool


def held_views(shown: SyncShown, now: datetime) -> tuple[HeldView, ...]:
    """Every scope by its name; what was read to its end is as old as central's last word."""
    heard = shown.heard_at
    as_of = "" if heard is None else f"as of {time_text(heard, now)}"
    old = shown.age is None or shown.age > SILENT_AFTER
    return tuple(_held(row, as_of, old=old) for row in shown.held)


def _held(row: HeldScope, as_of: str, *, old: bool) -> HeldView:
    rows = f"{number_text(row.rows, 0)} rows"
    if not row.is_read:
        return HeldView(_scope_name(row.name), rows, "being read", is_old=True)
    return HeldView(_scope_name(row.name), rows, "being mended" if row.differs else as_of, is_old=row.differs or old)


def _scope_name(scope: str) -> str:
    kind, _colon, which = scope.partition(":")
    return _SCOPES.get(kind, f"{_OF_BRANCH.get(kind, kind)} {which}".strip())


@dataclass(frozen=True, slots=True)
class ProgressView:
    """One step of a first sync."""

    name: str
    share: float
    words: str


def progress_views(link: LinkState) -> tuple[ProgressView, ...]:
    """Every step of a first sync; empty when none runs."""
    return tuple(_progress(one) for one in link.progress.values())


def _progress(one: SyncProgress) -> ProgressView:
    name = _scope_name(one.scope)
    if one.of <= 0:
        return ProgressView(name, 0.0, f"{number_text(one.rows, 0)} rows")
    words = f"{number_text(one.rows, 0)} of {number_text(one.of, 0)}"
    return ProgressView(name, min(one.rows / one.of, 1.0), words)
