"""Who is at this desk, and what time it is for them."""

from __future__ import annotations

from dataclasses import dataclass, field

from agent_desk.desk.usecases.ports import KnownError
from agent_desk.desk.usecases.telling_time import Clock, Timekeeping
from agent_desk.domain.people import Staff


@dataclass(slots=True)
class Session:
    """Kept in memory only: a desk that starts again asks who is there."""

    clock: Clock
    desk: str
    staff: Staff | None = None
    time: Timekeeping = field(default_factory=Timekeeping)
    sealed: bool = False
    """True once this desk was taken out of use: nothing is done on it any more."""

    def seal(self, sealed: bool) -> None:
        self.sealed = sealed

    def check_open(self) -> None:
        """Raises KnownError `desk.revoked`."""
        if self.sealed:
            raise KnownError("desk.revoked", "This desk was taken out of use: ask a manager.")
