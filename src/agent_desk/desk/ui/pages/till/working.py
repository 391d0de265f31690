"""What the Till page does: float, moves, count, compare, close, report; no Qt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from agent_desk.desk.ui.amounts import read_amount
from agent_desk.desk.ui.pages.till.state import Slot, Stage, Tally
from agent_desk.desk.usecases.ports import Done
from agent_desk.desk.usecases.pricing import RateShown
from agent_desk.desk.usecases.rows import PaperRow, TillRow
from agent_desk.desk.usecases.tilling import Compared, TillShown
from agent_desk.domain.decision import Refused
from agent_desk.domain.formats import money_text, rate_text
from agent_desk.domain.money import Currency, Money
from agent_desk.domain.till import NOTHING, Reason, TillState
from agent_desk.domain.tilling import over_short_text

if TYPE_CHECKING:
    from agent_desk.desk.usecases import UseCases

Told = Literal["ok", "warn", "danger"]
Tell = Callable[[str, str, Told], None]


class TillWork:
    """The till in front; `shown()` is called whenever what the page shows may have changed."""

    def __init__(self, cases: UseCases, tell: Tell, shown: Callable[[], None], now: Callable[[], datetime]) -> None:
        self._cases = cases
        self._tell = tell
        self._shown = shown
        self._now = now
        self._turn = asyncio.Lock()
        self._begun_at: datetime | None = None
        self._stood: dict[Slot, str] = {}
        self.till: TillShown | None = None
        self.compared: Compared | None = None
        self.past: tuple[TillRow, ...] = ()
        self.rate: RateShown | None = None
        self.tally = Tally()
        self.reason: Reason = ""
        self.note = ""
        self.recounting = False

    @property
    def stage(self) -> Stage:
        if self.till is None:
            return "none"
        return "counting" if self.compared is None or self.recounting else "compared"

    async def load(self) -> None:
        """Asks the store again; what is typed stays."""
        async with self._turn:
            tilling = self._cases.tilling
            before = None if self.till is None else self.till.till.id
            self.till = await tilling.find_till()
            if self.till is None or self.till.till.id != before:
                self._forget()
            self.past = await tilling.list_tills()
            self.rate = await self._cases.pricing.find_rate()
            counted = self.till is not None and self.till.till.last_count is not None
            self.compared = await tilling.compare(self.till.till.id) if self.till is not None and counted else None
        self._shown()

    def enter(self, slot: Slot, text: str) -> None:
        """A figure was typed; its time begins with the first."""
        if self._begun_at is None:
            self._begun_at = self._now()
        self.tally = self.tally.enter(slot, text)
        self._shown()

    def settle(self, slot: Slot) -> None:
        """A row was left: entered again, it counts as a change."""
        text = self.tally.text(slot)
        before = self._stood.get(slot, "")
        if before and text != before:
            self.tally = replace(self.tally, changes=self.tally.changes + 1)
        self._stood[slot] = text

    async def commit(self) -> bool:
        """Opens, counts or closes, by what is in front; False where it was refused."""
        if self.tally.wrong is not None and self.stage != "compared":
            self._tell("A row cannot be read", "Enter whole notes, and coins as an amount", "warn")
            return False
        match self.stage:
            case "none":
                return await self._open()
            case "counting":
                return await self._count()
            case "compared":
                return await self._close()

    async def set_rate(self, figures: tuple[Decimal, Decimal] | None, source: str) -> bool:
        """A manager's rate, from now on."""
        if figures is None:
            self._tell("The rate cannot be read", "Enter how many GYD one USD is, as 209.50", "warn")
            return False
        rate, spread = figures
        outcome = await self._cases.pricing.set_rate(rate, source, spread_percent=spread)
        done = self._said(outcome)
        if done and isinstance(outcome, Done):
            warned = outcome.warnings[0].message if outcome.warnings else source
            self._tell(f"{rate_text(rate)} from now on", warned, "warn" if outcome.warnings else "ok")
            await self.load()
        return done

    def recount(self) -> None:
        """Counts once more; the first count stays in the records."""
        if self.stage == "compared":
            self._forget()
            self.recounting = True
            self._shown()

    async def move(self, *, out: bool, currency: Currency, amount: str, reason: str) -> bool:
        """Pays in or out."""
        minor = read_amount(amount)
        if minor is None:
            self._tell("How much cannot be read", "Enter an amount such as 20.00", "warn")
            return False
        money = Money(minor=minor, currency=currency)
        tilling = self._cases.tilling
        outcome = await (tilling.pay_out if out else tilling.pay_in)(money, reason)
        done = self._said(outcome)
        if done:
            self._tell(f"{money_text(money)} paid {'out' if out else 'in'}", reason, "ok")
            await self.load()
        return done

    async def report(self) -> PaperRow | None:
        """The report of this till once it is counted, else of the last one that was closed."""
        till = self._reported()
        if till is None:
            self._tell("There is nothing to report yet", "Count the drawers first", "warn")
            return None
        outcome = await self._cases.tilling.print_till(till)
        return outcome.value if self._said(outcome) and isinstance(outcome, Done) else None

    def _reported(self) -> UUID | None:
        if self.till is not None and self.till.till.last_count is not None:
            return self.till.till.id
        return next((row.id for row in self.past if row.state is TillState.CLOSED), None)

    async def _open(self) -> bool:
        dollars, guyanese = (self.tally.total(currency) for currency in Currency)
        outcome = await self._cases.tilling.open_till(dollars, guyanese)
        done = self._said(outcome)
        if done and isinstance(outcome, Done):
            self._tell(f"{outcome.value.number} is open", f"{money_text(dollars)} and {money_text(guyanese)}", "ok")
            await self.load()
        return done

    async def _count(self) -> bool:
        now = self._now()
        taken = 0 if self._begun_at is None else max(0, int((now - self._begun_at).total_seconds()))
        outcome = await self._cases.tilling.commit_count(
            self.tally.notes, self.tally.coins, seconds=min(taken, 10**6), changes=self.tally.changes
        )
        done = self._said(outcome)
        if done:
            self.recounting = False
            await self.load()
        return done

    async def _close(self) -> bool:
        outcome = await self._cases.tilling.close_till(self.reason, self.note)
        done = self._said(outcome)
        if done and isinstance(outcome, Done):
            closing = outcome.value.closing
            over_short = NOTHING if closing is None else closing.over_short
            found = " and ".join(over_short_text(money) for money in over_short.amounts)
            self._tell(f"{outcome.value.number} is closed", found, "ok")
            await self.load()
        return done

    def _said(self, outcome: Done[Any] | Refused) -> bool:
        if isinstance(outcome, Refused):
            self._tell(outcome.refusals[0].message, "", "warn")
            return False
        return True

    def _forget(self) -> None:
        self.tally, self._stood, self._begun_at = Tally(), {}, None
        self.reason, self.note, self.recounting = "", "", False
