"""Leaving what replaced a value, after a look at what was lost."""

from __future__ import annotations

from agent_desk.domain.commands import SettleLoss
from agent_desk.domain.decision import Decided, Facts, Outcome, Refused, State
from agent_desk.domain.losing import settle
from agent_desk.domain.people import SELLERS, Customer
from agent_desk.domain.refusal import blocks
from agent_desk.domain.rights import refuse_branch, refuse_role
from agent_desk.domain.selling import Cart


def settle_loss(state: State, command: SettleLoss, facts: Facts) -> Outcome:
    """The value stays as it is; nothing happens where the loss was settled already."""
    kind: type[Customer | Cart] = Customer if command.kind == Customer.kind else Cart
    found: Customer | Cart | None = state.find(kind, command.subject)
    refusals = refuse_role(facts, SELLERS)
    if found is None:
        gone = blocks("loss.unknown", "subject", "What this was about is not here any more: nothing is to be done.")
        return Refused((*refusals, gone))
    refusals += refuse_branch(found.branch, facts)
    if refusals:
        return Refused(refusals, (found,))
    left = settle(found.losses, command.field)
    return Decided(() if left == found.losses else (found.next(losses=left),))
