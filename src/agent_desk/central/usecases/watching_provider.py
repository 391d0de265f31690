"""PAY-7: whether a provider answers, so that desks know before a customer takes a card out, and calls are spared."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from uuid import UUID

from agent_desk.central.usecases.payment_ports import CardPayments
from agent_desk.central.usecases.ports import Now, Pause, Store
from agent_desk.central.usecases.pushing import Committed
from agent_desk.central.usecases.retrying import again
from agent_desk.central.usecases.shaping import stamp_all
from agent_desk.central.usecases.stocking import StockRoom
from agent_desk.central.usecases.working_state import WorkingState
from agent_desk.domain.paying import Trouble
from agent_desk.domain.payments import Provider, ProviderState, provider_id

DOWN_AFTER = 3
"""Calls in a row without an answer."""
PROBE_EACH = timedelta(seconds=15)
"""While it is down one call in this time is made, to find out whether it is back."""


class ProviderWatch:
    """Counts for this process; what it finds is told to every desk."""

    def __init__(self, store: Store, provider: CardPayments, now: Now, pause: Pause, committed: Committed) -> None:
        self._store = store
        self.provider = provider
        self._now = now
        self._pause = pause
        self._committed = committed
        self._lock = threading.Lock()
        self._silent = 0
        self._called_at: datetime | None = None

    def declare(self) -> None:
        """Says at the start whether there are keys; nothing where nobody ever had any."""
        state = ProviderState.UP if self.provider.ready else ProviderState.OFF
        self._tell(state, only_from=None if state is ProviderState.OFF else ProviderState.OFF)

    def may_call(self) -> bool:
        with self._lock:
            now = self._now()
            waits = self._silent >= DOWN_AFTER and self._called_at is not None and now - self._called_at < PROBE_EACH
            if not waits:
                self._called_at = now
            return not waits

    def note(self, answer: object) -> None:
        """Whatever it answered: only `Trouble` without an answer counts as silence."""
        silent = isinstance(answer, Trouble) and answer.kind == "no_answer"
        with self._lock:
            before, self._silent = self._silent, self._silent + 1 if silent else 0
        if self._silent == DOWN_AFTER:
            self._tell(ProviderState.DOWN)
        elif before >= DOWN_AFTER and not silent:
            self._tell(ProviderState.UP)

    def _tell(self, state: ProviderState, only_from: ProviderState | None = None) -> None:
        heads = again(lambda _: self._put(provider_id(self.provider.name), state, only_from), self._pause)
        self._committed(heads)

    def _put(self, id_: UUID, state: ProviderState, only_from: ProviderState | None) -> dict[str, int]:
        now = self._now()
        with self._store.pushing() as unit:
            ref = (Provider.kind, id_)
            found = WorkingState(unit, unit.lock_documents([ref]), frozenset({ref}), StockRoom(unit, None, now))
            before = found.find(Provider, id_)
            if before is None and state is ProviderState.OFF:
                return {}
            if before is not None and (before.state is state or only_from not in {None, before.state}):
                return {}
            name, label = self.provider.name, self.provider.label
            after = Provider(
                id=id_, version=0 if before is None else before.version, name=name, label=label, state=state, since=now
            )
            found.save((after.next(),))
            return stamp_all(unit, found.rows())
