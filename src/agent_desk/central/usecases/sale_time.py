"""When something happened, by central's clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from agent_desk.wire.sync import Clock, Envelope

LONGEST_AWAY = timedelta(days=400)


def sale_time(envelope: Envelope, clock: Clock, now: datetime, previous: datetime | None) -> datetime:
    """LIM-9: central's best estimate of when it was done, never after now, never before the desk's last command.

    Within one boot of the desk its steady clock counts, so a wrong wall clock changes nothing; after a reboot the
    wall clock counts by how far it is off at the time of sending.
    """
    earliest = now - LONGEST_AWAY
    if previous is not None:
        earliest = min(max(earliest, previous), now)
    if envelope.boot == clock.boot:
        ago = timedelta(milliseconds=clock.mono - envelope.mono)
    else:
        ago = clock.wall - envelope.wall
    ago = max(timedelta(0), min(ago, LONGEST_AWAY))
    return max(earliest, now - ago)
