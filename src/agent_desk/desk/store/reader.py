"""One consistent look at the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agent_desk.desk.store import documents, finding, lists, tills
from agent_desk.desk.store.connection import Connection
from agent_desk.desk.store.price_books import PriceBooks
from agent_desk.desk.usecases.ports import KnownError, Standing
from agent_desk.desk.usecases.rows import (
    CartRow,
    CustomerRow,
    DraftRow,
    HeldScope,
    NoticeRow,
    OrderFilter,
    OrderRow,
    PaperRow,
    ProductRow,
    QuoteRow,
    Ranked,
    ShipmentRow,
    TillRow,
    WaitingRow,
)
from agent_desk.desk.usecases.telling_time import Reading
from agent_desk.domain.aggregate import A, Ref
from agent_desk.domain.money import Money
from agent_desk.domain.people import Staff
from agent_desk.domain.price_book import PriceBook
from agent_desk.domain.till import Through


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is true around one transaction."""

    now: datetime
    read: Reading
    staff: Staff | None
    desk: str
    books: PriceBooks


class StoreReader:
    """Implements `Reader` within a transaction."""

    def __init__(self, connection: Connection, occasion: Occasion) -> None:
        self._connection = connection
        self._occasion = occasion

    @property
    def now(self) -> datetime:
        return self._occasion.now

    @property
    def staff(self) -> Staff:
        staff = self._occasion.staff
        if staff is None:
            raise KnownError("staff.signed_out", "Sign in first.")
        return staff

    @property
    def desk(self) -> str:
        return self._occasion.desk

    def find(self, kind: type[A], id_: UUID) -> A | None:
        return documents.find(self._connection, kind, id_)

    def get(self, kind: type[A], id_: UUID) -> A:
        found = self.find(kind, id_)
        if found is None:
            raise KnownError("record.missing", f"This {kind.kind.replace('_', ' ')} is not on this desk any more.")
        return found

    def list_all(self, kind: type[A]) -> tuple[A, ...]:
        return documents.list_all(self._connection, kind)

    def standing(self, ref: Ref) -> Standing:
        return documents.standing(self._connection, ref)

    def book(self) -> PriceBook:
        return self._occasion.books.get(self._connection)

    def find_setting(self, key: str) -> str | None:
        return documents.find_setting(self._connection, key)

    def last_of_series(self, series: str) -> int:
        last = self._connection.exec_driver_sql("SELECT last FROM counter WHERE series = ?", (series,)).scalar()
        return int(last or 0)

    def list_orders(self, wanted: OrderFilter, offset: int, limit: int) -> tuple[OrderRow, ...]:
        return lists.list_orders(self._connection, wanted, offset, limit)

    def count_orders(self, wanted: OrderFilter) -> int:
        return lists.count_orders(self._connection, wanted)

    def search_orders(self, text: str, limit: int) -> Ranked[OrderRow]:
        return finding.search_orders(self._connection, text, limit)

    def list_customer_orders(self, customer: UUID, limit: int) -> tuple[OrderRow, ...]:
        return lists.list_customer_orders(self._connection, customer, limit)

    def search_customers(self, text: str, limit: int) -> Ranked[CustomerRow]:
        return finding.search_customers(self._connection, text, limit)

    def search_products(self, text: str, limit: int) -> Ranked[ProductRow]:
        return finding.search_products(self._connection, text, limit, self.now)

    def find_product(self, code: str) -> ProductRow | None:
        return finding.find_product(self._connection, code, self.now)

    def search_shipments(self, text: str, limit: int) -> Ranked[ShipmentRow]:
        return finding.search_shipments(self._connection, text, limit)

    def find_shipment(self, number: str) -> ShipmentRow | None:
        return lists.find_shipment(self._connection, number)

    def list_unmeasured(self, limit: int) -> tuple[ShipmentRow, ...]:
        return lists.list_unmeasured(self._connection, limit)

    def count_unmeasured(self) -> int:
        return lists.count_unmeasured(self._connection)

    def list_carts(self) -> tuple[CartRow, ...]:
        return lists.list_carts(self._connection)

    def list_quotes(self, customer: UUID | None, limit: int) -> tuple[QuoteRow, ...]:
        return lists.list_quotes(self._connection, customer, limit)

    def find_quote(self, number: str) -> QuoteRow | None:
        return lists.find_quote(self._connection, number)

    def list_tills(self, limit: int) -> tuple[TillRow, ...]:
        return tills.list_tills(self._connection, self.desk, limit)

    def sum_through(self, till: UUID) -> Through:
        return tills.sum_through(self._connection, till)

    def list_waiting(self, limit: int) -> tuple[WaitingRow, ...]:
        return lists.list_waiting(self._connection, limit)

    def count_waiting(self) -> int:
        return lists.count_waiting(self._connection)

    def sum_unsent_cash(self) -> tuple[Money, int]:
        return lists.sum_unsent_cash(self._connection)

    def list_held(self) -> tuple[HeldScope, ...]:
        return lists.list_held(self._connection)

    def list_notices(self) -> tuple[NoticeRow, ...]:
        return lists.list_notices(self._connection)

    def list_losing(self, limit: int) -> tuple[Ref, ...]:
        return lists.list_losing(self._connection, limit)

    def find_draft(self, page: str) -> DraftRow | None:
        return lists.find_draft(self._connection, page)

    def list_papers(self, subject: UUID) -> tuple[PaperRow, ...]:
        return lists.list_papers(self._connection, subject)
