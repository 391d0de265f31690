"""From a tender to the ledger's row of it."""

from __future__ import annotations

from datetime import datetime

from agent_desk.central.usecases.ports import CashReceived
from agent_desk.domain.aggregate import Aggregate
from agent_desk.domain.commands import TakeCash
from agent_desk.domain.selling import Order
from agent_desk.wire.sync import Envelope


def cash_of(
    command: TakeCash, desk: str, envelope: Envelope, at: datetime, changes: tuple[Aggregate, ...]
) -> CashReceived:
    """What went over the counter as the desk says it, and what of it an order took as central worked it out."""
    taken = next((t for o in changes if isinstance(o, Order) for t in o.tenders if t.id == command.tender), None)
    applied, rounding = (command.applied, command.rounding) if taken is None else (taken.applied, taken.rounding)
    return CashReceived(
        tender=command.tender,
        order=command.order,
        order_number=command.order_number,
        matched=taken is not None,
        desk=desk,
        receipt=command.receipt,
        given=(command.given.minor, command.given.currency.value),
        change=(command.change.minor, command.change.currency.value),
        applied_minor=applied.minor,
        rounding_minor=rounding.minor,
        gyd_per_usd=command.gyd_per_usd,
        taken_at=at,
        taken_by=envelope.by,
        command=envelope.id,
    )
