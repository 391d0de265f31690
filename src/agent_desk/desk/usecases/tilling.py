"""CTR-8: the till of this desk, from its float to its close, and its report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agent_desk.desk.usecases.ports import PaperFolder, Papers, Reader, Work, stop
from agent_desk.desk.usecases.rows import OrderChip, OrderFilter, PaperRow, TillRow
from agent_desk.domain.decision import Facts
from agent_desk.domain.money import Currency, Money, convert
from agent_desk.domain.money_commands import CloseTill, CountTill, OpenTill, PayIn, PayOut
from agent_desk.domain.people import SELLERS, Branch
from agent_desk.domain.refusal import blocks
from agent_desk.domain.rights import Series, refuse_role
from agent_desk.domain.selling import Order, Tender
from agent_desk.domain.till import NOTES, Cash, Count, NoteCount, Reason, Through, Till, TillState
from agent_desk.domain.tilling import is_beyond

MOST_LOOKED_AT = 60
"""Sales among which a mix-up of the drawers is looked for, the newest first."""
CLOSE_ENOUGH = 5
"""Per cent between what one drawer lacks and the other has too much of."""


@dataclass(frozen=True, slots=True)
class TillShown:
    """The open till as the blind count may see it: nothing of what should be in its drawers."""

    till: Till
    sales: int
    refunds: int
    waiting: int
    """Actions of this desk that central has not seen yet."""


@dataclass(frozen=True, slots=True)
class MixUp:
    """A sale whose change was likely written down in the other currency."""

    order: UUID
    number: str
    at: datetime
    change: Money


@dataclass(frozen=True, slots=True)
class Compared:
    """A committed count beside what should be there."""

    till: Till
    count: Count
    in_all: Money | None
    """Both drawers' difference in US dollars; None without a rate."""
    gyd_per_usd: str
    mix_up: MixUp | None
    manager_sees: bool


def find_open_till(reader: Reader) -> Till | None:
    """The shift that is open at this desk."""
    row = next((row for row in reader.list_tills(1) if row.state is TillState.OPEN), None)
    return None if row is None else reader.find(Till, row.id)


def find_till(reader: Reader) -> TillShown | None:
    """The open till, for the page; None where none is open."""
    till = find_open_till(reader)
    if till is None:
        return None
    through = reader.sum_through(till.id)
    return TillShown(till, through.sales, through.refunds, reader.count_waiting())


def say_till(reader: Reader) -> str:
    """`T-GEO-2-000031, open`; empty where no till is open."""
    till = find_open_till(reader)
    return "" if till is None else f"{till.number}, {'counted' if till.counts else 'open'}"


def list_tills(reader: Reader) -> tuple[TillRow, ...]:
    """The last shifts of this desk."""
    return reader.list_tills(20)


def open_till(work: Work, usd: Money, gyd: Money) -> Till:
    """A shift begins with its float in both drawers."""
    _refuse(work)
    present = find_open_till(work)
    if present is not None:
        raise stop(blocks("till.open_already", "till", f"{present.number} is open: close it first."))
    if usd.minor < 0 or gyd.minor < 0:
        raise stop(blocks("till.negative_float", "opening", "A float cannot be below 0: count the drawers."))
    id_ = work.new_id()
    opening = Cash(usd_minor=usd.minor, gyd_minor=gyd.minor)
    work.do(OpenTill(till=id_, number=work.next_number(Series.TILL), opening=opening))
    return work.get(Till, id_)


def pay_in(work: Work, amount: Money, reason: str) -> Till:
    """Cash put into a drawer."""
    return _move(work, PayIn, amount, reason)


def pay_out(work: Work, amount: Money, reason: str) -> Till:
    """Cash taken out of a drawer."""
    return _move(work, PayOut, amount, reason)


def _move(work: Work, command: type[PayIn], amount: Money, reason: str) -> Till:
    _refuse(work)
    till = _get_open(work)
    against = []
    if amount.minor <= 0:
        against.append(blocks("till.no_amount", "amount", "Enter how much."))
    if not reason.strip():
        against.append(blocks("till.no_reason", "reason", "Say what it is for."))
    if against:
        raise stop(*against)
    work.do(command(till=till.id, move=work.new_id(), amount=amount, reason=reason.strip()))
    return work.get(Till, till.id)


def commit_count(
    work: Work, notes: Mapping[Currency, Mapping[int, int]], coins: Cash, *, seconds: int, changes: int
) -> Compared:
    """What was counted, note by note, is kept; only then what should be there is shown."""
    _refuse(work)
    till = _get_open(work)
    counted = tuple(
        NoteCount(each=Money(minor=each, currency=currency), many=notes.get(currency, {}).get(each, 0))
        for currency in Currency
        for each in NOTES[currency]
    )
    id_ = work.new_id()
    through = work.sum_through(till.id)
    work.do(
        CountTill(
            till=till.id, count=id_, notes=counted, coins=coins, through=through, seconds=seconds, changes=changes
        )
    )
    return compare(work, till.id)


