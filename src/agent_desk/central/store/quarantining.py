"""What revoked desks hand over, kept beside everything else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from agent_desk.central.store.pushing import PushingUnit


class QuarantineUnit(PushingUnit):
    """Writes within the transaction of its cursor."""

    def weigh_quarantine(self, device: UUID) -> tuple[int, int]:
        """How many commands of it are kept, and how many bytes."""
        row = self._one("select count(*), coalesce(sum(length(envelope)), 0) from quarantine where device = %s", device)
        assert row is not None, "an aggregate has a row"
        return int(row[0]), int(row[1])

    def quarantine(
        self, device: UUID, generation: int, case: UUID, at: datetime, commands: Sequence[tuple[int, UUID, bytes]]
    ) -> None:
        """Keeps number, id and envelope of each; one that is there already stays as it is."""
        self._cursor.executemany(
            "insert into quarantine (device, generation, case_id, received_at, n, id, envelope)"
            " values (%s, %s, %s, %s, %s, %s, %s) on conflict (device, id) do nothing",
            [(device, generation, case, at, n, id_, envelope) for n, id_, envelope in commands],
        )

    def note_handed_over(self, device: UUID, at: datetime) -> None:
        self._run("update device set handed_over_at = coalesce(handed_over_at, %s) where id = %s", (at, device))
