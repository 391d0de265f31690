"""PAY-8: cases for a manager about money that came, in the transaction that records it; each of them once."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid5

from agent_desk.central.usecases.ledger_ports import CashReceived, Movement
from agent_desk.central.usecases.ports import CaseRecord, Pushing
from agent_desk.domain.alerting import cash_alerts
from agent_desk.domain.money import Money, gyd
from agent_desk.domain.tendering import value_in_gyd
from agent_desk.domain.times import COUNTER_ZONE
from agent_desk.domain.values import half_up


def watch_cash(unit: Pushing, movement: Movement, now: datetime) -> None:
    """Looks at cash that was just recorded, with what the same customer gave on that day."""
    cash = movement.cash
    if cash is None:
        return
    start = datetime.combine(movement.day, time(), COUNTER_ZONE).astimezone(UTC)
    found = [] if cash.customer is None else unit.list_cash_of(cash.customer, start, start + timedelta(days=1))
    before = [worth(one) for one in found if one.tender != cash.tender]
    records = []
    for case in cash_alerts(cash.order_number, worth(cash), before):
        id_ = _id_of(case.kind, cash, movement)
        records.append(CaseRecord(id_, case.kind, case.sentence, movement.desk, movement.branch, now, movement.command))
    unit.open_cases(records)


def worth(cash: CashReceived) -> Money:
    """What stayed here, in Guyanese dollars at the rate it was taken at."""
    rate = cash.gyd_per_usd
    given, change = (
        Money.model_validate({"minor": minor, "currency": code}) for minor, code in (cash.given, cash.change)
    )
    return gyd(half_up(value_in_gyd(given, rate) - value_in_gyd(change, rate)))


def _id_of(kind: str, cash: CashReceived, movement: Movement) -> UUID:
    """A large sum is looked at by itself, what was split once a customer and day."""
    if cash.customer is None or kind == "compliance.large_cash":
        return uuid5(cash.tender, kind)
    return uuid5(cash.customer, f"{kind} {movement.day.isoformat()}")
