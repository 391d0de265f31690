"""The rules by which Hypothesis drives the world: it picks every interleaving and every fault."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.simulation.central import instrumented
from tests.simulation.counter import ACTIONS
from tests.simulation.desk import Desk
from tests.simulation.healing import heal
from tests.simulation.memory_desk import MemoryStore
from tests.simulation.world import MakeStore, World

SMALL = st.integers(0, 11)
DESK = st.integers(0, 3)
ROWS = st.sampled_from([1, 2, 5, 1000])
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
)
TIMES = (1, 1, 30, 30, 600, 3600, 86_400, 20 * 86_400)
OFTEN = ("new_cart", "sell", "add_product", "change_customer", "cash")


class Machine(RuleBasedStateMachine):
    """Layer A: the real cores on stores in memory."""

    make_store: ClassVar[MakeStore] = MemoryStore

    def __init__(self) -> None:
        super().__init__()
        self.around = instrumented()
        self.around.__enter__()
        self.world = World(type(self).make_store)

    @initialize(new=st.integers(0, 7), clocks=st.lists(st.sampled_from([0, -3000, 3000]), min_size=3, max_size=3))
    def begin(self, new: int, clocks: list[int]) -> None:
        """Most desks have worked for a while, with whatever clocks they have; all of it was backed up yesterday."""
        for at, (desk, days) in enumerate(zip(self.world.desks, clocks, strict=True)):
            desk.off = timedelta(days=days)
            if new != at:
                self.world.first_sync(desk)
            self.world.trouble_at_desk(desk, "keep image", 0)
        self.world.trouble_at_central("back up", 0)

    def desk(self, k: int) -> Desk:
        return self.world.desks[k % len(self.world.desks)]

    @rule(k=DESK, what=st.sampled_from([*ACTIONS, *OFTEN]), a=SMALL, b=SMALL)
    def act(self, k: int, what: str, a: int, b: int) -> None:
        self.world.act(self.desk(k), what, a, b)

    @rule(k=DESK, turns=st.lists(st.tuples(st.sampled_from(OFTEN), SMALL), min_size=1, max_size=3))
    def act_often(self, k: int, turns: list[tuple[str, int]]) -> None:
        for what, a in turns:
            self.world.act(self.desk(k), what, a, a)

    @rule(k=DESK, rows=ROWS, whole=st.booleans())
    def round_trip(self, k: int, rows: int, *, whole: bool) -> None:
        self.world.round_trip(self.desk(k), rows, whole=whole)

    @rule(k=DESK, rows=ROWS, whole=st.booleans())
    def ask(self, k: int, rows: int, *, whole: bool) -> None:
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

    @precondition(lambda self: self.world.requests or self.world.returning)
    @rule(k=SMALL, answer=st.booleans())
    def lose(self, k: int, *, answer: bool) -> None:
        if answer and self.world.returning:
            self.world.lose_answer(k)
        elif self.world.requests:
            self.world.lose_request(k)

    @precondition(lambda self: any(desk.asked for desk in self.world.desks))
    @rule(k=DESK)
    def give_up(self, k: int) -> None:
        asking = [desk for desk in self.world.desks if desk.asked]
        self.world.give_up(asking[k % len(asking)])

    @precondition(lambda self: any(desk.fetches for desk in self.world.desks))
    @rule(k=DESK, batches=st.integers(0, 6))
    def fetch(self, k: int, batches: int) -> None:
        fetching = [desk for desk in self.world.desks if desk.fetches]
        self.world.fetch(fetching[k % len(fetching)], batches)

    @rule(what=st.sampled_from(OPERATIONS), k=SMALL, pauses=st.sampled_from([3, 5, 100, 100]))
    def operate(self, what: str, k: int, pauses: int) -> None:
        self.world.operate(what, k, pauses)

    @rule(seconds=st.sampled_from(TIMES))
    def pass_time(self, seconds: int) -> None:
        self.world.pass_time(seconds)

    @rule(
        k=DESK,
        what=st.sampled_from(["crash", "reboot", "keep image", "restore image", "restore image", "clock", "lose row"]),
        at=SMALL,
    )
    def trouble_at_a_desk(self, k: int, what: str, at: int) -> None:
        self.world.trouble_at_desk(self.desk(k), what, at)

    @rule(what=st.sampled_from(["crash", "back up", "restore", "collect", "collect"]), k=SMALL)
    def trouble_at_central(self, what: str, k: int) -> None:
        self.world.trouble_at_central(what, k)

    @rule(what=st.sampled_from(["revoke", "take back", "sign in", "clone", "clone"]), k=DESK)
    def seldom(self, what: str, k: int) -> None:
        self.world.seldom(self.desk(k), what)

    def check_invariants(self, *args: Any, **kwargs: Any) -> None:
        """After every step; most of them were judged where they could break."""
        self.world.invariants.accounted_for(self.world.desks)
        super().check_invariants(*args, **kwargs)

    def teardown(self) -> None:
        try:
            heal(self.world)
            self.world.invariants.accounted_for(self.world.desks)
        finally:
            self.world.close()
            self.around.__exit__(None, None, None)
