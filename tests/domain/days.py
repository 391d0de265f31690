"""Days at a counter, made up by chance: sales, refunds, till moves, counts; what must add up is looked at.

`python -m tests.domain.days 100000` plays so many.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from random import Random
from uuid import UUID

from agent_desk.domain.aggregate import Aggregate, Command
from agent_desk.domain.deciding import decide
from agent_desk.domain.ledger import (
    EXCHANGE,
    ROUNDING,
    Entry,
    balances,
    entry_of,
    order_account,
    over_short_account,
    safe_account,
    till_account,
)
from agent_desk.domain.money import Currency, Money, gyd, usd
from agent_desk.domain.money_commands import (
    CloseTill,
    CountTill,
    OpenTill,
    PayIn,
    PayOut,
    RefundCash,
    TakeCashInTill,
)
from agent_desk.domain.refunding import work_out_refund
from agent_desk.domain.selling import Order
from agent_desk.domain.tendering import value_in_gyd, work_out_cash
from agent_desk.domain.till import NOTES, NOTHING, Cash, NoteCount, Through, Till, cash
from agent_desk.domain.tilling import through_of
from tests.domain.shop import Known, an_order, facts

BRANCH, DESK = "GEO", "GEO-2"
FACTS = facts()


class Day:
    """One desk and central, which see the same commands; the desk sums what it did, central posts."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.known = Known()
        self.entries: dict[UUID, Entry] = {}
        self.at_desk: dict[UUID, dict[UUID, Through]] = defaultdict(dict)
        self.orders: list[UUID] = []
        self.tills: list[UUID] = []
        self.cases: list[str] = []
        self.ids = 0
        self.rate = Decimal(chance.randrange(190_00, 230_00)) / 100

    def new_id(self) -> UUID:
        self.ids += 1
        return UUID(int=self.ids)

    def through(self, till: UUID) -> Through:
        return sum(self.at_desk[till].values(), start=Through())

    def send(self, command: Command) -> None:
        outcome = decide(self.known, command, FACTS)
        decided = self.known.apply(outcome)
        changes: tuple[Aggregate, ...] = decided.changes
        self.cases += [case.kind for case in decided.cases]
        moved = through_of(command)
        if moved is not None:
            till, id_, through = moved
            self.at_desk[till].setdefault(id_, through)
        entry = entry_of(command, changes, self.known, DESK, BRANCH)
        if entry is not None:
            self.entries.setdefault(entry.id, entry)

    def money(self, most_usd: int) -> Money:
        if self.chance.random() < 0.5:
            return usd(self.chance.randrange(1, most_usd * 100))
        return gyd(self.chance.randrange(1, most_usd * 200) * 100)

    def open(self) -> None:
        till = self.new_id()
        self.tills.append(till)
        held = Cash(usd_minor=self.chance.randrange(0, 300_00), gyd_minor=self.chance.randrange(0, 60_000) * 100)
        self.send(OpenTill(till=till, number=f"T-GEO-2-{len(self.tills):06d}", opening=held))

    def sell(self) -> None:
        order = an_order(self.chance.randrange(1, 900_00), self.rate, id=self.new_id())
        self.known.held[order.ref] = order
        self.orders.append(order.id)
        while (due := self.known.get(Order, order.id).due).minor > 0:
            if self.chance.random() < 0.1:
                return
            given = self.money(1000)
            working = work_out_cash(due, given, self.chance.choice(tuple(Currency)), self.rate)
            command = TakeCashInTill(
                till=self.tills[-1], order=order.id, order_number=order.number, tender=self.new_id(),
                receipt="R-GEO-2-000001", given=given, change=working.change, applied=working.applied,
                rounding=working.rounding, gyd_per_usd=self.rate,
            )  # fmt: skip
            self.send(command)
            if self.chance.random() < 0.05:
                self.send(command)

    def refund(self) -> None:
        order = self.known.get(Order, self.chance.choice(self.orders))
        left = [(tender, order.refundable(tender)) for tender in order.tenders]
        left = [(tender, most) for tender, most in left if most.minor > 0]
        if not left:
            return
        tender, most = self.chance.choice(left)
        amount = most if self.chance.random() < 0.5 else usd(self.chance.randint(1, most.minor))
        given, rounding = work_out_refund(amount, self.chance.choice(tuple(Currency)), self.rate)
        if given.minor <= 0:
            return
        self.send(
            RefundCash(
                order=order.id, order_number=order.number, tender=tender.id, refund=self.new_id(),
                receipt="R-GEO-2-000002", amount=amount, given=given, rounding=rounding, gyd_per_usd=self.rate,
                till=self.tills[-1], reason="wrong size",
            )
        )  # fmt: skip

    def move(self) -> None:
        kind = self.chance.choice((PayIn, PayOut))
        self.send(kind(till=self.tills[-1], move=self.new_id(), amount=self.money(50), reason="taxi"))

    def count(self) -> UUID:
        """Mostly right, sometimes by some notes wrong."""
        till = self.known.get(Till, self.tills[-1])
        left = till.expects(self.through(till.id))
        coins, notes = NOTHING, []
        for money in left.amounts:
            rest = max(0, money.minor)
            for each in NOTES[money.currency]:
                many = rest // each
                rest -= many * each
                if self.chance.random() < 0.03:
                    many = max(0, many + self.chance.randint(-2, 2))
                notes.append(NoteCount(each=Money(minor=each, currency=money.currency), many=many))
            coins += cash(Money(minor=rest, currency=money.currency))
        id_ = self.new_id()
        self.send(
            CountTill(
                till=till.id, count=id_, notes=tuple(notes), coins=coins, through=self.through(till.id),
                seconds=90, changes=0,
            )
        )  # fmt: skip
        return id_

    def close(self) -> None:
        id_ = self.count()
        if self.chance.random() < 0.2:
            # a sale between the count and the close moves both sides alike
            self.sell()
        till = self.tills[-1]
        self.send(CloseTill(till=till, count=id_, through=self.through(till), reason="unknown"))

    def play(self) -> None:
        for _ in range(self.chance.randint(1, 2)):
            self.open()
            for _ in range(self.chance.randint(0, 12)):
                roll = self.chance.random()
                if roll < 0.6 or not self.orders:
                    self.sell()
                elif roll < 0.8:
                    self.refund()
                else:
                    self.move()
                self.check_till()
            self.close()
        self.check()

    def check_till(self) -> None:
        """Till equals ledger while it is open."""
        till = self.known.get(Till, self.tills[-1])
        found = balances(self.entries.values())
        for money in till.expects(self.through(till.id)).amounts:
            assert found.get((till_account(till.id), money.currency), 0) == money.minor

    def check(self) -> None:
        """What must be so at the end of every day."""
        assert set(self.cases) <= {"till.over_short", "refund.over_limit"}, self.cases
        found = balances(self.entries.values())
        for currency in Currency:
            assert sum(minor for (_, of), minor in found.items() if of is currency) == 0
        for id_ in self.tills:
            assert all(found.get((till_account(id_), currency), 0) == 0 for currency in Currency)
        self.check_orders(found)
        self.check_tills(found)
        self.check_rounding(found)

    def check_orders(self, found: dict[tuple[str, Currency], int]) -> None:
        for id_ in self.orders:
            order = self.known.get(Order, id_)
            assert found.get((order_account(id_), Currency.USD), 0) == order.refunded.minor - order.paid.minor
            assert order.paid.minor >= order.refunded.minor

    def check_tills(self, found: dict[tuple[str, Currency], int]) -> None:
        over_short, safe = NOTHING, NOTHING
        for id_ in self.tills:
            till = self.known.get(Till, id_)
            assert till.closing is not None
            over_short += till.closing.over_short
            safe += till.closing.expected + till.closing.over_short - till.opening
        for money in over_short.amounts:
            assert found.get((over_short_account(BRANCH), money.currency), 0) == -money.minor
        for money in safe.amounts:
            assert found.get((safe_account(BRANCH), money.currency), 0) == money.minor

    def check_rounding(self, found: dict[tuple[str, Currency], int]) -> None:
        """GYD rounding explains every difference between what was moved and what it paid, entry by entry."""
        rounded = 0
        for entry in self.entries.values():
            if entry.kind in {"cash_taken", "cash_refunded"}:
                through = [p.money for p in entry.postings if p.account == EXCHANGE]
                worth = sum((value_in_gyd(money, self.rate) for money in through), start=Fraction(0))
                assert abs(worth) <= Fraction(1, 2)
                rounded += sum(p.money.minor for p in entry.postings if p.account == ROUNDING)
        tenders = [t for id_ in self.orders for t in self.known.get(Order, id_).tenders]
        refunds = [r for id_ in self.orders for r in self.known.get(Order, id_).refunds]
        said = sum(t.rounding.minor for t in tenders) + sum(r.rounding.minor for r in refunds)
        assert found.get((ROUNDING, Currency.GYD), 0) == rounded == -said
        summed = sum(self.through(till).rounding.gyd_minor for till in self.tills)
        assert summed == said


def play_days(many: int, seed: int = 1) -> int:
    """Plays so many days; answers with how many entries they made."""
    entries = 0
    for n in range(many):
        chance = Random(f"{seed} {n}")
        day = Day(chance)
        try:
            day.play()
        except AssertionError as error:
            message = f"day {n} of seed {seed}"
            raise AssertionError(message) from error
        entries += len(day.entries)
    return entries


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    start = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    begun = time.process_time()
    made = play_days(wanted, start)
    sys.stdout.write(
        f"{wanted} days, {made} ledger entries, all balanced; {time.process_time() - begun:.0f} s of CPU\n"
    )
