"""The rules by which Hypothesis drives the world: it picks every interleaving and every fault."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from agent_desk.central.usecases import snapshotting
from tests.simulation.cases import CASES
from tests.simulation.central import instrumented
from tests.simulation.counter import ACTIONS
from tests.simulation.desk import Desk, Store
from tests.simulation.disk_desk import DiskStore
from tests.simulation.healing import heal
from tests.simulation.memory_desk import MemoryStore
from tests.simulation.stories import STORIES
from tests.simulation.world import Actions, World

SMALL = st.integers(0, 11)
DESK = st.integers(0, 3)
OPERATIONS = (
    "price",
    "rate",
    "role",
    "edit",
    "move",
    "move cart",
    "delete",
    "branch",
    "renew",
    "reclaim",
    "show",
    "give back",
    "close days",
)
NAMES = sorted({*ACTIONS, *CASES})
TIMES = (1, 1, 30, 30, 600, 3600, 86_400, 20 * 86_400)
TROUBLE = ("crash", "reboot", "die soon", "keep image", "restore image", "restore image", "clock", "lose row")
ROWS = st.sampled_from([1, 2, 5, 1000])
OFTEN = ("new_cart", "sell", "add_product", "change_customer", "cash")
TURNS = st.lists(st.tuples(st.sampled_from(OFTEN), SMALL), min_size=1, max_size=3)


class Machine(RuleBasedStateMachine):
    """Layer A: the real cores on stores in memory."""

    make_store: ClassVar[type[Store]] = MemoryStore
    actions: ClassVar[Actions] = ACTIONS

    def __init__(self) -> None:
        super().__init__()
        self.around = instrumented()
        self.around.__enter__()
        self.rows_of_a_page = 1000
        self.world = World(type(self).make_store, type(self).actions)

    @initialize(
        new=st.integers(0, 7),
        clocks=st.lists(st.sampled_from([0, -3000, 3000]), min_size=3, max_size=3),
        files=st.sampled_from([5, 5, 10**6]),
        rows=st.sampled_from([4, 1000]),
    )
    def begin(self, new: int, clocks: list[int], files: int, rows: int) -> None:
        """Most desks have worked for a while, with whatever clocks they have; all of it was backed up yesterday.

        Some centrals make files of scopes, others give pages only; some links bring small pages only.
        """
        snapshotting.LEAST_LIVE = files
        self.rows_of_a_page = rows
        for at, (desk, days) in enumerate(zip(self.world.desks, clocks, strict=True)):
            desk.off = timedelta(days=days)
            if new != at:
                self.world.first_sync(desk)
            self.world.trouble_at_desk(desk, "keep image", 0)
        self.world.trouble_at_central("back up", 0)

    def desk(self, k: int) -> Desk:
        return self.world.desks[k % len(self.world.desks)]

    @rule(k=DESK, what=st.sampled_from([*NAMES, *OFTEN]), a=SMALL, b=SMALL)
    def act(self, k: int, what: str, a: int, b: int) -> None:
        if what in type(self).actions:
            self.world.act(self.desk(k), what, a, b)

    @rule(k=DESK, turns=TURNS)
    def act_often(self, k: int, turns: list[tuple[str, int]]) -> None:
        for what, a in turns:
            self.world.act(self.desk(k), what, a, a)

    @rule(k=DESK, turns=TURNS, rows=ROWS, whole=st.booleans())
    def work(self, k: int, turns: list[tuple[str, int]], rows: int, *, whole: bool) -> None:
        """What most of a day is: something done, then sent."""
        self.act_often(k, turns)
        self.world.round_trip(self.desk(k), rows, whole=whole)

    @rule(rows=ROWS, whole=st.booleans())
    def round_trips(self, rows: int, *, whole: bool) -> None:
        for desk in self.world.desks:
            self.world.round_trip(desk, rows, whole=whole)

    @rule(k=DESK, turns=TURNS, rows=ROWS, whole=st.booleans())
    def ask(self, k: int, turns: list[tuple[str, int]], rows: int, *, whole: bool) -> None:
        self.act_often(k, turns[1:])
        self.world.ask(self.desk(k), rows, whole=whole)

    @precondition(lambda self: self.world.requests)
    @rule(k=SMALL, pauses=st.integers(1, 14), again=st.booleans())
    def deliver(self, k: int, pauses: int, *, again: bool) -> None:
        task = self.world.deliver(k, again=again)
        self.world.central.run(task, pauses)

    @precondition(lambda self: self.world.central.tasks)
    @rule(k=SMALL, pauses=st.integers(1, 30))
    def run(self, k: int, pauses: int) -> None:
        self.world.run(k, pauses)

    @precondition(lambda self: self.world.returning)
    @rule(k=SMALL, lines=st.sampled_from([1, 2, 10_000, 10_000]))
    def bring(self, k: int, lines: int) -> None:
        self.world.bring(k, lines)

    @precondition(lambda self: self.world.requests or self.world.returning or any(d.asked for d in self.world.desks))
    @rule(what=st.sampled_from(["answer", "request", "patience", "patience"]), k=SMALL)
    def lose(self, what: str, k: int) -> None:
        """An answer, a request, or the patience of who waits for one."""
        asking = [desk for desk in self.world.desks if desk.asked]
        if what == "answer" and self.world.returning:
            self.world.lose_answer(k)
        elif what == "request" and self.world.requests:
            self.world.lose_request(k)
        elif asking:
            self.world.give_up(asking[k % len(asking)])

    @precondition(lambda self: any(desk.fetches for desk in self.world.desks))
    @rule(k=DESK, batches=st.integers(0, 6))
    def fetch(self, k: int, batches: int) -> None:
        fetching = [desk for desk in self.world.desks if desk.fetches]
        self.world.fetch(fetching[k % len(fetching)], batches)

    @rule(what=st.sampled_from(OPERATIONS), k=SMALL, pauses=st.sampled_from([3, 5, 100, 100]))
    def operate(self, what: str, k: int, pauses: int) -> None:
        self.world.operate(what, k, pauses)

    @rule(k=DESK, at=SMALL, back=st.integers(1, 4), again=st.booleans())
    def news(self, k: int, at: int, back: int, *, again: bool) -> None:
        """Central tells of a scope, and somebody hears of that or of another."""
        self.world.tell(at, back)
        if self.world.news:
            self.world.hear_news(self.desk(k), at * back, again=again)

    @rule(seconds=st.sampled_from(TIMES))
    def pass_time(self, seconds: int) -> None:
        self.world.pass_time(seconds)

    @rule(
        k=DESK,
        what=st.sampled_from(TROUBLE),
        at=SMALL,
    )
    def trouble_at_a_desk(self, k: int, what: str, at: int) -> None:
        self.world.trouble_at_desk(self.desk(k), what, at)

    @rule(what=st.sampled_from(["crash", "back up", "restore", "collect", "collect", "copy", "lose copy"]), k=SMALL)
    def trouble_at_central(self, what: str, k: int) -> None:
        self.world.trouble_at_central(what, k)

    @rule(story=st.sampled_from(sorted(STORIES)), k=DESK, turns=TURNS, a=SMALL)
    def tell(self, story: str, k: int, turns: list[tuple[str, int]], a: int) -> None:
        """Several things in the one order in which they are a danger, which chance would seldom find."""
        STORIES[story](self, k, turns, a)

    @rule(what=st.sampled_from(["revoke", "take back", "sign in", "clone", "clone"]), k=DESK, a=SMALL)
    def seldom(self, what: str, k: int, a: int) -> None:
        desk = self.desk(k)
        self.world.seldom(desk, what)
        if what == "clone":
            # both go on as if there were no other
            self.world.act(desk, OFTEN[a % len(OFTEN)], a, a)
            self.world.act(self.world.desks[-1], OFTEN[0], a, a)

    def check_invariants(self, *args: Any, **kwargs: Any) -> None:
        """After every step; most of them were judged where they could break."""
        self.world.invariants.accounted_for(self.world.desks)
        super().check_invariants(*args, **kwargs)

    def teardown(self) -> None:
        try:
            heal(self.world, self.rows_of_a_page)
            self.world.invariants.accounted_for(self.world.desks)
        finally:
            self.world.close()
            self.around.__exit__(None, None, None)


class DiskMachine(Machine):
    """Layer B: the same with the desk's own use cases and real databases on a disk."""

    make_store = DiskStore
    actions = CASES
