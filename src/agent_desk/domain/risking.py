"""BYD-4: how much cash one desk may take that central does not know of."""

from __future__ import annotations

from agent_desk.domain.formats import money_text
from agent_desk.domain.money import Money
from agent_desk.domain.people import Role
from agent_desk.domain.refusal import Refusal, needs_manager, warns

LEADERS = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
NEAR_PERCENT = 80
"""Of the ceiling: from here on it is said with every sale."""


def check_cash_at_risk(at_risk: Money, taking: Money, ceiling: Money, role: Role) -> tuple[Refusal, ...]:
    """What stands against taking so much more without the link, in US dollars; a manager at the desk may go beyond.

    It is a rule for the desk alone: cash that was taken is a fact, and central never refuses it.
    """
    after = at_risk + taking
    if after.minor > ceiling.minor and role not in LEADERS:
        sentence = (
            f"This desk would hold {money_text(after)} that central does not know of, and its ceiling is "
            f"{money_text(ceiling)}: get the link back, take Sync, Save to USB to another desk, or ask a manager."
        )
        return (needs_manager("cash.over_ceiling", "given", sentence, "BYD-4"),)
    if after.minor * 100 >= ceiling.minor * NEAR_PERCENT:
        sentence = f"{money_text(after)} in cash is on this desk alone: its ceiling is {money_text(ceiling)}."
        return (warns("cash.near_ceiling", "given", sentence, "BYD-4"),)
    return ()
