"""What waits here, put again on top of central's truth."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.documents import find, find_base, put_overlay
from agent_desk.desk.store.price_books import PriceBooks
from agent_desk.domain.aggregate import A, Aggregate, Command, Ref
from agent_desk.domain.commands import COMMANDS
from agent_desk.domain.deciding import decide
from agent_desk.domain.decision import Facts, Refused
from agent_desk.domain.people import Staff
from agent_desk.wire.kinds import KINDS


class _Replay:
    """Documents while commands are replayed: their own outcomes, else central's, else as shown."""

    def __init__(self, connection: Connection, redone: frozenset[Ref]) -> None:
        self._connection = connection
        self._redone = redone
        self.made: dict[Ref, Aggregate] = {}

    def find(self, kind: type[A], id_: UUID) -> A | None:
        ref = (kind.kind, id_)
        made = self.made.get(ref)
        if made is not None:
            assert isinstance(made, kind)
            return made
        if ref not in self._redone:
            return find(self._connection, kind, id_)
        base = find_base(self._connection, kind.kind, str(id_))
        return None if base is None else kind.model_validate_json(base[0])


def rebase(connection: Connection, touched: Iterable[Ref], desk: str, books: PriceBooks) -> frozenset[Ref]:
    """Makes the shown documents anew where central's truth or what waits has changed.

    A command that no longer fits leaves central's state and says so on it: central decides. Answers with everything
    that may look different now.
    """
    refs, numbers = _closure(connection, frozenset(touched))
    if refs:
        gone = [(kind, str(id_)) for kind, id_ in refs]
        connection.exec_driver_sql("DELETE FROM overlay WHERE kind = ? AND id = ?", gone)
    replay = _Replay(connection, refs)
    conflicts: dict[Ref, str] = {}
    waiting: set[Ref] = set()
    staff: dict[str, Staff | None] = {}
    for n in numbers:
        row = connection.exec_driver_sql(
            "SELECT name, args, by, happened_at, state FROM outbox WHERE n = ?", (n,)
        ).one()
        command = COMMANDS[row[0]].model_validate_json(row[1])
        waiting.update(command.writes())
        if row[2] not in staff:
            staff[row[2]] = find_staff(connection, row[2])
        actor = staff[row[2]]
        if actor is None:
            continue
        facts = Facts(datetime.fromisoformat(row[3]), actor, desk, books.get(connection))
        _redo(replay, command, facts, conflicts, acknowledged=row[4] == "acked")
    # a command may change more than it names, such as the lease its goods come from
    for ref in sorted(refs & (waiting | set(conflicts) | set(replay.made)), key=str):
        _show(connection, replay, ref, conflicts.get(ref, ""))
    return refs


def _redo(replay: _Replay, command: Command, facts: Facts, conflicts: dict[Ref, str], *, acknowledged: bool) -> None:
    outcome = decide(replay, command, facts)
    if not isinstance(outcome, Refused):
        replay.made.update({aggregate.ref: aggregate for aggregate in outcome.changes})
        return
    # what central has taken needs no second look: part of it may be in its state already
    if not acknowledged:
        for ref in command.writes():
            conflicts[ref] = outcome.refusals[0].message


def _show(connection: Connection, replay: _Replay, ref: Ref, conflict: str) -> None:
    shown = replay.made.get(ref)
    if shown is None:
        base = find_base(connection, ref[0], str(ref[1]))
        if base is None:
            return
        shown = KINDS[ref[0]].model_validate_json(base[0])
    put_overlay(connection, shown, conflict=conflict)


def _closure(connection: Connection, touched: frozenset[Ref]) -> tuple[frozenset[Ref], list[int]]:
    """These documents with all that waiting commands bind to them, and those commands in order."""
    refs, numbers, fresh = set(touched), set[int](), set(touched)
    while fresh:
        asked = json.dumps([[kind, str(id_)] for kind, id_ in fresh])
        found = connection.exec_driver_sql(
            "SELECT DISTINCT other.n, other.kind, other.id FROM json_each(?) w"
            " JOIN effect mine ON mine.kind = json_extract(w.value, '$[0]') AND mine.id = json_extract(w.value, '$[1]')"
            " JOIN effect other ON other.n = mine.n",
            (asked,),
        ).all()
        numbers.update(row[0] for row in found)
        fresh = {(row[1], UUID(row[2])) for row in found} - refs
        refs |= fresh
    return frozenset(refs), sorted(numbers)


def find_staff(connection: Connection, id_: str) -> Staff | None:
    """Somebody of central's list, or who signed in here before."""
    known = find(connection, Staff, UUID(id_))
    if known is not None:
        return known
    row = connection.exec_driver_sql("SELECT staff FROM account WHERE id = ?", (id_,)).first()
    return None if row is None else Staff.model_validate_json(row[0])
