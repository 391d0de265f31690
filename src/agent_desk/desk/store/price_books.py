"""The price book in memory, read again when a price came."""

from __future__ import annotations

from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.documents import BOOK_STAMP, find_setting, list_all
from agent_desk.domain.price_book import ExchangeRate, PriceBook, RateCard, TaxTable, TradeRules


class PriceBooks:
    """One for each thread: it is kept as long as the stamp in the database stays."""

    def __init__(self) -> None:
        self._stamp: str | None = None
        self._book: PriceBook | None = None

    def get(self, connection: Connection) -> PriceBook:
        stamp = find_setting(connection, BOOK_STAMP)
        if self._book is None or stamp != self._stamp:
            self._book = PriceBook(
                cards=list_all(connection, RateCard),
                rates=list_all(connection, ExchangeRate),
                taxes=list_all(connection, TaxTable),
                rules=list_all(connection, TradeRules),
            )
            self._stamp = stamp
        return self._book
