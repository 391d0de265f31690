"""What chance would seldom find: several things in the one order in which they are a danger."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.machine import Machine

Turns = list[tuple[str, int]]


def forget(machine: Machine, _: int, turns: Turns, a: int) -> None:
    """Something goes, and central forgets that it was there before everybody has heard."""
    machine.world.operate(("delete", "move")[len(turns) % 2], a, 100)
    machine.world.trouble_at_central("collect", 11)


def go_back(machine: Machine, k: int, turns: Turns, a: int) -> None:
    """Central is restored to what it was before a while of work."""
    machine.world.trouble_at_central("back up", 0)
    machine.work(k, turns, 1000, whole=False)
    machine.world.pass_time((0, 1, 20)[a % 3] * 86_400)
    machine.work(k, turns[:1], 1000, whole=False)
    machine.act_often(k, turns[:1])
    machine.world.ask(machine.desk(k), 1000, whole=False)
    machine.world.trouble_at_central("restore", -1)


def copy_and_go_back(machine: Machine, k: int, turns: Turns, a: int) -> None:
    """A disk is copied, both go on, and central is restored to what it was before: one fills the other's numbers."""
    world, desk = machine.world, machine.desk(k)
    world.trouble_at_central("back up", 0)
    machine.work(k, turns, 1000, whole=False)
    machine.seldom("clone", k, 0)
    twin = world.desks[-1]
    world.round_trip(twin, 1000, whole=False)
    world.act(twin, "new_cart", a, a)
    world.trouble_at_central("restore", -1)
    for one in (desk, desk, desk, twin):
        world.round_trip(one, 1000, whole=False)


def overtake(machine: Machine, k: int, turns: Turns, a: int) -> None:
    """The open line is quicker than an answer on its way."""
    world, desk, other = machine.world, machine.desk(k), machine.desk(k + 1)
    machine.work(k + 1, turns, 1000, whole=False)
    if desk.asked is None:
        world.ask(desk, 1000, whole=False)
    if not world.requests:
        return
    world.central.run(world.deliver(len(world.requests) - 1), 10_000)
    world.act(other, "new_cart", a, a)
    world.round_trip(other, 1000, whole=False)
    for at in range(len(world.central.store.table("scope"))):
        world.tell(at, 1 + a % 2)
        if world.news:
            world.hear_news(desk, len(world.news) - 1, again=False)
    if world.returning:
        world.bring(len(world.returning) - 1, 10_000)


def sell_without_a_link(machine: Machine, k: int, turns: Turns, a: int) -> None:
    """Goods come in and sell well, so that some are set aside for the desks, and one sells of them by itself."""
    for _ in range(1 + a % 4):
        machine.act(k, "receive", 3, 0)
    for what in ("show", "renew"):
        machine.work(k, [("new_cart", 4), ("sell", -1)], 1000, whole=False)
        machine.world.operate(what, 0, 100)
    machine.world.round_trip(machine.desk(k), 1000, whole=False)
    for _ in turns:
        machine.act(k, "new_cart", 0, 4)
        machine.act(k, "sell", -1, -1)


STORIES: dict[str, Callable[[Machine, int, Turns, int], None]] = {
    story.__name__: story for story in (forget, go_back, copy_and_go_back, overtake, sell_without_a_link)
}
