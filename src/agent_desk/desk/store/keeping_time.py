"""Central's clock, as last heard, kept over a restart."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection

from agent_desk.desk.store.documents import find_setting, keep_setting
from agent_desk.desk.usecases.syncing_status import HEARD_AT
from agent_desk.desk.usecases.telling_time import Anchor, Reading, Timekeeping

ANCHOR = "clock_anchor"


def keep_time(connection: Connection, time: Timekeeping) -> None:
    anchor = time.anchor
    if anchor is None:
        return
    kept = {
        "central": anchor.central.isoformat(),
        "wall": anchor.read.wall.isoformat(),
        "mono": anchor.read.mono,
        "boot": anchor.read.boot,
        "trip_ms": anchor.trip_ms,
    }
    keep_setting(connection, ANCHOR, json.dumps(kept))
    keep_setting(connection, HEARD_AT, anchor.central.isoformat())


def find_time(connection: Connection) -> Timekeeping:
    text = find_setting(connection, ANCHOR)
    if text is None:
        return Timekeeping()
    kept = json.loads(text)
    read = Reading(datetime.fromisoformat(kept["wall"]), kept["mono"], kept["boot"])
    return Timekeeping(Anchor(datetime.fromisoformat(kept["central"]), read, kept["trip_ms"]))
