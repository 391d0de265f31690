"""The ledger of central's database in memory: entries, tenders as they were said, days that are closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from agent_desk.central.usecases.ledger_ports import CashReceived, Movement
from agent_desk.central.usecases.trouble import MoneyRefusedError
from agent_desk.domain.ledger import EntryKind, till_account
from agent_desk.domain.money import Currency
from agent_desk.domain.till import Cash, Through
from tests.simulation.stock_tables import StockTables


@dataclass(frozen=True, slots=True)
class Booked:
    """A movement, and the day it counts for."""

    movement: Movement
    on: date

    def sum_of(self, account: str, sign: int = 0) -> Counter[str]:
        """What it does to an account by currency; with a sign, only what adds or only what takes."""
        sums = Counter[str]()
        for posting in self.movement.entry.postings:
            if posting.account == account and posting.money.minor * sign >= 0:
                sums[posting.money.currency.value] += posting.money.minor
        return sums


class MoneyTables(StockTables):
    """Implements `Booking` on the tables of a transaction."""

    def record_money(self, movements: Sequence[Movement]) -> None:
        for one in movements:
            tender = None if one.cash is None else one.cash.tender
            for key in (("entry", one.entry.id), ("cash", tender)):
                self.lock(key)
                if key[1] is not None and self.get(*key) is not None:
                    raise MoneyRefusedError(duplicate=True)
            self.lock(("entries of", one.branch))
            closed = self.get("closed", one.branch)
            on = one.day if closed is None else max(one.day, closed + timedelta(days=1))
            self.put("entry", one.entry.id, Booked(one, on))
            if one.cash is not None:
                self.put("cash", tender, one.cash)

    def list_cash_of(self, customer: UUID, since: datetime, until: datetime) -> list[CashReceived]:
        kept: list[CashReceived] = [
            one for one in self.items("cash").values() if one.customer == customer and since <= one.taken_at < until
        ]
        return sorted(kept, key=lambda one: (one.taken_at, one.tender))

    def record_rate_terms(self, rate: UUID, spread_percent: Decimal, by: UUID, at: datetime) -> None:
        self.put("rate terms", rate, (spread_percent, by, at))

    def find_spread(self, rate: UUID) -> Decimal | None:
        terms = self.get("rate terms", rate)
        return None if terms is None else terms[0]

    def list_open_days(self, until: date) -> list[tuple[str, date]]:
        days = {(one.on, one.movement.branch) for one in self._entries() if one.on <= until}
        return [(b, day) for day, b in sorted(days) if (closed := self.get("closed", b)) is None or day > closed]

    def close_day(self, branch: str, day: date, at: datetime) -> bool:  # noqa: ARG002 - its sums are PostgreSQL's
        self.lock(("entries of", branch))
        closed = self.get("closed", branch)
        if closed is not None and closed >= day:
            return False
        self.put("closed", branch, day)
        return True

    def list_tills(self, branch: str, day: date) -> list[UUID]:
        accounts = {
            posting.account
            for one in self._entries()
            if (one.movement.branch, one.on) == (branch, day)
            for posting in one.movement.entry.postings
        }
        start = till_account(UUID(int=0)).partition(":")[0] + ":"
        return [UUID(account.removeprefix(start)) for account in sorted(accounts) if account.startswith(start)]

    def sum_through(self, till: UUID) -> Through:
        account = till_account(till)

        def moved(kind: EntryKind, sign: int) -> Cash:
            sums = Counter[str]()
            for one in self._of(account, kind):
                sums.update({currency: abs(minor) for currency, minor in one.sum_of(account, sign).items()})
            return Cash(usd_minor=sums[Currency.USD.value], gyd_minor=sums[Currency.GYD.value])

        taken, refunded = self._of(account, "cash_taken"), self._of(account, "cash_refunded")
        rounding = sum(sum(one.sum_of("rounding").values()) for one in (*taken, *refunded))
        return Through(
            taken=moved("cash_taken", 1),
            change=moved("cash_taken", -1),
            refunded=moved("cash_refunded", -1),
            rounding=Cash(gyd_minor=-rounding),
            sales=len(taken),
            refunds=len(refunded),
        )

    def sum_account(self, account: str) -> dict[str, int]:
        sums = Counter[str]()
        for one in self._entries():
            sums.update(one.sum_of(account))
        return dict(sums)

    def _entries(self) -> list[Booked]:
        return list(self.items("entry").values())

    def _of(self, account: str, kind: EntryKind) -> list[Booked]:
        entries = (one for one in self._entries() if one.movement.entry.kind == kind)
        return [one for one in entries if any(posting.account == account for posting in one.movement.entry.postings)]
