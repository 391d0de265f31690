"""Who may do what, where; and whose numbers are whose."""

from __future__ import annotations

import re
from enum import StrEnum

from agent_desk.domain.decision import Facts
from agent_desk.domain.people import Role
from agent_desk.domain.refusal import Refusal, blocks

ROLE_NAMES = {
    Role.AGENT: "booking agent",
    Role.WAREHOUSE: "warehouse",
    Role.MANAGER: "manager",
    Role.ADMINISTRATOR: "administrator",
}


class Series(StrEnum):
    """What stands before the desk's code in a number; orders have nothing."""

    ORDER = ""
    QUOTE = "Q-"
    CART = "C-"
    SHIPMENT = "SH-"
    RECEIPT = "R-"
    CUSTOMER = "K-"
    TILL = "T-"


def number_text(series: Series, desk: str, count: int) -> str:
    """Such as GEO-2-000123 or Q-GEO-2-000417: unique without central, because a desk counts its own."""
    return f"{series}{desk}-{count:06d}"


def refuse_role(facts: Facts, allowed: frozenset[Role]) -> tuple[Refusal, ...]:
    """SEC-3: only these roles may."""
    if facts.actor.active and facts.actor.role in allowed:
        return ()
    who = " or ".join(sorted(ROLE_NAMES[role] for role in allowed))
    return (blocks("role.not_allowed", "role", f"Ask a {who} to do this.", "SEC-3"),)


def refuse_branch(branch: str, facts: Facts) -> tuple[Refusal, ...]:
    """SEC-3: only what belongs to the actor's own branch; managers and administrators see all."""
    if branch == facts.actor.branch or facts.actor.role in {Role.MANAGER, Role.ADMINISTRATOR}:
        return ()
    return (blocks("branch.not_yours", "branch", f"This belongs to {branch}: ask them to change it.", "SEC-3"),)


def refuse_number(number: str, series: Series, facts: Facts) -> tuple[Refusal, ...]:
    """A number must come from the desk's own series, or two desks could make the same one."""
    if re.fullmatch(re.escape(f"{series}{facts.desk}-") + r"[0-9]{6,9}", number):
        return ()
    wanted = number_text(series, facts.desk, 1)
    return (blocks("number.not_yours", "number", f"Numbers of this desk look like {wanted}."),)
