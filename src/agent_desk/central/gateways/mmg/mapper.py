"""MMG's words into ours and ours into MMG's, without touching the network."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from agent_desk.domain.money import MOST_MINOR, Currency, Money, gyd
from agent_desk.domain.payments import account_of

GUYANA = timezone(timedelta(hours=-4))
"""Times are Guyana's own, although they end in `Z`."""
Status = Literal["open", "paid", "expired", "failed", "reversed"]
_STATUS: dict[str, Status] = {
    "successful": "paid", "completed": "paid", "pending": "open", "expired": "expired", "failed": "failed",
    "declined": "failed", "rejected": "failed", "reversed": "reversed",
}  # fmt: skip
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")


class Party(BaseModel):
    key: str = ""
    value: str = ""


class Transaction(BaseModel):
    """What is read of a lookup, or of a row of the history."""

    amount: str | int | Decimal = ""
    currency: str = ""
    status: Annotated[str, Field(alias="transactionStatus")] = ""
    reference: Annotated[str, Field(alias="transactionReference")] = ""
    debit: Annotated[list[Party], Field(alias="debitParty")] = []
    credit: Annotated[list[Party], Field(alias="creditParty")] = []


class History(BaseModel):
    rows: Annotated[list[Transaction], Field(alias="TransactionList", max_length=1000)]


@dataclass(frozen=True, slots=True)
class Seen:
    """One payment as MMG tells it."""

    status: Status
    amount: Money | None
    """None where it is no sum of Guyana dollars."""
    payer: str
    paid_to: str
    number: str


def amount_text(amount: Money) -> str:
    """Guyana dollars, to the cent where there are cents."""
    dollars, cents = divmod(amount.minor, 100)
    return f"{dollars}.{cents:02d}" if cents else str(dollars)


def time_text(at: datetime) -> str:
    """As queries want it: Guyana's own time, labelled as if it were UTC."""
    return at.astimezone(GUYANA).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def number_of(said: Mapping[str, Any]) -> str:
    """By what a request is looked up."""
    found = said.get("executionId") or said.get("objectReference") or ""
    return found[:255] if isinstance(found, str) else ""


def seen_of(said: Mapping[str, Any]) -> Seen | None:
    """None where it is no transaction."""
    try:
        return _seen(Transaction.model_validate(said))
    except ValidationError:
        return None


def rows_of(said: Mapping[str, Any]) -> list[Seen] | None:
    """The rows of a history; None where it is none."""
    try:
        return [_seen(row) for row in History.model_validate(said).rows]
    except ValidationError:
        return None


def matching(rows: Sequence[Seen], payer: str, merchant: str, amount: Money) -> list[Seen]:
    """Those that were paid by this payer to this merchant to the cent."""
    return [
        row
        for row in rows
        if (row.status, row.amount, row.payer, row.paid_to) == ("paid", amount, payer, merchant) and row.number
    ]


def _seen(said: Transaction) -> Seen:
    # a word that nobody knows is never taken for paid
    status = _STATUS.get(said.status.strip().lower(), "open")
    amount = _amount(said.amount) if said.currency == Currency.GYD.value else None
    return Seen(status, amount, _account(said.debit), _account(said.credit), said.reference[:255])


def _amount(said: str | int | Decimal) -> Money | None:
    text = str(said).strip()
    try:
        minor = int(Decimal(text) * 100) if _AMOUNT.fullmatch(text) else -1
    except InvalidOperation:
        return None
    return gyd(minor) if 0 < minor <= MOST_MINOR else None


def _account(parties: Sequence[Party]) -> str:
    return next((account_of(party.value) for party in parties if party.key == "accountid"), "")
