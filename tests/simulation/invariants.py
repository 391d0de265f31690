"""What must hold after every step: I1 to I14 of the protocol as far as their features exist.

Not yet: I3 for cards (there are no payment attempts). I15, one drainer, is a lock of the
operating system and has tests of its own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from agent_desk.central.usecases.ports import Caller, CommandRecord, DocumentRow, Head
from agent_desk.domain.aggregate import Aggregate, Command, Ref
from agent_desk.domain.commands import COMMANDS, AddCustomer, OpenCart, PlaceOrder
from agent_desk.domain.ledger import sums
from agent_desk.domain.money_commands import TakeCash
from agent_desk.domain.people import Branch, Customer, Role, Staff
from agent_desk.domain.selling import Cart, Order, OrderState
from agent_desk.wire.sync import FINAL, Cursor, Envelope
from tests.simulation.central import Central, Reply
from tests.simulation.central_store import MemoryUnit
from tests.simulation.desk import Desk
from tests.simulation.disk import parse

if TYPE_CHECKING:
    from collections.abc import Iterable

LEGAL = {
    OrderState.AWAITING_PAYMENT: {OrderState.AWAITING_PAYMENT, OrderState.PART_PAID, OrderState.PAID},
    OrderState.PART_PAID: {OrderState.PART_PAID, OrderState.PAID},
    OrderState.PAID: {OrderState.PAID},
}
A_MOMENT = timedelta(milliseconds=2)


@dataclass(frozen=True, slots=True)
class Saved:
    """A command of which the desk said that it is saved."""

    envelope: Envelope
    command: Command
    at: datetime
    """By a clock that is right."""
    desk: str


class Invariants:
    """Watches central's commits, desks' commits and answers; raises AssertionError with the invariant's name."""

    def __init__(self, central: Central) -> None:
        self.central = central
        self.first_life = self._epoch
        self.saved: dict[UUID, Saved] = {}
        self.destroyed: set[UUID] = set()
        """What was saved on a disk that is no more, and is nowhere else."""
        self.seen: dict[str, tuple[Any, dict[str, Cursor]]] = {}
        self.damaged: set[tuple[str, str]] = set()
        """Desk and scope of rows that were made to vanish."""
        self.copies: set[str] = set()
        """Desks of which there are two."""
        self.catching_up: set[tuple[str, str]] = set()
        """Desk and scope that is read from the beginning, or from a file that was older: pages bring the rest."""
        self.deleted: set[Ref] = set()
        """What an operator deleted."""
        self.moved: set[Ref] = set()
        """What an operator moved to another branch."""
        self.refused: set[UUID] = set()
        """What central did not do, in whichever of its lives."""
        self.boots: dict[UUID, set[str]] = {}
        """The starts of a machine in which a command was sent."""
        central.store.listeners.append(self.before_commit)
        central.store.after.append(self.after_commit)

    @property
    def _epoch(self) -> UUID:
        epoch: UUID = self.central.store.tables["meta"]["epoch"]
        return epoch

    # central

    def before_commit(self, unit: MemoryUnit) -> None:
        for key, document in unit.writes.get("document", {}).items():
            present = unit.store.table("document").get(key)
            if isinstance(document, DocumentRow) and document.kind == Order.kind:
                self._judge_order(present, document)

    def _judge_order(self, present: DocumentRow | None, document: DocumentRow) -> None:
        after = parse(document.kind, document.body.decode())
        assert isinstance(after, Order)
        if present is not None:
            before = parse(present.kind, present.body.decode())
            assert isinstance(before, Order)
            assert after.state in LEGAL[before.state], f"I6: {before.number} went from {before.state} to {after.state}"
            assert after.totals == before.totals, f"I5: {before.number} changed its price"
            kept = [tender.id for tender in after.tenders]
            assert set(kept) >= {t.id for t in before.tenders}, f"I3: {before.number} lost a tender"
            assert len(set(kept)) == len(kept), f"I3: {before.number} counts a tender twice"
        else:
            commands = [saved.command for saved in self.saved.values()]
            claims = [c.totals for c in commands if isinstance(c, PlaceOrder) and c.order == after.id]
            assert after.totals in claims, f"I5: {after.number} does not cost what was held"

    def after_commit(self, unit: MemoryUnit) -> None:
        for command, effects in unit.writes.get("effect", {}).items():
            assert effects == 1, f"I2: {command} had {effects} effects"
        records: list[CommandRecord] = list(unit.writes.get("command", {}).values())
        for record in records:
            self._judge_record(record)
        for device, generation, _ in unit.writes.get("command", {}):
            self._judge_order_of(device, generation)
        for booked in unit.writes.get("entry", {}).values():
            entry = booked.movement.entry
            assert not any(sums(entry.postings).values()), f"I3: {entry.kind} {entry.id} does not balance"
            closed = unit.store.table("closed").get(booked.movement.branch)
            assert closed is None or booked.on > closed, f"PAY-9: {entry.kind} was booked on a closed day"
        if unit.writes.keys() & {"shelf", "lease", "reservation"}:
            self._judge_goods()

    def _judge_goods(self) -> None:
        tables = self.central.store.tables
        reserved, leased = Counter[tuple[str, UUID]](), Counter[tuple[str, UUID]]()
        for rows in tables.get("reservation", {}).values():
            for row in rows:
                reserved[row.location, row.product] += row.quantity
        for lease in tables.get("lease", {}).values():
            assert lease.used <= lease.quantity, f"I14: {lease.desk} used {lease.used} of {lease.quantity}"
            leased[lease.branch, lease.product] += lease.left
        for place, row in tables.get("shelf", {}).items():
            assert row.shelf.free >= 0, f"I4: {row.shelf}"
            assert row.shelf.reserved == reserved[place], f"I4: {row.shelf.reserved} reserved, not {reserved[place]}"
            assert row.shelf.leased == leased[place], f"I4: {row.shelf.leased} leased, not {leased[place]}"

    def _judge_record(self, record: CommandRecord) -> None:
        tables = self.central.store.tables
        model = COMMANDS.get(record.name)
        assert record.state != "refused" or (model is not None and not model.fact), f"I12: {record.name} was refused"
        if record.state == "parked":
            cases = tables.get("case", {}).values()
            assert any(case.command == record.id for case in cases), f"L5: {record.name} is parked without a case"
        if record.state != "applied":
            self.refused.add(record.id)
        saved = self.saved.get(record.id)
        if saved is None:
            return
        if isinstance(saved.command, TakeCash) and record.state != "refused":
            assert saved.command.tender in tables.get("cash", {}), "I3: cash was taken and is in no ledger"
        assert record.occurred_at <= self.central.now(), "LIM-9: a sale in the future"
        if self.boots.get(record.id) == {saved.envelope.boot}:
            assert record.occurred_at >= saved.at - A_MOMENT, "LIM-9: a wrong wall clock moved a sale"

    def _judge_order_of(self, device: UUID, generation: int) -> None:
        tables = self.central.store.tables
        numbers = sorted(n for (d, g, n) in tables["command"] if (d, g) == (device, generation))
        assert numbers == list(range(1, len(numbers) + 1)), f"I7: {device} has numbers {numbers}"
        known = tables["device"][device]
        if known.generation == generation:
            assert known.last_n == len(numbers), f"I7: {known.desk} has {len(numbers)} commands, not {known.last_n}"

    def answered(self, reply: Reply, caller: Caller) -> None:
        """An answer leaves central."""
        tables = self.central.store.tables
        allowed = self.allowed(caller)
        active = tables["device"][caller.device].active
        assert active or not reply.answers, "I11: a desk that was taken out of use was answered"
        for answer in reply.answers:
            assert set(answer.scopes) <= allowed, f"I11: {set(answer.scopes) - allowed} were opened"
            assert {patch.scope for patch in answer.patches} <= allowed, "I11: rows of a scope not to be seen"
            for ack in answer.acks:
                known = ack.state not in FINAL or ack.id in tables.get("command_id", {})
                assert known or answer.epoch != self._epoch, "I13: acknowledged before it was kept"

    def sees_only(self, desk: Desk, scopes: tuple[str, ...]) -> None:
        """After an answer that says which scopes there are for this desk."""
        more = desk.store.scopes() - set(scopes)
        assert not more, f"I11: {desk.label} still holds {more}"

    def allowed(self, caller: Caller) -> set[str]:
        """SEC-3 said again, from the requirements and not from the code: managers see all branches, others theirs."""
        tables = self.central.store.tables
        device = tables["device"][caller.device]
        staff: Staff = self.central.find(Staff, caller.staff)
        here = {s for d, s in tables["signed_in"] if d == caller.device}
        branches = {device.branch}
        if staff.role in {Role.MANAGER, Role.ADMINISTRATOR}:
            branches |= {row.handle for row in tables["document"].values() if row.kind == Branch.kind}
        return (
            {f"branch:{code}" for code in branches}
            | {f"user:{id_}" for id_ in here | {caller.staff}}
            | {f"dev:{caller.device}", f"avail:{device.branch}", "px", "cat"}
        )

    # desks

    def kept(self, desk: Desk) -> None:
        """After any commit of this desk."""
        epoch, cursors = desk.store.epoch(), desk.store.cursors()
        before_epoch, before = self.seen.get(desk.label, (None, {}))
        self.damaged -= {(label, s) for label, s in self.damaged if label == desk.label and s not in cursors}
        for scope, (seq, boot) in cursors.items():
            was = before.get(scope)
            if was == (seq, boot) and before_epoch == epoch:
                continue
            if was is not None and before_epoch == epoch and was[1] == boot:
                assert seq >= was[0], f"I9: {desk.label} went back in {scope} from {was} to {(seq, boot)}"
            if was is not None and was[1] != boot:
                self.damaged.discard((desk.label, scope))
            if epoch == self._epoch and (desk.label, scope) not in self.damaged:
                self._compare(desk, scope, seq, boot)
            self._note_catching_up(desk, scope, seq, boot)
        self.seen[desk.label] = (epoch, cursors)
        self._judge_shown(desk, cursors)

    def _note_catching_up(self, desk: Desk, scope: str, seq: int, boot: int) -> None:
        if seq < boot or (scope, seq) in desk.files:
            self.catching_up.add((desk.label, scope))
        elif seq >= self.central.store.table("scope").get(scope, Head()).seq:
            self.catching_up.discard((desk.label, scope))

    def whole(self, desk: Desk) -> None:
        """After a program died: nothing is there by half."""
        if desk.store.epoch() == self._epoch:
            for scope, (seq, boot) in desk.store.cursors().items():
                if (desk.label, scope) not in self.damaged:
                    self._compare(desk, scope, seq, boot)

    def _compare(self, desk: Desk, scope: str, seq: int, boot: int) -> None:
        """Whatever has not changed since where the desk stands is here as central has it."""
        store = self.central.store
        head, ours = store.table("scope").get(scope, Head()), dict(desk.store.rows(scope))
        assert seq <= head.seq, f"I10: {desk.label} stands at {seq} in {scope}, where central never was"
        for row in store.table(f"row {scope}").values():
            held = ours.pop((row.kind, row.id), None)
            if row.seq <= seq:
                theirs = (row.version, row.body.decode()) if row.op == "u" else None
                assert held == theirs, f"I10: {desk.label} contradicts central in {scope} at {seq}: {row.kind} {row.id}"
            else:
                assert held is None or held[0] < row.version, f"I10: {desk.label} is ahead of central in {scope}"
        assert not ours or head.floor > max(seq, boot), f"I10: {desk.label} invents {ours.keys()} in {scope}"

    def copied(self, one: str, other: str) -> None:
        """The disk of one desk is the disk of another now, with its faults."""
        self.copies |= {one, other}
        self.damaged |= {(other, scope) for label, scope in self.damaged if label == one}

    def _judge_shown(self, desk: Desk, cursors: dict[str, Cursor]) -> None:
        """I8: what was made here is seen here until central refuses it."""
        states, look = desk.store.states(), desk.store.look()
        if self._is_misjudged(desk):
            return
        for id_, state in states.items():
            saved = self.saved.get(id_)
            if saved is None or state in {"refused", "parked"}:
                continue
            made = _made_by(saved.command)
            if isinstance(saved.command, TakeCash):
                cash = self.central.store.table("cash").get(saved.command.tender)
                if cash is not None and not cash.matched:
                    # no order took it, since a restored central had lost that of another desk: it is a case
                    continue
            if made is None or self._not_to_be_seen(desk, made, cursors):
                continue
            shown = look.find(*made)
            assert shown is not None, f"I8: {saved.command.name} of {desk.label} vanished, though it is {state}"
            if isinstance(saved.command, TakeCash):
                tenders = {tender.id for tender in shown.tenders}
                assert saved.command.tender in tenders, f"I8: a tender of {desk.label} vanished, though it is {state}"

    def _is_misjudged(self, desk: Desk) -> bool:
        """A restored central may take the other copy's count for this one's, until all of this one is sent again."""
        return desk.label in self.copies and self._epoch != self.first_life and desk.store.count_waiting() > 0

    def _not_to_be_seen(self, desk: Desk, made: tuple[type[Aggregate], UUID], cursors: dict[str, Cursor]) -> bool:
        """True while its scope is read from the beginning, where it is gone or elsewhere at central, or was refused."""
        kind, id_ = made
        document = self.central.store.table("document").get((kind.kind, id_))
        refused = [
            s for s in self.saved.values() if _made_by(s.command) == made and not isinstance(s.command, TakeCash)
        ]
        if any(one.envelope.id in self.refused for one in refused):
            return True
        branch = document.branch if document is not None else (refused[0].desk[:3] if refused else "")
        if (desk.label, f"branch:{branch}") in self.damaged:
            return True
        scope = f"branch:{branch}"
        seq, boot = cursors.get(scope, (0, 1))
        if document is None:
            # what another desk made and a restored central lost comes again from there
            here = desk.store.states().keys()
            own = any(one.envelope.id in here for one in refused)
            # nor is what had left this desk's scopes in a life of central of which it has not heard the end
            away = (kind.kind, id_) in self.deleted | self.moved
            return away or seq < boot or not own
        # it left one scope before the other was read: every scope has a position of its own; or a file was older
        late = (kind.kind, id_) in self.moved or (desk.label, scope) in self.catching_up
        row = self.central.store.table(f"row {scope}").get((kind.kind, id_))
        return seq < boot or (late and row is not None and row.seq > seq)

    def accounted_for(self, desks: Iterable[Desk]) -> None:
        """I1: whatever was called saved is on a disk, or at central."""
        known = set(self.central.store.table("command_id"))
        for desk in desks:
            known |= desk.store.states().keys()
        lost = self.saved.keys() - known - self.destroyed
        assert not lost, f"I1: lost {[self.saved[id_].command.name for id_ in lost]}"


def _made_by(command: Command) -> tuple[type[Aggregate], UUID] | None:
    if isinstance(command, OpenCart):
        return Cart, command.cart
    if isinstance(command, AddCustomer):
        return Customer, command.customer
    if isinstance(command, PlaceOrder | TakeCash):
        return Order, command.order
    return None
