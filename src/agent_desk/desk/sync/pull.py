"""Reading what changed: a page and its cursor are one commit."""

from __future__ import annotations

from agent_desk.desk.sync.ports import Ledger
from agent_desk.wire.numbers import read_counts
from agent_desk.wire.sync import Patch, SyncAnswer


def take_in(ledger: Ledger, answer: SyncAnswer) -> int:
    """Puts the answer's rows in their place; answers with how many there were."""
    _meet(ledger, answer)
    if answer.numbers is not None:
        ledger.raise_counters(read_counts(answer.numbers))
    known = ledger.position().cursors
    if answer.scopes:
        ledger.keep_scopes(answer.scopes)
    rows = 0
    for patch in answer.patches:
        if patch.scope in answer.snapshots:
            # the whole scope comes as one file, which is quicker than its pages
            continue
        seq = known.get(patch.scope, (0, 0))[0]
        if _fits(patch, seq, known=patch.scope in known):
            rows += _take_patch(ledger, patch, whole=patch.scope in answer.sums)
            known[patch.scope] = (patch.to, patch.boot)
    return rows


def _meet(ledger: Ledger, answer: SyncAnswer) -> None:
    """A central that was restored begins another life: nothing that was read before counts."""
    position = ledger.position()
    if position.epoch == answer.epoch:
        return
    if position.epoch is not None:
        read_again = {patch.scope for patch in answer.patches if patch.reset} - set(answer.snapshots)
        for scope in set(position.cursors) - read_again:
            ledger.forget_cursor(scope)
    ledger.keep_epoch(answer.epoch)
    if answer.resend_after is not None:
        # with the last one central has: where that is another's, this disk was copied, and central tells
        ledger.send_all_again(max(1, answer.resend_after))


def _fits(patch: Patch, seq: int, *, known: bool) -> bool:
    """A page that does not begin where we stand is one we have, or one we must not have yet."""
    return patch.reset or patch.from_ == (seq if known else 0)


def _take_patch(ledger: Ledger, patch: Patch, *, whole: bool) -> int:
    if patch.reset or patch.from_ == 0:
        ledger.drop_scope(patch.scope)
    ledger.read_rows(patch.scope, patch.rows)
    ledger.move_cursor(patch.scope, (patch.to, patch.boot), whole=whole)
    return len(patch.rows)
