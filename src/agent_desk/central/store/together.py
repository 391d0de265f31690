"""The writes of several commands held back, and written at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from agent_desk.central.store.pushing import PushingUnit
from agent_desk.central.store.reading import Cursor
from agent_desk.central.usecases.ledger_ports import Movement
from agent_desk.central.usecases.ports import CaseRecord, DocumentRow
from agent_desk.central.usecases.trouble import HandleTakenError, KnownError, MoneyRefusedError, TransientError
from agent_desk.domain.aggregate import Ref
from agent_desk.domain.till import Through


class TogetherUnit(PushingUnit):
    """Asks the database only what is not held here; what fails is to be done again, one command after the other."""

    def __init__(self, cursor: Cursor) -> None:
        super().__init__(cursor)
        self._documents: dict[Ref, DocumentRow] = {}
        self._movements: list[Movement] = []
        self._cases: list[CaseRecord] = []

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Nothing is undone alone: TransientError instead."""
        try:
            yield
        except (TransientError, KnownError):
            raise
        except Exception as error:
            raise TransientError("together") from error

    def find_document(self, kind: str, id_: UUID) -> bytes | None:
        held = self._documents.get((kind, id_))
        return super().find_document(kind, id_) if held is None else held.body

    def list_documents(self, kinds: Sequence[str]) -> list[tuple[str, bytes]]:
        self.write_held()
        return super().list_documents(kinds)

    def count_open(self, kind: str, owner: str) -> int:
        self.write_held()
        return super().count_open(kind, owner)

    def sum_through(self, till: UUID) -> Through:
        self.write_held()
        return super().sum_through(till)

    def sum_account(self, account: str) -> dict[str, int]:
        self.write_held()
        return super().sum_account(account)

    def save_documents(self, rows: Sequence[DocumentRow]) -> None:
        self._documents.update({(row.kind, row.id): row for row in rows})

    def record_money(self, movements: Sequence[Movement]) -> None:
        self._movements += movements

    def open_cases(self, cases: Sequence[CaseRecord]) -> None:
        self._cases += cases

    def write_held(self) -> None:
        """Raises TransientError where one of them cannot be written."""
        documents = [self._documents[ref] for ref in sorted(self._documents)]
        movements, cases = self._movements, self._cases
        self._documents, self._movements, self._cases = {}, [], []
        try:
            if documents:
                super().save_documents(documents)
            if movements:
                super().record_money(movements)
            if cases:
                super().open_cases(cases)
        except (HandleTakenError, MoneyRefusedError) as error:
            raise TransientError("together") from error
