"""What must be done now and then, whoever asks: looked for each minute, each task done by one process."""

from __future__ import annotations

import structlog

from agent_desk.central.usecases.ports import Now, Store
from agent_desk.central.usecases.snapshotting import Snapshots
from agent_desk.central.usecases.sweeping import sweep
from agent_desk.central.usecases.trouble import KnownError, TransientError

EACH_MINUTE = "* * * * *"

log = structlog.get_logger("central")


def keep_house(store: Store, snapshots: Snapshots, now: Now) -> None:
    """Does what is due; what cannot be done now is due again in a minute."""
    try:
        removed = sweep(store, now())
        built = snapshots.build_due()
    except (KnownError, TransientError) as error:
        log.warning("housekeeping put off", reason=str(error))
        return
    if removed:
        log.info("tombstones removed", rows=removed)
    if built:
        log.info("snapshots made", scopes=len(built))
