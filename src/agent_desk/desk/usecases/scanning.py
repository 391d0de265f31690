"""What a scanned code is of."""

from __future__ import annotations

from typing import Literal

from agent_desk.desk.usecases.measuring import find_piece
from agent_desk.desk.usecases.ports import Reader

CodeKind = Literal["shipment", "quote", "customer", "order", "product"]


def identify(reader: Reader, code: str) -> CodeKind | None:
    """CTR-10: by what this desk holds, whole codes only; None for one that nothing here carries."""
    text = code.strip()
    if find_piece(reader, text) is not None:
        return "shipment"
    if reader.find_quote(text) is not None:
        return "quote"
    wanted = text.casefold()
    if any(row.number.casefold() == wanted for row in reader.search_customers(text, 5).rows):
        return "customer"
    if any(row.number.casefold() == wanted for row in reader.search_orders(text, 5).rows):
        return "order"
    return "product" if reader.find_product(text) is not None else None
