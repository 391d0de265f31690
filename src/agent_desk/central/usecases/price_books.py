"""Central's own prices and rules, as they stand in the database."""

from __future__ import annotations

from uuid import UUID

from agent_desk.central.usecases.ports import Head, Reading
from agent_desk.domain.price_book import ExchangeRate, PriceBook, RateCard, TaxTable, TradeRules
from agent_desk.wire.scopes import PRICES

KINDS = (RateCard.kind, ExchangeRate.kind, TaxTable.kind, TradeRules.kind)


class PriceBooks:
    """Reads the price book again only when its scope has moved."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[UUID, int], PriceBook] | None = None

    def current(self, unit: Reading) -> PriceBook:
        # the position is read first: what is read after it is at least as new, so nothing old is kept for long
        position = (unit.epoch(), unit.list_heads([PRICES]).get(PRICES, Head()).seq)
        kept = self._kept
        if kept is not None and kept[0] == position:
            return kept[1]
        book = _read(unit)
        self._kept = (position, book)
        return book


def _read(unit: Reading) -> PriceBook:
    documents = unit.list_documents(KINDS)

    def of(kind: str) -> list[bytes]:
        return [body for found, body in documents if found == kind]

    return PriceBook(
        cards=tuple(RateCard.model_validate_json(body) for body in of(RateCard.kind)),
        rates=tuple(ExchangeRate.model_validate_json(body) for body in of(ExchangeRate.kind)),
        taxes=tuple(TaxTable.model_validate_json(body) for body in of(TaxTable.kind)),
        rules=tuple(TradeRules.model_validate_json(body) for body in of(TradeRules.kind)),
    )
