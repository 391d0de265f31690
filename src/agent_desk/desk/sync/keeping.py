"""What becomes of what central says: each function one commit, decided without clock, chance or network."""

from __future__ import annotations

from dataclasses import dataclass

from agent_desk.desk.sync import check, pull, push
from agent_desk.desk.sync.ports import Ledger
from agent_desk.desk.usecases.telling_time import Reading, Timekeeping
from agent_desk.wire.scopes import PRICES, branch_scope
from agent_desk.wire.sync import SyncAnswer, SyncRequest


@dataclass(frozen=True, slots=True)
class Kept:
    """What one answer changed here."""

    rows: int
    settled: push.Settled
    checked: check.Checked
    waiting: int
    can_start: bool
    again: bool
    """True when there is more to say at once."""


def keep_answer(ledger: Ledger, request: SyncRequest, answer: SyncAnswer, time: Timekeeping, reading: Reading) -> Kept:
    """Rows with their cursors, then what became of the commands, then whether both sides hold the same."""
    rows = pull.take_in(ledger, answer)
    settled = push.settle(ledger, answer.acks, answer.expected_n)
    checked = check.look(ledger, answer, time.now(reading))
    ledger.hear(time)
    ledger.finish()
    waiting = ledger.count_waiting()
    full = len(request.commands) > 0 and waiting > 0 and settled.sent > 0
    again = (settled.again or full or bool(checked.apart)) and not settled.later
    return Kept(rows, settled, checked, waiting, _can_start(ledger), again)


def recover(ledger: Ledger, code: str) -> bool:
    """After a request that came to nothing; True when it should be asked again at once."""
    ledger.put_back()
    forked = code == "desk.forked"
    if forked:
        ledger.begin_generation()
        ledger.finish()
    return forked


def _can_start(ledger: Ledger) -> bool:
    """Prices and the branch's customers are in."""
    cursors = ledger.position().cursors
    return PRICES in cursors and any(scope.startswith(branch_scope("")) for scope in cursors)
