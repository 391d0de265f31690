"""What time a sale was made: whatever the desk's clocks did, central is right where it can be and never far off."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.central.usecases.sale_time import LONGEST_AWAY, sale_time
from agent_desk.desk.store.machine_clock import MachineClock
from agent_desk.desk.usecases.telling_time import Reading, Timekeeping
from agent_desk.wire.sync import Clock, Envelope

START = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
YEARS = timedelta(days=365 * 12)


@dataclass
class Machine:
    """A desk's computer: true time passes, its clocks show what they like."""

    at: datetime = START
    off: timedelta = timedelta(0)
    boots: int = 0
    booted_at: datetime = START
    time: Timekeeping = field(default_factory=Timekeeping)
    heard_at: datetime | None = None
    heard_in: int = -1

    def read(self) -> Reading:
        wall = max(min(self.at + self.off, datetime.max.replace(tzinfo=UTC)), datetime(1970, 1, 1, tzinfo=UTC))
        return Reading(wall, (self.at - self.booted_at) // timedelta(milliseconds=1), f"boot {self.boots}")

    def hear(self) -> None:
        now = self.read()
        self.time = self.time.hear(self.at, now, now)
        self.heard_at, self.heard_in = self.at, self.boots

    def reboot(self) -> None:
        self.boots, self.booted_at = self.boots + 1, self.at

    def command(self, n: int) -> Envelope:
        read = self.read()
        return Envelope(
            n=n, id=UUID(int=n), name="x/1", by=UUID(int=0), wall=read.wall, mono=read.mono, boot=read.boot,
            at=self.time.now(read), args={}, hash="",
        )  # fmt: skip

    def clock(self) -> Clock:
        read = self.read()
        return Clock(wall=read.wall, mono=read.mono, boot=read.boot)


@dataclass(frozen=True)
class Done:
    """A command, and what is true of it."""

    envelope: Envelope
    at: datetime
    boot: int
    heard_at: datetime | None
    known: bool
    """Whether the machine had heard of central since its start."""


STEPS = st.one_of(
    st.tuples(st.just("pass"), st.timedeltas(timedelta(0), timedelta(days=9))),
    st.tuples(st.just("jump"), st.timedeltas(-YEARS, YEARS)),
    st.tuples(st.sampled_from(["reboot", "hear", "sell", "sell"]), st.just(timedelta(0))),
)


def live(steps: list[tuple[str, timedelta]]) -> tuple[Machine, list[Done]]:
    machine, done = Machine(), list[Done]()
    machine.hear()
    for what, by in steps:
        # clocks of machines count in milliseconds
        whole = timedelta(milliseconds=by // timedelta(milliseconds=1))
        if what == "pass":
            machine.at += whole
        elif what == "jump":
            machine.off = whole
        elif what == "reboot":
            machine.reboot()
        elif what == "hear":
            machine.hear()
        else:
            known = machine.heard_in == machine.boots
            done.append(Done(machine.command(len(done) + 1), machine.at, machine.boots, machine.heard_at, known))
    return machine, done


@given(st.lists(STEPS, max_size=40))
def test_a_sale_has_its_true_time_wherever_that_can_be_known(steps: list[tuple[str, timedelta]]) -> None:
    """Reboots, clocks years off and clocks that jump: the steady clock and central's own word decide."""
    machine, done = live(steps)
    previous: datetime | None = None
    for one in done:
        told = sale_time(one.envelope, machine.clock(), machine.at, previous)
        assert told <= machine.at
        assert previous is None or told >= previous
        knowable = (one.boot == machine.boots or one.known) and machine.at - one.at <= LONGEST_AWAY
        if knowable and (previous is None or previous <= one.at):
            assert told == one.at
        assert one.heard_at is not None
        if machine.at - one.heard_at <= LONGEST_AWAY:
            assert told >= one.heard_at, "never before what the desk had heard"
        previous = told


@given(st.lists(STEPS, max_size=40))
def test_a_sale_of_a_desk_that_says_less_is_bounded_all_the_same(steps: list[tuple[str, timedelta]]) -> None:
    machine, done = live(steps)
    previous: datetime | None = None
    for one in done:
        told = sale_time(one.envelope.model_copy(update={"at": None}), machine.clock(), machine.at, previous)
        assert previous is None or told >= previous
        assert machine.at - LONGEST_AWAY <= told <= machine.at
        if one.boot == machine.boots and machine.at - one.at <= LONGEST_AWAY and (previous or START) <= one.at:
            assert told == one.at
        previous = told


SHIFTS = st.timedeltas(-YEARS * 4, YEARS * 4)


@given(
    said=SHIFTS.map(START.__add__),
    wall=SHIFTS.map(START.__add__),
    before=st.timedeltas(timedelta(0), timedelta(days=300)),
)
def test_a_desk_that_lies_moves_a_sale_no_further_than_its_last_one_and_now(
    said: datetime, wall: datetime, before: timedelta
) -> None:
    machine = Machine()
    lie = machine.command(1).model_copy(update={"at": said, "wall": wall, "boot": "another"})
    assert START - before <= sale_time(lie, machine.clock(), START, START - before) <= START


@given(st.lists(STEPS, max_size=40))
def test_the_desk_s_own_time_never_goes_back_before_what_it_heard(steps: list[tuple[str, timedelta]]) -> None:
    machine, _ = live(steps)
    assert machine.heard_at is not None
    assert machine.time.now(machine.read()) >= machine.heard_at
    if machine.heard_in == machine.boots:
        assert machine.time.now(machine.read()) == machine.at


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such clock, or only such ones")
def test_the_steady_clock_goes_on_while_the_machine_sleeps() -> None:
    before = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    read = MachineClock().read()
    after = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    assert before // 1_000_000 <= read.mono <= after // 1_000_000
    assert read.boot == MachineClock().read().boot
    assert len(read.boot) <= 64
