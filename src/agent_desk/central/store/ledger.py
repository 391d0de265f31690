"""Cash in the drawers: a row a tender, and postings that balance."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import errors

from agent_desk.central.usecases.ports import CashReceived
from agent_desk.central.usecases.trouble import CashRefusedError

Cursor = psycopg.Cursor[tuple[Any, ...]]


def postings(cash: CashReceived) -> list[tuple[str, str, int]]:
    """Account, currency and minor units: what came into the drawer came from the order, and change went back."""
    drawer, order = f"cash:{cash.desk}", f"order:{cash.order}"
    given, given_in = cash.given
    change, change_in = cash.change
    lines = [
        (drawer, given_in, given),
        (order, given_in, -given),
        (drawer, change_in, -change),
        (order, change_in, change),
    ]
    return [line for line in lines if line[2] != 0]


def record(cursor: Cursor, cash: CashReceived) -> None:
    """Writes the tender and its postings; CashRefusedError when it is there already or cannot be."""
    try:
        cursor.execute(
            "insert into cash_received values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                cash.tender,
                cash.order,
                cash.order_number,
                cash.matched,
                cash.desk,
                cash.receipt,
                *cash.given,
                *cash.change,
                cash.applied_minor,
                cash.rounding_minor,
                cash.gyd_per_usd,
                cash.taken_at,
                cash.taken_by,
                cash.command,
            ),
        )
        for n, (account, currency, minor) in enumerate(postings(cash), 1):
            cursor.execute(
                "insert into posting values (%s, %s, %s, %s, %s)", (cash.tender, n, account, currency, minor)
            )
    except errors.UniqueViolation as error:
        raise CashRefusedError(duplicate=True) from error
    except (errors.CheckViolation, errors.NumericValueOutOfRange) as error:
        raise CashRefusedError(duplicate=False) from error