def compare(reader: Reader, till: UUID) -> Compared:
    """The last count of a till beside what should be there."""
    shown = reader.get(Till, till)
    count = shown.last_count
    if count is None:
        raise stop(blocks("till.uncounted", "count", "Count the drawers first."))
    rate = reader.book().rate_at(reader.now)
    in_all = None
    if rate is not None:
        guyanese = convert(count.over_short.of(Currency.GYD), Currency.USD, rate.gyd_per_usd)
        in_all = count.over_short.of(Currency.USD) + guyanese
    facts = Facts(reader.now, reader.staff, reader.desk, reader.book())
    return Compared(
        till=shown,
        count=count,
        in_all=in_all,
        gyd_per_usd="" if rate is None else f"{rate.gyd_per_usd}",
        mix_up=_find_mix_up(reader, shown, count),
        manager_sees=is_beyond(count.over_short, facts),
    )


def close_till(work: Work, reason: Reason, note: str) -> Till:
    """The shift is over; what was over or short is kept with its reason."""
    _refuse(work)
    till = _get_open(work)
    count = till.last_count
    if count is None:
        raise stop(blocks("till.uncounted", "count", "Count the drawers first."))
    if count.over_short != Cash() and not reason:
        raise stop(blocks("till.no_reason", "reason", "Say why it is over or short; unknown is an answer."))
    rate = work.book().rate_at(work.now)
    work.do(
        CloseTill(
            till=till.id,
            count=count.id,
            through=work.sum_through(till.id),
            reason=reason,
            note=note.strip(),
            exchange_rate=None if rate is None else rate.id,
        )
    )
    return work.get(Till, till.id)


def print_till(work: Work, till: UUID, *, papers: Papers, folder: PaperFolder) -> PaperRow:
    """The report of a till that was counted or closed; printed again, it says the same."""
    shown = work.get(Till, till)
    if shown.last_count is None and shown.closing is None:
        raise stop(blocks("till.uncounted", "count", "Count the drawers first."))
    branch = next((b for b in work.list_all(Branch) if b.code == shown.branch), None)
    path = folder.save(f"till-{shown.number}.pdf", papers.till(shown, _through(work, shown), branch))
    row = PaperRow("till", shown.number, shown.id, path, work.now)
    work.keep_paper(row)
    return row


def _through(reader: Reader, till: Till) -> Through:
    if till.closing is not None:
        return till.closing.through
    count = till.last_count
    return reader.sum_through(till.id) if count is None else count.through


def _get_open(reader: Reader) -> Till:
    till = find_open_till(reader)
    if till is None:
        raise stop(blocks("till.not_open", "till", "No till is open at this desk: open it first."))
    return till


def _refuse(work: Work) -> None:
    """What the domain would only keep as a case, because it cannot undo it, is not begun here."""
    refusals = refuse_role(Facts(work.now, work.staff, work.desk, work.book()), SELLERS)
    if refusals:
        raise stop(*refusals)


def _find_mix_up(reader: Reader, till: Till, count: Count) -> MixUp | None:
    """One drawer lacks about what the other has too much of, and a sale gave change of about that much."""
    dollars, guyanese = count.over_short.amounts
    if dollars.minor * guyanese.minor >= 0:
        return None
    found = reader.list_orders(OrderFilter(chip=OrderChip.ALL), 0, MOST_LOOKED_AT)
    orders = [order for row in found if row.desk == till.desk and (order := reader.find(Order, row.id)) is not None]
    fitting = [
        (order, tender)
        for order in orders
        for tender in order.tenders
        if tender.till == till.id and _fits(tender, order, dollars, guyanese)
    ]
    if len(fitting) != 1:
        return None
    order, tender = fitting[0]
    return MixUp(order.id, order.number, tender.taken_at, tender.change)


def _fits(tender: Tender, order: Order, dollars: Money, guyanese: Money) -> bool:
    """Change was written down in the drawer that has too much, and given from the one that lacks it."""
    over, short = (dollars, guyanese) if dollars.minor > 0 else (guyanese, dollars)
    if tender.change.currency is not over.currency or tender.change.minor == 0:
        return False
    rate = order.gyd_per_usd
    lacking = convert(-short, over.currency, rate).minor
    return _close(tender.change.minor, over.minor) and _close(lacking, over.minor)


def _close(one: int, other: int) -> bool:
    return abs(one - other) * 100 <= CLOSE_ENOUGH * abs(other)
