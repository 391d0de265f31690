"""What is gone is told for a while, then forgotten: a desk that was away longer reads the scope anew."""

from __future__ import annotations

from datetime import datetime, timedelta

from agent_desk.central.usecases.ports import Store

KEPT_FOR = timedelta(days=90)
EVERY = timedelta(days=1)
AT_ONCE = 500
"""Rows of one transaction, so that nobody who writes into the scope waits long."""


def sweep(store: Store, now: datetime) -> int:
    """Removes what has been gone for 90 days, once a day for all processes together; answers with how many rows."""
    with store.upkeep() as unit:
        if not unit.claim("sweep", now, EVERY):
            return 0
        unit.mark_heads(now)
        marked = unit.list_marked(now - KEPT_FOR)
    return sum(_sweep_scope(store, scope, until) for scope, until in sorted(marked.items()))


def _sweep_scope(store: Store, scope: str, until: int) -> int:
    removed = 0
    while True:
        with store.upkeep() as unit:
            rows = unit.remove_gone(scope, until, AT_ONCE)
            removed += rows
            if rows < AT_ONCE:
                unit.forget_marks(scope, until)
                return removed
