"""Making sure that this desk holds what central holds: each counts its own rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from agent_desk.desk.sync.ports import Central, Ledger, Ledgers
from agent_desk.desk.usecases.ports import KnownError
from agent_desk.desk.usecases.standing_at_central import OwnSum
from agent_desk.wire.mending import BucketRows, BucketSums
from agent_desk.wire.sync import Sum, SyncAnswer

MOST_MENDED = 2
"""In a row; a scope that differs once more is read anew, and after that traffic must come to rest."""
COUNTED_EVERY = timedelta(hours=24)


class Remedy(Enum):
    MEND = "mend"
    """Only the buckets that differ."""
    READ_ANEW = "read anew"
    NONE = "none"
    """Nothing has helped: it is left until everything is counted again."""


@dataclass(frozen=True, slots=True)
class Checked:
    agreed_rows: int = 0
    mending: tuple[str, ...] = ()
    """Scopes whose buckets are to be compared."""
    repaired: tuple[str, ...] = ()
    """Scopes that are read again from their beginning."""
    hopeless: tuple[str, ...] = ()
    """Scopes that were read again and still differ."""

    @property
    def apart(self) -> tuple[str, ...]:
        """Scopes about which something is done."""
        return (*self.mending, *self.repaired)


def choose_remedy(mismatches: int) -> Remedy:
    """What to do about a scope that differs and did so this often in a row before."""
    if mismatches < MOST_MENDED:
        return Remedy.MEND
    return Remedy.READ_ANEW if mismatches == MOST_MENDED else Remedy.NONE


def is_due(counted: datetime | None, now: datetime) -> bool:
    """Once a day the kept sums are not believed either; a clock that was set back does not put that off."""
    return counted is None or abs(now - counted) >= COUNTED_EVERY


def compare(ledger: Ledger, sums: Mapping[str, Sum], *, recounting: bool = False) -> Checked:
    """D13: a difference is counted again from the rows themselves before anything is done about it."""
    agreed_rows = 0
    found: dict[Remedy, list[str]] = {remedy: [] for remedy in Remedy}
    for scope, theirs in sorted(sums.items()):
        ours = ledger.find_sum(scope)
        if ours is None or ours.seq != theirs.seq:
            continue
        if recounting and ours.mismatches:
            ledger.note_mismatch(scope, agreed=True)
        if recounting or not _agree(ours, theirs):
            ours = ledger.recount(scope)
        if _agree(ours, theirs):
            agreed_rows += ours.live
            if ours.mismatches:
                ledger.note_mismatch(scope, agreed=True)
            continue
        remedy = choose_remedy(ours.mismatches)
        found[remedy].append(scope)
        if remedy is not Remedy.NONE:
            ledger.note_mismatch(scope, agreed=False)
        if remedy is Remedy.READ_ANEW:
            ledger.forget_cursor(scope)
    return Checked(agreed_rows, *(tuple(found[remedy]) for remedy in Remedy))


def look(ledger: Ledger, answer: SyncAnswer, now: datetime) -> Checked:
    """Compares what the answer has sums for; once a day from the rows themselves, whatever the kept sums say."""
    due = bool(answer.sums) and is_due(ledger.find_checked(), now)
    checked = compare(ledger, answer.sums, recounting=due)
    if due and not answer.more:
        ledger.note_checked()
    return checked


def sums_of(ledger: Ledger, scope: str) -> BucketSums | None:
    """What to ask central about a scope; None when it is not here any more."""
    ours = ledger.find_sum(scope)
    return None if ours is None else BucketSums(scope=scope, seq=ours.seq, sums=ledger.sum_buckets(scope))


async def mend_scope(ledgers: Ledgers, central: Central, scope: str, access_token: str) -> None:
    """Has the buckets that differ replaced by central's. Raises KnownError."""
    held = await ledgers.commit(lambda ledger: sums_of(ledger, scope))
    if held is None:
        return
    try:
        said = await central.mend(held, access_token)
    except KnownError as error:
        if error.code != "path.unknown":
            raise
        # a central of an earlier release
        await ledgers.commit(lambda ledger: ledger.forget_cursor(scope))
    else:
        await ledgers.commit(lambda ledger: mend(ledger, said))


def mend(ledger: Ledger, said: BucketRows) -> int:
    """Puts central's buckets in the place of ours; answers with how many rows came."""
    ours = ledger.find_sum(said.scope)
    if ours is None or ours.seq != said.seq:
        # somebody has written meanwhile: the next sums are compared anew
        return 0
    if said.buckets:
        ledger.replace_buckets(said.scope, said.buckets, said.rows)
        ledger.finish()
    elif said.differing:
        ledger.forget_cursor(said.scope)
    return len(said.rows)


def _agree(ours: OwnSum, theirs: Sum) -> bool:
    return (ours.live, ours.sum) == (theirs.live, theirs.sum)
