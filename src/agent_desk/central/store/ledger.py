"""Cash in the drawers: a row a tender, and postings that balance."""

from __future__ import annotations

from collections.abc import Sequence
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


def record(cursor: Cursor, received: Sequence[CashReceived]) -> None:
    """Writes tenders and their postings; CashRefusedError when one is there already or cannot be."""
    try:
        cursor.executemany(
            "insert into cash_received values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
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
                )
                for cash in received
            ],
        )
        cursor.executemany(
            "insert into posting values (%s, %s, %s, %s, %s)",
            [(cash.tender, n, *line) for cash in received for n, line in enumerate(postings(cash), 1)],
        )
    except errors.UniqueViolation as error:
        raise CashRefusedError(duplicate=True) from error
    except (errors.CheckViolation, errors.NumericValueOutOfRange) as error:
        raise CashRefusedError(duplicate=False) from error
