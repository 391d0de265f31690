"""Who is at this desk, and what time it is for them."""

from __future__ import annotations

from dataclasses import dataclass, field

from agent_desk.desk.usecases.telling_time import Clock, Timekeeping
from agent_desk.domain.people import Staff


@dataclass(slots=True)
class Session:
    """Kept in memory only: a desk that starts again asks who is there."""

    clock: Clock
    desk: str
    staff: Staff | None = None
    time: Timekeeping = field(default_factory=Timekeeping)
