"""The list of orders, filtered and paged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from agent_desk.desk.usecases.ports import Reader
from agent_desk.desk.usecases.rows import OrderChip, OrderFilter, OrderRow

LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class OrderPage:
    rows: tuple[OrderRow, ...]
    offset: int
    total: int
    """Rows in all that the filter leaves."""


def list_orders(reader: Reader, wanted: OrderFilter | None = None, offset: int = 0, limit: int = 100) -> OrderPage:
    """MGR-1: the newest first, from what this desk holds."""
    bounded = _bounded(reader, wanted or OrderFilter())
    return OrderPage(reader.list_orders(bounded, offset, limit), offset, reader.count_orders(bounded))


def count_chips(reader: Reader, text: str = "") -> dict[OrderChip, int]:
    """How many each filter leaves, for the digits on the chips."""
    return {chip: reader.count_orders(_bounded(reader, OrderFilter(chip, text))) for chip in OrderChip}


def _bounded(reader: Reader, wanted: OrderFilter) -> OrderFilter:
    if wanted.chip is not OrderChip.LAST_7_DAYS:
        return wanted
    # whole minutes, so that asking for the next page asks the same question
    since = (reader.now - LATELY).replace(second=0, microsecond=0)
    return replace(wanted, since=since)
