"""The ledger: entries whose postings balance, tenders as they were said, days that are closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import errors

from agent_desk.central.store.stock import StockUnit
from agent_desk.central.usecases.ledger_ports import CashReceived, Movement
from agent_desk.central.usecases.trouble import MoneyRefusedError
from agent_desk.domain.ledger import EntryKind, till_account
from agent_desk.domain.money import Currency
from agent_desk.domain.till import Cash, Through

# the branch's row is held until the commit, so that its day is not closed meanwhile
ENTER = """
insert into ledger_entry (id, kind, subject, branch, desk, happened_at, booked_on, entered_by, command, gyd_per_usd)
select %s, %s, %s, b.branch, %s, %s, greatest(%s::date, b.closed_until + 1), %s, %s, %s
from (select branch, closed_until from ledger_branch where branch = %s for key share) b
"""
KEEP_TENDER = """
insert into cash_received (tender, order_id, order_number, matched, desk, receipt, given_minor, given_currency,
    change_minor, change_currency, applied_minor, rounding_minor, gyd_per_usd, taken_at, taken_by, command, till,
    customer)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
CASH_OF = """
select tender, order_id, order_number, matched, desk, receipt, given_minor, given_currency, change_minor,
    change_currency, applied_minor, rounding_minor, gyd_per_usd, taken_at, taken_by, command, till, customer
from cash_received where customer = %s and taken_at >= %s and taken_at < %s order by taken_at, tender
"""
OPEN_DAYS = """
select distinct e.branch, e.booked_on from ledger_entry e
left join ledger_branch b on b.branch = e.branch
where e.booked_on <= %s and (b.closed_until is null or e.booked_on > b.closed_until) order by e.booked_on, e.branch
"""
TILLS_OF_DAY = """
select distinct substring(p.account from 6)::uuid from ledger_entry e join posting p on p.entry = e.id
where e.branch = %s and e.booked_on = %s and starts_with(p.account, 'till:')
"""

THROUGH = """
select e.kind, p.currency, coalesce(sum(p.minor) filter (where p.minor > 0), 0)::bigint,
    coalesce(-sum(p.minor) filter (where p.minor < 0), 0)::bigint
from posting p join ledger_entry e on e.id = p.entry where p.account = %s group by e.kind, p.currency
"""
COUNTS = """
select e.kind, count(distinct e.id), coalesce(-sum(r.minor), 0)::bigint
from (select distinct entry from posting where account = %s) t join ledger_entry e on e.id = t.entry
left join posting r on r.entry = e.id and r.account = 'rounding' group by e.kind
"""


