"""What the commands of one transaction look at and leave behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

from agent_desk.central.usecases.ports import DocumentRow, FeedRow, Pushing
from agent_desk.central.usecases.shaping import document_of, feed_row, left_row, scope_name
from agent_desk.central.usecases.stocking import STOCK_KINDS, StockRoom
from agent_desk.domain.aggregate import Aggregate, Ref
from agent_desk.wire.kinds import KINDS

A = TypeVar("A", bound=Aggregate)


class WorkingState:
    """The `State` of a decision at central: locked documents, and others as they are committed."""

    def __init__(self, unit: Pushing, locked: Mapping[Ref, bytes], refs: frozenset[Ref], stock: StockRoom) -> None:
        self._unit = unit
        self._stock = stock
        self._known: dict[Ref, Aggregate | None] = dict.fromkeys(refs)
        for (kind, id_), body in locked.items():
            self._known[kind, id_] = KINDS[kind].model_validate_json(body)
        self._rows: dict[str, dict[Ref, FeedRow]] = {}

    def find(self, kind: type[A], id_: UUID) -> A | None:
        if kind.kind in STOCK_KINDS:
            goods = self._stock.find((kind.kind, id_))
            return goods if isinstance(goods, kind) else None
        ref = (kind.kind, id_)
        if ref not in self._known:
            body = self._unit.find_document(*ref)
            self._known[ref] = None if body is None else kind.model_validate_json(body)
        found = self._known[ref]
        return found if isinstance(found, kind) else None

    def save(self, changes: tuple[Aggregate, ...]) -> tuple[str, ...]:
        """Writes the new states; the scopes in which they will be seen."""
        goods, others = self._stock.part(changes)
        last = {aggregate.ref: aggregate for aggregate in others}
        documents = {ref: document_of(aggregate) for ref, aggregate in last.items()}
        if documents:
            self._unit.save_documents([documents[ref] for ref in sorted(documents)])
        seen = self._stock.save(goods, [(self._known.get(ref), after) for ref, after in last.items()])
        touched = [scope for ref, aggregate in last.items() for scope in self._remember(aggregate, documents[ref])]
        return tuple(sorted({*touched, *seen}))

    def rows(self) -> dict[str, list[FeedRow]]:
        """What is to be stamped, by scope."""
        goods = self._stock.rows()
        scopes = {*self._rows, *goods}
        return {scope: [*self._rows.get(scope, {}).values(), *goods.get(scope, ())] for scope in scopes}

    def _remember(self, aggregate: Aggregate, document: DocumentRow) -> tuple[str, ...]:
        scope = scope_name(aggregate)
        before = self._known.get(aggregate.ref)
        self._known[aggregate.ref] = aggregate
        self._rows.setdefault(scope, {})[aggregate.ref] = feed_row(document)
        if before is None or scope_name(before) == scope:
            return (scope,)
        self._rows.setdefault(scope_name(before), {})[aggregate.ref] = left_row(document)
        return (scope, scope_name(before))
