"""Reading what the feed was given since, ready to be told."""

from __future__ import annotations

from collections.abc import Mapping

from agent_desk.central.usecases.answering import row_bytes
from agent_desk.central.usecases.fanning_out import News
from agent_desk.central.usecases.ports import Head, Reading, Store
from agent_desk.wire.live import MOST_DELTA, Delta

MOST_ROWS = 64
"""Of a delta; more is quicker as a page."""


def read_news(store: Store, known: Mapping[str, int]) -> tuple[News, ...]:
    """What each of these scopes was given since the position beside it."""
    with store.reading() as unit:
        heads = unit.list_heads(known)
        return tuple(
            read_delta(unit, scope, known[scope], head)
            for scope, head in sorted(heads.items())
            if head.seq > known[scope]
        )


def read_delta(unit: Reading, scope: str, after: int, head: Head) -> News:
    """The rows past `after` as one frame, where they are few and none of them was cleared away."""
    whole = head.floor <= after
    rows = unit.list_rows(scope, after, MOST_ROWS + 1) if whole else []
    if not whole or len(rows) > MOST_ROWS:
        return News(scope, after, head.seq, None)
    spoken = Delta.model_validate({"scope": scope, "from": after, "to": head.seq}).model_dump_json(by_alias=True)
    text = spoken.encode().replace(b'"rows":[]', b'"rows":[' + b",".join(map(row_bytes, rows)) + b"]")
    return News(scope, after, head.seq, text.decode() if len(text) <= MOST_DELTA else None)
