"""A write in one commit: documents, the way to central, lists and numbers together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.documents import find_base, index_refs, keep_setting, put_overlay
from agent_desk.desk.store.lists import count_open_bookings
from agent_desk.desk.store.reader import Occasion, StoreReader
from agent_desk.desk.store.sequential_ids import new_id
from agent_desk.desk.store.tills import keep_through
from agent_desk.desk.usecases.describing import describe
from agent_desk.desk.usecases.ports import StoppedError
from agent_desk.desk.usecases.rows import PaperRow
from agent_desk.domain.aggregate import Command, Ref
from agent_desk.domain.commands import BookShipment
from agent_desk.domain.deciding import decide
from agent_desk.domain.decision import Facts, Refused
from agent_desk.domain.refusal import Refusal
from agent_desk.domain.rights import Series, number_text
from agent_desk.domain.tilling import through_of
from agent_desk.wire.canonical import canonical_json, command_hash

MOST_AFTER = 20


def utc_text(when: datetime) -> str:
    return when.isoformat()


class StoreWork(StoreReader):
    """Implements `Work` within a transaction; lists are brought up to date once, by `finish`."""

    def __init__(self, connection: Connection, occasion: Occasion) -> None:
        super().__init__(connection, occasion)
        self.touched: set[Ref] = set()
        self.warnings: list[Refusal] = []
        self.sends = False
        """True when something waits to be sent that did not before."""

    def new_id(self) -> UUID:
        return new_id(self.now)

    def next_number(self, series: Series) -> str:
        count = self._connection.exec_driver_sql(
            "INSERT INTO counter (series, last) VALUES (?, 1)"
            " ON CONFLICT (series) DO UPDATE SET last = last + 1 RETURNING last",
            (series.name,),
        ).scalar_one()
        return number_text(series, self.desk, int(count))

    def do(self, command: Command) -> None:
        # central counts too; asked here first, because the money is taken here
        booked = isinstance(command, BookShipment)
        open_bookings = count_open_bookings(self._connection, self.staff.login) if booked else 0
        facts = Facts(self.now, self.staff, self.desk, self.book(), open_bookings)
        outcome = decide(self, command, facts)
        if isinstance(outcome, Refused):
            raise StoppedError(outcome)
        words = describe(command, self)
        after = self._creators(command)
        for aggregate in outcome.changes:
            put_overlay(self._connection, aggregate)
        refs = dict.fromkeys((*(one.ref for one in outcome.changes), *command.writes()))
        n = self._queue(command, words, after)
        moved = through_of(command)
        if moved is not None:
            keep_through(self._connection, *moved)
        self._connection.exec_driver_sql(
            "INSERT INTO effect (n, kind, id) VALUES (?, ?, ?)", [(n, kind, str(id_)) for kind, id_ in refs]
        )
        self.touched.update(refs)
        self.warnings += outcome.warnings
        self.sends = True

    def _creators(self, command: Command) -> list[str]:
        """Waiting commands that make what this one writes to: without them it means nothing."""
        found: dict[str, None] = {}
        for kind, id_ in command.writes():
            if find_base(self._connection, kind, str(id_)) is not None:
                continue
            row = self._connection.exec_driver_sql(
                "SELECT o.id FROM effect e JOIN outbox o ON o.n = e.n"
                " WHERE e.kind = ? AND e.id = ? ORDER BY e.n LIMIT 1",
                (kind, str(id_)),
            ).first()
            if row is not None:
                found[row[0]] = None
        return list(found)[:MOST_AFTER]

    def _queue(self, command: Command, words: tuple[str, str, Any], after: list[str]) -> int:
        args = command.model_dump(mode="json")
        what, subject, money = words
        read = self._occasion.read
        # numbers never come back, not even when the outbox is empty
        n = int(
            self._connection.exec_driver_sql(
                "INSERT INTO counter (series, last) VALUES ('command', 1)"
                " ON CONFLICT (series) DO UPDATE SET last = last + 1 RETURNING last"
            ).scalar_one()
        )
        self._connection.exec_driver_sql(
            "INSERT INTO outbox (n, id, name, by, wall, mono, boot, happened_at, args, hash, after, state, what,"
            " subject, money, currency) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?)",
            (
                n, str(self.new_id()), command.name, str(self.staff.id), utc_text(read.wall), read.mono, read.boot,
                utc_text(self.now), canonical_json(args).decode(), command_hash(command.name, args),
                json.dumps(after), what, subject, None if money is None else money.minor,
                None if money is None else money.currency.value,
            ),
        )  # fmt: skip
        return n

    def finish(self) -> None:
        """Brings the lists up to what was decided."""
        index_refs(self._connection, self.touched)

    def warn(self, warning: Refusal) -> None:
        self.warnings.append(warning)

    def keep_setting(self, key: str, value: str | None) -> None:
        keep_setting(self._connection, key, value)

    def keep_draft(self, page: str, body: Mapping[str, Any] | None) -> None:
        if body is None:
            self._connection.exec_driver_sql("DELETE FROM draft WHERE page = ?", (page,))
            return
        self._connection.exec_driver_sql(
            "INSERT OR REPLACE INTO draft (page, body, saved_at) VALUES (?, ?, ?)",
            (page, json.dumps(body), utc_text(self.now)),
        )

    def keep_paper(self, paper: PaperRow) -> None:
        self._connection.exec_driver_sql(
            "INSERT OR REPLACE INTO paper (kind, number, subject, path, made_at) VALUES (?, ?, ?, ?, ?)",
            (paper.kind, paper.number, str(paper.subject), paper.path, utc_text(paper.made_at)),
        )

    def settle_notice(self, notice: int, reason: str) -> None:
        self._connection.exec_driver_sql(
            "UPDATE notice SET settled_at = ?, reason = ? WHERE id = ? AND settled_at IS NULL",
            (utc_text(self.now), reason, notice),
        )
