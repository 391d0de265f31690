"""Central's clock, as last heard, kept over a restart."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.documents import find_setting, keep_setting
from agent_desk.desk.usecases.syncing_status import HEARD_AT
from agent_desk.desk.usecases.telling_time import Anchor, Reading, Timekeeping

ANCHOR = "clock_anchor"
WRITTEN_EVERY = timedelta(seconds=10)
"""A desk that idles for years should not wear out its disk."""


def keep_time(connection: Connection, time: Timekeeping) -> None:
    anchor = time.anchor
    kept = find_time(connection).anchor
    if anchor is None or (kept is not None and timedelta(0) <= anchor.central - kept.central < WRITTEN_EVERY):
        return
    said = {
        "central": anchor.central.isoformat(),
        "wall": anchor.read.wall.isoformat(),
        "mono": anchor.read.mono,
        "boot": anchor.read.boot,
        "trip_ms": anchor.trip_ms,
    }
    keep_setting(connection, ANCHOR, json.dumps(said))


def keep_heard(connection: Connection, now: datetime) -> None:
    """Central has answered just now."""
    kept = find_heard(connection)
    if kept is None or abs(now - kept) >= WRITTEN_EVERY:
        keep_setting(connection, HEARD_AT, now.isoformat())


def find_heard(connection: Connection) -> datetime | None:
    kept = find_setting(connection, HEARD_AT)
    return None if kept is None else datetime.fromisoformat(kept)


def find_time(connection: Connection) -> Timekeeping:
    text = find_setting(connection, ANCHOR)
    if text is None:
        return Timekeeping()
    kept = json.loads(text)
    read = Reading(datetime.fromisoformat(kept["wall"]), kept["mono"], kept["boot"])
    return Timekeeping(Anchor(datetime.fromisoformat(kept["central"]), read, kept["trip_ms"]))
