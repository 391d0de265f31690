"""Whatever happens on the way, a desk that hears of news holds exactly what central has up to where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from agent_desk.central.usecases.fanning_out import Hub, Key, News
from agent_desk.desk.sync.live import Step, fold, judge
from agent_desk.wire.live import Bye, Delta, Poke, Ready, Revoked, frame_text, read_frame

SCOPES = ("px", "branch:GEO")
EPOCH = UUID(int=1)
QUEUE = 3


@cache
def a_delta(scope: str, from_: int, to: int, *, large: bool = False) -> News:
    text = frame_text(Delta.model_validate({"scope": scope, "from": from_, "to": to}))
    return News(scope, from_, to, None if large else text)


@dataclass
class Desk:
    """What a desk holds: every position of a scope that it has the rows of."""

    cursors: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SCOPES, 0))
    held: dict[str, set[int]] = field(default_factory=lambda: {scope: set() for scope in SCOPES})
    read: dict[str, int] | None = None
    """The heads that central read for its hello, before the hub knows of it."""
    joined: bool = False
    wants: bool = False
    lossless: bool = True
    """Since its last page, or since it joined."""
    wire: list[str] = field(default_factory=list)


class World(RuleBasedStateMachine):
    """One central, two desks, a network that loses, doubles and reorders."""

    desk_judges: ClassVar = staticmethod(judge)
    make_hub: ClassVar = Hub
    desks_of: ClassVar = st.sampled_from((1, 2))

    def __init__(self) -> None:
        super().__init__()
        self.hub = self.make_hub(QUEUE)
        self.heads = dict.fromkeys(SCOPES, 0)
        self.desks: dict[Key, Desk] = {1: Desk(), 2: Desk()}

    @rule(scope=st.sampled_from(SCOPES), times=st.sampled_from((1, 1, 1, QUEUE + 1)), large=st.booleans())
    def commit(self, scope: str, times: int, *, large: bool) -> None:
        for _ in range(times):
            self.heads[scope] += 1
            if times > 1:
                self.feed(scope, large=large)

    @rule(scope=st.sampled_from(SCOPES), large=st.booleans())
    def feed(self, scope: str, *, large: bool) -> None:
        """Central reads what its hub has not told, as it does after every commit."""
        known = self.hub.heads.get(scope)
        if known is not None and known < self.heads[scope]:
            self.hub.tell(a_delta(scope, known, self.heads[scope], large=large))

    @rule(key=desks_of)
    def hello(self, key: Key) -> None:
        """A line is begun when a page has shown that central can be reached."""
        desk = self.desks[key]
        if not desk.joined:
            self.pull(key)
            desk.read = dict(self.heads)

    @rule(key=desks_of)
    def join(self, key: Key) -> None:
        desk = self.desks[key]
        if desk.read is not None:
            missed = [a_delta(s, desk.cursors[s], head) for s, head in desk.read.items() if 0 < desk.cursors[s] < head]
            self.hub.join(key, desk.read, missed)
            desk.wire.append(frame_text(Ready(epoch=EPOCH, heads=desk.read)))
            desk.read, desk.joined = None, True

    @rule(key=desks_of)
    def leave(self, key: Key) -> None:
        desk = self.desks[key]
        self.hub.leave(key)
        desk.joined, desk.read, desk.wire, desk.lossless = False, None, [], True

    @rule(key=desks_of)
    def send(self, key: Key) -> None:
        if self.desks[key].joined:
            self.desks[key].wire += self.hub.take(key).frames

    @precondition(lambda self: any(desk.wire for desk in self.desks.values()))
    @rule(key=desks_of, at=st.integers(0, 9), fate=st.sampled_from(("deliver", "deliver", "deliver", "lose", "double")))
    def network(self, key: Key, at: int, fate: str) -> None:
        desk = self.desks[key]
        if not desk.wire:
            return
        at %= len(desk.wire)
        frame = desk.wire[at]
        if fate != "double":
            del desk.wire[at]
        if fate == "lose":
            desk.lossless = False
        else:
            self.hear(desk, frame)

    def hear(self, desk: Desk, text: str) -> None:
        frame = read_frame(text)
        if isinstance(frame, Delta):
            step = self.desk_judges(frame.from_, frame.to, (desk.cursors[frame.scope], 0))
            if step is Step.APPLY:
                desk.held[frame.scope] |= set(range(frame.from_ + 1, frame.to + 1))
                desk.cursors[frame.scope] = frame.to
            desk.wants = desk.wants or step is Step.PULL
        else:
            assert isinstance(frame, Poke | Ready)
            steps = [self.desk_judges(None, head, (desk.cursors[scope], 0)) for scope, head in frame.heads.items()]
            desk.wants = desk.wants or Step.PULL in steps

    @rule(key=desks_of)
    def pull(self, key: Key) -> None:
        """A page is the truth of one instant."""
        desk = self.desks[key]
        desk.wants, desk.lossless = False, True
        for scope, head in self.heads.items():
            desk.held[scope] = set(range(1, head + 1))
            desk.cursors[scope] = head

    @invariant()
    def nothing_is_skipped(self) -> None:
        for desk in self.desks.values():
            for scope, cursor in desk.cursors.items():
                assert desk.held[scope] == set(range(1, cursor + 1)), "a hole below the cursor"
                assert cursor <= self.heads[scope]

    @invariant()
    def the_queue_is_bounded(self) -> None:
        assert all(len(line.deltas) <= QUEUE for line in self.hub._lines.values())

    def teardown(self) -> None:
        """Where nothing was lost, whoever listens comes to have everything, asking only when told to."""
        for scope in SCOPES:
            self.feed(scope, large=False)
        for key, desk in self.desks.items():
            if not desk.joined or not desk.lossless:
                continue
            for frame in (*desk.wire, *self.hub.take(key).frames):
                self.hear(desk, frame)
            if desk.wants:
                self.pull(key)
            assert desk.cursors == self.heads, "somebody who listens was never told"


def test_desks_that_listen_hold_what_central_has() -> None:
    run_state_machine_as_test(World, settings=settings(max_examples=150, stateful_step_count=30))


def always(_from: int | None, to: int, cursor: tuple[int, int] | None) -> Step:
    """A desk that takes whatever is new."""
    return Step.IGNORE if cursor is not None and to <= cursor[0] else Step.APPLY


def never_pulls(from_: int | None, to: int, cursor: tuple[int, int] | None) -> Step:
    step = judge(from_, to, cursor)
    return Step.IGNORE if step is Step.PULL else step


@pytest.mark.parametrize(
    ("part", "wrong"),
    [("desk_judges", always), ("desk_judges", never_pulls)],
    ids=["applies anything", "never pulls"],
)
def test_a_broken_rule_is_found(part: str, wrong: object) -> None:
    kept: object = wrong if isinstance(wrong, type) else staticmethod(wrong)  # type: ignore[arg-type]
    broken = type("Broken", (World,), {part: kept})
    quick = settings(
        max_examples=1000, stateful_step_count=30, suppress_health_check=list(HealthCheck), database=None,
        derandomize=True, phases=[Phase.generate], report_multiple_bugs=False, print_blob=False,
    )  # fmt: skip
    with pytest.raises(AssertionError):
        run_state_machine_as_test(broken, settings=quick)


def test_a_full_queue_becomes_one_poke_of_all_that_was_in_it() -> None:
    hub = Hub(QUEUE)
    hub.join(1, {"px": 0, "cat": 0})
    hub.tell(a_delta("cat", 0, 1))
    for n in range(QUEUE):
        hub.tell(a_delta("px", n, n + 1))
    assert [read_frame(frame) for frame in hub.take(1).frames] == [Poke(heads={"px": QUEUE, "cat": 1}, spread_ms=10)]


def test_who_joins_while_others_are_told_is_told_to_look() -> None:
    hub = Hub()
    hub.join(1, {"px": 4})
    hub.tell(a_delta("px", 4, 5))
    hub.join(2, {"px": 4})
    assert [read_frame(frame) for frame in hub.take(2).frames] == [Poke(heads={"px": 5}, spread_ms=20)]


def test_a_desk_that_reads_rows_in_an_older_shape_is_only_told_to_look() -> None:
    hub = Hub()
    hub.join(1, {"px": 4}, [a_delta("px", 2, 4)], in_shape=False)
    assert [read_frame(text) for text in hub.take(1).frames] == [Poke(heads={"px": 4}, spread_ms=10)]
    hub.tell(a_delta("px", 4, 5))
    assert [read_frame(text) for text in hub.take(1).frames] == [Poke(heads={"px": 5}, spread_ms=10)]


def test_a_line_that_ends_is_sent_one_last_word() -> None:
    hub = Hub()
    hub.join(1, {"px": 4})
    hub.tell(a_delta("px", 4, 5))
    hub.end(1, Revoked())
    outgoing = hub.take(1)
    assert [type(read_frame(frame)) for frame in outgoing.frames] == [Revoked]
    assert outgoing.ends
    hub.leave(1)
    assert hub.take(1).ends
    assert hub.heads == {}


def test_who_lost_a_right_hears_no_more_of_it_and_is_told_to_look() -> None:
    hub = Hub()
    hub.join(1, {"px": 4, "branch:EWR": 9})
    hub.tell(a_delta("branch:EWR", 9, 10))
    hub.rescope(1, {"px": 4})
    assert hub.tell(a_delta("branch:EWR", 10, 11)) == ()
    frames = [read_frame(frame) for frame in hub.take(1).frames]
    assert frames == [Poke(heads={"px": 4}, spread_ms=10)]
    hub.rescope(1, {"px": 4, "branch:GEO": 7})
    assert [read_frame(frame) for frame in hub.take(1).frames] == [Poke(heads={"branch:GEO": 7}, spread_ms=10)]
    assert hub.tell(a_delta("branch:GEO", 7, 8)) == (1,)


def test_too_much_news_folds_into_two_frames() -> None:
    ready = Ready(epoch=EPOCH, heads={"px": 1})
    deltas = [Delta.model_validate({"scope": "px", "from": n, "to": n + 1}) for n in range(1, 90)]
    assert fold([ready, *deltas, Poke(heads={"cat": 3})]) == [ready, Poke(heads={"px": 90, "cat": 3})]


def test_a_frame_of_a_newer_central_is_passed_over() -> None:
    assert read_frame('{"t":"weather","rain":true}') is None
    with pytest.raises(ValueError, match="object"):
        read_frame("[]")
    assert read_frame(frame_text(Bye(code="DRAIN"))) == Bye(code="DRAIN", spread_ms=30_000)
