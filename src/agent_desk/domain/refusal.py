"""A refusal: what stands against an action, said so that the agent knows what to do."""

from __future__ import annotations

from enum import StrEnum

from agent_desk.domain.values import Value


class Severity(StrEnum):
    """How much a refusal stops."""

    BLOCKS = "blocks"
    MANAGER = "manager"
    WARNS = "warns"


class Refusal(Value):
    """One rule that was not met; all of them are reported at once."""

    code: str
    field: str
    """Where it is, as a path: `pieces.2.length`."""
    severity: Severity
    message: str
    rule: str = ""
    """The id of the requirement behind it, such as LIM-1."""

    @property
    def stops(self) -> bool:
        return self.severity is not Severity.WARNS


def blocks(code: str, field: str, message: str, rule: str = "") -> Refusal:
    return Refusal(code=code, field=field, severity=Severity.BLOCKS, message=message, rule=rule)


def warns(code: str, field: str, message: str, rule: str = "") -> Refusal:
    return Refusal(code=code, field=field, severity=Severity.WARNS, message=message, rule=rule)


def needs_manager(code: str, field: str, message: str, rule: str = "") -> Refusal:
    return Refusal(code=code, field=field, severity=Severity.MANAGER, message=message, rule=rule)
