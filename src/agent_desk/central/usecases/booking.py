"""From a command to what the ledger keeps of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agent_desk.central.usecases.ledger_ports import CashReceived, Movement
from agent_desk.central.usecases.ports import Device
from agent_desk.central.usecases.trouble import MoneyRefusedError
from agent_desk.domain.aggregate import Aggregate, Command
from agent_desk.domain.decision import State
from agent_desk.domain.ledger import entry_of
from agent_desk.domain.money import MOST_MINOR, Money
from agent_desk.domain.money_commands import RefundCash, TakeCash, TakeCashInTill
from agent_desk.domain.selling import Order
from agent_desk.domain.times import COUNTER_ZONE
from agent_desk.wire.sync import Envelope


@dataclass(frozen=True, slots=True)
class Said:
    """A command as it came: by whom, from where, when by central's reckoning."""

    device: Device
    envelope: Envelope
    at: datetime


def movement_of(command: Command, said: Said, state: State, changes: tuple[Aggregate, ...]) -> Movement | None:
    """What a command moved, as central worked it out; None for one that moves no money.

    Raises MoneyRefusedError for what no drawer holds.
    """
    amounts: tuple[Money, ...] = ()
    if isinstance(command, TakeCash):
        amounts = (command.given, command.change)
    elif isinstance(command, RefundCash):
        amounts = (command.given,)
    if not all(0 <= money.minor < MOST_MINOR // 2 for money in amounts):
        raise MoneyRefusedError(duplicate=False)
    device = said.device
    entry = entry_of(command, changes, state, device.desk, device.branch)
    if entry is None:
        return None
    return Movement(
        entry=entry,
        branch=device.branch,
        desk=device.desk,
        happened_at=said.at,
        day=said.at.astimezone(COUNTER_ZONE).date(),
        by=said.envelope.by,
        command=said.envelope.id,
        cash=_cash_of(command, said, changes) if isinstance(command, TakeCash) else None,
    )


def _cash_of(command: TakeCash, said: Said, changes: tuple[Aggregate, ...]) -> CashReceived:
    """What went over the counter as the desk says it, and what of it an order took as central worked it out."""
    order = next((one for one in changes if isinstance(one, Order)), None)
    taken = None if order is None else next((one for one in order.tenders if one.id == command.tender), None)
    applied, rounding = (command.applied, command.rounding) if taken is None else (taken.applied, taken.rounding)
    return CashReceived(
        tender=command.tender,
        order=command.order,
        order_number=command.order_number,
        matched=taken is not None,
        desk=said.device.desk,
        receipt=command.receipt,
        given=(command.given.minor, command.given.currency.value),
        change=(command.change.minor, command.change.currency.value),
        applied_minor=applied.minor,
        rounding_minor=rounding.minor,
        gyd_per_usd=command.gyd_per_usd,
        taken_at=said.at,
        taken_by=said.envelope.by,
        command=said.envelope.id,
        till=command.till if isinstance(command, TakeCashInTill) else None,
        customer=None if order is None else order.customer,
    )
