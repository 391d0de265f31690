"""Making sure that this desk holds what central holds: each counts its own rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agent_desk.desk.sync.ports import Ledger
from agent_desk.desk.usecases.standing_at_central import OwnSum
from agent_desk.wire.sync import Sum

MOST_REPAIRS = 3
"""In a row; beyond it reading again does not help, and traffic must come to rest."""


@dataclass(frozen=True, slots=True)
class Checked:
    agreed_rows: int
    repaired: tuple[str, ...]
    """Scopes that are read again from their beginning."""
    hopeless: tuple[str, ...]
    """Scopes that were read again and still differ."""


def compare(ledger: Ledger, sums: Mapping[str, Sum]) -> Checked:
    """D13: a difference is counted again from the rows themselves before the scope is read anew."""
    agreed_rows = 0
    repaired: list[str] = []
    hopeless: list[str] = []
    for scope, theirs in sorted(sums.items()):
        ours = ledger.find_sum(scope)
        if ours is None or ours.seq != theirs.seq:
            continue
        if not _agree(ours, theirs):
            ours = ledger.recount(scope)
        if _agree(ours, theirs):
            agreed_rows += ours.live
            if ours.mismatches:
                ledger.note_mismatch(scope, agreed=True)
        elif ours.mismatches < MOST_REPAIRS:
            ledger.note_mismatch(scope, agreed=False)
            ledger.forget_cursor(scope)
            repaired.append(scope)
        else:
            hopeless.append(scope)
    return Checked(agreed_rows, tuple(repaired), tuple(hopeless))


def _agree(ours: OwnSum, theirs: Sum) -> bool:
    return (ours.live, ours.sum) == (theirs.live, theirs.sum)
