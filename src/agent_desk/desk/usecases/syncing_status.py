"""What waits, what was refused, what is at risk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent_desk.desk.usecases.losing import list_losses
from agent_desk.desk.usecases.ports import Reader, Work
from agent_desk.desk.usecases.pricing import RateShown, find_rate, find_trade_rules, serves
from agent_desk.desk.usecases.rows import HeldScope, LossRow, NoticeRow, WaitingRow
from agent_desk.domain.formats import money_text
from agent_desk.domain.money import Money
from agent_desk.domain.people import Branch
from agent_desk.domain.rates import GOOD_FOR, Use
from agent_desk.domain.times import age_text

SILENT_AFTER = timedelta(minutes=2)
"""Longer than any pause of a link that is up."""
HEARD_AT = "heard_at"
"""When central last answered, by central's clock."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """One thing the agent may or may not do at this age of the data."""

    what: str
    age_rule: str
    allowed: bool


@dataclass(frozen=True, slots=True)
class SyncShown:
    """The sync page, but for what the loop itself tells (see `Link`)."""

    waiting: tuple[WaitingRow, ...]
    waiting_in_all: int
    notices: tuple[NoticeRow, ...]
    """Refused first of all, the newest first."""
    losses: tuple[LossRow, ...]
    """What other desks replaced unseen, the newest first."""
    heard_at: datetime | None
    """When central last answered; None before the first time."""
    age: timedelta | None
    cash_at_risk: Money
    """Cash taken here that central has not seen, in US dollars."""
    orders_at_risk: int
    ceiling: Money | None
    """How much of it a manager allows while central is silent; None before the rules are here."""
    held: tuple[HeldScope, ...]
    allowed: tuple[Allowed, ...]


def get_status(reader: Reader, limit: int = 50) -> SyncShown:
    """SYN-7, BYD-4."""
    heard_at = _heard_at(reader)
    at_risk, orders = reader.sum_unsent_cash()
    rate = find_rate(reader)
    rules = find_trade_rules(reader)
    ceiling = None if rules is None else rules.offline_cash_ceiling
    return SyncShown(
        waiting=reader.list_waiting(limit),
        waiting_in_all=reader.count_waiting(),
        notices=reader.list_notices(),
        losses=list_losses(reader),
        heard_at=heard_at,
        age=None if heard_at is None else max(reader.now - heard_at, timedelta(0)),
        cash_at_risk=at_risk,
        orders_at_risk=orders,
        ceiling=ceiling,
        held=reader.list_held(),
        allowed=(
            *(() if ceiling is None else (_cash_allowed(at_risk, ceiling),)),
            Allowed("Quote, measure", "any age", rate is not None),
            Allowed("Sell at the cached price", "prices on this desk", rate is not None),
            Allowed(
                "Take GYD at the cached rate", _rate_rule(rate), rate is not None and serves(reader, rate, Use.SELL)
            ),
        ),
    )


def _heard_at(reader: Reader) -> datetime | None:
    heard = reader.find_setting(HEARD_AT)
    return None if heard is None else datetime.fromisoformat(heard)


def is_silent(reader: Reader) -> bool:
    """Whether central was not heard for so long that what is done here is known here alone."""
    heard_at = _heard_at(reader)
    return heard_at is None or reader.now - heard_at > SILENT_AFTER


def _cash_allowed(at_risk: Money, ceiling: Money) -> Allowed:
    left = ceiling - at_risk
    rule = f"{money_text(left)} left" if left.minor > 0 else "at the ceiling"
    return Allowed("Cash sale without the link", rule, left.minor > 0)


def _rate_rule(rate: RateShown | None) -> str:
    """`24 h, now 1 h 27`: beyond it a manager sets one by hand."""
    rule = f"{GOOD_FOR[Use.SELL] // timedelta(hours=1)} h"
    return rule if rate is None else f"{rule}, now {age_text(max(rate.age, timedelta(0)))}"


def settle_notice(work: Work, notice: int, reason: str = "") -> None:
    """The agent has dealt with a refusal, or withdraws it: it leaves the list, and stays in the records."""
    work.settle_notice(notice, reason)


def find_branch(reader: Reader) -> Branch | None:
    """Where whoever is signed in works; None until it has come from central."""
    return next((branch for branch in reader.list_all(Branch) if branch.code == reader.staff.branch), None)


def count_waiting(reader: Reader) -> int:
    return reader.count_waiting()
