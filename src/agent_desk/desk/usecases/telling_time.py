"""The desk's best estimate of central's time, whatever its own clock says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reading:
    """Both clocks of this machine at one moment."""

    wall: datetime
    mono: int
    """Milliseconds since `boot`."""
    boot: str


class Clock(Protocol):
    def read(self) -> Reading: ...


@dataclass(frozen=True, slots=True)
class Anchor:
    """What central's clock said, and what ours said then."""

    central: datetime
    read: Reading
    trip_ms: int
    """How long the question took; half of it is the doubt."""

    @property
    def offset(self) -> timedelta:
        return self.central - self.read.wall


@dataclass(frozen=True, slots=True)
class Timekeeping:
    """The last good anchor; None before central was ever heard."""

    anchor: Anchor | None = None

    def now(self, reading: Reading) -> datetime:
        """Exact by the steady clock within one boot; after another boot by the wall clock and the last offset.

        It never goes back before central's last word.
        """
        if self.anchor is None:
            return reading.wall
        if reading.boot == self.anchor.read.boot and reading.mono >= self.anchor.read.mono:
            return self.anchor.central + timedelta(milliseconds=reading.mono - self.anchor.read.mono)
        return max(reading.wall + self.anchor.offset, self.anchor.central)

    def hear(self, central: datetime, sent: Reading, received: Reading) -> Timekeeping:
        """With central's word from somewhere between sending and receiving; a quicker trip says it better."""
        trip = max(0, received.mono - sent.mono) if sent.boot == received.boot else 60_000
        heard = Anchor(central + timedelta(milliseconds=trip / 2), received, trip)
        known = self.anchor
        if known is None or known.read.boot != received.boot or trip <= known.trip_ms + 20:
            return Timekeeping(heard)
        moved = abs(self.now(received) - heard.central)
        # an old quick reading is better than a new slow one, until they can no longer both be right
        if moved > timedelta(milliseconds=trip):
            return Timekeeping(heard)
        return Timekeeping(replace(known))

    def off_ms(self, reading: Reading) -> int:
        """By how much the wall clock is wrong; positive when it is late."""
        return round((self.now(reading) - reading.wall) / timedelta(milliseconds=1))
