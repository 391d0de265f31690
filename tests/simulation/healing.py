"""After the faults: everything works, and within a bound everybody must agree and traffic must come to rest."""

from __future__ import annotations

from agent_desk.wire.sync import SyncAnswer, SyncRequest
from tests.simulation.desk import Desk
from tests.simulation.shop import device_of
from tests.simulation.world import World

MOST_SWEEPS = 80
"""Each asks every desk once; poison needs three, a fork two, small pages some dozen."""


def heal(world: World, rows: int) -> int:
    """L1, L2, L5, L6 with pages of so many rows; answers with the sweeps it took."""
    world.central.run_all()
    world.requests.clear()
    world.returning.clear()
    world.news.clear()
    # the standby has caught up, and follows
    world.central.replicas.follow(world.central.store.tables)
    for desk in world.desks:
        desk.store.dies_in = 0
        world.give_up(desk)
        world.seldom(desk, "sign in")
    for sweep in range(MOST_SWEEPS):
        world.pass_time(1)
        busy = [_busy(world, desk, rows) for desk in world.desks]
        if not any(busy):
            _agree(world)
            return sweep
    waiting = {desk.label: (desk.store.count_waiting(), desk.trouble) for desk in world.desks}
    raise AssertionError(f"L6: traffic does not come to rest: {waiting}")


def _busy(world: World, desk: Desk, rows: int) -> bool:
    """One undisturbed round trip with its files; False when there was nothing more to say."""
    world.ask(desk, rows, whole=False)
    request = world.requests[-1].request
    task = world.deliver(len(world.requests) - 1)
    world.central.run_all()
    assert task.finished
    said = world.returning[-1].reply
    world.bring(len(world.returning) - 1, 10_000)
    for _ in range(20):
        if desk.fetches:
            world.fetch(desk, 100)
    assert not desk.fetches, "a file that is offered can be fetched"
    return (
        desk.again or said.problem not in {"", "desk.revoked"} or any(_more(request, answer) for answer in said.answers)
    )


def _more(request: SyncRequest, answer: SyncAnswer) -> bool:
    return bool(request.commands or answer.patches or answer.snapshots or answer.more)


def _agree(world: World) -> None:
    store = world.central.store
    revoked = {code for code in {d.code for d in world.desks} if not world.central.device(code).active}
    for desk in world.desks:
        if desk.code in revoked:
            continue
        assert desk.store.count_waiting() == 0, f"L1: {desk.label} still waits"
        assert desk.store.count_overlay() == 0, f"L2: {desk.label} still shows what is not central's"
        for scope in world.invariants.allowed(desk.caller(device_of(desk.code))):
            rows = store.table(f"row {scope}").values()
            theirs = {(r.kind, r.id): (r.version, r.body.decode()) for r in rows if r.op == "u"}
            assert desk.store.rows(scope) == theirs, f"L2: {desk.label} differs from central in {scope}"
            head = store.table("scope").get(scope)
            assert head is None or desk.store.cursors()[scope][0] == head.seq, f"L2: {desk.label} is not at the head"
            assert head is None or head.live == len(theirs), f"L2: central miscounts {scope}"
    for saved in world.invariants.saved.values():
        there = saved.envelope.id in store.table("command_id")
        assert there or saved.desk in revoked or saved.envelope.id in world.invariants.destroyed, (
            f"I1: {saved.command.name} of {saved.desk} never reached central"
        )