class LedgerUnit(StockUnit):
    """Implements `Booking` within the transaction of its cursor."""

    def record_money(self, movements: Sequence[Movement]) -> None:
        """MoneyRefusedError when one of them is there already or cannot be."""
        try:
            self._enter(movements)
        except errors.UniqueViolation as error:
            raise MoneyRefusedError(duplicate=True) from error
        except (errors.CheckViolation, errors.NumericValueOutOfRange) as error:
            raise MoneyRefusedError(duplicate=False) from error

    def list_cash_of(self, customer: UUID, since: datetime, until: datetime) -> list[CashReceived]:
        """What a customer gave from one time to another, the end left out."""
        return [_cash(row) for row in self._all(CASH_OF, customer, since, until)]

    def record_rate_terms(self, rate: UUID, spread_percent: Decimal, by: UUID, at: datetime) -> None:
        self._run("insert into exchange_rate_terms values (%s, %s, %s, %s)", (rate, spread_percent, by, at))

    def list_open_days(self, until: date) -> list[tuple[str, date]]:
        """Branch and day of every day with entries that is not closed, the oldest first."""
        return [(branch, day) for branch, day in self._all(OPEN_DAYS, until)]

    def close_day(self, branch: str, day: date, at: datetime) -> bool:
        """Keeps what the day came to, after which nothing is booked on it; False where it is closed already."""
        row = self._one("select closed_until < %s from ledger_branch where branch = %s for update", day, branch)
        if row is None or not row[0]:
            return False
        self._run(
            "insert into ledger_day select %s, %s, %s, count(*) from ledger_entry where branch = %s and booked_on = %s",
            (branch, day, at, branch, day),
        )
        self._run(
            "insert into ledger_day_total select e.branch, e.booked_on, p.account, p.currency, sum(p.minor)"
            " from ledger_entry e join posting p on p.entry = e.id where e.branch = %s and e.booked_on = %s"
            " group by e.branch, e.booked_on, p.account, p.currency",
            (branch, day),
        )
        self._run("update ledger_branch set closed_until = %s where branch = %s", (day, branch))
        return True

    def list_tills(self, branch: str, day: date) -> list[UUID]:
        """The tills whose drawers moved on that day."""
        return [till for (till,) in self._all(TILLS_OF_DAY, branch, day)]

    def sum_through(self, till: UUID) -> Through:
        """What sales and refunds moved through a till."""
        account = till_account(till)
        moved = {(kind, currency): (more, less) for kind, currency, more, less in self._all(THROUGH, account)}
        counts = {kind: (many, rounding) for kind, many, rounding in self._all(COUNTS, account)}

        def drawers(kind: EntryKind, at: int) -> Cash:
            dollars, guyanese = (moved.get((kind, currency.value), (0, 0))[at] for currency in Currency)
            return Cash(usd_minor=dollars, gyd_minor=guyanese)

        sales, of_sales = counts.get("cash_taken", (0, 0))
        refunds, of_refunds = counts.get("cash_refunded", (0, 0))
        return Through(
            taken=drawers("cash_taken", 0),
            change=drawers("cash_taken", 1),
            refunded=drawers("cash_refunded", 1),
            rounding=Cash(gyd_minor=of_sales + of_refunds),
            sales=sales,
            refunds=refunds,
        )

    def sum_account(self, account: str) -> dict[str, int]:
        """By currency, in minor units."""
        rows = self._all("select currency, sum(minor) from posting where account = %s group by currency", account)
        return {currency: int(minor) for currency, minor in rows}

    def _enter(self, movements: Sequence[Movement]) -> None:
        tenders = [_columns(one.cash) for one in movements if one.cash is not None]
        if tenders:
            self._cursor.executemany(KEEP_TENDER, tenders)
        branches = sorted({one.branch for one in movements})
        self._cursor.executemany(
            "insert into ledger_branch (branch) values (%s) on conflict do nothing", [(branch,) for branch in branches]
        )
        self._cursor.executemany(
            ENTER,
            [
                (
                    one.entry.id, one.entry.kind, one.entry.subject, one.desk, one.happened_at, one.day, one.by,
                    one.command, one.entry.gyd_per_usd, one.branch,
                )
                for one in movements
            ],
        )  # fmt: skip
        self._cursor.executemany(
            "insert into posting values (%s, %s, %s, %s, %s)",
            [
                (one.entry.id, n, posting.account, posting.money.currency.value, posting.money.minor)
                for one in movements
                for n, posting in enumerate(one.entry.postings, 1)
            ],
        )


def _cash(row: tuple[Any, ...]) -> CashReceived:
    tender, order, number, matched, desk, receipt, given, given_in, change, change_in, *others = row
    applied, rounding, rate, taken_at, taken_by, command, till, customer = others
    return CashReceived(
        tender=tender, order=order, order_number=number, matched=matched, desk=desk, receipt=receipt,
        given=(given, given_in), change=(change, change_in), applied_minor=applied, rounding_minor=rounding,
        gyd_per_usd=rate, taken_at=taken_at, taken_by=taken_by, command=command, till=till, customer=customer,
    )  # fmt: skip


def _columns(cash: CashReceived) -> tuple[object, ...]:
    return (
        cash.tender, cash.order, cash.order_number, cash.matched, cash.desk, cash.receipt,
        *cash.given, *cash.change, cash.applied_minor, cash.rounding_minor, cash.gyd_per_usd,
        cash.taken_at, cash.taken_by, cash.command, cash.till, cash.customer,
    )  # fmt: skip
