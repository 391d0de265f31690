"""When something happened, by central's clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from agent_desk.wire.sync import Clock, Envelope

LONGEST_AWAY = timedelta(days=400)


def sale_time(envelope: Envelope, clock: Clock, now: datetime, previous: datetime | None) -> datetime:
    """LIM-9: central's best estimate of when it was done, never after now, never before the desk's last command.

    Within one boot of the desk its steady clock counts, so a wrong wall clock changes nothing. After a reboot it is
    central's time as the desk knew it then, from what it had last heard; a desk that does not say it is taken by its
    wall clock and how far that is off at the time of sending.
    """
    earliest = now - LONGEST_AWAY
    if previous is not None:
        earliest = min(max(earliest, previous), now)
    return min(max(earliest, _estimate(envelope, clock, now)), now)


def _estimate(envelope: Envelope, clock: Clock, now: datetime) -> datetime:
    if envelope.boot != clock.boot and envelope.at is not None:
        return envelope.at
    if envelope.boot == clock.boot:
        ago = timedelta(milliseconds=clock.mono - envelope.mono)
    else:
        ago = clock.wall - envelope.wall
    return now - max(timedelta(0), min(ago, LONGEST_AWAY))
