"""MMG as a payer of orders: the customer's phone is asked, and only lookup and history together are believed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from agent_desk.central.gateways.mmg.mapper import (
    Seen,
    amount_text,
    matching,
    number_of,
    rows_of,
    seen_of,
    time_text,
)
from agent_desk.central.gateways.mmg.proxy import UNAUTHORISED, MmgError, MmgProxy
from agent_desk.central.gateways.mmg.settings import MmgSettings
from agent_desk.central.gateways.no_cards import NullCardPayments
from agent_desk.domain.paying import Answer, Sight, Trouble
from agent_desk.domain.payments import MMG, PaymentAttempt

SKEW = timedelta(minutes=2)
"""Between central's clock and MMG's."""
MOST_ROWS = 2_000
"""Of a history: a merchant with more payments while one is waited for needs a person."""
REFUSED, UNKNOWN_NUMBER = 422, frozenset({400, 404, 422})
BUSY = 429


class MmgPayments(NullCardPayments):
    """Implements `CardPayments` for a provider without keys, pages and news of its own."""

    def __init__(self, settings: MmgSettings, proxy: MmgProxy, now: Callable[[], datetime]) -> None:
        super().__init__(MMG, "MMG")
        self.ready = True
        self._merchant = settings.merchant
        self._proxy = proxy
        self._now = now

    def open(self, attempt: PaymentAttempt) -> Answer:
        """Asks the payer's phone; it must never be asked again without a sure answer."""
        try:
            said = self._proxy.pay(attempt.payer, amount_text(attempt.amount))
        except MmgError as error:
            return _trouble(error)
        number = number_of(said)
        if not number:
            return Trouble("no_answer", "without_number")
        return Sight(number, attempt.id, "open", attempt.amount)

    def look(self, attempt: PaymentAttempt) -> Answer:
        """What lookup says, and of what it says is paid whether the history has it, once and to the cent."""
        try:
            said = self._proxy.look_up(attempt.reference)
        except MmgError as error:
            if error.status in UNKNOWN_NUMBER:
                # it may not be there yet: what is not there is not paid, and not over
                return Sight(attempt.reference, attempt.id, "open", attempt.amount)
            return _looking(error)
        seen = seen_of(said)
        if seen is None:
            return Trouble("no_answer", "unreadable")
        if seen.status == "paid":
            return self._prove(attempt, seen)
        status = "failed" if seen.status == "reversed" else seen.status
        return Sight(attempt.reference, attempt.id, status, seen.amount)

    def close(self, attempt: PaymentAttempt) -> Answer:
        """A request to a phone cannot be taken back: it ends by itself."""
        return self.look(attempt)

    def find(self, attempt: PaymentAttempt) -> Answer:
        """What nobody answered, by payer, sum and time; it is not asked again."""
        rows = self._list(attempt)
        if isinstance(rows, Trouble):
            return rows
        found = matching(rows, attempt.payer, self._merchant, attempt.amount)
        if len(found) != 1:
            return Trouble("not_now", "several" if found else "not_found")
        return Sight(found[0].number, attempt.id, "paid", attempt.amount, charge=found[0].number)

    def _prove(self, attempt: PaymentAttempt, seen: Seen) -> Answer:
        """A sum for somebody else, or of somebody else, is not this payment."""
        if (seen.paid_to, seen.payer) != (self._merchant, attempt.payer):
            return Sight(attempt.reference, None, "paid", seen.amount)
        if seen.amount != attempt.amount:
            return Sight(attempt.reference, attempt.id, "paid", seen.amount)
        rows = self._list(attempt)
        if isinstance(rows, Trouble):
            return rows
        found = matching(rows, attempt.payer, self._merchant, attempt.amount)
        if len(found) != 1:
            return Sight(attempt.reference, attempt.id, "processing", attempt.amount)
        return Sight(attempt.reference, attempt.id, "paid", attempt.amount, charge=found[0].number)

    def _list(self, attempt: PaymentAttempt) -> list[Seen] | Trouble:
        """Every row since it was asked for."""
        since, until = (attempt.submitted_at or attempt.asked_at) - SKEW, self._now() + SKEW
        rows: list[Seen] = []
        while len(rows) < MOST_ROWS:
            try:
                said = self._proxy.list_history(time_text(since), time_text(until), len(rows))
            except MmgError as error:
                return _looking(error)
            more = rows_of(said)
            if more is None:
                return Trouble("no_answer", "unreadable")
            if not more:
                return rows
            rows += more
        return Trouble("not_now", "too_many")


def _trouble(error: MmgError) -> Trouble:
    """PAY-4: only what surely was not done counts as refused."""
    if error.status == REFUSED:
        return Trouble("refused", error.code or "refused")
    if error.status in {UNAUTHORISED, BUSY}:
        return Trouble("not_now", error.code or "not_allowed")
    return Trouble("no_answer", error.code or "no_answer")


def _looking(error: MmgError) -> Trouble:
    """Looking does nothing, so that nothing can be refused by it."""
    trouble = _trouble(error)
    return Trouble("not_now", trouble.reason) if trouble.kind == "refused" else trouble
