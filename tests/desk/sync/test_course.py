"""What the loop decides without clock, chance or network."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent_desk.desk.sync.course import LONGEST_DELAY, STEADY_MS, Course, Pill, back_off, next_page
from agent_desk.desk.usecases.ports import Connection, KnownError
from agent_desk.desk.usecases.telling_time import Reading, Timekeeping
from tests.desk.workshop import NOON

DOWN = KnownError("central.unreachable", "down")


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_the_delay_is_jittered_and_bounded(failures: int, chance: float) -> None:
    delay = back_off(failures, chance)
    assert 0 <= delay <= min(LONGEST_DELAY, 0.5 * 2 ** min(failures, 20))
    assert back_off(failures, chance, 7.0) == 7.0


def test_failures_are_forgotten_after_a_minute_of_health() -> None:
    course = Course().failed(DOWN, NOON).failed(DOWN, NOON)
    assert (course.state, course.failures, course.since) == ("offline", 2, NOON)
    course = course.succeeded(NOON, waiting=0)
    assert (course.state, course.failures) == ("online", 2)
    assert course.succeeded(NOON + timedelta(seconds=61), waiting=2).failures == 0


def test_sending_and_online_are_one_being_up() -> None:
    course = Course().succeeded(NOON, waiting=0).succeeded(NOON + timedelta(seconds=5), waiting=3)
    assert (course.state, course.since) == ("sending", NOON)
    assert not course.stuck
    assert Course().failed(KnownError("desk.revoked", ""), NOON).stuck
    assert course.signing_in(NOON).state == "signing_in"


@given(st.lists(st.tuples(st.sampled_from(["online", "sending", "offline"]), st.integers(0, 1500)), max_size=40))
def test_the_pill_never_shows_what_did_not_last(states: list[tuple[str, int]]) -> None:
    pill, mono, steady, since = Pill(Connection("offline")), 0, "offline", -STEADY_MS
    for state, passed in states:
        mono += passed
        if state != steady:
            steady, since = state, mono
        shown_before = pill.shown.state
        shown = pill.offer(Connection(state, 1), mono)  # type: ignore[arg-type]
        if shown.state != shown_before:
            assert mono - since >= STEADY_MS
        assert shown.waiting == 1


def test_a_coming_state_says_when_it_settles() -> None:
    pill = Pill(Connection("offline"))
    assert pill.settles_in(0) is None
    pill.offer(Connection("online"), 1000)
    assert pill.settles_in(2000) == 1.0
    assert pill.offer(Connection("online"), 3000).state == "online"


@given(st.integers(-10_000, 10_000), st.integers(0, 3_000), st.integers(0, 100_000))
def test_a_wrong_clock_tells_central_time_within_one_boot(wrong_s: int, trip_ms: int, later_ms: int) -> None:
    wrong = timedelta(seconds=wrong_s)
    sent = Reading(NOON + wrong, 5_000, "boot")
    received = Reading(NOON + wrong + timedelta(milliseconds=trip_ms), 5_000 + trip_ms, "boot")
    heard = Timekeeping().hear(NOON + timedelta(milliseconds=trip_ms / 2), sent, received)
    # the wall clock is set back meanwhile; the steady one is not
    later = Reading(NOON - timedelta(days=400), received.mono + later_ms, "boot")
    expected = NOON + timedelta(milliseconds=trip_ms + later_ms)
    assert abs(heard.now(later) - expected) <= timedelta(milliseconds=trip_ms / 2 + 1)


def test_after_another_boot_time_never_goes_back_before_central_spoke() -> None:
    read = Reading(NOON, 1_000, "one")
    heard = Timekeeping().hear(NOON, read, read)
    assert heard.now(Reading(NOON - timedelta(days=3), 10, "two")) == NOON
    assert heard.now(Reading(NOON + timedelta(hours=1), 10, "two")) == NOON + timedelta(hours=1)
    assert Timekeeping().now(read) == NOON


def test_a_quick_answer_is_believed_over_a_slow_one_until_they_cannot_both_be_right() -> None:
    read = Reading(NOON, 1_000, "one")
    quick = Timekeeping().hear(NOON, read, read)
    slow_end = Reading(NOON, 3_000, "one")
    same = quick.hear(NOON + timedelta(milliseconds=1100), read, slow_end)
    assert same.now(slow_end) == NOON + timedelta(milliseconds=2000)
    moved = quick.hear(NOON + timedelta(hours=1), read, slow_end)
    assert moved.now(slow_end) == NOON + timedelta(hours=1, milliseconds=1000)
    assert moved.off_ms(slow_end) == 3_601_000


@given(st.integers(1, 1000), st.floats(0, 100))
def test_a_slow_page_is_followed_by_a_smaller_one_and_a_quick_one_by_a_larger(rows: int, seconds: float) -> None:
    """LIM-10: never more than a thousand rows, and never so few that nothing gets on."""
    following = next_page(rows, seconds)
    if seconds > 4:
        assert following == max(50, rows // 2)
    elif seconds < 1:
        assert following == min(1000, rows * 2)
    else:
        assert following == rows


def test_what_is_done_while_central_is_silent_asks_no_more_often_than_once_a_second() -> None:
    silent = Course().failed(DOWN, NOON)
    answering = silent.succeeded(NOON, waiting=1)
    assert (silent.asks_after, answering.asks_after) == (1.0, 0.0)
