"""Everything the simulation moves: central, desks, the network between them, time and trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from agent_desk.central.usecases.feeding import read_delta
from agent_desk.domain.catalogue import PriceSpan, Product
from agent_desk.domain.commands import COMMANDS
from agent_desk.domain.money import Money
from agent_desk.domain.people import Branch, Customer, Role, Staff
from agent_desk.domain.price_book import ExchangeRate
from agent_desk.domain.selling import Cart
from agent_desk.wire.live import Delta, read_frame
from agent_desk.wire.sync import SyncRequest
from tests.simulation.central import Central, Reply, change, remove, save_new
from tests.simulation.counter import Turn
from tests.simulation.desk import Desk, Store
from tests.simulation.disk import DiedError
from tests.simulation.invariants import Invariants, Saved
from tests.simulation.shop import CUSTOMERS, DESKS, LAMP, SANDRA, SHANICE, START, TAPE, an_id, device_of
from tests.simulation.tasks import Task

MakeStore = Callable[[UUID, str], Store]
Actions = Mapping[str, Callable[[Turn], None]]
MOST_DESKS = 4
RESTORABLE = timedelta(days=13)
"""A desk keeps what is done for 14 days: only a backup younger than that can be made good again."""
OLDEST_BACKUP = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Message:
    """A request on its way."""

    desk: Desk
    attempt: int
    request: SyncRequest
    whole: bool


@dataclass(frozen=True, slots=True)
class Returning:
    """An answer on its way."""

    desk: Desk
    attempt: int
    reply: Reply


class World:
    """Every public method is one step; whatever it is given is made to fit."""

    def __init__(self, make_store: MakeStore, actions: Actions) -> None:
        self.actions = actions
        self.clock = START
        self.central = Central(self.now)
        self.invariants = Invariants(self.central)
        self._ids = count(1)
        self.desks = [
            Desk(code, code, make_store(device_of(code), code), staff, self.now) for code, staff in DESKS.items()
        ]
        for desk in self.desks:
            desk.store.remember(desk.caller_staff)
        self.off_disk: set[UUID] = set()
        """What was saved on a disk that was put back to an earlier state since."""
        self.requests: list[Message] = []
        self.returning: list[Returning] = []
        self.news: list[Delta] = []
        """What open lines were told; any of it may come late, twice or never."""

    def now(self) -> datetime:
        return self.clock

    def new_id(self) -> UUID:
        return UUID(int=next(self._ids) + (7 << 76))

    def close(self) -> None:
        self.central.crash()
        for desk in self.desks:
            desk.store.close()

    # the counter

    def act(self, desk: Desk, what: str, a: int, b: int) -> None:
        """Somebody does something at a desk, which saves it in one commit or refuses it."""
        before = desk.store.states().keys()
        with self._alive(desk):
            desk.act(
                self.new_id, lambda work: self.actions[what](Turn(work, desk.staff, desk.now(), a, b, self.new_id))
            )
        for envelope in desk.store.envelopes(desk.store.states().keys() - before):
            command = COMMANDS[envelope.name].model_validate(envelope.args)
            self.invariants.saved[envelope.id] = Saved(envelope, command, self.clock, desk.code)
        self.invariants.kept(desk)

    # the network

    def ask(self, desk: Desk, most_rows: int, *, whole: bool) -> None:
        if desk.asked is not None:
            return
        with self._alive(desk):
            desk.ask(most_rows, push_only=False)
        if desk.asked is None:
            return
        request = desk.asked.request
        for envelope in request.commands:
            self.invariants.boots.setdefault(envelope.id, set()).add(desk.boot)
        self.invariants.kept(desk)
        self.requests.append(Message(desk, desk.attempts, request, whole and desk.offered_none))

    def deliver(self, k: int, *, again: bool = False) -> Task:
        """Any request under way reaches central; with `again` it stays under way too."""
        at = k % len(self.requests)
        message = self.requests[at] if again else self.requests.pop(at)
        caller = message.desk.caller(message.request.device)

        def reply(said: Reply) -> None:
            self.invariants.answered(said, caller)
            self.returning.append(Returning(message.desk, message.attempt, said))

        return self.central.begin(message.request, caller, whole=message.whole, reply=reply)

    def lose_request(self, k: int) -> None:
        self.requests.pop(k % len(self.requests))

    def run(self, k: int, pauses: int) -> None:
        """Any transaction at central goes on, if it can."""
        runnable = self.central.runnable
        if runnable:
            self.central.run(runnable[k % len(runnable)], pauses)

    def bring(self, k: int, lines: int) -> None:
        """Any answer reaches its desk: all of it, or its first lines; a program that is not there hears nothing."""
        returning = self.returning.pop(k % len(self.returning))
        desk, reply = returning.desk, returning.reply
        whole = False
        with self._alive(desk):
            whole = desk.hear(reply, returning.attempt, lines)
        self.invariants.kept(desk)
        if whole and reply.answers:
            self.invariants.sees_only(desk, reply.answers[:lines][-1].scopes)

    def lose_answer(self, k: int) -> None:
        self.returning.pop(k % len(self.returning))

    def give_up(self, desk: Desk) -> None:
        with self._alive(desk):
            desk.give_up()
        self.invariants.kept(desk)

    def fetch(self, desk: Desk, batches: int) -> None:
        """A desk goes on with what it asked for beside the rows; it may be interrupted between any two commits."""
        with self._alive(desk):
            if desk.mending:
                desk.mend(lambda asked: self.central.mend(asked, desk.caller(device_of(desk.code))))
            if desk.download is None and desk.offers:
                scope = min(desk.offers)
                file = self.central.fetch(scope, desk.offers[scope].seq, desk.caller(device_of(desk.code)))
                desk.begin_download(scope, file)
            desk.go_on_with_download(batches)
        self.invariants.kept(desk)

    def round_trip(self, desk: Desk, most_rows: int, *, whole: bool) -> None:
        """Asks and hears, unless a transaction that is held at central stands in the way."""
        if desk.asked is not None:
            return
        self.ask(desk, most_rows, whole=whole)
        if desk.asked is None:
            return
        task = self.deliver(len(self.requests) - 1)
        self.central.run(task, 10_000)
        if task.finished:
            self.bring(len(self.returning) - 1, 10_000)

    def first_sync(self, desk: Desk) -> None:
        """Undisturbed, to its end."""
        for _ in range(4):
            self.round_trip(desk, 1000, whole=False)
            while desk.fetches:
                self.fetch(desk, 100)

    # the open line

    def tell(self, k: int, back: int) -> None:
        """Central says what a scope was given lately."""
        with self.central.store.reading() as unit:
            heads = sorted(unit.list_heads(self.central.store.table("scope")).items())
            scope, head = heads[k % len(heads)]
            text = read_delta(unit, scope, max(0, head.seq - back), head).text
        news = None if text is None else read_frame(text)
        if isinstance(news, Delta):
            self.news.append(news)

    def hear_news(self, desk: Desk, k: int, *, again: bool) -> None:
        at = k % len(self.news)
        news = self.news[at] if again else self.news.pop(at)
        if news.scope in self.invariants.allowed(desk.caller(device_of(desk.code))):
            with self._alive(desk):
                desk.hear_news(news)
            self.invariants.kept(desk)

    # time and trouble

    @contextmanager
    def _alive(self, desk: Desk) -> Iterator[None]:
        """A program that dies meanwhile begins again with what it had kept."""
        try:
            yield
        except DiedError:
            desk.crash()
            self.invariants.whole(desk)

    def pass_time(self, seconds: int) -> None:
        self.clock += timedelta(seconds=seconds)

    def trouble_at_desk(self, desk: Desk, what: str, k: int) -> None:
        """What was committed is there again, whatever else is gone."""
        match what:
            case "crash":
                desk.crash()
            case "die soon":
                desk.store.dies_in = 1 + k % 3
            case "reboot":
                desk.reboot()
            case "clock":
                desk.off = timedelta(days=(-3000, -1, 0, 1, 3000)[k % 5])
            case "keep image":
                damaged = {scope for label, scope in self.invariants.damaged if label == desk.label}
                desk.images.append((desk.store.image(), damaged))
            case "restore image":
                self._restore_disk(desk, k)
            case "lose row":
                self._lose_row(desk, k)
        self.invariants.kept(desk)

    def _restore_disk(self, desk: Desk, k: int) -> None:
        """The disk is put back to an earlier state, by a backup program or a technician."""
        if not desk.images:
            return
        before = desk.store.states().keys()
        image, damaged = desk.images[k % len(desk.images)]
        desk.store.restore(image)
        self.invariants.damaged |= {(desk.label, scope) for scope in damaged}
        on_disks = {id_ for other in self.desks for id_ in other.store.states()}
        gone = before - on_disks
        self.off_disk |= gone
        self.invariants.destroyed |= gone - self.central.store.table("command_id").keys()
        desk.reboot()
        self.invariants.seen.pop(desk.label, None)

    def _lose_row(self, desk: Desk, k: int) -> None:
        scopes = sorted(scope for scope in desk.store.scopes() if scope in desk.store.cursors())
        if scopes:
            scope = scopes[k % len(scopes)]
            self.invariants.damaged.add((desk.label, scope))
            desk.store.lose_row(scope, k)

    def trouble_at_central(self, what: str, k: int) -> None:
        match what:
            case "crash":
                self.central.crash()
            case "copy":
                self.central.replicas.follow(self.central.store.image())
            case "lose copy":
                self.central.replicas.follow(None)
            case "back up":
                self.central.back_up()
            case "restore":
                self._restore_central(k)
            case "collect":
                store = self.central.store
                scopes = sorted(store.table("scope"))
                # something is gone in few of them: the others would seldom say anything
                gone = [s for s in scopes if any(row.op == "x" for row in store.table(f"row {s}").values())]
                scopes = gone or scopes
                self.central.run(self.central.sweep(scopes[k % len(scopes)], 1 + (k + 1) % 3), 1 + 3 * k)

    def _restore_central(self, k: int) -> None:
        kept = [(at, image) for at, image in self.central.backups if at > self.clock - OLDEST_BACKUP]
        if not kept:
            return
        at, backup = kept[k % len(kept)]
        lost = self.central.store.table("command_id").keys() - backup.get("command_id", {}).keys()
        # what a desk still keeps of an older life it may throw away before it hears of the restore
        on_disks = {id_ for desk in self.desks for id_ in desk.store.states()}
        young = at > self.clock - RESTORABLE
        self.invariants.destroyed |= (lost - on_disks) & self.off_disk if young else lost
        self.central.restore(backup)
        # lines end with the process
        self.news.clear()

    def seldom(self, desk: Desk, what: str) -> None:
        match what:
            case "revoke" | "take back":
                self.central.set_active(desk.code, active=what == "take back")
            case "sign in":
                self.central.sign_in(device_of(desk.code), desk.caller_staff.id)
            case "clone" if len(self.desks) < MOST_DESKS:
                twin = Desk(desk.code, f"{desk.label}'", desk.store.clone(), desk.caller_staff, self.now)
                twin.files |= desk.files
                self.desks.append(twin)
                self.invariants.copied(desk.label, twin.label)
                self.invariants.kept(twin)

    # what operators do

    def operate(self, what: str, k: int, pauses: int) -> None:
        """A manager's or another system's change, which may be held before its commit."""
        if what in {"renew", "reclaim", "show", "give back", "close days"}:
            carts = [id_ for kind, id_ in self.central.store.table("document") if kind == Cart.kind]
            task = self.central.keep_stock(what, carts[k % len(carts)])
        else:
            task = self.central.operate(self._operation(what, k))
        self.central.run(task, pauses)

    def _operation(self, what: str, k: int) -> Callable[[Any], None]:
        customer = CUSTOMERS[k % len(CUSTOMERS)]
        branch = ("GEO", "EWR")[k // 4 % 2]
        if what == "delete":
            self.invariants.deleted.add((Customer.kind, customer.id))
        carts = [id_ for kind, id_ in self.central.store.table("document") if kind == Cart.kind]
        if what == "move cart":
            self.invariants.moved.add((Cart.kind, carts[k % len(carts)]))
        operations: dict[str, Callable[[], Callable[[Any], None]]] = {
            "price": lambda: self._new_price((LAMP, TAPE)[k % 2].id, 500 + 100 * (k % 7)),
            "rate": lambda: save_new(self._new_rate(Decimal(200 + k % 20))),
            "role": lambda: change(Staff, (SHANICE, SANDRA)[k % 2].id, role=(Role.AGENT, Role.MANAGER)[k // 2 % 2]),
            "edit": lambda: change(Customer, customer.id, phone=f"+592 600 {k:04}"),
            "move": lambda: change(Customer, customer.id, branch=branch),
            "move cart": lambda: change(Cart, carts[k % len(carts)], branch=branch),
            "delete": lambda: remove(Customer, customer.id),
            "branch": lambda: change(Branch, an_id(branch), name=f"Branch {k}"),
        }
        return operations[what]()

    def _new_price(self, product: UUID, minor: int) -> Callable[[Any], None]:
        present = self.central.find(Product, product)
        each = Money(minor=minor, currency=present.prices[0].each.currency)
        ended = tuple(p if p.until else p.model_copy(update={"until": self.clock}) for p in present.prices)
        return change(Product, product, prices=(*ended[-3:], PriceSpan(since=self.clock, each=each)))

    def _new_rate(self, gyd_per_usd: Decimal) -> ExchangeRate:
        return ExchangeRate(
            id=an_id("rate", next(self._ids)), version=1, gyd_per_usd=gyd_per_usd, effective_at=self.clock,
            source="Bank",
        )  # fmt: skip
