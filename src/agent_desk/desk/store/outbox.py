"""What waits to be sent, what is under way, what is done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from agent_desk.desk.store.connection import Connection
from agent_desk.domain.aggregate import Ref
from agent_desk.wire.sync import Ack, Envelope

KEPT_FOR = timedelta(days=14)
"""How long what is done can be sent again to a central that was restored."""
BYTES_AROUND_ARGS = 450
"""Of a command on its way: names, ids, times and hash."""
_COMMAND = "id, n, name, by, wall, mono, boot, happened_at, args, hash, after, what, subject, money, currency"


def count_waiting(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT count(*) FROM outbox WHERE state <> 'acked'").scalar_one())


def lowest_waiting(connection: Connection) -> int | None:
    lowest = connection.exec_driver_sql("SELECT min(n) FROM outbox WHERE state <> 'acked'").scalar()
    return None if lowest is None else int(lowest)


def list_unsent(connection: Connection, beyond: int, most: int, most_bytes: int) -> tuple[Envelope, ...]:
    """What waits beyond a number, in order, as far as it fits; always one where there is one."""
    rows = connection.exec_driver_sql(
        "SELECT n, id, name, by, after, wall, mono, boot, args, hash, happened_at FROM outbox"
        " WHERE state <> 'acked' AND n > ? ORDER BY n LIMIT ?",
        (beyond, most),
    ).all()
    taken: list[Envelope] = []
    size = 0
    for row in rows:
        size += len(row[4]) + len(row[8].encode()) + BYTES_AROUND_ARGS
        if taken and size > most_bytes:
            break
        taken.append(
            Envelope(
                n=row[0], id=UUID(row[1]), name=row[2], by=UUID(row[3]),
                after=tuple(UUID(id_) for id_ in json.loads(row[4])), wall=datetime.fromisoformat(row[5]),
                mono=row[6], boot=row[7], at=datetime.fromisoformat(row[10]), args=json.loads(row[8]), hash=row[9],
            )
        )  # fmt: skip
    return tuple(taken)


def take(connection: Connection, most: int, most_bytes: int, beyond: int) -> tuple[Envelope, ...]:
    taken = list_unsent(connection, beyond, most, most_bytes)
    if taken:
        connection.exec_driver_sql(
            "UPDATE outbox SET state = 'inflight', tries = tries + 1 WHERE n = ?", [(one.n,) for one in taken]
        )
    return taken


def put_back(connection: Connection) -> None:
    connection.exec_driver_sql("UPDATE outbox SET state = 'queued' WHERE state = 'inflight'")


def accept(connection: Connection, ack: Ack) -> set[Ref]:
    connection.exec_driver_sql(
        "UPDATE outbox SET state = 'acked', seen_at = ? WHERE id = ?", (json.dumps(ack.at), str(ack.id))
    )
    return _effects_of(connection, str(ack.id))


def close(connection: Connection, ack: Ack, generation: int, now: datetime) -> set[Ref]:
    """Refused or parked: done with, and a person reads why."""
    row = connection.exec_driver_sql(
        "SELECT name, what, subject, happened_at FROM outbox WHERE id = ?", (str(ack.id),)
    ).first()
    if row is None:
        return set()
    refs = _effects_of(connection, str(ack.id))
    first = min(refs, key=str, default=None)
    refusals = json.dumps([refusal.model_dump(mode="json") for refusal in ack.refusals])
    current = json.dumps([one.body for one in ack.current if one.body is not None])
    connection.exec_driver_sql(
        "INSERT OR IGNORE INTO notice (command, name, what, subject, at, parked, refusals, kind, ref, current)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            str(ack.id), row[0], row[1], row[2], row[3], int(ack.state == "parked"), refusals,
            None if first is None else first[0], None if first is None else str(first[1]), current,
        ),
    )  # fmt: skip
    _finish(connection, str(ack.id), ack.state.value, generation, now)
    return refs


def absorb(
    connection: Connection, positions: dict[str, int], generation: int, now: datetime, *, forgets: bool
) -> set[Ref]:
    """D5: what the feed has brought needs no overlay any more; answers with what it touched.

    `forgets`: whether what was done long ago may go.
    """
    refs: set[Ref] = set()
    rows = connection.exec_driver_sql("SELECT id, seen_at FROM outbox WHERE state = 'acked'").all()
    for id_, seen_at in rows:
        at: dict[str, int] = json.loads(seen_at)
        # where it may not be seen any more, the feed never brings it
        if all(scope not in positions or positions[scope] >= seq for scope, seq in at.items()):
            refs |= _effects_of(connection, id_)
            _finish(connection, id_, "applied", generation, now)
    if rows and forgets:
        long_ago = (now - KEPT_FOR).isoformat()
        connection.exec_driver_sql("DELETE FROM outbox_done WHERE done_at < ?", (long_ago,))
    return refs


def send_again(connection: Connection, first: int, generation: int) -> tuple[int, set[Ref]]:
    """Everything of this generation from that number on waits again."""
    refs: set[Ref] = set()
    lost = connection.exec_driver_sql(
        "SELECT id, n, effects FROM outbox_done WHERE generation = ? AND n >= ? ORDER BY n", (generation, first)
    ).all()
    for id_, n, effects in lost:
        refs |= _take_out(connection, id_, n, effects)
    acked = connection.exec_driver_sql(
        "UPDATE outbox SET state = 'queued', seen_at = '{}' WHERE state = 'acked' AND n >= ?", (first,)
    ).rowcount
    return len(lost) + acked, refs


def doubt_acked(connection: Connection) -> None:
    """What was acknowledged waits again: positions of another life of central say nothing in this one."""
    connection.exec_driver_sql("UPDATE outbox SET state = 'queued', seen_at = '{}' WHERE state = 'acked'")


def is_older(connection: Connection, generation: int) -> bool:
    """Whether something of an earlier generation is kept as done."""
    found = connection.exec_driver_sql("SELECT 1 FROM outbox_done WHERE generation < ? LIMIT 1", (generation,))
    return found.first() is not None


def send_all_again(connection: Connection, first: int, generation: int) -> tuple[int, set[Ref]]:
    """Everything of earlier generations, and of this one from that number on, waits again and is counted from 1."""
    connection.exec_driver_sql("UPDATE outbox SET state = 'queued', seen_at = '{}'")
    lost = connection.exec_driver_sql(
        "SELECT id, effects FROM outbox_done WHERE generation < ? OR n >= ? ORDER BY generation, n", (generation, first)
    ).all()
    renumber(connection, len(lost) + 1)
    refs: set[Ref] = set()
    for n, (id_, effects) in enumerate(lost, start=1):
        refs |= _take_out(connection, id_, n, effects)
    return len(lost), refs


def _take_out(connection: Connection, id_: str, n: int, effects: str) -> set[Ref]:
    """One that was done waits again under this number; answers with what it touches."""
    # the list of columns is our own
    connection.exec_driver_sql(
        f"INSERT INTO outbox ({_COMMAND}, state) SELECT {_COMMAND.replace(', n,', ', ?,')}, 'queued'"  # noqa: S608
        " FROM outbox_done WHERE id = ?",
        (n, id_),
    )
    connection.exec_driver_sql("DELETE FROM outbox_done WHERE id = ?", (id_,))
    pairs = json.loads(effects)
    if pairs:
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO effect (n, kind, id) VALUES (?, ?, ?)", [(n, kind, ref) for kind, ref in pairs]
        )
    return {(kind, UUID(ref)) for kind, ref in pairs}


def renumber(connection: Connection, first: int) -> None:
    """In the same order, without gaps; two steps, because a number is taken until its owner has left it."""
    waiting = [row[0] for row in connection.exec_driver_sql("SELECT n FROM outbox WHERE state <> 'acked' ORDER BY n")]
    moves = [(first + at, n) for at, n in enumerate(waiting)]
    if moves:
        for table in ("outbox", "effect"):
            connection.exec_driver_sql(f"UPDATE {table} SET n = -? WHERE n = ?", moves)  # noqa: S608
        for table in ("outbox", "effect"):
            connection.exec_driver_sql(f"UPDATE {table} SET n = -n WHERE n < 0")  # noqa: S608
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO counter (series, last) VALUES ('command', ?)", (first + len(waiting) - 1,)
    )


def last_given(connection: Connection) -> int:
    """The highest number a command of this generation was given."""
    last = connection.exec_driver_sql("SELECT last FROM counter WHERE series = 'command'").scalar()
    return 0 if last is None else int(last)


def raise_counters(connection: Connection, counts: Mapping[str, int]) -> None:
    """The next number of each series lies beyond these, whatever was counted here."""
    if counts:
        connection.exec_driver_sql(
            "INSERT INTO counter (series, last) VALUES (?, ?)"
            " ON CONFLICT (series) DO UPDATE SET last = max(last, excluded.last)",
            list(counts.items()),
        )


def begin_generation(connection: Connection) -> None:
    """What was acknowledged is central's already; the rest is counted from 1."""
    connection.exec_driver_sql("UPDATE outbox SET state = 'queued', seen_at = '{}'")
    renumber(connection, 1)


def _effects_of(connection: Connection, id_: str) -> set[Ref]:
    rows = connection.exec_driver_sql(
        "SELECT e.kind, e.id FROM effect e JOIN outbox o ON o.n = e.n WHERE o.id = ?", (id_,)
    )
    return {(kind, UUID(ref)) for kind, ref in rows}


def _finish(connection: Connection, id_: str, state: str, generation: int, now: datetime) -> None:
    connection.exec_driver_sql(
        f"INSERT OR REPLACE INTO outbox_done ({_COMMAND}, generation, state, effects, done_at)"  # noqa: S608
        f" SELECT {_COMMAND}, ?, ?, (SELECT json_group_array(json_array(e.kind, e.id)) FROM effect e"
        " WHERE e.n = outbox.n), ? FROM outbox WHERE id = ?",
        (generation, state, now.isoformat(), id_),
    )
    connection.exec_driver_sql("DELETE FROM effect WHERE n = (SELECT n FROM outbox WHERE id = ?)", (id_,))
    connection.exec_driver_sql("DELETE FROM outbox WHERE id = ?", (id_,))
