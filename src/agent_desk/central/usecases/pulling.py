"""Giving a desk what it has not seen: whole transactions, in order, of one instant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from agent_desk.central.usecases.answering import patch_bytes, row_bytes
from agent_desk.central.usecases.down_casting import down_cast_row
from agent_desk.central.usecases.ports import Caller, FeedRow, Head, Reading
from agent_desk.central.usecases.pushing import enter
from agent_desk.central.usecases.seeing import list_scopes
from agent_desk.central.usecases.shaping import MOST_STAMPED
from agent_desk.central.usecases.trouble import KnownError
from agent_desk.domain.people import Staff
from agent_desk.wire.numbers import series_of
from agent_desk.wire.sync import MOST_BYTES, Cursor, Patch, Sum, SyncRequest


@dataclass(slots=True)
class Page:
    """One answer's worth of rows, and where the desk stands after it."""

    patches: list[bytes] = field(default_factory=list)
    cursors: dict[str, Cursor] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    sums: dict[str, Sum] = field(default_factory=dict)
    files: dict[str, Head] = field(default_factory=dict)
    """Scopes that are read from their beginning and come as a file instead of rows."""
    more: bool = False
    expected_n: int = 1
    resend_after: int | None = None
    numbers: dict[str, int] | None = None


@dataclass(slots=True)
class _Budget:
    rows: int
    schema: int
    bytes: int = MOST_BYTES
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Replica:
    """A copy of the database that may be behind, and what this desk must find there: a position by scope."""

    unit: Reading
    least: Mapping[str, int]


def pull(
    unit: Reading,
    request: SyncRequest,
    caller: Caller,
    now: datetime,
    *,
    as_file: Callable[[Head], bool],
    replica: Replica | None = None,
) -> Page:
    """The next page for this desk; `as_file` says which scopes come as a file from their beginning.

    Who may see what is asked of `unit`; the rows come from the replica where it is far enough. A scope is read as of
    one instant, from one of them.
    """
    device = enter(unit.find_device(caller.device), request)
    page = Page(expected_n=device.last_n + 1)
    another_life = request.epoch is not None and request.epoch != unit.epoch()
    if another_life:
        # what this request brought fits on any count: a copied disk shows in what was sent before that
        page.resend_after = min([device.last_n, *(envelope.n - 1 for envelope in request.commands)])
    if request.recount:
        page.numbers = unit.find_highest(series_of(device.desk))
    if request.push_only:
        return page
    body = unit.find_document(Staff.kind, caller.staff)
    if body is None:
        raise KnownError("token.invalid", "This account is not there any more: sign in again.")
    page.scopes = list_scopes(unit, caller, device, Staff.model_validate_json(body), now)
    # where a desk that has worked here stands nowhere, nobody knows what it has done or seen there before
    askable = [s for s in page.scopes if s in request.cursors or (device.last_n, device.generation) == (0, 0)]
    copied = {} if replica is None else find_copied(unit, replica, askable, request.cursors, as_file)
    heads = unit.list_heads([scope for scope in page.scopes if scope not in copied])
    budget = _Budget(request.most_rows, request.schema_)
    for scope in page.scopes:
        # a restored database may have used the same positions for other rows, so nothing read before counts
        cursor = request.cursors.get(scope)
        head = copied.get(scope) or heads.get(scope, Head())
        source = replica.unit if replica is not None and scope in copied else unit
        reset = cursor is not None and (another_life or must_reset(cursor, head))
        if (reset or cursor is None or cursor[0] == 0) and as_file(head):
            page.files[scope] = head
        else:
            _read_scope(source, page, budget, scope, cursor=cursor, head=head, reset=reset)
    return page


def find_copied(
    unit: Reading,
    replica: Replica,
    scopes: Sequence[str],
    cursors: Mapping[str, Cursor],
    as_file: Callable[[Head], bool],
) -> dict[str, Head]:
    """Where the replica stands in each scope that it can serve."""
    if replica.unit.epoch() != unit.epoch():
        return {}
    heads = replica.unit.list_heads(scopes)
    return {
        scope: head
        for scope, head in heads.items()
        # a file may have been made from what the replica has not seen
        if is_far_enough(head, cursors.get(scope), replica.least.get(scope, 0))
        and not (scope not in cursors and as_file(head))
    }


def is_far_enough(head: Head, cursor: Cursor | None, least: int) -> bool:
    """Whether a replica that stands there shows this desk nothing older than what it knows or has done."""
    return head.seq >= max(least, *(cursor or (0, 0)))


def _read_scope(
    unit: Reading, page: Page, budget: _Budget, scope: str, *, cursor: Cursor | None, head: Head, reset: bool
) -> None:
    seq, boot = cursor or (0, 0)
    if reset or seq == 0:
        seq, boot = 0, head.seq
    if cursor is not None and not reset and seq == head.seq:
        page.sums[scope] = _sum(head)
        return
    if budget.rows <= 0 or budget.bytes <= 0:
        page.more = True
        return
    found = unit.list_rows(scope, seq, max(budget.rows, MOST_STAMPED) + 1)
    rows = [down_cast_row(row, budget.schema) for row in found]
    texts = _cut(rows, budget)
    if rows and not texts:
        page.more = True
        return
    whole = len(rows) == len(texts)
    to = head.seq if whole else rows[len(texts) - 1].seq
    patch = Patch.model_validate({"scope": scope, "from": seq, "to": to, "boot": boot, "rows": (), "reset": reset})
    page.patches.append(patch_bytes(patch, texts))
    page.cursors[scope] = (to, boot)
    budget.rows -= len(texts)
    budget.begun = budget.begun or bool(texts)
    budget.bytes -= sum(map(len, texts))
    if whole:
        page.sums[scope] = _sum(head)
    else:
        page.more = True


def must_reset(cursor: Cursor, head: Head) -> bool:
    """Whether what was read does not lead on: central is another one, or forgot what has gone since.

    A scope that is being read page by page stands below the floor without missing anything: what was gone before its
    first page it never had. So the position of that page counts, too.
    """
    seq, boot = cursor
    return seq > head.seq or boot > head.seq or head.floor > max(seq, boot)


def _cut(rows: list[FeedRow], budget: _Budget) -> list[bytes]:
    """The texts of the rows that fit: whole transactions; the page's first may be larger than what is left."""
    texts: list[bytes] = []
    used, complete = 0, 0
    for n, row in enumerate(rows):
        if n > 0 and rows[n - 1].seq != row.seq:
            complete = n
        text = row_bytes(row)
        used += len(text)
        fits = used <= budget.bytes and n < budget.rows
        if not fits and (complete or budget.begun):
            return texts[:complete]
        texts.append(text)
    return texts


def _sum(head: Head) -> Sum:
    return Sum(seq=head.seq, live=head.live, sum=f"{head.sum:016x}")
