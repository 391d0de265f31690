"""PAY-9: a day's books are closed, and compared with the tills of that day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from agent_desk.central.usecases.ports import AuditEntry, CaseRecord, Now, Pause, Pushing, Store
from agent_desk.central.usecases.retrying import again
from agent_desk.domain.ledger import till_account
from agent_desk.domain.till import NOTHING, Till, TillState
from agent_desk.domain.times import COUNTER_ZONE

SETTLES_FOR = timedelta(hours=4)
"""After midnight at the counter: until then what is still on its way is booked on its own day."""
CHAIN = "central"
"""Of the audit: what nobody at a desk did."""


class DayClosing:
    """Each day of each branch is one short transaction; done again, it finds nothing to do."""

    def __init__(self, store: Store, now: Now, pause: Pause) -> None:
        self._store = store
        self._now = now
        self._pause = pause

    def close_due(self) -> int:
        """Closes every day that is over; answers with how many."""
        now = self._now()
        last = (now.astimezone(COUNTER_ZONE) - SETTLES_FOR).date() - timedelta(days=1)
        with self._store.pushing() as unit:
            due = unit.list_open_days(last)
        return sum(
            again(lambda _, b=branch, d=day: self._close(b, d, now), self._pause)  # type: ignore[misc]
            for branch, day in due
        )

    def _close(self, branch: str, day: date, now: datetime) -> bool:
        with self._store.pushing() as unit:
            if not unit.close_day(branch, day, now):
                return False
            cases = [
                CaseRecord(
                    id=uuid5(till, f"ledger {day}"),
                    kind="ledger.differs",
                    sentence=sentence,
                    subject=branch,
                    branch=branch,
                    opened_at=now,
                    command=till,
                )
                for till, sentence in compare_tills(unit, branch, day)
            ]
            unit.open_cases(cases)
            outcome = f"closed, {len(cases)} tills differ" if cases else "closed"
            unit.record_audit(CHAIN, [AuditEntry(now, None, "ledger.close_day", f"{branch} {day}", outcome)])
        return True


def compare_tills(unit: Pushing, branch: str, day: date) -> list[tuple[UUID, str]]:
    """The tills of a day that do not hold what the ledger says, each with a sentence."""
    ids = unit.list_tills(branch, day)
    # locked, so that no sale comes between the till and its account
    bodies = unit.lock_documents([(Till.kind, id_) for id_ in ids])
    found: list[tuple[UUID, str]] = []
    for id_ in ids:
        body = bodies.get((Till.kind, id_))
        till = None if body is None else Till.model_validate_json(body)
        posted = unit.sum_account(till_account(id_))
        booked = {currency: minor for currency, minor in posted.items() if minor}
        held = NOTHING if till is None or till.state is TillState.CLOSED else till.expects(unit.sum_through(id_))
        expected = {money.currency.value: money.minor for money in held.amounts if money.minor}
        if booked != expected:
            name = "A till that nobody knows" if till is None else till.number
            found.append((id_, f"{name} holds {expected}, the ledger says {booked}, in cents: find out why."))
    return found
