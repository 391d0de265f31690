"""Payment attempts and the providers' events within a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from psycopg import errors

from agent_desk.central.store.ledger import LedgerUnit
from agent_desk.central.usecases.payment_ports import AttemptRow, Signed
from agent_desk.central.usecases.trouble import TransientError

SAVE_ATTEMPT = """
insert into payment_attempt
    (id, order_id, provider, idem_key, receipt, amount_minor, currency, state, reference, charge, look_at, created_at,
    refunding)
values (%s, %s, %s, %s, %s, %s, %s, %s, nullif(%s, ''), nullif(%s, ''), %s, %s, %s)
on conflict (id) do update set state = excluded.state, reference = excluded.reference, charge = excluded.charge,
    look_at = excluded.look_at, refunding = excluded.refunding
"""
TAKE_DUE = """
update payment_attempt set look_at = %s where id in (
    select id from payment_attempt where look_at <= %s order by look_at limit %s for update skip locked)
returning id
"""


class PaymentUnit(LedgerUnit):
    """Implements `Paying` within the transaction of its cursor."""

    def save_attempts(self, rows: Sequence[AttemptRow]) -> None:
        try:
            self._cursor.executemany(
                SAVE_ATTEMPT,
                [
                    (
                        one.id, one.order, one.provider, one.key, one.receipt, one.amount.minor,
                        one.amount.currency.value, one.state.value, one.reference, one.charge,
                        row.look_at, one.asked_at, one.open_refund is not None,
                    )
                    for row in rows
                    for one in [row.attempt]
                ],
            )  # fmt: skip
        except errors.UniqueViolation as error:
            raise TransientError(str(error.diag.constraint_name)) from error

    def put_off(self, attempt: UUID, until: datetime) -> None:
        self._run("update payment_attempt set look_at = %s where id = %s and look_at is not null", (until, attempt))

    def take_due(self, now: datetime, until: datetime, most: int) -> list[UUID]:
        return [id_ for (id_,) in self._all(TAKE_DUE, until, now, most)]

    def find_attempt_by_charge(self, provider: str, charge: str) -> UUID | None:
        row = self._one("select id from payment_attempt where provider = %s and charge = %s", provider, charge)
        return None if row is None else row[0]

    def count_failed(self, order: UUID) -> int:
        row = self._one("select count(*) from payment_attempt where order_id = %s and state = 'failed'", order)
        return 0 if row is None else int(row[0])

    def keep_event(self, provider: str, event: Signed, body: bytes, at: datetime) -> bool:
        kept = self._run(
            "insert into webhook_event (provider, id, type, body, received_at) values (%s, %s, %s, %s, %s)"
            " on conflict do nothing",
            (provider, event.id, event.type, body, at),
        )
        return kept.rowcount == 1

    def find_event(self, provider: str, id_: str) -> bytes | None:
        row = self._one(
            "select body from webhook_event where provider = %s and id = %s and worked_at is null", provider, id_
        )
        return None if row is None else bytes(row[0])

    def note_worked(self, provider: str, id_: str, at: datetime) -> None:
        self._run("update webhook_event set worked_at = %s where provider = %s and id = %s", (at, provider, id_))
