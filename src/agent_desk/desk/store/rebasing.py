"""What waits here, put again on top of central's truth."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.documents import find, find_base, put_overlay
from agent_desk.desk.store.price_books import PriceBooks
from agent_desk.desk.usecases.replaying import Pending, replay
from agent_desk.domain.aggregate import A, Ref
from agent_desk.domain.commands import COMMANDS
from agent_desk.domain.decision import Facts
from agent_desk.domain.people import Staff


@dataclass(frozen=True, slots=True)
class _Base:
    """Central's truth."""

    connection: Connection

    def find(self, kind: type[A], id_: UUID) -> A | None:
        base = find_base(self.connection, kind.kind, str(id_))
        return None if base is None else kind.model_validate_json(base[0])


@dataclass(frozen=True, slots=True)
class _Shown:
    """Documents as the desk sees them."""

    connection: Connection

    def find(self, kind: type[A], id_: UUID) -> A | None:
        return find(self.connection, kind, id_)


def rebase(connection: Connection, touched: Iterable[Ref], desk: str, books: PriceBooks) -> frozenset[Ref]:
    """Makes the shown documents anew where central's truth or what waits has changed.

    Answers with everything that may look different now.
    """
    refs, numbers = _closure(connection, frozenset(touched))
    commands = _read_commands(connection, numbers, desk, books)
    replayed = replay(commands, refs, _Base(connection), _Shown(connection))
    if refs:
        gone = [(kind, str(id_)) for kind, id_ in refs]
        connection.exec_driver_sql("DELETE FROM overlay WHERE kind = ? AND id = ?", gone)
    for one in replayed.values():
        put_overlay(connection, one.aggregate, conflict=one.conflict)
    return refs


def _read_commands(connection: Connection, numbers: list[int], desk: str, books: PriceBooks) -> list[Pending]:
    staff: dict[str, Staff | None] = {}
    commands: list[Pending] = []
    for n in numbers:
        name, args, by, happened_at, state = connection.exec_driver_sql(
            "SELECT name, args, by, happened_at, state FROM outbox WHERE n = ?", (n,)
        ).one()
        if by not in staff:
            staff[by] = find_staff(connection, by)
        actor = staff[by]
        facts = None
        if actor is not None:
            facts = Facts(datetime.fromisoformat(happened_at), actor, desk, books.get(connection))
        commands.append(Pending(COMMANDS[name].model_validate_json(args), facts, state == "acked"))
    return commands


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
